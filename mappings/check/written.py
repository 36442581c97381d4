"""Contract files as written, for the names in them: what is sound of a file, whatever else is wrong with it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import PurePath
from typing import Any

from mappings.bundle import unpack
from mappings.contract.book import RuleBook
from mappings.contract.works import Work, projects_of
from mappings.grammar.positions import Positions
from mappings.grammar.tomlfile import read
from mappings.shared import parse_shared
from mappings.tables.accept import AcceptTable
from mappings.tables.order import WhenTable
from mappings.tables.parts import sound
from mappings.tables.payer import WhenWords
from mappings.tables.price import PriceTable
from mappings.tables.work import WorkTable, work_of

Loc = tuple[str | int, ...]
Found = Iterator[tuple[Loc, str, str]]
_Tables = tuple[tuple[Loc, Mapping[str, Any]], ...]


@dataclass(frozen=True, slots=True)
class WrittenRule:
    """A `[[milestone]]` or an `[[exclude]]` at `at`; what of it is missing or not sound is None."""

    at: Loc
    words: WorkTable | None
    price: PriceTable | None
    accept: AcceptTable | None

    @property
    def work(self) -> Work | None:
        """The work that it is for."""
        return work_of(self.words) if self.words else None

    @property
    def projects(self) -> tuple[str, ...]:
        """Keys of the projects that its work names."""
        return projects_of(self.work) if self.work else ()


class Written:
    """One contract file with the shared files it uses; `source` as in a rule book."""

    def __init__(self, file: str, source: str) -> None:
        self.file = file
        text, self.shared = unpack(source)
        pieces, _ = parse_shared(self.shared, self.beside)
        self._data = pieces.completed(read(text, file)[0])
        self._text = text

    def beside(self, name: str) -> str:
        """Where the shared file `name` is."""
        return str(PurePath(self.file).parent / name)

    @cached_property
    def positions(self) -> Positions:
        """Where everything stands."""
        return Positions(self._text)

    def says(self, *loc: str) -> bool:
        """Whether the file itself holds it, not only defaults that it uses."""
        return self.positions.find(loc)[1]

    def place(self, loc: Loc) -> tuple[int, int]:
        """Line and column of `loc`; what comes from the defaults that the contract uses stands where it says so."""
        from_defaults = loc[0] == "contract" and not self.positions.find(loc[:2])[1]
        return self.positions.of("contract", "use") if from_defaults else self.positions.of(*loc)

    def tables(self, name: str) -> _Tables:
        """The tables called `name`, `[name]` or each `[[name]]`, with their places."""
        found = self._data.get(name)
        if isinstance(found, Mapping):
            return (((name,), found),)
        listed = enumerate(found) if isinstance(found, list) else ()
        return tuple(((name, index), table) for index, table in listed if isinstance(table, Mapping))

    def names(self, table: str, key: str) -> Iterator[tuple[Loc, str]]:
        """Every text under `key` of the tables called `table`, with its place; the texts of a list one by one."""
        for at, written in self.tables(table):
            value = written.get(key)
            if isinstance(value, str) and value:
                yield (*at, key), value
            for index, each in enumerate(value) if isinstance(value, list) else ():
                if isinstance(each, str) and each:
                    yield (*at, key, index), each

    def word(self, key: str) -> str | None:
        """The text under `key` of [contract], its defaults counted in."""
        return next((text for _, text in self.names("contract", key)), None)

    @cached_property
    def rules(self) -> tuple[WrittenRule, ...]:
        """Milestones, then exclusions, in the order of the file."""
        tables = (*self.tables("milestone"), *self.tables("exclude"))
        return tuple(
            WrittenRule(
                at,
                sound(WorkTable, table.get("work")),
                sound(PriceTable, table.get("price")),
                sound(AcceptTable, table.get("accept")),
            )
            for at, table in tables
        )

    @cached_property
    def payers(self) -> tuple[tuple[Loc, WhenWords], ...]:
        """Which work each payer pays for, with the place of the condition."""
        found = (((*at, "when"), sound(WhenWords, table.get("when"))) for at, table in self.tables("payer"))
        return tuple((at, when) for at, when in found if when is not None)

    @cached_property
    def awaited(self) -> tuple[tuple[Loc, str], ...]:
        """The epics that change orders wait for, by key."""
        found = (
            ((*at, "when", "epic"), sound(WhenTable, table.get("when")))
            for at, table in self.tables("change_order")
        )
        return tuple((at, when.epic.upper()) for at, when in found if when is not None and when.epic)

    @property
    def projects(self) -> frozenset[str]:
        """Keys of the projects that it reaches by name."""
        awaited = (key.rpartition("-")[0] for _, key in self.awaited)
        return frozenset((*awaited, *(key for rule in self.rules for key in rule.projects)))


def written(book: RuleBook) -> tuple[Written, ...]:
    """Every file of `book` that can be read at all."""
    sources = {contract.file: book.sources.get(contract.version, ("", ""))[1] for contract in book.contracts}
    return tuple(Written(file, source) for file, source in {**sources, **book.broken}.items())
