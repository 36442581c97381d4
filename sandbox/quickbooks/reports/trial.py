"""The trial balance: every account with a balance, debits and credits side by side, equal in sum."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from sandbox.quickbooks.reports.entries import basis, entries
from sandbox.quickbooks.reports.period import fiscal_year_start, period_of
from sandbox.quickbooks.reports.shape import column, data, dates, money, report, summary
from sandbox.quickbooks.reports.statements import RESULT
from sandbox.quickbooks.state import Company, Json

_ZERO = Decimal(0)


def trial_balance(company: Company, args: Mapping[str, str]) -> Json:
    """`TrialBalance` at the end of the period: income and expense of the fiscal year, all else to date."""
    period = period_of(company, args)
    start = fiscal_year_start(company, period.end)
    results = {row.id for row in company.rows("Account") if row.body["AccountType"] in RESULT}
    sums: dict[str, Decimal] = {}
    retained = _ZERO
    for entry in entries(company, args):
        if entry.on > period.end:
            continue
        if entry.account in results and entry.on < start:
            retained += entry.amount
        else:
            sums[entry.account] = sums.get(entry.account, _ZERO) + entry.amount
    rows: list[Json] = []
    amounts: list[Decimal] = []
    for account in company.rows("Account"):
        amount = sums.get(account.id, _ZERO)
        if account.body["AccountSubType"] == "RetainedEarnings":
            amount, retained = amount + retained, _ZERO
        if amount:
            amounts.append(amount)
            rows.append(data(account.name, account.id, _sides(amount)))
    if retained:
        amounts.append(retained)
        rows.append(data("Retained Earnings", "", _sides(retained)))
    if rows:
        debits = sum((amount for amount in amounts if amount > 0), _ZERO)
        credits_ = -sum((amount for amount in amounts if amount < 0), _ZERO)
        rows.append(summary("TOTAL", [money(debits), money(credits_)], "GrandTotal"))
    columns = [column("", "Account"), column("Debit"), column("Credit")]
    return report(company, "TrialBalance", columns, rows, **dates(period), ReportBasis=basis(company, args))


def _sides(amount: Decimal) -> list[str]:
    return [money(amount), ""] if amount > 0 else ["", money(-amount)]
