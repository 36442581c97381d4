"""What finance does by a submitted form: to an invoice, an estimate or a customer, under the company's rules.

A deed gets the person, the id of what it is done to and the form; it returns what it made, if anything.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation

from sandbox.pages.shell import Trouble
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.state import Row

Form = Mapping[str, str]
Deed = Callable[[FinancePerson, str, Form], Row | None]


def _decimal(form: Form, name: str, like: str) -> Decimal:
    text = form.get(name, "").replace(",", "")
    try:
        amount = Decimal(text)
        if amount == amount.quantize(Decimal("0.01")):
            return amount
    except InvalidOperation:
        pass
    raise Trouble(f"“{text}” is no {like}.")


def _amount(form: Form) -> Decimal:
    return _decimal(form, "amount", "amount; write it as 1200.50")


def _edit_line(finance: FinancePerson, invoice_id: str, form: Form) -> Row:
    amount, line_id = _amount(form), form.get("line", "")
    row = finance.edit_text(invoice_id, line_id, form.get("text", ""))
    line = next(line for line in row.body["Line"] if line.get("Id") == line_id)
    return row if line["Amount"] == amount else finance.edit_amount(invoice_id, line_id, amount)


def _surely(deed: Deed) -> Deed:
    """Only where the form says that it is meant."""

    def done(finance: FinancePerson, row_id: str, form: Form) -> Row | None:
        if form.get("sure") != "yes":
            raise Trouble("Nothing was done: this is for good, and the form did not say so.")
        return deed(finance, row_id, form)

    return done


def _convert(finance: FinancePerson, estimate_id: str, form: Form) -> Row:
    percent = _decimal(form, "percent", "percentage; write it as 100 or 33.5")
    if not 0 < percent <= 100:
        raise Trouble("A share of an estimate is more than 0 and at most 100 percent.")
    return finance.convert_estimate(estimate_id, percent / 100)


INVOICES: Mapping[str, Deed] = {
    "line": _edit_line,
    "add": lambda finance, row_id, form: finance.add_line(row_id, None, _amount(form), form.get("text", "")),
    "unline": lambda finance, invoice_id, form: finance.remove_line(invoice_id, form.get("line", "")),
    "split": lambda finance, invoice_id, form: finance.split(invoice_id, form.get("line", "")),
    "memo": lambda finance, invoice_id, form: finance.edit_memo(invoice_id, form.get("memo", "")),
    "note": lambda finance, invoice_id, form: finance.edit_note(invoice_id, form.get("note", "")),
    "number": lambda finance, invoice_id, form: finance.renumber(invoice_id, form.get("number", "")),
    "queue": lambda finance, invoice_id, form: finance.queue(invoice_id, form.get("email", "")),
    "send": lambda finance, invoice_id, form: finance.send(invoice_id, form.get("email") or None),
    "print": lambda finance, invoice_id, _form: finance.print_out(invoice_id),
    "pay": lambda finance, invoice_id, form: finance.take_payment(invoice_id, _amount(form)),
    "unpay": lambda finance, _invoice_id, form: finance.undo_payment(form.get("payment", "")),
    "credit": lambda finance, invoice_id, form: finance.credit(invoice_id, _amount(form)),
    "void": _surely(lambda finance, invoice_id, _form: finance.void(invoice_id)),
    "delete": _surely(lambda finance, invoice_id, _form: finance.delete(invoice_id)),
}
ESTIMATES: Mapping[str, Deed] = {
    "convert": _convert,
    "accept": lambda finance, row_id, form: finance.decide_estimate(row_id, "Accepted", form.get("who", "")),
    "reject": lambda finance, row_id, _form: finance.decide_estimate(row_id, "Rejected"),
    "pending": lambda finance, row_id, _form: finance.decide_estimate(row_id, "Pending"),
}
CUSTOMERS: Mapping[str, Deed] = {
    "rename": lambda finance, row_id, form: finance.rename_customer(row_id, form.get("name", "")),
    "disable": lambda finance, row_id, _form: finance.deactivate_customer(row_id),
    "enable": lambda finance, row_id, _form: finance.reactivate("Customer", row_id),
    "project": lambda finance, row_id, _form: finance.make_project(row_id),
    "merge": _surely(lambda finance, row_id, form: finance.merge_customers(form.get("into", ""), row_id)),
}
DONE: Mapping[str, str] = {
    "line": "The line was changed.",
    "add": "The line was added.",
    "unline": "The line is gone.",
    "split": "Billed apart: this is the new invoice.",
    "memo": "The message was changed.",
    "note": "The note was changed.",
    "number": "The number was changed.",
    "queue": "Queued to be sent later.",
    "send": "Sent; nobody was mailed.",
    "print": "Printed.",
    "pay": "The payment was recorded.",
    "unpay": "The payment was undone.",
    "credit": "Credited.",
    "void": "Voided.",
    "delete": "Deleted.",
    "convert": "This is the invoice that was made of it.",
    "accept": "Accepted.",
    "reject": "Rejected.",
    "pending": "Pending again.",
    "rename": "Renamed.",
    "disable": "Inactive: no new form may name it.",
    "enable": "Active again.",
    "project": "It is a project now.",
    "merge": "Merged: what named the other names this one.",
    "close": "The books are closed.",
    "open": "The books are open.",
}
