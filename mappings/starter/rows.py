"""Many contracts at once: rows of a table made into outlines, with every mistake in it at its line and column."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from mappings.progress.fields import FieldGap, FieldIndex
from mappings.starter.answers import (
    Accept,
    amount_in,
    day,
    identity,
    one_of,
    share,
    share_or_amount_in,
    words,
    worth_in,
)
from mappings.starter.cells import Cell, Row, cells_of
from mappings.starter.drafts import DRAFTS, usual_draft
from mappings.starter.header import Columns, columns_of
from mappings.starter.items import items_for, usual_item
from mappings.starter.outline import Outline, Pricing, contract_id
from mappings.starter.sampling import sample_of
from mappings.words.mistakes import Mistake
from model.billing import BookItem, BooksCatalogue
from model.finding import Problem
from model.work import Project, TrackerCatalogue

_OPTIONS = ("starts", "item", "price", "field", "rate", "label", "draft")  # what may be answered for all rows
PRICINGS: tuple[Pricing, ...] = ("percent", "amount", "points", "issues")


@dataclass(frozen=True, slots=True)
class Systems:
    """What the names in a table are compared with, the names of site and company in the configuration, and the
    answers to what a row leaves open, by column. `today` is the company's."""

    site: str
    company: str
    tracker: TrackerCatalogue
    books: BooksCatalogue
    today: date
    otherwise: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Planned:
    """One row made into an outline, with the place of the row for what is found wrong later."""

    outline: Outline
    line: int
    column: int


def contracts_of(text: str, file: str, systems: Systems) -> tuple[list[Planned], list[Problem]]:
    """The outlines of all rows, or every problem of the table."""
    rows, problems = cells_of(text, file)
    if problems:
        return [], problems
    columns, problems = columns_of(rows, file)
    if problems:
        return [], problems
    planned: list[Planned] = []
    for row in rows[1:]:
        made = _Reading(row, columns, file, systems)
        outline = made.outline() if made.fits() else None
        problems += made.problems
        if outline is not None:
            planned.append(Planned(outline, row[0].line, row[0].column))
    if len(rows) == 1:
        problems.append(
            Problem(file, 1, 1, "the table has no row below its first line", "one for each contract")
        )
    problems = [*dict.fromkeys(problems), *_twice(planned, file)]
    return ([], problems) if problems else (planned, [])


def _twice(planned: Iterable[Planned], file: str) -> list[Problem]:
    first: dict[str, int] = {}
    problems = []
    for each in planned:
        line = first.setdefault(each.outline.id, each.line)
        if line != each.line:
            message = f"the contract {each.outline.id!r} is already in line {line}"
            hint = "take one of them out, or give each an id of its own in a column id"
            problems.append(Problem(file, each.line, each.column, message, hint))
    return problems


class _Reading:
    """One row being read; what is wrong in it gathers in `problems`, and the rest is read all the same."""

    def __init__(self, row: Row, columns: Columns, file: str, systems: Systems) -> None:
        self._row, self._columns, self._file, self._systems = columns.cells(row), columns, file, systems
        self._cells = dict(zip(columns.names, row, strict=False))
        self.problems: list[Problem] = []

    def fits(self) -> bool:
        """Whether the row has as many cells as the first line."""
        has, wanted = len(self._row), len(self._columns.names)
        if has == wanted:
            return True
        fewer = "leave a cell empty, but keep the separator before it"
        more = 'a text with a comma stands in quotes, "like, this"; an amount has no comma: 120000.00'
        message = f"{has} cells, where the first line names {wanted} columns"
        self._say(self._row[0], Mistake(message, fewer if has < wanted else more))
        return False

    def outline(self) -> Outline | None:
        """The contract of the row; None when something in it is wrong."""
        books, tracker = self._systems.books, self._systems.tracker
        client = self._take("client", one_of("customer", (each.name for each in books.clients)), needed=True)
        currency = self._currency(client)
        titles = {each.key: each.name for each in tracker.projects}
        key = self._take(
            "project", one_of("visible project", (it.key for it in tracker.projects), titles), needed=True
        )
        project = next((each for each in tracker.projects if each.key == key), None)
        price = self._price()
        deposit = self._take("deposit", share_or_amount_in(currency))
        retainage = self._take("retainage", share)
        by_value = price == "percent" or "%" in deposit
        starts = self._take("starts", day, self._systems.today.isoformat())
        made = Outline(
            id=self._take("id", identity, contract_id(client, key)),
            client=client,
            company=self._systems.company,
            site=self._systems.site,
            currency=currency,
            project=key,
            price=price,
            item=self._item("item", "fee"),
            starts=date.fromisoformat(starts or self._systems.today.isoformat()),
            draft=self._take("draft", one_of("kind of draft", DRAFTS), usual_draft(books)),
            value=self._take(
                "value", worth_in(currency) if by_value else amount_in(currency), needed=by_value
            ),
            field=self._field(price, project) if project and price in ("percent", "amount") else "",
            rate=self._take("rate", amount_in(currency), needed=price in ("points", "issues")),
            label=self._take("label", words),
            terms=self._take("terms", one_of("terms", (name for name, _ in books.terms))),
            po=self._take("po", words),
            klass=self._take("class", one_of("class", (name for name, _ in books.classes))),
            deposit=deposit,
            deposit_item=self._item("deposit_item", "deposit") if deposit else "",
            retainage=retainage,
            retainage_item=self._item("retainage_item", "retainage") if retainage else "",
            release=self._take("release", day, needed=bool(retainage)),
        )
        return None if self.problems else made

    def _take(self, column: str, accept: Accept, otherwise: str = "", *, needed: bool = False) -> str:
        """What a column says, or the answer for all rows, or `otherwise`."""
        cell = self._cells.get(column)
        own = cell is not None and bool(cell.text)
        text = cell.text if cell is not None and own else self._systems.otherwise.get(column, "")
        if not text:
            if needed and not otherwise:
                self._say(cell or self._row[0], _needed(column, there=cell is not None))
            return otherwise
        try:
            return accept(text)
        except Mistake as mistake:
            if cell is not None and own:
                self._say(cell, mistake, f"{column}: ")
            else:  # an answer for all rows: it is wrong once, not in each of them
                self.problems.append(Problem(self._file, 1, 1, f"--{column}: {mistake}", mistake.hint))
            return ""

    def _currency(self, client: str) -> str:
        books = self._systems.books
        theirs = next((each.currency for each in books.clients if each.name == client), books.home_currency)

        def accept(text: str) -> str:
            if text.upper() != theirs:
                raise Mistake(
                    f"{client!r} is billed in {theirs} in QuickBooks", "a client's currency is fixed"
                )
            return theirs

        return self._take("currency", accept if client else str, theirs) or theirs

    def _price(self) -> Pricing:
        found = self._take("price", one_of("price", PRICINGS), "percent")
        return next((kind for kind in PRICINGS if kind == found), "percent")

    def _item(self, column: str, kind: str) -> str:
        items: tuple[BookItem, ...] = self._systems.books.items
        names = items_for(kind, items)
        if not names and not self._cells.get(column):
            account = {"fee": "an income", "deposit": "a liability", "retainage": "an asset"}[kind]
            message = f"QuickBooks has no item for a {kind}: none posts to {account} account"
            self._say(self._row[0], Mistake(message, "make such an item in QuickBooks first"))
            return ""
        return self._take(column, one_of(f"item for a {kind}", names), usual_item(kind, items), needed=True)

    def _field(self, price: Pricing, project: Project) -> str:
        """The field of the price: the one that is named, or the only one that is called as such a field is."""
        tracker = self._systems.tracker
        sample = sample_of(project, tracker, ())
        candidates = sample.percents if price == "percent" else sample.amounts
        names = tuple(dict.fromkeys(each.info.name for each in candidates))
        only = names[0] if len(names) == 1 else ""
        name = self._take("field", one_of(f"field for the {price}", names), only, needed=True)
        meant = FieldIndex(tracker).resolve(name, project.id) if name else ""
        if isinstance(meant, FieldGap):
            self._say(self._cells["project"], Mistake(meant.reason, meant.hint))
        return name

    def _say(self, cell: Cell, mistake: Mistake, before: str = "") -> None:
        message = f"{before}{mistake}"
        self.problems.append(Problem(self._file, cell.line, cell.column, message, mistake.hint))


def _needed(column: str, *, there: bool) -> Mistake:
    """A row leaves open what nothing else answers."""
    if there:
        return Mistake(f"{column} is needed here and the cell is empty")
    option = f", or answer it for all rows with --{column}" if column in _OPTIONS else ""
    return Mistake(f"{column} is needed here, and there is no such column", f"add a column {column}{option}")
