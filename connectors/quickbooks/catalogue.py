"""What names mean in one company: its settings and lists, read once, in our words."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

import structlog

from connectors.quickbooks.figures import JsonObject
from model.billing import BookClient, BookItem, BooksCatalogue

_SELLABLE = frozenset({"Service", "NonInventory", "Inventory"})  # categories and bundles take no plain line
_NAMED_BY = {
    "client": ("Customer", "DisplayName"),
    "item": ("Item", "FullyQualifiedName"),
    "terms": ("Term", "Name"),
    "class": ("Class", "FullyQualifiedName"),
    "location": ("Department", "FullyQualifiedName"),
}
_MADE_INACTIVE = (
    " (deleted)"  # what QuickBooks appends to the name; in other languages it may be another word
)
# Words of subscriptions that are not paid any more. Unverified: one that is not listed shows when a call is refused.
_ENDED = frozenset({"CANCELLED", "CANCELED", "EXPIRED", "SUSPENDED", "TERMINATED", "READ_ONLY", "READONLY"})
_log = structlog.get_logger(__name__)


def catalogue_of(
    realm: str, company: JsonObject, preferences: JsonObject, lists: dict[str, list[JsonObject]]
) -> BooksCatalogue:
    """The catalogue from CompanyInfo, Preferences and the rows of each list entity."""
    home = home_currency_of(preferences)
    closed = _part(preferences, "AccountingInfoPrefs").get("BookCloseDate")
    return BooksCatalogue(
        realm=realm,
        name=str(company["CompanyName"]),
        country=str(company.get("Country") or ""),
        home_currency=home,
        multicurrency=_part(preferences, "CurrencyPrefs").get("MultiCurrencyEnabled") is True,
        zone=_zone(realm, company.get("DefaultTimeZone")),
        books_closed_on=date.fromisoformat(closed) if closed else None,
        clients=_clients(lists["Customer"], home),
        items=_items(lists["Item"], lists["Account"]),
        terms=_names(lists["Term"], "Name"),
        classes=_names(lists["Class"], "FullyQualifiedName"),
        tax_codes=_names(lists["TaxCode"], "Name"),
        locations=_names(lists["Department"], "FullyQualifiedName"),
        inactive=_inactive(lists),
        sales_tax=_flag(_part(preferences, "TaxPrefs").get("UsingSalesTax")),
        own_numbers=_part(preferences, "SalesFormsPrefs").get("CustomTxnNumbers") is True,
        ended=_ended(company),
        tax_rates=tuple(_tax_rates(lists["TaxCode"], lists["TaxRate"])),
        automation=_automation(preferences),
        estimates=_part(preferences, "SalesFormsPrefs").get("AllowEstimates") is not False,
    )


def home_currency_of(preferences: JsonObject) -> str:
    """The company's own currency. ValueError when the preferences do not say it."""
    home = _part(_part(preferences, "CurrencyPrefs"), "HomeCurrency").get("value")
    if not home:
        raise ValueError("the company's preferences name no home currency")
    return str(home)


def needs_tax_rates(company: JsonObject, preferences: JsonObject) -> bool:
    """Whether the rates of tax codes can be known: in the US an address decides, not a code."""
    return company.get("Country") != "US" and _part(preferences, "TaxPrefs").get("UsingSalesTax") is True


def has_classes(preferences: JsonObject) -> bool:
    """Whether the company tracks classes; one that does not may answer a question about them with a fault."""
    accounting = _part(preferences, "AccountingInfoPrefs")
    flags = [accounting.get(f"ClassTrackingPerTxn{suffix}") for suffix in ("", "Line")]
    return any(flags) or None in flags


def has_locations(preferences: JsonObject) -> bool:
    """Whether the company tracks locations (departments)."""
    return _part(preferences, "AccountingInfoPrefs").get("TrackDepartments") is not False


def _clients(rows: Iterable[JsonObject], home: str) -> tuple[BookClient, ...]:
    return tuple(
        BookClient(
            str(row["Id"]), str(row["DisplayName"]), str(_part(row, "CurrencyRef").get("value") or home)
        )
        for row in _active(rows)
    )


def _items(rows: Iterable[JsonObject], accounts: Iterable[JsonObject]) -> tuple[BookItem, ...]:
    kinds = {
        str(account["Id"]): str(account["AccountType"]) for account in accounts if account.get("AccountType")
    }
    return tuple(
        BookItem(str(row["Id"]), _full_name(row, "FullyQualifiedName"), kinds.get(_income_account(row)))
        for row in _active(rows)
        if row.get("Type", "Service") in _SELLABLE
    )


def _income_account(item: JsonObject) -> str:
    return str(_part(item, "IncomeAccountRef").get("value") or "")


def _names(rows: Iterable[JsonObject], field: str) -> tuple[tuple[str, str], ...]:
    return tuple((_full_name(row, field), str(row["Id"])) for row in _active(rows))


def _full_name(row: JsonObject, field: str) -> str:
    return str(row.get(field) or row["Name"])


def _active(rows: Iterable[JsonObject]) -> Iterable[JsonObject]:
    return (row for row in rows if row.get("Active") is not False)


def _inactive(lists: dict[str, list[JsonObject]]) -> tuple[tuple[str, str], ...]:
    return tuple(
        (kind, _full_name(row, field).removesuffix(_MADE_INACTIVE))
        for kind, (entity, field) in _NAMED_BY.items()
        for row in lists[entity]
        if row.get("Active") is False
    )


def _tax_rates(codes: Iterable[JsonObject], rates: Iterable[JsonObject]) -> Iterator[tuple[str, Decimal]]:
    """The percent of each code of plain rates; one whose rates build on each other is left out."""
    percents = {str(rate["Id"]): rate["RateValue"] for rate in rates if rate.get("RateValue") is not None}
    for code in codes:
        parts = _part(code, "SalesTaxRateList").get("TaxRateDetail")
        used = (
            [str(_part(each, "TaxRateRef").get("value")) for each in parts] if isinstance(parts, list) else []
        )
        plain = all(each.get("TaxTypeApplicable", "TaxOnAmount") == "TaxOnAmount" for each in parts or ())
        if used and plain and percents.keys() >= set(used):
            yield str(code["Id"]), sum((Decimal(percents[each]) for each in used), Decimal(0))


def _automation(preferences: JsonObject) -> tuple[str, ...]:
    sales = _part(preferences, "SalesFormsPrefs")
    said = {
        "credits": sales.get("AutoApplyCredit"),
        "payments": sales.get("AutoApplyPayments"),
        "online_payments": sales.get("ETransactionPaymentEnabled"),
        "automated_tax": _part(preferences, "TaxPrefs").get("PartnerTaxEnabled"),
        "accrual": _part(preferences, "ReportPrefs").get("ReportBasis") == "Accrual",
    }
    return tuple(name for name, value in said.items() if value is True)


def _flag(value: object) -> bool | None:
    return value if isinstance(value, bool) else None


def _ended(company: JsonObject) -> str:
    """The state of the subscription where it is over, else ""."""
    stated = company.get("NameValue")
    values = (
        {str(each.get("Name")): str(each.get("Value")) for each in stated} if isinstance(stated, list) else {}
    )
    state = values.get("SubscriptionStatus", "")
    return state if state.upper() in _ENDED else ""


def _zone(realm: str, name: object) -> str:
    """The company's time zone. Without one, dates are UTC's, which can be a day off: said aloud."""
    try:
        return ZoneInfo(str(name or "")).key
    except (KeyError, ValueError, OSError):  # none, unknown, or not even a name
        _log.warning("company.zone_missing", realm=realm, stated=str(name or ""), used="UTC")
        return "UTC"


def _part(value: JsonObject, name: str) -> dict[str, Any]:
    part = value.get(name)
    return part if isinstance(part, dict) else {}
