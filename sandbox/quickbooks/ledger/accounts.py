"""The accounts that postings need: found by their use, and made when their first posting comes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.quickbooks.currencies import currency_reference
from sandbox.quickbooks.state import Company, Row
from sandbox.quickbooks.vocabulary.account_types import ACCOUNT_TYPES


def add_account(
    company: Company,
    name: str,
    kind: str,
    detail: str = "",
    currency: str | None = None,
    *,
    parent: Row | None = None,
    row_id: str | None = None,
) -> Row:
    """An account of AccountType `kind`, e.g. "Income" or "Other Current Liability"; `detail` its sub-type."""
    classification, default = ACCOUNT_TYPES[kind]
    body = {
        "Name": name,
        "FullyQualifiedName": f"{parent.name}:{name}" if parent else name,
        "SubAccount": parent is not None,
        "Active": True,
        "Classification": classification,
        "AccountType": kind,
        "AccountSubType": detail or default,
        "CurrencyRef": currency_reference(currency or company.home_currency),
    }
    if parent:
        body["ParentRef"] = {"value": parent.id}
    return company.add("Account", body, row_id=row_id)


def open_items_account(company: Company, body: Mapping[str, Any], kind: str) -> str:
    """The receivables or payables account (`kind` is its AccountType) of the transaction's currency."""
    chosen = body.get("APAccountRef" if kind == "Accounts Payable" else "ARAccountRef")
    currency = body["CurrencyRef"]["value"]
    for account in company.rows("Account"):
        if account.body["AccountType"] != kind or account.body["CurrencyRef"]["value"] != currency:
            continue
        if chosen is None or chosen["value"] == account.id:
            return account.id
    short = "A/P" if kind == "Accounts Payable" else "A/R"
    suffix = "" if currency == company.home_currency else f" - {currency}"
    return add_account(company, f"{kind} ({short}){suffix}", kind, currency=currency).id


def bank_account(company: Company, body: Mapping[str, Any]) -> str:
    """Where the money of a sales transaction goes: the account it names, or undeposited funds."""
    chosen = body.get("DepositToAccountRef")
    if chosen:
        return str(chosen["value"])
    return special(company, "Undeposited Funds", "Other Current Asset", "UndepositedFunds")


def sales_tax_account(company: Company, rate_id: str | None) -> str:
    """The liability to the agency of a tax rate, or the one for all where the agency has none of its own."""
    rate = company.find("TaxRate", rate_id) if rate_id else None
    agency = company.find("TaxAgency", rate.body.get("AgencyRef", {}).get("value", "")) if rate else None
    own = company.named("Account", f"{agency.body['DisplayName']} Payable") if agency else None
    if own is not None:
        return own.id
    return special(company, "Sales Tax Payable", "Other Current Liability", "SalesTaxPayable")


def special(company: Company, name: str, kind: str, detail: str) -> str:
    """The active account called `name`, made with its type when there is none."""
    row = company.named("Account", name)
    return (row or add_account(company, name, kind, detail)).id
