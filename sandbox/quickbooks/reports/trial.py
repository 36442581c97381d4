"""The trial balance: every account with a balance, debits and credits side by side, equal in sum."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal

from sandbox.quickbooks.reports.period import fiscal_year_start, period_of
from sandbox.quickbooks.reports.shape import basis, column, data, dates, money, report, summary
from sandbox.quickbooks.reports.statements import RESULT
from sandbox.quickbooks.reports.statements import result as result_of
from sandbox.quickbooks.state import Company, Json


def trial_balance(company: Company, args: Mapping[str, str]) -> Json:
    """`TrialBalance` at the end of the period: income and expense of the fiscal year, all else to date."""
    period = period_of(company, args)
    start = fiscal_year_start(company, period.end)
    to_date = company.books.balances(period.end)
    this_year = company.books.balances(period.end, start)
    earlier = result_of(company, None, start - timedelta(days=1))
    rows: list[Json] = []
    debits = credits_ = Decimal(0)
    retained_shown = False
    for account in company.rows("Account"):
        source = this_year if account.body["AccountType"] in RESULT else to_date
        amount = source.get(account.id, Decimal(0))
        if account.body["AccountSubType"] == "RetainedEarnings" and not retained_shown:
            amount -= earlier
            retained_shown = True
        if amount:
            debits += max(amount, Decimal(0))
            credits_ += max(-amount, Decimal(0))
            rows.append(data(account.name, account.id, _sides(amount)))
    if earlier and not retained_shown:
        debits += max(-earlier, Decimal(0))
        credits_ += max(earlier, Decimal(0))
        rows.append(data("Retained Earnings", "", _sides(-earlier)))
    if rows:
        rows.append(summary("TOTAL", [money(debits), money(credits_)], "GrandTotal"))
    columns = [column("", "Account"), column("Debit"), column("Credit")]
    return report(company, "TrialBalance", columns, rows, **dates(period), ReportBasis=basis(args))


def _sides(amount: Decimal) -> list[str]:
    return [money(amount), ""] if amount > 0 else ["", money(-amount)]
