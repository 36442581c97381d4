"""Projects, boards and fields that a contract file names, held against what its Jira site has."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from mappings.check.known import KnownSite
from mappings.check.written import Found, Loc, Written, WrittenRule
from mappings.contract.rules import points_fields
from mappings.contract.works import (
    EpicsWork,
    EpicWork,
    SprintsWork,
    VersionsWork,
    VersionWork,
    Work,
    tests_of,
)
from mappings.progress.fields import FieldGap, FieldIndex
from mappings.tables.accept import AcceptTable
from mappings.tables.price import PriceTable
from mappings.tables.written import FieldRef
from mappings.words.mistakes import did_you_mean
from model.work import Board, TrackerCatalogue

_PROJECT_AT: dict[type[Work], tuple[str, ...]] = {
    EpicWork: ("epic",),
    EpicsWork: ("epics", "project"),
    VersionWork: ("version", "project"),
    VersionsWork: ("versions", "project"),
}


def against_jira(file: Written, known: KnownSite | None) -> Found:
    """Each name that the site does not have, or has twice, as far as that is `known`. None: nothing is."""
    if known is None:
        return
    site = _Site(file, known, known.catalogue, FieldIndex(known.catalogue))
    for rule in file.rules:
        yield from site.work((*rule.at, "work"), rule)
        if rule.price is not None:
            yield from site.price((*rule.at, "price"), rule, rule.price)
        if rule.accept is not None:
            yield from site.acceptance((*rule.at, "accept"), rule, rule.accept)
    for at, key in file.awaited:
        yield from site.project(at, key.rpartition("-")[0])
    for at, when in file.payers:
        for name in when.__pydantic_extra__:
            yield from site.field((*at, name), name, file.projects)


def project_at(work: Work) -> Loc:
    """Where in its table a work names its project."""
    return _PROJECT_AT[type(work)]


def boards_called(name: str, catalogue: TrackerCatalogue) -> list[Board]:
    """The boards that `name` means: their name in any case, or an id."""
    return [each for each in catalogue.boards if name.casefold() == each.name.casefold() or name == each.id]


@dataclass(frozen=True, slots=True)
class _Site:
    """The site of one file."""

    file: Written
    known: KnownSite
    catalogue: TrackerCatalogue
    fields: FieldIndex

    def project(self, at: Loc, key: str) -> Found:
        keys = {project.key.upper() for project in self.catalogue.projects}
        if key not in keys and self.known.tells("projects", key):
            yield at, f"project {key!r} is not visible on site {self._name!r}", did_you_mean(key, keys)

    def work(self, at: Loc, rule: WrittenRule) -> Found:
        work = rule.work
        if work is None:
            return
        for key in rule.projects:
            yield from self.project((*at, *project_at(work)), key)
        if isinstance(work, SprintsWork):
            yield from self._board((*at, "sprints", "board"), work.board)
        for test in tests_of(work):
            yield from self.field((*at, "epics", test.name), test.name, rule.projects)

    def price(self, at: Loc, rule: WrittenRule, price: PriceTable) -> Found:
        if isinstance(price.percent, FieldRef):
            yield from self.field((*at, "percent", "field"), price.percent.field, rule.projects)
        if price.amount is not None:
            yield from self.field((*at, "amount", "field"), price.amount.field, rule.projects)
        if price.per_point is not None and rule.work is not None:
            yield from self._points((*at, "per_point"), rule.work, rule.projects)

    def acceptance(self, at: Loc, rule: WrittenRule, accept: AcceptTable) -> Found:
        if accept.field is not None:
            yield from self.field((*at, "field"), accept.field, rule.projects)
        if accept.share is not None:
            yield from self.field((*at, "share", "field"), accept.share.field, rule.projects)

    def field(self, at: Loc, name: str, projects: Collection[str]) -> Found:
        if not self.known.tells("fields", name):
            return
        gaps = {_gap(self.fields.resolve(name, project)) for project in self._ids(projects)}
        yield from ((at, gap.reason, gap.hint) for gap in gaps if gap is not None)

    def _board(self, at: Loc, name: str) -> Found:
        named = boards_called(name, self.catalogue)
        if not named and self.known.tells("boards", name):
            known = [board.name for board in self.catalogue.boards]
            yield at, f"there is no board {name!r} on site {self._name!r}", did_you_mean(name, known)
        elif len(named) > 1:
            ids = ", ".join(f"{board.id} ({board.name})" for board in named)
            yield at, f"{len(named)} boards are called {name!r}: {ids}", "write the id instead of the name"

    def _points(self, at: Loc, work: Work, keys: Collection[str]) -> Found:
        own = self.file.word("points_field")
        if not self.known.tells("fields", *points_fields(own)):
            return
        projects = self._ids(keys)
        if isinstance(work, SprintsWork):
            boards = boards_called(work.board, self.catalogue)
            projects = [board.project_id for board in boards if board.project_id]
        gaps = {_gap(self.fields.points(own, project)) for project in projects}
        where = ("contract", "points_field") if own else at
        yield from ((where, gap.reason, gap.hint) for gap in gaps if gap is not None)

    def _ids(self, keys: Collection[str]) -> list[str]:
        return [project.id for project in self.catalogue.projects if project.key.upper() in keys]

    @property
    def _name(self) -> str:
        return self.file.word("site") or ""


def _gap(found: str | FieldGap) -> FieldGap | None:
    return found if isinstance(found, FieldGap) else None
