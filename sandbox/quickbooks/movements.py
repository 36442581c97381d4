"""Movements of money without a customer's form: deposits, transfers and journal entries."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.assembly import currency_and_rate, merged
from sandbox.quickbooks.lookup import current, refuse_closed
from sandbox.quickbooks.posting import post
from sandbox.quickbooks.registry import KINDS
from sandbox.quickbooks.settlement import ZERO, without_link
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.values import cents, choice, number, present, referred, text, without_nothing

_DEPOSITED = ("Payment", "SalesReceipt", "RefundReceipt", "JournalEntry")


def create(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A new deposit, transfer or journal entry."""
    for name in KINDS[kind].required:
        if not present(sent, name):
            raise refusals.missing(name)
    body = _assemble(company, kind, sent, None)
    row = company.add(kind, body, by=by)
    _follow(company, row, [])
    post(company, row)
    return row


def update(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A full or sparse update."""
    row = current(company, kind, sent)
    before = _deposited(row)
    row.body = _assemble(company, kind, sent, row)
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
    company.books.remove((kind, row.id))
    return row


def _assemble(company: Company, kind: str, sent: Json, row: Row | None) -> Json:
    sparse = row is not None and present(sent, "sparse") in (True, "true")
    body = merged(company, KINDS[kind], sent, row.body if row else None, sparse=sparse)
    body.setdefault("TxnDate", company.today().isoformat())
    refuse_closed(company, body)
    body |= currency_and_rate(company, body, None)
    if kind == "Transfer":
        return without_nothing(body | {"Amount": cents(body["Amount"])})
    if not (sparse and present(sent, "Line") is None):
        mine = {"TxnId": row.id, "TxnType": "Deposit"} if row else {}
        body["Line"] = [
            {"Id": str(at), "LineNum": at + 1}
            | (
                _journal_line(company, entry)
                if kind == "JournalEntry"
                else _deposit_line(company, entry, mine)
            )
            for at, entry in enumerate(present(sent, "Line") or ())
        ]
    lines = body["Line"]
    amounts = _debits(lines) if kind == "JournalEntry" else [line["Amount"] for line in lines]
    body["TotalAmt"] = sum(amounts, ZERO)
    return without_nothing(body)


def _debits(lines: list[Json]) -> list[Decimal]:
    """The amounts of the debit lines; 6000 unless the credits are worth as much."""
    sides: dict[str, list[Decimal]] = {"Debit": [], "Credit": []}
    for line in lines:
        sides[line["JournalEntryLineDetail"]["PostingType"]].append(line["Amount"])
    if sum(sides["Debit"], ZERO) != sum(sides["Credit"], ZERO):
        raise refusals.business("The debits and credits of a journal entry must be equal.", "Line")
    return sides["Debit"]


def _journal_line(company: Company, entry: Json) -> Json:
    detail = present(entry, "JournalEntryLineDetail") or {}
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
            raise refusals.bad_reference("LinkedTxn", str(kind), row_id)
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
