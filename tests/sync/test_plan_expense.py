"""An expense becomes an invoice of its own on its day, and never again once it is billed."""

from __future__ import annotations

from datetime import timedelta

from plan_cases import NOW, REALM
from sync_bench import ZONE, book_of, rules, site_of, usd

from mappings.translate import translate
from model.billing import Claim, DocumentState
from model.work import Mirror
from sync.planning.actions import ContractPlan
from sync.planning.plan import Terms, plan_contract
from sync.planning.views import Account, Head

EXPENSE = """
[[expense]]
id = "licence"
on = {on}
amount = "420.00"
text = "Licence"
approved_by = "Jo"
"""
KEY = "acme|contract|expense:licence"


def planned(on: str, *claims: Claim) -> ContractPlan:
    """The plan of a contract with one expense."""
    book = book_of(rules() + EXPENSE.format(on=on))
    (contract,) = book.contracts
    heads = {
        each.document_key: Head(each.document_key, REALM, DocumentState.SENT, False, None, {KEY: "1"})
        for each in claims
    }
    recorded = {contract.version: contract}
    verdicts = translate(contract, book, Mirror(site_of("acme")), recorded, claims, ZONE, NOW)
    terms = Terms(NOW, ZONE, REALM, {}, str, NOW)
    return plan_contract(contract, verdicts, Account(1, claims, heads, ()), recorded, terms)


def test_an_expense_is_drafted_on_its_day_and_not_before() -> None:
    (action,) = planned(f"{NOW:%Y-%m-%d}").actions
    (line,) = action.draft.lines if action.draft else ()
    assert (action.kind, line.charge_key, line.amount, line.text) == ("create", KEY, usd("420.00"), "Licence")
    later = planned(f"{NOW + timedelta(days=2):%Y-%m-%d}")
    assert (later.actions, later.positions, later.open_work) == ((), (), 1)


def test_a_billed_expense_is_not_drafted_again() -> None:
    billed = Claim(KEY, "client", f"{KEY}#1", usd("420.00"), None, "", NOW, rule="expense licence")
    plan = planned(f"{NOW:%Y-%m-%d}", billed)
    assert plan.actions == ()
    assert [(each.bucket, each.amount) for each in plan.positions] == [("billed", usd("420.00"))]
