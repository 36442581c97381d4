"""What one bill is withheld of: by its base, beside expenses and a draw."""

from __future__ import annotations

import pytest
from acme import usd
from test_riders import rules

from mappings.money.retained import Line, basis_of


@pytest.mark.parametrize(
    ("base", "held"), [("work", "70.00"), ("work_and_expenses", "80.00"), ("work_after_draw", "50.00")]
)
def test_the_base_says_what_the_percentage_is_of(base: str, held: str) -> None:
    """10 % of a bill of 700.00 of work and 100.00 of expenses, with 200.00 drawn."""
    contract = rules("USD", "10", "full", 100_000, None, base)
    bill_of = [("fee", "700.00"), ("expense", "100.00"), ("draw", "-200.00")]
    basis = basis_of([Line(contract, kind, None, usd(amount)) for kind, amount in bill_of])
    assert basis.to_hold[None] == usd(held).minor


def test_a_bill_whose_work_comes_to_nothing_draws_of_none_of_it() -> None:
    contract = rules("USD", "10", "full", 100_000, None, "work_after_draw")
    basis = basis_of(
        [Line(contract, "fee", "20 %", usd("100.00")), Line(contract, "fee", "0 %", usd("-100.00"))]
    )
    assert basis.to_hold == {"20 %": 1_000, "0 %": -1_000}


@pytest.mark.parametrize(("work", "held"), [("100.00", "0.00"), ("-400.00", "-40.00")])
def test_a_draw_pays_work_at_most_whole_and_nothing_of_what_is_taken_off(work: str, held: str) -> None:
    contract = rules("USD", "10", "full", 100_000, None, "work_after_draw")
    basis = basis_of([Line(contract, "fee", None, usd(work)), Line(contract, "draw", None, usd("-150.00"))])
    assert basis.to_hold == {None: usd(held).minor}
