"""Reports line by line: which columns there are, in which order, and what each shows of an entry."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.quickbooks.reports.entries import SPLIT, Entry, number_of, type_of
from sandbox.quickbooks.reports.shape import column
from sandbox.quickbooks.state import NON_POSTING, Company, Json, Row, called

_ZERO = Decimal(0)
_DETAILS = ("SalesItemLineDetail", "ItemBasedExpenseLineDetail")


@dataclass(frozen=True, slots=True)
class Line:
    """One row to be: the entry, its amount as the report counts it, and the balance up to it."""

    entry: Entry
    amount: Decimal
    balance: Decimal = _ZERO


@dataclass(frozen=True, slots=True)
class _Detail:
    title: str
    kind: str
    cell: Callable[[Company, Line], Json]


def detail_money(amount: Decimal | None) -> str:
    """An amount in a detail report: nothing where there is none, and a zero without its first digit."""
    if amount is None:
        return ""
    return f"{amount:.2f}" if amount else ".00"


def _plain(read: Callable[[Row], object]) -> Callable[[Company, Line], Json]:
    return lambda _company, line: {"value": str(read(line.entry.row) or "")}


def _of(kind: str, read: Callable[[Entry], str]) -> Callable[[Company, Line], Json]:
    """The name and id of what the entry refers to."""

    def cell(company: Company, line: Line) -> Json:
        row = company.find(kind, read(line.entry))
        return {"value": row.name if row else "", "id": row.id if row else ""}

    return cell


def named_cell(company: Company, name: str) -> Json:
    """The name and id of a customer, vendor or employee."""
    kind, _, row_id = name.partition("/")
    row = company.find(kind, row_id)
    return {"value": row.name if row else "", "id": row.id if row else ""}


def account_cell(company: Company, account: str) -> Json:
    """The name and id of an account, or the word for several."""
    if account == SPLIT:
        return {"value": SPLIT, "id": ""}
    row = company.find("Account", account)
    return {"value": row.name if row else "", "id": row.id if row else ""}


def _stamp(read: Callable[[Row], str]) -> Callable[[Company, Line], Json]:
    return lambda _company, line: {"value": read(line.entry.row)}


def _quantity(line: Line, name: str) -> str:
    """What a line of the transaction says of the entry's item."""
    for each in line.entry.row.body.get("Line", ()):
        detail: Json = next((each[key] for key in _DETAILS if key in each), {})
        if line.entry.item_id and detail.get("ItemRef", {}).get("value") == line.entry.item_id:
            return f"{Decimal(detail[name]):.2f}" if name in detail else ""
    return ""


COLUMNS: dict[str, _Detail] = {  # in the order in which the service shows them, however they are asked for
    "tx_date": _Detail("Date", "Date", lambda _, line: {"value": line.entry.on.isoformat()}),
    "txn_type": _Detail(
        "Transaction Type",
        "String",
        lambda _, line: {"value": type_of(line.entry.row), "id": line.entry.row.id},
    ),
    "doc_num": _Detail("Num", "String", lambda _, line: {"value": number_of(line.entry.row)}),
    "is_no_post": _Detail(
        "Posting", "Boolean", _plain(lambda row: "No" if row.kind in NON_POSTING else "Yes")
    ),
    "is_adj": _Detail("Adj", "Boolean", _plain(lambda row: "Yes" if row.body.get("Adjustment") else "No")),
    "create_date": _Detail(
        "Create Date", "TimeStamp", lambda c, line: {"value": _compact(c, line, made=True)}
    ),
    "create_by": _Detail("Created By", "String", _plain(lambda row: called(row.changed_by))),
    "last_mod_date": _Detail(
        "Last Modified", "TimeStamp", lambda c, line: {"value": _compact(c, line, made=False)}
    ),
    "last_mod_by": _Detail("Last Modified By", "String", _plain(lambda row: called(row.changed_by))),
    "name": _Detail("Name", "String", lambda c, line: named_cell(c, line.entry.name)),
    "cust_name": _Detail("Customer", "String", _of("Customer", lambda entry: entry.names("Customer"))),
    "vend_name": _Detail("Vendor", "String", _of("Vendor", lambda entry: entry.names("Vendor"))),
    "emp_name": _Detail("Employee", "String", _of("Employee", lambda entry: entry.names("Employee"))),
    "item_name": _Detail("Product/Service", "String", _of("Item", lambda entry: entry.item_id)),
    "dept_name": _Detail("Location", "String", _of("Department", lambda entry: entry.department_id)),
    "klass_name": _Detail("Class", "String", _of("Class", lambda entry: entry.class_id)),
    "due_date": _Detail("Due Date", "Date", _plain(lambda row: row.body.get("DueDate"))),
    "quantity": _Detail("Qty", "Number", lambda _, line: {"value": _quantity(line, "Qty")}),
    "rate": _Detail("Rate", "Money", lambda _, line: {"value": _quantity(line, "UnitPrice")}),
    "debt_amt": _Detail(
        "Debit", "Money", lambda _, line: {"value": detail_money(max(line.entry.amount, _ZERO) or None)}
    ),
    "credit_amt": _Detail(
        "Credit", "Money", lambda _, line: {"value": detail_money(max(-line.entry.amount, _ZERO) or None)}
    ),
    "memo": _Detail("Memo/Description", "String", lambda _, line: {"value": line.entry.memo}),
    "account_name": _Detail("Account", "String", lambda c, line: account_cell(c, line.entry.account)),
    "other_account": _Detail("Split", "String", lambda c, line: account_cell(c, line.entry.split)),
    "split_acc": _Detail("Split", "String", lambda c, line: account_cell(c, line.entry.split)),
    "subt_nat_amount": _Detail("Amount", "Money", lambda _, line: {"value": detail_money(line.amount)}),
    "subt_nat_home_amount": _Detail("Amount", "Money", lambda _, line: {"value": detail_money(line.amount)}),
    "nat_amount": _Detail("Amount", "Money", lambda _, line: {"value": detail_money(line.amount)}),
    "rbal_nat_amount": _Detail("Balance", "Money", lambda _, line: {"value": detail_money(line.balance)}),
}
_TOLD_ONCE = ("tx_date", "txn_type", "doc_num", "is_no_post", "name")
_SUMMED = {"subt_nat_amount", "subt_nat_home_amount", "debt_amt", "credit_amt"}


def _compact(company: Company, line: Line, *, made: bool) -> str:
    """A time as reports write it: the offset without a colon."""
    row = line.entry.row
    stamp = company.stamp(row.created_at if made else row.changed_at)
    return stamp[:-3] + stamp[-2:]


def _untold(key: str, cell: Json) -> Json:
    if key not in _TOLD_ONCE:
        return cell
    if key == "tx_date":
        return {"value": "0-00-00"}
    return {"value": "", **({"id": cell["id"] if key == "txn_type" else ""} if "id" in cell else {})}


@dataclass(frozen=True, slots=True)
class Table:
    """The columns of one detail report, by key."""

    keys: tuple[str, ...]

    @classmethod
    def asked(cls, args: Mapping[str, str], default: Sequence[str]) -> Table:
        """The columns that `columns` names, where it names any that there are, else the report's own."""
        wanted = {name.strip() for name in args.get("columns", "").split(",")}
        return cls(tuple(key for key in COLUMNS if key in wanted) or tuple(default))

    def heads(self) -> list[Json]:
        """How they are headed."""
        return [column(COLUMNS[key].title, COLUMNS[key].kind, key) for key in self.keys]

    def row(self, company: Company, line: Line, *, further: bool = False) -> Json:
        """One row of data; a `further` line of a transaction does not tell again what the first one told."""
        cells = [COLUMNS[key].cell(company, line) for key in self.keys]
        if further:
            cells = [_untold(key, cell) for key, cell in zip(self.keys, cells, strict=True)]
        return {"ColData": cells, "type": "Data"}

    def blank(self) -> Json:
        """An empty row."""
        return {"ColData": [{"value": ""} for _ in self.keys], "type": "Data"}

    def labelled(self, label: str, values: Mapping[str, str] | None = None, row_id: str = "") -> Json:
        """Cells with a label in front, and `values` in their columns."""
        cells: list[Json] = [{"value": (values or {}).get(key, "")} for key in self.keys]
        cells[0] = {"value": label, **({"id": row_id} if row_id else {})}
        return {"ColData": cells}

    def sums(self, lines: Sequence[Line]) -> dict[str, str]:
        """What a closing row shows below the columns that can be summed."""
        debits = sum((max(line.entry.amount, _ZERO) for line in lines), _ZERO)
        credits_ = sum((max(-line.entry.amount, _ZERO) for line in lines), _ZERO)
        amount = detail_money(sum((line.amount for line in lines), _ZERO))
        both = {"debt_amt": debits, "credit_amt": credits_}
        return {key: detail_money(both[key] or None) if key in both else amount for key in _SUMMED}
