"""A company one can work in: chart of accounts, terms, tax codes, preferences, and verbs to add more."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks.state import Company, Json, QuickBooksState, Row

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
_TAXES = {  # country: (code name, percent), all under one agency
    "US": (("California", "8.00"),),
    "GB": (("20.0% S", "20"), ("5.0% R", "5"), ("0.0% Z", "0"), ("Exempt", "0")),
    "DE": (("19% USt", "19"), ("7% USt", "7"), ("0% USt", "0")),
}


def open_company(
    state: QuickBooksState,
    realm: str,
    name: str,
    *,
    country: str = "US",
    home_currency: str = "USD",
    multicurrency: bool = False,
    zone: str = "America/Los_Angeles",
    sales_tax: bool = False,
) -> Company:
    """A new company with the lists a connector expects. `zone` is its DefaultTimeZone (IANA).

    Custom transaction numbers are off and class tracking per line and locations are on.
    """
    company = state.company(realm)
    company.add("CompanyInfo", _info(name, country, zone), row_id="1")
    company.add("Preferences", _preferences(home_currency, multicurrency, sales_tax), row_id="1")
    for account, kind, detail in _ACCOUNTS:
        add_account(company, account, kind, detail)
    for term, days in _TERMS:
        add_term(company, term, days)
    if country == "US":
        company.add(
            "TaxCode", {"Name": "TAX", "Active": True, "Taxable": True, "TaxGroup": False}, row_id="TAX"
        )
        company.add(
            "TaxCode", {"Name": "NON", "Active": True, "Taxable": False, "TaxGroup": False}, row_id="NON"
        )
    for code, percent in _TAXES.get(country, (("Standard", "20"), ("Zero", "0"))):
        add_tax_code(company, code, Decimal(percent))
    return company


def _info(name: str, country: str, zone: str) -> Json:
    return {
        "CompanyName": name,
        "LegalName": name,
        "Country": country,
        "FiscalYearStartMonth": "January",
        "DefaultTimeZone": zone,
        "SupportedLanguages": "en",
        "NameValue": [
            {"Name": "SubscriptionStatus", "Value": "SUBSCRIBED"},
            {"Name": "OfferingSku", "Value": "QuickBooks Online Plus"},
        ],
    }


def _preferences(home_currency: str, multicurrency: bool, sales_tax: bool) -> Json:  # noqa: FBT001
    return {
        "AccountingInfoPrefs": {
            "ClassTrackingPerTxn": False,
            "ClassTrackingPerTxnLine": True,
            "TrackDepartments": True,
            "CustomerTerminology": "Customers",
        },
        "SalesFormsPrefs": {
            "CustomTxnNumbers": False,
            "AllowDeposit": True,
            "AllowDiscount": True,
            "AllowEstimates": True,
            "AllowServiceDate": True,
            "AllowShipping": False,
            "AutoApplyCredit": False,
            "ETransactionPaymentEnabled": False,
            "UsingProgressInvoicing": False,
            "CustomField": [],
        },
        "TaxPrefs": {"UsingSalesTax": sales_tax, "PartnerTaxEnabled": False},
        "CurrencyPrefs": {"HomeCurrency": {"value": home_currency}, "MultiCurrencyEnabled": multicurrency},
    }


def add_account(company: Company, name: str, kind: str, detail: str = "", currency: str | None = None) -> Row:
    """An account of AccountType `kind`, e.g. "Income" or "Other Current Liability"."""
    body = {
        "Name": name,
        "FullyQualifiedName": name,
        "Active": True,
        "AccountType": kind,
        "CurrencyRef": {"value": currency or company.home_currency},
    }
    return company.add("Account", body | ({"AccountSubType": detail} if detail else {}))


def add_term(company: Company, name: str, days: int) -> Row:
    """Terms of payment due `days` after the invoice date."""
    return company.add(
        "Term",
        {"Name": name, "Active": True, "Type": "STANDARD", "DueDays": days, "DiscountPercent": Decimal(0)},
    )


def add_tax_code(company: Company, name: str, percent: Decimal) -> Row:
    """A tax code with one sales rate of `percent`."""
    rate = company.add("TaxRate", {"Name": name, "Active": True, "RateValue": percent})
    detail = {"TaxRateRef": rate.reference(), "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": 0}
    body = {
        "Name": name,
        "Description": name,
        "Active": True,
        "Taxable": True,
        "TaxGroup": True,
        "SalesTaxRateList": {"TaxRateDetail": [detail]},
    }
    return company.add("TaxCode", body)


def add_customer(
    company: Company,
    name: str,
    *,
    currency: str | None = None,
    email: str | None = None,
    terms: str | None = None,
    parent: Row | None = None,
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
        "CurrencyRef": {"value": currency or company.home_currency},
    }
    if parent:
        body["ParentRef"] = {"value": parent.id}
    if email:
        body["PrimaryEmailAddr"] = {"Address": email}
    if terms:
        body["SalesTermRef"] = _existing(company, "Term", terms).reference()
    return company.add("Customer", body)


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
        "IncomeAccountRef": _existing(company, "Account", account).reference(),
    }
    return company.add("Item", body | ({"UnitPrice": price} if price is not None else {}))


def add_class(company: Company, name: str) -> Row:
    """A class to sort lines by."""
    return company.add("Class", {"Name": name, "FullyQualifiedName": name, "SubClass": False, "Active": True})


def add_department(company: Company, name: str) -> Row:
    """A department (called location in the product's pages)."""
    body = {"Name": name, "FullyQualifiedName": name, "SubDepartment": False, "Active": True}
    return company.add("Department", body)


def _existing(company: Company, kind: str, name: str) -> Row:
    row = company.named(kind, name)
    if row is None:
        raise LookupError(f"no active {kind} called {name!r} in company {company.realm}")
    return row
