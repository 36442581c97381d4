"""The report API's shape: header and columns, data rows, sections with their sums."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sandbox.quickbooks.reports.period import Period
from sandbox.quickbooks.state import Company, Json, Row

Amounts = Sequence[Decimal]


def report(
    company: Company, name: str, columns: Sequence[Json], rows: Sequence[Json], **header: object
) -> Json:
    """The whole report; `header` adds members to its Header, those that are None left out."""
    options = [*header.pop("options", ()), {"Name": "NoReportData", "Value": "false" if rows else "true"}]  # type: ignore[misc]
    head: Json = {"Time": company.stamp(company.clock.now()), "ReportName": name}
    head |= {key: value for key, value in header.items() if value is not None}
    head |= {"Currency": company.home_currency, "Option": options}
    return {"Header": head, "Columns": {"Column": list(columns)}, "Rows": {"Row": list(rows)} if rows else {}}


def dates(period: Period) -> Json:
    """The members of a header that tell the period."""
    return {
        "DateMacro": period.macro or None,
        "StartPeriod": period.start.isoformat(),
        "EndPeriod": period.end.isoformat(),
    }


def column(title: str, kind: str = "Money", key: str = "") -> Json:
    """One column; `key` is its ColKey."""
    metadata = {"MetaData": [{"Name": "ColKey", "Value": key}]} if key else {}
    return {"ColTitle": title, "ColType": kind, **metadata}


def data(label: str, row_id: str, cells: Sequence[str]) -> Json:
    """A row of data about the object `row_id`."""
    return {"ColData": [{"value": label, "id": row_id}, *_cells(cells)], "type": "Data"}


def section(
    title: str,
    rows: Sequence[Json],
    total: str,
    cells: Sequence[str],
    group: str = "",
    head: Json | None = None,
) -> Json:
    """Rows under a title with their sum below; `head` replaces the plain title."""
    heading = head or {"ColData": [{"value": title}, *_cells([""] * len(cells))]}
    made: Json = {"Header": heading, "Rows": {"Row": list(rows)}, **summary(total, cells, group)}
    return made


def summary(label: str, cells: Sequence[str], group: str = "") -> Json:
    """A section that is nothing but a sum."""
    made: Json = {"Summary": {"ColData": [{"value": label}, *_cells(cells)]}, "type": "Section"}
    return made | ({"group": group} if group else {})


def _cells(cells: Sequence[str]) -> list[Json]:
    return [{"value": cell} for cell in cells]


def money(amount: Decimal) -> str:
    """Two digits, as every amount of a report is written; adding nothing takes the sign off a zero."""
    return f"{amount + 0:.2f}"


def moneys(amounts: Amounts) -> list[str]:
    """Amounts as cells."""
    return [money(amount) for amount in amounts]


def added(rows: Sequence[Amounts], width: int) -> list[Decimal]:
    """The sums of each column."""
    return [sum((row[at] for row in rows), Decimal(0)) for at in range(width)]


def account_rows(
    accounts: Sequence[Row], balances: Mapping[str, Amounts], width: int
) -> tuple[list[Json], list[Decimal]]:
    """Rows for `accounts`, sub-accounts inside sections of their parents, and the sum of all.

    Accounts that neither they nor any below have an amount are left out.
    """
    ids = {account.id for account in accounts}
    children: dict[str, list[Row]] = {}
    for account in accounts:
        parent = account.body.get("ParentRef", {}).get("value")
        children.setdefault(parent if parent in ids else "", []).append(account)
    return _below("", children, balances, width)


def _below(
    parent: str, children: Mapping[str, list[Row]], balances: Mapping[str, Amounts], width: int
) -> tuple[list[Json], list[Decimal]]:
    rows: list[Json] = []
    sums: list[Amounts] = []
    for account in sorted(children.get(parent, ()), key=lambda row: str(row.body["Name"]).casefold()):
        name, own = str(account.body["Name"]), balances.get(account.id)
        inner, inner_sum = _below(account.id, children, balances, width)
        cells = moneys(own) if own else [""] * width
        total = added([inner_sum, own] if own else [inner_sum], width)
        if inner:
            head = {"ColData": [{"value": name, "id": account.id}, *_cells(cells)]}
            rows.append(section(name, inner, f"Total {name}", moneys(total), head=head))
        elif own:
            rows.append(data(name, account.id, cells))
        sums.append(total)
    return rows, added(sums, width)
