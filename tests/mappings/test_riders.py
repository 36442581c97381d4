"""What rides on bills: whatever the bills are, what is withheld and drawn to date comes to the cent."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from acme import EPICS, HEAD, milestone
from acme import contract as rules_of
from hypothesis import given
from hypothesis import strategies as st

from mappings.contract.opening import Opening
from mappings.contract.rules import Contract
from mappings.money import riders
from mappings.money.balance import Balance, Load, Sums, brought_forward
from mappings.money.retained import Basis, Line, basis_of
from mappings.money.riders import Ride
from model.money import Money, round_half_up, total

NOTHING = Decimal(0)
CURRENCIES = ("JPY", "USD", "KWD")  # no, two and three digits
BASES = ("work", "work_and_expenses", "work_after_draw")
NO_BASIS = Basis({}, {}, 0, 0)


def rules(currency: str, hold: str, draw: str, value: int, cap: int | None, base: str = "work") -> Contract:
    """A contract with a retainage and a deposit; amounts in minor units."""

    def written(minor: int) -> str:
        return f"{Money(minor, currency).decimal:f}"

    limit = "" if cap is None else f'cap = "{written(cap)}"\n'
    head = HEAD.replace("USD", currency).replace("1000.00", written(value))
    retainage = f'[retainage]\nhold = "{hold} %"\nbase = "{base}"\nitem = "R"\nrelease = 2030-01-01\n{limit}'
    deposit = f'[deposit]\namount = "{written(1)}"\nitem = "D"\ndraw = "{draw}"\n'
    return rules_of(retainage + deposit + milestone(EPICS, f'{{ fixed = "{written(1)}" }}'), head=head)


def bill(
    contract: Contract, balance: Balance, work: int, *, released: Decimal = NOTHING
) -> tuple[Ride, Balance]:
    """A new document that bills `work` minor units."""
    zero, amount = Money.zero(contract.currency), Money(work, contract.currency)
    return ride(contract, balance, fees(amount, amount, zero, zero), released=released)


def ride(
    contract: Contract, balance: Balance, load: Load, *, released: Decimal = NOTHING
) -> tuple[Ride, Balance]:
    """What rides on `load`, all of it billed by the contract as it is."""

    def basis(work: Sums, beside: Sums) -> Basis:
        lines = [Line(contract, "fee", code, amount) for code, amount in work.items()]
        lines += [Line(contract, "expense", code, amount) for code, amount in beside.items()]
        return basis_of([*lines, Line(contract, "draw", None, -load.drawn)])

    stood = {code: amount - load.work.get(code, amount) for code, amount in load.payable.items()}
    before, after = basis(stood, {}), basis(load.payable, load.beside)
    return riders.ride(contract, balance, replace(load, before=before, after=after), released=released)


def fees(work: Money, payable: Money, held: Money, drawn: Money, code: str | None = None) -> Load:
    """A document of fees alone, all of one tax code."""
    return Load(work, {code: work}, NO_BASIS, NO_BASIS, {code: payable}, {}, {}, {code: held}, drawn)


def start(contract: Contract, received: int) -> Balance:
    currency = contract.currency
    zero = Money.zero(currency)
    return Balance(
        contract.value or zero, zero, {None: Fraction(0)}, {None: zero}, Money(received, currency), zero
    )


def held_of(riding: Ride) -> Money:
    """What a document of one tax code withholds."""
    ((amount, _),) = riding.held.values()
    return amount


def all_held(balance: Balance) -> Money:
    """What is withheld in all."""
    return total(list(balance.held.values()), balance.done.currency)


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
        assert held_of(riding).minor >= 0
        assert riding.drawn.minor >= 0
        assert work - held_of(riding).minor - riding.drawn.minor >= 0, "an invoice below zero"
        assert all_held(balance) == all_held(before) + held_of(riding)
        assert balance.drawn == before.drawn + riding.drawn
        before = balance
    exact = Fraction(sum(works)) * Fraction(hold) / 100
    assert all_held(balance).minor == min(round_half_up(exact), cap if cap is not None else sum(works))
    payable = sum(works) - all_held(balance).minor
    assert balance.drawn.minor <= min(received, payable)
    if draw == "full":
        assert balance.drawn.minor == min(received, payable)
    elif received <= payable and received * works[-1] <= (works[-1] - held_of(riding).minor) * sum(works):
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
    balance, riding = start(contract, received), Ride({None: (Money.zero("USD"), "")}, Money.zero("USD"))
    payable = Money.zero("USD")
    for work in works:
        payable += Money(work, "USD")
        load = fees(Money(work, "USD"), payable, held_of(riding), riding.drawn)
        riding, balance = ride(contract, balance, load)
    assert (held_of(riding), riding.drawn) == (held_of(once), once.drawn)
    assert balance == after_once


@given(works=st.lists(st.integers(1, 10**6), min_size=1, max_size=6))
def test_what_is_taken_back_whole_leaves_nothing_riding(works: list[int]) -> None:
    contract = rules("USD", "7.5", "full", 2 * sum(works), None)
    begin = start(contract, sum(works))
    riding, billed = bill(contract, begin, sum(works))
    back = fees(Money(-sum(works), "USD"), Money.zero("USD"), held_of(riding), riding.drawn)
    gone, after = ride(contract, billed, back)
    assert (held_of(gone).minor, gone.drawn.minor) == (0, 0)
    assert after == begin


@given(
    base=st.sampled_from(BASES),
    bills=st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 10**6)), min_size=1, max_size=8),
    hold=st.sampled_from(["0.5", "3.333", "10", "33.34", "100"]),
    cap=st.none() | st.integers(1, 10**6),
    received=st.integers(0, 4 * 10**6),
    draw=st.sampled_from(["full", "proportional", "last"]),
)
def test_whatever_the_base_the_percentage_is_of_it_to_the_cent_and_never_more_than_it(
    base: str, bills: list[tuple[int, int]], hold: str, cap: int | None, received: int, draw: str
) -> None:
    """Bills of work and expenses, with draws beside: withheld to date is the percentage of the base to date."""
    contract = rules("USD", hold, draw, 1 + sum(work for work, _ in bills), cap, base)
    balance, counted = start(contract, received), 0
    for work, expenses in bills:
        with_expenses = base == "work_and_expenses"
        load = replace(
            fees(Money(work, "USD"), Money(work, "USD"), Money.zero("USD"), Money.zero("USD")),
            beside={None: Money(expenses, "USD")} if with_expenses else {},
        )
        riding, balance = ride(contract, balance, load)
        held, drawn = held_of(riding).minor, riding.drawn.minor
        assert 0 <= held <= work + (expenses if with_expenses else 0)
        assert 0 <= drawn <= work
        assert work + (expenses if with_expenses else 0) - held - drawn >= 0, "an invoice below zero"
        counted += work + {"work": 0, "work_and_expenses": expenses, "work_after_draw": -drawn}[base]
    exact = Fraction(counted) * Fraction(hold) / 100
    assert all_held(balance).minor == min(round_half_up(exact), cap if cap is not None else counted)
    assert balance.to_hold == {None: exact}


@given(works=st.lists(st.integers(1, 10**6), min_size=2, max_size=6), data=st.data())
def test_a_document_that_grows_withholds_of_what_its_draw_leaves_like_a_new_one(
    works: list[int], data: st.DataObject
) -> None:
    received = data.draw(st.integers(0, 2 * sum(works)))
    draw = data.draw(st.sampled_from(["full", "proportional", "last"]))
    contract = rules("USD", "7.5", draw, 2 * sum(works), None, "work_after_draw")
    once, after_once = bill(contract, start(contract, received), sum(works))
    balance, riding = start(contract, received), Ride({None: (Money.zero("USD"), "")}, Money.zero("USD"))
    payable = Money.zero("USD")
    for work in works:
        payable += Money(work, "USD")
        load = fees(Money(work, "USD"), payable, held_of(riding), riding.drawn)
        riding, balance = ride(contract, balance, load)
    assert (held_of(riding), riding.drawn) == (held_of(once), once.drawn)
    assert balance == after_once


@given(
    full=st.integers(0, 10**6),
    none=st.integers(0, 10**6),
    received=st.integers(0, 3 * 10**6),
    percent=st.integers(0, 30),
    hold=st.sampled_from(["0.5", "7.5", "100"]),
)
def test_what_is_withheld_beside_a_draw_leaves_no_bill_below_zero_with_its_tax(
    full: int, none: int, received: int, percent: int, hold: str
) -> None:
    contract, rate = rules("USD", hold, "full", 100_000, None, "work_after_draw"), Fraction(percent, 100)
    begun = replace(start(contract, received), drawn_as="20 %", gross=1 + rate)
    payable = {"20 %": Money(full, "USD"), "0 %": Money(none, "USD")}
    whole, zero = Money(full + none, "USD"), Money.zero("USD")
    load = Load(whole, payable, NO_BASIS, NO_BASIS, payable, {}, {}, {}, zero)
    riding, _ = ride(contract, begun, load)
    held = {code: amount.minor for code, (amount, _) in riding.held.items()}
    taxed = full - held.get("20 %", 0) - riding.drawn.minor
    assert taxed + none - held.get("0 %", 0) + round_half_up(taxed * rate) >= 0
    assert all(amount >= 0 for amount in held.values())


def test_nothing_is_withheld_once_all_of_it_is_released() -> None:
    contract = rules("USD", "10", "full", 100_000, None)
    riding, balance = bill(contract, start(contract, 0), 50_000)
    assert held_of(riding) == Money(5_000, "USD")
    riding, after = bill(contract, balance, 50_000, released=Decimal(100))
    assert (held_of(riding).minor, after.held) == (0, balance.held)


def test_a_rate_that_changes_counts_for_what_is_billed_from_then_on() -> None:
    old, new = rules("USD", "5", "full", 100_000, None), rules("USD", "10", "full", 100_000, None)
    _, balance = bill(old, start(old, 0), 50_000)
    riding, after = bill(new, balance, 50_000)
    assert (all_held(balance).minor, held_of(riding).minor, all_held(after).minor) == (2_500, 5_000, 7_500)


def test_every_rider_says_how_it_was_found() -> None:
    contract = rules("USD", "5", "proportional", 1_000_000, 30_000)
    _, balance = bill(contract, start(contract, 200_000), 500_000)
    riding, _ = bill(contract, balance, 250_000)
    assert (
        riding.held[None][1]
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
        begun = replace(start(contract, 0), done=usd(work), received=usd(received), drawn=usd(drawn))
        return ride(contract, begun, fees(usd("100.00"), usd("100.00"), self.NONE, self.NONE))

    def test_the_first_bill_speaks_of_none_before(self) -> None:
        riding, _ = bill(
            rules("USD", "5", "full", 100_000, None), start(rules("USD", "5", "full", 1, None), 700), 5_000
        )
        assert riding == Ride(
            {None: (usd("2.50"), "5 % withheld; 2.50 USD to date")},
            usd("7.00"),
            "drawn in full; 7.00 USD of the deposit is left",
        )

    def test_a_document_written_again_counts_what_stands_on_it_once(self) -> None:
        contract = rules("USD", "10", "proportional", 100_000, None)
        _, first = self.on(contract, "0.00", "0.00")
        assert (all_held(first), first.drawn) == (usd("10.00"), usd("30.00"))
        again = fees(usd("50.00"), usd("150.00"), usd("10.00"), usd("30.00"))
        riding, after = ride(contract, first, again)
        assert riding == Ride(
            {None: (usd("15.00"), "10 % withheld; 15.00 USD to date")},
            usd("45.00"),
            "drawn in proportion: 45.00 USD to date, less 0.00 USD before; 300.00 USD of the deposit is left",
        )
        assert (all_held(after), after.drawn, after.done) == (usd("15.00"), usd("45.00"), usd("150.00"))

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
        load = fees(usd("100.00"), usd("100.00"), usd("1.00"), usd("2.00"))
        riding, after = ride(by_hand, start(contract, 500), load)
        assert riding == Ride({None: (usd("1.00"), "")}, usd("2.00"), "")
        assert (all_held(after), after.drawn, after.to_hold) == (self.NONE, self.NONE, {None: 0})

    def test_what_is_brought_forward_without_a_retainage_leaves_nothing_to_hold(self) -> None:
        contract = rules("USD", "5", "full", 100_000, None)
        opening = Opening(
            date(2026, 2, 1), usd("400.00"), None, (), usd("90.00"), usd("30.00"), self.NONE, self.NONE,
            frozenset(), (), 1,
        )  # fmt: skip
        found = brought_forward(replace(contract, retainage=None, opening=opening), start(contract, 0))
        assert (found.to_hold, all_held(found), found.done) == ({None: 0}, self.NONE, usd("400.00"))
        assert (found.received, found.drawn) == (usd("90.00"), usd("30.00"))


class TestTax:
    """What is withheld goes by the tax code of what it is withheld of, a draw by that of its deposit."""

    def two(self, full: str, none: str) -> Load:
        """A document with fees of two tax codes."""
        payable = {"20 %": usd(full), "0 %": usd(none)}
        zero = Money.zero("USD")
        return Load(usd(full) + usd(none), payable, NO_BASIS, NO_BASIS, payable, {}, {}, {}, zero)

    def test_each_tax_code_withholds_its_own_part_to_date(self) -> None:
        contract, begun = (
            rules("USD", "5", "full", 100_000, None),
            replace(start(EMPTY, 0), to_hold={}, held={}),
        )
        first, after = ride(contract, begun, self.two("100.10", "50.10"))
        assert {code: str(held.decimal) for code, (held, _) in first.held.items()} == {
            "20 %": "5.01",
            "0 %": "2.51",
        }
        second, _ = ride(contract, after, self.two("100.10", "50.10"))
        assert {code: str(held.decimal) for code, (held, _) in second.held.items()} == {
            "20 %": "5.00",
            "0 %": "2.50",
        }

    def test_the_cap_is_for_all_tax_codes_together(self) -> None:
        contract, begun = (
            rules("USD", "10", "full", 100_000, 1_200),
            replace(start(EMPTY, 0), to_hold={}, held={}),
        )
        riding, after = ride(contract, begun, self.two("100.00", "50.00"))
        assert sum(held.minor for held, _ in riding.held.values()) == 1_200
        assert all_held(ride(contract, after, self.two("100.00", "50.00"))[1]) == usd("12.00")

    def test_a_draw_takes_its_own_tax_off_and_leaves_nothing_below_zero(self) -> None:
        """A deposit of 500.00 with 20 % was paid with 600.00: of a bill of 300.00 without tax it pays 250.00."""
        contract = rules("USD", "5", "full", 100_000, None)
        by_hand = replace(contract, retainage=None)
        begun = replace(start(contract, 50_000), drawn_as="20 %", gross=Fraction(6, 5))
        for full, none, drawn in (
            ("0.00", "300.00", "250.00"),
            ("300.00", "0.00", "300.00"),
            ("120.00", "300.00", "370.00"),
            ("0.00", "0.01", "0.00"),
        ):
            assert ride(by_hand, begun, self.two(full, none))[0].drawn == usd(drawn)

    @given(
        full=st.integers(0, 10**6),
        none=st.integers(0, 10**6),
        received=st.integers(0, 3 * 10**6),
        percent=st.integers(0, 30),
        hold=st.sampled_from(["0.5", "7.5", "100"]),
    )
    def test_no_bill_is_below_zero_with_its_tax(
        self, full: int, none: int, received: int, percent: int, hold: str
    ) -> None:
        contract, rate = rules("USD", hold, "full", 100_000, None), Fraction(percent, 100)
        begun = replace(start(contract, received), drawn_as="20 %", gross=1 + rate)
        load = self.two(str(Money(full, "USD").decimal), str(Money(none, "USD").decimal))
        riding, _ = ride(contract, begun, load)
        held = {code: amount.minor for code, (amount, _) in riding.held.items()}
        taxed = full - held.get("20 %", 0) - riding.drawn.minor
        assert taxed + none - held.get("0 %", 0) + round_half_up(taxed * rate) >= 0
        assert all(amount >= 0 for amount in held.values())


EMPTY = rules("USD", "5", "full", 100_000, None)
