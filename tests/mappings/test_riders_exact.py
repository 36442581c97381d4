"""What rides on a bill to the cent and the word: what the draw leaves, what is released, other tax codes and caps."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from acme import usd
from test_riders import NO_BASIS, all_held, bill, fees, held_of, ride, rules, start

from mappings.contract.rules import Contract
from mappings.money import riders
from mappings.money.balance import Balance, Load, Sums
from mappings.money.retained import Line, basis_of
from mappings.money.riders import Ride
from model.money import Money

NONE = Money.zero("USD")
FULL, TAXED, UNTAXED = Decimal(100), "20 %", "0 %"


def after_draw(hold: str = "10", received: int = 30_000) -> tuple[Contract, Balance]:
    """A contract that withholds of what the draw leaves, and its balance with so much received."""
    contract = rules("USD", hold, "full", 100_000, None, "work_after_draw")
    return contract, start(contract, received)


def load_of(payable: Sums) -> Load:
    """A new document with fees by tax code."""
    whole = Money(sum(amount.minor for amount in payable.values()), "USD")
    return Load(whole, payable, NO_BASIS, NO_BASIS, payable, {}, {}, {}, NONE)


def held(riding: Ride) -> dict[str | None, str]:
    return {code: str(amount.decimal) for code, (amount, _) in riding.held.items()}


class TestAfterDraw:
    """The deposit is drawn first, and a part withheld of what it leaves."""

    def test_a_tenth_of_what_the_draw_leaves_is_withheld(self) -> None:
        contract, begun = after_draw()
        riding, after = bill(contract, begun, 100_000)
        assert riding == Ride(
            {None: (usd("70.00"), "10 % of what the draw leaves withheld; 70.00 USD to date")},
            usd("300.00"),
            "drawn in full; 300.00 USD of the deposit is left",
        )
        assert (after.drawn, after.to_hold) == (usd("300.00"), {None: 7_000})

    def test_work_billed_under_such_rules_is_withheld_so_though_the_rules_are_others_now(self) -> None:
        """500.00 under the old rules and 500.00 under new ones, all of it drawn but what is withheld: the old half
        counts with the part of it that the draw leaves in the end."""
        (old, begun), new = after_draw(received=200_000), rules("USD", "10", "full", 100_000, None)
        lines = [Line(each, "fee", None, usd("500.00")) for each in (old, new)]
        load = replace(load_of({None: usd("1000.00")}), after=basis_of(lines))
        riding, after = riders.ride(new, begun, load, released=Decimal(0))
        assert (held(riding), riding.drawn) == ({None: "50.00"}, usd("950.00"))
        assert after.to_hold == {None: 5_000 + 250}

    def test_what_is_withheld_of_lines_without_the_draw_s_tax_leaves_room_for_that_tax(self) -> None:
        """200.00 with 20 % are drawn of 300.00 without tax: of the 60.00 that are left all may be withheld."""
        contract, begun = after_draw("100", 20_000)
        taxed = replace(begun, drawn_as=TAXED, gross=Fraction(6, 5), to_hold={}, held={})
        riding, _ = ride(contract, taxed, load_of({UNTAXED: usd("300.00")}))
        assert (riding.drawn, held(riding)) == (usd("200.00"), {UNTAXED: "60.00"})

    def test_what_one_tax_code_withholds_is_no_room_for_the_next(self) -> None:
        contract, begun = after_draw("100", 20_000)
        taxed = replace(begun, drawn_as=TAXED, gross=Fraction(6, 5), to_hold={}, held={})
        riding, _ = ride(contract, taxed, load_of({TAXED: usd("100.00"), UNTAXED: usd("200.00")}))
        assert (riding.drawn, held(riding)) == (usd("200.00"), {UNTAXED: "66.67", TAXED: "11.10"})


def test_a_percentage_of_work_and_expenses_says_so() -> None:
    contract = rules("USD", "10", "full", 100_000, None, "work_and_expenses")
    load = replace(fees(usd("100.00"), usd("100.00"), NONE, NONE), beside={None: usd("50.00")})
    riding, _ = ride(contract, start(contract, 0), load)
    assert riding.held[None] == (usd("15.00"), "10 % of work and expenses withheld; 15.00 USD to date")


class TestReleased:
    """A part is let go: what was withheld until then stays on its bills, and later ones are withheld less."""

    RULES = rules("USD", "10", "full", 100_000, None)
    HALF = Decimal(50)

    def test_of_more_work_only_what_is_not_let_go_is_withheld(self) -> None:
        _, first = bill(self.RULES, start(self.RULES, 0), 10_000)
        riding, second = bill(self.RULES, first, 10_000, released=self.HALF)
        assert riding.held[None] == (
            usd("5.00"),
            "10 % withheld; 20.00 USD to date, 50 % is released of it: 15.00 USD, less 10.00 USD withheld before",
        )
        assert held_of(bill(self.RULES, second, 10_000, released=self.HALF)[0]) == usd("5.00")

    def test_a_bill_that_is_lowered_after_it_gives_back_half_of_its_part(self) -> None:
        _, first = bill(self.RULES, start(self.RULES, 0), 10_000)
        lowered = fees(usd("-40.00"), usd("60.00"), usd("10.00"), NONE)
        assert held_of(ride(self.RULES, first, lowered, released=self.HALF)[0]) == usd("6.00")

    @pytest.mark.parametrize(("payable", "stays"), [("60.00", "10.00"), ("4.00", "4.00")])
    def test_once_all_is_let_go_what_is_withheld_stays_as_far_as_the_bill_bears_it(
        self, payable: str, stays: str
    ) -> None:
        _, first = bill(self.RULES, start(self.RULES, 0), 10_000)
        lowered = fees(usd(payable) - usd("100.00"), usd(payable), usd("10.00"), NONE)
        riding, _ = ride(self.RULES, first, lowered, released=FULL)
        assert riding.held == {None: (usd(stays), "all of it is released")}

    def test_nearly_all_is_not_all(self) -> None:
        _, first = bill(self.RULES, start(self.RULES, 0), 10_000)
        assert held_of(bill(self.RULES, first, 10_000, released=Decimal("99.5"))[0]) == usd("0.05")


class TestCodes:
    """Each tax code has its own."""

    def test_what_another_code_withheld_before_stays_as_it_is(self) -> None:
        contract = rules("USD", "10", "full", 100_000, None)
        empty = replace(start(contract, 0), to_hold={}, held={})
        _, first = ride(contract, empty, load_of({TAXED: usd("100.00")}))
        _, second = ride(contract, first, load_of({UNTAXED: usd("50.00")}))
        assert second.held == {TAXED: usd("10.00"), UNTAXED: usd("5.00")}

    def test_it_stays_too_once_all_is_let_go(self) -> None:
        contract = rules("USD", "10", "full", 100_000, None)
        empty = replace(start(contract, 0), to_hold={}, held={})
        _, first = ride(contract, empty, load_of({TAXED: usd("100.00")}))
        riding, second = ride(contract, first, load_of({UNTAXED: usd("50.00")}), released=FULL)
        assert (riding.held, second.held) == ({}, {TAXED: usd("10.00")})

    def test_what_stands_on_a_document_by_a_code_that_nothing_has_any_more_is_taken_off(self) -> None:
        contract = rules("USD", "10", "full", 100_000, None)
        begun = replace(start(contract, 0), to_hold={}, held={TAXED: usd("10.00")})
        load = replace(load_of({UNTAXED: usd("100.00")}), held={TAXED: usd("10.00")})
        riding, after = ride(contract, begun, load)
        assert riding.held == {
            TAXED: (NONE, "10 % withheld; 0.00 USD to date"),
            UNTAXED: (usd("10.00"), "10 % withheld; 10.00 USD to date"),
        }
        assert after.held == {TAXED: NONE, UNTAXED: usd("10.00")}

    @pytest.mark.parametrize("codes", [("Z", "A"), ("A", "Z"), ("A", None), (None, "A")])
    def test_a_cap_goes_by_the_codes_in_their_order_whatever_line_comes_first(
        self, codes: tuple[str | None, str | None]
    ) -> None:
        contract = rules("USD", "10", "full", 100_000, 1_200)
        empty = replace(start(contract, 0), to_hold={}, held={})
        riding, _ = ride(contract, empty, load_of({code: usd("100.00") for code in codes}))
        first, last = sorted(codes, key=lambda code: code or "")
        assert held(riding) == {first: "10.00", last: "2.00"}
        assert riding.held[last][1] == "10 % withheld; 2.00 USD to date (at most 12.00 USD)"


def test_a_reduction_alone_draws_nothing() -> None:
    contract = rules("USD", "10", "full", 100_000, None)
    riding, _ = ride(contract, start(contract, 5_000), load_of({None: usd("-10.00")}))
    assert riding.drawn == NONE


def test_of_less_than_nothing_billed_to_date_nothing_is_drawn_in_proportion() -> None:
    contract = rules("USD", "10", "proportional", 100_000, None)
    riding, _ = bill(contract, start(contract, 200_000), -20_000)
    assert riding.drawn_how.startswith("drawn in proportion: 0.00 USD to date")


def test_all_that_a_document_withheld_and_drew_is_told_to_the_next() -> None:
    contract = rules("USD", "10", "full", 100_000, None)
    riding, after = bill(contract, start(contract, 50_000), 10_000)
    assert (held_of(riding), riding.drawn) == (usd("10.00"), usd("90.00"))
    assert (all_held(after), after.drawn, after.available) == (usd("10.00"), usd("90.00"), usd("410.00"))
