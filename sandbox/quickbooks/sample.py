"""Intuit's own US sample company as developers know it: its lists with their usual ids.

Names and ids are those that public copies of the sample company show; those of a few vendors, employees and
payment methods, and the class, are unverified. Of its transactions only the invoice that Intuit's reference
prints is here.
"""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

from sandbox.quickbooks import sales
from sandbox.quickbooks.accounts import add_account
from sandbox.quickbooks.company_settings import info, preferences, use_custom_fields
from sandbox.quickbooks.currencies import currency_reference
from sandbox.quickbooks.sample_accounts import ACCOUNTS
from sandbox.quickbooks.starter import add_class, add_customer, add_tax_code, add_term
from sandbox.quickbooks.state import FINANCE_USER, Company, Json, QuickBooksState
from sandbox.quickbooks.taxcodes import add_built_in_codes

NAME = "Sandbox Company_US_1"
_TERMS = (
    (1, "Due on receipt", 0),
    (2, "Net 15", 15),
    (3, "Net 30", 30),
    (4, "Net 60", 60),
    (5, "Net 10", 10),
)
_CUSTOMERS = (  # id, display name, e-mail, id of the parent
    (1, "Amy's Bird Sanctuary", "Birds@Intuit.com", 0),
    (2, "Bill's Windsurf Shop", "Surf@Intuit.com", 0),
    (3, "Cool Cars", "Cool_Cars@intuit.com", 0),
    (4, "Diego Rodriguez", "Diego@Rodriguez.com", 0),
    (5, "Dukes Basketball Camp", "Dukes_bball@intuit.com", 0),
    (6, "Dylan Sollfrank", "", 0),
    (7, "Freeman Sporting Goods", "Sporting_goods@intuit.com", 0),
    (8, "0969 Ocean View Road", "Sporting_goods@intuit.com", 7),
    (9, "55 Twin Lane", "Sporting_goods@intuit.com", 7),
    (10, "Geeta Kalapatapu", "Geeta@Kalapatapu.com", 0),
    (11, "Gevelber Photography", "Photography@intuit.com", 0),
    (12, "Jeff's Jalopies", "Jalopies@intuit.com", 0),
    (13, "John Melton", "John@Melton.com", 0),
    (14, "Kate Whelan", "Kate@Whelan.com", 0),
    (15, "Pye's Cakes", "pyescakes@intuit.com", 0),
    (16, "Kookies by Kathy", "qbwebsamplecompany@yahoo.com", 0),
    (17, "Mark Cho", "Mark@Cho.com", 0),
    (18, "Paulsen Medical Supplies", "Medical@intuit.com", 0),
    (19, "Rago Travel Agency", "Rago_Travel@intuit.com", 0),
    (20, "Red Rock Diner", "qbwebsamplecompany@yahoo.com", 0),
    (21, "Rondonuwu Fruit and Vegi", "Tony@Rondonuwu.com", 0),
    (22, "Shara Barnett", "Shara@Barnett.com", 0),
    (23, "Barnett Design", "Design@intuit.com", 22),
    (24, "Sonnenschein Family Store", "Familiystore@intuit.com", 0),
    (25, "Sushi by Katsuyuki", "Sushi@intuit.com", 0),
    (26, "Travis Waldron", "Travis@Waldron.com", 0),
    (27, "Video Games by Dan", "Videogames@intuit.com", 0),
    (28, "Wedding Planning by Whitney", "Dream_Wedding@intuit.com", 0),
    (29, "Weiskopf Consulting", "Consulting@intuit.com", 0),
)
_VENDORS = (
    (30, "Books by Bessie"),
    (31, "Brosnahan Insurance Agency"),
    (32, "Cal Telephone"),
    (33, "Chin's Gas and Oil"),
    (34, "Cigna Health Care"),
    (35, "Computers by Jenni"),
    (36, "Diego's Road Warrior Bodyshop"),
    (37, "EDD"),
    (38, "Ellis Equipment Rental"),
    (39, "Fidelity"),
    (40, "Hall Properties"),
    (41, "Hicks Hardware"),
    (42, "Lee Advertising"),
    (43, "Mahoney Mugs"),
    (44, "Met Life Dental"),
    (45, "National Eye Care"),
    (46, "Norton Lumber and Building Materials"),
    (47, "Pam Seitz"),
    (48, "PG&E"),
    (49, "Robertson & Associates"),
    (50, "Tania's Nursery"),
    (51, "Tim Philip Masonry"),
    (52, "Tony Rondonuwu"),
    (53, "United States Treasury"),
    (56, "Bob's Burger Joint"),
    (57, "Squeaky Kleen Car Wash"),
)
_EMPLOYEES = ((54, "John", "Johnson"), (55, "Emily", "Platt"))
_ITEMS = (  # id, name, type, price, income account, description, taxable
    (1, "Services", "Service", "0", 1, "", False),
    (2, "Hours", "Service", "0", 1, "", False),
    (3, "Concrete", "Service", "0", 48, "Concrete for fountain installation", True),
    (4, "Design", "Service", "75", 82, "Custom Design", False),
    (5, "Rock Fountain", "Inventory", "275", 79, "Rock Fountain", True),
    (6, "Gardening", "Service", "0", 45, "Weekly Gardening Service", False),
    (7, "Installation", "Service", "50", 52, "Installation of landscape design", False),
    (8, "Lighting", "Service", "0", 48, "Garden Lighting", True),
    (9, "Maintenance & Repair", "Service", "0", 53, "Maintenance & Repair", False),
    (10, "Pest Control", "Service", "35", 54, "Pest Control Services", False),
    (11, "Pump", "Inventory", "15", 79, "Fountain Pump", True),
    (12, "Refunds & Allowances", "Service", "0", 83, "Income due to refunds or allowances", False),
    (13, "Rocks", "Service", "0", 48, "Garden Rocks", True),
    (14, "Sod", "Service", "0", 49, "Sod", True),
    (15, "Soil", "Service", "10", 49, "2 cubic ft. bag", True),
    (16, "Sprinkler Heads", "Inventory", "2", 79, "Sprinkler Heads", True),
    (17, "Sprinkler Pipes", "Inventory", "4", 79, "Sprinkler Pipes", True),
    (18, "Trimming", "Service", "35", 45, "Tree and Shrub Trimming", False),
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
_INVOICE_ID, _NEXT_ID = 130, 145
_FIRST_TAX_CODE = 2


def open_sample_company(
    state: QuickBooksState, realm: str, name: str = NAME, *, multicurrency: bool = False
) -> Company:
    """The sample company under a realm of this server."""
    company = state.company(realm)
    company.add("CompanyInfo", info(name, "US", "America/Los_Angeles"), row_id="1")
    settings = preferences(
        "USD", multicurrency=multicurrency, sales_tax=True, automated_tax=False, custom_numbers=False
    )
    company.add("Preferences", settings, row_id="1")
    use_custom_fields(company, {1: "Crew #"})
    _add_accounts(company)
    for number, term, days in _TERMS:
        add_term(company, term, days, row_id=str(number))
    _add_taxes(company)
    _add_names(company)
    _add_items(company)
    for number, method, kind in _METHODS:
        company.add("PaymentMethod", {"Name": method, "Active": True, "Type": kind}, row_id=str(number))
    add_class(company, "France", row_id=_CLASS_ID)
    _add_invoice(company)
    return company


def _add_accounts(company: Company) -> None:
    for number, account, kind, detail, above in ACCOUNTS:
        parent = company.find("Account", str(above)) if above else None
        add_account(company, account, kind, detail, parent=parent, row_id=str(number))


def _add_taxes(company: Company) -> None:
    tracked = {"TaxTrackedOnPurchases": False, "TaxTrackedOnSales": True}
    arizona, board = (
        company.add("TaxAgency", {"DisplayName": name, **tracked})
        for name in ("Arizona Dept. of Revenue", "Board of Equalization")
    )
    add_built_in_codes(company)
    tucson = (("AZ State tax", Decimal("7.1")), ("Tucson City", Decimal(2)))
    company.start_ids("TaxCode", _FIRST_TAX_CODE)
    add_tax_code(
        company, "California", (("California", Decimal(8)),), agency=board, region="CA", row_ids=("3",)
    )
    add_tax_code(company, "Tucson", tucson, agency=arizona, region="AZ", row_ids=("1", "2"))


def _add_names(company: Company) -> None:
    for number, name, email, above in _CUSTOMERS:
        parent = company.find("Customer", str(above)) if above else None
        row = add_customer(company, name, email=email or None, parent=parent, row_id=str(number))
        row.body["Taxable"] = True
    for number, name in _VENDORS:
        body: Json = {"DisplayName": name, "PrintOnCheckName": name, "CompanyName": name, "Active": True}
        body |= {"Vendor1099": False, "CurrencyRef": currency_reference("USD")}
        company.add("Vendor", body, row_id=str(number))
    for number, given, family in _EMPLOYEES:
        full = f"{given} {family}"
        body = {"GivenName": given, "FamilyName": family, "DisplayName": full, "PrintOnCheckName": full}
        company.add("Employee", body | {"Active": True, "BillableTime": False}, row_id=str(number))


def _add_items(company: Company) -> None:
    for number, name, kind, price, income, text, taxable in _ITEMS:
        body: Json = {
            "Name": name,
            "FullyQualifiedName": name,
            "Active": True,
            "Taxable": taxable,
            "UnitPrice": Decimal(price),
            "Type": kind,
            "IncomeAccountRef": _reference(company, income),
            "PurchaseCost": Decimal(0),
            "TrackQtyOnHand": kind == "Inventory",
        }
        body |= {"Description": text} if text else {}
        if kind == "Inventory":
            body |= {
                "ExpenseAccountRef": _reference(company, 80),
                "AssetAccountRef": _reference(company, 81),
                "QtyOnHand": Decimal(25),
                "InvStartDate": (company.today() - timedelta(days=60)).isoformat(),
            }
        company.add("Item", body, row_id=str(number))


def _reference(company: Company, account: int) -> Json:
    row = company.find("Account", str(account))
    if row is None:
        raise LookupError(f"the sample has no account {account}")
    return row.reference()


def _add_invoice(company: Company) -> None:
    """Invoice 130, number 1037: the one that Intuit's reference prints."""
    company.start_ids("transactions", _INVOICE_ID)
    lines = (
        ("5", "Rock Fountain", "275", "1"),
        ("11", "Fountain Pump", "12.75", "1"),
        ("3", "Concrete", "9.5", "5"),
    )
    sent: Json = {
        "DocNumber": "1037",
        "CustomerRef": {"value": "24"},
        "SalesTermRef": {"value": "3"},
        "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}},
        "CustomerMemo": {"value": "Thank you for your business and have a great day!"},
        "BillEmail": {"Address": "Familiystore@intuit.com"},
        "CustomField": [{"DefinitionId": "1", "StringValue": "102"}],
        "Line": [_line(*line) for line in lines],
    }
    sales.create(company, "Invoice", sent, by=FINANCE_USER)
    company.start_ids("transactions", _NEXT_ID)


def _line(item: str, text: str, price: str, quantity: str) -> Json:
    detail: Json = {
        "ItemRef": {"value": item},
        "UnitPrice": Decimal(price),
        "Qty": Decimal(quantity),
        "TaxCodeRef": {"value": "TAX"},
    }
    amount = Decimal(price) * Decimal(quantity)
    return {
        "Description": text,
        "Amount": amount,
        "DetailType": "SalesItemLineDetail",
        "SalesItemLineDetail": detail,
    }
