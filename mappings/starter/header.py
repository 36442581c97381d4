"""The first line of a table of contracts: which column holds what, and what is wrong with that."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from mappings.starter.cells import Cell, Row
from mappings.words.mistakes import did_you_mean
from mappings.words.text import inert
from model.finding import Problem

NEEDED = ("client", "project", "value")
OPTIONAL = (
    *("id", "currency", "starts", "terms", "po", "item", "class", "price", "field", "rate", "label", "draft"),
    *("deposit", "deposit_item", "retainage", "retainage_item", "release"),
)
_SAID_ALSO = {
    "client": ("customer", "account", "kunde", "client name", "customer name"),
    "project": ("key", "project key", "jira project", "projekt"),
    "value": ("amount", "contract value", "total", "budget", "wert"),
    "starts": ("start", "start date", "begin", "beginning", "from"),
    "po": ("purchase order", "po number", "order"),
}
_ALWAYS = f"each row needs {', '.join(NEEDED)}"
_FIRST_LINE = f"its first line names the columns: {', '.join(NEEDED)}, and any of {', '.join(OPTIONAL)}"


@dataclass(frozen=True, slots=True)
class Columns:
    """The names of a table's columns, in their order, and how many cells a row has."""

    names: tuple[str, ...]

    def cells(self, row: Row) -> Row:
        """The cells of `row` below a name; what stands beyond the last column only if it holds anything."""
        beyond = any(cell.text for cell in row[len(self.names) :])
        return row if beyond else row[: len(self.names)]


def columns_of(rows: Sequence[Row], file: str) -> tuple[Columns, list[Problem]]:
    """The columns that the first of `rows` names, or everything that is wrong with it."""
    if not rows:
        return Columns(()), [Problem(file, 1, 1, "the table is empty", _FIRST_LINE)]
    header = _without_end(rows[0])
    names = tuple(map(_name, header))
    place = rows[0][0]
    if not {*names} & {*NEEDED, *OPTIONAL} and not any(map(_meant, names)):
        shown = inert(" | ".join(cell.text for cell in header), 80)
        message = f"the first line names no column: {shown!r}"
        return Columns(()), [Problem(file, place.line, place.column, message, _FIRST_LINE)]
    problems = [
        found for at, name in enumerate(names) for found in _strange(names, at, name, header[at], file)
    ]
    absent = [name for name in NEEDED if name not in names and name not in map(_meant, names)]
    problems += [
        Problem(file, place.line, place.column, f"the column {name!r} is missing", _ALWAYS) for name in absent
    ]
    return Columns(names), problems


def _without_end(header: Row) -> Row:
    """Without the empty cells behind the last name: a spreadsheet writes them for columns that were used once."""
    named = [index for index, cell in enumerate(header) if cell.text]
    return header[: named[-1] + 1]


def _name(cell: Cell) -> str:
    return "_".join(inert(cell.text, 60).casefold().replace("-", " ").replace("_", " ").split())


def _meant(name: str) -> str:
    """The column that is known here by another name than `name`; "" for none."""
    words = name.replace("_", " ")
    return next((column for column, others in _SAID_ALSO.items() if words in others), "")


def _strange(names: Sequence[str], at: int, name: str, cell: Cell, file: str) -> list[Problem]:
    if not name:
        hint = "name it, or take it out"
        return [Problem(file, cell.line, cell.column, "this column has no name", hint)]
    if name in names[:at]:
        hint = "keep one of the two"
        return [Problem(file, cell.line, cell.column, f"the column {name!r} is there twice", hint)]
    if name in (*NEEDED, *OPTIONAL):
        return []
    meant = _meant(name)
    hint = f"did you mean {meant!r}?" if meant else did_you_mean(name, (*NEEDED, *OPTIONAL)) or _FIRST_LINE
    return [Problem(file, cell.line, cell.column, f"there is no column {name!r}", hint)]
