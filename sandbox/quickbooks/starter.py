"""A company one can work in: chart of accounts, terms, tax codes, preferences, and verbs to add more."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from sandbox.quickbooks.company_settings import info, preferences
from sandbox.quickbooks.countries import EDITIONS, ELSEWHERE, Edition
from sandbox.quickbooks.currencies import currency_reference
from sandbox.quickbooks.ledger.accounts import add_account
from sandbox.quickbooks.rules.taxcodes import add_built_in_codes
from sandbox.quickbooks.state import Company, Json, QuickBooksState, Row
from sandbox.quickbooks.vocabulary.registry import KINDS

__all__ = [
    "add_account",
    "add_class",
    "add_customer",
    "add_department",
    "add_item",
    "add_tax_code",
    "add_tax_lists",
    "add_term",
    "open_company",
]

_ACCOUNTS = (  # name, AccountType, AccountSubType
    ("Accounts Receivable (A/R)", "Accounts Receivable", "AccountsReceivable"),
    ("Undeposited Funds", "Other Current Asset", "UndepositedFunds"),
    ("Checking", "Bank", "Checking"),
    ("Retainage Receivable", "Other Current Asset", "OtherCurrentAssets"),
    ("Client Deposits", "Other Current Liability", "OtherCurrentLiabilities"),
    ("Sales Tax Payable", "Other Current Liability", "SalesTaxPayable"),
    ("Services Income", "Income", "ServiceFeeIncome"),
    ("Discounts Given", "Income", "DiscountsRefundsGiven"),
    ("Exchange Gain or Loss", "Other Expense", "ExchangeGainOrLoss"),
)
_TERMS = (("Due on receipt", 0), ("Net 10", 10), ("Net 15", 15), ("Net 30", 30), ("Net 60", 60))
_JOURNALS = (  # code, Type, Description: those of a French company
    ("AC", "Expenses", "Achats"),
    ("VT", "Sales", "Ventes"),
    ("BQ", "Bank", "Banque"),
    ("AN", "Nouveaux", "A nouveaux"),
    ("PA", "Wages", "Paie"),
    ("CA", "Cash", "Caisse"),
    ("OD", "Others", "Opérations diverses"),
)


def open_company(
    state: QuickBooksState,
    realm: str,
    name: str,
    *,
    country: str = "US",
    home_currency: str | None = None,
    multicurrency: bool = False,
    zone: str = "America/Los_Angeles",
    sales_tax: bool = False,
    automated_tax: bool = False,
    custom_numbers: bool = False,
) -> Company:
    """A new company with the lists a connector expects. `zone` is its DefaultTimeZone (IANA).

    `country` is US, GB, CA, AU or any other, and gives currency and tax codes; `automated_tax` is the US
    kind that chooses the code itself. Class tracking per line and locations are on.
    """
    company = state.company(realm)
    edition = EDITIONS.get(country, ELSEWHERE)
    company.add("CompanyInfo", info(name, country, zone), row_id="1")
    settings = preferences(
        home_currency or edition.currency,
        multicurrency=multicurrency,
        sales_tax=sales_tax or automated_tax,
        automated_tax=automated_tax,
        custom_numbers=custom_numbers,
    )
    company.add("Preferences", settings, row_id="1")
    for account, kind, detail in _ACCOUNTS:
        add_account(company, account, kind, detail)
    for term, days in _TERMS:
        add_term(company, term, days)
    add_tax_lists(company, country, edition)
    if country == "FR":
        for code, kind, text in _JOURNALS:
            body = {**KINDS["JournalCode"].defaults, "Name": code, "Type": kind, "Description": text}
            company.add("JournalCode", body)
    return company


def add_tax_lists(company: Company, country: str, edition: Edition) -> None:
    """The agency and tax codes of an edition; in the US also the codes nobody made."""
    agency = company.add("TaxAgency", {"DisplayName": edition.agency, **KINDS["TaxAgency"].defaults})
    if country == "US":
        add_built_in_codes(company)
    for entry in edition.codes:
        rates = [(name, Decimal(percent)) for name, percent in entry.rates]
        add_tax_code(company, entry.name, rates, agency=agency)


def add_term(company: Company, name: str, days: int, *, row_id: str | None = None) -> Row:
    """Terms of payment due `days` after the invoice date."""
    body = {
        "Name": name,
        "Active": True,
        "Type": "STANDARD",
        "DueDays": days,
        "DiscountPercent": Decimal(0),
        "DiscountDays": 0,
    }
    return company.add("Term", body, row_id=row_id)


def add_tax_code(
    company: Company,
    name: str,
    rates: Decimal | Sequence[tuple[str, Decimal]],
    *,
    agency: Row | None = None,
    row_ids: Sequence[str | None] = (),
) -> Row:
    """A tax code with one sales rate (a percent), or with several of (name, percent), of these ids if given."""
    if isinstance(rates, Decimal):
        rates = [(name, rates)]
    owner = {"AgencyRef": {"value": agency.id}} if agency else {}
    details = []
    ids = row_ids or [None] * len(rates)
    for at, ((rate_name, percent), row_id) in enumerate(zip(rates, ids, strict=True)):
        body = {"Name": rate_name, "Description": rate_name, "Active": True, "RateValue": percent, **owner}
        body |= {"SpecialTaxType": "NONE", "DisplayType": "ReadOnly"}
        rate = company.add("TaxRate", body, row_id=row_id)
        details.append({"TaxRateRef": rate.reference(), "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": at})
    code = {
        "Name": name,
        "Description": name,
        "Active": True,
        "Taxable": True,
        "TaxGroup": True,
        "SalesTaxRateList": {"TaxRateDetail": details},
        "PurchaseTaxRateList": {"TaxRateDetail": []},
    }
    return company.add("TaxCode", code)


def add_customer(
    company: Company,
    name: str,
    *,
    currency: str | None = None,
    email: str | None = None,
    terms: str | None = None,
    parent: Row | None = None,
    row_id: str | None = None,
) -> Row:
    """A customer, or with `parent` a sub-customer. Its currency (default: home) can never change again.

    `terms` names the customer's terms of payment.
    """
    body: Json = {
        "DisplayName": name,
        "FullyQualifiedName": f"{parent.name}:{name}" if parent else name,
        "PrintOnCheckName": name,
        "Active": True,
        "Taxable": False,
        "Job": parent is not None,
        "BillWithParent": False,
        "CurrencyRef": currency_reference(currency or company.home_currency),
        "IsProject": False,
        "PreferredDeliveryMethod": "Print",
    }
    if parent:
        body |= {"ParentRef": parent.reference(), "Level": parent.body.get("Level", 0) + 1}
    if email:
        body["PrimaryEmailAddr"] = {"Address": email}
    if terms:
        body["SalesTermRef"] = _existing(company, "Term", terms).reference()
    return company.add("Customer", body, row_id=row_id)


def add_item(
    company: Company,
    name: str,
    *,
    account: str = "Services Income",
    price: Decimal | None = None,
    kind: str = "Service",
    taxable: bool = False,
) -> Row:
    """An item that posts to the account named `account`; `kind` is its Type."""
    body: Json = {
        "Name": name,
        "FullyQualifiedName": name,
        "Active": True,
        "Taxable": taxable,
        "Type": kind,
        "TrackQtyOnHand": False,
        "IncomeAccountRef": _existing(company, "Account", account).reference(),
    }
    return company.add("Item", body | ({"UnitPrice": price} if price is not None else {}))


def add_class(company: Company, name: str, *, row_id: str | None = None) -> Row:
    """A class to sort lines by."""
    body = {"Name": name, "FullyQualifiedName": name, "SubClass": False, "Active": True}
    return company.add("Class", body, row_id=row_id)


def add_department(company: Company, name: str) -> Row:
    """A department (called location in the product's pages)."""
    body = {"Name": name, "FullyQualifiedName": name, "SubDepartment": False, "Active": True}
    return company.add("Department", body)


def _existing(company: Company, kind: str, name: str) -> Row:
    row = company.named(kind, name)
    if row is None:
        raise LookupError(f"no active {kind} called {name!r} in company {company.realm}")
    return row
