"""Stock of inventory items: what came in and went out, and what was sold costs, first in first out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.quickbooks.rules.lines import sales_lines
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents

_ZERO = Decimal(0)
_SOLD = {"Invoice": -1, "SalesReceipt": -1, "CreditMemo": 1, "RefundReceipt": 1}
_BOUGHT = {"Bill": 1, "Purchase": 1, "VendorCredit": -1}
OPENING = "START"  # the number of the adjustment by which an item's first stock comes in
_ADJUSTED, _ADJUSTMENT = "InventoryAdjustment", "ItemAdjustmentLineDetail"

Document = tuple[str, str]
Costs = Mapping[str, Decimal]


@dataclass(frozen=True, slots=True)
class _Move:
    """`quantity` of an item in (or out when negative) by one line; `value` is what bought goods cost."""

    document: Document
    on: date
    quantity: Decimal
    value: Decimal | None = None

    @property
    def order(self) -> tuple[date, bool, int]:
        """On one day goods come in before they go out."""
        return self.on, self.quantity < 0, int(self.document[1])


@dataclass(slots=True)
class _Layer:
    quantity: Decimal
    value: Decimal


def stocked_items(company: Company) -> list[Row]:
    """The inventory items there are."""
    return [item for item in company.rows("Item") if item.body["Type"] == "Inventory"]


def is_stocked(company: Company, item_id: str, on: date) -> bool:
    """Whether the item's stock moves on that day: an inventory item, from the day it starts as one."""
    item = company.find("Item", item_id)
    if item is None or item.body["Type"] != "Inventory":
        return False
    return date.fromisoformat(item.body["InvStartDate"]) <= on


def on_hand(company: Company, item_id: str, on: date = date.max) -> Decimal:
    """How many there are (or were on a day); less than none when more were sold than came in."""
    return sum((move.quantity for move in _moves(company, item_id) if move.on <= on), _ZERO)


@dataclass(frozen=True, slots=True)
class Movement:
    """What one transaction did to an item's stock: `quantity` in or out, and its `value` in the books."""

    row: Row
    on: date
    quantity: Decimal
    value: Decimal


def history(company: Company, item_id: str) -> list[Movement]:
    """All that moved the item's stock, in the order in which it moved it."""
    values: dict[Document, Decimal] = defaultdict(lambda: _ZERO)
    for document, _, amount in _valued(company, item_id):
        values[document] += amount
    quantities: dict[tuple[Document, date], Decimal] = {}
    for move in _moves(company, item_id):
        key = move.document, move.on
        quantities[key] = quantities.get(key, _ZERO) + move.quantity
    return [
        Movement(row, on, quantity, values[document])
        for (document, on), quantity in quantities.items()
        if (row := company.find(*document)) is not None
    ]


def worth(company: Company, item_id: str, on: date) -> Decimal:
    """What its stock stood in the books for at the end of a day."""
    return sum((amount for _, entered, amount in _valued(company, item_id) if entered <= on), _ZERO)


def _valued(company: Company, item_id: str) -> Iterator[tuple[Document, date, Decimal]]:
    """What each posting put into the item's asset account, or took out of it."""
    item = company.find("Item", item_id)
    asset = item.body.get("AssetAccountRef", {}).get("value") if item else None
    for document, entered, postings in company.books.entries():
        for posting in postings:
            if posting.account == asset and posting.item_id == item_id:
                yield document, entered, posting.amount


_PASS: ContextVar[dict[str, dict[Document, Decimal]] | None] = ContextVar("_PASS", default=None)


def costs(company: Company, document: Row) -> Costs:
    """By item, what the goods that `document` moves out of stock cost (negative: back into stock)."""
    items = {item for item, _ in _quantities(company, document)}
    known = _PASS.get()
    found: dict[str, Decimal] = {}
    for item in sorted(items):
        table = known.get(item) if known is not None else None
        if table is None:
            table = _costs_of(company, item)
            if known is not None:
                known[item] = table
        found[item] = table.get((document.kind, document.id), _ZERO)
    return found


@contextmanager
def one_pass() -> Iterator[None]:
    """While many documents are entered anew and none changes, each item's costs are worked out once."""
    before = _PASS.set({})
    try:
        yield
    finally:
        _PASS.reset(before)


def moves_stock(company: Company, document: Row) -> bool:
    """Whether any line of `document` moves stock."""
    return next(_quantities(company, document), None) is not None


def costed(company: Company) -> Iterator[Row]:
    """Every document whose postings depend on what others bought: sales, returns and adjustments."""
    for kind in (*_SOLD, _ADJUSTED, "VendorCredit"):
        for row in company.rows(kind):
            if moves_stock(company, row):
                yield row


def _quantities(company: Company, document: Row) -> Iterator[tuple[str, _Move]]:
    """The stock that each line of `document` moves, by item."""
    if document.kind not in (*_SOLD, *_BOUGHT, _ADJUSTED):
        return
    on = document.dated
    key = (document.kind, document.id)
    for item, quantity, value in _lines(document):
        if quantity and is_stocked(company, item, on):
            yield item, _Move(key, on, quantity, value)


def _lines(document: Row) -> Iterator[tuple[str, Decimal, Decimal | None]]:
    body = document.body
    if document.kind in _SOLD:
        sign = _SOLD[document.kind]
        for line in sales_lines(body["Line"]):
            detail = line["SalesItemLineDetail"]
            yield detail["ItemRef"]["value"], sign * detail.get("Qty", _ZERO), None
        return
    if document.kind == _ADJUSTED:
        for line in body["Line"]:
            detail = line[_ADJUSTMENT]
            yield detail["ItemRef"]["value"], detail["QtyDiff"], None
        return
    sign = _BOUGHT[document.kind] * (-1 if body.get("Credit") else 1)
    rate = body.get("ExchangeRate", Decimal(1))
    for line in body["Line"]:
        detail = line.get("ItemBasedExpenseLineDetail")
        if detail:
            worth = cents(line["Amount"] * rate) if sign > 0 else None
            yield detail["ItemRef"]["value"], sign * detail.get("Qty", _ZERO), worth


def _moves(company: Company, item_id: str) -> list[_Move]:
    kinds = (*_SOLD, *_BOUGHT, _ADJUSTED)
    rows = (row for kind in kinds for row in company.rows(kind))
    found = (move for row in rows for item, move in _quantities(company, row) if item == item_id)
    return sorted(found, key=lambda move: move.order)


def _costs_of(company: Company, item_id: str) -> dict[Document, Decimal]:
    """What each document that takes the item out of stock takes out in money.

    Goods that were not there when they were sold cost what came in next, and in the end the item's own cost.
    """
    item = company.find("Item", item_id)
    usual: Decimal = (item.body.get("PurchaseCost") or _ZERO) if item else _ZERO
    layers: list[_Layer] = []
    owed: list[tuple[Document, Decimal]] = []
    taken: dict[Document, Decimal] = defaultdict(lambda: _ZERO)
    for move in _moves(company, item_id):
        if move.quantity < 0:
            missing, value = _take(layers, -move.quantity)
            taken[move.document] += value
            if missing:
                owed.append((move.document, missing))
            continue
        value = cents(move.quantity * usual) if move.value is None else move.value
        if move.value is None:
            taken[move.document] -= value
        layers.append(_Layer(move.quantity, value))
        waiting, owed = owed, []
        for document, quantity in waiting:
            missing, value = _take(layers, quantity)
            taken[document] += value
            if missing:
                owed.append((document, missing))
    for document, quantity in owed:
        taken[document] += cents(quantity * usual)
    return dict(taken)


def _take(layers: list[_Layer], quantity: Decimal) -> tuple[Decimal, Decimal]:
    """Take `quantity` off the oldest layers; returns what was missing, and the value of what was there."""
    value = _ZERO
    while quantity and layers:
        layer = layers[0]
        part = min(quantity, layer.quantity)
        worth = cents(layer.value * part / layer.quantity)
        layer.quantity, layer.value = layer.quantity - part, layer.value - worth
        quantity, value = quantity - part, value + worth
        if not layer.quantity:
            layers.pop(0)
    return quantity, value


def opening_entry(item: Row) -> Json:
    """The adjustment by which a new inventory item's first quantity comes into the books."""
    line: Json = {
        "Id": "1",
        "DetailType": _ADJUSTMENT,
        _ADJUSTMENT: {"ItemRef": item.reference(), "QtyDiff": item.body["QtyOnHand"]},
    }
    return {
        "DocNumber": OPENING,
        "TxnDate": item.body["InvStartDate"],
        "PrivateNote": f"Opening inventory for {item.name}",
        "Line": [line],
    }
