"""The sandbox's server byte by byte: what clients of any make may send, and what it says to nonsense."""

from __future__ import annotations

import contextlib
import gzip
import io
import socket
import threading
import zlib
from collections.abc import Iterator
from http.client import HTTPResponse

import pytest
import requests

from sandbox import connection, framing
from sandbox.http import Request, Response, Server, Wire
from sandbox.world.inprocess import InProcess


def echo(request: Request) -> Response:
    if request.path == "/nothing":
        return Response(204)
    told = {"method": request.method, "path": request.path, "query": request.query}
    return Response.json(told | {"x": request.headers.get("x", ""), "body": request.body.decode()})


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(echo) as server:
        yield server


@contextlib.contextmanager
def dialled(server: Server) -> Iterator[socket.socket]:
    port = int(server.url.rpartition(":")[2])
    with socket.create_connection(("127.0.0.1", port), timeout=5) as line:
        yield line


def said(server: Server, *pieces: bytes) -> bytes:
    """Everything the server says to these bytes until it closes or waits for more."""
    with dialled(server) as line:
        for piece in pieces:
            line.sendall(piece)
        with contextlib.suppress(OSError):
            line.shutdown(socket.SHUT_WR)
        return b"".join(iter(lambda: line.recv(65536), b""))


def one(server: Server, *pieces: bytes) -> tuple[int, dict[str, str], bytes]:
    """The first answer: status, headers, body."""
    data = said(server, *pieces)

    class Line(io.BytesIO):
        def makefile(self, *_: object) -> io.BytesIO:
            return io.BytesIO(data)

    answer = HTTPResponse(Line())  # type: ignore[arg-type]  # reads from any makefile
    answer.begin()
    return answer.status, {name.lower(): value for name, value in answer.headers.items()}, answer.read()


CHUNKED = b"POST /x HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: chunked\r\n\r\n"


def test_a_body_in_chunks_arrives_whole_with_extensions_and_trailers(server: Server) -> None:
    status, _, body = one(server, CHUNKED, b"4;a=b\r\nabcd\r\n", b"A\r\n0123456789\r\n0\r\nX-Sum: 1\r\n\r\n")
    assert (status, b'"body":"abcd0123456789"' in body) == (200, True)


def test_a_generator_as_a_body_is_the_same_in_process_and_over_http(server: Server) -> None:
    with requests.Session() as session:
        session.mount("http://in.process", InProcess(echo))
        bodies = [
            session.post(f"{url}/a%2Fb/%C3%BC?n=1", data=iter([b"a", b"b"]), timeout=5).content
            for url in (server.url, "http://in.process")
        ]
    assert bodies[0] == bodies[1]
    assert '"path":"/a%2Fb/ü"'.encode() in bodies[0]


LONG = Response.json([{"word": "sandbox " * 40, "number": number} for number in range(20)])


@pytest.mark.parametrize(("asked", "answer", "coding"), [
    ("gzip, deflate", LONG, "gzip"), ("br;q=1.0, gzip;q=0.8, *;q=0.1", LONG, "gzip"), ("*", LONG, "gzip"),
    ("", LONG, None), ("identity", LONG, None), ("gzip;q=0", LONG, None),
    ("gzip", Response.json({"short": True}), None),
    ("gzip", Response(200, bytes(5000), {"Content-Type": "application/pdf"}), None),
    ("gzip", Response(206, LONG.body, {"Content-Type": "text/plain"}), None),
    ("gzip", Response(200, LONG.body, {"Content-Type": "text/plain"}, Wire(chunk=2000)), None),
])  # fmt: skip
def test_long_texts_come_packed_to_who_takes_gzip(asked: str, answer: Response, coding: str | None) -> None:
    with Server(lambda _: answer) as server:
        got = requests.get(server.url, headers={"Accept-Encoding": asked}, timeout=5)
    assert got.content == answer.body
    assert got.headers.get("Content-Encoding") == coding
    assert (int(got.headers["Content-Length"]) < len(answer.body)) is bool(coding)


def test_a_packed_body_arrives_unpacked(server: Server) -> None:
    text = b"hello " * 1000
    bare = zlib.compressobj(wbits=-zlib.MAX_WBITS)
    packed = [
        ("gzip", gzip.compress(text)),
        ("deflate", zlib.compress(text)),
        ("deflate", bare.compress(text) + bare.flush()),
        ("identity", text),
    ]
    for coding, body in packed:
        answer = requests.post(server.url, data=body, headers={"Content-Encoding": coding}, timeout=5)
        assert answer.json()["body"] == text.decode()


def test_a_packed_body_that_is_none_or_unpacks_without_end_is_refused(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    def sent(coding: str, body: bytes) -> int:
        return requests.post(
            server.url, data=body, headers={"Content-Encoding": coding}, timeout=5
        ).status_code

    assert [sent("gzip", b"abc"), sent("gzip", gzip.compress(b"x" * 99)[:-9]), sent("br", b"x")] == [
        400,
        400,
        415,
    ]
    monkeypatch.setattr(framing, "MOST_BODY", 10_000)
    assert sent("gzip", gzip.compress(b"x" * 1_000_000)) == 413


@pytest.mark.parametrize(
    ("sent", "status"),
    [
        (CHUNKED + b"zz\r\nabcd\r\n", 400),
        (CHUNKED + b"-4\r\nabcd\r\n", 400),
        (CHUNKED + b"2\r\nabcd\r\n0\r\n\r\n", 400),
        (CHUNKED + b"ffffffffff\r\n", 413),
        (CHUNKED + b"1" * 9000, 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: abc\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: -1\r\n\r\n", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
        (b"POST / HTTP/1.1\r\nHost: h\r\nContent-Length: 99999999999999\r\n\r\n", 413),
        (b"GET http://[bad/ HTTP/1.1\r\nHost: h\r\n\r\n", 400),
        (b"GET /" + b"a" * 70_000 + b" HTTP/1.1\r\nHost: h\r\n\r\n", 414),
        (b"GET / HTTP/1.1\r\nX: " + b"a" * 70_000 + b"\r\n\r\n", 431),
        (b"GET / HTTP/1.1\r\n" + b"X: a\r\n" * 200 + b"\r\n", 431),
        (b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", 505),
        (b"BREW /pot HTTP/1.1\r\nHost: h\r\n\r\n", 501),
        (b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03\r\n\r\n", 400),
    ],
)
def test_nonsense_is_refused_in_http_and_the_server_goes_on(server: Server, sent: bytes, status: int) -> None:
    found, headers, body = one(server, sent)
    assert (found, headers["connection"], headers["x-milepost-sandbox"]) == (status, "close", "true")
    assert b"This is the Milepost sandbox" in body
    assert len(server.log) == 0
    assert requests.get(server.url, timeout=5).status_code == 200


def test_a_client_that_goes_away_within_its_body_leaves_nothing_behind(
    server: Server, caplog: pytest.LogCaptureFixture
) -> None:
    assert said(server, b"POST / HTTP/1.1\r\nContent-Length: 10\r\n\r\nabc") == b""
    assert said(server, CHUNKED, b"5\r\nab") == b""
    assert (len(server.log), caplog.records) == (0, [])


def test_requests_sent_at_once_are_answered_in_their_order(server: Server) -> None:
    post = b"POST /b HTTP/1.1\r\nHost: h\r\nContent-Length: 2\r\n\r\nhi"
    get = b"GET /%d HTTP/1.1\r\nHost: h\r\n\r\n"
    answers = said(server, get % 1, post + get % 2)
    places = [answers.index(path) for path in (b'"path":"/1"', b'"path":"/b"', b'"path":"/2"')]
    assert places == sorted(places)
    assert answers.count(b"HTTP/1.1 200 OK") == 3


def test_a_body_is_asked_for_only_where_it_will_be_read(server: Server) -> None:
    with dialled(server) as line:
        line.sendall(b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        assert line.recv(100).startswith(b"HTTP/1.1 100 Continue")
        line.sendall(b"ok")
        assert b'"body":"ok"' in line.recv(1000)
    refused = said(server, b"POST / HTTP/1.1\r\nExpect: 100-continue\r\nContent-Length: 9999999999\r\n\r\n")
    assert refused.startswith(b"HTTP/1.1 413 ")


def test_a_refused_upload_is_heard_by_a_client_that_is_still_sending(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(framing, "MOST_BODY", 1000)
    with Server(echo) as server:
        answer = requests.post(server.url, data=b"x" * 4_000_000, timeout=5)
    assert answer.status_code == 413


def test_a_whole_address_in_the_request_line_means_its_path(server: Server) -> None:
    _, _, body = one(server, b"GET http://jira.example:80/a?b=1 HTTP/1.1\r\nHost: jira.example\r\n\r\n")
    assert b'"path":"/a","query":[["b","1"]]' in body


def test_a_path_in_bare_utf_8_is_read_as_meant(server: Server) -> None:
    _, _, body = one(server, "GET /fête?q=ü HTTP/1.1\r\nHost: h\r\n\r\n".encode())
    assert '"path":"/fête","query":[["q","ü"]]'.encode() in body


def test_header_lines_of_one_name_are_one_list(server: Server) -> None:
    _, _, body = one(server, b"GET / HTTP/1.1\r\nHost: h\r\nX: a\r\nX: b\r\n\r\n")
    assert b'"x":"a, b"' in body


def test_an_old_client_keeps_its_connection_only_where_it_asks_for_it(server: Server) -> None:
    kept = one(server, b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")[1]
    closed = one(server, b"GET / HTTP/1.0\r\n\r\n")[1]
    assert (kept["connection"], closed["connection"]) == ("keep-alive", "close")


def test_what_has_no_body_announces_none(server: Server) -> None:
    head = said(server, b"HEAD / HTTP/1.1\r\nHost: h\r\n\r\n")
    assert head.endswith(b"\r\n\r\n")
    whole = said(server, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n").partition(b"\r\n\r\n")[2]
    assert b"Content-Length: %d" % (len(whole) + 1) in head  # "HEAD" is a letter longer
    nothing = said(server, b"GET /nothing HTTP/1.1\r\nHost: h\r\n\r\n")
    assert b"Content-Length" not in nothing


def test_a_header_value_never_begins_a_line_of_its_own() -> None:
    hostile = Response(200, b"", {"Location": "/x\r\nSet-Cookie: a=b", "X-Name": "fête 日本"})
    with Server(lambda _request: hostile) as server:
        headers = one(server, b"GET / HTTP/1.1\r\nHost: h\r\n\r\n")[1]
    assert headers["location"] == "/x Set-Cookie: a=b"
    assert "set-cookie" not in headers


def test_slow_and_silent_clients_keep_nobody_waiting(server: Server) -> None:
    with contextlib.ExitStack() as lines:
        silent = [lines.enter_context(dialled(server)) for _ in range(200)]
        for line in silent[:100]:
            line.sendall(b"GET /slow HTT")
        assert requests.get(server.url, timeout=5).status_code == 200
        silent[0].sendall(b"P/1.1\r\nHost: h\r\n\r\n")
        assert b'"path":"/slow"' in silent[0].recv(1000)


def test_a_client_that_says_nothing_for_too_long_is_let_go(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connection.Connection, "timeout", 0.05)
    with Server(echo) as server, dialled(server) as line:
        line.sendall(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab")
        assert line.recv(100) == b""


def test_stopping_does_not_wait_for_whoever_holds_a_connection() -> None:
    server = Server(lambda _request: Response(body=b"x" * 50_000_000, wire=Wire(chunk=1000)))
    before = threading.active_count()
    server.start()
    with dialled(server) as idle, dialled(server) as half, dialled(server) as deaf:
        half.sendall(b"POST / HTTP/1.1\r\nContent-Length: 5\r\n\r\nab")
        deaf.sendall(b"GET / HTTP/1.1\r\n\r\n")
        assert deaf.recv(10)
        server.stop()
        assert idle.recv(10) == b""
    assert threading.active_count() == before
