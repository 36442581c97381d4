"""Inventory of the QuickBooks twin: first in, first out, from the first count to the last return."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import Bench, identity

from sandbox.quickbooks.invariants import broken_promises


class Stock(Bench):
    """A company with an inventory item, ten of it at 2.00 since January, and a vendor."""

    def __init__(self) -> None:
        super().__init__()
        self.shelf = self.account("Stock on Hand", "Inventory")
        self.cost = self.account("Cost of Goods", "SuppliesMaterialsCogs")
        self.gains = self.account("Sales of Goods", "SalesOfProductIncome")
        self.vendor = self.post("/vendor", {"DisplayName": "Supplier"})["Vendor"]
        self.pump = self.post(
            "/item",
            {
                "Name": "Pump",
                "Type": "Inventory",
                "TrackQtyOnHand": True,
                "QtyOnHand": 10,
                "InvStartDate": "2026-01-01",
                "PurchaseCost": 2,
                "IncomeAccountRef": {"value": self.gains},
                "ExpenseAccountRef": {"value": self.cost},
                "AssetAccountRef": {"value": self.shelf},
            },
        )["Item"]

    def account(self, name: str, kind: str) -> str:
        made: dict[str, Any] = self.post("/account", {"Name": name, "AccountSubType": kind})["Account"]
        return str(made["Id"])

    def worth(self, account: str) -> Decimal:
        return self.company.books.balance(account)

    def on_hand(self) -> Decimal:
        shown: Decimal = Decimal(self.get(f"/item/{self.pump['Id']}")["Item"]["QtyOnHand"])
        return shown

    def lines(self, kind: str, quantity: int, price: str) -> list[dict[str, Any]]:
        detail = {"ItemRef": {"value": self.pump["Id"]}, "Qty": quantity, "UnitPrice": price}
        return [{"Amount": str(Decimal(price) * quantity), "DetailType": kind, kind: detail}]

    def buy(self, quantity: int, price: str, day: str) -> dict[str, Any]:
        lines = self.lines("ItemBasedExpenseLineDetail", quantity, price)
        body = {"VendorRef": {"value": self.vendor["Id"]}, "TxnDate": day, "Line": lines}
        made: dict[str, Any] = self.post("/bill", body)["Bill"]
        return made

    def sell(self, quantity: int, day: str, kind: str = "invoice") -> dict[str, Any]:
        lines = self.lines("SalesItemLineDetail", quantity, "5.00")
        body = {"CustomerRef": {"value": self.customer.id}, "TxnDate": day, "Line": lines}
        made: dict[str, Any] = next(iter(self.post(f"/{kind}", body).values()))
        return made


@pytest.fixture
def stock() -> Stock:
    return Stock()


def test_a_first_count_is_entered_against_opening_equity(stock: Stock) -> None:
    (start,) = stock.query("SELECT * FROM InventoryAdjustment")["InventoryAdjustment"]
    assert (start["DocNumber"], start["TxnDate"]) == ("START", "2026-01-01")
    assert start["AdjustAccountRef"]["name"] == "Opening Balance Equity"
    (line,) = start["Line"]
    assert line["ItemAdjustmentLineDetail"]["QtyDiff"] == 10
    assert stock.worth(stock.shelf) == 20
    assert stock.on_hand() == 10
    assert not broken_promises(stock.state)


def test_a_sale_costs_what_came_in_first_and_then_what_came_in_later(stock: Stock) -> None:
    stock.buy(10, "3.00", "2026-02-01")
    assert stock.worth(stock.shelf) == 50
    stock.sell(4, "2026-02-10")
    assert (stock.worth(stock.cost), stock.worth(stock.shelf)) == (8, 42)
    sold = stock.sell(8, "2026-02-11")  # six at 2.00, two at 3.00
    assert (stock.worth(stock.cost), stock.worth(stock.shelf)) == (26, 24)
    assert stock.on_hand() == 8
    stock.post("/invoice", identity(sold), operation="delete")
    assert (stock.worth(stock.cost), stock.on_hand()) == (8, 16)
    assert not broken_promises(stock.state)


def test_a_purchase_entered_later_but_dated_earlier_changes_the_cost_of_sales_after_it(stock: Stock) -> None:
    stock.sell(10, "2026-02-10")
    stock.sell(5, "2026-02-11")  # none is left: costed at the last known price
    assert stock.on_hand() == -5
    stock.buy(5, "4.00", "2026-02-05")
    assert (stock.on_hand(), stock.worth(stock.shelf)) == (0, 0)
    assert stock.worth(stock.cost) == 40
    assert not broken_promises(stock.state)


def test_goods_that_come_back_go_back_onto_the_shelf_and_out_of_the_cost(stock: Stock) -> None:
    stock.sell(4, "2026-02-10")
    stock.sell(1, "2026-02-12", "creditmemo")
    assert (stock.on_hand(), stock.worth(stock.shelf), stock.worth(stock.cost)) == (7, 14, 6)
    assert not broken_promises(stock.state)


def test_a_count_adjusts_quantity_and_value_and_can_be_changed_and_deleted(stock: Stock) -> None:
    body = {
        "AdjustAccountRef": {"value": stock.cost},
        "TxnDate": "2026-02-20",
        "Line": [
            {
                "DetailType": "ItemAdjustmentLineDetail",
                "ItemAdjustmentLineDetail": {"ItemRef": {"value": stock.pump["Id"]}, "QtyDiff": -3},
            }
        ],
    }
    made = stock.post("/inventoryadjustment", body)["InventoryAdjustment"]
    assert (stock.on_hand(), stock.worth(stock.shelf), stock.worth(stock.cost)) == (7, 14, 6)
    body["Line"][0]["ItemAdjustmentLineDetail"]["QtyDiff"] = -4  # type: ignore[index]
    changed = stock.post("/inventoryadjustment", body | identity(made))["InventoryAdjustment"]
    assert (changed["SyncToken"], stock.on_hand()) == ("1", 6)
    stock.post("/inventoryadjustment", identity(changed), operation="delete")
    assert (stock.on_hand(), stock.worth(stock.cost)) == (10, 0)
    del body["AdjustAccountRef"]
    assert stock.refused("/inventoryadjustment", body)["code"] == "2020"
    assert not broken_promises(stock.state)


def test_an_item_that_says_another_quantity_is_recounted(stock: Stock) -> None:
    whole = stock.get(f"/item/{stock.pump['Id']}")["Item"]
    stock.post("/item", identity(whole) | {"sparse": True, "QtyOnHand": 12})
    assert (stock.on_hand(), stock.worth(stock.shelf)) == (12, 24)
    assert len(stock.query("SELECT * FROM InventoryAdjustment")["InventoryAdjustment"]) == 2
    assert not broken_promises(stock.state)
