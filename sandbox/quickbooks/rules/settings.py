"""The company's own two objects, which can only be changed: CompanyInfo and Preferences."""

from __future__ import annotations

from sandbox.quickbooks import refusals
from sandbox.quickbooks.rules.lookup import current
from sandbox.quickbooks.state import API_USER, Company, Json, Row
from sandbox.quickbooks.vocabulary.values import day, present

_INFO_TEXTS = ("CompanyName", "LegalName", "CompanyStartDate", "FiscalYearStartMonth", "Email", "WebAddr")
_INFO_PARTS = ("CompanyAddr", "CustomerCommunicationAddr", "LegalAddr", "PrimaryPhone")
_FIXED = {"HomeCurrency", "PartnerTaxEnabled"}


def update(company: Company, kind: str, sent: Json, *, by: str = API_USER) -> Row:
    """Change what `sent` names; preferences are merged group by group, as in a sparse update.

    Multicurrency cannot be turned off again; home currency and automated tax cannot be changed at all.
    """
    row = current(company, kind, {"Id": "1", **sent})
    changes = _info(sent) if kind == "CompanyInfo" else _preferences(company, sent)
    row.body = row.body | changes
    company.touch(row, by=by)
    return row


def _info(sent: Json) -> Json:
    return {name: sent[name] for name in (*_INFO_TEXTS, *_INFO_PARTS) if present(sent, name) is not None}


def _preferences(company: Company, sent: Json) -> Json:
    groups = {name: value for name, value in sent.items() if name.endswith("Prefs")}
    if any(not isinstance(value, dict) for value in groups.values()):
        raise refusals.unreadable()
    closing = groups.get("AccountingInfoPrefs", {})
    day(closing, "BookCloseDate")
    turned_off = groups.get("CurrencyPrefs", {}).get("MultiCurrencyEnabled") in (False, "false")
    if turned_off and company.multicurrency:
        raise refusals.business("Multicurrency cannot be turned off.", "MultiCurrencyEnabled")
    merged: Json = {}
    for name, value in groups.items():
        before = company.preferences.body.get(name, {})
        merged[name] = before | {key: part for key, part in value.items() if key not in _FIXED}
    return merged
