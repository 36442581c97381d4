"""The invoice rules of the QuickBooks twin: what is computed, what is kept, and each refusal's code."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import Bench, error_of, identity

from sandbox.quickbooks import starter
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.quickbooks.company_settings import custom_field_groups


@pytest.fixture
def bench() -> Bench:
    return Bench()


def test_a_created_invoice_is_open_posted_and_complete(bench: Bench) -> None:
    made = bench.invoice("100.00", "23.45", PrivateNote="note", SalesTermRef={"value": "4"})
    assert (made["Id"], made["SyncToken"], made["DocNumber"]) == ("1", "0", "1001")
    assert (made["TotalAmt"], made["Balance"]) == (Decimal("123.45"), Decimal("123.45"))
    assert (made["TxnDate"], made["DueDate"]) == ("2026-03-02", "2026-04-01")
    assert made["CustomerRef"] == {"value": bench.customer.id, "name": "Acme"}
    assert made["SalesTermRef"]["name"] == "Net 30"
    assert (made["EmailStatus"], made["PrintStatus"]) == ("NotSet", "NeedToPrint")
    assert made["MetaData"]["CreateTime"] == "2026-03-02T12:00:00-08:00"
    first, second, subtotal = made["Line"]
    assert [(line["Id"], line["LineNum"]) for line in (first, second)] == [("1", 1), ("2", 2)]
    assert first["SalesItemLineDetail"]["ItemRef"]["name"] == "Development"
    assert first["SalesItemLineDetail"]["ItemAccountRef"]["name"] == "Services Income"
    assert subtotal == {
        "Amount": Decimal("123.45"),
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    assert b"null" not in bench.ask("GET", "/invoice/1").body


def test_ids_count_up_per_realm_and_what_is_read_is_what_was_answered(bench: Bench) -> None:
    first, second = bench.invoice(), bench.invoice()
    assert (first["Id"], second["Id"]) == ("1", "2")
    assert bench.get("/INVOICE/2")["Invoice"] == second


@pytest.mark.parametrize(
    ("quantity", "price", "amount", "code"),
    [
        ("128.350", "14.50", "1861.08", None),
        ("128.350", "14.50", "1861.07", "6070"),
        ("128.350", "14.50", "1861.075", "6070"),
        ("15", "0.5306667", "7.96", None),
        ("1", "-2.005", "-2.01", None),
        ("0", "0", "12.30", None),
        ("0", "5", "0", None),
        ("0", "5", "1", "6070"),
    ],
)
def test_amount_is_quantity_times_price_half_up(
    bench: Bench, quantity: str, price: str, amount: str, code: str | None
) -> None:
    line = bench.line(amount, Qty=quantity, UnitPrice=price)
    draft = bench.draft() | {"Line": [bench.line("10.00"), line]}
    if code:
        assert bench.refused("/invoice", draft)["code"] == code
        assert bench.company.rows("Invoice") == []
    else:
        made = bench.post("/invoice", draft)["Invoice"]
        assert made["TotalAmt"] == Decimal("10.00") + Decimal(amount)


NO_AMOUNT = {"DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {"ItemRef": {"value": "1"}}}
REFUSALS: list[tuple[str, dict[str, Any], str]] = [
    ("no customer", {"CustomerRef": None}, "2020"),
    ("no lines", {"Line": []}, "2020"),
    ("a line of no kind", {"Line": [{"Amount": 1}]}, "2020"),
    ("a line without amount", {"Line": [NO_AMOUNT]}, "2020"),
    ("lines that are no list", {"Line": {"Amount": 1}}, "2010"),
    ("a kind of line there is not", {"Line": [{"Amount": 1, "DetailType": "Strange"}]}, "2170"),
    ("a memo of 1001", {"CustomerMemo": {"value": "x" * 1001}}, "2050"),
    ("a note of 4001", {"PrivateNote": "x" * 4001}, "2050"),
    ("a number of 22", {"DocNumber": "x" * 22}, "2050"),
    ("an address of 101", {"BillEmail": {"Address": "x" * 101}}, "2050"),
    ("a note that is no text", {"PrivateNote": 5}, "2010"),
    ("a date that is none", {"TxnDate": "02/30/2026"}, "2030"),
    ("a strange status", {"EmailStatus": "Draft"}, "2170"),
    ("a customer that never was", {"CustomerRef": {"value": "999"}}, "2500"),
    ("a term that never was", {"SalesTermRef": {"value": "999"}}, "2500"),
    ("a reference that is no object", {"SalesTermRef": "4"}, "2010"),
    ("an address that is no object", {"BillEmail": "ap@acme.example"}, "2010"),
    ("custom fields that are no list", {"CustomField": "PO-1"}, "2010"),
    ("a line that is no object", {"Line": [5]}, "2010"),
    ("a detail that is no object", {"Line": [NO_AMOUNT | {"SalesItemLineDetail": 1}]}, "2010"),
    ("a project that is a customer", {"ProjectRef": {"value": "1"}}, "6000"),
    ("an amount that is yes", {"Deposit": True}, "2080"),
    ("an endless amount", {"Deposit": "1E+30"}, "2080"),
    ("a number that is none", {"Deposit": "lots"}, "2080"),
    ("another currency", {"CurrencyRef": {"value": "EUR"}}, "6000"),
    ("queued without an address", {"EmailStatus": "NeedToSend"}, "6000"),
    ("more deposit than total", {"Deposit": "100.01"}, "6000"),
    ("a class where none is tracked", {"ClassRef": {"value": "1"}}, "5030"),
]  # fmt: skip


@pytest.mark.parametrize(
    ("fields", "code"), [case[1:] for case in REFUSALS], ids=[case[0] for case in REFUSALS]
)
def test_a_bad_field_is_refused_with_its_code_and_leaves_nothing(
    bench: Bench, fields: dict[str, Any], code: str
) -> None:
    starter.add_class(bench.company, "Delivery")
    assert bench.refused("/invoice", bench.draft(**fields))["code"] == code
    assert bench.company.rows("Invoice") == []
    assert bench.company.books.balances() == {}
    assert bench.invoice()["DocNumber"] == "1001"


def test_a_negative_total_is_refused_and_a_negative_line_is_not(bench: Bench) -> None:
    assert bench.refused("/invoice", bench.draft("100", "-100.01"))["code"] == "6000"
    assert bench.invoice("100", "-100")["TotalAmt"] == 0


def test_a_bad_item_reference_is_2500_an_inactive_one_610_and_no_income_account_2390(bench: Bench) -> None:
    lost = bench.draft() | {"Line": [bench.line("1", ItemRef={"value": "77"})]}
    assert bench.refused("/invoice", lost)["code"] == "2500"
    standing = bench.invoice()
    bench.finance.deactivate_item(bench.item.id)
    assert bench.refused("/invoice", bench.draft())["code"] == "610"
    assert bench.change(standing, Line=standing["Line"])["SyncToken"] == "1"
    bare = bench.company.add("Item", {"Name": "Heading", "Active": True, "Type": "Category"})
    heading = bench.draft() | {"Line": [bench.line("1", ItemRef={"value": bare.id})]}
    assert bench.refused("/invoice", heading)["code"] == "2390"


def test_an_inactive_customer_gets_no_new_invoice(bench: Bench) -> None:
    bench.finance.deactivate_customer(bench.customer.id)
    assert bench.refused("/invoice", bench.draft())["code"] == "610"


def test_tolerances_numbers_as_text_empty_as_null_read_only_and_unknown_fields_ignored(bench: Bench) -> None:
    sent = bench.draft(
        Id="",
        DueDate="",
        ShipDate=None,
        TotalAmt="",
        Balance=7,
        SyncToken=0,
        Bogus={"x": 1},
        AllowIPNPayment=True,
    )
    made = bench.post("/invoice", sent, minorversion="3", include="whatever")["Invoice"]
    assert made["Balance"] == Decimal(100)
    assert made["AllowIPNPayment"] is False
    assert "Bogus" not in made
    assert bench.change(made | {"SyncToken": 0}, PrivateNote="by int token")["SyncToken"] == "1"


def test_unknown_fields_are_refused_when_the_knob_says_so() -> None:
    bench = Bench(Behaviour(unknown_property="fault"))
    error = bench.refused("/invoice", bench.draft(Bogus=1))
    assert (error["code"], error["element"]) == ("2010", "Bogus")
    assert bench.invoice()["Id"] == "1"


def test_a_sales_line_without_an_item_is_documentation_and_its_amount_is_ignored(bench: Bench) -> None:
    words = {"Amount": 55, "Description": "what we did", "DetailType": "SalesItemLineDetail"}
    made = bench.post("/invoice", bench.draft() | {"Line": [bench.line("10"), words]})["Invoice"]
    assert made["TotalAmt"] == 10
    assert made["Line"][1]["DetailType"] == "DescriptionOnly"
    assert "Amount" not in made["Line"][1]


def test_a_percent_discount_lowers_the_total_and_needs_its_preference(bench: Bench) -> None:
    discount = {
        "DetailType": "DiscountLineDetail",
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    draft = bench.draft() | {"Line": [bench.line("99.99"), discount]}
    assert bench.post("/invoice", draft)["Invoice"]["TotalAmt"] == Decimal("89.99")
    assert bench.balance("Income") == Decimal("89.99")
    bench.company.preferences.body["SalesFormsPrefs"]["AllowDiscount"] = False
    assert bench.refused("/invoice", draft)["code"] == "5030"


def test_a_class_on_a_line_shows_its_name_and_needs_its_preference(bench: Bench) -> None:
    klass = starter.add_class(bench.company, "Delivery")
    draft = bench.draft() | {"Line": [bench.line("1.00", ClassRef={"value": klass.id})]}
    made = bench.post("/invoice", draft)["Invoice"]
    assert made["Line"][0]["SalesItemLineDetail"]["ClassRef"] == {"value": klass.id, "name": "Delivery"}
    bench.company.preferences.body["AccountingInfoPrefs"]["ClassTrackingPerTxnLine"] = False
    assert bench.refused("/invoice", draft)["code"] == "5030"


def test_a_sub_customer_is_billed_under_its_own_name_and_a_customers_address_is_filled_in(
    bench: Bench,
) -> None:
    bench.customer.body["BillAddr"] = {"Line1": "1 Main St"}
    assert bench.invoice()["BillAddr"] == {"Line1": "1 Main St"}
    bench.customer = starter.add_customer(bench.company, "Portal", parent=bench.customer)
    assert bench.invoice()["CustomerRef"]["name"] == "Portal"


def test_a_sparse_update_keeps_what_it_does_not_name(bench: Bench) -> None:
    made = bench.invoice(PrivateNote="ours", BillEmailBcc={"Address": "boss@acme.example"})
    bench.finance.set_field(made["Id"], "ReviewFlag", {"colour": "blue"})
    changed = bench.change(bench.get("/invoice/1")["Invoice"], CustomerMemo={"value": "Thanks"})
    assert changed["CustomerMemo"] == {"value": "Thanks"}
    assert changed["PrivateNote"] == "ours"
    assert changed["BillEmailBcc"] == {"Address": "boss@acme.example"}
    assert changed["ReviewFlag"] == {"colour": "blue"}
    assert changed["Line"] == made["Line"]


def test_a_sparse_update_clears_a_field_sent_as_null(bench: Bench) -> None:
    made = bench.invoice(PrivateNote="ours")
    assert "PrivateNote" not in bench.change(made, PrivateNote=None)


def test_a_full_update_clears_every_writable_field_it_omits(bench: Bench) -> None:
    made = bench.invoice(PrivateNote="ours", BillEmailCc={"Address": "boss@acme.example"})
    bench.finance.set_field(made["Id"], "ReviewFlag", "not the API's to clear")
    now = bench.get("/invoice/1")["Invoice"]
    changed = bench.post("/invoice", identity(now) | bench.draft("5.00"), operation="update")["Invoice"]
    assert "PrivateNote" not in changed
    assert "BillEmailCc" not in changed
    assert changed["ReviewFlag"] == "not the API's to clear"
    assert changed["DocNumber"] == made["DocNumber"]
    assert changed["TotalAmt"] == Decimal("5.00")


def test_a_supplied_line_array_is_the_new_array_and_known_ids_are_kept(bench: Bench) -> None:
    made = bench.invoice("1.00", "2.00", "3.00")
    _, second, third, subtotal = made["Line"]
    second["Description"] = "kept"
    changed = bench.change(made, Line=[third, second, bench.line("9.00"), subtotal])
    kept = [(line.get("Id"), line["Amount"], line.get("Description")) for line in changed["Line"]]
    assert kept == [
        ("3", Decimal("3.00"), None),
        ("2", Decimal("2.00"), "kept"),
        ("4", Decimal("9.00"), None),
        (None, Decimal("14.00"), None),
    ]
    again = bench.change(changed, Line=[bench.line("1.00"), {**second, "Id": "999"}])
    assert [line.get("Id") for line in again["Line"]] == ["5", "6", None]


def test_lines_left_out_can_be_kept_by_a_knob_but_never_in_a_full_update() -> None:
    bench = Bench(Behaviour(sparse_lines="keep"))
    made = bench.invoice("1.00", "2.00", "3.00")
    changed = bench.change(made, Line=[bench.line("9.00")])
    assert [(line.get("Id"), line.get("LineNum")) for line in changed["Line"]] == [
        ("4", 1), ("1", 2), ("2", 3), ("3", 4), (None, None),
    ]  # fmt: skip
    full = bench.post("/invoice", identity(changed) | bench.draft("5.00"))["Invoice"]
    assert full["TotalAmt"] == Decimal("5.00")


def test_a_stale_or_missing_sync_token_is_refused_and_nothing_changes(bench: Bench) -> None:
    made = bench.invoice()
    bench.finance.edit_memo(made["Id"], "by finance")
    stale = bench.refused("/invoice", identity(made) | {"sparse": True, "PrivateNote": "late"})
    assert stale["code"] == "5010"
    assert "were working on this at the same time" in stale["Detail"]
    ahead = identity(made) | {"SyncToken": "9", "sparse": True}
    assert bench.refused("/invoice", ahead)["code"] == "5010"
    assert bench.refused("/invoice", {"Id": made["Id"], "sparse": True})["code"] == "2020"
    assert bench.refused("/invoice", {"SyncToken": "1"}, operation="void")["code"] == "2020"
    assert "PrivateNote" not in bench.get("/invoice/1")["Invoice"]


def test_a_void_zeroes_amounts_and_marks_the_note(bench: Bench) -> None:
    made = bench.invoice("100.00", PrivateNote="MP-1a2b")
    body = bench.draft() | {"Line": [bench.line("30.00", Qty=3, UnitPrice=10)]}
    priced = bench.post("/invoice", body)["Invoice"]
    voided = bench.post("/invoice", identity(made), operation="void")["Invoice"]
    assert (voided["TotalAmt"], voided["Balance"], voided["SyncToken"]) == (0, 0, "1")
    assert voided["PrivateNote"] == "Voided - MP-1a2b"
    assert [line["Amount"] for line in voided["Line"]] == [0, 0]
    detail = bench.post("/invoice", identity(priced), operation="void")["Invoice"]["Line"][0]
    assert detail["SalesItemLineDetail"]["Qty"] == 0
    assert detail["SalesItemLineDetail"]["UnitPrice"] == 10
    assert bench.company.books.postings(("Invoice", made["Id"])) == ()


def test_a_deleted_invoice_is_gone_everywhere_but_from_the_change_feed(bench: Bench) -> None:
    made = bench.invoice()
    gone = bench.post("/invoice", identity(made), operation="delete")
    assert gone["Invoice"] == {"domain": "QBO", "status": "Deleted", "Id": "1"}
    error = error_of(bench.ask("GET", "/invoice/1"))
    assert error["code"] == "610"
    assert "Another user has deleted this transaction." in error["Detail"]
    assert bench.refused("/invoice", identity(made) | {"sparse": True})["code"] == "610"
    assert bench.query("SELECT * FROM Invoice WHERE Id = '1'") == {}
    assert bench.invoice()["Id"] == "2"


def test_an_invoice_that_never_was_is_610(bench: Bench) -> None:
    assert error_of(bench.ask("GET", "/invoice/77"))["code"] == "610"


def test_a_paid_invoice_is_not_deleted_and_voiding_it_frees_the_payment(bench: Bench) -> None:
    made = bench.invoice("100.00")
    payment = bench.finance.take_payment(made["Id"], Decimal("40"))
    now = bench.get("/invoice/1")["Invoice"]
    assert now["LinkedTxn"] == [{"TxnId": payment.id, "TxnType": "Payment"}]
    assert bench.refused("/invoice", identity(now), operation="delete")["code"] == "800"
    too_little = identity(now) | {"sparse": True, "Line": [bench.line("39.99")]}
    assert bench.refused("/invoice", too_little)["code"] == "6000"
    assert bench.post("/invoice", identity(now), operation="void")["Invoice"]["LinkedTxn"] == []
    assert bench.get(f"/payment/{payment.id}")["Payment"]["UnappliedAmt"] == Decimal("40.00")
    assert bench.balance("Accounts Receivable") == Decimal("-40.00")


def test_numbers_are_the_companys_own_unless_custom_numbers_are_on(bench: Bench) -> None:
    assert bench.invoice()["DocNumber"] == "1001"
    assert bench.invoice(DocNumber="5000")["DocNumber"] == "5000"
    assert bench.invoice()["DocNumber"] == "5001"
    bench.company.preferences.body["SalesFormsPrefs"]["CustomTxnNumbers"] = True
    assert "DocNumber" not in bench.invoice()
    assert bench.invoice(DocNumber="AUTO_GENERATE")["DocNumber"] == "5002"
    assert bench.invoice(DocNumber="INV-7")["DocNumber"] == "INV-7"


def test_a_taken_number_is_6140_only_with_custom_numbers_and_the_warning(bench: Bench) -> None:
    bench.invoice(DocNumber="7")
    assert bench.invoice(DocNumber="7")["DocNumber"] == "7"
    bench.company.preferences.body["SalesFormsPrefs"]["CustomTxnNumbers"] = True
    error = bench.refused("/invoice", bench.draft(DocNumber="7"))
    assert error["code"] == "6140"
    assert "TxnId=1" in error["Detail"]
    allowed = bench.post("/invoice", bench.draft(DocNumber="7"), include="allowduplicatedocnum")
    assert allowed["Invoice"]["DocNumber"] == "7"
    assert bench.change(allowed["Invoice"], PrivateNote="same number stays")["DocNumber"] == "7"
    bench.behaviour.duplicate_number_warning = False
    assert bench.invoice(DocNumber="7")["DocNumber"] == "7"


def test_closed_books_refuse_every_change_of_their_days_and_no_other(bench: Bench) -> None:
    made = bench.invoice()
    bench.finance.close_books(date(2026, 3, 2))
    for query in ({}, {"operation": "void"}, {"operation": "delete"}):
        sent = identity(made) | {"sparse": True, "PrivateNote": "late", "TxnDate": "2026-03-03"}
        assert bench.refused("/invoice", sent, **query)["code"] == "6210"
    assert bench.refused("/invoice", bench.draft())["code"] == "6210"
    assert bench.invoice(TxnDate="2026-03-03")["TxnDate"] == "2026-03-03"
    bench.finance.close_books(None)
    assert bench.change(made, PrivateNote="in time")["SyncToken"] == "1"


def test_the_default_date_is_the_servers_day(bench: Bench) -> None:
    bench.clock.advance(timedelta(hours=11))  # 07:00 UTC on the 3rd, 23:00 on the 2nd at the server
    assert bench.invoice()["TxnDate"] == "2026-03-02"


def test_custom_fields_are_kept_when_they_are_defined(bench: Bench) -> None:
    bench.company.preferences.body["SalesFormsPrefs"]["CustomField"] = custom_field_groups({2: "PO"})
    sent = [{"DefinitionId": 2, "StringValue": "PO-1"}, {"DefinitionId": "9", "StringValue": "lost"}]
    made = bench.invoice(CustomField=sent)
    expected = [{"DefinitionId": "2", "Name": "PO", "Type": "StringType", "StringValue": "PO-1"}]
    assert made["CustomField"] == expected


def test_sending_by_the_api_is_recorded_and_mails_nobody(bench: Bench) -> None:
    made = bench.invoice()
    assert bench.refused(f"/invoice/{made['Id']}/send", None)["code"] == "6000"
    response = bench.ask("POST", f"/invoice/{made['Id']}/send", b"", sendTo="ap@acme.example")
    assert response.status == 200
    sent = bench.get("/invoice/1")["Invoice"]
    assert (sent["EmailStatus"], sent["BillEmail"]) == ("EmailSent", {"Address": "ap@acme.example"})
    assert sent["DeliveryInfo"] == {"DeliveryType": "Email", "DeliveryTime": "2026-03-02T12:00:00-08:00"}
    assert [(mail.invoice_id, mail.address) for mail in bench.company.mails] == [("1", "ap@acme.example")]


def test_an_unknown_operation_is_500(bench: Bench) -> None:
    made = bench.invoice()
    assert bench.refused("/invoice", identity(made), operation="shred")["code"] == "500"
    assert bench.refused("/taxcode", {"Name": "New"})["code"] == "500"


@pytest.mark.parametrize(("mode", "status"), [("keep", "EmailSent"), ("reset", "NotSet")])
def test_creating_as_already_sent_is_a_knob(mode: Any, status: str) -> None:
    assert (
        Bench(Behaviour(email_sent_on_create=mode)).invoice(EmailStatus="EmailSent")["EmailStatus"] == status
    )
