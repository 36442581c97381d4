"""Movements of money and stock: deposits, transfers, card payments, journal entries, stock counts."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.quickbooks import refusals
from sandbox.quickbooks.ledger.posting import post, withdraw
from sandbox.quickbooks.ledger.settlement import ZERO, without_link
from sandbox.quickbooks.rules.account_fields import refuse_wrong_accounts
from sandbox.quickbooks.rules.assembly import currency_and_rate, merged
from sandbox.quickbooks.rules.lookup import current, refuse_closed
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.registry import KINDS
from sandbox.quickbooks.vocabulary.values import (
    cents,
    choice,
    number,
    present,
    referred,
    text,
    without_nothing,
)

_DEPOSITED = ("Payment", "SalesReceipt", "RefundReceipt", "JournalEntry")


def create(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A new deposit, transfer, card payment, journal entry or stock count."""
    for name in KINDS[kind].required:
        if not present(sent, name):
            raise refusals.missing(name)
    body = assemble(company, kind, sent, None)
    row = company.add(kind, body, by=by)
    _follow(company, row, [])
    post(company, row)
    return row


def update(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A full or sparse update."""
    row = current(company, kind, sent)
    before = _deposited(row)
    row.body = assemble(company, kind, sent, row)
    company.touch(row, by=by)
    _follow(company, row, before)
    post(company, row)
    return row


def delete(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """Remove it for good; the payments of a deposit are undeposited again."""
    row = current(company, kind, sent)
    refuse_closed(company, row.body)
    before = _deposited(row)
    row.body = row.body | {"Line": []}
    company.remove(row, by=by)
    _follow(company, row, before)
    withdraw(company, row)
    return row


def assemble(company: Company, kind: str, sent: Json, row: Row | None) -> Json:
    """The whole body after a create (`row` None) or an update of `row`."""
    sparse = row is not None and present(sent, "sparse") in (True, "true")
    body = merged(company, KINDS[kind], sent, row.body if row else None, sparse=sparse)
    body.setdefault("TxnDate", company.today().isoformat())
    refuse_closed(company, body)
    if kind != "InventoryAdjustment":  # stock is worth home currency
        body |= currency_and_rate(company, body, None)
    if kind in ("Transfer", "CreditCardPayment"):
        refuse_wrong_accounts(company, kind, body)
        return without_nothing(body | {"Amount": cents(body["Amount"])})
    if not (sparse and present(sent, "Line") is None):
        mine = {"TxnId": row.id, "TxnType": "Deposit"} if row else {}
        entries = present(sent, "Line") or ()
        body["Line"] = [_numbered(company, kind, at, entry, mine) for at, entry in enumerate(entries)]
    return without_nothing(_TOTALS[kind](company, body))


def _numbered(company: Company, kind: str, at: int, entry: Json, mine: Json) -> Json:
    """A line with its identity: those of a journal entry count from 0 and have no number."""
    if kind == "JournalEntry":
        return {"Id": str(at)} | _journal_line(company, entry)
    if kind == "InventoryAdjustment":
        return {"Id": str(at + 1)} | _stock_line(company, entry)
    return {"Id": str(at + 1), "LineNum": at + 1} | _deposit_line(company, entry, mine)


def _journal_total(_company: Company, body: Json) -> Json:
    """6000 unless the credits are worth as much as the debits; an entry's own total is always shown as 0."""
    sides = {"Debit": ZERO, "Credit": ZERO}
    for line in body["Line"]:
        if line["DetailType"] == "JournalEntryLineDetail":
            sides[line["JournalEntryLineDetail"]["PostingType"]] += line["Amount"]
    if sides["Debit"] != sides["Credit"]:
        raise refusals.business("The debits and credits of a journal entry must be equal.", "Line")
    return body | {"TotalAmt": ZERO, "TxnTaxDetail": body.get("TxnTaxDetail", {})}


def _deposit_total(company: Company, body: Json) -> Json:
    """What reaches the bank: the lines less the cash kept back."""
    back = body.get("CashBack")
    kept = ZERO
    if back:
        account = referred(company, back, "AccountRef", "Account")
        amount = number(back, "Amount")
        if account is None or amount is None:
            raise refusals.missing("CashBack.AccountRef" if account is None else "CashBack.Amount")
        kept = cents(amount)
        body = body | {"CashBack": back | {"AccountRef": account.reference(), "Amount": kept}}
    refuse_wrong_accounts(company, "Deposit", body)
    return body | {"TotalAmt": sum((line["Amount"] for line in body["Line"]), ZERO) - kept}


def _stock_total(_company: Company, body: Json) -> Json:
    return body


_TOTALS: dict[str, Callable[[Company, Json], Json]] = {
    "JournalEntry": _journal_total,
    "Deposit": _deposit_total,
    "InventoryAdjustment": _stock_total,
}


def _stock_line(company: Company, entry: Json) -> Json:
    """How many more (or fewer) of an inventory item there are."""
    detail = present(entry, "ItemAdjustmentLineDetail") or {}
    item = referred(company, detail, "ItemRef", "Item")
    quantity = number(detail, "QtyDiff")
    if item is None or quantity is None:
        raise refusals.missing("ItemRef" if item is None else "QtyDiff")
    if item.body["Type"] != "Inventory":
        raise refusals.business("Only inventory items can be adjusted.", "ItemRef")
    kept = {"ItemRef": item.reference(), "QtyDiff": quantity}
    return {"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": kept}


def _journal_line(company: Company, entry: Json) -> Json:
    detail = present(entry, "JournalEntryLineDetail") or {}
    if present(entry, "DetailType") == "DescriptionOnly":
        return {"Description": text(entry, "Description", 4000) or "", "DetailType": "DescriptionOnly"}
    account = referred(company, detail, "AccountRef", "Account")
    side = choice(detail, "PostingType", ("Debit", "Credit"))
    if account is None or side is None:
        raise refusals.missing("AccountRef" if account is None else "PostingType")
    kept = {name: value for name, value in detail.items() if value not in (None, "")}
    kept |= {"AccountRef": account.reference(), "PostingType": side}
    return {**_common(entry), "DetailType": "JournalEntryLineDetail", "JournalEntryLineDetail": kept}


def _deposit_line(company: Company, entry: Json, mine: Json) -> Json:
    """Money from an account, or a payment that no other deposit than `mine` holds."""
    links = present(entry, "LinkedTxn")
    line = _common(entry)
    if links:
        kind, row_id = present(links[0], "TxnType"), str(present(links[0], "TxnId"))
        row = company.find(str(kind), row_id) if kind in _DEPOSITED else None
        if row is None:
            raise refusals.bad_reference(str(kind), row_id)
        if any(link["TxnType"] == "Deposit" and link != mine for link in row.body.get("LinkedTxn", ())):
            raise refusals.deposited()
        if row.kind == "Payment" and line["Amount"] != row.body["TotalAmt"]:
            raise refusals.business("A payment is deposited as a whole.", "Amount")
        return line | {"LinkedTxn": [{"TxnId": row_id, "TxnType": kind, "TxnLineId": "0"}]}
    detail = present(entry, "DepositLineDetail") or {}
    account = referred(company, detail, "AccountRef", "Account")
    if account is None:
        raise refusals.missing("AccountRef")
    kept = {name: value for name, value in detail.items() if value not in (None, "")}
    kept["AccountRef"] = account.reference()
    return line | {"DetailType": "DepositLineDetail", "DepositLineDetail": kept}


def _common(entry: Json) -> Json:
    amount = number(entry, "Amount")
    if amount is None:
        raise refusals.missing("Line.Amount")
    return without_nothing({"Description": text(entry, "Description", 4000), "Amount": cents(amount)})


def _deposited(row: Row) -> list[Json]:
    links = [link for line in row.body.get("Line", ()) for link in line.get("LinkedTxn", ())]
    return links if row.kind == "Deposit" else []


def _follow(company: Company, deposit: Row, before: list[Json]) -> None:
    """Let the payments that the deposit holds now, or held, show it."""
    after = _deposited(deposit)
    for link in [*before, *after]:
        row = company.find(link["TxnType"], link["TxnId"])
        if row is not None:
            links = without_link(row.body.get("LinkedTxn", ()), deposit)
            mine = [{"TxnId": deposit.id, "TxnType": "Deposit"}] if link in after else []
            row.body = row.body | {"LinkedTxn": [*links, *mine]}
