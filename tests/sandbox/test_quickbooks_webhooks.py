"""Notifications of the QuickBooks twin: both formats, signed, retried by the clock, to loopback only."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from quickbooks import QuickBooks
from quickbooks_twin import REALM, Bench, identity

from sandbox import faults as f
from sandbox.http import Request, Response, Server
from sandbox.quickbooks import starter
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.quickbooks.wire.webhooks import Webhooks, signature


class Receiver:
    """What arrived, with the signature of each."""

    def __init__(self) -> None:
        self.arrived: list[tuple[str, bytes]] = []

    def __call__(self, request: Request) -> Response:
        self.arrived.append((request.headers["intuit-signature"], request.body))
        return Response(200)

    def last(self) -> Any:
        return json.loads(self.arrived[-1][1])


class Post:
    """A bench whose changes are notified to a receiver behind a faulty wire."""

    def __init__(self, server: Server, receiver: Receiver, faults: f.Faults, bench: Bench) -> None:
        self.url, self.receiver, self.faults, self.bench = f"{server.url}/hook", receiver, faults, bench
        self.hooks = Webhooks(bench.state)

    def operations(self) -> list[str]:
        self.hooks.deliver()
        entities = self.receiver.last()["eventNotifications"][0]["dataChangeEvent"]["entities"]
        return [f"{entity['name']} {entity['operation']}" for entity in entities]


@pytest.fixture
def post() -> Iterator[Post]:
    receiver, faults = Receiver(), f.Faults()
    with Server(faults.wrap(receiver)) as server:
        yield Post(server, receiver, faults, Bench())


def test_every_kind_of_change_is_told_in_the_legacy_format(post: Post) -> None:
    post.hooks.subscribe(post.url, "verifier", "legacy")
    invoice = post.bench.invoice()
    notified = post.operations()
    assert notified == ["Invoice Create"]
    body = post.receiver.last()["eventNotifications"][0]
    assert (body["realmId"], body["dataChangeEvent"]["entities"][0]["lastUpdated"]) == (
        REALM,
        "2026-03-02T20:00:00.000Z",
    )
    post.bench.finance.send(invoice["Id"], "a@b.example")
    assert post.operations() == ["Invoice Emailed"]
    payment = post.bench.finance.take_payment(invoice["Id"])
    assert post.operations() == ["Payment Create", "Invoice Update"]
    post.bench.finance.undo_payment(payment.id)
    assert post.operations() == ["Invoice Update", "Payment Delete"]
    post.bench.finance.void(invoice["Id"])
    assert post.operations() == ["Invoice Void"]
    gone = starter.add_customer(post.bench.company, "Acme Inc.")
    post.hooks.deliver()
    post.bench.finance.merge_customers(post.bench.customer.id, gone.id)
    post.hooks.deliver()
    merge = post.receiver.last()["eventNotifications"][0]["dataChangeEvent"]["entities"][-1]
    assert (merge["operation"], merge["id"], merge["deletedId"]) == ("Merge", post.bench.customer.id, gone.id)


def test_cloud_events_are_an_array_with_the_type_of_each_change(post: Post) -> None:
    post.hooks.subscribe(post.url, "verifier")
    invoice = post.bench.invoice()
    post.bench.post("/invoice", identity(invoice), operation="delete")
    post.hooks.deliver()
    events = post.receiver.last()
    assert [event["type"] for event in events] == ["qbo.invoice.created.v1", "qbo.invoice.deleted.v1"]
    assert {event["intuitaccountid"] for event in events} == {REALM}
    assert {event["intuitentityid"] for event in events} == {invoice["Id"]}
    assert events[0]["specversion"] == "1.0"
    assert len({event["id"] for event in events}) == 2


def test_the_signature_is_the_one_that_the_client_library_checks(post: Post) -> None:
    post.hooks.subscribe(post.url, "verifier")
    post.bench.invoice()
    post.hooks.deliver()
    signed, body = post.receiver.arrived[0]
    client = QuickBooks(company_id=REALM, minorversion=75, verifier_token="verifier")
    assert client.validate_webhook_signature(body.decode(), signed)
    assert not client.validate_webhook_signature(body.decode(), signature(body, "other"))


def test_an_undelivered_notification_is_tried_again_by_the_clock_and_given_up_at_last(post: Post) -> None:
    post.bench.behaviour.webhook_retries = (timedelta(minutes=20), timedelta(minutes=30))
    post.hooks.subscribe(post.url, "verifier")
    post.faults.add(f.answer(500), count=None)
    post.bench.invoice()
    assert (post.hooks.deliver(), post.hooks.deliver()) == (1, 0)
    for wait in (20, 30):
        post.bench.clock.advance(timedelta(minutes=wait))
        assert post.hooks.deliver() == 1
    post.bench.clock.advance(timedelta(days=1))
    assert (post.hooks.deliver(), post.hooks.waiting) == (0, 0)
    assert [delivery.status for delivery in post.hooks.deliveries] == [500, 500, 500]
    bodies = {delivery.body for delivery in post.hooks.deliveries}
    assert len(bodies) == 1


def test_a_retry_that_succeeds_is_the_last_and_copies_are_a_knob(post: Post) -> None:
    post.hooks.subscribe(post.url, "verifier")
    post.faults.add(f.drop_before())
    post.bench.invoice()
    post.hooks.deliver()
    post.bench.clock.advance(timedelta(seconds=10))
    post.hooks.deliver()
    assert [delivery.status for delivery in post.hooks.deliveries] == [0, 200]
    assert post.hooks.waiting == 0
    post.bench.behaviour.webhook_copies = 2
    post.bench.invoice()
    post.hooks.deliver()
    assert post.receiver.arrived[-1] == post.receiver.arrived[-2]


@pytest.mark.parametrize("url", ["https://127.0.0.1/x", "http://example.com/x", "http://10.0.0.1/x"])
def test_nothing_ever_leaves_the_machine(url: str) -> None:
    with pytest.raises(ValueError, match="loopback"):
        Webhooks(Bench(Behaviour()).state).subscribe(url, "verifier")


def test_a_thread_delivers_in_the_background_and_ends(post: Post) -> None:
    post.hooks.subscribe(post.url, "verifier")
    post.hooks.start(every=0.005)
    post.bench.invoice()
    pause = threading.Event()
    assert any(post.receiver.arrived or pause.wait(0.01) for _ in range(3000))
    post.hooks.stop()
    assert len(post.receiver.arrived) == 1
