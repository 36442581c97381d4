"""What contracts share: defaults, price lists and rate cards in files of their own, taken by name. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

from mappings.contract.prices import Offers
from mappings.contract.rates import RateCard
from mappings.grammar.positions import Positions
from mappings.grammar.tomlfile import beyond, read, validate
from mappings.tables.currencies import CURRENCIES, no_amount_of, unknown_currency
from mappings.tables.parts import Parts
from mappings.tables.rate import RateCardTable, lint_rates, rate_card, roles_of, ties
from mappings.tables.shared import SharedFile
from mappings.words.mistakes import did_you_mean
from model.finding import Problem
from model.money import Money

SHARED = "shared"  #: the subfolder of the rules folder that holds shared files

# In place of defaults that cannot be read: with them the rest of a contract file can be looked at.
_STAND_IN = {"company": "?", "site": "?", "currency": "USD", "draft": "unsent_invoice", "item": "?"}

_T = TypeVar("_T")
_Key = TypeVar("_Key")
_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]


@dataclass(frozen=True, slots=True)
class Piece(Generic[_T]):
    """One thing that contracts may take, the file that holds it (as `shared/house.toml`) and its line."""

    value: _T
    file: str
    line: int


@dataclass(slots=True)
class Shared:
    """Every sound piece by its name (prices and rate cards by name and currency), and every file's text.

    `broken` are files with mistakes: what they would hold is not here.
    """

    texts: dict[str, str] = field(default_factory=dict)
    defaults: dict[str, Piece[Mapping[str, Any]]] = field(default_factory=dict)
    prices: dict[tuple[str, str], Piece[Money]] = field(default_factory=dict)
    cards: dict[tuple[str, str], Piece[RateCard]] = field(default_factory=dict)
    broken: list[str] = field(default_factory=list)

    def drop(self, file: str) -> None:
        """A file with mistakes gives nothing: a version that took half of it would not read back."""
        self.broken.append(file)
        self.defaults = _without(file, self.defaults)
        self.prices = _without(file, self.prices)
        self.cards = _without(file, self.cards)

    def completed(self, data: dict[str, Any]) -> dict[str, Any]:
        """The tables of a contract file, with the defaults that it uses under what it says itself."""
        contract = data.get("contract")
        if not isinstance(contract, dict):
            return data
        piece = self.defaults.get(_used(contract))
        taken = piece.value if piece is not None else _STAND_IN if self.owes(contract) else {}
        return data | {"contract": {**taken, **contract}}

    def owes(self, contract: Mapping[str, Any]) -> bool:
        """Whether [contract] takes defaults that a file with mistakes holds: what it lacks is no mistake of its own,
        and it says nothing yet."""
        use = _used(contract)
        return bool(use) and use not in self.defaults and any(use in self.texts[file] for file in self.broken)

    def awaits(self, parts: Parts) -> bool:
        """Whether a contract takes anything that a file with mistakes holds: these are said there, once."""
        return self.owes(parts.contract) or any(map(self._is_broken, _offered(parts)))

    def offers(self, currency: str) -> Offers:
        """Prices and rate cards in one currency."""
        return Offers(_in(currency, self.prices), _in(currency, self.cards))

    def lint(self, parts: Parts) -> _Found:
        """What a contract asks of the shared files and they do not have."""
        use = parts.written("use")
        if use is not None and use not in self.defaults and not self.owes(parts.contract):
            yield ("contract", "use"), *self._unknown("defaults", use, self.defaults)
        currency = parts.written("currency") or ""
        for index, rule in parts.milestones:
            at: _Loc = ("milestone", index, "price")
            if rule.price.listed is not None:
                yield from self._priced((*at, "listed"), "price", rule.price.listed, currency, self.prices)
            if rule.price.rate_card is not None:
                named = rule.price.rate_card
                yield from self._priced((*at, "rate_card"), "rate card", named, currency, self.cards)

    def used(self, parts: Parts) -> dict[str, str]:
        """The shared files that a sound contract takes something from, with their texts."""
        currency = parts.written("currency") or ""
        pieces: list[Piece[Any] | None] = [self.defaults.get(_used(parts.contract))]
        pieces += [self.prices.get((rule.price.listed or "", currency)) for _, rule in parts.milestones]
        pieces += [self.cards.get((rule.price.rate_card or "", currency)) for _, rule in parts.milestones]
        names = sorted({piece.file for piece in pieces if piece is not None})
        return {name: self.texts[name] for name in names}

    def _priced(
        self, at: _Loc, kind: str, name: str, currency: str, known: Mapping[tuple[str, str], Piece[Any]]
    ) -> _Found:
        if (name, currency) in known or currency not in CURRENCIES or self._is_broken(name):
            return
        others = sorted(other for named, other in known if named == name)
        if others:
            message = f"the shared {kind} {name!r} is in {', '.join(others)}, the contract in {currency}"
            yield at, message, f"amounts are never converted: give it in {currency} as well"
        else:
            yield at, *self._unknown(kind, name, {named for named, _ in known})

    def _is_broken(self, name: str) -> bool:
        """Whether a file with mistakes holds a price or a card of that name, and no other does."""
        given = any(name == known for known, _ in (*self.prices, *self.cards))
        return not given and any(f'"{name}"' in self.texts[file] for file in self.broken)

    def _unknown(self, kind: str, name: str, known: Any) -> tuple[str, str]:
        hint = did_you_mean(name, known) or f"give it in a file of the folder {SHARED!r}, or correct the name"
        if self.broken:
            hint = f"correct the mistakes in {', '.join(self.broken)} first"
        what = kind if kind.endswith("s") else f"a {kind}"
        return f"no file in the folder {SHARED!r} has {what} named {name!r}", hint


def parse_shared(texts: Mapping[str, str], place: Callable[[str], str]) -> tuple[Shared, list[Problem]]:
    """The pieces of shared files by their names (`shared/house.toml`), and every problem they have.

    `place` makes of such a name what problems call the file.
    """
    shared, problems = Shared(dict(texts)), []
    for name, text in sorted(texts.items()):
        found = list(_take(shared, name, text, place(name)))
        if found:
            shared.drop(name)
        problems += found
    return shared, problems


def _take(shared: Shared, name: str, text: str, file: str) -> Iterator[Problem]:
    data, problems = read(text, file)
    shape = None
    if problems:
        problems = beyond(problems, text, file, SharedFile)[1]
    else:
        shape, problems = validate(data, text, file, SharedFile)
    yield from problems
    if shape is None:
        return
    positions, takes = Positions(text), (_defaults, _list, _card)
    for take in takes:
        for loc, message, hint in take(shared, name, shape, positions):
            yield Problem(file, *positions.of(*loc), message, hint)


def _defaults(shared: Shared, name: str, shape: SharedFile, positions: Positions) -> _Found:
    if shape.defaults is None:
        return
    given: Mapping[str, Any] = shape.defaults.model_dump(by_alias=True, exclude_unset=True, exclude={"name"})
    piece = Piece(given, name, positions.of("defaults")[0])
    known = shared.defaults.setdefault(shape.defaults.name, piece)
    if known is not piece:
        yield ("defaults", "name"), f"defaults {shape.defaults.name!r} are already in {_at(known)}", ""


def _list(shared: Shared, name: str, shape: SharedFile, positions: Positions) -> _Found:
    for index, listed in enumerate(shape.price):
        at: _Loc = ("price", index)
        strange = unknown_currency(listed.currency)
        if strange is not None:
            yield (*at, "currency"), *strange
            continue
        finer = no_amount_of(listed.currency, listed.amount)
        if finer is not None:
            yield (*at, "amount"), *finer
            continue
        piece = Piece(Money.of(listed.amount, listed.currency), name, positions.of(*at)[0])
        known = shared.prices.setdefault((listed.name, listed.currency), piece)
        if known is not piece:
            yield (*at, "name"), f"price {listed.name!r} is already in {_at(known)}", "a price has one amount"


def _card(shared: Shared, name: str, shape: SharedFile, positions: Positions) -> _Found:
    table, roles = shape.rate_card, roles_of(shape.roles)
    if table is None:
        stray = next((key for key in ("roles", "rate") if getattr(shape, key)), None)
        if stray is not None:
            yield (stray,), f"{stray} belong to a [rate_card], and there is none in this file", ""
        return
    problems = [*_money(table, shape), *lint_rates(shape.rate, roles)]
    yield from problems
    if problems:
        return
    card = rate_card(table, shape.rate, roles, name, positions)
    yield from ties(card)
    piece = Piece(card, name, positions.of("rate_card")[0])
    known = shared.cards.setdefault((table.name, table.currency), piece)
    if known is not piece:
        yield ("rate_card", "name"), f"rate card {table.name!r} is already in {_at(known)}", ""


def _money(table: RateCardTable, shape: SharedFile) -> _Found:
    strange = unknown_currency(table.currency)
    if strange is not None:
        yield ("rate_card", "currency"), *strange
        return
    for index, rate in enumerate(shape.rate):
        finer = no_amount_of(table.currency, rate.per_hour)
        if finer is not None:
            yield ("rate", index, "per_hour"), *finer


def _offered(parts: Parts) -> Iterator[str]:
    """The names of prices and rate cards that rules take."""
    for _, rule in parts.milestones:
        yield from filter(None, (rule.price.listed, rule.price.rate_card))


def _in(currency: str, pieces: Mapping[tuple[str, str], Piece[_T]]) -> dict[str, _T]:
    return {name: piece.value for (name, code), piece in pieces.items() if code == currency}


def _without(file: str, pieces: Mapping[_Key, Piece[_T]]) -> dict[_Key, Piece[_T]]:
    return {name: piece for name, piece in pieces.items() if piece.file != file}


def _at(piece: Piece[Any]) -> str:
    return f"{piece.file}:{piece.line}"


def _used(contract: object) -> str:
    use = contract.get("use") if isinstance(contract, Mapping) else None
    return use if isinstance(use, str) else ""
