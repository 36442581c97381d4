"""The change feed of the QuickBooks twin, and what each action of finance leaves in it."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import NOON, Bench, error_of

from sandbox.quickbooks.behaviour import Behaviour
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.state import API_USER, FINANCE_USER


def changed(bench: Bench, entities: str = "Invoice", since: str = "2026-03-02T12:00:00-08:00") -> list[Any]:
    (answer,) = bench.get("/cdc", entities=entities, changedSince=since)["CDCResponse"]
    groups: list[Any] = answer["QueryResponse"]
    return groups


def test_changes_come_grouped_in_order_of_change_with_deleted_ones_last() -> None:
    bench = Bench()
    for _ in range(3):
        bench.invoice()
        bench.clock.advance(timedelta(seconds=10))
    bench.finance.delete("1")
    bench.clock.advance(timedelta(seconds=10))
    bench.finance.edit_memo("2", "x")
    invoices, payments = changed(bench, "invoice, Payment")
    assert payments == {}
    assert [row["Id"] for row in invoices["Invoice"]] == ["3", "2", "1"]
    assert invoices["Invoice"][-1] == {
        "domain": "QBO",
        "status": "Deleted",
        "Id": "1",
        "MetaData": {"LastUpdatedTime": "2026-03-02T12:00:30-08:00"},
    }
    assert (invoices["startPosition"], invoices["maxResults"], invoices["totalCount"]) == (1, 3, 3)


@pytest.mark.parametrize(
    "since",
    [
        "2026-03-02T12:00:20-08:00",
        "2026-03-02T20:00:20Z",
        "2026-03-02T20:00:20+00:00",
        "2026-03-02T20:00:20 00:00",  # a plus sign that nobody encoded
        "2026-03-02T12:00:20",  # without an offset it is the server's zone
    ],
)
def test_changed_since_is_understood_in_any_offset(since: str) -> None:
    bench = Bench()
    for _ in range(4):
        bench.invoice()
        bench.clock.advance(timedelta(seconds=10))
    assert [row["Id"] for row in changed(bench, since=since)[0]["Invoice"]] == ["3", "4"]


def test_the_feed_remembers_thirty_days_and_is_capped_over_all_entities() -> None:
    bench = Bench(Behaviour(cdc_cap=3))
    for _ in range(2):
        bench.invoice()
        bench.finance.take_payment(str(len(bench.company.rows("Invoice") + bench.company.rows("Payment"))))
    invoices, payments = changed(bench, "Invoice,Payment")
    assert (len(invoices["Invoice"]), len(payments["Payment"])) == (2, 1)
    old = (NOON - timedelta(days=30, seconds=1)).isoformat()
    error = error_of(bench.ask("GET", "/cdc", entities="Invoice", changedSince=old))
    assert (error["code"], "older than fixed days" in error["Detail"]) == ("500", True)
    bench.behaviour.cdc_beyond_horizon = "clip"
    assert len(changed(bench, since=old)[0]["Invoice"]) == 2


@pytest.mark.parametrize(
    ("entities", "since"),
    [("TaxCode", "2026-03-02"), ("Invoice", "soon"), ("", "2026-03-02"), ("Invoice", "")],
)
def test_a_bad_question_is_refused(entities: str, since: str) -> None:
    error_of(Bench().ask("GET", "/cdc", entities=entities, changedSince=since))


ACTIONS: dict[str, Callable[[FinancePerson], Any]] = {
    "edits an amount": lambda who: who.edit_amount("1", "1", Decimal("77.10")),
    "edits a text": lambda who: who.edit_text("1", "1", "as agreed"),
    "adds a line": lambda who: who.add_line("1", "1", Decimal("5")),
    "removes a line": lambda who: who.remove_line("1", "2"),
    "edits the memo": lambda who: who.edit_memo("1", "Thank you"),
    "edits the note": lambda who: who.edit_note("1", "call first"),
    "edits the terms": lambda who: who.edit_terms("1", "5", date(2026, 5, 1)),
    "renumbers": lambda who: who.renumber("1", "A-7"),
    "fills a page-only field": lambda who: who.set_field("1", "Tags", ["urgent"]),
    "queues": lambda who: who.queue("1", "ap@acme.example"),
    "sends": lambda who: who.send("1", "ap@acme.example"),
    "prints": lambda who: who.print_out("1"),
    "takes a payment": lambda who: who.take_payment("1"),
    "voids": lambda who: who.void("1"),
}


@pytest.mark.parametrize("action", ACTIONS.values(), ids=ACTIONS.keys())
def test_every_action_of_finance_raises_the_version_and_shows_in_the_feed(
    action: Callable[[FinancePerson], Any],
) -> None:
    bench = Bench()
    made = bench.invoice("100.00", "50.00")
    assert made["MetaData"]["LastModifiedByRef"] == {"value": API_USER}
    bench.clock.advance(timedelta(minutes=5))
    action(bench.finance)
    (now,) = changed(bench, since="2026-03-02T12:05:00-08:00")[0]["Invoice"]
    assert now["SyncToken"] == "1"
    assert now["MetaData"]["LastModifiedByRef"] == {"value": FINANCE_USER}
    before = {key: value for key, value in made.items() if key not in ("SyncToken", "MetaData")}
    after = {key: value for key, value in now.items() if key not in ("SyncToken", "MetaData")}
    assert after != before


def test_what_finance_does_is_what_the_document_shows() -> None:
    bench = Bench()
    bench.invoice("100.00", "50.00", BillEmail={"Address": "ap@acme.example"})
    bench.finance.edit_amount("1", "1", Decimal("77.10"))
    bench.finance.edit_text("1", "2", "as agreed")
    bench.finance.queue("1", "boss@acme.example")
    queued = bench.get("/invoice/1")["Invoice"]
    assert [line["Amount"] for line in queued["Line"]] == [Decimal("77.10"), 50, Decimal("127.10")]
    assert queued["Line"][1]["Description"] == "as agreed"
    assert (queued["EmailStatus"], queued["BillEmail"]["Address"]) == ("NeedToSend", "boss@acme.example")
    bench.finance.send("1")
    bench.finance.print_out("1")
    bench.finance.take_payment("1", Decimal("27.10"))
    shown = bench.get("/invoice/1")["Invoice"]
    assert (shown["EmailStatus"], shown["PrintStatus"]) == ("EmailSent", "PrintComplete")
    assert shown["DeliveryInfo"]["DeliveryType"] == "Email"
    assert (shown["Balance"], shown["TotalAmt"]) == (100, Decimal("127.10"))
    assert len(bench.company.mails) == 1


def test_a_bounced_cheque_opens_the_invoice_again() -> None:
    bench = Bench()
    bench.invoice("100.00")
    payment = bench.finance.take_payment("1")
    assert bench.get("/invoice/1")["Invoice"]["Balance"] == 0
    bench.finance.undo_payment(payment.id)
    shown = bench.get("/invoice/1")["Invoice"]
    assert (shown["Balance"], shown["LinkedTxn"]) == (100, [])
    assert bench.balance("Accounts Receivable") == 100


def test_whether_sending_or_paying_raises_the_version_is_a_knob() -> None:
    bench = Bench(Behaviour(send_bumps_invoice=False, payment_bumps_invoice=False))
    bench.invoice()
    bench.clock.advance(timedelta(minutes=5))
    bench.finance.send("1", "ap@acme.example")
    bench.finance.take_payment("1")
    (now,) = changed(bench, since="2026-03-02T12:05:00-08:00")[0]["Invoice"]
    assert (now["SyncToken"], now["Balance"], now["EmailStatus"]) == ("0", 0, "EmailSent")


def test_an_inactive_client_shows_in_the_feed() -> None:
    bench = Bench()
    bench.clock.advance(timedelta(minutes=5))
    bench.finance.deactivate_customer(bench.customer.id)
    (row,) = changed(bench, "Customer", "2026-03-02T12:05:00-08:00")[0]["Customer"]
    assert (row["Active"], row["SyncToken"]) == (False, "1")


def test_editing_a_line_that_is_not_there_is_a_mistake_of_the_script() -> None:
    bench = Bench()
    bench.invoice()
    with pytest.raises(LookupError, match="no line 9"):
        bench.finance.edit_text("1", "9", "x")
