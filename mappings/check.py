"""Rules against what Jira and QuickBooks hold: names that mean nothing, or too much, said beforehand."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from mappings.accepts import ShareField
from mappings.accounts import belongs_to, wanted_account
from mappings.bundle import unpack
from mappings.examples import run_examples
from mappings.fields import FieldGap, FieldIndex
from mappings.gaps import gaps
from mappings.payers import Payer
from mappings.positions import Positions
from mappings.prices import AmountField, PercentField, PerPoint
from mappings.rules import Contract, Milestone, Reach, RuleBook, points_fields
from mappings.terms import Deposit, Retainage
from mappings.tomlfile import did_you_mean
from mappings.works import (
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
from model.billing import BookItem, BooksCatalogue
from model.finding import Problem
from model.work import TrackerCatalogue

_Loc = tuple[str | int, ...]
_PROJECT_AT: Mapping[type[Work], tuple[str, ...]] = {
    EpicWork: ("epic",),
    EpicsWork: ("epics", "project"),
    VersionWork: ("version", "project"),
    VersionsWork: ("versions", "project"),
}
_Found = Iterator[tuple[_Loc, str, str]]


def check(
    book: RuleBook,
    tracker: Mapping[str, TrackerCatalogue],
    books: Mapping[str, BooksCatalogue],
    asked: Mapping[str, Reach] | None = None,
) -> list[Problem]:
    """The problems of `book` itself, those of its examples, and those against the lists that are known.

    `tracker` and `books` are by the configuration's names of site and company; a missing one is not checked.
    `asked` are the names that each site's list was made for: a site tells only of these. None: of any.
    """
    problems = list(book.problems)
    for contract in book.contracts:
        text, _ = unpack(book.sources.get(contract.version, ("", ""))[1])
        positions = Positions(text)
        found = [*_against_jira(contract, tracker.get(contract.site), (asked or {}).get(contract.site))]
        found += gaps(contract)
        found += _against_books(contract, books.get(contract.company))
        for loc, message, hint in found:
            line, column = _place(positions, loc)
            problems.append(Problem(contract.file, line, column, message, hint))
        problems += run_examples(contract, text)
    return problems


def _place(positions: Positions, loc: _Loc) -> tuple[int, int]:
    """Where `loc` stands; what the contract takes of the defaults that it uses stands where it says so."""
    from_defaults = loc[0] == "contract" and not positions.find(loc)[1]
    return positions.of("contract", "use") if from_defaults else positions.of(*loc)


def _against_jira(contract: Contract, catalogue: TrackerCatalogue | None, asked: Reach | None) -> _Found:
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

    def work(self, at: _Loc, work: Work) -> _Found:
        keys = {project.key.upper() for project in self.catalogue.projects}
        for key in projects_of(work):
            if key not in keys and (self.asked is None or key in self.asked.projects):
                message = f"project {key!r} is not visible on site {self.contract.site!r}"
                yield (*at, *_PROJECT_AT[type(work)]), message, did_you_mean(key, keys)
        if isinstance(work, SprintsWork):
            yield from self._board((*at, "sprints", "board"), work.board)
        for test in tests_of(work):
            yield from self._field((*at, "epics", test.name), test.name, projects_of(work))

    def payer(self, at: _Loc, payer: Payer) -> _Found:
        for test in payer.when.fields if payer.when else ():
            yield from self._field((*at, test.name), test.name, self.contract.projects)

    def prices(self, at: _Loc, rule: Milestone) -> _Found:
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

    def _board(self, at: _Loc, name: str) -> _Found:
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

    def _field(self, at: _Loc, name: str, projects: Collection[str]) -> _Found:
        if self.asked is not None and name not in self.asked.fields:
            return
        gaps = {self._gap(self.fields.resolve(name, project)) for project in self._ids(projects)}
        yield from ((at, gap.reason, gap.hint) for gap in gaps if gap is not None)

    def _points(self, at: _Loc, rule: Milestone) -> _Found:
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


def _against_books(contract: Contract, catalogue: BooksCatalogue | None) -> _Found:
    if catalogue is None:
        return
    yield from _client(contract, catalogue)
    yield from _items(contract, catalogue)
    terms, taxes = dict(catalogue.terms), dict(catalogue.tax_codes)
    if contract.terms is not None:
        yield from _named(("contract", "terms"), "terms", contract.terms, terms, catalogue)
    for payer in contract.payers:
        if payer.terms is not None and payer.terms != contract.terms:
            yield from _named(("payer", payer.index, "terms"), "terms", payer.terms, terms, catalogue)
    coded: list[tuple[_Loc, str | None]] = [(("contract", "tax_code"), contract.tax_code)]
    coded += [(("milestone", rule.index, "tax_code"), rule.tax_code) for rule in contract.milestones]
    coded += [(("deposit", "tax_code"), contract.deposit.tax_code)] if contract.deposit else []
    for loc, name in coded:
        if name is not None:
            yield from _named(loc, "tax code", name, taxes, catalogue)
    if contract.location is not None:
        places = dict(catalogue.locations)
        yield from _named(("contract", "location"), "location", contract.location, places, catalogue)
    classes: list[tuple[_Loc, str | None]] = [(("contract", "class"), contract.klass)]
    classes += [(("milestone", rule.index, "class"), rule.klass) for rule in contract.milestones]
    classes += [(("expense", each.index, "class"), each.klass) for each in contract.expenses]
    orders = list(enumerate(contract.orders))
    classes += [(("change_order", index, "class"), each.klass) for index, each in orders]
    classes += [((kind, "class"), agreed.klass) for kind, agreed in _agreed(contract)]
    for loc, name in classes:
        if name is not None and (loc[0] == "contract" or name != contract.klass):
            yield from _named(loc, "class", name, dict(catalogue.classes), catalogue)


def _client(contract: Contract, catalogue: BooksCatalogue) -> _Found:
    clients = {client.name: client for client in catalogue.clients}
    named: list[tuple[_Loc, str]] = [(("contract", "client"), contract.client)]
    named += [(("payer", payer.index, "client"), payer.client) for payer in contract.payers]
    for loc, name in named:
        client = clients.get(name)
        if client is None:
            yield from _named(loc, "client", name, clients, catalogue)
        elif client.currency != contract.currency:
            theirs, ours = client.currency, contract.currency
            message = f"{client.name!r} is billed in {theirs} in QuickBooks, the contract in {ours}"
            at = ("contract", "currency") if loc[0] == "contract" else loc
            yield at, message, "a client's currency is fixed: use another client or currency"
    if not catalogue.multicurrency and contract.currency != catalogue.home_currency:
        message = f"{catalogue.name!r} keeps books in {catalogue.home_currency} only"
        yield ("contract", "currency"), message, "switch on multicurrency in QuickBooks first"


def _items(contract: Contract, catalogue: BooksCatalogue) -> _Found:
    items = {item.name: item for item in catalogue.items}
    wanted: dict[str, _Loc] = {}
    for rule in contract.milestones:
        loc: _Loc = ("contract", "item") if rule.item == contract.item else ("milestone", rule.index, "item")
        wanted.setdefault(rule.item, loc)
    for each in contract.expenses:
        loc = ("contract", "item") if each.item == contract.item else ("expense", each.index, "item")
        wanted.setdefault(each.item, loc)
    for index, order in enumerate(contract.orders):
        loc = ("contract", "item") if order.item == contract.item else ("change_order", index, "item")
        if order.applies == "own":
            wanted.setdefault(order.item, loc)
    for name, loc in wanted.items():
        item = items.get(name)
        if item is None:
            yield from _named(loc, "item", name, items, catalogue)
        elif not belongs_to("fee", item.account_type):
            message = f"item {name!r} posts to {item.account_type}: fees on it would be no income"
            yield loc, message, "use an item with an income account"
    for kind, agreed in _agreed(contract):
        yield from _term_item(kind, agreed.item, items, catalogue)


def _agreed(contract: Contract) -> list[tuple[str, Deposit | Retainage]]:
    found = (("deposit", contract.deposit), ("retainage", contract.retainage))
    return [(kind, terms) for kind, terms in found if terms is not None]


_WHY = {"deposit": "a deposit is not income yet", "retainage": "what is withheld is still to come"}


def _term_item(kind: str, name: str, items: Mapping[str, BookItem], catalogue: BooksCatalogue) -> _Found:
    item = items.get(name)
    if item is None:
        yield from _named((kind, "item"), "item", name, items, catalogue)
    elif not belongs_to(kind, item.account_type):
        wanted = wanted_account(kind)
        message = f"item {name!r} posts to {item.account_type or 'an unknown account'}: {_WHY[kind]}"
        yield (
            (kind, "item"),
            message,
            f"use an item whose account is {'an' if wanted == 'asset' else 'a'} {wanted}",
        )


def _named(loc: _Loc, kind: str, name: str, known: Collection[str], catalogue: BooksCatalogue) -> _Found:
    if name not in known:
        yield loc, f"{catalogue.name!r} has no {kind} {name!r}", did_you_mean(name, known)
