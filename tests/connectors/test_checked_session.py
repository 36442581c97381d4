"""The checked session: what may leave the process, where to, and how failures read."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
import requests

from connectors.http import CheckedSession, Failure, Forbidden, Route, Usage, checked_base_url, failure_of
from sandbox.faults import Faults, answer, cut_off, delayed, drop_before
from sandbox.http import Request, Response, Server

SECRET = "s3cret-token"
ROUTES = (
    Route.read("GET", r"/rest/item/\d+"),
    Route.read("POST", r"/rest/search"),
    Route.write("POST", r"/rest/item"),
)


def _echo(request: Request) -> Response:
    cookies = {"Set-Cookie": "JSESSIONID=abc; Path=/"}
    return Response.json({"headers": dict(request.headers), "path": request.path}, headers=cookies)


@pytest.fixture
def faults() -> Faults:
    return Faults()


@pytest.fixture
def server(faults: Faults) -> Iterator[Server]:
    with Server(faults.wrap(_echo)) as running:
        yield running


@pytest.fixture
def session(server: Server) -> Iterator[CheckedSession]:
    with CheckedSession(server.url, ROUTES, timeout_seconds=5) as made:
        made.auth = ("person", SECRET)
        yield made


def test_allowed_requests_pass_and_are_counted_by_effect(session: CheckedSession, server: Server) -> None:
    session.get(f"{server.url}/rest/item/7", params={"x": "1"})
    session.post(f"{server.url}/rest/search", data=b"{}")
    session.post(f"{server.url}/rest/item", data=b"{}")
    assert session.usage == Usage(requests=3, reads=2, writes=1)
    assert len(server.log) == 3


@pytest.mark.parametrize(
    ("method", "path"),
    [
        ("DELETE", "/rest/item/7"),
        ("PUT", "/rest/item/7"),
        ("GET", "/rest/item/x"),
        ("GET", "/rest/item/7/../../admin"),
        ("GET", "/rest/item/7/%2e%2e/8"),
        ("GET", "//rest/item/7"),
        ("GET", "/other"),
    ],
)
def test_anything_else_is_refused_before_it_leaves(
    session: CheckedSession, server: Server, method: str, path: str
) -> None:
    with pytest.raises(Forbidden):
        session.request(method, server.url + path)
    assert len(server.log) == 0
    assert session.usage == Usage()


@pytest.mark.parametrize(
    "url",
    ["http://127.0.0.1:9/rest/item/1", "https://example.com/rest/item/1", "http://user@{host}/rest/item/1"],
)
def test_another_address_is_refused(session: CheckedSession, server: Server, url: str) -> None:
    with pytest.raises(Forbidden):
        session.get(url.format(host=server.url.removeprefix("http://")))
    assert session.usage.requests == 0


def test_a_base_path_confines_requests(server: Server) -> None:
    with CheckedSession(f"{server.url}/ex/jira/abc/", ROUTES) as session:
        assert (
            session.get(f"{server.url}/ex/jira/abc/rest/item/1").json()["path"] == "/ex/jira/abc/rest/item/1"
        )
        for outside in ("/rest/item/1", "/ex/jira/abcd/rest/item/1"):
            with pytest.raises(Forbidden):
                session.get(server.url + outside)


def test_a_redirect_is_an_answer_and_never_followed(
    session: CheckedSession, server: Server, faults: Faults
) -> None:
    faults.add(answer(302, headers={"Location": f"{server.url}/rest/item/8"}))
    response = session.get(f"{server.url}/rest/item/7", allow_redirects=True)
    assert response.status_code == 302
    assert len(server.log) == 1


def test_nothing_of_the_environment_is_used(
    server: Server, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login thief password stolen\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    with CheckedSession(server.url, ROUTES) as session:
        seen = session.get(f"{server.url}/rest/item/1").json()["headers"]
    assert "authorization" not in seen


def test_cookies_are_not_kept(session: CheckedSession, server: Server) -> None:
    session.get(f"{server.url}/rest/item/1")
    assert "cookie" not in session.get(f"{server.url}/rest/item/1").json()["headers"]


def test_a_request_always_has_a_time_limit(server: Server, faults: Faults) -> None:
    faults.add(delayed(0.3))
    with CheckedSession(server.url, ROUTES, timeout_seconds=0.05) as session:
        with pytest.raises(requests.exceptions.ReadTimeout) as caught:
            session.get(f"{server.url}/rest/item/1")
        assert failure_of(caught.value) == Failure("no answer within the time allowed", sent=True)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com",
        "ftp://127.0.0.1",
        "https://",
        "https://user:pw@example.com",
        "https://example.com?x=1",
        "http://127.0.0.1.example.com",
        "http://10.0.0.1",
    ],
)
def test_unsafe_base_urls_are_refused(url: str) -> None:
    with pytest.raises(ValueError, match=r"base URL|not allowed"):
        checked_base_url(url)


@pytest.mark.parametrize(
    ("url", "normal"),
    [
        ("https://Acme.atlassian.net/", "https://acme.atlassian.net"),
        ("http://localhost:8080", "http://localhost:8080"),
        ("http://[::1]:80/jira/", "http://[::1]:80/jira"),
    ],
)
def test_safe_base_urls_get_one_form(url: str, normal: str) -> None:
    assert checked_base_url(url) == normal


def _failure(session: CheckedSession, url: str) -> Failure:
    with pytest.raises(requests.RequestException) as caught:
        session.get(url)
    failure = failure_of(caught.value)
    assert SECRET not in failure.reason
    assert "127.0.0.1" not in failure.reason
    return failure


def test_a_dropped_connection_may_have_been_received(
    session: CheckedSession, server: Server, faults: Faults
) -> None:
    faults.add(drop_before())
    assert _failure(session, f"{server.url}/rest/item/1") == Failure("the connection was lost", sent=True)


def test_a_cut_answer_is_told_apart(session: CheckedSession, server: Server, faults: Faults) -> None:
    faults.add(cut_off())
    assert _failure(session, f"{server.url}/rest/item/1") == Failure("the answer broke off", sent=True)


def test_a_refused_connection_was_never_sent() -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        url = f"http://127.0.0.1:{free.getsockname()[1]}"
        with CheckedSession(url, ROUTES) as session:
            assert _failure(session, f"{url}/rest/item/1") == Failure(
                "the connection was refused", sent=False
            )


def test_an_unknown_host_was_never_sent(monkeypatch: pytest.MonkeyPatch) -> None:
    def nowhere(*_: object, **__: object) -> None:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", nowhere)
    with CheckedSession("https://nowhere.example", ROUTES) as session:
        failure = _failure(session, "https://nowhere.example/rest/item/1")
    assert failure == Failure("the host name is not known (DNS)", sent=False)


def test_tls_to_a_plain_server_is_named(server: Server) -> None:
    url = server.url.replace("http:", "https:")
    with CheckedSession(url, ROUTES) as session:
        assert _failure(session, f"{url}/rest/item/1").reason == "no secure connection (certificate or TLS)"
