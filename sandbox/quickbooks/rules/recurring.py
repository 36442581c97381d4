"""Recurring transactions: templates of other transactions with a schedule; they post nothing by themselves."""

from __future__ import annotations

from typing import Any

from sandbox.quickbooks import refusals
from sandbox.quickbooks.rules import assembly, movements, purchases
from sandbox.quickbooks.rules.lookup import current
from sandbox.quickbooks.state import API_USER, SALES_FORMS, Company, Json, Row
from sandbox.quickbooks.vocabulary.values import choice, day, present, without_nothing

TEMPLATES = (
    *SALES_FORMS,
    *("Bill", "Purchase", "VendorCredit", "PurchaseOrder"),
    *("Deposit", "JournalEntry", "Transfer"),
)
_HOW = ("Automated", "Reminder", "Reminded", "UnScheduled", "Unscheduled")
_NOT_OF_A_TEMPLATE = ("TxnDate", "DueDate", "DocNumber", "EmailStatus", "LinkedTxn")


def create(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A new template from `{"Invoice": {…, "RecurringInfo": {…}}}`."""
    template, inner = _inner(sent)
    row = company.add(kind, {"Type": template} | _body(company, template, inner, None), by=by)
    company.numbers["templates"] = company.numbers.get("templates", 1) + 1
    row.body["RecurDataRef"] = {"value": str(company.numbers["templates"])}
    return row


def update(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A full or sparse update of a template; what it is a template of never changes."""
    template, inner = _inner(sent)
    row = current(company, kind, inner)
    if template != row.body["Type"]:
        raise refusals.business("The type of a recurring transaction cannot be changed.", template)
    kept = {name: row.body[name] for name in ("Type", "RecurDataRef", "DueDate") if name in row.body}
    row.body = _body(company, template, inner, row) | kept
    company.touch(row, by=by)
    return row


def delete(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """Remove a template; what it made before stays."""
    inner = _inner(sent)[1] if any(name in sent for name in TEMPLATES) else sent
    row = current(company, kind, inner)
    company.remove(row, by=by)
    return row


def _inner(sent: Json) -> tuple[str, Json]:
    name = next((name for name in TEMPLATES if isinstance(sent.get(name), dict)), None)
    if name is None:
        raise refusals.missing("RecurringTransaction")
    return name, sent[name]


def _body(company: Company, template: str, sent: Json, row: Row | None) -> Json:
    sparse = row is not None and present(sent, "sparse") in (True, "true")
    info = present(sent, "RecurringInfo")
    if info is None and not (sparse and row):
        raise refusals.missing("RecurringInfo")
    recurring = _info(info) if info is not None else (row.body["RecurringInfo"] if row else {})
    whole = {**row.body, **sent} if sparse and row else sent
    wanted = {name: value for name, value in whole.items() if name not in _NOT_OF_A_TEMPLATE}
    body = _assembled(company, template, wanted)
    return {name: value for name, value in body.items() if name not in ("TxnDate", "DocNumber")} | {
        "RecurringInfo": recurring
    }


def _assembled(company: Company, template: str, wanted: Json) -> Json:
    """What the transaction would be, had it been sent by itself."""
    numbers = dict(company.numbers)
    body: Json
    if template in SALES_FORMS:
        body, _ = assembly.assemble(company, template, wanted, None)
    elif template in ("Bill", "Purchase", "VendorCredit", "PurchaseOrder"):
        body, _ = purchases.assemble(company, template, wanted, None)
    else:
        body = movements.assemble(company, template, wanted, None)
    company.numbers = numbers  # a template uses up no number
    return body


def _info(given: Any) -> Json:
    """Its name, whether it is active, how it runs, and when."""
    if not isinstance(given, dict) or not present(given, "Name"):
        raise refusals.missing("RecurringInfo.Name")
    schedule = present(given, "ScheduleInfo") or {}
    for name in ("StartDate", "EndDate", "NextDate", "PreviousDate"):
        day(schedule, name)
    return without_nothing(
        {
            "Name": given["Name"],
            "RecurType": choice(given, "RecurType", _HOW) or "Automated",
            "Active": present(given, "Active") in (None, True, "true"),
            "ScheduleInfo": {name: value for name, value in schedule.items() if value not in (None, "")},
        }
    )
