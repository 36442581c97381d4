"""Profit and loss, and the balance sheet."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sandbox.quickbooks.ledger.posting import CREDIT_SIDE
from sandbox.quickbooks.reports.columns import Columns, Slot, columns_of
from sandbox.quickbooks.reports.entries import Entry, basis, entries
from sandbox.quickbooks.reports.period import Period, fiscal_year_start, period_of
from sandbox.quickbooks.reports.shape import (
    Amounts,
    account_rows,
    added,
    column,
    data,
    dates,
    moneys,
    report,
    section,
    summary,
)
from sandbox.quickbooks.state import Company, Json

_EARNING = ("Income", "Other Income")
_SPENDING = ("Cost of Goods Sold", "Expense", "Other Expense")
RESULT = (*_EARNING, *_SPENDING)
_STANDARD = {"Name": "AccountingStandard", "Value": "GAAP"}


@dataclass(frozen=True, slots=True)
class _Part:
    """The rows of one account type, and their sum by column."""

    rows: list[Json]
    total: Amounts


def profit_and_loss(company: Company, args: Mapping[str, str]) -> Json:
    """`ProfitAndLoss`: what was earned and spent in the period, down to net income."""
    period = period_of(company, args)
    found = entries(company, args)
    columns = columns_of(company, period, args, _of_results(company, found))
    moves = [slot.sums(found) for slot in columns.slots]
    parts = {kind: _part(company, kind, moves) for kind in RESULT}
    gross = _less(parts["Income"].total, parts["Cost of Goods Sold"].total)
    operating = _less(gross, parts["Expense"].total)
    other = _less(parts["Other Income"].total, parts["Other Expense"].total)
    rows = [
        *_shown("Income", parts["Income"], "Income"),
        *_shown("Cost of Goods Sold", parts["Cost of Goods Sold"], "COGS"),
        summary("Gross Profit", moneys(gross), "GrossProfit"),
        *_shown("Expenses", parts["Expense"], "Expenses"),
        summary("Net Operating Income", moneys(operating), "NetOperatingIncome"),
        *_shown("Other Income", parts["Other Income"], "OtherIncome"),
        *_shown("Other Expenses", parts["Other Expense"], "OtherExpenses"),
    ]
    if parts["Other Income"].rows or parts["Other Expense"].rows:
        rows.append(summary("Net Other Income", moneys(other), "NetOtherIncome"))
    rows.append(summary("Net Income", moneys(added([operating, other], len(moves))), "NetIncome"))
    return _statement(company, "ProfitAndLoss", args, period, columns, rows)


def balance_sheet(company: Company, args: Mapping[str, str]) -> Json:
    """`BalanceSheet`: what the company has and owes at the end of the period (of each column)."""
    period = period_of(company, args)
    found = entries(company, args)
    columns = columns_of(company, period, args, found, stock=True)
    stands = [slot.sums(found, since_ever=True) for slot in columns.slots]

    def group(title: str, kind: str, name: str) -> tuple[list[Json], Amounts]:
        part = _part(company, kind, stands)
        return _shown(title, part, name), part.total

    current = [
        group("Bank Accounts", "Bank", "BankAccounts"),
        group("Accounts Receivable", "Accounts Receivable", "AR"),
        group("Other Current Assets", "Other Current Asset", "OtherCurrentAssets"),
    ]
    fixed = [
        group("Fixed Assets", "Fixed Asset", "FixedAssets"),
        group("Other Assets", "Other Asset", "OtherAssets"),
    ]
    owed = [
        group("Accounts Payable", "Accounts Payable", "AP"),
        group("Credit Cards", "Credit Card", "CreditCards"),
        group("Other Current Liabilities", "Other Current Liability", "OtherCurrentLiabilities"),
    ]
    long_term = [group("Long-Term Liabilities", "Long Term Liability", "LongTermLiabilities")]
    assets = _joined("ASSETS", [_joined("Current Assets", current, "CurrentAssets"), *fixed], "TotalAssets")
    liabilities = _joined(
        "Liabilities", [_joined("Current Liabilities", owed, "CurrentLiabilities"), *long_term], "Liabilities"
    )
    whole = _joined(
        "LIABILITIES AND EQUITY",
        [liabilities, _equity(company, columns, found, stands)],
        "TotalLiabilitiesAndEquity",
    )
    rows = [*assets[0], *whole[0]]
    return _statement(company, "BalanceSheet", args, period, columns, rows)


def _equity(
    company: Company, columns: Columns, found: Sequence[Entry], stands: list[Mapping[str, Decimal]]
) -> tuple[list[Json], Amounts]:
    """Equity accounts; the result of earlier years belongs to retained earnings, this year's stands alone."""
    part = _part(company, "Equity", stands)
    results = [_results_at(company, slot, found) for slot in columns.slots]
    earlier = [before for before, _ in results]
    this_year = [now for _, now in results]
    rows = list(part.rows)
    if any(earlier):
        account = company.named("Account", "Retained Earnings")
        rows.append(data("Retained Earnings", account.id if account else "", moneys(earlier)))
    rows.append(
        {
            "ColData": [{"value": "Net Income"}, *[{"value": cell} for cell in moneys(this_year)]],
            "type": "Data",
        }
        | {"group": "NetIncome"}
    )
    total = added([part.total, earlier, this_year], len(columns.slots))
    return [section("Equity", rows, "Total Equity", moneys(total), "Equity")], total


def _results_at(company: Company, slot: Slot, found: Sequence[Entry]) -> tuple[Decimal, Decimal]:
    """Income less expense of the fiscal years before, and of this one, up to the end of a column."""
    start = fiscal_year_start(company, slot.period.end)
    ids = _result_accounts(company)
    before, now = Decimal(0), Decimal(0)
    for entry in found:
        taken = slot.takes is None or slot.takes(entry) == slot.key
        if entry.account in ids and entry.on <= slot.period.end and taken:
            if entry.on < start:
                before -= entry.amount
            else:
                now -= entry.amount
    return before, now


def _result_accounts(company: Company) -> set[str]:
    return {row.id for row in company.rows("Account") if row.body["AccountType"] in RESULT}


def _of_results(company: Company, found: Sequence[Entry]) -> list[Entry]:
    ids = _result_accounts(company)
    return [entry for entry in found if entry.account in ids]


def _part(company: Company, kind: str, balances: list[Mapping[str, Decimal]]) -> _Part:
    accounts = [row for row in company.rows("Account") if row.body["AccountType"] == kind]
    sign = -1 if kind in CREDIT_SIDE else 1
    amounts = {
        account.id: [sign * each.get(account.id, Decimal(0)) for each in balances]
        for account in accounts
        if any(account.id in each for each in balances)
    }
    return _Part(*account_rows(accounts, amounts, len(balances)))


def _shown(title: str, part: _Part, group: str) -> list[Json]:
    return [section(title, part.rows, f"Total {title}", moneys(part.total), group)] if part.rows else []


def _joined(title: str, parts: list[tuple[list[Json], Amounts]], group: str) -> tuple[list[Json], Amounts]:
    rows = [row for inner, _ in parts for row in inner]
    total = added([amounts for _, amounts in parts], len(parts[0][1]))
    return ([section(title, rows, f"Total {title}", moneys(total), group)] if rows else []), total


def _less(first: Amounts, second: Amounts) -> list[Decimal]:
    return [a - b for a, b in zip(first, second, strict=True)]


def _statement(
    company: Company, name: str, args: Mapping[str, str], period: Period, columns: Columns, rows: list[Json]
) -> Json:
    asked = {
        title: args.get(title.casefold()) or None for title in ("Customer", "Vendor", "Class", "Department")
    }
    return report(
        company,
        name,
        [column("", "Account", "account"), *columns.heads()],
        rows,
        **dates(period),
        ReportBasis=basis(company, args),
        SummarizeColumnsBy=columns.by,
        **asked,
        options=[_STANDARD],
    )
