from __future__ import annotations

import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.client import HTTPConnection
from typing import Any

import pytest
import requests
import urllib3.util.connection
from billing_examples import a_draft
from quickbooks_bench import NOON, REALM, Bench, bench

from connectors.errors import Rejected, Transient
from connectors.http import Forbidden
from connectors.metering import ReadBudget
from connectors.quickbooks import QuickBooksLogin
from connectors.quickbooks.departure import Departure, GatedAdapter, TooLate
from connectors.quickbooks.session import QuickBooksSession
from sandbox import faults


@pytest.fixture
def shop() -> Iterator[Bench]:
    with bench() as made:
        yield made


@pytest.fixture
def session(shop: Bench) -> QuickBooksSession:
    return QuickBooksSession(shop.login, shop.tokens, shop.limiter(), ReadBudget(0, shop.clock.now))


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("POST", f"/v3/company/{REALM}/invoice/1/send"),
        ("POST", f"/v3/company/{REALM}/invoice?operation=delete"),
        ("POST", f"/v3/company/{REALM}/invoice?operation=void&operation=delete"),
        ("POST", f"/v3/company/{REALM}/invoice?include=allowduplicatedocnum"),
        ("POST", f"/v3/company/{REALM}/payment"),
        ("POST", f"/v3/company/{REALM}/batch"),
        ("POST", f"/v3/company/{REALM}/customer"),
        ("POST", f"/v3/company/{REALM}/query?operation=void"),
        ("GET", f"/v3/company/{REALM}/invoice/1/pdf"),
        ("GET", f"/v3/company/{REALM}/invoice/1?operation=void"),
        ("GET", f"/v3/company/{REALM}/payment/1"),
        ("GET", "/v3/company/111/invoice/1"),
        ("DELETE", f"/v3/company/{REALM}/invoice/1"),
        ("PUT", f"/v3/company/{REALM}/invoice"),
        ("POST", "/oauth2/v1/tokens/bearer"),
    ],
)
def test_nothing_off_the_list_leaves_the_process(
    shop: Bench, session: QuickBooksSession, method: str, path: str
) -> None:
    with pytest.raises(Forbidden):
        session.request(method, f"{shop.server.url}{path}", data=b"{}")
    assert len(shop.server.log) == 0


@pytest.mark.parametrize("id_", ["1/send", "1?operation=void", "../payment/1", "1 OR 1", "", "%2e%2e"])
def test_an_id_that_is_none_is_asked_of_nobody(shop: Bench, id_: str) -> None:
    with pytest.raises(Rejected):
        shop.client().read(id_)
    assert len(shop.server.log) == 0


def test_a_redirect_is_not_followed_with_the_token(shop: Bench) -> None:
    elsewhere = f"{shop.server.url}/v3/company/{REALM}/invoice/2"
    shop.faults.add(faults.answer(302, "", {"Location": elsewhere}), path="/invoice/1", count=None)
    with pytest.raises(Transient):
        shop.client().read("1")
    assert shop.server.log.count("GET", "/invoice/2") == 0


@pytest.mark.parametrize(
    "url", ["http://quickbooks.example", "https://me:pw@quickbooks.example", "ftp://127.0.0.1", "nonsense"]
)
def test_only_https_or_loopback_is_a_company_address(url: str) -> None:
    with pytest.raises(ValueError, match=r"not allowed|base URL"):
        QuickBooksLogin(realm=REALM, api_url=url)
    with pytest.raises(ValueError, match=r"not allowed|base URL"):
        QuickBooksLogin(realm=REALM, token_url=url)


@pytest.mark.parametrize("realm", ["", "12/34", "abc", "1 2"])
def test_a_realm_is_a_number(realm: str) -> None:
    with pytest.raises(ValueError, match="realm is a number"):
        QuickBooksLogin(realm=realm)


def test_a_request_that_waits_too_long_for_its_place_is_not_sent(shop: Bench) -> None:
    limiter = shop.limiter()
    client = shop.client(limiter=limiter)
    request = client.render_create(a_draft())
    limiter.refused(None)
    with pytest.raises(Transient, match="allowance is used up") as held:
        client.send(request, "r-1", shop.clock.now() + timedelta(seconds=5))
    assert not held.value.sent
    assert held.value.retry_after == pytest.approx(60, abs=1)
    assert shop.posts() == 0


def test_the_deadline_is_asked_after_the_last_wait(shop: Bench) -> None:
    """A machine that sleeps between look-up and post wakes up with nothing sent."""
    limiter = shop.limiter()
    client = shop.client(limiter=limiter)
    request = client.render_create(a_draft())
    real_place = limiter.place

    def slept_long(patience: float) -> Any:
        shop.clock.advance(timedelta(hours=25))
        return real_place(patience)

    limiter.place = slept_long  # type: ignore[method-assign]  # the moment right before the connection
    with pytest.raises(Transient, match="its deadline passed before it was sent") as late:
        client.send(request, "r-1", shop.soon())
    assert not late.value.sent
    assert shop.posts() == 0


def test_a_wall_clock_set_back_does_not_open_the_gate_again() -> None:
    seconds = [0.0]
    departure = Departure(NOON + timedelta(seconds=30), lambda: NOON, lambda: seconds[0])
    departure.pass_gate()
    assert departure.left
    seconds[0] = 31.0
    with pytest.raises(TooLate):
        departure.pass_gate()


@contextmanager
def a_listener() -> Iterator[tuple[str, list[bytes]]]:
    """A server that answers whatever it is sent by closing the connection; its address, and what it got."""
    got: list[bytes] = []

    def listen(listener: socket.socket) -> None:
        connection, _ = listener.accept()
        with connection:
            connection.settimeout(5)
            while part := connection.recv(1 << 20):
                got.append(part)
                if b"".join(got).endswith(b"."):
                    connection.sendall(b"HTTP/1.1 204 No Content\r\n\r\n")

    with socket.create_server(("127.0.0.1", 0)) as listener:
        thread = threading.Thread(target=listen, args=(listener,))
        thread.start()
        yield f"http://127.0.0.1:{listener.getsockname()[1]}/", got
        thread.join()


def gated_post(address: str, body: bytes, departure: Departure) -> None:
    with requests.Session() as session, departure.under_way():
        session.trust_env = False
        session.mount("http://", GatedAdapter())
        session.post(address, data=body, timeout=5)


def test_the_gate_stands_behind_the_connecting(monkeypatch: pytest.MonkeyPatch) -> None:
    """The connection is open, the deadline passes while it opens, and the server gets no byte."""
    moment = [NOON]
    departure = Departure(NOON + timedelta(seconds=30), lambda: moment[0])
    connect = urllib3.util.connection.create_connection

    def connect_slowly(*args: Any, **kwargs: Any) -> socket.socket:
        made = connect(*args, **kwargs)
        moment[0] = NOON + timedelta(minutes=1)
        return made

    monkeypatch.setattr(urllib3.util.connection, "create_connection", connect_slowly)
    with a_listener() as (address, got), pytest.raises(TooLate):
        gated_post(address, b"money.", departure)
    assert got == []
    assert not departure.left


class Stopped(Departure):
    """A departure of a process that is stopped right after its first `sends`, and goes on past the deadline."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sends = 0
        super().__init__(NOON + timedelta(seconds=30), lambda: NOON + timedelta(minutes=self.sends))
        send = HTTPConnection.send

        def counted(connection: HTTPConnection, data: Any) -> None:
            send(connection, data)
            self.sends += 1

        monkeypatch.setattr(HTTPConnection, "send", counted)


def test_head_and_body_leave_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    departure = Stopped(monkeypatch)
    with a_listener() as (address, got):
        gated_post(address, b"money.", departure)
    assert b"".join(got).endswith(b"\r\n\r\nmoney.")
    assert departure.sends == 1


def test_the_rest_of_a_long_request_stays_when_its_deadline_passed(monkeypatch: pytest.MonkeyPatch) -> None:
    """The service cannot act on a part; that it did not is looked up all the same."""
    departure = Stopped(monkeypatch)
    with a_listener() as (address, got), pytest.raises(requests.ConnectionError, match="deadline passed"):
        gated_post(address, b"money" * 20_000 + b".", departure)
    assert 0 < len(b"".join(got)) < 20_000
    assert departure.left
