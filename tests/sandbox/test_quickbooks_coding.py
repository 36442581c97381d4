"""Requests as various clients put them on the wire of the QuickBooks twin: compressed, traced, in the address."""

from __future__ import annotations

import gzip
import json
import zlib

import pytest
from quickbooks_twin import Bench, encoded, good

from sandbox.http import Response

BODY = encoded({"DisplayName": "Compressed"})


def sent(bench: Bench, path: str, body: bytes = b"", **headers: str) -> Response:
    given = {"authorization": f"bearer {bench.token}", "accept": "application/json"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return bench.request("POST", path, given | named, body)


@pytest.mark.parametrize(
    ("coding", "body"),
    [
        pytest.param("gzip", gzip.compress(BODY), id="gzip"),
        pytest.param("GZIP", gzip.compress(BODY), id="capital letters"),
        pytest.param("deflate", zlib.compress(BODY), id="deflate"),
        pytest.param("deflate", zlib.compress(BODY)[2:-4], id="deflate without a frame"),
        pytest.param("identity", BODY, id="identity"),
        pytest.param("deflate, gzip", gzip.compress(zlib.compress(BODY)), id="one in the other"),
    ],
)
def test_a_compressed_body_is_read(coding: str, body: bytes) -> None:
    made = good(sent(Bench(), "/customer", body, content_encoding=coding))
    assert made["Customer"]["DisplayName"] == "Compressed"


@pytest.mark.parametrize("coding", ["br", "gzip"])
def test_a_body_that_cannot_be_read_is_415(coding: str) -> None:
    bench = Bench()
    assert sent(bench, "/customer", BODY, content_encoding=coding).status == 415
    assert sent(bench, "/customer", BODY).status == 200


def test_a_compressed_query_and_an_empty_body_under_a_coding() -> None:
    bench = Bench()
    text = gzip.compress(b"select count(*) from Customer")
    counted = good(sent(bench, "/query", text, content_encoding="gzip", content_type="application/text"))
    assert counted["QueryResponse"] == {"totalCount": 1}
    headers = {"authorization": f"Bearer {bench.token}", "content-encoding": "gzip"}
    assert bench.request("GET", "/preferences", headers).status == 200


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
