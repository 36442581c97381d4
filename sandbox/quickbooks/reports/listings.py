"""Lists as reports: accounts with their balances, and open balances in detail."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sandbox.quickbooks.ledger.openitems import OpenItem, open_items
from sandbox.quickbooks.reports.details import detail_money
from sandbox.quickbooks.reports.entries import number_of, type_of
from sandbox.quickbooks.reports.shape import column, money, report, summary
from sandbox.quickbooks.state import Company, Json
from sandbox.quickbooks.vocabulary.values import cents, day
from sandbox.quickbooks.wire.view import computed

_ZERO = Decimal(0)
_ACCOUNTS = (
    ("Account", "String", "account_name"),
    ("Type", "String", "account_type"),
    ("Detail type", "String", "detail_acc_type"),
    ("Description", "String", "account_desc"),
    ("Balance", "Money", "account_bal"),
)
_BALANCES = (
    ("Date", "Date", "tx_date"),
    ("Transaction Type", "String", "txn_type"),
    ("Num", "String", "doc_num"),
    ("Due Date", "Date", "due_date"),
    ("Amount", "Money", "subt_neg_amount"),
    ("Open Balance", "Money", "subt_neg_open_bal"),
    ("Balance", "Money", "rbal_neg_open_bal"),
)


def account_list(company: Company, _args: Mapping[str, str]) -> Json:
    """`AccountList`: the chart of accounts."""
    rows: list[Json] = []
    for row in sorted(company.rows("Account"), key=lambda row: row.name.casefold()):
        if row.active:
            body, balance = row.body, computed(company, row)["CurrentBalance"]
            values = (body["AccountType"], body["AccountSubType"], body.get("Description", ""))
            cells = [{"value": row.name, "id": row.id}, *[{"value": value} for value in values]]
            rows.append({"ColData": [*cells, {"value": detail_money(balance)}], "type": "Data"})
    return report(company, "AccountList", [column(*head) for head in _ACCOUNTS], rows)


def customer_balance_detail(company: Company, args: Mapping[str, str]) -> Json:
    """`CustomerBalanceDetail`: every open document by customer, with the balance it adds up to."""
    return _balance_detail(company, args, "CustomerBalanceDetail", "Customer")


def vendor_balance_detail(company: Company, args: Mapping[str, str]) -> Json:
    """`VendorBalanceDetail`: the same by vendor."""
    return _balance_detail(company, args, "VendorBalanceDetail", "Vendor")


def _balance_detail(company: Company, args: Mapping[str, str], name: str, kind: str) -> Json:
    on = day(args, "report_date") or day(args, "end_date") or company.today()
    wanted = {value for value in args.get(kind.lower(), "").split(",") if value}
    groups: dict[str, list[OpenItem]] = {}
    for item in open_items(company, on):
        owner, _, row_id = item.owner.partition("/")
        if owner == kind and (not wanted or row_id in wanted):
            groups.setdefault(row_id, []).append(item)
    rows: list[Json] = []
    total = _ZERO
    for owner_row in sorted(company.rows(kind), key=lambda row: row.name.casefold()):
        items = sorted(groups.get(owner_row.id, ()), key=lambda item: (item.row.dated, int(item.row.id)))
        if items:
            section, amount = _owner_section(owner_row.name, owner_row.id, items)
            rows.append(section)
            total += amount
    if rows:
        rows.append(summary("TOTAL", ["", "", "", "", money(total), ""], "GrandTotal"))
    heads = [column(*head) for head in _BALANCES]
    return report(company, name, heads, rows, EndPeriod=on.isoformat())


def _owner_section(name: str, row_id: str, items: list[OpenItem]) -> tuple[Json, Decimal]:
    data: list[Json] = []
    balance = _ZERO
    for item in items:
        row, rate = item.row, item.row.body.get("ExchangeRate", Decimal(1))
        left = cents(item.amount * rate)
        balance += left
        whole = cents(abs(row.body.get("TotalAmt") or item.amount) * rate) * (1 if left >= 0 else -1)
        cells: list[Json] = [
            {"value": row.dated.isoformat()},
            {"value": type_of(row), "id": row.id},
            {"value": number_of(row)},
            {"value": item.due_on.isoformat()},
            *({"value": detail_money(amount)} for amount in (whole, left, balance)),
        ]
        data.append({"ColData": cells, "type": "Data"})
    closing = [{"value": f"Total for {name}"}, *[{"value": ""}] * 4, {"value": money(balance)}, {"value": ""}]
    header = [{"value": name, "id": row_id}, *[{"value": ""}] * 6]
    section: Json = {"Header": {"ColData": header}, "Rows": {"Row": data}, "Summary": {"ColData": closing}}
    return section | {"type": "Section"}, balance
