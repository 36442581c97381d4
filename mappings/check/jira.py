"""The names of a contract held against what its Jira site has."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from mappings.contract.accepts import ShareField
from mappings.contract.book import Reach
from mappings.contract.payers import Payer
from mappings.contract.prices import AmountField, PercentField, PerPoint
from mappings.contract.rules import Contract, Milestone, points_fields
from mappings.contract.works import (
    EpicsWork,
    EpicWork,
    FieldTest,
    SprintsWork,
    VersionsWork,
    VersionWork,
    Work,
    projects_of,
    tests_of,
)
from mappings.words.mistakes import did_you_mean
from mappings.work.fields import FieldGap, FieldIndex
from model.work import TrackerCatalogue

Loc = tuple[str | int, ...]
Found = Iterator[tuple[Loc, str, str]]
_PROJECT_AT: Mapping[type[Work], tuple[str, ...]] = {
    EpicWork: ("epic",),
    EpicsWork: ("epics", "project"),
    VersionWork: ("version", "project"),
    VersionsWork: ("versions", "project"),
}


def against_jira(contract: Contract, catalogue: TrackerCatalogue | None, asked: Reach | None) -> Found:
    if catalogue is None:
        return
    site = _SiteNames(contract, catalogue, FieldIndex(catalogue), asked)
    for place, index, work in _places(contract):
        yield from site.work((place, index, "work"), work)
    for rule in contract.milestones:
        yield from site.prices(("milestone", rule.index), rule)
    for payer in contract.payers:
        yield from site.payer(("payer", payer.index, "when"), payer)


def _places(contract: Contract) -> Iterator[tuple[str, int, Work]]:
    for rule in contract.milestones:
        yield "milestone", rule.index, rule.work
    for each in contract.exclusions:
        yield "exclude", each.index, each.work


@dataclass(frozen=True, slots=True)
class _SiteNames:
    """Names of one contract looked up on its site, as far as it was `asked` about them."""

    contract: Contract
    catalogue: TrackerCatalogue
    fields: FieldIndex
    asked: Reach | None

    def work(self, at: Loc, work: Work) -> Found:
        keys = {project.key.upper() for project in self.catalogue.projects}
        for key in projects_of(work):
            if key not in keys and (self.asked is None or key in self.asked.projects):
                message = f"project {key!r} is not visible on site {self.contract.site!r}"
                yield (*at, *_PROJECT_AT[type(work)]), message, did_you_mean(key, keys)
        if isinstance(work, SprintsWork):
            yield from self._board((*at, "sprints", "board"), work.board)
        for test in tests_of(work):
            yield from self._field((*at, "epics", test.name), test.name, projects_of(work))

    def payer(self, at: Loc, payer: Payer) -> Found:
        for test in payer.when.fields if payer.when else ():
            yield from self._field((*at, test.name), test.name, self.contract.projects)

    def prices(self, at: Loc, rule: Milestone) -> Found:
        projects = projects_of(rule.work)
        match rule.price:
            case PercentField(field):
                yield from self._field((*at, "price", "percent", "field"), field, projects)
            case AmountField(field):
                yield from self._field((*at, "price", "amount", "field"), field, projects)
            case PerPoint():
                yield from self._points((*at, "price", "per_point"), rule)
        match rule.accept:
            case FieldTest(name):
                yield from self._field((*at, "accept", "field"), name, projects)
            case ShareField(field):
                yield from self._field((*at, "accept", "share", "field"), field, projects)

    def _board(self, at: Loc, name: str) -> Found:
        named = [
            board
            for board in self.catalogue.boards
            if name.casefold() == board.name.casefold() or name == board.id
        ]
        if not named and (self.asked is None or name in self.asked.boards):
            known = [board.name for board in self.catalogue.boards]
            yield at, f"there is no board {name!r} on site {self.contract.site!r}", did_you_mean(name, known)
        elif len(named) > 1:
            ids = ", ".join(f"{board.id} ({board.name})" for board in named)
            yield at, f"{len(named)} boards are called {name!r}: {ids}", "write the id instead of the name"

    def _field(self, at: Loc, name: str, projects: Collection[str]) -> Found:
        if self.asked is not None and name not in self.asked.fields:
            return
        gaps = {self._gap(self.fields.resolve(name, project)) for project in self._ids(projects)}
        yield from ((at, gap.reason, gap.hint) for gap in gaps if gap is not None)

    def _points(self, at: Loc, rule: Milestone) -> Found:
        if self.asked is not None and not points_fields(self.contract) <= set(self.asked.fields):
            return
        projects = self._ids(projects_of(rule.work))
        if isinstance(rule.work, SprintsWork):
            named = (rule.work.board.casefold(), rule.work.board)
            boards = (
                each
                for each in self.catalogue.boards
                if each.name.casefold() == named[0] or each.id == named[1]
            )
            projects = [board.project_id for board in boards if board.project_id]
        gaps = {self._gap(self.fields.points(self.contract, project)) for project in projects}
        if self.contract.points_field:
            at = ("contract", "points_field")
        yield from ((at, gap.reason, gap.hint) for gap in gaps if gap is not None)

    def _ids(self, keys: Collection[str]) -> list[str]:
        return [project.id for project in self.catalogue.projects if project.key.upper() in keys]

    @staticmethod
    def _gap(found: str | FieldGap) -> FieldGap | None:
        return found if isinstance(found, FieldGap) else None
