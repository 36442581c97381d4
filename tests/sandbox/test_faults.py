"""Scripted faults: what the caller sees and what the application did."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator

import pytest
import requests

from sandbox import faults as f
from sandbox.http import Request, Response, Server


class Counter:
    """An application with an effect: it counts its requests and shows the query it saw."""

    def __init__(self) -> None:
        self.count = 0

    def __call__(self, request: Request) -> Response:
        self.count += 1
        return Response.json({"count": self.count, "query": dict(request.query)})


@dataclasses.dataclass
class World:
    counter: Counter
    faults: f.Faults
    server: Server
    client: requests.Session

    def get(self, path: str = "/x?id=1") -> requests.Response:
        return self.client.get(self.server.url + path, timeout=5)


@pytest.fixture
def world() -> Iterator[World]:
    counter, faults = Counter(), f.Faults()
    with Server(faults.wrap(counter)) as server, requests.Session() as client:
        yield World(counter, faults, server, client)


def test_drop_before_has_no_effect_and_drop_after_has_one(world: World) -> None:
    world.faults.add(f.drop_before())
    with pytest.raises(requests.ConnectionError):
        world.get()
    assert world.counter.count == 0
    world.faults.add(f.drop_after())
    with pytest.raises(requests.ConnectionError):
        world.get()
    assert world.counter.count == 1
    assert world.get().json()["count"] == 2


def test_an_answer_instead_and_an_answer_after_the_effect(world: World) -> None:
    world.faults.add(f.answer(503, "busy", {"Retry-After": "7"}))
    refused = world.get()
    assert (refused.status_code, refused.text, refused.headers["Retry-After"]) == (503, "busy", "7")
    assert world.counter.count == 0
    world.faults.add(f.answer_after(400, b"{}"))
    assert world.get().status_code == 400
    assert world.counter.count == 1


def test_a_truncated_body_is_complete_http_but_broken_json(world: World) -> None:
    world.faults.add(f.truncated_body())
    answer = world.get()
    assert answer.status_code == 200
    with pytest.raises(json.JSONDecodeError):
        json.loads(answer.text)
    assert world.counter.count == 1


def test_a_cut_off_answer_breaks_the_connection_after_the_effect(world: World) -> None:
    world.faults.add(f.cut_off())
    with pytest.raises(requests.exceptions.ChunkedEncodingError):
        world.get()
    assert world.counter.count == 1


def test_a_bad_gateway_is_html_and_a_429_may_lack_retry_after(world: World) -> None:
    world.faults.add(f.bad_gateway())
    page = world.get()
    assert (page.status_code, page.headers["Content-Type"]) == (502, "text/html")
    world.faults.add(f.too_many_requests())
    world.faults.add(f.too_many_requests("Wed, 21 Oct 2026 07:28:00 GMT"))
    first, second = world.get(), world.get()
    assert (first.status_code, first.headers.get("Retry-After")) == (429, None)
    assert second.headers["Retry-After"] == "Wed, 21 Oct 2026 07:28:00 GMT"


def test_a_delay_is_longer_than_an_impatient_client_waits(world: World) -> None:
    world.faults.add(f.delayed(30))
    with pytest.raises(requests.Timeout):
        world.client.get(world.server.url, timeout=0.05)
    assert world.counter.count == 1


def test_an_argument_can_be_hidden_from_the_application(world: World) -> None:
    world.faults.add(f.without_argument("id"))
    assert world.get("/x?id=1&other=2").json()["query"] == {"other": "2"}
    assert world.get("/x?id=1").json()["query"] == {"id": "1"}


def test_a_fault_meets_the_nth_matching_call_only(world: World) -> None:
    script = world.faults.add(f.answer(500), method="GET", path="/in", nth=2, count=2)
    statuses = [world.get(path).status_code for path in ("/in", "/out", "/in", "/invoice", "/in", "/out")]
    assert statuses == [200, 200, 500, 500, 200, 200]
    assert (script.seen, script.fired) == (4, 2)


def test_a_fault_for_ever_ends_when_the_script_is_cleared(world: World) -> None:
    world.faults.add(f.answer(500), count=None, when=lambda request: request.arg("id") == "1")
    assert [world.get().status_code for _ in range(3)] == [500, 500, 500]
    assert world.get("/x?id=2").status_code == 200
    world.faults.clear()
    assert world.get().status_code == 200
