"""Customers and items as clients make and change them: unique names, checked references, Active to remove."""

from __future__ import annotations

from dataclasses import dataclass

from sandbox.quickbooks import refusals
from sandbox.quickbooks.lookup import current
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.values import choice, number, present, reference_id, referred, text, without_nothing


@dataclass(frozen=True, slots=True)
class _Shape:
    """What a client may write on one kind of list entry; `name` is the field that must be unique."""

    name: str
    texts: dict[str, int]
    references: dict[str, str]
    choices: dict[str, tuple[str, ...]]
    numbers: tuple[str, ...]
    flags: tuple[str, ...]
    whole: tuple[str, ...]

    @property
    def writable(self) -> tuple[str, ...]:
        """All of these fields."""
        groups = (self.texts, self.references, self.choices, self.numbers, self.flags, self.whole)
        return tuple(name for group in groups for name in group)


_SHAPES = {
    "Customer": _Shape(
        name="DisplayName",
        texts={
            "DisplayName": 500,
            "CompanyName": 100,
            "GivenName": 100,
            "MiddleName": 100,
            "FamilyName": 100,
            "Notes": 2000,
            "ResaleNum": 16,
        },
        references={"ParentRef": "Customer", "SalesTermRef": "Term", "DefaultTaxCodeRef": "TaxCode"},
        choices={},
        numbers=(),
        flags=("Active", "Taxable", "Job", "BillWithParent"),
        whole=("CurrencyRef", "BillAddr", "ShipAddr", "PrimaryEmailAddr", "PrimaryPhone"),
    ),
    "Item": _Shape(
        name="Name",
        texts={"Name": 100, "Description": 4000, "Sku": 100},
        references={"IncomeAccountRef": "Account", "ParentRef": "Item"},
        choices={"Type": ("Service", "NonInventory", "Inventory", "Category", "Group")},
        numbers=("UnitPrice",),
        flags=("Active", "Taxable"),
        whole=(),
    ),
}
_DEFAULTS: dict[str, Json] = {
    "Customer": {"Active": True, "Taxable": False, "Job": False, "BillWithParent": False},
    "Item": {"Active": True, "Taxable": False, "Type": "Service"},
}
_FORBIDDEN = ":\t\n"


def create(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A new customer or item; 6240 when its name is taken, 2020 when it has none."""
    body = _DEFAULTS[kind] | without_nothing(_fields(company, kind, sent))
    if kind == "Item" and body["Type"] != "Category" and "IncomeAccountRef" not in body:
        raise refusals.missing("IncomeAccountRef")
    if kind == "Customer":
        body["CurrencyRef"] = {"value": _currency(company, body)}
    return company.add(kind, _named(company, kind, body, None), by=by)


def update(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """A full or sparse update. `Active` false is how a list entry is removed; a currency never changes."""
    row = current(company, kind, sent)
    sparse = present(sent, "sparse") in (True, "true")
    fixed = ("CurrencyRef", *_DEFAULTS[kind])
    kept = {
        name: value
        for name, value in row.body.items()
        if sparse or name in fixed or name not in _SHAPES[kind].writable
    }
    fields = _fields(company, kind, sent)
    currency = reference_id(fields, "CurrencyRef")
    if kind == "Customer" and currency not in (None, row.body["CurrencyRef"]["value"]):
        raise refusals.business("The currency of a customer cannot be changed.", "CurrencyRef")
    row.body = _named(company, kind, without_nothing(kept | fields), row)
    company.touch(row, by=by)
    return row


def _fields(company: Company, kind: str, sent: Json) -> Json:
    shape = _SHAPES[kind]
    fields: Json = {name: text(sent, name, limit) for name, limit in shape.texts.items() if name in sent}
    for name, target in shape.references.items():
        if name in sent:
            row = referred(company, sent, name, target)
            fields[name] = row and row.reference()
    fields |= {name: choice(sent, name, allowed) for name, allowed in shape.choices.items() if name in sent}
    fields |= {name: number(sent, name) for name in shape.numbers if name in sent}
    fields |= {name: present(sent, name) in (True, "true") for name in shape.flags if name in sent}
    return fields | {name: present(sent, name) for name in shape.whole if name in sent}


def _currency(company: Company, body: Json) -> str:
    currency = reference_id(body, "CurrencyRef") or company.home_currency
    if currency != company.home_currency and not company.preference("CurrencyPrefs", "MultiCurrencyEnabled"):
        raise refusals.business("Multi currency should be enabled to perform this operation.", "CurrencyRef")
    return currency


def _named(company: Company, kind: str, body: Json, row: Row | None) -> Json:
    """`body` with its FullyQualifiedName, once its name is found to be legal and free."""
    field = _SHAPES[kind].name
    parts = (body.get(part) for part in ("GivenName", "MiddleName", "FamilyName"))
    name = (
        body.get(field) or (kind == "Customer" and " ".join(filter(None, parts))) or body.get("CompanyName")
    )
    if not name:
        raise refusals.missing(field)
    if any(character in name for character in _FORBIDDEN):
        raise refusals.business(f"{field} may hold no colon, tab or new line.", field)
    for other in company.rows(kind):
        if other is not row and other.body[field].casefold() == name.casefold():
            raise refusals.duplicate_name(name, other.id)
    parent = company.find(kind, reference_id(body, "ParentRef") or "")
    return body | {field: name, "FullyQualifiedName": f"{parent.name}:{name}" if parent else name}
