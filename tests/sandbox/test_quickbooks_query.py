"""The query language of the QuickBooks twin: what it finds, how it pages, and what it refuses."""

from __future__ import annotations

from datetime import timedelta

import pytest
from quickbooks_twin import Bench, error_of

from sandbox.quickbooks import starter


@pytest.fixture(scope="module")
def bench() -> Bench:
    """Five invoices of two clients on five days, one of them by hand changed later."""
    bench = Bench()
    other = starter.add_customer(bench.company, "O'Hara & Söhne")
    starter.add_customer(bench.company, r"Back\slash")
    for day, amount in enumerate(("10.00", "20.00", "30.00", "40.00", "100.00"), start=1):
        customer = bench.customer if day % 2 else other
        bench.invoice(amount, TxnDate=f"2026-01-0{day}", CustomerRef={"value": customer.id})
        bench.clock.advance(timedelta(minutes=1))
    bench.finance.edit_memo("2", "changed last")
    return bench


def ids(bench: Bench, condition: str) -> list[str]:
    rows = bench.query(" ".join(("SELECT * FROM Invoice", condition))).get("Invoice", [])
    return [row["Id"] for row in rows]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", "25431"),
        ("WHERE Id = '3'", "3"),
        ("where id in ('1', '5', '77')", "51"),
        ("WHERE TotalAmt > '20'", "543"),
        ("WHERE TotalAmt >= 20.00 AND totalamt <= 40", "243"),
        ("WHERE TxnDate < '2026-01-03'", "21"),
        ("WHERE TxnDate = '2026-01-03'", "3"),
        ("WHERE TxnDate <= CURRENT_DATE", "25431"),
        ("WHERE DocNumber LIKE '%3'", "3"),
        ("WHERE DocNumber LIKE '100%'", "25431"),
        ("WHERE CustomerRef = '1'", "531"),
        ("WHERE CustomerRef IN ('2')", "24"),
        ("WHERE MetaData.CreateTime >= '2026-03-02T12:03:00-08:00'", "54"),
        ("WHERE MetaData.CreateTime >= '2026-03-02T20:03:00Z'", "54"),
        ("WHERE MetaData.CreateTime >= '2026-03-02T12:03:00'", "54"),
        ("WHERE MetaData.LastUpdatedTime > '2026-03-02T12:04:00-08:00'", "2"),
        ("WHERE Balance = '0'", ""),
        ("ORDERBY TotalAmt DESC", "54321"),
        ("ORDER BY CustomerRef DESC, TxnDate", "24135"),
        ("ORDERBY Id STARTPOSITION 2 MAXRESULTS 2", "23"),
        ("STARTPOSITION 5", "1"),
        ("STARTPOSITION 6", ""),
        ("MAXRESULTS 0", ""),
    ],
)
def test_a_query_picks_rows(bench: Bench, condition: str, expected: str) -> None:
    assert "".join(ids(bench, condition)) == expected


def test_lists_come_by_name_and_transactions_by_their_last_change(bench: Bench) -> None:
    names = [row["DisplayName"] for row in bench.query("SELECT * FROM Customer")["Customer"]]
    assert names == ["Acme", r"Back\slash", "O'Hara & Söhne"]
    assert ids(bench, "") == ["2", "5", "4", "3", "1"]
    assert bench.query("SELECT * FROM Invoice")["totalCount"] == 5
    assert "totalCount" not in bench.query("SELECT * FROM Invoice MAXRESULTS 4")


def test_quotes_are_escaped_and_texts_compare_in_any_case(bench: Bench) -> None:
    for condition in (r"= 'O\'Hara & Söhne'", r"= 'o\'hara & SÖHNE'", r"LIKE 'O\'%'"):
        found = bench.query(" ".join(("SELECT * FROM Customer WHERE DisplayName", condition)))
        assert [row["DisplayName"] for row in found["Customer"]] == ["O'Hara & Söhne"]
    found = bench.query(r"SELECT * FROM Customer WHERE DisplayName = 'Back\\slash'")
    assert len(found["Customer"]) == 1


def test_lists_show_active_rows_unless_active_is_asked_for() -> None:
    bench = Bench()
    bench.finance.deactivate_item(bench.item.id)
    assert bench.query("SELECT * FROM Item") == {}
    assert len(bench.query("SELECT * FROM Item WHERE Active IN (true, false)")["Item"]) == 1
    assert len(bench.query("SELECT * FROM Item WHERE Active = false")["Item"]) == 1


def test_a_query_may_ask_for_all_but_one(bench: Bench) -> None:
    names = [row["Name"] for row in bench.query("SELECT * FROM Account WHERE Name != 'Checking'")["Account"]]
    everything = [row["Name"] for row in bench.query("SELECT * FROM Account")["Account"]]
    assert [name for name in everything if name != "Checking"] == names
    assert len(names) == len(everything) - 1


def test_tax_codes_that_nobody_made_come_with_every_first_page_and_take_no_room_on_it(bench: Bench) -> None:
    page = bench.query("SELECT * FROM TaxCode MAXRESULTS 1")
    assert [code["Id"] for code in page["TaxCode"]] == ["TAX", "NON", "CustomSalesTax", "1"]
    assert (page["maxResults"], page["totalCount"]) == (4, 5)
    members = {"Id", "Name", "Description", "Taxable", "TaxGroup", "MetaData"}
    assert set(page["TaxCode"][0]) == members
    assert {"Active", "SyncToken"} <= set(page["TaxCode"][3])
    assert [code["Id"] for code in bench.query("SELECT * FROM TaxCode STARTPOSITION 2")["TaxCode"]] == ["2"]
    assert len(bench.query("SELECT * FROM TaxCode WHERE Active = true")["TaxCode"]) == 5


def test_counting_named_columns_and_the_sku_question_of_the_library(bench: Bench) -> None:
    assert bench.query("SELECT COUNT(*) FROM Invoice WHERE TotalAmt > '20'") == {"totalCount": 3}
    named = bench.query("select docnumber, MetaData.CreateTime from invoice where id = '1'")["Invoice"][0]
    assert named.keys() == {"Id", "DocNumber", "MetaData", "domain", "sparse"}
    assert named["sparse"] is True
    assert bench.query("SELECT *, Sku FROM Item")["Item"][0]["Type"] == "Service"


def test_the_envelope_says_where_the_page_starts_and_how_many_it_has(bench: Bench) -> None:
    page = bench.query("SELECT * FROM Invoice STARTPOSITION 4 MAXRESULTS 10")
    assert (page["startPosition"], page["maxResults"]) == (4, 2)
    assert "totalCount" not in page


def test_a_query_may_come_as_the_body_of_a_post_and_counts_as_a_read(bench: Bench) -> None:
    before = (bench.company.meter.reads, bench.company.meter.writes)
    response = bench.ask("POST", "/query", b"SELECT COUNT(*) FROM Invoice")
    assert response.status == 200
    assert b'"totalCount":5' in response.body
    assert (bench.company.meter.reads, bench.company.meter.writes) == (before[0] + 1, before[1])


def test_a_page_has_100_rows_unless_told_and_never_more_than_1000() -> None:
    bench = Bench()
    for number in range(1001):
        starter.add_class(bench.company, f"Class {number}")
    assert len(bench.query("SELECT * FROM Class")["Class"]) == 100
    assert len(bench.query("SELECT * FROM Class MAXRESULTS 1000")["Class"]) == 1000
    assert len(bench.query("SELECT * FROM Class STARTPOSITION 1001 MAXRESULTS 1000")["Class"]) == 1


@pytest.mark.parametrize(
    ("text", "code", "says"),
    [
        ("", "4000", "expecting SELECT"),
        ("SELECT", "4000", "expecting a name"),
        ("SELECT * Invoice", "4000", "expecting FROM"),
        ("SELECT * FROM Invoice WHERE", "4000", "expecting a name"),
        ("SELECT * FROM Invoice WHERE Id", "4000", "expecting an operator"),
        ("SELECT * FROM Invoice WHERE Id ~ '1'", "4000", "Lexical error"),
        ("SELECT * FROM Invoice WHERE Id != '1'", "4001", "Operator != is not supported"),
        ("SELECT * FROM Invoice WHERE Id = 1 OR Id = 2", "4000", 'Encountered "OR"'),
        ("SELECT * FROM Invoice WHERE Id = one", "4000", "expecting a value"),
        ("SELECT * FROM Invoice WHERE Id IN ('1'", "4000", "expecting )"),
        ("SELECT * FROM Invoice WHERE DocNumber = 'O'Hara'", "4000", "Lexical error at column 48"),
        ("SELECT * FROM Invoice ORDER Id", "4000", "expecting BY"),
        ("SELECT * FROM Invoice MAXRESULTS many", "4000", "expecting <INTEGER>"),
        ("SELECT * FROM Invoice MAXRESULTS 5 STARTPOSITION 1", "4000", "expecting <EOF>"),
        ("SELECT * FROM Unicorn", "4001", "Unicorn"),
        (
            "SELECT * FROM Invoice WHERE Colour = 'red'",
            "4001",
            "Property Colour not found for Entity Invoice",
        ),
        ("SELECT * FROM Invoice WHERE PrivateNote = 'x'", "4001", "'PrivateNote' is not queryable"),
        ("SELECT * FROM Invoice WHERE DepartmentRef = '1'", "4001", "'DepartmentRef' is not queryable"),
        ("SELECT * FROM Invoice WHERE Id > '1'", "4001", "Operator > is not supported"),
        ("SELECT * FROM Invoice WHERE TotalAmt LIKE '1%'", "4001", "Operator LIKE is not supported"),
        ("SELECT * FROM Invoice WHERE Id = 'one'", "4001", "Invalid value 'one' for property Id"),
        ("SELECT * FROM Customer WHERE Id IN ('1', 'one')", "4001", "Invalid value 'one'"),
        ("SELECT * FROM Invoice WHERE TotalAmt = 'much'", "4001", "Invalid value 'much'"),
        ("SELECT * FROM Invoice WHERE TxnDate = 'soon'", "4001", "Invalid value 'soon'"),
        ("SELECT * FROM Item WHERE Active = 'maybe'", "4001", "Invalid value 'maybe'"),
        ("SELECT * FROM Invoice ORDERBY Colour", "4001", "Property Colour not found"),
        ("SELECT * FROM Invoice STARTPOSITION 0", "4001", "value 0 is too small. Min allowed value is 1"),
        ("SELECT * FROM Invoice MAXRESULTS 1001", "4001", "value 1001 is too large"),
    ],
)
def test_a_bad_query_is_refused(bench: Bench, text: str, code: str, says: str) -> None:
    error = error_of(bench.ask("GET", "/query", query=text))
    assert error["code"] == code
    assert says in error["Detail"]
