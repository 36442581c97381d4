"""Every report of the twin over Intuit's sample company: figures that agree, filters, columns, both bases."""

from __future__ import annotations

from decimal import Decimal

import pytest
from quickbooks_sample_company import YEAR, Sample
from quickbooks_twin import Bench

from sandbox.quickbooks import starter


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample()


@pytest.mark.parametrize(
    ("name", "last"),
    [
        ("TrialBalance", ["TOTAL", "41421.60", "41421.60"]),
        ("ProfitAndLoss", ["Net Income", "1642.46"]),
        ("BalanceSheet", ["Total LIABILITIES AND EQUITY", "23436.29"]),
        ("CashFlow", ["CASH AT END OF PERIOD", "4063.52"]),
        ("ProfitAndLossDetail", ["Net Income", "", "", "", "", "", "1642.46", ""]),
        ("GeneralLedger", ["Total for Miscellaneous", "", "", "", "", "", "2916.00", ""]),
        ("CustomerBalance", ["TOTAL", "5281.52"]),
        ("CustomerBalanceDetail", ["TOTAL", "", "", "", "", "5281.52", ""]),
        ("VendorBalance", ["TOTAL", "1602.67"]),
        ("VendorBalanceDetail", ["TOTAL", "", "", "", "", "1602.67", ""]),
        ("CustomerIncome", ["TOTAL", "10200.77", "8558.31", "1642.46"]),
        ("CustomerSales", ["TOTAL", "10200.77"]),
        ("VendorExpenses", ["TOTAL", "8558.31"]),
        ("ClassSales", ["TOTAL", "10200.77"]),
        ("DepartmentSales", ["TOTAL", "10200.77"]),
        ("InventoryValuationSummary", ["TOTAL", "", "", "596.25", ""]),
        ("AgedPayables", ["TOTAL", "0.00", "0.00", "1516.23", "86.44", "0.00", "1602.67"]),
    ],
)
def test_each_report_ends_with_the_figure_that_the_books_have(
    sample: Sample, name: str, last: list[str]
) -> None:
    assert sample.report(name)[-1] == last


def test_the_general_ledger_runs_from_what_stood_there_before(sample: Sample) -> None:
    lines = sample.report("GeneralLedger", start_date="2026-10-24", end_date="2026-10-24", account="35")
    assert lines[0] == ["Checking", *[""] * 7]
    assert lines[1] == ["Beginning Balance", *[""] * 6, "1560.10"]
    assert lines[-1] == ["Total for Checking", *[""] * 5, "564.40", ""]
    wanted = "credit_amt,txn_type,debt_amt,tx_date,create_date"
    report = sample.get("/reports/GeneralLedger", **YEAR, columns=wanted, customer="24")
    keys = [column["MetaData"][0]["Value"] for column in report["Columns"]["Column"]]
    assert keys == ["tx_date", "txn_type", "create_date", "debt_amt", "credit_amt"]
    section = report["Rows"]["Row"][0]
    assert section["Header"]["ColData"][0] == {"value": "Accounts Receivable (A/R)", "id": "84"}
    row = section["Rows"]["Row"][0]["ColData"]
    assert row[1] == {"value": "Invoice", "id": "130"}
    assert row[2]["value"].endswith("-0700")
    assert [cell["value"] for cell in row[3:]] == ["362.07", ""]


def test_parents_hold_their_own_lines_and_their_children_in_detail(sample: Sample) -> None:
    lines = sample.report("ProfitAndLossDetail")
    names = [line[0] for line in lines if line[0].startswith("Total for Automobile")]
    assert names == ["Total for Automobile", "Total for Automobile with sub-accounts"]
    fuel = next(line for line in lines if line[0] == "Total for Fuel")
    assert fuel[6] == "349.41"


def test_a_journal_report_shows_both_sides_of_every_transaction(sample: Sample) -> None:
    rows = sample.get("/reports/JournalReport", **YEAR)["Rows"]["Row"]
    assert len(rows) == 126
    for row in rows:
        debit, credit = (cell["value"] for cell in row["Summary"]["ColData"][-2:])
        assert debit == credit


def test_transactions_are_listed_grouped_and_filtered(sample: Sample) -> None:
    kinds = {line[1] for line in sample.report("TransactionList")}
    assert {"Invoice", "Refund", "Bill Payment (Credit Card)", "Inventory Qty Adjust"} <= kinds
    assert {"Estimate", "Purchase Order", "Sales Tax Payment", "Cash Expense", "Expense"} <= kinds
    unpaid = sample.report("TransactionList", transaction_type="Invoice", arpaid="Unpaid")
    assert len(unpaid) == 20
    assert sum(Decimal(line[-1]) for line in unpaid) > Decimal("5281.52")
    amy = sample.report("TransactionListByCustomer", customer="1")
    assert amy[0][0] == amy[1][4] == "Amy's Bird Sanctuary"
    assert [line[2] for line in sample.report("TransactionList", docnum="1037")] == ["1037"]


def test_summaries_by_time_and_by_customer_add_up(sample: Sample) -> None:
    for by in ("Month", "Quarter", "Year", "Customers", "ProductsAndServices", "Vendors"):
        income = next(
            line for line in sample.report("ProfitAndLoss", summarize_column_by=by) if line[0] == "Net Income"
        )
        amounts = [Decimal(cell) for cell in income[1:]]
        assert sum(amounts[:-1]) == amounts[-1] == Decimal("1642.46")
    sheet = sample.report("BalanceSheet", summarize_column_by="Month")
    assert sheet[-1][-1] == "23436.29"
    assert len(sheet[-1]) == 13


def test_filters_take_what_belongs_to_one(sample: Sample) -> None:
    assert sample.report("ProfitAndLoss", customer="3")[-1] == ["Net Income", "2194.00"]
    assert sample.report("ProfitAndLoss", vendor="50")[-1] == ["Net Income", "-563.11"]
    assert sample.report("ItemSales", item="5")[0][:3] == ["Rock Fountain", "9.00", "2475.00"]
    assert sample.report("ClassSales", **{"class": "77"}) == []


def test_on_cash_basis_only_what_was_paid_counts(sample: Sample) -> None:
    sheet = sample.report("BalanceSheet", accounting_method="Cash")
    titles = {line[0] for line in sheet}
    assert not {"Accounts Receivable (A/R)", "Accounts Payable (A/P)"} & titles
    assets = next(line for line in sheet if line[0] == "Total ASSETS")
    assert assets[1] == sheet[-1][1]
    trial = sample.report("TrialBalance", accounting_method="Cash")[-1]
    assert trial[1] == trial[2]
    bench = Bench()
    invoice = bench.invoice("33.33", "66.67", TxnDate="2026-01-10")
    bench.finance.take_payment(invoice["Id"], Decimal("10.01"))
    cash = {"accounting_method": "Cash", "start_date": "2026-01-01"}
    assert net_income(bench, **cash) == "10.01"
    assert net_income(bench, **cash, end_date="2026-01-31") == "0.00"
    bench.finance.take_payment(invoice["Id"])
    assert net_income(bench, **cash) == "100.00"


def test_classes_and_locations_make_columns() -> None:
    bench = Bench()
    red = starter.add_class(bench.company, "Red")
    north = starter.add_department(bench.company, "North")
    line = bench.line("40.00", ClassRef={"value": red.id})
    bench.invoice(Line=[line, bench.line("60.00")], DepartmentRef={"value": north.id})
    report = bench.get("/reports/ProfitAndLoss", summarize_column_by="Classes")
    assert [column["ColTitle"] for column in report["Columns"]["Column"]] == [
        "",
        "Red",
        "Not Specified",
        "Total",
    ]
    assert [cell["value"] for cell in report["Rows"]["Row"][-1]["Summary"]["ColData"][1:]] == [
        *("40.00", "60.00", "100.00")
    ]
    assert net_income(bench, department=north.id) == "100.00"
    assert net_income(bench, **{"class": red.id}) == "40.00"


@pytest.mark.parametrize(
    ("macro", "days"),
    [
        ("This Week", ("2026-11-22", "2026-11-28")),
        ("Last Fiscal Quarter", ("2026-07-01", "2026-09-30")),
        ("This Calendar Quarter-to-date", ("2026-10-01", "2026-11-23")),
        ("Last Month-to-date", ("2026-10-01", "2026-10-23")),
        ("Next Fiscal Year", ("2027-01-01", "2027-12-31")),
    ],
)
def test_date_macros_name_their_days(sample: Sample, macro: str, days: tuple[str, str]) -> None:
    header = sample.get("/reports/ProfitAndLoss", date_macro=macro)["Header"]
    assert (header["StartPeriod"], header["EndPeriod"]) == days
    assert header["DateMacro"] == macro.lower()


def net_income(bench: Bench, **args: str) -> str:
    report = bench.get("/reports/ProfitAndLoss", **args)
    value: str = report["Rows"]["Row"][-1]["Summary"]["ColData"][-1]["value"]
    return value


def test_a_list_is_sorted_by_the_column_asked_for(sample: Sample) -> None:
    told = {"columns": "doc_num,name,subt_nat_amount", "transaction_type": "Invoice"}
    amounts = [
        Decimal(line[2]) for line in sample.report("TransactionList", sort_by="subt_nat_amount", **told)
    ]
    assert amounts == sorted(amounts)
    down = sample.report("TransactionList", sort_by="name", sort_order="descend", **told)
    names = [line[1] for line in down]
    assert names == sorted(names, key=str.casefold, reverse=True)
    assert len(names) == len(amounts) == 31
