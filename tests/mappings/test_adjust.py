"""A discount, then a minimum: in this order, to the cent, with the words of both."""

from __future__ import annotations

from decimal import Decimal

import pytest
from acme import usd

from mappings.contract.prices import Adjustments
from mappings.money.adjust import adjusted
from mappings.progress.priced import Gap, Priced, alone
from model.money import Money

HOURS = Priced(usd("100.05"), Decimal(3), Decimal("33.35"), "3 hours")


@pytest.mark.parametrize(
    ("discount", "minimum", "amount", "words"),
    [
        (Decimal(10), None, "90.05", "3 hours; less 10 % = 90.05 USD, rounded half-up"),
        (Decimal(100), None, "0.00", "3 hours; less 100 % = 0.00 USD"),
        (usd("10.00"), None, "90.05", "3 hours; less 10.00 USD = 90.05 USD"),
        (usd("200.00"), None, "0.00", "3 hours; less 200.00 USD = 0.00 USD"),
        (None, usd("120.00"), "120.00", "3 hours; at least 120.00 USD"),
        (usd("10.00"), usd("95.00"), "95.00", "3 hours; less 10.00 USD = 90.05 USD; at least 95.00 USD"),
    ],
)
def test_an_adjusted_price_says_how_it_comes_about(
    discount: Decimal | Money | None, minimum: Money | None, amount: str, words: str
) -> None:
    found = adjusted(HOURS, Adjustments(cap=None, minimum=minimum, discount=discount))
    assert found == alone(usd(amount), words)


def test_a_price_that_needs_no_adjusting_keeps_its_rate() -> None:
    for minimum in (None, usd("100.05"), usd("1.00")):
        assert adjusted(HOURS, Adjustments(cap=None, minimum=minimum, discount=None)) is HOURS


def test_a_missing_price_stays_missing() -> None:
    gap = Gap("amount.missing", "nothing", "fill it in")
    assert adjusted(gap, Adjustments(cap=None, minimum=usd("5.00"), discount=Decimal(5))) is gap
