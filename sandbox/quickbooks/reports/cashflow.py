"""Cash flow: from net income to what the bank holds, by what the accounts beside the bank did meanwhile."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta
from decimal import Decimal

from sandbox.quickbooks.reports.columns import Columns, Slot, columns_of
from sandbox.quickbooks.reports.entries import Entry, entries
from sandbox.quickbooks.reports.period import Period, period_of
from sandbox.quickbooks.reports.shape import added, column, data, dates, moneys, report, section, summary
from sandbox.quickbooks.reports.statements import RESULT
from sandbox.quickbooks.state import Company, Json

_ZERO = Decimal(0)
_CASH = ("Bank",)
_OPERATING = (
    *("Accounts Receivable", "Other Current Asset", "Accounts Payable", "Credit Card"),
    "Other Current Liability",
)
_INVESTING = ("Fixed Asset", "Other Asset")
_FINANCING = ("Long Term Liability", "Equity")
_RECONCILING = "Adjustments to reconcile Net Income to Net Cash provided by operations:"
_UNDEPOSITED = "UndepositedFunds"


def cash_flow(company: Company, args: Mapping[str, str]) -> Json:
    """`CashFlow`: operating, investing and financing, down to the cash at the end."""
    period = period_of(company, args)
    found = entries(company, args)
    columns = columns_of(company, period, args, found)
    income = [_moved(company, slot, found, RESULT) for slot in columns.slots]
    changes, adjusted = _changes(company, columns, found, _OPERATING)
    operating = added([income, adjusted], len(columns.slots))
    inner = [_row("Net Income", income, "NetIncome")]
    if changes:
        inner.append(section(_RECONCILING, changes, f"Total {_RECONCILING}", moneys(adjusted), "Adjustments"))
    closing = "Net cash provided by operating activities"
    rows = [section("OPERATING ACTIVITIES", inner, closing, moneys(operating), "OperatingActivities")]
    sums = [operating]
    for title, kinds in (("INVESTING", _INVESTING), ("FINANCING", _FINANCING)):
        parts, total = _changes(company, columns, found, kinds)
        sums.append(total)
        if parts:
            closing = f"Net cash provided by {title.lower()} activities"
            group = f"{title.title()}Activities"
            rows.append(section(f"{title} ACTIVITIES", parts, closing, moneys(total), group))
    increase = added(sums, len(columns.slots))
    rows.append(summary("NET CASH INCREASE FOR PERIOD", moneys(increase), "CashIncrease"))
    start = [_held(company, found, slot) for slot in columns.slots]
    if any(start):
        rows.append(_row("Cash at beginning of period", start, "BeginningCash"))
    end = moneys(added([increase, start], len(columns.slots)))
    rows.append(summary("CASH AT END OF PERIOD", end, "EndingCash"))
    heads = [column("", "Account"), *columns.heads()]
    return report(company, "CashFlow", heads, rows, **dates(period), SummarizeColumnsBy=columns.by)


def _row(label: str, amounts: Sequence[Decimal], group: str) -> Json:
    cells = [{"value": label}, *[{"value": cell} for cell in moneys(amounts)]]
    return {"ColData": cells, "type": "Data", "group": group}


def _changes(
    company: Company, columns: Columns, found: Sequence[Entry], kinds: Sequence[str]
) -> tuple[list[Json], list[Decimal]]:
    """What accounts of these types brought in (a debt that grew) or took (an asset that grew)."""
    sums = [slot.sums(found) for slot in columns.slots]
    rows: list[Json] = []
    amounts: list[list[Decimal]] = []
    for kind in kinds:
        for account in company.rows("Account"):
            if account.body["AccountType"] != kind or _is_cash(account.body):
                continue
            line = [-each.get(account.id, _ZERO) for each in sums]
            if any(line):
                rows.append(data(account.name, account.id, moneys(line)))
                amounts.append(line)
    return rows, added(amounts, len(columns.slots))


def _is_cash(body: Json) -> bool:
    """The bank, and money on its way there."""
    return body["AccountType"] in _CASH or body["AccountSubType"] == _UNDEPOSITED


def _moved(company: Company, slot: Slot, found: Sequence[Entry], kinds: Sequence[str]) -> Decimal:
    ids = {row.id for row in company.rows("Account") if row.body["AccountType"] in kinds}
    return -sum((amount for account, amount in slot.sums(found).items() if account in ids), _ZERO)


def _held(company: Company, found: Sequence[Entry], slot: Slot) -> Decimal:
    """The cash the day before a column begins."""
    ids = {row.id for row in company.rows("Account") if _is_cash(row.body)}
    before = Period(slot.period.start, slot.period.start - timedelta(days=1))
    sums = Slot(slot.title, before, slot.takes, slot.key).sums(found, since_ever=True)
    return sum((amount for account, amount in sums.items() if account in ids), _ZERO)
