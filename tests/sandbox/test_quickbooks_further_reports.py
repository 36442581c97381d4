"""Reports that list every line, every movement of stock, and every box of a tax return."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from quickbooks_sample_company import YEAR, Sample
from quickbooks_twin import Bench, error_of

_FURTHER = "0-00-00"


@pytest.fixture(scope="module")
def sample() -> Sample:
    return Sample()


def _values(row: dict[str, Any]) -> list[str]:
    return [cell["value"] for cell in row["ColData"]]


def test_a_list_with_splits_shows_every_line_and_an_empty_row_after_each_transaction(sample: Sample) -> None:
    report = sample.get("/reports/TransactionListWithSplits", **YEAR, transaction_type="Invoice")
    keys = [column["MetaData"][0]["Value"] for column in report["Columns"]["Column"]]
    assert keys[0::7] == ["tx_date", "nat_amount"]
    rows = report["Rows"]["Row"]
    first = next(at for at, row in enumerate(rows) if row["ColData"][1].get("id") == "130")
    last = next(at for at in range(first, len(rows)) if not any(_values(rows[at])))
    told, *further = rows[first:last]
    assert _values(told)[1:4] == ["Invoice", "1037", "Yes"]
    assert told["ColData"][6]["value"] == "Accounts Receivable (A/R)"
    assert {_values(row)[0] for row in further} == {_FURTHER}
    assert {row["ColData"][1]["id"] for row in further} == {"130"}
    assert sum(Decimal(_values(row)[7]) for row in further) >= Decimal(_values(told)[7]) == Decimal("362.07")


def test_splits_are_grouped_by_account_and_refused_by_what_there_is_not(sample: Sample) -> None:
    report = sample.get(
        "/reports/TransactionListWithSplits", **YEAR, group_by="Account", transaction_type="Bill"
    )
    titles = [section["Header"]["ColData"][0]["value"] for section in report["Rows"]["Row"]]
    assert titles == sorted(titles, key=str.casefold)
    payable = next(
        section for section in report["Rows"]["Row"] if section["Header"]["ColData"][0]["id"] == "33"
    )
    accounts = {_values(row)[6] for row in payable["Rows"]["Row"]}
    assert accounts == {"Accounts Payable (A/P)", ""}
    refused = Bench().ask("GET", "/reports/TransactionListWithSplits", group_by="Planet")
    assert error_of(refused)["code"] == "2170"


def test_the_valuation_in_detail_ends_where_the_summary_stands(sample: Sample) -> None:
    detail = sample.get("/reports/InventoryValuationDetail", **YEAR)
    assert [column["ColType"] for column in detail["Columns"]["Column"]][-3:] == [
        "home_amount",
        "qty_on_hand",
        "home_asset_value",
    ]
    summary = sample.get("/reports/InventoryValuationSummary", **YEAR)
    worth = {row["ColData"][0]["id"]: _values(row)[2:4] for row in summary["Rows"]["Row"][:-1]}
    for section in detail["Rows"]["Row"]:
        item = section["Header"]["ColData"][0]["id"]
        assert _values(section["Summary"])[-2:] == worth[item]
        assert _values(section["Rows"]["Row"][-1])[-2:] == worth[item]
        assert _values(section["Rows"]["Row"][0])[1:3] == ["Inventory Starting Value", "START"]


def _british() -> Bench:
    bench = Bench(country="GB", sales_tax=True)
    sold = bench.line("100.00", TaxCodeRef={"value": "1"})
    bench.post("/invoice", bench.draft() | {"Line": [sold]})
    vendor = bench.post("/vendor", {"DisplayName": "Stationer"})["Vendor"]["Id"]
    spent = bench.post("/account", {"Name": "Paper", "AccountType": "Expense"})["Account"]["Id"]
    line = {
        "Amount": 40,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": spent}},
    }
    bill = {"VendorRef": {"value": vendor}, "Line": [line], "TxnTaxDetail": {"TotalTax": 8}}
    bench.post("/bill", bill)
    return bench


def test_a_tax_return_has_the_boxes_of_its_country() -> None:
    bench = _british()
    report = bench.get("/reports/TaxSummary", agency_id="1")
    boxes = {row["group"]: _values(row.get("Summary", row))[1] for row in report["Rows"]["Row"]}
    assert boxes["Box 1"] == boxes["Box 3"] == "20.00"
    assert (boxes["Box 4"], boxes["Box 5"], boxes["Box 6"], boxes["Box 7"]) == (
        "8.00",
        "12.00",
        "100.00",
        "40.00",
    )
    assert report["Header"]["ReportName"] == "TaxSummary"
    assert (
        _values(bench.get("/reports/TaxSummary", agency_id="1", accounting_method="Cash")["Rows"]["Row"][0])[
            1
        ]
        == "0.00"
    )


def test_a_tax_return_needs_its_agency_and_a_country_that_has_one() -> None:
    assert error_of(_british().ask("GET", "/reports/TaxSummary"))["code"] == "2020"
    assert error_of(_british().ask("GET", "/reports/TaxSummary", agency_id="9"))["code"] == "2500"
    assert error_of(Bench().ask("GET", "/reports/TaxSummary", agency_id="1"))["code"] == "5020"
