"""Credits used up by invoices: a payment of nothing that links a credit memo to what it settles."""

from __future__ import annotations

from sandbox.quickbooks.ledger.settlement import ZERO
from sandbox.quickbooks.rules import payments
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.values import reference_id


def apply_credit(company: Company, memo: Row, invoice: Row, *, by: str = API_USER) -> Row:
    """Use as much of the credit as the invoice needs; returns the Payment of 0 that holds the links."""
    amount = min(memo.body["Balance"], invoice.body["Balance"])
    sent: Json = {
        "CustomerRef": invoice.body["CustomerRef"],
        "CurrencyRef": invoice.body["CurrencyRef"],
        "TxnDate": max(memo.body["TxnDate"], invoice.body["TxnDate"]),
        "TotalAmt": ZERO,
        "Line": [
            {"Amount": amount, "LinkedTxn": [{"TxnId": row.id, "TxnType": row.kind}]}
            for row in (invoice, memo)
        ],
    }
    return payments.create(company, "Payment", sent, by=by)


def apply_open_credits(company: Company, invoice: Row, *, by: str) -> None:
    """What AutoApplyCredit does when an invoice is made: the oldest open credits of its customer go first."""
    wanted = company.preference("SalesFormsPrefs", "AutoApplyCredit")
    if not (wanted and company.behaviour.auto_apply_credits):
        return
    for memo in company.rows("CreditMemo"):
        same = reference_id(memo.body, "CustomerRef") == reference_id(invoice.body, "CustomerRef")
        if same and memo.body["Balance"] > 0 and invoice.body["Balance"] > 0:
            apply_credit(company, memo, invoice, by=by)
