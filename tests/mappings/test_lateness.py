"""Work finished after its agreed day: what that takes off its fee, on the document of the fee."""

from __future__ import annotations

import pytest
from acme import EPICS, HEAD, claim, contract, day, due, epic, judged, milestone, mirror, usd
from hypothesis import given
from hypothesis import strategies as st

from mappings.contract.rules import Contract
from mappings.load import parse_contract
from model.money import Money

LATE = 'due = 2026-03-10\nlate = { per_day = "0.5 %", at_most = "10 %" }'


def rules(price: str = "1000.00", more: str = LATE) -> Contract:
    return contract(milestone(EPICS, f'{{ fixed = "{price}" }}', more))


def test_each_day_after_the_agreed_one_takes_its_percent_off() -> None:
    found = judged(rules(), mirror(epic(1, closed=day(13))))
    fee, late = due(found["ACME-1"]), due(found["late:ACME-1"])
    assert list(found) == ["ACME-1", "late:ACME-1"]
    assert (fee.entitled, late.entitled) == (usd("1000.00"), usd("-15.00"))
    assert (late.key, late.kind, late.anchor) == ("acme|site-1/epic/10001|late", "late", fee.key)
    assert late.arithmetic == "3 days after 2026-03-10: 3 × 0.5 % = 1.5 % of 1,000.00 USD = -15.00 USD"
    assert late.text == "Late delivery, 3 days after 2026-03-10: ACME-1 Work"


def test_no_more_is_taken_off_than_agreed() -> None:
    late = due(judged(rules(), mirror(epic(1, closed=day(10, 5))))["late:ACME-1"])
    assert late.entitled == usd("-100.00")
    assert "61 × 0.5 % = 30.5 %, at most 10 % of" in late.arithmetic


@pytest.mark.parametrize("closed", [9, 10])
def test_work_in_time_has_no_reduction(closed: int) -> None:
    assert list(judged(rules(), mirror(epic(1, closed=day(closed))))) == ["ACME-1"]


def test_the_day_is_that_of_the_company() -> None:
    at = day(10).replace(hour=23, minute=30)  # half past midnight in Berlin
    assert due(judged(rules(), mirror(epic(1, closed=at)))["late:ACME-1"]).entitled == usd("-5.00")


def test_open_work_past_its_day_is_told() -> None:
    (notice,) = judged(rules(more="due = 2026-03-10"), mirror(epic(1)), now=day(12))["ACME-1"].notices
    assert (notice.code, notice.reason) == ("work.overdue", "it was due on 2026-03-10, 2 days ago")
    assert judged(rules(), mirror(epic(1)), now=day(10))["ACME-1"].notices == ()


def test_the_reduction_follows_its_fee() -> None:
    found = judged(rules(), mirror(epic(1, closed=day(13))))
    claims = [claim(due(verdict)) for verdict in found.values()]
    reopened = judged(rules(), mirror(epic(1, closed=day(13), reopened=day(14))), claims)
    assert {verdict.code for verdict in reopened.values()} == {"reopened"}
    assert set(reopened) == {"ACME-1", "late:ACME-1"}
    in_time = judged(rules(), mirror(epic(1, closed=day(9))), claims)
    assert due(in_time["late:ACME-1"]).entitled == usd("0.00")


def test_a_cap_is_not_freed_by_lateness() -> None:
    capped = contract(milestone(EPICS, '{ fixed = "1000.00", cap = "1000.00" }', LATE))
    first = judged(capped, mirror(epic(1, closed=day(13))))
    claims = [claim(due(verdict)) for verdict in first.values()]
    later = judged(capped, mirror(epic(1, closed=day(13)), epic(2, closed=day(14))), claims)
    assert later["ACME-2"].code == "cap.reached"


@given(st.integers(1, 10**9), st.integers(1, 80))
def test_never_more_is_taken_off_than_agreed(minor: int, late_by: int) -> None:
    price = Money(minor, "USD")
    closed = day(10).replace(month=3 + (9 + late_by) // 30, day=1 + (9 + late_by) % 28)
    found = judged(rules(str(price.decimal)), mirror(epic(1, closed=closed)))
    taken = found["late:ACME-1"].amount if "late:ACME-1" in found else None
    if taken is not None:
        assert 0 > taken.minor * 10 >= -price.minor - 5  # a tenth at most, rounded


@pytest.mark.parametrize(
    ("more", "message"),
    [
        ('late = { per_day = "1 %" }', "late after which day?"),
        ("due = 2025-12-01", "before the contract starts"),
        ('due = 2026-05-01\nlate = { per_day = "0 %" }', "not more than 0"),
        ('due = 2026-05-01\nlate = { per_day = "1 %", at_most = "101 %" }', "up to 100 %"),
        ('due = 2026-05-01\nlate = { per_day = "1 %" }\naccept = { recorded = true }', "on several days"),
    ],
)
def test_a_mistake_is_said_with_its_place(more: str, message: str) -> None:
    found, problems = parse_contract(HEAD + milestone(EPICS, '{ fixed = "1.00" }', more), "acme.toml")
    assert found is None
    (problem,) = problems
    assert message in problem.message
    assert problem.line > HEAD.count("\n")
