"""The change feed and the look-up where they are at their limits: full, too old, clocks apart, moved documents."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from billing_examples import MARKER, a_draft, a_line
from quickbooks_bench import NOON, Bench, bench

from connectors.errors import Transient
from connectors.ports import Trace
from connectors.quickbooks import QuickBooksBooks
from model.billing import Document, DocumentState
from model.money import Money
from sandbox import faults
from sandbox.quickbooks import starter


@pytest.fixture
def shop() -> Iterator[Bench]:
    with bench() as made:
        yield made


def post(shop: Bench, client: QuickBooksBooks, request_id: str = "r-1", **changes: Any) -> Document:
    return client.send(client.render_create(a_draft(**changes)), request_id, shop.soon())


def fill(shop: Bench, template: Document, count: int) -> None:
    """As many more invoices, straight into the company, one each second."""
    body = shop.company.find("Invoice", template.external_id)
    assert body is not None
    for number in range(count):
        shop.clock.advance(timedelta(seconds=1))
        shop.company.add("Invoice", {**body.body, "DocNumber": f"X{number}", "PrivateNote": "by hand"})


def trace(shop: Bench, **changes: Any) -> Trace:
    whole = Trace(MARKER, "Acme Corp", Money.of("1200.00", "USD"), (a_line().text,), shop.clock.now())
    return replace(whole, **changes)


def test_a_cursor_is_the_services_time_less_ten_minutes(shop: Bench) -> None:
    client = shop.client()
    start = client.changes_since(None)
    assert start.cursor == "2026-02-03T19:50:00+00:00"
    shop.clock.advance(timedelta(hours=3))
    assert client.changes_since(start.cursor).cursor == "2026-02-03T22:50:00+00:00"


def test_a_cursor_does_not_depend_on_our_clock(shop: Bench) -> None:
    client = shop.client(clock=lambda: NOON + timedelta(days=400))
    assert client.changes_since(None).cursor == "2026-02-03T19:50:00+00:00"


def test_a_quiet_look_is_one_request(shop: Bench) -> None:
    client = shop.client()
    cursor = client.changes_since(None).cursor
    shop.server.log.clear()
    client.changes_since(cursor)
    assert [call.path.rpartition("/")[2] for call in shop.server.log] == ["cdc"]


@pytest.mark.parametrize(("made", "complete"), [(998, True), (999, False), (1000, False)])
def test_a_full_feed_is_completed_by_a_query_and_says_deletions_may_be_missing(
    shop: Bench, made: int, *, complete: bool
) -> None:
    client = shop.client()
    cursor = client.changes_since(None).cursor
    fill(shop, post(shop, client), made)
    changes = client.changes_since(cursor)
    assert len(changes.documents) == made + 1
    assert changes.complete is complete


@pytest.mark.parametrize("beyond", ["fault", "clip"])
def test_a_cursor_older_than_the_memory_says_it_is_not_complete(shop: Bench, beyond: Any) -> None:
    shop.state.behaviour.cdc_beyond_horizon = beyond
    client = shop.client()
    cursor = client.changes_since(None).cursor
    kept, gone = post(shop, client, "r-1"), post(shop, client, "r-2")
    shop.finance.delete(gone.external_id)
    shop.clock.advance(timedelta(days=31))
    changes = client.changes_since(cursor)
    assert not changes.complete
    assert [document.external_id for document in changes.documents] == [kept.external_id]
    assert changes.cursor == "2026-03-06T19:50:00+00:00"
    assert client.changes_since(changes.cursor).complete


def test_a_cursor_in_the_future_says_it_is_not_complete(shop: Bench) -> None:
    changes = shop.client().changes_since("2027-01-01T00:00:00+00:00")
    assert not changes.complete
    assert changes.cursor == "2026-02-03T19:50:00+00:00"


def test_a_feed_cut_short_hands_out_no_cursor(shop: Bench) -> None:
    client = shop.client()
    cursor = client.changes_since(None).cursor
    post(shop, client)
    shop.faults.add(faults.truncated_body(), path="/cdc", count=None)
    with pytest.raises(Transient):
        client.changes_since(cursor)


def test_a_feed_without_its_time_hands_out_no_cursor(shop: Bench) -> None:
    client = shop.client()
    cursor = client.changes_since(None).cursor
    shop.faults.add(faults.answer(200, '{"CDCResponse":[{"QueryResponse":[{}]}]}'), path="/cdc", count=None)
    with pytest.raises(Transient, match="lacks what was asked for"):
        client.changes_since(cursor)


def test_a_lost_document_is_found_when_finance_gave_it_to_another_client(shop: Bench) -> None:
    other = starter.add_customer(shop.company, "Globex")
    client = shop.client()
    lost = post(shop, client)
    shop.finance.set_field(lost.external_id, "CustomerRef", other.reference())
    assert [document.external_id for document in client.look_for(trace(shop)).found] == [lost.external_id]


def test_a_lost_document_is_found_after_finance_edited_sent_and_voided_it(shop: Bench) -> None:
    client = shop.client()
    lost = post(shop, client)
    shop.finance.edit_amount(lost.external_id, "1", Decimal("5.00"))
    shop.finance.send(lost.external_id, "ap@acme.example")
    shop.finance.void(lost.external_id)
    (found,) = client.look_for(trace(shop)).found
    assert found.state is DocumentState.VOIDED


@pytest.mark.parametrize("ahead", [timedelta(hours=5), timedelta(hours=-5), timedelta(days=-300)])
def test_a_lost_document_is_found_though_our_clock_is_wrong(shop: Bench, ahead: timedelta) -> None:
    client = shop.client(clock=lambda: shop.clock.now() + ahead)
    since = shop.clock.now() + ahead
    lost = client.send(client.render_create(a_draft()), "r-1", since + timedelta(minutes=1))
    assert [document.external_id for document in client.look_for(trace(shop, since=since)).found] == [
        lost.external_id
    ]


def test_a_lost_document_is_found_among_thousands(shop: Bench) -> None:
    client = shop.client()
    lost = post(shop, client)
    fill(shop, lost, 1100)
    sighting = client.look_for(trace(shop, since=NOON))
    assert [document.external_id for document in sighting.found] == [lost.external_id]
    assert len(sighting.suspects) == 1100


@pytest.mark.parametrize(
    ("change", "suspects"),
    [
        ({}, 1),
        ({"client": "Not in the list any more"}, 1),
        ({"client": "Globex"}, 1),
        ({"total": Money.of("1200.01", "USD")}, 1),
        ({"total": Money.of("1200.00", "EUR")}, 0),
        ({"texts": ("Another text",)}, 1),
        ({"client": "Globex", "texts": ("Another text",)}, 1),
        ({"client": "Globex", "texts": ("Another text",), "total": Money.of("1200.01", "USD")}, 0),
    ],
)
def test_a_suspect_shares_the_client_or_the_total_or_a_text(
    shop: Bench, change: dict[str, Any], suspects: int
) -> None:
    starter.add_customer(shop.company, "Globex")
    client = shop.client()
    alike = post(shop, client)
    shop.finance.edit_note(alike.external_id, "typed over")
    assert len(client.look_for(trace(shop, **change)).suspects) == suspects


def test_a_taxed_suspect_is_compared_before_tax() -> None:
    with bench(sales_tax=True) as shop:
        client = shop.client()
        alike = post(shop, client)
        shop.finance.edit_note(alike.external_id, "typed over")
        shop.finance.set_field(alike.external_id, "TxnTaxDetail", {"TotalTax": Decimal("96.00")})
        shop.finance.set_field(alike.external_id, "TotalAmt", Decimal("1296.00"))
        assert len(client.look_for(trace(shop)).suspects) == 1


def test_nobody_can_rule_out_a_deletion_beyond_the_memory_of_the_feed(shop: Bench) -> None:
    client = shop.client()
    lost_at = trace(shop)
    shop.clock.advance(timedelta(days=31))
    assert client.look_for(lost_at).vanished == 1


def test_a_document_deleted_long_before_is_not_counted(shop: Bench) -> None:
    client = shop.client()
    shop.finance.delete(post(shop, client).external_id)
    shop.clock.advance(timedelta(hours=1))
    assert client.look_for(trace(shop)).vanished == 0
