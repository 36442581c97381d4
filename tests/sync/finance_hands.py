"""What finance does to a document in QuickBooks, by name: each hand as a person would, refused where a person is."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal

from books_witness import is_void

from sandbox.quickbooks.desk import identity
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.refusals import Refusal
from sandbox.quickbooks.rules import payments, sales
from sandbox.quickbooks.state import FINANCE_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.fields import custom_field_names

ADDRESS = "ap@harborpine.example"
Hand = Callable[[Company, Row, int], object]


def _edit(company: Company, row: Row, changes: Json) -> Row:
    sent = identity(row) | {"sparse": True} | changes
    return sales.update(company, row.kind, sent, by=FINANCE_USER)


def _on_line(company: Company, row: Row, which: int, changes: Json, detail: Json) -> Row:
    lines = [dict(line) for line in row.body["Line"]]
    items = [line for line in lines if line["DetailType"] == "SalesItemLineDetail"]
    line = items[which % len(items)]
    line |= changes | {"SalesItemLineDetail": line["SalesItemLineDetail"] | detail}
    return _edit(company, row, {"Line": lines})


def _amount(company: Company, row: Row, which: int, amount: Decimal) -> Row:
    return _on_line(company, row, which, {"Amount": amount}, {"Qty": Decimal(1), "UnitPrice": amount})


def _own_line(company: Company, row: Row, which: int) -> Row:
    """Lines of finance may stand before ours, too."""
    ours = row.body["Line"]
    return _edit(company, row, {"Line": [_travel(), *ours] if which % 2 else [*ours, _travel()]})


def _remove(company: Company, row: Row, which: int) -> Row:
    """A form keeps a line; the only one is replaced."""
    items = [line for line in row.body["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    kept = [line for line in items if line is not items[which % len(items)]]
    return _edit(company, row, {"Line": kept or [_travel()]})


def _travel() -> Json:
    detail = {"ItemRef": {"value": "3"}, "Qty": Decimal(1), "UnitPrice": Decimal("19.99")}
    line = {"Amount": Decimal("19.99"), "Description": "Travel", "DetailType": "SalesItemLineDetail"}
    return line | {"SalesItemLineDetail": detail}


def _fill(company: Company, row: Row, which: int) -> None:
    """Fields of the web pages that nobody here ever modelled, and those that the company made for itself."""
    row.body["BillEmailBcc"] = {"Address": f"archive{which}@fernwood.example"}
    row.body["CustomField"] = [
        {"DefinitionId": definition, "Name": name, "Type": "StringType", "StringValue": f"{which}"}
        for definition, name in custom_field_names(company).items()
    ]
    row.body["FreeFormAddress"] = which % 2 == 0
    company.touch(row, by=FINANCE_USER)


def _send(company: Company, row: Row, _which: int) -> Row:
    return sales.send(company, row, ADDRESS, by=FINANCE_USER)


def _queue(company: Company, row: Row, _which: int) -> Row:
    return _edit(company, row, {"EmailStatus": "NeedToSend", "BillEmail": {"Address": ADDRESS}})


def _terms(company: Company, row: Row, which: int) -> Row:
    due = (company.today() + timedelta(days=20 + which)).isoformat()
    return _edit(company, row, {"SalesTermRef": {"value": "5"}, "DueDate": due})


def _pay(company: Company, row: Row, which: int) -> Row:
    part = None if which % 2 else Decimal("10.00")
    return FinancePerson(company).take_payment(row.id, part)


def _bounce(company: Company, row: Row, _which: int) -> None:
    for link in row.body["LinkedTxn"]:
        payment = company.find("Payment", link["TxnId"]) if link["TxnType"] == "Payment" else None
        if payment is not None:
            payments.delete(company, "Payment", identity(payment), by=FINANCE_USER)


_EDITS: Mapping[str, Hand] = {
    "words": lambda who, row, which: _on_line(
        who, row, which, {"Description": f"as agreed by phone {which}"}, {}
    ),
    "day": lambda who, row, which: _on_line(who, row, which, {}, {"ServiceDate": "2026-02-11"}),
    "lower": lambda who, row, which: _amount(who, row, which, Decimal("61.13") + which),
    "raise": lambda who, row, which: _amount(who, row, which, Decimal("1777.77") + which),
    "memo": lambda who, row, which: _edit(who, row, {"CustomerMemo": {"value": f"Thank you, {which}"}}),
    "note": lambda who, row, which: _edit(who, row, {"PrivateNote": f"spoke to Ann, {which}"}),
    "number": lambda who, row, which: _edit(who, row, {"DocNumber": f"F-{row.id}-{which}"}),
    "terms": _terms,
    "own line": _own_line,
    "remove": _remove,
    "fill": _fill,
    "queue": _queue,
    "send": _send,
    "print": lambda who, row, _which: _edit(who, row, {"PrintStatus": "PrintComplete"}),
    "delete": lambda who, row, _which: sales.delete(who, row.kind, identity(row), by=FINANCE_USER),
}
_HARMLESS = ("words", "memo", "note", "number", "own line", "fill", "send", "print")
HANDS: Mapping[str, Mapping[str, Hand]] = {
    "Invoice": _EDITS
    | {
        "pay": _pay,
        "bounce": _bounce,
        "void": lambda who, row, _which: sales.void(who, "Invoice", identity(row), by=FINANCE_USER),
        "credit": lambda who, row, _which: FinancePerson(who).credit(row.id, Decimal("40.00"), "goodwill"),
        "split": lambda who, row, _which: FinancePerson(who).split(row.id, row.body["Line"][0]["Id"]),
    },
    "Estimate": _EDITS
    | {
        "accept": lambda who, row, _which: FinancePerson(who).decide_estimate(row.id, "Accepted", "Ann"),
        "reject": lambda who, row, _which: FinancePerson(who).decide_estimate(row.id, "Rejected"),
        "convert": lambda who, row, _which: FinancePerson(who).convert_estimate(row.id),
        "convert half": lambda who, row, _which: FinancePerson(who).convert_estimate(row.id, Decimal("0.5")),
    },
    # One that is gone would make what we bill again too much, by nobody's fault but finance's.
    "CreditMemo": {name: hand for name, hand in _EDITS.items() if name in _HARMLESS},
}
NAMES = tuple(dict.fromkeys(name for hands in HANDS.values() for name in hands))


def act(company: Company, row: Row, name: str, which: int) -> bool:
    """Do it, unless a document of that kind knows no such thing or QuickBooks refuses a person, too."""
    hand = HANDS.get(row.kind, {}).get(name)
    if hand is None or (is_void(row.body) and name != "delete"):
        return False  # nobody works on a voided form: its own note is all that tells that it is one
    with suppress(Refusal, LookupError, ZeroDivisionError), company.lock:
        hand(company, row, which)
        return True
    return False
