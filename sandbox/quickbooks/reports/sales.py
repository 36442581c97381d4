"""What was sold and to whom, and what was spent at whom: by customer, item, class, department, vendor."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal

from sandbox.quickbooks.reports.columns import Slot, columns_of
from sandbox.quickbooks.reports.entries import Entry, basis, entries
from sandbox.quickbooks.reports.owners import owner_rows
from sandbox.quickbooks.reports.period import Period, period_of
from sandbox.quickbooks.reports.shape import added, column, dates, money, moneys, report, summary
from sandbox.quickbooks.reports.statements import RESULT
from sandbox.quickbooks.rules.lines import sales_lines
from sandbox.quickbooks.state import Company, Json

_ZERO = Decimal(0)
_EARNED = ("Income", "Other Income")
_SOLD = {"Invoice": 1, "SalesReceipt": 1, "CreditMemo": -1, "RefundReceipt": -1}
_ITEM_HEADS = ("Quantity", "Amount", "% of Sales", "Avg Price", "COGS", "Gross Margin", "Gross Margin %")
_Key = Callable[[Entry], str]


def customer_sales(company: Company, args: Mapping[str, str]) -> Json:
    """`CustomerSales`: income by customer."""
    return _summed(company, args, "CustomerSales", "Customer", lambda entry: entry.names("Customer"), _EARNED)


def vendor_expenses(company: Company, args: Mapping[str, str]) -> Json:
    """`VendorExpenses`: what was spent by vendor."""
    kinds = tuple(kind for kind in RESULT if kind not in _EARNED)
    return _summed(company, args, "VendorExpenses", "Vendor", lambda entry: entry.names("Vendor"), kinds)


def class_sales(company: Company, args: Mapping[str, str]) -> Json:
    """`ClassSales`: income by class."""
    return _summed(company, args, "ClassSales", "Class", lambda entry: entry.class_id, _EARNED)


def department_sales(company: Company, args: Mapping[str, str]) -> Json:
    """`DepartmentSales`: income by location."""
    return _summed(company, args, "DepartmentSales", "Department", lambda entry: entry.department_id, _EARNED)


def customer_income(company: Company, args: Mapping[str, str]) -> Json:
    """`CustomerIncome`: income, expenses and what is left, by customer."""
    period = period_of(company, args)
    found = [entry for entry in _results(company, args, RESULT) if period.start <= entry.on <= period.end]
    earned = _ids(company, _EARNED)
    lines: dict[str, list[Decimal]] = {}
    for entry in found:
        line = lines.setdefault(entry.names("Customer"), [_ZERO, _ZERO, _ZERO])
        line[0 if entry.account in earned else 1] += entry.amount * (-1 if entry.account in earned else 1)
        line[2] -= entry.amount
    rows: list[Json] = []
    for customer in sorted(company.rows("Customer"), key=lambda row: row.name.casefold()):
        if customer.id in lines:
            cells = [{"value": money(amount)} for amount in lines[customer.id]]
            rows.append({"ColData": [{"value": customer.name, "id": customer.id}, *cells], "type": "Data"})
    if "" in lines:
        cells = [{"value": money(amount)} for amount in lines[""]]
        rows.append({"ColData": [{"value": "Not Specified"}, *cells], "group": "**"})
    if rows:
        rows.append(summary("TOTAL", moneys(added(list(lines.values()), 3)), "GrandTotal"))
    heads = [column("", "Customer")]
    heads += [column(title, key=title.lower().replace(" ", "_")) for title in _INCOME_HEADS]
    return _reported(company, args, "CustomerIncome", period, heads, rows)


_INCOME_HEADS = ("Total Income", "Total Expenses", "Net Income")


def item_sales(company: Company, args: Mapping[str, str]) -> Json:
    """`ItemSales`: quantity, amount, share, price, cost and margin of each item."""
    period = period_of(company, args)
    sold = _results(company, args, ("Income", "Cost of Goods Sold"))
    found = [entry for entry in sold if period.start <= entry.on <= period.end]
    earned = _ids(company, _EARNED)
    amounts: dict[str, list[Decimal]] = {}
    for entry in found:
        line = amounts.setdefault(entry.item_id, [_ZERO, _ZERO])
        line[0 if entry.account in earned else 1] += (
            -entry.amount if entry.account in earned else entry.amount
        )
    whole = sum((line[0] for line in amounts.values()), _ZERO)
    counted = _quantities(company, found)
    rows: list[Json] = []
    for item in sorted(company.rows("Item"), key=lambda row: row.name.casefold()):
        if item.id in amounts:
            cells = _item_cells(counted.get(item.id, _ZERO), amounts[item.id], whole)
            rows.append({"ColData": [{"value": item.name, "id": item.id}, *cells]})
    if "" in amounts:
        rows.append(
            {
                "ColData": [{"value": "Not Specified"}, *_item_cells(_ZERO, amounts[""], whole)],
                "group": "**",
            }
        )
    if rows:
        cost = sum((line[1] for line in amounts.values()), _ZERO)
        cells = _item_cells(sum(counted.values(), _ZERO), (whole, cost), whole)
        rows.append({"ColData": [{"value": "TOTAL"}, *cells], "group": "GrandTotal"})
    inner = [column(title) | {"MetaData": _times(period)} for title in _ITEM_HEADS]
    heads = [column("", "ProductsAndService"), column("Total") | {"Columns": {"Column": inner}}]
    return _reported(company, args, "ItemSales", period, heads, rows)


def _item_cells(quantity: Decimal, sold: Sequence[Decimal], whole: Decimal) -> list[Json]:
    amount, cost = sold
    share = f"{amount * 100 / whole:.2f} %" if whole else ""
    price = money(amount / quantity) if quantity else ""
    margin = [money(cost), money(amount - cost), f"{(amount - cost) * 100 / amount:.2f} %"] if cost else []
    values = [money(quantity) if quantity else "", money(amount), share, price, *(margin or [""] * 3)]
    return [{"value": value} for value in values]


def _quantities(company: Company, found: Sequence[Entry]) -> dict[str, Decimal]:
    """How many of each item the forms among the entries sell."""
    forms = {(entry.row.kind, entry.row.id) for entry in found if entry.row.kind in _SOLD}
    counted: dict[str, Decimal] = {}
    for kind, row_id in sorted(forms):
        row = company.find(kind, row_id)
        for line in sales_lines(row.body["Line"]) if row else ():
            detail = line["SalesItemLineDetail"]
            item, quantity = detail["ItemRef"]["value"], detail.get("Qty", _ZERO)
            counted[item] = counted.get(item, _ZERO) + _SOLD[kind] * quantity
    return counted


def _summed(
    company: Company, args: Mapping[str, str], name: str, kind: str, key: _Key, kinds: Sequence[str]
) -> Json:
    period = period_of(company, args)
    found = _results(company, args, kinds)
    columns = columns_of(company, period, args, found)
    sign = -1 if kinds == _EARNED else 1
    width = len(columns.slots)
    amounts: dict[str, list[Decimal]] = {}
    for at, slot in enumerate(columns.slots):
        for owner, amount in _by_key(found, slot, key).items():
            amounts.setdefault(owner, [_ZERO] * width)[at] = sign * amount
    cells = {owner: [money(amount) if amount else "" for amount in line] for owner, line in amounts.items()}
    rows = owner_rows(company, kind, cells, amounts, width)
    if any(amounts.get("", ())):
        rows.append({"ColData": [{"value": "Not Specified"}, *map(_cell, cells[""])], "group": "**"})
    if rows:
        rows.append(summary("TOTAL", moneys(added(list(amounts.values()), width)), "GrandTotal"))
    heads = [column("", kind), *columns.heads()]
    return _reported(company, args, name, period, heads, rows, columns.by)


def _cell(value: str) -> Json:
    return {"value": value}


def _by_key(found: Sequence[Entry], slot: Slot, key: _Key) -> dict[str, Decimal]:
    sums: dict[str, Decimal] = {}
    for entry in found:
        taken = slot.takes is None or slot.takes(entry) == slot.key
        if taken and slot.period.start <= entry.on <= slot.period.end:
            sums[key(entry)] = sums.get(key(entry), _ZERO) + entry.amount
    return sums


def _results(company: Company, args: Mapping[str, str], kinds: Sequence[str]) -> list[Entry]:
    ids = _ids(company, kinds)
    return [entry for entry in entries(company, args) if entry.account in ids]


def _ids(company: Company, kinds: Sequence[str]) -> set[str]:
    return {row.id for row in company.rows("Account") if row.body["AccountType"] in kinds}


def _times(period: Period) -> list[Json]:
    return [
        {"Name": "StartDate", "Value": period.start.isoformat()},
        {"Name": "EndDate", "Value": period.end.isoformat()},
    ]


def _reported(
    company: Company,
    args: Mapping[str, str],
    name: str,
    period: Period,
    heads: list[Json],
    rows: list[Json],
    by: str = "Total",
) -> Json:
    header = {**dates(period), "ReportBasis": basis(company, args), "SummarizeColumnsBy": by}
    return report(company, name, heads, rows, **header)
