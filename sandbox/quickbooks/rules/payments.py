"""Payments from customers and to vendors: money, what it settles, and the links both sides show."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.ledger.accounts import bank_account
from sandbox.quickbooks.ledger.posting import post, withdraw
from sandbox.quickbooks.ledger.settlement import (
    ENTERED,
    ZERO,
    applied,
    applied_total,
    left_of_entered,
    link_type,
    open_amounts,
    without_link,
)
from sandbox.quickbooks.rules.account_fields import refuse_wrong_accounts
from sandbox.quickbooks.rules.assembly import currency_and_rate, merged
from sandbox.quickbooks.rules.lookup import current, refuse_closed, voided_note
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.registry import KINDS
from sandbox.quickbooks.vocabulary.values import (
    cents,
    number,
    present,
    reference_id,
    referred,
    without_nothing,
)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side of the business: whom a payment is for, and what it may settle or use up."""

    owner_field: str
    owner: str
    debts: tuple[str, ...]
    credits: tuple[str, ...]


_SIDES = {
    "Payment": _Side("CustomerRef", "Customer", ("Invoice",), ("CreditMemo",)),
    "BillPayment": _Side("VendorRef", "Vendor", ("Bill",), ("VendorCredit",)),
}


def create(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A payment (or bill payment) of TotalAmt; each line applies an amount to one document, or uses a credit."""
    for name in KINDS[kind].required:
        if name != "TotalAmt" and present(sent, name) is None:
            raise refusals.missing(name)
    body = _assemble(company, kind, sent, None)
    refuse_closed(company, body)
    payment = company.add(kind, body, by=by)
    _link(company, payment, by)
    post(company, payment)
    return payment


def update(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A full or sparse update. Lines are all or none: sent ones replace what the payment settles."""
    payment = current(company, kind, sent)
    refuse_closed(company, payment.body)
    refuse_deposited(payment)
    old = payment.body
    relinks = present(sent, "Line") is not None or present(sent, "sparse") not in (True, "true")
    if relinks:
        _release(company, payment, by)
    try:
        body = _assemble(company, kind, sent, payment)
        refuse_closed(company, body)
    except refusals.Refusal:
        payment.body = old
        if relinks:
            _link(company, payment, by, bump=False)
        raise
    payment.body = body
    company.touch(payment, by=by)
    if relinks:
        _link(company, payment, by)
    post(company, payment)
    return payment


def void(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """Zero the payment; what it settled is open again."""
    payment = current(company, kind, sent)
    refuse_closed(company, payment.body)
    refuse_deposited(payment)
    note = voided_note(company, payment.body)
    _release(company, payment, by)
    payment.body |= {"TotalAmt": ZERO, "PrivateNote": note}
    if kind == "Payment":
        payment.body["UnappliedAmt"] = ZERO
    company.touch(payment, by=by, operation="Void")
    post(company, payment)
    return payment


def delete(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """Remove the payment for good; what it settled is open again."""
    payment = current(company, kind, sent)
    refuse_closed(company, payment.body)
    refuse_deposited(payment)
    _release(company, payment, by)
    company.remove(payment, by=by)
    withdraw(company, payment)
    return payment


def refuse_deposited(row: Row) -> None:
    """6540 once a deposit holds the money."""
    if any(link["TxnType"] == "Deposit" for link in row.body.get("LinkedTxn", ())):
        raise refusals.deposited()


def unlink(company: Company, document: Row, *, by: str) -> None:
    """Turn what was paid on the document into unapplied money of its payments."""
    linked = applied(company, document.kind, document.id, document.body["LinkedTxn"])
    document.body |= {"LinkedTxn": []}
    for payment, _amount in linked:
        body = payment.body
        mine = (document.id, document.kind)
        kept = [
            line
            for line in body["Line"]
            if (line["LinkedTxn"][0]["TxnId"], line["LinkedTxn"][0]["TxnType"]) != mine
        ]
        payment.body = body | {"Line": kept}
        if payment.kind == "Payment":
            payment.body["UnappliedAmt"] = body["TotalAmt"] - applied_total(company, payment.body)
        company.touch(payment, by=by)
        post(company, payment)


def post_again(company: Company, document: Row) -> None:
    """Enter the document's payments anew: what each takes off its open item depends on the whole."""
    for payment, _ in applied(company, document.kind, document.id, document.body.get("LinkedTxn", ())):
        post(company, payment)


def _assemble(company: Company, kind: str, sent: Json, row: Row | None) -> Json:
    side = _SIDES[kind]
    before = row.body if row else None
    sparse = row is not None and present(sent, "sparse") in (True, "true")
    body = merged(company, KINDS[kind], sent, before, sparse=sparse)
    total = body.get("TotalAmt")
    if total is None:
        raise refusals.business("TotalAmt is required for a payment.", "TotalAmt")
    owner = referred(company, body, side.owner_field, side.owner, before)
    if owner is None:
        raise refusals.missing(side.owner_field)
    body.setdefault("TxnDate", company.today().isoformat())
    body.setdefault("CurrencyRef", owner.body["CurrencyRef"])
    refuse_wrong_accounts(company, kind, body)
    body |= currency_and_rate(company, body, owner)
    body["TotalAmt"] = cents(total)
    if not (sparse and present(sent, "Line") is None):
        body["Line"] = _lines(company, side, sent, owner)
    unapplied = body["TotalAmt"] - applied_total(company, body)
    if unapplied < 0:
        raise refusals.business("The lines apply more than the payment's amount.", "TotalAmt")
    if kind == "Payment":
        body["UnappliedAmt"] = unapplied
        body.setdefault("DepositToAccountRef", {"value": bank_account(company, body)})
    return without_nothing(body)


def _lines(company: Company, side: _Side, sent: Json, owner: Row) -> list[Json]:
    lines: list[Json] = []
    for entry in present(sent, "Line") or ():
        amount, links = number(entry, "Amount"), present(entry, "LinkedTxn")
        if amount is None or not links:
            raise refusals.missing("Line.Amount" if amount is None else "Line.LinkedTxn")
        lines.append(_line(company, side, cents(amount), links[0], owner))
    targets = {(line["LinkedTxn"][0]["TxnType"], line["LinkedTxn"][0]["TxnId"]) for line in lines}
    if len(targets) < len(lines):
        raise refusals.business("A transaction appears on two lines of the payment.", "Line")
    return lines


def _line(company: Company, side: _Side, amount: Decimal, link: Json, owner: Row) -> Json:
    row_id, kind = str(present(link, "TxnId")), present(link, "TxnType")
    if kind not in (*side.debts, *side.credits, *ENTERED):
        raise refusals.bad_enumeration("TxnType", kind)
    document = company.find(kind, row_id)
    if document is not None and kind in ENTERED:
        return _line_of_entered(company, amount, document, f"{side.owner}/{owner.id}")
    if document is None or reference_id(document.body, side.owner_field) not in _family(company, owner):
        raise refusals.bad_reference(kind, row_id)
    if not ZERO < amount <= document.body["Balance"]:
        raise refusals.business(f"{amount} is more than the open balance, or nothing.", "Amount")
    return {"Amount": amount, "LinkedTxn": [{"TxnId": row_id, "TxnType": kind}]}


def _line_of_entered(company: Company, amount: Decimal, document: Row, owner: str) -> Json:
    """A line that settles what a journal entry or deposit left open of the owner."""
    if not ZERO < amount <= abs(left_of_entered(company, document, owner)):
        raise refusals.business(f"{amount} is more than the open balance, or nothing.", "Amount")
    return {"Amount": amount, "LinkedTxn": [{"TxnId": document.id, "TxnType": document.kind}]}


def _family(company: Company, owner: Row) -> set[str]:
    """The owner and, of a customer, the sub-customers below: a parent may pay for them."""
    family = {owner.id}
    if owner.kind == "Customer":
        for row in company.rows("Customer"):
            if reference_id(row.body, "ParentRef") in family:
                family.add(row.id)
    return family


def _link(company: Company, payment: Row, by: str, *, bump: bool = True) -> None:
    link = {"TxnId": payment.id, "TxnType": link_type(payment)}
    for document in _documents(company, payment.body["Line"]):
        _settle(company, document, [*document.body.get("LinkedTxn", ()), link], by, bump=bump)


def _release(company: Company, payment: Row, by: str) -> None:
    documents = _documents(company, payment.body["Line"])
    payment.body = payment.body | {"Line": []}
    for document in documents:
        _settle(company, document, without_link(document.body["LinkedTxn"], payment), by)
        if document.kind not in ENTERED:
            post_again(company, document)


def _documents(company: Company, lines: list[Json]) -> list[Row]:
    links = [line["LinkedTxn"][0] for line in lines]
    found = [company.find(link["TxnType"], link["TxnId"]) for link in links]
    return [document for document in found if document is not None]


def _settle(company: Company, document: Row, links: list[Json], by: str, *, bump: bool = True) -> None:
    document.body = document.body | {"LinkedTxn": links}
    if document.kind not in ENTERED:
        document.body |= open_amounts(company, document.kind, document.body, document)
    if bump:
        company.touch(document, by=by, bump=company.behaviour.payment_bumps_invoice)
