"""What the company buys: bills, vendor credits, purchases and purchase orders, as far as clients read them."""

from __future__ import annotations

from datetime import date

from sandbox.quickbooks import refusals
from sandbox.quickbooks.ledger.accounts import open_items_account
from sandbox.quickbooks.ledger.buying import expense_account
from sandbox.quickbooks.ledger.posting import post, withdraw
from sandbox.quickbooks.ledger.settlement import PAYERS, SETTLED, ZERO, open_amounts
from sandbox.quickbooks.rules import billing, payments
from sandbox.quickbooks.rules.account_fields import refuse_wrong_accounts
from sandbox.quickbooks.rules.assembly import currency_and_rate, merged
from sandbox.quickbooks.rules.lookup import current, named, refuse_closed
from sandbox.quickbooks.rules.terms import due_on
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.registry import KINDS
from sandbox.quickbooks.vocabulary.values import cents, number, present, referred, text, without_nothing

ACCOUNT, ITEM, TEXT = "AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail", "DescriptionOnly"


def create(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A new bill, vendor credit, purchase or order."""
    for name in KINDS[kind].required:
        if not present(sent, name):
            raise refusals.missing(name)
    body, last_line_id = assemble(company, kind, sent, None)
    row = company.add(kind, body, by=by)
    row.last_line_id = last_line_id
    billing.charge(company, row, [], by=by)
    post(company, row)
    return row


def update(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A full or sparse update."""
    row = current(company, kind, sent)
    before = row.body["Line"]
    row.body, row.last_line_id = assemble(company, kind, sent, row)
    company.touch(row, by=by)
    billing.charge(company, row, before, by=by)
    post(company, row)
    payments.post_again(company, row)
    return row


def delete(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """Remove it for good; 800 while a payment is linked."""
    row = current(company, kind, sent)
    refuse_closed(company, row.body)
    if any(link["TxnType"] in PAYERS for link in row.body.get("LinkedTxn", ())):
        raise refusals.has_dependencies("Linked transactions must be unlinked before it is deleted.")
    billing.uncharge(company, row, by=by)
    company.remove(row, by=by)
    withdraw(company, row)
    return row


def assemble(company: Company, kind: str, sent: Json, row: Row | None) -> tuple[Json, int]:
    """The whole body after a create (`row` None) or an update of `row`, and the highest line id ever used."""
    sparse = row is not None and present(sent, "sparse") in (True, "true")
    before = row.body if row else None
    body = merged(company, KINDS[kind], sent, before, sparse=sparse)
    vendor = referred(company, body, "VendorRef", "Vendor", before)
    body.setdefault("TxnDate", company.today().isoformat())
    refuse_closed(company, body)
    refuse_wrong_accounts(company, kind, body)
    body |= currency_and_rate(company, body, vendor)
    if kind == "Bill" and "DueDate" not in body:
        term = referred(company, body, "SalesTermRef", "Term", body)
        body["DueDate"] = due_on(term.body if term else None, date.fromisoformat(body["TxnDate"])).isoformat()
    last_line_id = row.last_line_id if row else 0
    if not (sparse and present(sent, "Line") is None):
        body["Line"], last_line_id = _lines(company, sent, before, last_line_id)
    tax = number(body.get("TxnTaxDetail", {}), "TotalTax") or ZERO
    body["TotalAmt"] = sum((line.get("Amount", ZERO) for line in body["Line"]), tax)
    if kind in SETTLED:
        body |= open_amounts(company, kind, body, row)
        if body["Balance"] < 0:
            raise refusals.business("The total is less than what is already paid.", "TotalAmt")
    if "APAccountRef" in KINDS[kind].fields:
        payable = open_items_account(company, body, "Accounts Payable")
        body.setdefault("APAccountRef", named(company, "Account", payable))
    return without_nothing(body), last_line_id


def _lines(company: Company, sent: Json, before: Json | None, last_id: int) -> tuple[list[Json], int]:
    known = {line["Id"]: line for line in (before or {}).get("Line", ())}
    lines: list[Json] = []
    for entry in present(sent, "Line") or ():
        old = known.get(str(present(entry, "Id")))
        if old is None:
            last_id += 1
        identity = {"Id": old["Id"] if old else str(last_id), "LineNum": len(lines) + 1}
        kept = {"LinkedTxn": old["LinkedTxn"]} if old and "LinkedTxn" in old else {}
        lines.append(identity | _line(company, entry, old) | kept)
    if not lines:
        raise refusals.missing("Line")
    return lines, last_id


def _line(company: Company, entry: Json, old: Json | None) -> Json:
    kind = present(entry, "DetailType")
    amount = number(entry, "Amount")
    if kind not in (ACCOUNT, ITEM, TEXT):
        raise refusals.bad_enumeration("DetailType", kind) if kind else refusals.missing("Line.DetailType")
    description = text(entry, "Description", 4000)
    if kind == TEXT:
        return without_nothing({"Description": description, "DetailType": TEXT})
    if amount is None:
        raise refusals.missing("Line.Amount")
    given = {name: value for name, value in (present(entry, kind) or {}).items() if value not in (None, "")}
    detail = given | _references(company, given, (old or {}).get(kind), kind)
    detail |= {name: number(given, name) for name in ("Qty", "UnitPrice")}
    quantity, price = detail["Qty"], detail["UnitPrice"]
    if quantity is not None and price is not None and cents(quantity * price) != amount and quantity * price:
        raise refusals.wrong_amount(amount)
    line: Json = {"Description": description, "Amount": cents(amount), "DetailType": kind}
    line[kind] = without_nothing(detail)
    expense_account(company, line)
    return without_nothing(line)


def _references(company: Company, given: Json, old: Json | None, kind: str) -> Json:
    needed = "AccountRef" if kind == ACCOUNT else "ItemRef"
    targets = {"AccountRef": "Account", "ItemRef": "Item", "CustomerRef": "Customer", "ClassRef": "Class"}
    defaults: Json = {"BillableStatus": "NotBillable"}
    if company.country == "US":
        defaults["TaxCodeRef"] = {"value": "NON"}
    found = {name: referred(company, given, name, target, old) for name, target in targets.items()}
    if found[needed] is None:
        raise refusals.missing(needed)
    return defaults | given | {name: row.reference() for name, row in found.items() if row}
