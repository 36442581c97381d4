"""The traps of python-quickbooks 0.9.12: each is shown to be real in the library, and not to reach us."""

from __future__ import annotations

import json
import warnings
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from decimal import Decimal
from importlib.metadata import version
from typing import Any

import pytest
import requests
from billing_examples import a_draft, a_line
from quickbooks.batch import BatchManager
from quickbooks.client import QuickBooks
from quickbooks.exceptions import QuickbooksException, ValidationException
from quickbooks.helpers import qb_datetime_format
from quickbooks.objects.invoice import Invoice
from quickbooks.utils import build_where_clause
from quickbooks_bench import REALM, WRITES, Bench, bench

from connectors.errors import Transient
from connectors.quickbooks import query
from sandbox import faults


@pytest.fixture
def shop() -> Iterator[Bench]:
    with bench() as made:
        yield made


class TokenSession(requests.Session):
    """A session as the library wants it, which notes what each request was sent with."""

    def __init__(self, token: str) -> None:
        super().__init__()
        self.access_token = token
        self.trust_env = False
        self.sent: list[dict[str, Any]] = []

    def request(self, *args: Any, **kwargs: Any) -> requests.Response:
        self.sent.append(kwargs)
        return super().request(*args, **kwargs)


@pytest.fixture
def library(shop: Bench) -> Iterator[QuickBooks]:
    """The library as it comes, on the same company."""
    client = QuickBooks(company_id=REALM, minorversion=75)
    client.api_url_v3 = f"{shop.server.url}/v3"
    with TokenSession(shop.tokens.access_token()) as session:
        client.session = session
        yield client


def timeouts_of(shop: Bench, monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    seen: list[Any] = []
    original = requests.adapters.HTTPAdapter.send

    def send(self: Any, request: Any, **kwargs: Any) -> requests.Response:
        seen.append(kwargs["timeout"])
        return original(self, request, **kwargs)

    monkeypatch.setattr(requests.adapters.HTTPAdapter, "send", send)
    client = shop.client()
    client.send(client.render_create(a_draft()), "r-1", shop.soon())
    return seen


def test_the_library_is_the_one_whose_traps_these_are() -> None:
    assert version("python-quickbooks") == "0.9.12"


def test_it_waits_for_ever_and_we_do_not(
    shop: Bench, library: QuickBooks, monkeypatch: pytest.MonkeyPatch
) -> None:
    library.get(f"{library.api_url}/company/{REALM}/preferences")
    assert "timeout" not in library.session.sent[0]
    seen = timeouts_of(shop, monkeypatch)
    assert set(seen[:-1]) == {(5.0, 60.0)}
    assert seen[-1] == (5.0, 130.0)


def test_it_calls_throttling_a_validation_error_and_we_wait(shop: Bench, library: QuickBooks) -> None:
    fault = json.dumps({"Fault": {"Error": [{"Message": "ThrottleExceeded", "code": "3001"}]}})
    shop.faults.add(faults.answer(429, fault), path="/preferences")
    with pytest.raises(ValidationException):
        library.get(f"{library.api_url}/company/{REALM}/preferences")
    shop.faults.add(faults.answer(429, fault), path="/preferences")
    assert shop.client().catalogue().name == "Main Street Software"
    assert len(shop.slept) == 1
    assert shop.slept[0] >= 60


def test_it_puts_whole_answers_into_error_texts_and_we_none(shop: Bench, library: QuickBooks) -> None:
    shop.faults.add(faults.answer(502, "canary"), path="/preferences", count=None)
    with pytest.raises(QuickbooksException, match="canary"):
        library.get(f"{library.api_url}/company/{REALM}/preferences")
    with pytest.raises(Transient) as failed:
        shop.client().catalogue()
    assert "canary" not in f"{failed.value} {failed.value.__dict__}"


def test_it_fails_on_codes_that_are_no_numbers_and_we_do_not(shop: Bench, library: QuickBooks) -> None:
    fault = json.dumps({"Fault": {"Error": [{"Message": "m", "code": "QBO-7"}], "type": "SystemFault"}})
    shop.faults.add(faults.answer(500, fault), path="/preferences")
    with pytest.raises(ValueError, match="QBO-7"):
        library.get(f"{library.api_url}/company/{REALM}/preferences")
    shop.faults.add(faults.answer(500, fault), path="/preferences")
    assert shop.client().catalogue()


def test_it_asks_the_network_when_made_with_a_login_and_ours_is_made_without(shop: Bench) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        shop.client()
    assert len(shop.server.log) == 0


def test_its_fresh_invoice_says_things_nobody_meant_and_ours_does_not(shop: Bench) -> None:
    fresh = json.loads(Invoice().to_json())
    assert (fresh["ExchangeRate"], fresh["AllowIPNPayment"], fresh["GlobalTaxCalculation"]) == (
        1,
        True,
        "TaxExcluded",
    )
    ours = json.loads(shop.client().render_create(a_draft()).body)
    assert "ExchangeRate" not in ours
    assert "GlobalTaxCalculation" not in ours
    assert ours["AllowIPNPayment"] is False


def test_it_writes_amounts_as_texts_and_we_as_numbers(shop: Bench) -> None:
    invoice = Invoice()
    invoice.Deposit = Decimal("10.10")
    assert '"Deposit": "10.10"' in invoice.to_json()
    assert b'"Amount":10.10,' in shop.client().render_create(a_draft(a_line("10.10"))).body


def test_its_time_of_a_change_feed_loses_the_offset_and_ours_keeps_it() -> None:
    moment = datetime(2026, 2, 3, 9, 0, tzinfo=timezone(timedelta(hours=-8)))
    assert qb_datetime_format(moment) == "2026-02-03T09:00:00"
    assert query.stamp(moment) == "2026-02-03T09:00:00-08:00"
    assert query.stamp(moment.astimezone(UTC)) == "2026-02-03T17:00:00+00:00"


def test_the_offset_arrives_as_a_plus_and_not_as_a_blank(shop: Bench) -> None:
    client = shop.client()
    client.changes_since(client.changes_since(None).cursor)
    (feed,) = (dict(call.query) for call in shop.server.log if call.path.endswith("/cdc"))
    assert feed["changedSince"] == "2026-02-03T19:50:00+00:00"


def test_its_quoting_can_be_broken_out_of() -> None:
    assert build_where_clause(DisplayName="\\' OR Id > '0") == "DisplayName = '\\\\' OR Id > \\'0'"


def test_it_asks_for_a_hundred_rows_only_and_we_for_all(shop: Bench) -> None:
    shop.client().catalogue()
    asked = [call for call in shop.server.log if call.path.endswith("/query")]
    assert len(asked) == 7  # customers, items, accounts, terms, tax codes, classes, locations


def test_its_batches_know_no_request_id_and_we_send_no_batches(shop: Bench) -> None:
    assert "request_id" not in BatchManager.process_batch.__code__.co_varnames
    client = shop.client()
    client.send(client.render_create(a_draft()), "r-1", shop.soon())
    assert shop.server.log.count("POST", "/batch") == 0


def test_the_request_id_and_the_bytes_arrive_as_they_were_stored(shop: Bench) -> None:
    bodies: list[bytes] = []

    def note(request: Any, ask: Any) -> Any:
        bodies.append(request.body)
        return ask(request)

    shop.faults.add(note, method="POST", path=WRITES, count=None)
    client = shop.client()
    request = client.render_create(a_draft(a_line(text="Zürich 😀")))
    for _ in range(3):
        client.send(request, "0f3a-same-id", shop.soon())
    writes = [dict(call.query) for call in shop.server.log if call.path.endswith("/invoice")]
    assert writes == [{"minorversion": "75", "requestid": "0f3a-same-id"}] * 3
    assert bodies == [request.body] * 3


def test_a_void_carries_its_request_id_too(shop: Bench) -> None:
    client = shop.client()
    document = client.send(client.render_create(a_draft()), "r-1", shop.soon())
    client.send(client.render_withdrawal(document), "r-2", shop.soon())
    last = [dict(call.query) for call in shop.server.log if call.path.endswith("/invoice")][-1]
    assert last == {"minorversion": "75", "operation": "void", "requestid": "r-2"}


@pytest.mark.parametrize("request_id", ["", "x" * 51, "with blank", "ünïcode"])
def test_a_request_id_the_service_would_cut_or_refuse_is_a_defect(shop: Bench, request_id: str) -> None:
    client = shop.client()
    with pytest.raises(ValueError, match="request id"):
        client.send(client.render_create(a_draft()), request_id, shop.soon())


def test_answers_of_the_wrong_media_type_are_still_utf_8(shop: Bench) -> None:
    def mislabelled(request: Any, ask: Any) -> Any:
        response = ask(request)
        response.headers["Content-Type"] = "text/plain"
        response.body = json.dumps(json.loads(response.body), ensure_ascii=False).encode()
        return response

    client = shop.client()
    shop.faults.add(mislabelled, path="/invoice", count=None)
    made = client.send(client.render_create(a_draft(a_line(text="Übersetzung ✓"))), "r-1", shop.soon())
    assert made.lines[0].text == client.read(made.external_id).lines[0].text == "Übersetzung ✓"


def test_one_connection_serves_one_client(shop: Bench) -> None:
    accepted = []
    listener = shop.server._listener
    original = listener.process_request
    listener.process_request = lambda *args: (accepted.append(args), original(*args))  # type: ignore[method-assign]
    client = shop.client()
    client.catalogue()
    for number in range(3):
        client.send(client.render_create(a_draft()), f"r-{number}", shop.soon())
    assert len(accepted) == 1


def test_a_draft_costs_one_request_and_no_read(shop: Bench) -> None:
    client = shop.client()
    client.catalogue()
    before = client.usage
    client.send(client.render_create(a_draft()), "r-1", shop.soon())
    assert (client.usage.reads, client.usage.writes) == (before.reads, before.writes + 1)
