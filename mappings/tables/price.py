"""`price = { … }` as a person writes it, and the price that it means."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from typing import Annotated

from pydantic import Discriminator, Tag

from mappings.contract.prices import (
    Adjustments,
    AmountField,
    Fixed,
    Hours,
    Listed,
    Offers,
    Percent,
    PercentField,
    PerIssue,
    PerPoint,
    Price,
)
from mappings.tables.written import (
    Choice,
    FieldRef,
    MoneyText,
    PercentText,
    ShareOrAmount,
    Words,
    percent,
)
from model.money import Money

#: Keys that stand beside a price, in the order in which they are applied.
BESIDE = ("discount", "minimum", "cap")


def _form(value: object) -> str:
    return "field" if isinstance(value, Mapping | FieldRef) else "text"


class PriceTable(Choice):
    """`{ fixed = "…" }`, `{ percent = "…" }`, `{ per_point = "…", cap = "…" }` and so on"""

    beside = BESIDE

    fixed: MoneyText | None = None
    percent: (
        Annotated[
            Annotated[PercentText, Tag("text")] | Annotated[FieldRef, Tag("field")], Discriminator(_form)
        ]
        | None
    ) = None
    amount: FieldRef | None = None
    per_point: MoneyText | None = None
    per_issue: MoneyText | None = None
    listed: Words | None = None
    rate_card: Words | None = None
    discount: ShareOrAmount | None = None
    minimum: MoneyText | None = None
    cap: MoneyText | None = None

    def amounts(self) -> Iterator[tuple[str, str]]:
        """Every amount of money written here, with its key."""
        written = {
            "fixed": self.fixed,
            "per_point": self.per_point,
            "per_issue": self.per_issue,
            "discount": self.discount,
            "minimum": self.minimum,
            "cap": self.cap,
        }
        yield from ((key, text) for key, text in written.items() if text is not None and "%" not in text)


def price_of(table: PriceTable, currency: str, offers: Offers) -> Price:
    """The price that a sound `table` means."""
    if table.fixed is not None:
        return Fixed(Money.of(table.fixed, currency))
    if table.listed is not None:
        return Listed(table.listed, offers.listed[table.listed])
    if table.rate_card is not None:
        return Hours(offers.cards[table.rate_card])
    if table.per_point is not None:
        return PerPoint(Money.of(table.per_point, currency))
    if table.per_issue is not None:
        return PerIssue(Money.of(table.per_issue, currency))
    if table.amount is not None:
        return AmountField(table.amount.field)
    if isinstance(table.percent, FieldRef):
        return PercentField(table.percent.field)
    if table.percent is None:
        raise ValueError("a price table without a price passed its validation")
    return Percent(percent(table.percent))


def adjustments_of(table: PriceTable, currency: str) -> Adjustments:
    """What stands beside the price in a sound `table`."""
    discount: Decimal | Money | None = None
    if table.discount is not None:
        share = "%" in table.discount
        discount = percent(table.discount) if share else Money.of(table.discount, currency)
    return Adjustments(
        discount=discount,
        minimum=Money.of(table.minimum, currency) if table.minimum else None,
        cap=Money.of(table.cap, currency) if table.cap else None,
    )
