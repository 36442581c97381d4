"""Expenses are passed on once each, on their day, with their markup, under the version they were billed by."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from acme import EPICS, HEAD, NOW, claim, contract, due, judged, milestone, mirror, usd
from hypothesis import given
from hypothesis import strategies as st
from test_load import problems

from mappings.compose import compose, whole
from mappings.explain import explain
from model.money import Money

ONE = milestone(EPICS, '{ fixed = "1.00" }')


def expense(amount: str = "420.00", more: str = "", on: str = "2026-03-12", name: str = "trip") -> str:
    """One [[expense]]."""
    return (
        f'[[expense]]\nid = "{name}"\non = {on}\namount = "{amount}"\ntext = "Train, {{contract.id}}"\n'
        f'approved_by = "Jo"\n{more}\n'
    )


RULES = contract(expense())


def test_an_expense_is_due_on_its_day_in_the_company_s_time_zone() -> None:
    before = judged(RULES, mirror(), now=datetime(2026, 3, 11, 22, 59, tzinfo=UTC))["expense:trip"]
    assert (before.outcome, before.code, before.charge) == ("open", "expense.waiting", None)
    verdict = judged(RULES, mirror(), now=datetime(2026, 3, 11, 23, tzinfo=UTC))["expense:trip"]
    charge = due(verdict)
    assert charge.key == "acme|contract|expense:trip"
    assert (charge.kind, charge.entitled, charge.share, charge.work) == ("expense", usd("420.00"), None, None)
    assert (charge.text, charge.item, charge.service_on) == ("Train, acme", "Services", date(2026, 3, 12))
    assert (verdict.title, verdict.source) == ("Expense trip: Train, acme", "acme.toml:12")
    assert "approved by Jo" in "\n".join(explain(verdict, ()).steps)


def test_a_markup_is_added_and_rounded_half_up() -> None:
    charge = due(judged(contract(expense("0.05", 'markup = "10 %"')), mirror())["expense:trip"])
    assert charge.entitled == usd("0.06")
    assert charge.arithmetic == "expense of 0.05 USD + 10 % = 0.06 USD, rounded half-up, approved by Jo"
    line = compose(RULES, "k", (whole(charge),), "", "UTC", NOW).lines[0]
    assert (line.quantity, line.unit_price) == (1, usd("0.06").decimal)


@given(st.integers(0, 10**12), st.decimals(0, 300, places=2), st.sampled_from(["JPY", "USD", "KWD"]))
def test_a_marked_up_amount_is_within_half_a_minor_unit_of_the_ideal(
    minor: int, markup: object, currency: str
) -> None:
    head = HEAD.replace("USD", currency).replace("1000.00", "1000")
    text = expense(f"{Money(minor, currency).decimal:f}", f'markup = "{markup} %"')
    charge = due(judged(contract(text, head=head), mirror())["expense:trip"])
    hundredths = int(str(markup).replace(".", ""))
    assert abs(charge.entitled.minor * 20_000 - minor * 2 * (10_000 + hundredths)) <= 10_000


def test_a_billed_expense_keeps_the_amount_it_was_billed_with() -> None:
    billed = claim(due(judged(RULES, mirror())["expense:trip"]))
    dearer = contract(expense("500.00") + expense("7.00", name="taxi"))
    verdicts = judged(dearer, mirror(), [billed], recorded=[RULES])
    assert due(verdicts["expense:trip"]).entitled == usd("420.00")
    assert due(verdicts["expense:taxi"]).entitled == usd("7.00")


def test_a_renamed_contract_does_not_bill_its_expenses_again() -> None:
    billed = claim(due(judged(RULES, mirror())["expense:trip"]))
    renamed = replace(contract(expense(), head=HEAD.replace('"acme"', '"acme-2"')))
    verdict = judged(renamed, mirror(), [billed], recorded=[RULES])["expense:trip"]
    assert (verdict.outcome, verdict.code) == ("held", "rule.other_contract")
    assert "has billed this client an expense trip" in verdict.reason


def test_the_days_on_which_something_falls_due_are_known_beforehand() -> None:
    rules = contract(expense() + '[deposit]\namount = "1.00"\nwhen = 2026-05-01\nitem = "D"\n')
    assert rules.dates == {date(2026, 3, 12), date(2026, 5, 1)}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (expense() + expense(), "expense 'trip' is already in this file"),
        (expense(on="2025-12-31"), "before the contract starts"),
        (expense("1.005"), "1.005 has a fraction of a USD minor unit"),
        (expense(more='markup = "10"'), "this is not a percentage"),
        (expense().replace('approved_by = "Jo"\n', ""), "'approved_by' is missing"),
        (expense(name="a|b"), "cannot be written so"),
        (expense().replace("{contract.id}", "{epic.key}"), "unknown placeholder {epic.key}"),
    ],
)
def test_a_mistake_in_an_expense_is_named(text: str, message: str) -> None:
    (found,) = problems(HEAD + ONE + text)
    assert message in found


def test_an_expense_without_an_item_is_named() -> None:
    (found,) = problems(HEAD.replace('item = "Services"\n', "") + expense())
    assert "no item to bill on" in found
