"""Prices by the issue, and what stands beside a price: its discount, then its minimum, each shown."""

from __future__ import annotations

import pytest
from acme import (
    EPICS,
    HEAD,
    NOW,
    SPRINTS,
    claim,
    contract,
    day,
    due,
    epic,
    issue,
    judged,
    milestone,
    mirror,
    sprint,
    usd,
)
from hypothesis import given
from hypothesis import strategies as st

from mappings.compose import compose, whole
from mappings.contract.rules import Contract
from model.money import Money

PER_ISSUE = '{ per_issue = "250.00" }'
FIRST = sprint(1, start=day(1), completed=day(14))


def priced(price: str, currency: str = "USD") -> Contract:
    return contract(
        milestone(EPICS, price), head=HEAD.replace("USD", currency).replace('"1000.00"', '"1000"')
    )


def test_each_issue_finished_under_a_closed_epic_is_billed_once() -> None:
    seen = mirror(
        epic(1, closed=day(9)),
        issue(2, parent=1, closed=day(3)),
        issue(3, parent=1, closed=day(4)),
        issue(4, parent=1, closed=day(4), resolution="Duplicate"),
        issue(5, level=-1, parent=2, closed=day(3)),
    )
    charge = due(judged(priced(PER_ISSUE), seen)["ACME-1"])
    assert (charge.quantity, charge.unit_price, charge.entitled) == (2, usd("250.00").decimal, usd("500.00"))
    assert [(leaf.key, leaf.quantity) for leaf in charge.leaves] == [("ACME-2", 1), ("ACME-3", 1)]
    assert charge.arithmetic == "2 issues × 250.00 USD = 500.00 USD"
    assert charge.text.endswith(": 2 issues")


def test_issues_of_a_sprint_are_those_done_in_it_and_an_issue_is_never_billed_twice() -> None:
    rules = contract(milestone(SPRINTS, PER_ISSUE))
    second = sprint(2, start=day(14), completed=day(28))
    carried = issue(2, sprints=["1", "2"], closed=day(20))
    seen = mirror(FIRST, second, issue(1, sprints=["1"], closed=day(3)), carried)
    verdicts = judged(rules, seen)
    assert [leaf.key for leaf in due(verdicts["sprint-1"]).leaves] == ["ACME-1"]
    assert [leaf.key for leaf in due(verdicts["sprint-2"]).leaves] == ["ACME-2"]


def test_an_issue_left_open_under_a_closed_epic_is_not_counted() -> None:
    rules = contract(milestone(EPICS, PER_ISSUE), head=HEAD + 'open_children = "bill"\n')
    seen = mirror(epic(1, closed=day(9)), issue(2, parent=1, closed=day(3)), issue(3, parent=1))
    assert due(judged(rules, seen)["ACME-1"]).entitled == usd("250.00")


def test_an_issue_finished_after_the_bill_is_a_delta_of_the_same_charge() -> None:
    rules = contract(milestone(EPICS, PER_ISSUE), head=HEAD + 'open_children = "bill"\n')
    first = due(judged(rules, mirror(epic(1, closed=day(9)), issue(2, parent=1, closed=day(3))))["ACME-1"])
    more = mirror(
        epic(1, closed=day(9)), issue(2, parent=1, closed=day(3)), issue(3, parent=1, closed=day(12))
    )
    later = due(judged(rules, more, [claim(first)])["ACME-1"])
    assert (later.key, later.entitled) == (first.key, usd("500.00"))


@pytest.mark.parametrize(
    ("beside", "amount", "arithmetic"),
    [
        ('discount = "10 %"', "900.00", "less 10 % = 900.00 USD"),
        ('discount = "33.335 %"', "666.65", "less 33.335 % = 666.65 USD"),
        ('discount = "0.0005 %"', "1000.00", "less 0.0005 % = 1,000.00 USD, rounded half-up"),
        ('discount = "200.00"', "800.00", "less 200.00 USD = 800.00 USD"),
        ('minimum = "1200.00"', "1200.00", "at least 1,200.00 USD"),
        ('minimum = "1000.00"', "1000.00", "fixed price 1,000.00 USD"),
        ('minimum = "900.00"', "1000.00", "fixed price 1,000.00 USD"),
        ('discount = "10 %", minimum = "950.00"', "950.00", "less 10 % = 900.00 USD; at least 950.00 USD"),
        ('discount = "100 %"', "0.00", "less 100 % = 0.00 USD"),
    ],
)
def test_a_discount_comes_before_the_minimum(beside: str, amount: str, arithmetic: str) -> None:
    rules = priced('{ fixed = "1000.00", ' + beside + " }")
    charge = due(judged(rules, mirror(epic(1, closed=day(9))))["ACME-1"])
    assert charge.entitled == usd(amount)
    assert charge.arithmetic.endswith(arithmetic)
    line = compose(rules, "k", (whole(charge),), "", "UTC", NOW).lines[0]
    assert (line.quantity, line.unit_price, line.amount) == (1, usd(amount).decimal, usd(amount))


def test_a_minimum_is_due_also_for_work_in_which_nothing_was_counted() -> None:
    rules = contract(milestone(SPRINTS, '{ per_issue = "250.00", minimum = "500.00" }'))
    assert due(judged(rules, mirror(FIRST))["sprint-1"]).entitled == usd("500.00")


def test_a_discounted_amount_never_goes_below_nothing() -> None:
    rules = contract(milestone(SPRINTS, '{ per_issue = "250.00", discount = "300.00" }'))
    seen = mirror(FIRST, issue(1, sprints=["1"], closed=day(3)))
    assert due(judged(rules, seen)["sprint-1"]).entitled == usd("0.00")


@given(
    rate=st.integers(0, 10**9),
    count=st.integers(0, 3),
    percent=st.decimals(0, 100, places=3),
    currency=st.sampled_from(["USD", "JPY", "KWD"]),
)
def test_what_a_discount_leaves_is_within_half_a_minor_unit_of_the_ideal(
    rate: int, count: int, percent: object, currency: str
) -> None:
    amount = Money(rate, currency)
    rules = priced(f'{{ per_issue = "{amount.decimal:f}", discount = "{percent} %" }}', currency)
    work = [issue(2 + number, parent=1, closed=day(3)) for number in range(count)]
    charge = due(judged(rules, mirror(epic(1, closed=day(9)), *work))["ACME-1"])
    ideal = rate * count * (100_000 - int(str(percent).replace(".", ""))) / 100_000 if count else 0
    assert abs(charge.entitled.minor - ideal) <= 0.5 + 1e-6 * max(1, abs(ideal)) * 0.001
