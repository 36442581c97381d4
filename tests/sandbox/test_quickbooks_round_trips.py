"""What the QuickBooks twin shows can be sent back to it, whole or sparse, and nothing moves."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from quickbooks_sample_company import Sample

from sandbox.quickbooks.invariants import broken_promises
from sandbox.quickbooks.vocabulary.registry import KINDS

_UNWRITTEN = {"TaxCode", "TaxRate", "TaxPayment", "ReimburseCharge", "CustomerType", "ExchangeRate"}
_STAMPS = ("SyncToken", "MetaData")
_REPORTS = (
    *("TrialBalance", "ProfitAndLoss", "BalanceSheet", "CashFlow", "GeneralLedger"),
    *("AgedReceivables", "AgedPayables", "CustomerBalance", "InventoryValuationSummary"),
)


def _inner(kind: str, shown: dict[str, Any]) -> dict[str, Any]:
    """The object itself, which templates wrap."""
    return next(iter(shown.values())) if kind == "RecurringTransaction" else shown


def _unstamped(kind: str, shown: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in _inner(kind, shown).items() if name not in _STAMPS}


@pytest.mark.parametrize("sparse", [False, True])
def test_what_is_read_can_be_written_back_and_changes_nothing(sparse: bool) -> None:  # noqa: FBT001  a parameter
    sample = Sample()
    before = {name: sample.report(name) for name in _REPORTS}
    written = 0
    for kind in KINDS:
        if kind in ("Preferences", "ExchangeRate"):
            continue
        for listed in sample.all(KINDS[kind].shown_as if kind != "CreditCardPayment" else kind):
            path = f"/{kind.lower()}/{_inner(kind, listed)['Id']}"
            read = sample.get(path)[KINDS[kind].shown_as]
            assert _unstamped(kind, read) == _unstamped(kind, listed)
            if kind in _UNWRITTEN:
                continue
            sent = {**read, "sparse": True} if sparse else read
            response = sample.post(f"/{kind.lower()}", sent)
            answer = json.loads(response.body, parse_float=Decimal)
            if response.status != 200:  # what lies in a bank deposit is locked
                assert answer["Fault"]["Error"][0]["code"] == "6540"
                continue
            assert _unstamped(kind, answer[KINDS[kind].shown_as]) == _unstamped(kind, read)
            written += 1
    assert written > 250
    assert {name: sample.report(name) for name in _REPORTS} == before
    assert not broken_promises(sample.state)


_LAST_FIRST = (
    *("Deposit", "BillPayment", "Payment", "CreditMemo", "RefundReceipt", "SalesReceipt", "Invoice"),
    *("Estimate", "Purchase", "Bill", "PurchaseOrder", "TimeActivity", "JournalEntry"),
    "InventoryAdjustment",
)


@pytest.mark.parametrize("voided", [(), ("Invoice", "CreditMemo", "RefundReceipt", "Payment", "BillPayment")])
def test_whatever_is_deleted_or_voided_leaves_nothing_in_the_books(voided: tuple[str, ...]) -> None:
    sample = Sample()
    for kind in _LAST_FIRST:
        for listed in sample.all(kind):
            now = sample.get(f"/{kind.lower()}/{listed['Id']}")[kind]
            identity = {"Id": now["Id"], "SyncToken": now["SyncToken"], "sparse": True}
            query = {"operation": "delete"}
            if kind in voided:
                paid = kind in ("Payment", "BillPayment")
                query = {"operation": "update", "include": "void"} if paid else {"operation": "void"}
            assert sample.post(f"/{kind.lower()}", identity, **query).status == 200
        assert not broken_promises(sample.state)
    assert sample.report("TrialBalance") == [  # what nobody can delete: tax that was paid
        ["Checking", "", "76.90"],
        ["Arizona Dept. of Revenue Payable", "38.40", ""],
        ["Board of Equalization Payable", "38.50", ""],
        ["TOTAL", "76.90", "76.90"],
    ]
    assert sample.report("AgedReceivables") == []
    assert sample.report("AgedPayables") == []
    assert not [customer for customer in sample.all("Customer") if customer["Balance"]]
