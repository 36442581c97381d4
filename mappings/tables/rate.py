"""A rate card as a person writes it, what it can have wrong, and the rates that it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from itertools import combinations
from typing import Annotated, NamedTuple

from pydantic import Field

from mappings.contract.rates import Rate, RateCard
from mappings.grammar.positions import Positions
from mappings.tables.written import AnyOf, CurrencyCode, MoneyText, Table, Words, says
from mappings.words.mistakes import did_you_mean
from model.money import Money

Roles = Mapping[str, frozenset[str]]  # role, case folded → names and account ids, case folded

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]


class RateCardTable(Table):
    """`[rate_card]`"""

    name: Annotated[Words, says('what rules write behind rate_card, such as "standard"')]
    currency: CurrencyCode


class RateTable(Table):
    """One `[[rate]]`."""

    from_: Annotated[date, Field(alias="from"), says("the first day, such as 2026-05-01")]
    until: date | None = None
    role: AnyOf | None = None
    person: AnyOf | None = None
    project: AnyOf | None = None
    issue_type: AnyOf | None = None
    per_hour: Annotated[MoneyText, says('such as "120.00"')]


def roles_of(written: Mapping[str, list[str]]) -> Roles:
    """Who has each role."""
    return {role.casefold(): frozenset(map(str.casefold, people)) for role, people in written.items()}


def lint_rates(rates: list[RateTable], roles: Roles) -> _Found:
    """Roles that nobody has, and days in the wrong order."""
    for index, rate in enumerate(rates):
        for role in rate.role or ():
            if role.casefold() not in roles:
                yield ("rate", index, "role"), f"[roles] has no role {role!r}", did_you_mean(role, roles)
        if rate.until is not None and rate.until < rate.from_:
            yield (
                ("rate", index, "until"),
                f"the rate ends on {rate.until}, before it begins ({rate.from_})",
                "",
            )


def rate_card(
    table: RateCardTable, rates: list[RateTable], roles: Roles, file: str, positions: Positions
) -> RateCard:
    """The card that sound tables of a shared `file` mean."""
    return RateCard(
        table.name,
        tuple(
            Rate(
                per_hour=Money.of(rate.per_hour, table.currency),
                from_on=rate.from_,
                until_on=rate.until,
                people=_people(rate, roles),
                projects=_folded(rate.project),
                types=_folded(rate.issue_type),
                strictness=sum(
                    each is not None for each in (rate.role, rate.person, rate.project, rate.issue_type)
                ),
                line=positions.of("rate", index)[0],
            )
            for index, rate in enumerate(rates)
        ),
        file,
    )


def ties(card: RateCard) -> _Found:
    """Two rates that may fit the same time with as many conditions, unless a stricter rate decides it."""
    for (_, a), (index, b) in combinations(enumerate(card.rates), 2):
        both = _Where.of(a).and_(_Where.of(b)) if a.strictness == b.strictness else None
        if both is None:
            continue
        decided = any(each.strictness > a.strictness and _Where.of(each).holds(both) for each in card.rates)
        if not decided:
            message = f"this rate and the one in line {a.line} may fit the same time with as many conditions"
            hint = "let one end before the other begins, or give one more condition"
            yield ("rate", index), message, hint


def meet(a: Rate, b: Rate) -> bool:
    """Whether there may be time that both rates fit."""
    return _Where.of(a).and_(_Where.of(b)) is not None


class _Where(NamedTuple):
    """Where a rate holds: days and conditions, None where there is none."""

    from_on: date
    until_on: date
    people: frozenset[str] | None
    projects: frozenset[str] | None
    types: frozenset[str] | None

    @classmethod
    def of(cls, rate: Rate) -> _Where:
        return cls(rate.from_on, rate.until_on or date.max, rate.people, rate.projects, rate.types)

    def and_(self, other: _Where) -> _Where | None:
        """Where both hold; None for nowhere."""
        days = max(self.from_on, other.from_on), min(self.until_on, other.until_on)
        met = [
            b if a is None else a if b is None else a & b for a, b in zip(self[2:], other[2:], strict=True)
        ]
        if days[0] > days[1] or any(each is not None and not each for each in met):
            return None
        return _Where(*days, *met)

    def holds(self, part: _Where) -> bool:
        """True when this rate holds everywhere in `part`."""
        wide = all(
            mine is None or (asked is not None and asked <= mine)
            for mine, asked in zip(self[2:], part[2:], strict=True)
        )
        return wide and self.from_on <= part.from_on and part.until_on <= self.until_on


def _people(rate: RateTable, roles: Roles) -> frozenset[str] | None:
    named = _folded(rate.person)
    if rate.role is None:
        return named
    having = frozenset[str]().union(*(roles[role.casefold()] for role in rate.role))
    return having if named is None else named & having


def _folded(words: list[str] | None) -> frozenset[str] | None:
    return None if words is None else frozenset(map(str.casefold, words))
