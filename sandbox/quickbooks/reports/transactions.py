"""Transactions listed once each: all, in groups, or by whom they are with; and the filters of such lists."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date
from decimal import Decimal

from sandbox.quickbooks.reports.details import COLUMNS, Line, Table, account_cell, named_cell
from sandbox.quickbooks.reports.entries import Entry, by_transaction, entries, name_of, type_of
from sandbox.quickbooks.reports.period import Period, macro_period, period_of
from sandbox.quickbooks.reports.shape import dates, report
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import day, reference_id

_ZERO = Decimal(0)
_KEYS = (
    *("tx_date", "txn_type", "doc_num", "is_no_post", "name", "memo", "account_name"),
    *("other_account", "subt_nat_home_amount"),
)
_UNPOSTED = ("Estimate", "PurchaseOrder")
_Group = Callable[[Company, Line], Json]


def transaction_list(company: Company, args: Mapping[str, str]) -> Json:
    """`TransactionList`: every transaction of the period once, by date, or in groups."""
    return _listed(company, args, "TransactionList", _GROUPS.get(args.get("group_by", "None").casefold()))


def by_customer(company: Company, args: Mapping[str, str]) -> Json:
    """`TransactionListByCustomer`."""
    return _listed(company, args, "TransactionListByCustomer", _GROUPS["customer"])


def by_vendor(company: Company, args: Mapping[str, str]) -> Json:
    """`TransactionListByVendor`."""
    return _listed(company, args, "TransactionListByVendor", _GROUPS["vendor"])


def _listed(company: Company, args: Mapping[str, str], name: str, group: _Group | None) -> Json:
    period = period_of(company, args)
    table = Table.asked(args, _KEYS)
    lines = [line for line in _once(company, args, period) if wanted(company, args, line.entry.row)]
    lines = ordered(company, args, lines)
    rows = [table.row(company, line) for line in lines]
    if group is not None:
        rows = _grouped(company, table, lines, group)
    return report(company, name, table.heads(), rows, **dates(period))


def ordered(company: Company, args: Mapping[str, str], lines: Sequence[Line]) -> list[Line]:
    """By date, or as sort_by and sort_order say."""
    found = sorted(lines, key=lambda line: (line.entry.on, int(line.entry.row.id)))
    by = args.get("sort_by", "")
    if by in COLUMNS:
        found.sort(key=lambda line: _rank(company, by, line))
    if args.get("sort_order", "").casefold().startswith("desc"):
        found.reverse()
    return found


def _rank(company: Company, key: str, line: Line) -> tuple[Decimal, str]:
    """Where the line stands among others by one of its columns."""
    shown = str(COLUMNS[key].cell(company, line)["value"])
    if COLUMNS[key].kind == "Money":
        return Decimal(shown or 0), ""
    return _ZERO, shown.casefold()


def _grouped(company: Company, table: Table, lines: Sequence[Line], group: _Group) -> list[Json]:
    groups: dict[tuple[str, str], list[Line]] = {}
    for line in lines:
        cell = group(company, line)
        groups.setdefault((cell["value"], cell.get("id", "")), []).append(line)
    rows = []
    for (title, row_id), found in sorted(groups.items(), key=lambda item: item[0][0].casefold()):
        if title:
            rows.append(
                {
                    "Header": table.labelled(title, row_id=row_id),
                    "Rows": {"Row": [table.row(company, line) for line in found]},
                    "Summary": table.labelled(f"Total for {title}", table.sums(found)),
                    "type": "Section",
                }
            )
    return rows


def _once(company: Company, args: Mapping[str, str], period: Period) -> list[Line]:
    """Each transaction by its first posting, and those that post nothing by their total."""
    lines = []
    for group in by_transaction(entries(company, args), period).values():
        first = group[0]
        amount = -first.amount if first.row.kind in ("Bill", "VendorCredit") else first.amount
        lines.append(Line(first, amount))
    filtered = any(args.get(name) for name in ("account", "class", "item", "account_type"))
    for kind in () if filtered else _UNPOSTED:
        for row in company.rows(kind):
            if period.start <= row.dated <= period.end and _is_named(args, name_of(row)):
                department = reference_id(row.body, "DepartmentRef") or ""
                entry = Entry(row, row.dated, "", _ZERO, name_of(row), "", department, "", "", "")
                lines.append(Line(entry, row.body["TotalAmt"]))
    return lines


def _is_named(args: Mapping[str, str], name: str) -> bool:
    kind, _, row_id = name.partition("/")
    asked = {other: args.get(other.casefold(), "") for other in ("Customer", "Vendor")}
    if args.get("name") and row_id not in args["name"].split(","):
        return False
    return all(not ids or (other == kind and row_id in ids.split(",")) for other, ids in asked.items())


def wanted(company: Company, args: Mapping[str, str], row: Row) -> bool:
    """The filters that only lists of transactions know."""
    kinds = {word.strip().casefold() for word in args.get("transaction_type", "").split(",") if word.strip()}
    if kinds and _type_word(row) not in kinds:
        return False
    if args.get("docnum") and row.body.get("DocNumber") != args["docnum"]:
        return False
    if args.get("bothamount") and row.body.get("TotalAmt") != Decimal(args["bothamount"]):
        return False
    open_amount = row.body.get("Balance", _ZERO)
    for name, kind in (("arpaid", "Invoice"), ("appaid", "Bill")):
        state = args.get(name, "All").casefold()
        if state != "all" and (row.kind != kind or (state == "paid") != (not open_amount)):
            return False
    stamps = {"createdate": row.created_at, "moddate": row.changed_at}
    for name, stamp in stamps.items():
        span = _span(company, args, name)
        if span is not None and not span.start <= company.stamp_date(stamp) <= span.end:
            return False
    due = _span(company, args, "duedate")
    return due is None or due.start <= date.fromisoformat(row.body.get("DueDate", "0001-01-01")) <= due.end


def _span(company: Company, args: Mapping[str, str], name: str) -> Period | None:
    start, end, macro = day(args, f"start_{name}"), day(args, f"end_{name}"), args.get(f"{name}_macro")
    if macro:
        return macro_period(company, macro)
    return Period(start or date.min, end or date.max) if start or end else None


def _type_word(row: Row) -> str:
    """How the transaction_type filter calls a kind of transaction."""
    if row.kind == "Purchase":
        if row.body["Credit"]:
            return "creditcardcredit"
        return {"Check": "check", "Cash": "cashpurchase"}.get(row.body["PaymentType"], "creditcardcharge")
    words = {
        "Payment": "receivepayment",
        "RefundReceipt": "creditrefund",
        "InventoryAdjustment": "inventoryquantityadjustment",
        "TaxPayment": "globaltaxpayment",
        "BillPayment": f"billpayment{row.body.get('PayType', '')}".casefold(),
    }
    return words.get(row.kind, row.kind.casefold())


_GROUPS: dict[str, _Group] = {
    "name": lambda company, line: named_cell(company, line.entry.name),
    "customer": lambda c, line: named_cell(c, f"Customer/{line.entry.names('Customer')}"),
    "vendor": lambda c, line: named_cell(c, f"Vendor/{line.entry.names('Vendor')}"),
    "employee": lambda c, line: named_cell(c, f"Employee/{line.entry.names('Employee')}"),
    "account": lambda c, line: account_cell(c, line.entry.account),
    "transaction type": lambda _, line: {"value": type_of(line.entry.row)},
    "location": lambda c, line: named_cell(c, f"Department/{line.entry.department_id}"),
    "day": lambda _, line: {"value": line.entry.on.isoformat()},
    "month": lambda _, line: {"value": f"{line.entry.on:%B %Y}"},
    "year": lambda _, line: {"value": str(line.entry.on.year)},
}
