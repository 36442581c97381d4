"""What each kind of list entry demands and fills in, beyond its fields: one small rule after another."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.currencies import NAMES, currency_reference
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.account_types import ACCOUNT_TYPES, fits, type_of_detail
from sandbox.quickbooks.vocabulary.values import present, reference_id

Rule = Callable[[Company, str, Json, Row | None], Json]
_LEVELS = 4  # below the top
_PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")  # of a person's name
FORBIDDEN = ":\t\n"  # in names
_SUB_FLAGS = {
    "Customer": "Job",
    "Item": "SubItem",
    "Account": "SubAccount",
    "Class": "SubClass",
    "Department": "SubDepartment",
}


def full_name(company: Company, kind: str, body: Json) -> str:
    """The names from the top entry down, joined by colons."""
    own = str(body.get("DisplayName") or body.get("Name"))
    parent = company.find(kind, reference_id(body, "ParentRef") or "")
    return f"{full_name(company, kind, parent.body)}:{own}" if parent else own


def _person(_company: Company, _kind: str, body: Json, _row: Row | None) -> Json:
    """A display name from the parts where there is none, and the name on cheques from it."""
    for part in (*_PARTS, "PrintOnCheckName"):
        if any(character in str(body.get(part, "")) for character in FORBIDDEN):
            raise refusals.business(f"{part} may hold no colon, tab or new line.", part)
    parts = (body.get(part) for part in _PARTS)
    name = body.get("DisplayName") or " ".join(filter(None, parts)) or body.get("CompanyName")
    if not name:
        raise refusals.missing("DisplayName")
    return {"PrintOnCheckName": body.get("CompanyName") or name, **body, "DisplayName": name}


def _priced_in(company: Company, _kind: str, body: Json, row: Row | None) -> Json:
    """A currency, which is fixed once set; a foreign one needs multicurrency."""
    code = reference_id(body, "CurrencyRef") or company.home_currency
    if row is not None and code != row.body["CurrencyRef"]["value"]:
        raise refusals.business("The currency cannot be changed.", "CurrencyRef")
    if code != company.home_currency and not company.multicurrency:
        raise refusals.business("Multi currency should be enabled to perform this operation.", "CurrencyRef")
    return body | {"CurrencyRef": currency_reference(code)}


def _placed(company: Company, kind: str, body: Json, row: Row | None) -> Json:
    """Below its parent: not below itself, not too deep, and marked as a sub-entry."""
    above, level = reference_id(body, "ParentRef"), 0
    if above is not None and row is not None and above == row.id:
        raise refusals.self_parent()
    while above is not None:
        level += 1
        parent = company.find(kind, above)
        if level > _LEVELS or parent is None or parent is row:
            raise refusals.bad_parent(f"An entry has at most {_LEVELS} levels above it, and none is itself.")
        above = reference_id(parent.body, "ParentRef")
    body = body | {_SUB_FLAGS[kind]: level > 0}
    if kind == "Item" and not level:
        del body["SubItem"]
    if kind in ("Customer", "Item") and level:
        body["Level"] = level
    if not level:
        body.pop("Level", None)
    return body


def _customer(company: Company, _kind: str, body: Json, row: Row | None) -> Json:
    """A sub-customer shares its parent's currency; billing with the parent needs one."""
    parent = company.find("Customer", reference_id(body, "ParentRef") or "")
    if parent is None:
        return body | {"BillWithParent": False}
    if row is None and reference_id(body, "CurrencyRef") is None:
        body = body | {"CurrencyRef": parent.body["CurrencyRef"]}
    if reference_id(body, "CurrencyRef") != parent.body["CurrencyRef"]["value"]:
        raise refusals.business("A sub-customer has the currency of its parent.", "CurrencyRef")
    return body


def _item(_company: Company, _kind: str, body: Json, row: Row | None) -> Json:
    """Accounts by type; an inventory item also needs its stock and the day it starts."""
    if not present(body, "Name"):
        raise refusals.missing("Name")
    if row is not None and row.body["Type"] == "Category" and body["Type"] != "Category":
        raise refusals.business("The type of a category cannot be changed.", "Type")
    if body["Type"] in ("Service", "NonInventory") and "IncomeAccountRef" not in body:
        raise refusals.missing("IncomeAccountRef")
    if body["Type"] == "Inventory":
        needed = ("IncomeAccountRef", "ExpenseAccountRef", "AssetAccountRef", "QtyOnHand", "InvStartDate")
        for name in needed:
            if name not in body:
                raise refusals.missing(name)
        return body | {"TrackQtyOnHand": True}
    return body | {"TrackQtyOnHand": False}


def _named(_company: Company, _kind: str, body: Json, _row: Row | None) -> Json:
    if not present(body, "Name"):
        raise refusals.missing("Name")
    return body


def _account(_company: Company, _kind: str, body: Json, _row: Row | None) -> Json:
    """A type from the sub-type or the other way round, and the classification that follows."""
    if '"' in str(body.get("Name", "")):
        raise refusals.business("Name may hold no quotation mark.", "Name")
    detail = body.get("AccountSubType")
    kind = body.get("AccountType") or type_of_detail(str(detail))
    if kind is None:
        raise refusals.missing("AccountType")
    classification, default = ACCOUNT_TYPES[kind]
    if detail and not fits(kind, detail):
        raise refusals.business(f"{detail} is no detail type of {kind}.", "AccountSubType")
    if above := reference_id(body, "ParentRef"):
        body = body | {"ParentRef": {"value": above}}
    return body | {
        "AccountType": kind,
        "AccountSubType": detail or default,
        "Classification": classification,
    }


def _term(_company: Company, _kind: str, body: Json, _row: Row | None) -> Json:
    """Due after days (STANDARD) or on a day of the month (DATE_DRIVEN), never both."""
    if ("DueDays" in body) == ("DayOfMonthDue" in body):
        raise refusals.business("Terms need either DueDays or DayOfMonthDue.", "DueDays")
    limits = {"DueDays": 999, "DiscountDays": 999, "DayOfMonthDue": 31, "DueNextMonthDays": 999}
    for name, limit in limits.items():
        if not 0 <= body.get(name, Decimal(0)) <= limit:
            raise refusals.illegal_number(name, body[name])
    kind = "STANDARD" if "DueDays" in body else "DATE_DRIVEN"
    return {"DiscountPercent": Decimal(0), **body, "Type": kind}


def _company_currency(company: Company, _kind: str, body: Json, row: Row | None) -> Json:
    if not company.multicurrency:
        raise refusals.business("Multi currency should be enabled to perform this operation.", "Code")
    code = str(body["Code"]).upper()
    if row is None and code not in NAMES:
        raise refusals.invalid_value("Code", code)
    return {"Name": NAMES.get(code, code), **body, "Code": code}


def _tax_agency(_company: Company, _kind: str, body: Json, _row: Row | None) -> Json:
    if not present(body, "DisplayName"):
        raise refusals.missing("DisplayName")
    return body


def _time_activity(company: Company, _kind: str, body: Json, _row: Row | None) -> Json:
    """Someone's time: of the person that NameOf announces, as hours or as start and end."""
    needed = f"{body['NameOf']}Ref"
    if needed not in body:
        raise refusals.missing(needed)
    if not any(name in body for name in ("Hours", "Minutes", "StartTime")):
        raise refusals.missing("Hours")
    if body["BillableStatus"] == "Billable" and "CustomerRef" not in body:
        raise refusals.missing("CustomerRef")
    return {"TxnDate": company.today().isoformat(), **body}


def _journal_code(company: Company, _kind: str, body: Json, _row: Row | None) -> Json:
    """Journals have codes in France, and nowhere else."""
    if company.country != "FR":
        raise refusals.feature_off("JournalCode")
    return body


RULES: dict[str, tuple[Rule, ...]] = {
    "Customer": (_person, _customer, _priced_in, _placed),
    "Vendor": (_person, _priced_in),
    "Employee": (_person,),
    "Item": (_item, _placed),
    "Account": (_named, _account, _priced_in, _placed),
    "Term": (_named, _term),
    "Class": (_named, _placed),
    "Department": (_named, _placed),
    "PaymentMethod": (_named,),
    "JournalCode": (_journal_code, _named),
    "CompanyCurrency": (_company_currency,),
    "TaxAgency": (_tax_agency,),
    "TimeActivity": (_time_activity,),
}
