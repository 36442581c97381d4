"""Who owes and who is owed, by how long it is overdue: summaries and details, of either side."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.ledger.openitems import open_items
from sandbox.quickbooks.reports.owners import owner_rows
from sandbox.quickbooks.reports.shape import added, column, money, moneys, report, summary
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.values import cents, day

_ZERO = Decimal(0)


@dataclass(frozen=True, slots=True)
class _Side:
    """Receivables or payables: whose."""

    owner: str


_RECEIVABLE = _Side("Customer")
_PAYABLE = _Side("Vendor")


@dataclass(frozen=True, slots=True)
class _Open:
    """What is open of one document at the report's date, in home currency."""

    row: Row
    owner: Json
    due_on: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class _Buckets:
    """Current, then so many periods of so many days overdue, the last one without end."""

    days: int
    count: int

    @classmethod
    def of(cls, args: Mapping[str, str]) -> _Buckets:
        days, count = args.get("aging_period", "30"), args.get("num_periods", "4")
        for name, value in (("aging_period", days), ("num_periods", count)):
            if not value.isdecimal() or not 0 < int(value) <= 365:
                raise refusals.invalid_value(name, value)
        return cls(int(days), int(count))

    def index(self, late: int) -> int:
        """Which bucket `late` days after the due date belong to; 0 is not yet overdue."""
        return 0 if late <= 0 else min((late - 1) // self.days + 1, self.count)

    def titles(self) -> list[str]:
        """How the buckets are headed."""
        ranges = [f"{at * self.days + 1} - {(at + 1) * self.days}" for at in range(self.count - 1)]
        return ["Current", *ranges, f"{(self.count - 1) * self.days + 1} and over"]


def aged_receivables(company: Company, args: Mapping[str, str]) -> Json:
    """`AgedReceivables`: one row for each customer."""
    return _summary(company, args, _RECEIVABLE, "AgedReceivables")


def aged_payables(company: Company, args: Mapping[str, str]) -> Json:
    """`AgedPayables`: one row for each vendor."""
    return _summary(company, args, _PAYABLE, "AgedPayables")


def aged_receivable_detail(company: Company, args: Mapping[str, str]) -> Json:
    """`AgedReceivableDetail`: one row for each open document, the longest overdue first."""
    return _detail(company, args, _RECEIVABLE, "AgedReceivableDetail")


def aged_payable_detail(company: Company, args: Mapping[str, str]) -> Json:
    """`AgedPayableDetail`: the same for bills."""
    return _detail(company, args, _PAYABLE, "AgedPayableDetail")


def customer_balance(company: Company, args: Mapping[str, str]) -> Json:
    """`CustomerBalance`: what each customer owes."""
    return _balance(company, args, _RECEIVABLE, "CustomerBalance")


def vendor_balance(company: Company, args: Mapping[str, str]) -> Json:
    """`VendorBalance`: what each vendor is owed."""
    return _balance(company, args, _PAYABLE, "VendorBalance")


def _summary(company: Company, args: Mapping[str, str], side: _Side, name: str) -> Json:
    buckets, on = _Buckets.of(args), _report_date(company, args)
    columns = [column("", side.owner), *map(column, buckets.titles()), column("Total")]
    width = buckets.count + 2
    amounts: dict[str, list[Decimal]] = defaultdict(lambda: [_ZERO] * width)
    for each in _open_items(company, args, side, on):
        line = amounts[each.owner["value"]]
        line[buckets.index((on - each.due_on).days)] += each.amount
        line[-1] += each.amount
    rows = _owner_rows(company, side, amounts, width)
    if rows:
        rows.append(summary("TOTAL", moneys(added(list(amounts.values()), width)), "GrandTotal"))
    return _dated(company, args, side, name, on, columns, rows)


def _balance(company: Company, args: Mapping[str, str], side: _Side, name: str) -> Json:
    on = _report_date(company, args)
    amounts: dict[str, list[Decimal]] = defaultdict(lambda: [_ZERO])
    for each in _open_items(company, args, side, on):
        amounts[each.owner["value"]][0] += each.amount
    rows = _owner_rows(company, side, amounts, 1)
    if rows:
        rows.append(summary("TOTAL", moneys(added(list(amounts.values()), 1)), "GrandTotal"))
    return _dated(company, args, side, name, on, [column("", side.owner), column("Total")], rows)


def _owner_rows(
    company: Company, side: _Side, amounts: Mapping[str, list[Decimal]], width: int
) -> list[Json]:
    shown = {owner: [money(amount) if amount else "" for amount in line] for owner, line in amounts.items()}
    return owner_rows(company, side.owner, shown, amounts, width)


def _detail(company: Company, args: Mapping[str, str], side: _Side, name: str) -> Json:
    buckets, on = _Buckets.of(args), _report_date(company, args)
    groups: dict[int, list[_Open]] = defaultdict(list)
    for each in _open_items(company, args, side, on):
        groups[buckets.index((on - each.due_on).days)].append(each)
    titles = buckets.titles()
    rows: list[Json] = []
    for at in sorted(groups, reverse=True):
        items = sorted(groups[at], key=lambda item: (item.due_on, int(item.row.id)))
        title = titles[at] if at == 0 else f"{titles[at]} days past due"
        total = sum((item.amount for item in items), _ZERO)
        rows.append(
            {
                "Header": {"ColData": [{"value": title}, *[{"value": ""}] * 6]},
                "Rows": {"Row": [_item_row(item) for item in items]},
                "Summary": {
                    "ColData": [
                        {"value": f"Total for {title}"},
                        *[{"value": ""}] * 4,
                        {"value": ""},
                        {"value": money(total)},
                    ]
                },
                "type": "Section",
            }
        )
    heads = (
        ("Date", "tx_date"),
        ("Transaction Type", "txn_type"),
        ("Num", "doc_num"),
        (side.owner, "cust_name" if side is _RECEIVABLE else "vend_name"),
        ("Due Date", "due_date"),
        ("Amount", "subt_amount"),
        ("Open Balance", "subt_open_bal"),
    )
    columns = [column(title, key, key) for title, key in heads]
    return _dated(company, args, side, name, on, columns, rows)


def _item_row(item: _Open) -> Json:
    body = item.row.body
    rate = body.get("ExchangeRate", Decimal(1))
    worth = cents(body["TotalAmt"] * rate) * (1 if item.amount >= 0 else -1)
    cells: list[Json] = [
        {"value": body["TxnDate"]},
        {"value": item.row.kind, "id": item.row.id},
        {"value": body.get("DocNumber", "")},
        {"value": item.owner.get("name", ""), "id": item.owner["value"]},
        {"value": item.due_on.isoformat()},
        {"value": money(worth)},
        {"value": money(item.amount)},
    ]
    return {"ColData": cells, "type": "Data"}


def _open_items(company: Company, args: Mapping[str, str], side: _Side, on: date) -> Iterator[_Open]:
    wanted = {value for value in args.get(side.owner.lower(), "").split(",") if value}
    for item in open_items(company, on):
        kind, _, owner_id = item.owner.partition("/")
        owner = company.find(kind, owner_id)
        if kind == side.owner and owner is not None and (not wanted or owner_id in wanted):
            worth = cents(item.amount * item.row.body.get("ExchangeRate", Decimal(1)))
            yield _Open(item.row, owner.reference(), item.due_on, worth)


def _report_date(company: Company, args: Mapping[str, str]) -> date:
    return day(args, "report_date") or day(args, "end_date") or company.today()


def _dated(
    company: Company,
    args: Mapping[str, str],
    side: _Side,
    name: str,
    on: date,
    columns: list[Json],
    rows: list[Json],
) -> Json:
    asked: Json = {side.owner: args.get(side.owner.lower()) or None}
    option = {"Name": "report_date", "Value": on.isoformat()}
    return report(
        company,
        name,
        columns,
        rows,
        **asked,
        DateMacro=args.get("date_macro"),
        EndPeriod=on.isoformat(),
        options=[option],
    )
