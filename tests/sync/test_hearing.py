"""The ear and its door: what is forged, old or repeated names nothing, however often it comes."""

from __future__ import annotations

import http.client
import json
import select
import socket
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from sandbox.jira.webhooks import Delivery
from sandbox.quickbooks.wire.webhooks import signature
from sync.hearing.ear import Ear, Named
from sync.hearing.receiver import receiving

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
MANY = 1000


class Clock:
    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def ear(clock: Clock) -> Ear:
    return Ear({"main": "jira-secret"}, {"42": "verifier", "43": "another"}, clock)


def of_jira(issue: int = 10001, at: datetime = NOW, signed: str = "jira-secret") -> tuple[bytes, str]:
    told = {"webhookEvent": "jira:issue_updated", "timestamp": round(at.timestamp() * 1000)}
    body = json.dumps(told | {"issue": {"id": str(issue)}}).encode()
    return body, Delivery("id", 1, "", body, at, at, signed).headers()["X-Hub-Signature"]


def of_books(
    identity: int = 145,
    realm: str = "42",
    at: datetime = NOW,
    verifier: str = "verifier",
    kind: str = "invoice",
) -> tuple[bytes, str]:
    event = {"id": f"e-{identity}-{realm}", "type": f"qbo.{kind}.updated.v1", "time": at.isoformat()}
    body = json.dumps([event | {"intuitentityid": str(identity), "intuitaccountid": realm}]).encode()
    return body, signature(body, verifier)


def test_what_is_named_is_taken_once(ear: Ear) -> None:
    assert not ear.is_waiting
    assert ear.jira("main", *of_jira()) == ear.quickbooks(*of_books()) == "taken"
    assert ear.is_waiting
    assert ear.take() == Named(
        {"main": frozenset({"10001"})}, frozenset(), {"42": frozenset({("invoice", "145")})}
    )
    assert ear.take() is None
    assert ear.counts == {("jira", "heard"): 1, ("quickbooks", "heard"): 1}
    assert ear.last_heard == {"jira": NOW, "quickbooks": NOW}


def test_a_storm_is_one_look(ear: Ear) -> None:
    for number in range(MANY):
        ear.jira("main", *of_jira(number % 50, NOW + timedelta(milliseconds=number)))
    named = ear.take()
    assert named is not None
    assert len(named.issues["main"]) == 50
    assert ear.take() is None


def test_what_is_repeated_a_thousand_times_is_one_look(ear: Ear) -> None:
    jira, books = of_jira(), of_books()
    for _ in range(MANY):
        assert ear.jira("main", *jira) == ear.quickbooks(*books) == "taken"
    assert ear.take() is not None
    for _ in range(MANY):
        ear.jira("main", *jira)
        ear.quickbooks(*books)
    assert ear.take() is None
    assert ear.counts["jira", "repeated"] == ear.counts["quickbooks", "repeated"] == 2 * MANY - 1


@pytest.mark.parametrize("at", [NOW - timedelta(hours=24, seconds=1), NOW + timedelta(minutes=11)])
def test_what_is_old_or_not_yet_names_nothing(ear: Ear, at: datetime) -> None:
    for number in range(MANY):
        assert ear.jira("main", *of_jira(number, at)) == "taken"
        assert ear.quickbooks(*of_books(number, at=at)) == "taken"
    assert ear.take() is None
    assert ear.counts == {("jira", "old"): MANY, ("quickbooks", "old"): MANY}


def test_a_repeat_that_somebody_kept_for_a_day_is_old(ear: Ear, clock: Clock) -> None:
    kept = of_jira()
    ear.jira("main", *kept)
    ear.take()
    clock.now += timedelta(days=1, seconds=1)
    ear.jira("main", *kept)
    assert ear.take() is None


def test_what_is_forged_names_nothing(ear: Ear) -> None:
    body, _ = of_jira()
    books, good = of_books()
    for number in range(MANY):
        forged = of_jira(number, signed="guessed")
        assert ear.jira("main", *forged) == ear.jira("main", body, "") == "forged"
        assert ear.quickbooks(*of_books(number, verifier="guessed")) == "forged"
        assert ear.quickbooks(books + b" " * number, good if number else "") == "forged"
    assert ear.take() is None
    assert ear.last_heard == {}


def test_a_verifier_speaks_for_its_own_companies_alone(ear: Ear) -> None:
    assert ear.quickbooks(*of_books(realm="43", verifier="verifier")) == "taken"
    assert ear.quickbooks(*of_books(realm="99", verifier="verifier")) == "taken"
    assert ear.take() is None
    ear.quickbooks(*of_books(realm="43", verifier="another"))
    named = ear.take()
    assert named is not None
    assert set(named.documents) == {"43"}


def test_what_no_document_is_asks_for_no_look(ear: Ear) -> None:
    assert ear.quickbooks(*of_books(kind="customer")) == "taken"
    assert ear.take() is None


def test_signed_and_not_of_the_service_is_unreadable(ear: Ear) -> None:
    for body in (b"", b"{}", b"[]x"):
        assert ear.quickbooks(body, signature(body, "verifier")) == "unreadable"


@pytest.fixture
def port(ear: Ear) -> Iterator[int]:
    with receiving(ear, "127.0.0.1", 0) as port:
        yield port


def post(port: int, path: str, body: bytes, **headers: str) -> tuple[int, bytes]:
    caller = http.client.HTTPConnection("127.0.0.1", port, timeout=10)
    try:
        caller.request("POST", path, body, headers)
        answer = caller.getresponse()
        return answer.status, answer.read()
    finally:
        caller.close()


def test_the_door_answers_and_says_nothing(ear: Ear, port: int) -> None:
    body, sign = of_jira()
    books, seal = of_books()
    assert post(port, "/jira/main", body, **{"X-Hub-Signature": sign}) == (200, b"")
    assert post(port, "/quickbooks", books, **{"intuit-signature": seal}) == (200, b"")
    assert ear.take() is not None
    assert post(port, "/jira/main", body, **{"X-Hub-Signature": "sha256=00"}) == (401, b"")
    assert post(port, "/jira/main", body) == (401, b"")
    assert post(port, "/quickbooks", b"") == (401, b"")
    assert post(port, "/quickbooks", b"{}", **{"intuit-signature": signature(b"{}", "verifier")}) == (
        400,
        b"",
    )
    for path in ("/", "/jira", "/jira/other", "/jira/main/x", "/quickbooks/x", "/../quickbooks"):
        assert post(port, path, body, **{"X-Hub-Signature": sign}) == (404, b"")
    assert ear.take() is None


def raw(port: int, request: bytes) -> bytes:
    with socket.create_connection(("127.0.0.1", port), timeout=10) as line:
        line.sendall(request)
        line.shutdown(socket.SHUT_WR)
        return line.recv(4096)


def test_a_body_has_a_stated_and_bounded_length(ear: Ear, port: int) -> None:
    head = b"POST /quickbooks HTTP/1.1\r\nHost: x\r\n"
    assert b" 411 " in raw(port, head + b"\r\n")
    assert b" 411 " in raw(port, head + b"Content-Length: -1\r\n\r\n")
    assert b" 411 " in raw(port, head + b"Content-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}")
    assert b" 413 " in raw(port, head + b"Content-Length: 1048577\r\n\r\n")
    assert b" 413 " in raw(port, head + b"Content-Length: " + b"9" * 5000 + b"\r\n\r\n")
    assert b" 408 " in raw(port, head + b"Content-Length: 10\r\n\r\n{}")
    assert b" 501 " in raw(port, b"GET /quickbooks HTTP/1.1\r\nHost: x\r\n\r\n")
    assert ear.take() is None


def test_callers_that_say_nothing_leave_room_or_are_turned_away(ear: Ear, port: int) -> None:
    idle = [socket.create_connection(("127.0.0.1", port), timeout=10) for _ in range(40)]
    try:
        turned_away = set[socket.socket]()
        while len(turned_away) < 20:  # there is room for sixteen
            turned_away |= set(select.select(set(idle) - turned_away, [], [], 10)[0])
    finally:
        for line in idle:
            line.close()
    books, seal = of_books()
    for _ in range(200):  # room is given back as soon as their threads notice
        try:
            status, _ = post(port, "/quickbooks", books, **{"intuit-signature": seal})
        except (http.client.RemoteDisconnected, ConnectionError):
            threading.Event().wait(0.02)
            continue
        assert status == 200
        return
    pytest.fail("no room was given back")
