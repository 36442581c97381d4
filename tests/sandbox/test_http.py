"""The sandbox's HTTP: what a client sees of values, routes, keep-alive, mistreated answers and shutdown."""

from __future__ import annotations

import socket
import threading
from collections.abc import Iterator

import pytest
import requests

from sandbox.http import Request, Response, Router, Server, Wire


def hello(request: Request) -> Response:
    return Response.json({"path": request.path, "names": request.args("n"), "body": request.body.decode()})


def not_found(_request: Request) -> Response:
    return Response.text("nothing here", 404)


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(hello) as server:
        yield server


@pytest.fixture
def client() -> Iterator[requests.Session]:
    with requests.Session() as session:
        yield session


def test_a_request_arrives_decoded_and_whole(server: Server, client: requests.Session) -> None:
    answer = client.post(
        f"{server.url}/a%20b/ü", params=[("n", "1"), ("n", ""), ("m", "2")], data="täxt".encode()
    )
    assert answer.json() == {"path": "/a b/ü", "names": ["1", ""], "body": "täxt"}
    assert answer.headers["X-Milepost-Sandbox"] == "true"


def test_one_connection_carries_many_requests(server: Server, client: requests.Session) -> None:
    for _ in range(20):
        assert client.get(server.url).status_code == 200
    assert len(server._listener._open) == 1


def test_the_log_shows_method_path_query_and_status(server: Server, client: requests.Session) -> None:
    client.get(f"{server.url}/one", params={"x": "1"})
    client.post(f"{server.url}/two")
    assert [(c.method, c.path, c.query, c.status) for c in server.log] == [
        ("GET", "/one", (("x", "1"),), 200),
        ("POST", "/two", (), 200),
    ]
    assert server.log.count("GET") == 1
    assert server.log.count(path="/t") == 1
    server.log.clear()
    assert len(server.log) == 0


def test_stopping_ends_idle_keep_alive_connections_and_their_threads(client: requests.Session) -> None:
    before = threading.active_count()
    server = Server(hello)
    server.start()
    client.get(server.url)
    assert threading.active_count() == before + 2
    server.stop()
    server.stop()
    assert threading.active_count() == before
    with pytest.raises(requests.ConnectionError):
        client.get(server.url)


def test_stopping_does_not_wait_for_a_delayed_answer(client: requests.Session) -> None:
    entered = threading.Event()

    def slow(_request: Request) -> Response:
        entered.set()
        return Response(wire=Wire(delay=60))

    server = Server(slow)
    server.start()
    failures: list[Exception] = []

    def call() -> None:
        try:
            client.get(server.url)
        except requests.ConnectionError as error:
            failures.append(error)

    caller = threading.Thread(target=call)
    caller.start()
    assert entered.wait(30)
    server.stop()
    caller.join(30)
    assert len(failures) == 1


def test_a_dropped_answer_is_a_connection_error_logged_as_status_zero(client: requests.Session) -> None:
    with Server(lambda _request: Response(wire=Wire(drop=True))) as server:
        with pytest.raises(requests.ConnectionError):
            client.get(server.url)
        assert [call.status for call in server.log] == [0]


def test_a_cut_answer_breaks_in_the_middle_of_its_body(client: requests.Session) -> None:
    broken = pytest.raises(requests.exceptions.ChunkedEncodingError, match="4 bytes read, 6 more expected")
    with Server(lambda _request: Response(body=b"0123456789", wire=Wire(cut=4))) as server, broken:
        client.get(server.url)


def test_raw_bytes_are_sent_as_they_are() -> None:
    with Server(lambda _request: Response(wire=Wire(raw=b"not http at all"))) as server:
        address = ("127.0.0.1", int(server.url.rsplit(":", 1)[1]))
        with socket.create_connection(address, timeout=5) as connection:
            connection.sendall(b"GET / HTTP/1.1\r\nHost: x\r\n\r\n")
            assert connection.makefile("rb").read() == b"not http at all"


def test_a_bug_in_an_application_is_a_500_that_names_it(
    client: requests.Session, caplog: pytest.LogCaptureFixture
) -> None:
    def broken(_request: Request) -> Response:
        raise KeyError("oops")

    with Server(broken) as server:
        answer = client.get(server.url)
    assert (answer.status_code, answer.text) == (500, "sandbox failed: KeyError: 'oops'\n")
    assert "failed in the sandbox" in caplog.text


def routed(method: str, path: str, *, fold_case: bool = False) -> str:
    router = Router(not_found, lambda _request: Response.text("wrong method", 405), fold_case=fold_case)
    router.add(
        "GET", "/v{version:2|3}/issue/{key}", lambda _r, version, key: Response.text(f"{version} {key}")
    )
    router.add("GET", "/v3/issue/new", lambda _r: Response.text("never: the first template wins"))
    return router(Request(method, path)).body.decode()


@pytest.mark.parametrize(
    ("method", "path", "expected"),
    [
        ("GET", "/v3/issue/A-1", "3 A-1"),
        ("GET", "/v2/issue/new", "2 new"),
        ("GET", "/v4/issue/A-1", "nothing here"),
        ("GET", "/v3/issue/A-1/more", "nothing here"),
        ("GET", "/v3/Issue/A-1", "nothing here"),
        ("POST", "/v3/issue/A-1", "wrong method"),
    ],
)
def test_a_router_picks_by_template_and_method(method: str, path: str, expected: str) -> None:
    assert routed(method, path) == expected


def test_an_encoded_slash_belongs_to_the_parameter_it_stands_in() -> None:
    request = Request.received("GET", "/v3/issue/a%2Fb%3f", ())
    assert request.path == "/v3/issue/a%2Fb?"
    router = Router(not_found)
    router.add("GET", "/v{version:2|3}/issue/{key}", lambda _r, version, key: Response.text(key))
    assert router(request).body == b"a/b?"


def test_a_router_answers_head_as_get_and_says_which_methods_there_are() -> None:
    router = Router(not_found, lambda _request: Response.text("wrong method", 405))
    router.add("GET", "/x", lambda _r: Response.text("read"))
    router.add("PUT", "/x", lambda _r: Response.text("written"))
    assert router(Request("HEAD", "/x")).body == b"read"
    options, wrong = router(Request("OPTIONS", "/x")), router(Request("POST", "/x"))
    assert (options.status, options.headers["Allow"]) == (200, "GET, PUT, HEAD, OPTIONS")
    assert (wrong.status, wrong.headers["Allow"]) == (405, "GET, PUT, HEAD, OPTIONS")
    assert router(Request("OPTIONS", "/y")).status == 404


def test_a_router_can_ignore_case_in_fixed_segments_only() -> None:
    assert routed("GET", "/V3/ISSUE/a-1", fold_case=True) == "3 a-1"
