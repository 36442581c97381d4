"""Requests as various clients put them on the wire of the QuickBooks twin: packed, traced, in the address."""

from __future__ import annotations

import gzip
import json
import zlib
from collections.abc import Callable

import pytest
import requests
from quickbooks_twin import REALM, Bench, encoded

from sandbox.http import Response, Server
from sandbox.world.inprocess import InProcess

BODY = encoded({"DisplayName": "Traced"})


def sent(bench: Bench, path: str, body: bytes = b"", **headers: str) -> Response:
    given = {"authorization": f"bearer {bench.token}", "accept": "application/json"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return bench.request("POST", path, given | named, body)


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        pytest.param("gzip", gzip.compress, id="gzip"),
        pytest.param("GZIP", gzip.compress, id="capital letters"),
        pytest.param("deflate, gzip", lambda body: gzip.compress(zlib.compress(body)), id="one in the other"),
        pytest.param("identity", bytes, id="identity"),
    ],
)
def test_a_packed_body_is_read_over_http_and_in_process(coding: str, pack: Callable[[bytes], bytes]) -> None:
    bench = Bench()
    body = pack(encoded(bench.draft()))
    headers = {"Authorization": f"Bearer {bench.token}", "Content-Encoding": coding}
    session = requests.Session()
    session.mount("http://books.example", InProcess(bench.app))
    with Server(bench.app) as server:
        codes = [
            session.post(
                f"{base}/v3/company/{REALM}/invoice", data=body, headers=headers, timeout=5
            ).status_code
            for base in (server.url, "http://books.example")
        ]
    assert codes == [200, 200]
    assert len(bench.company.rows("Invoice")) == 2


def test_an_empty_body_under_a_coding_is_none() -> None:
    bench = Bench()
    headers = {"Authorization": f"Bearer {bench.token}", "Content-Encoding": "gzip"}
    with Server(bench.app) as server:
        url = f"{server.url}/v3/company/{REALM}/preferences"
        assert requests.get(url, headers=headers, timeout=5).status_code == 200


def test_a_posted_query_may_stand_in_the_address() -> None:
    bench = Bench()
    headers = {"authorization": f"Bearer {bench.token}", "accept": "application/json"}
    answer = bench.request("POST", "/query", headers, query="select count(*) from Customer")
    assert json.loads(answer.body)["QueryResponse"] == {"totalCount": 1}


def test_a_trace_id_of_the_client_comes_back_and_else_one_is_given() -> None:
    bench = Bench()
    assert sent(bench, "/customer", BODY).headers["intuit_tid"].startswith("1-")
    headers = {"authorization": f"Bearer {bench.token}", "intuit_tid": "my-trace"}
    assert bench.request("GET", "/preferences", headers).headers["intuit_tid"] == "my-trace"
