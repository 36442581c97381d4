"""Intuit's US sample company: the figures that developers know from it, and books that agree with them."""

from __future__ import annotations

from decimal import Decimal

import pytest
from quickbooks_sample_company import YEAR, Sample

from sandbox.quickbooks.invariants import broken_promises

OWED = {
    "1": "239.00",
    "2": "85.00",
    "8": "477.50",
    "9": "85.00",
    "10": "629.10",
    "12": "81.00",
    "13": "450.00",
    "16": "75.00",
    "17": "314.28",
    "18": "954.75",
    "20": "226.00",
    "21": "78.60",
    "23": "274.50",
    "24": "362.07",
    "25": "160.00",
    "26": "414.72",
    "29": "375.00",
}
STANDING = {
    "Accounts Payable (A/P)": "-1602.67",
    "Accounts Receivable (A/R)": "5281.52",
    "Board of Equalization Payable": "-370.94",
    "Checking": "1201.00",
    "Inventory Asset": "596.25",
    "Loan Payable": "-4000.00",
    "Mastercard": "-157.72",
    "Notes Payable": "-25000.00",
    "Opening Balance Equity": "9337.50",
    "Original Cost": "13495.00",
    "Savings": "800.00",
    "Undeposited Funds": "2062.52",
}


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample()


def test_customers_owe_what_their_invoices_leave_open(sample: Sample) -> None:
    owed = {row["Id"]: str(row["Balance"]) for row in sample.all("Customer") if row["Balance"]}
    assert owed == OWED
    invoices = sample.all("Invoice")
    assert sum(row["Balance"] for row in invoices) == Decimal("5281.52")
    report = sample.get("/reports/AgedReceivables")
    assert report["Rows"]["Row"][-1]["Summary"]["ColData"][-1]["value"] == "5281.52"


def test_accounts_stand_where_the_sample_has_them(sample: Sample) -> None:
    rows = sample.all("Account", "WHERE Active IN (true, false)")
    assert len(rows) == 90
    assert {row["Name"]: str(row["CurrentBalance"]) for row in rows if row["CurrentBalance"]} == STANDING
    truck = next(row for row in rows if row["Name"] == "Truck")
    assert (truck["CurrentBalance"], truck["CurrentBalanceWithSubAccounts"]) == (0, Decimal("13495.00"))
    assert broken_promises(sample.state) == []


def test_profit_and_balance_are_those_of_its_reports(sample: Sample) -> None:
    rows = sample.get("/reports/ProfitAndLoss", **YEAR)["Rows"]["Row"]
    sums = {row["group"]: row["Summary"]["ColData"][-1]["value"] for row in rows}
    assert sums["Income"] == "10200.77"
    assert (sums["COGS"], sums["GrossProfit"], sums["Expenses"]) == ("405.00", "9795.77", "5237.31")
    assert (sums["NetOperatingIncome"], sums["NetIncome"]) == ("4558.46", "1642.46")
    assets = sample.get("/reports/BalanceSheet", **YEAR)["Rows"]["Row"][0]
    assert assets["Summary"]["ColData"][-1]["value"] == "23436.29"


def test_invoices_have_their_usual_numbers_and_ids(sample: Sample) -> None:
    rows = {row["DocNumber"]: row for row in sample.all("Invoice")}
    assert len(rows) == 31
    known = {"1001": "9", "1004": "12", "1010": "34", "1015": "49", "1033": "103", "1037": "130"}
    assert {number: rows[number]["Id"] for number in known} == known
    assert rows["1004"]["TotalAmt"] == Decimal("2369.52")
    assert {"TxnId": "100", "TxnType": "Estimate"} in rows["1037"]["LinkedTxn"]
    assert sample.all("Invoice")[0]["Id"] == "130"
    stock = {row["Name"]: row["QtyOnHand"] for row in sample.all("Item", "WHERE Type = 'Inventory'")}
    assert stock == {"Pump": 25, "Rock Fountain": 2, "Sprinkler Heads": 25, "Sprinkler Pipes": 31}


def test_what_was_billed_shows_it(sample: Sample) -> None:
    (charge,) = sample.all("ReimburseCharge")
    assert (charge["Id"], charge["HasBeenInvoiced"]) == ("26", True)
    bill = sample.get("/bill/25")["Bill"]
    assert bill["Line"][0]["AccountBasedExpenseLineDetail"]["BillableStatus"] == "HasBeenBilled"
    times = {row["Id"]: row["BillableStatus"] for row in sample.all("TimeActivity")}
    assert times == {"3": "Billable", "4": "HasBeenBilled", "5": "HasBeenBilled"}
    (template,) = sample.all("RecurringTransaction", "WHERE Type = 'Bill'")
    assert template["Bill"]["RecurringInfo"]["Name"] == "Telephone Bill"
    assert [row["PaymentAmount"] for row in sample.all("TaxPayment", "ORDERBY Id")] == [
        Decimal("38.40"),
        Decimal("38.50"),
    ]


def test_the_next_transaction_continues_its_ids_and_numbers() -> None:
    sample = Sample()
    company = sample.company
    assert company.add("Transfer", {"TxnDate": "2026-01-01"}).id == "145"
    assert company.numbers["sales"] == 1037
