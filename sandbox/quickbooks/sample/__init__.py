"""Intuit's own US sample company as developers know it: Craig's landscaping business, its lists and its books.

Names, ids, amounts and the books' balances are those that public recordings of it show; what no recording
shows is marked in the modules beside this one.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sandbox.clock import Clock
from sandbox.quickbooks.company_settings import info, preferences, use_custom_fields
from sandbox.quickbooks.ledger.accounts import add_account
from sandbox.quickbooks.rules.taxcodes import add_built_in_codes
from sandbox.quickbooks.sample.accounts import ACCOUNTS
from sandbox.quickbooks.sample.history import write_history
from sandbox.quickbooks.sample.items import add_items
from sandbox.quickbooks.sample.people import add_people
from sandbox.quickbooks.starter import add_class, add_tax_code, add_term
from sandbox.quickbooks.state import Company, QuickBooksState

NAME = "Sandbox Company_US_1"
_AGE = timedelta(days=30)  # so that none of its entries lies in the future
_BEFORE_HISTORY = timedelta(hours=3)  # the lists were there before the first transaction
_UNUSED = ("Repair & Maintenance (deleted)", "Expense", "RepairMaintenance")
_TERMS = (
    (1, "Due on receipt", 0),
    (2, "Net 15", 15),
    (3, "Net 30", 30),
    (4, "Net 60", 60),
    (5, "Net 10", 10),
)
_METHODS = (
    (1, "Cash", "NON_CREDIT_CARD"),
    (2, "Check", "NON_CREDIT_CARD"),
    (3, "Visa", "CREDIT_CARD"),
    (4, "MasterCard", "CREDIT_CARD"),
    (5, "Discover", "CREDIT_CARD"),
    (6, "American Express", "CREDIT_CARD"),
    (7, "Diners Club", "CREDIT_CARD"),
)
_CLASS_ID = "5000000000000007280"
_FIRST_TAX_CODE = 2


def open_sample_company(
    state: QuickBooksState, realm: str, name: str = NAME, *, multicurrency: bool = False
) -> Company:
    """The sample company under a realm of this server, made thirty days ago."""
    company = state.company(realm)
    present = company.clock
    made = present.now() - _AGE
    company.clock = Clock.at(made - _BEFORE_HISTORY)
    _add_settings(company, name, multicurrency=multicurrency)
    for number, account, kind, detail, above in ACCOUNTS:
        parent = company.find("Account", str(above)) if above else None
        add_account(company, account, kind, detail, parent=parent, row_id=str(number))
    unused = add_account(company, *_UNUSED, row_id="18")
    unused.body |= {"Active": False, "FullyQualifiedName": _UNUSED[0]}
    for number, term, days in _TERMS:
        add_term(company, term, days, row_id=str(number))
    _add_taxes(company)
    add_people(company)
    add_items(company)
    for number, method, kind in _METHODS:
        company.add("PaymentMethod", {"Name": method, "Active": True, "Type": kind}, row_id=str(number))
    add_class(company, "France", row_id=_CLASS_ID)
    company.clock = Clock.at(made)
    write_history(company)
    company.clock = present
    return company


def _add_settings(company: Company, name: str, *, multicurrency: bool) -> None:
    company.add("CompanyInfo", info(name, "US", "America/Los_Angeles"), row_id="1")
    company.info.body["Email"] = {"Address": "noreply@quickbooks.com"}
    company.info.body["NameValue"] += [
        {"Name": "IndustryType", "Value": "Landscaping Services"},
        {"Name": "IndustryCode", "Value": "561730"},
    ]
    settings = preferences(
        "USD", multicurrency=multicurrency, sales_tax=True, automated_tax=False, custom_numbers=False
    )
    company.add("Preferences", settings, row_id="1")
    use_custom_fields(company, {1: "Crew #"})


def _add_taxes(company: Company) -> None:
    tracked = {"TaxTrackedOnPurchases": False, "TaxTrackedOnSales": True}
    arizona, board = (
        company.add("TaxAgency", {"DisplayName": name, **tracked})
        for name in ("Arizona Dept. of Revenue", "Board of Equalization")
    )
    add_built_in_codes(company)
    tucson = (("AZ State tax", Decimal("7.1")), ("Tucson City", Decimal(2)))
    company.start_ids("TaxCode", _FIRST_TAX_CODE)
    add_tax_code(company, "California", (("California", Decimal(8)),), agency=board, row_ids=("3",))
    add_tax_code(company, "Tucson", tucson, agency=arizona, row_ids=("1", "2"))
