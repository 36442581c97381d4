"""What the stock is worth: item by item on a day, and movement by movement."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.quickbooks.ledger.stock import OPENING, Movement, history, on_hand, stocked_items, worth
from sandbox.quickbooks.reports.details import named_cell
from sandbox.quickbooks.reports.entries import name_of, number_of, type_of
from sandbox.quickbooks.reports.period import Period, macro_period, period_of
from sandbox.quickbooks.reports.shape import column, dates, money, report
from sandbox.quickbooks.reports.shape import summary as closing
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import day

_ZERO = Decimal(0)
_DETAIL = (
    ("Date", "tx_date"),
    ("Transaction Type", "txn_type"),
    ("Num", "doc_num"),
    ("Name", "name"),
    ("Qty", "quantity"),
    ("Rate", "rate"),
    ("FIFO Cost", "home_amount"),
    ("Qty On Hand", "qty_on_hand"),
    ("Asset Value", "home_asset_value"),
)


def summary(company: Company, args: Mapping[str, str]) -> Json:
    """`InventoryValuationSummary`: how many of each item there are, and what they cost."""
    on = day(args, "report_date") or day(args, "end_date") or company.today()
    rows: list[Json] = []
    total = _ZERO
    for item in _by_name(company):
        quantity, value = on_hand(company, item.id, on), worth(company, item.id, on)
        total += value
        average = money(value / quantity) if quantity else ""
        cells = (str(item.body.get("Sku", "")), money(quantity), money(value), average)
        told = [{"value": item.name, "id": item.id}, *[{"value": cell} for cell in cells]]
        rows.append({"ColData": told, "type": "Data"})
    if rows:
        rows.append(closing("TOTAL", ["", "", money(total), ""], "GrandTotal"))
    heads = [column("", "ProductsAndService"), column("SKU", "String")]
    heads += [column(title) for title in ("Qty", "Asset Value", "Calc. Avg")]
    return report(company, "InventoryValuationSummary", heads, rows, EndPeriod=on.isoformat())


def detail(company: Company, args: Mapping[str, str]) -> Json:
    """`InventoryValuationDetail`: what moved the stock of each item, and what there was after it."""
    explicit = any(args.get(name) for name in ("start_date", "end_date", "date_macro"))
    period = period_of(company, args) if explicit else macro_period(company, "this month-to-date")
    sections = [_section(company, item, period) for item in _by_name(company)]
    rows = [section for section in sections if section["Rows"]["Row"]]
    heads = [{"ColTitle": title, "ColType": key} for title, key in _DETAIL]
    return report(company, "InventoryValuationDetail", heads, rows, **dates(period))


@dataclass(slots=True)
class _Held:
    """What there is of an item, and what it stands for in the books."""

    quantity: Decimal = _ZERO
    value: Decimal = _ZERO

    def take(self, movement: Movement) -> None:
        self.quantity += movement.quantity
        self.value += movement.value

    def cells(self) -> list[str]:
        return [money(self.quantity), money(self.value)]


def _section(company: Company, item: Row, period: Period) -> Json:
    held, moved = _Held(), _Held()
    rows: list[Json] = []
    for movement in history(company, item.id):
        if movement.on > period.end:
            break
        held.take(movement)
        if movement.on >= period.start:
            moved.take(movement)
            rows.append({"ColData": _cells(company, movement, held.cells()), "type": "Data"})
    last = ["", "", "", money(moved.quantity), "", money(moved.value), *held.cells()]
    return {
        "Header": {"ColData": [{"value": item.name, "id": item.id}, *[{"value": ""}] * (len(_DETAIL) - 1)]},
        "Rows": {"Row": rows},
        **closing(f"Total for {item.name}", last),
    }


def _cells(company: Company, movement: Movement, after: Sequence[str]) -> list[Json]:
    row, rate = movement.row, movement.value / movement.quantity if movement.quantity else _ZERO
    told: list[Json] = [
        {"value": movement.on.isoformat()},
        {"value": "Inventory Starting Value" if number_of(row) == OPENING else type_of(row), "id": row.id},
        {"value": number_of(row)},
        named_cell(company, name_of(row)),
    ]
    amounts = (money(movement.quantity), money(rate), money(movement.value), *after)
    return [*told, *({"value": amount} for amount in amounts)]


def _by_name(company: Company) -> list[Row]:
    return sorted(stocked_items(company), key=lambda row: row.name.casefold())
