"""The general ledger, and profit and loss line by line: accounts in sections, parents around their own."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.quickbooks.ledger.posting import natural
from sandbox.quickbooks.reports.details import Line, Table, detail_money
from sandbox.quickbooks.reports.entries import Entry, basis, entries
from sandbox.quickbooks.reports.period import Period, period_of
from sandbox.quickbooks.reports.shape import dates, report
from sandbox.quickbooks.reports.statements import RESULT
from sandbox.quickbooks.state import Company, Json, Row

_ZERO = Decimal(0)
_KEYS = (
    *("tx_date", "txn_type", "doc_num", "name", "memo", "split_acc"),
    *("subt_nat_amount", "rbal_nat_amount"),
)
_LEDGER_ORDER = (
    *("Bank", "Accounts Receivable", "Other Current Asset", "Fixed Asset", "Other Asset"),
    *("Accounts Payable", "Credit Card", "Other Current Liability", "Long Term Liability", "Equity"),
    *("Income", "Cost of Goods Sold", "Expense", "Other Income", "Other Expense"),
)


@dataclass(frozen=True, slots=True)
class _Ledger:
    """One report at work: its columns, the lines of each account, and what it stood at before."""

    company: Company
    table: Table
    lines: Mapping[str, list[Line]]
    before: Mapping[str, Decimal]

    def sections(self, kinds: Sequence[str]) -> tuple[list[Json], list[Line]]:
        """The sections of all accounts of these types, in this order, and every line in them."""
        rows: list[Json] = []
        lines: list[Line] = []
        for kind in kinds:
            accounts = [row for row in self.company.rows("Account") if row.body["AccountType"] == kind]
            ids = {row.id for row in accounts}
            tops = [row for row in accounts if row.body.get("ParentRef", {}).get("value") not in ids]
            for account in sorted(tops, key=_by_name):
                made, found = self._section(account, accounts)
                rows += made
                lines += found
        return rows, lines

    def _section(self, account: Row, accounts: Sequence[Row]) -> tuple[list[Json], list[Line]]:
        name, own = str(account.body["Name"]), self.lines.get(account.id, [])
        inner: list[Json] = []
        found: list[Line] = []
        below = [row for row in accounts if row.body.get("ParentRef", {}).get("value") == account.id]
        for child in sorted(below, key=_by_name):
            made, lines = self._section(child, accounts)
            inner += made
            found += lines
        has_own = bool(own) or account.id in self.before
        if not has_own and not inner:
            return [], []
        header = self.table.labelled(name, row_id=account.id if has_own else "")
        closing = f"Total for {name}"
        data = self._data(account.id, own)
        if not inner:
            return [self._closed(data, closing, own) | {"Header": header}], own
        if has_own:
            inner = [self._closed(data, closing, own), *inner]
            closing += " with sub-accounts"
        return [self._closed(inner, closing, [*own, *found]) | {"Header": header}], [*own, *found]

    def _data(self, account: str, own: Sequence[Line]) -> list[Json]:
        rows = [self.table.row(self.company, line) for line in own]
        if account in self.before:
            stood = {"rbal_nat_amount": detail_money(self.before[account])}
            rows.insert(0, self.table.labelled("Beginning Balance", stood) | {"type": "Data"})
        return rows

    def _closed(self, rows: Sequence[Json], label: str, lines: Sequence[Line]) -> Json:
        summary = self.table.labelled(label, self.table.sums(lines))
        return {"Rows": {"Row": list(rows)}, "Summary": summary, "type": "Section"}

    def result(self, label: str, lines: Sequence[Line]) -> Json:
        """A section that is nothing but a result: what was earned less what was spent."""
        sums = {"subt_nat_amount": detail_money(_earned(lines))}
        return {"Rows": {}, "Summary": self.table.labelled(label, sums), "type": "Section"}

    def titled(self, title: str, rows: Sequence[Json], label: str, lines: Sequence[Line]) -> list[Json]:
        """A section of sections, left out when there is nothing in it."""
        return [self._closed(rows, label, lines) | {"Header": self.table.labelled(title)}] if rows else []


def general_ledger(company: Company, args: Mapping[str, str]) -> Json:
    """`GeneralLedger`: every account with what moved it, from what it stood at."""
    period = period_of(company, args)
    found = entries(company, args)
    before: dict[str, Decimal] = {}
    kinds = {row.id: row.body["AccountType"] for row in company.rows("Account")}
    for entry in found:
        if entry.on < period.start and kinds[entry.account] not in RESULT:
            worth = before.get(entry.account, _ZERO) + natural(kinds[entry.account], entry.amount)
            before[entry.account] = worth
    ledger = _Ledger(company, Table.asked(args, _KEYS), _lines(kinds, found, period, before), before)
    rows, _ = ledger.sections(_LEDGER_ORDER)
    return _reported(company, "GeneralLedger", args, period, ledger.table, rows)


def profit_and_loss_detail(company: Company, args: Mapping[str, str]) -> Json:
    """`ProfitAndLossDetail`: every line of income and expense."""
    period = period_of(company, args)
    kinds = {row.id: row.body["AccountType"] for row in company.rows("Account")}
    lines = _lines(kinds, entries(company, args), period, {})
    ledger = _Ledger(company, Table.asked(args, _KEYS), lines, {})
    income, earned = ledger.sections(("Income",))
    goods, cost = ledger.sections(("Cost of Goods Sold",))
    spending, spent = ledger.sections(("Expense",))
    ordinary = [  # the service puts the gross profit in front
        ledger.result("Gross Profit", [*earned, *cost]),
        *ledger.titled("Income", income, "Total for Income", earned),
        *ledger.titled("Cost of Goods Sold", goods, "Total for Cost of Goods Sold", cost),
        *ledger.titled("Expenses", spending, "Total for Expenses", spent),
    ]
    more, extra = ledger.sections(("Other Income",))
    other_cost, lost = ledger.sections(("Other Expense",))
    rest = [
        *ledger.titled("Other Income", more, "Total for Other Income", extra),
        *ledger.titled("Other Expenses", other_cost, "Total for Other Expense", lost),
    ]
    operating = [*earned, *cost, *spent]
    rows = [
        _block(ledger, "Ordinary Income/Expenses", ordinary, "Net Ordinary Income", operating),
        *(
            [_block(ledger, "Other Income/Expense", rest, "Net Other Income", [*extra, *lost])]
            if rest
            else []
        ),
        ledger.result("Net Income", [*operating, *extra, *lost]),
    ]
    has_data = bool(operating or extra or lost)
    return _reported(company, "ProfitAndLossDetail", args, period, ledger.table, rows if has_data else [])


def _block(ledger: _Ledger, title: str, rows: list[Json], label: str, lines: Sequence[Line]) -> Json:
    made = ledger.result(label, lines)
    return made | {"Header": ledger.table.labelled(title), "Rows": {"Row": rows}}


def _lines(
    kinds: Mapping[str, str], found: Sequence[Entry], period: Period, before: Mapping[str, Decimal]
) -> dict[str, list[Line]]:
    """The lines of the period by account, each with the balance that it leaves."""
    lines: dict[str, list[Line]] = {}
    balances = dict(before)
    for entry in found:
        if not period.start <= entry.on <= period.end:
            continue
        amount = natural(kinds[entry.account], entry.amount)
        balances[entry.account] = balances.get(entry.account, _ZERO) + amount
        lines.setdefault(entry.account, []).append(Line(entry, amount, balances[entry.account]))
    return lines


def _earned(lines: Sequence[Line]) -> Decimal:
    return -sum((line.entry.amount for line in lines), _ZERO)


def _by_name(row: Row) -> str:
    return str(row.body["Name"]).casefold()


def _reported(
    company: Company, name: str, args: Mapping[str, str], period: Period, table: Table, rows: list[Json]
) -> Json:
    asked = {"Customer": args.get("customer") or None, "Vendor": args.get("vendor") or None}
    return report(
        company, name, table.heads(), rows, **dates(period), ReportBasis=basis(company, args), **asked
    )
