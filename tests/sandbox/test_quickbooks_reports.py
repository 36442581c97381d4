"""Reports of the QuickBooks twin: they follow the ledger, and always add up."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import Bench, error_of

from sandbox.quickbooks import starter


@pytest.fixture
def bench() -> Bench:
    return Bench()


def cells(row: dict[str, Any]) -> list[str]:
    return [cell["value"] for cell in row["ColData"]]


def find(rows: list[dict[str, Any]], group: str) -> dict[str, Any]:
    for row in rows:
        if row.get("group") == group:
            return row
        inner = row.get("Rows", {}).get("Row", [])
        found = find(inner, group) if inner else {}
        if found:
            return found
    return {}


def total(report: dict[str, Any], group: str) -> str:
    row = find(report["Rows"]["Row"], group)
    return cells(row.get("Summary", row))[-1]


def test_profit_and_loss_moves_with_an_unsent_invoice_and_not_with_an_estimate(bench: Bench) -> None:
    empty = bench.get("/reports/ProfitAndLoss")
    assert total(empty, "NetIncome") == "0.00"
    bench.post("/estimate", bench.draft("100.00"))
    assert total(bench.get("/reports/ProfitAndLoss"), "NetIncome") == "0.00"
    bench.invoice("100.00")
    report = bench.get("/reports/ProfitAndLoss")
    assert (total(report, "Income"), total(report, "GrossProfit"), total(report, "NetIncome")) == (
        "100.00",
    ) * 3
    assert report["Header"]["ReportName"] == "ProfitAndLoss"
    assert report["Header"]["DateMacro"] == "this calendar year-to-date"
    assert (report["Header"]["StartPeriod"], report["Header"]["EndPeriod"]) == ("2026-01-01", "2026-03-02")
    assert report["Columns"]["Column"][1]["ColTitle"] == "Total"
    before = bench.get("/reports/ProfitAndLoss", start_date="2025-01-01", end_date="2025-12-31")
    assert total(before, "NetIncome") == "0.00"


def test_profit_and_loss_by_month_and_with_sub_accounts(bench: Bench) -> None:
    income = bench.company.named("Account", "Services Income")
    starter.add_account(bench.company, "Rush work", "Income", parent=income)
    rush = starter.add_item(bench.company, "Rush", account="Services Income:Rush work")
    bench.invoice("100.00", TxnDate="2026-01-15")
    bench.item = rush
    bench.invoice("7.00", TxnDate="2026-02-15")
    report = bench.get(
        "/reports/ProfitAndLoss", start_date="2026-01-01", end_date="2026-02-28", summarize_column_by="Month"
    )
    assert [column["ColTitle"] for column in report["Columns"]["Column"]] == [
        *("", "Jan 2026", "Feb 2026", "Total")
    ]
    section = find(report["Rows"]["Row"], "Income")["Rows"]["Row"][0]
    assert cells(section["Header"]) == ["Services Income", "100.00", "0.00", "100.00"]
    assert cells(section["Rows"]["Row"][0]) == ["Rush work", "0.00", "7.00", "7.00"]
    assert cells(section["Summary"]) == ["Total Services Income", "100.00", "7.00", "107.00"]


def test_the_balance_sheet_balances_and_carries_last_years_result(bench: Bench) -> None:
    bench.invoice("30.00", TxnDate="2025-12-31")
    paid = bench.invoice("100.00")
    bench.finance.take_payment(paid["Id"], Decimal(60))
    report = bench.get("/reports/BalanceSheet")
    assert total(report, "AR") == "70.00"
    assert total(report, "OtherCurrentAssets") == "60.00"
    assert total(report, "TotalAssets") == total(report, "TotalLiabilitiesAndEquity") == "130.00"
    assert total(report, "NetIncome") == "100.00"
    equity = [cells(row) for row in find(report["Rows"]["Row"], "Equity")["Rows"]["Row"]]
    assert equity == [["Retained Earnings", "30.00"], ["Net Income", "100.00"]]


def test_the_trial_balance_has_equal_sides_and_this_years_income_only(bench: Bench) -> None:
    bench.invoice("30.00", TxnDate="2025-12-31")
    bench.invoice("100.00")
    report = bench.get("/reports/TrialBalance")
    rows = [cells(row) for row in report["Rows"]["Row"] if "ColData" in row]
    assert rows == [
        ["Accounts Receivable (A/R)", "130.00", ""],
        ["Services Income", "", "100.00"],
        ["Retained Earnings", "", "30.00"],
    ]
    assert cells(find(report["Rows"]["Row"], "GrandTotal")["Summary"]) == ["TOTAL", "130.00", "130.00"]


def test_retained_earnings_take_earlier_results_on_top_of_their_own_balance(bench: Bench) -> None:
    account = starter.add_account(bench.company, "Retained Earnings", "Equity", "RetainedEarnings")
    bench.invoice("30.00", TxnDate="2025-12-31")
    rows = [cells(row) for row in bench.get("/reports/TrialBalance")["Rows"]["Row"] if "ColData" in row]
    assert rows[-1] == [account.name, "", "30.00"]


def test_aged_receivables_sort_what_is_open_by_how_late_it_is(bench: Bench) -> None:
    bench.invoice("10.00", DueDate="2026-03-02")
    bench.invoice("20.00", TxnDate="2026-02-01", DueDate="2026-02-01")
    bench.invoice("40.00", TxnDate="2025-10-01", DueDate="2025-10-01")
    bench.post("/creditmemo", bench.draft("5.00"))
    report = bench.get("/reports/AgedReceivables")
    titles = [column["ColTitle"] for column in report["Columns"]["Column"]]
    assert titles == ["", "Current", "1 - 30", "31 - 60", "61 - 90", "91 and over", "Total"]
    row = report["Rows"]["Row"][0]
    assert cells(row) == ["Acme", "5.00", "20.00", "", "", "40.00", "65.00"]
    assert row["ColData"][0]["id"] == bench.customer.id
    assert total(report, "GrandTotal") == "65.00"
    detail = bench.get("/reports/AgedReceivableDetail")
    heads = [cells(section["Header"])[0] for section in detail["Rows"]["Row"]]
    assert heads == ["91 and over days past due", "1 - 30 days past due", "Current"]
    assert cells(detail["Rows"]["Row"][0]["Rows"]["Row"][0])[-1] == "40.00"


def test_aged_receivables_of_an_earlier_day_know_nothing_of_later_payments(bench: Bench) -> None:
    invoice = bench.invoice("10.00", DueDate="2026-03-02")
    bench.clock.advance(timedelta(days=10))
    bench.finance.take_payment(invoice["Id"])
    assert bench.get("/reports/AgedReceivables")["Rows"] == {}
    assert total(bench.get("/reports/AgedReceivables", report_date="2026-03-05"), "GrandTotal") == "10.00"


def test_the_ledgers_receivable_equals_the_aged_receivables_in_foreign_currency() -> None:
    bench = Bench(multicurrency=True)
    bench.company.exchange_rates["EUR"] = Decimal("1.0850")
    bench.customer = starter.add_customer(bench.company, "Lumière", currency="EUR")
    bench.post("/invoice", bench.draft("33.33", CurrencyRef={"value": "EUR"}))
    aged = bench.get("/reports/AgedReceivables")
    assert Decimal(total(aged, "GrandTotal")) == bench.balance("Accounts Receivable") == Decimal("36.16")
    assert total(bench.get("/reports/CustomerBalance"), "GrandTotal") == "36.16"


@pytest.mark.parametrize(
    ("name", "args", "code"),
    [
        ("ARAgingSummary", {}, "5020"),
        ("ProfitAndLoss", {"start_date": "soon"}, "2030"),
        ("ProfitAndLoss", {"start_date": "2026-02-01", "end_date": "2026-01-01"}, "2030"),
        ("ProfitAndLoss", {"date_macro": "one day"}, "2170"),
        ("ProfitAndLoss", {"accounting_method": "Barter"}, "2170"),
        ("ProfitAndLoss", {"summarize_column_by": "Colours"}, "2170"),
        ("AgedReceivables", {"aging_period": "x"}, "2030"),
    ],
)
def test_a_report_that_there_is_not_is_refused(
    bench: Bench, name: str, args: dict[str, str], code: str
) -> None:
    assert error_of(bench.ask("GET", f"/reports/{name}", **args))["code"] == code
