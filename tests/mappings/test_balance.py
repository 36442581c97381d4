"""Where a contract stands before a bill, what a document is about to bill, and how much of it a deposit may pay."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

import pytest
from acme import usd
from test_release_amounts import billed, terms
from test_riders import NO_BASIS, rules, start

from mappings.contract.opening import Opening
from mappings.money.balance import Load, Sums, brought_forward
from mappings.money.drawing import room_of
from mappings.money.retained import Line, basis_of, not_borne
from model.billing import Claim
from model.money import Money

NONE = Money.zero("USD")
PLAIN = rules("USD", "10", "full", 100_000, None)
EMPTY = Load(NONE, {}, NO_BASIS, NO_BASIS, {}, {}, {}, {}, NONE)


@pytest.mark.parametrize(
    ("more", "moves"),
    [
        ({}, "no"),
        ({"work": {None: NONE}, "payable": {None: usd("5.00")}}, "no"),
        ({"work": {"A": usd("5.00"), "B": NONE}}, "yes"),
        ({"work": {"A": usd("5.00"), "B": usd("-5.00")}}, "yes"),
        ({"letting_go": {"A": usd("5.00"), "B": NONE}}, "yes"),
        ({"after": basis_of([Line(PLAIN, "fee", "A", usd("5.00")), Line(PLAIN, "fee", "B", NONE)])}, "yes"),
    ],
)
def test_a_document_moves_riders_when_work_or_what_is_let_go_or_withheld_changes(
    more: dict[str, object], moves: str
) -> None:
    assert replace(EMPTY, **more).moves is (moves == "yes")  # type: ignore[arg-type]


def test_a_document_says_what_its_own_work_comes_to_and_what_it_bills_more() -> None:
    load = replace(
        EMPTY,
        work={"A": usd("5.00"), "B": usd("-2.00")},
        payable={"A": usd("50.00"), "B": usd("8.00")},
        beside={"A": usd("7.00")},
    )
    assert (load.step, load.sum) == (usd("3.00"), usd("58.00"))


def test_lines_of_work_and_of_expenses_bear_what_is_withheld_together() -> None:
    load = replace(EMPTY, payable={"A": usd("50.00"), "B": usd("-8.00")}, beside={"A": usd("7.00")})
    assert [load.bears(code) for code in ("A", "B", "C")] == [usd("57.00"), NONE, NONE]


def test_what_is_to_be_withheld_goes_by_all_that_is_drawn_and_not_by_what_stands() -> None:
    after_draw = rules("USD", "10", "full", 100_000, None, "work_after_draw")
    lines = [Line(after_draw, "fee", None, usd("1000.00")), Line(after_draw, "draw", None, usd("-50.00"))]
    load = replace(EMPTY, after=basis_of(lines), drawn=usd("50.00"))
    assert [load.to_hold(usd(drawn))[None] for drawn in ("50.00", "80.00")] == [9_500, 9_200]


class TestBroughtForward:
    def test_a_contract_that_began_with_milepost_brings_nothing(self) -> None:
        begun = start(PLAIN, 500)
        assert brought_forward(PLAIN, begun) == begun

    def test_what_was_withheld_by_hand_comes_beside_that_of_other_tax_codes(self) -> None:
        opening = Opening(
            date(2026, 2, 1), usd("400.00"), None, (), NONE, NONE, usd("40.00"), NONE, frozenset(), (), 1
        )
        begun = replace(start(PLAIN, 0), held={"A": usd("1.00"), None: usd("2.00")})
        found = brought_forward(replace(PLAIN, opening=opening), begun)
        assert found.held == {"A": usd("1.00"), None: usd("42.00")}


class TestRoom:
    """How much of a document's own work a draw may pay."""

    def most(self, payable: Sums, held: Sums, **more: Sums) -> int:
        load = replace(EMPTY, payable=payable, **more)  # type: ignore[arg-type]
        return room_of(start(PLAIN, 0), load, held).most()

    def test_it_is_what_the_retainage_leaves(self) -> None:
        assert self.most({None: usd("100.00")}, {None: usd("10.00")}) == 9_000

    def test_of_what_is_withheld_of_work_and_expenses_together_only_the_part_of_the_work_is_off(self) -> None:
        both = {None: usd("20.00")}
        assert self.most({None: usd("100.00")}, both, beside={None: usd("100.00")}) == 9_000
        assert self.most({None: usd("100.00")}, {None: usd("100.00")}, beside={None: usd("0.01")}) == 1

    def test_what_is_let_go_of_may_be_drawn_too(self) -> None:
        assert self.most({}, {}, released={None: usd("30.00")}) == 3_000
        assert self.most({None: usd("100.00")}, {}, released={None: usd("30.00")}) == 13_000


class TestNotBorne:
    """How much more is withheld of a document than its lines come to."""

    RULES = terms("2030-01-01")

    def found(self, *claims: Claim) -> dict[tuple[str, str | None], str]:
        known = {self.RULES.version: self.RULES, PLAIN.version: replace(PLAIN, retainage=None)}
        amounts = not_borne(self.RULES, claims, known)
        return {key: str(amount.decimal) for key, amount in amounts.items()}

    def test_it_is_what_the_lines_of_that_document_do_not_come_to(self) -> None:
        withheld = billed(self.RULES, "retainage", "-10.00")
        assert self.found(billed(self.RULES, "fee", "4.00"), withheld) == {("client", None): "6.00"}
        assert self.found(billed(self.RULES, "fee", "40.00"), withheld) == {("client", None): "0.00"}
        elsewhere = billed(self.RULES, "fee", "40.00", document_key="doc#2")
        assert self.found(elsewhere, withheld) == {("client", None): "10.00"}

    def test_two_documents_are_looked_at_each_by_itself(self) -> None:
        claims = [billed(self.RULES, "retainage", "-10.00", document_key=f"doc#{n}") for n in (1, 2)]
        assert self.found(*claims) == {("client", None): "20.00"}

    def test_lines_bear_what_is_withheld_by_their_own_tax_code_of_their_own_payer(self) -> None:
        fees = billed(self.RULES, "fee", "40.00", "A")
        withheld = [billed(self.RULES, kind, "-10.00") for kind in ("retainage:A", "retainage:B")]
        of_labs = billed(self.RULES, "retainage:A", "-3.00", payer="labs")
        assert self.found(fees, *withheld, of_labs) == {
            ("client", "A"): "0.00",
            ("client", "B"): "10.00",
            ("labs", "A"): "3.00",
        }

    def test_what_ended_bears_nothing_and_withholds_nothing(self) -> None:
        withheld = billed(self.RULES, "retainage", "-10.00")
        assert self.found(billed(self.RULES, "fee", "40.00", ended="declined"), withheld) == {
            ("client", None): "10.00"
        }
        assert self.found(billed(self.RULES, "retainage", "-10.00", ended="declined")) == {}

    def test_expenses_bear_nothing_where_only_work_is_withheld_of(self) -> None:
        spent = billed(self.RULES, "expense:trip", "40.00")
        assert self.found(spent, billed(self.RULES, "retainage", "-10.00")) == {("client", None): "10.00"}

    def test_work_billed_while_nothing_was_withheld_bears_it_too(self) -> None:
        before = billed(PLAIN, "fee", "40.00", "nothing")
        assert self.found(before, billed(self.RULES, "retainage", "-10.00")) == {("client", None): "0.00"}


def test_a_share_of_what_is_withheld_is_exact_until_it_is_rounded() -> None:
    load = replace(EMPTY, after=basis_of([Line(PLAIN, "fee", None, usd("0.05"))]))
    assert load.to_hold(NONE) == {None: Fraction(1, 2)}
