"""What the sample company sells: its items with their usual ids, before and after it counted its stock."""

from __future__ import annotations

from decimal import Decimal

from sandbox.quickbooks.state import Company, Json

_ITEMS = (  # id, name, type, price, income account, description, taxable
    (1, "Services", "0", 1, "", False),
    (2, "Hours", "0", 1, "", False),
    (3, "Concrete", "0", 48, "Concrete for fountain installation", True),
    (4, "Design", "75", 82, "Custom Design", False),
    (5, "Rock Fountain", "275", 48, "Rock Fountain", True),
    (6, "Gardening", "0", 45, "Weekly Gardening Service", False),
    (7, "Installation", "50", 52, "Installation of landscape design", False),
    (8, "Lighting", "0", 48, "Garden Lighting", True),
    (9, "Maintenance & Repair", "0", 53, "Maintenance & Repair", False),
    (10, "Pest Control", "35", 54, "Pest Control Services", False),
    (11, "Pump", "15", 48, "Fountain Pump", True),
    (12, "Refunds & Allowances", "0", 83, "Income due to refunds or allowances", False),
    (13, "Rocks", "0", 48, "Garden Rocks", True),
    (14, "Sod", "0", 49, "Sod", True),
    (15, "Soil", "10", 49, "2 cubic ft. bag", True),
    (16, "Sprinkler Heads", "2", 50, "Sprinkler Heads", True),
    (17, "Sprinkler Pipes", "4", 50, "Sprinkler Pipes", True),
    (18, "Trimming", "35", 45, "Tree and Shrub Trimming", False),
)
STOCKED = (  # id of the item, id of the transaction that opens its stock, first quantity, cost
    (11, 110, "16", "10"),
    (16, 111, "10", "0.75"),
    (17, 112, "10", "2.5"),
    (5, 113, "3", "125"),
)
_SALES_OF_PRODUCT, _COST_OF_GOODS, _INVENTORY = 79, 80, 81


def add_items(company: Company) -> None:
    """Every item as a service, which is how all of them began."""
    for number, name, price, income, text, taxable in _ITEMS:
        body: Json = {
            "Name": name,
            "FullyQualifiedName": name,
            "Active": True,
            "Taxable": taxable,
            "UnitPrice": Decimal(price),
            "Type": "Service",
            "IncomeAccountRef": _account(company, income),
            "PurchaseCost": Decimal(0),
            "TrackQtyOnHand": False,
        }
        company.add("Item", body | ({"Description": text} if text else {}), row_id=str(number))


def begin_stock(company: Company, item_id: int, quantity: str, cost: str) -> None:
    """Turn a service into an inventory item that starts today."""
    item = company.find("Item", str(item_id))
    if item is None:
        raise LookupError(f"the sample has no item {item_id}")
    item.body |= {
        "Type": "Inventory",
        "PurchaseCost": Decimal(cost),
        "PurchaseDesc": item.body["Description"],
        "TrackQtyOnHand": True,
        "QtyOnHand": Decimal(quantity),
        "InvStartDate": company.today().isoformat(),
        "IncomeAccountRef": _account(company, _SALES_OF_PRODUCT),
        "ExpenseAccountRef": _account(company, _COST_OF_GOODS),
        "AssetAccountRef": _account(company, _INVENTORY),
    }
    company.touch(item)


def _account(company: Company, number: int) -> Json:
    row = company.find("Account", str(number))
    if row is None:
        raise LookupError(f"the sample has no account {number}")
    return row.reference()
