"""`[opening]` as a person writes it: its shape, what can be wrong with it, and what it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import TYPE_CHECKING, Annotated

from pydantic import Field

from mappings.contract.opening import Opening
from mappings.tables.written import MoneyText, PercentText, Table, Words, percent, says
from mappings.words.mistakes import did_you_mean
from model.money import Money

if TYPE_CHECKING:
    from mappings.tables.parts import Parts

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]
_AMOUNTS = ("billed", "deposit", "drawn", "retained", "released")

Number = Annotated[str, Field(pattern=r"^[!-~]([ -~]{0,19}[!-~])?$")]  # QuickBooks takes 21 characters


class OpeningTable(Table):
    """`[opening]`"""

    on: Annotated[date, says("the day from which Milepost bills, such as 2026-05-01")]
    billed: MoneyText = "0"
    percent: PercentText | None = None
    rules: dict[str, MoneyText] = Field(default_factory=dict)
    deposit: MoneyText = "0"
    drawn: MoneyText = "0"
    retained: MoneyText = "0"
    released: MoneyText = "0"
    works: list[Words] = Field(default_factory=list)
    invoices: list[Number] = Field(default_factory=list)

    def number(self, key: str) -> Decimal:
        """One of the amounts."""
        return Decimal(str(getattr(self, key)))

    @property
    def of_rules(self) -> Decimal:
        """What of `billed` is said to be of rules."""
        return sum((Decimal(amount) for amount in self.rules.values()), Decimal(0))


def amounts_of_opening(table: OpeningTable | None) -> list[tuple[_Loc, str | None]]:
    """The amounts that the table holds, with their places."""
    if table is None:
        return []
    written: list[tuple[_Loc, str | None]] = [(("opening", key), getattr(table, key)) for key in _AMOUNTS]
    return written + [(("opening", "rules", rule), amount) for rule, amount in table.rules.items()]


def lint_opening(parts: Parts) -> _Found:
    """Every problem of the table beside the rest of the file."""
    table = parts.opening
    if table is None:
        return
    starts, amounts = parts.contract.get("starts"), [key for key in _AMOUNTS if table.number(key)]
    if isinstance(starts, date) and table.on < starts:
        message = f"the opening is on {table.on}, before the contract starts ({starts})"
        yield ("opening", "on"), message, "a contract that starts later has nothing to bring forward"
    if parts.payers and amounts:
        message = "balances of a contract with several payers: whose they are is not said"
        yield (
            ("opening", amounts[0]),
            message,
            "let it begin with what is left of its value, and name under works what was billed",
        )
    if amounts and not table.invoices:
        message = "no invoices are named that show these balances in QuickBooks"
        yield ("opening", amounts[0]), message, 'write invoices = ["1001", "1007"], all of them'
    yield from _schedule(parts, table)
    yield from _rules(parts, table)
    yield from _terms(parts, table)
    yield from _twice(table)


def opening_of(table: OpeningTable, currency: str, line: int) -> Opening:
    """The balances of a linted table."""
    amounts: Mapping[str, Money] = {key: Money.of(table.number(key), currency) for key in _AMOUNTS}
    return Opening(
        on=table.on,
        billed=amounts["billed"],
        percent=percent(table.percent) if table.percent is not None else None,
        rules=tuple((rule, Money.of(amount, currency)) for rule, amount in table.rules.items()),
        deposit=amounts["deposit"],
        drawn=amounts["drawn"],
        retained=amounts["retained"],
        released=amounts["released"],
        works=frozenset(name.casefold() for name in table.works),
        invoices=tuple(table.invoices),
        line=line,
    )


def _schedule(parts: Parts, table: OpeningTable) -> _Found:
    rest = table.number("billed") - table.of_rules
    by_percent = any(rule.price.percent is not None for _, rule in parts.milestones)
    if table.percent is None:
        if by_percent and rest > 0:
            message = f"{rest} is billed, and how much of the value that settled is not said: it would be billed again"
            yield (
                ("opening", "billed"),
                message,
                'write percent = "33.33 %", or name the rules that billed it',
            )
        return
    if "value" not in parts.contract:
        yield (
            ("opening", "percent"),
            "a percentage needs the contract's value",
            'give [contract] a value = "…"',
        )
    if percent(table.percent) > 100:
        yield ("opening", "percent"), f"{table.percent} is more than the contract", ""
    if percent(table.percent) and rest <= 0:
        message = f"{table.percent} is settled, and nothing was billed for it"
        yield ("opening", "percent"), message, "write in billed what the percentages had billed"


def _rules(parts: Parts, table: OpeningTable) -> _Found:
    names = {rule.rule for _, rule in parts.milestones} | {order.id for _, order in parts.orders}
    for name in table.rules:
        if name not in names:
            message = f"there is no rule or change order {name!r} in this file"
            yield ("opening", "rules", name), message, did_you_mean(name, names)
    if table.of_rules > table.number("billed"):
        message = f"the rules had billed {table.of_rules}, more than was billed in all"
        yield ("opening", "rules"), message, "billed is the whole, rules say what of it was theirs"


def _terms(parts: Parts, table: OpeningTable) -> _Found:
    for key, of, terms in (("deposit", "deposit", parts.deposit), ("retained", "retainage", parts.retainage)):
        if table.number(key) and terms is None:
            yield ("opening", key), f"there is no [{of}] to go on from it", f"add the [{of}] that was agreed"
    for less, more in (("drawn", "deposit"), ("released", "retained")):
        if table.number(less) > table.number(more):
            yield ("opening", less), f"{getattr(table, less)} {less} is more than was {more}", ""


def _twice(table: OpeningTable) -> _Found:
    for index, number in enumerate(table.invoices):
        if number in table.invoices[:index]:
            yield ("opening", "invoices", index), f"invoice {number} is named twice", ""
