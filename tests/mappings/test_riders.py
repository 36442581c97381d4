"""What rides on bills: whatever the bills are, what is withheld and drawn to date comes to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from fractions import Fraction

from acme import EPICS, HEAD, milestone
from acme import contract as rules_of
from hypothesis import given
from hypothesis import strategies as st

from mappings.contract.opening import Opening
from mappings.contract.rules import Contract
from mappings.money.riders import Balance, Load, Ride, brought_forward, ride
from model.money import Money, round_half_up

CURRENCIES = ("JPY", "USD", "KWD")  # no, two and three digits


def rules(currency: str, hold: str, draw: str, value: int, cap: int | None) -> Contract:
    """A contract with a retainage and a deposit; amounts in minor units."""

    def written(minor: int) -> str:
        return f"{Money(minor, currency).decimal:f}"

    limit = "" if cap is None else f'cap = "{written(cap)}"\n'
    head = HEAD.replace("USD", currency).replace("1000.00", written(value))
    retainage = f'[retainage]\nhold = "{hold} %"\nitem = "R"\nrelease = 2030-01-01\n{limit}'
    deposit = f'[deposit]\namount = "{written(1)}"\nitem = "D"\ndraw = "{draw}"\n'
    return rules_of(retainage + deposit + milestone(EPICS, f'{{ fixed = "{written(1)}" }}'), head=head)


def bill(contract: Contract, balance: Balance, work: int, *, released: bool = False) -> tuple[Ride, Balance]:
    """A new document that bills `work` minor units."""
    zero, amount = Money.zero(contract.currency), Money(work, contract.currency)
    return ride(contract, balance, Load(amount, amount, zero, zero), released=released)


def start(contract: Contract, received: int) -> Balance:
    currency = contract.currency
    zero = Money.zero(currency)
    return Balance(contract.value or zero, zero, Fraction(0), zero, Money(received, currency), zero)


@given(
    currency=st.sampled_from(CURRENCIES),
    works=st.lists(st.integers(1, 10**9), min_size=1, max_size=12),
    hold=st.sampled_from(["0.5", "3.333", "5", "10", "33.34", "100"]),
    cap=st.none() | st.integers(1, 10**9),
    received=st.integers(0, 2 * 10**9),
    draw=st.sampled_from(["full", "proportional", "last"]),
)
def test_whatever_is_billed_the_riders_come_to_the_cent(
    currency: str, works: list[int], hold: str, cap: int | None, received: int, draw: str
) -> None:
    contract = rules(currency, hold, draw, sum(works), cap)
    balance, before = start(contract, received), start(contract, received)
    for work in works:
        riding, balance = bill(contract, balance, work)
        assert riding.held.minor >= 0
        assert riding.drawn.minor >= 0
        assert work - riding.held.minor - riding.drawn.minor >= 0, "an invoice below zero"
        assert balance.held == before.held + riding.held
        assert balance.drawn == before.drawn + riding.drawn
        before = balance
    exact = Fraction(sum(works)) * Fraction(hold) / 100
    assert balance.held.minor == min(round_half_up(exact), cap if cap is not None else sum(works))
    payable = sum(works) - balance.held.minor
    assert balance.drawn.minor <= min(received, payable)
    if draw == "full":
        assert balance.drawn.minor == min(received, payable)
    elif received <= payable and received * works[-1] <= (works[-1] - riding.held.minor) * sum(works):
        # What is left for the last bill fits on it, so that nothing of the deposit is left over.
        assert draw == "last" or balance.drawn.minor == received


@given(works=st.lists(st.integers(1, 10**6), min_size=2, max_size=6), data=st.data())
def test_one_document_that_grows_bill_by_bill_rides_like_a_new_one(
    works: list[int], data: st.DataObject
) -> None:
    """The riders of a draft that is written again and again are those of a draft made once."""
    draw = data.draw(st.sampled_from(["full", "proportional", "last"]))
    received = data.draw(st.integers(0, 2 * sum(works)))
    contract = rules("USD", "7.5", draw, 2 * sum(works), None)
    once, after_once = bill(contract, start(contract, received), sum(works))
    balance, riding = start(contract, received), Ride(Money.zero("USD"), Money.zero("USD"))
    payable = Money.zero("USD")
    for work in works:
        payable += Money(work, "USD")
        load = Load(Money(work, "USD"), payable, riding.held, riding.drawn)
        riding, balance = ride(contract, balance, load, released=False)
    assert (riding.held, riding.drawn) == (once.held, once.drawn)
    assert balance == after_once


@given(works=st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_what_is_taken_back_whole_leaves_nothing_riding(works: list[int]) -> None:
    contract = rules("USD", "7.5", "full", 2 * sum(works), None)
    begin = start(contract, sum(works))
    riding, billed = bill(contract, begin, sum(works))
    back = Load(Money(-sum(works), "USD"), Money.zero("USD"), riding.held, riding.drawn)
    gone, after = ride(contract, billed, back, released=False)
    assert (gone.held.minor, gone.drawn.minor) == (0, 0)
    assert after == begin


def test_nothing_is_withheld_once_all_of_it_is_released() -> None:
    contract = rules("USD", "10", "full", 100_000, None)
    riding, balance = bill(contract, start(contract, 0), 50_000)
    assert riding.held == Money(5_000, "USD")
    riding, after = bill(contract, balance, 50_000, released=True)
    assert (riding.held.minor, after.held) == (0, balance.held)


def test_a_rate_that_changes_counts_for_what_is_billed_from_then_on() -> None:
    old, new = rules("USD", "5", "full", 100_000, None), rules("USD", "10", "full", 100_000, None)
    _, balance = bill(old, start(old, 0), 50_000)
    riding, after = bill(new, balance, 50_000)
    assert (balance.held.minor, riding.held.minor, after.held.minor) == (2_500, 5_000, 7_500)


def test_every_rider_says_how_it_was_found() -> None:
    contract = rules("USD", "5", "proportional", 1_000_000, 30_000)
    _, balance = bill(contract, start(contract, 200_000), 500_000)
    riding, _ = bill(contract, balance, 250_000)
    assert (
        riding.held_how
        == "5 % withheld; 300.00 USD to date (at most 300.00 USD), less 250.00 USD withheld before"
    )
    assert riding.drawn_how == (
        "drawn in proportion: 1,500.00 USD to date, less 1,000.00 USD before; 1,000.00 USD of the deposit is left"
    )
    last = replace(contract, deposit=replace(contract.deposit, draw="last")) if contract.deposit else contract
    assert "of the contract is still to be billed" in bill(last, balance, 250_000)[0].drawn_how


def usd(text: str) -> Money:
    return Money.of(text, "USD")


class TestExact:
    """One bill after another, to the cent and to the word."""

    NONE = Money.zero("USD")

    def on(self, contract: Contract, work: str, drawn: str, received: str = "300.00") -> tuple[Ride, Balance]:
        """A bill of 100.00 after `work` was billed and `drawn` drawn of what was received."""
        begun = replace(start(contract, 0), work=usd(work), received=usd(received), drawn=usd(drawn))
        return ride(contract, begun, Load(usd("100.00"), usd("100.00"), self.NONE, self.NONE), released=False)

    def test_the_first_bill_speaks_of_none_before(self) -> None:
        riding, _ = bill(
            rules("USD", "5", "full", 100_000, None), start(rules("USD", "5", "full", 1, None), 700), 5_000
        )
        assert riding == Ride(
            usd("2.50"),
            usd("7.00"),
            "5 % withheld; 2.50 USD to date",
            "drawn in full; 7.00 USD of the deposit is left",
        )

    def test_a_document_written_again_counts_what_stands_on_it_once(self) -> None:
        contract = rules("USD", "10", "proportional", 100_000, None)
        _, first = self.on(contract, "0.00", "0.00")
        assert (first.held, first.drawn) == (usd("10.00"), usd("30.00"))
        again = Load(usd("50.00"), usd("150.00"), usd("10.00"), usd("30.00"))
        riding, after = ride(contract, first, again, released=False)
        assert riding == Ride(
            usd("15.00"),
            usd("45.00"),
            "10 % withheld; 15.00 USD to date",
            "drawn in proportion: 45.00 USD to date, less 0.00 USD before; 300.00 USD of the deposit is left",
        )
        assert (after.held, after.drawn, after.work) == (usd("15.00"), usd("45.00"), usd("150.00"))

    def test_a_draw_in_proportion_stops_at_the_whole_deposit(self) -> None:
        contract = rules("USD", "0.01", "proportional", 100_000, None)
        assert self.on(contract, "500.00", "100.00")[0].drawn == usd("80.00")
        riding, _ = self.on(contract, "1900.00", "290.00")
        assert riding.drawn == usd("10.00")
        assert riding.drawn_how.startswith("drawn in proportion: 300.00 USD to date, less 290.00 USD before;")
        assert self.on(contract, "-300.00", "0.00", "2000.00")[0].drawn == self.NONE
        riding, _ = self.on(replace(contract, value=None), "0.00", "250.00")
        assert riding.drawn == usd("50.00")
        assert riding.drawn_how.startswith("drawn in proportion: 300.00 USD to date")

    def test_a_last_draw_leaves_what_the_bills_to_come_can_take(self) -> None:
        contract = rules("USD", "0.01", "last", 100_000, None)
        riding, _ = self.on(contract, "680.00", "0.00")
        assert riding.drawn == usd("80.00")
        assert riding.drawn_how == (
            "drawn last: 220.00 USD of the contract is still to be billed; 300.00 USD of the deposit is left"
        )

    def test_without_terms_what_stands_on_the_document_stays(self) -> None:
        contract = rules("USD", "5", "full", 100_000, None)
        assert contract.deposit is not None
        by_hand = replace(contract, retainage=None, deposit=replace(contract.deposit, draw=None))
        load = Load(usd("100.00"), usd("100.00"), usd("1.00"), usd("2.00"))
        riding, after = ride(by_hand, start(contract, 500), load, released=False)
        assert riding == Ride(usd("1.00"), usd("2.00"), "", "")
        assert (after.held, after.drawn, after.to_hold) == (self.NONE, self.NONE, Fraction(0))

    def test_what_is_brought_forward_without_a_retainage_leaves_nothing_to_hold(self) -> None:
        contract = rules("USD", "5", "full", 100_000, None)
        opening = Opening(
            date(2026, 2, 1), usd("400.00"), None, (), usd("90.00"), usd("30.00"), self.NONE, self.NONE,
            frozenset(), (), 1,
        )  # fmt: skip
        found = brought_forward(replace(contract, retainage=None, opening=opening), start(contract, 0))
        assert (found.to_hold, found.held, found.work) == (Fraction(0), self.NONE, usd("400.00"))
        assert (found.received, found.drawn) == (usd("90.00"), usd("30.00"))
