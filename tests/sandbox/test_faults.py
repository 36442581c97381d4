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


def test_a_refused_connection_never_reaches_the_server_and_the_port_comes_back(world: World) -> None:
    with world.server.refusing(), pytest.raises(requests.ConnectionError):
        world.get()
    assert world.counter.count == 0
    assert world.get().json()["count"] == 1


@pytest.mark.parametrize(("fault", "effects"), [(f.hanging_before(0.2), 0), (f.hanging_after(0.2), 1)])
def test_a_client_times_out_before_or_after_the_effect(world: World, fault: f.Fault, effects: int) -> None:
    world.faults.add(fault)
    with pytest.raises(requests.Timeout):
        world.client.get(world.server.url, timeout=0.05)
    assert world.counter.count == effects


@pytest.mark.parametrize(
    ("fault", "effects"), [(f.reset_before(), 0), (f.reset_after(), 1), (f.reset_midway(), 1)]
)
def test_a_reset_connection_says_so_whatever_the_effect(world: World, fault: f.Fault, effects: int) -> None:
    world.faults.add(fault)
    with pytest.raises(requests.RequestException) as error:
        world.get()
    assert "reset" in str(error.value).lower()
    assert world.counter.count == effects
    assert world.get().status_code == 200


@pytest.mark.parametrize(
    ("fault", "status", "body"),
    [
        (f.empty_answer(), 200, ""),
        (f.wrong_object(), 200, '{"Unexpected":{}}'),
        (f.failing_after(500), 500, "500 from the proxy"),
    ],
)
def test_answers_that_hide_an_effect(world: World, fault: f.Fault, status: int, body: str) -> None:
    world.faults.add(fault)
    answer = world.get()
    assert answer.status_code == status
    assert body in answer.text
    assert world.counter.count == 1


def test_a_page_of_html_hides_that_nothing_happened(world: World) -> None:
    world.faults.add(f.html_page(200))
    answer = world.get()
    assert (answer.status_code, answer.headers["Content-Type"]) == (200, "text/html")
    assert world.counter.count == 0


def test_a_trickle_of_bytes_is_slow_but_whole(world: World) -> None:
    world.faults.add(f.trickled(0.005, chunk=100))
    answer = world.get()
    assert answer.json()["count"] == 1
    assert answer.elapsed.total_seconds() > 0.005


def test_a_request_delivered_twice_has_two_effects(world: World) -> None:
    world.faults.add(f.delivered_twice())
    assert world.get().json()["count"] == 2
    assert world.get().json()["count"] == 3


def test_a_stale_read_repeats_the_first_answer_to_the_same_question(world: World) -> None:
    world.faults.add(f.stale_reads(), count=3)
    assert [world.get(path).json()["count"] for path in ("/x", "/x", "/y")] == [1, 1, 3]
    assert world.get("/x").json()["count"] == 4


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ({"startAt": "50", "maxResults": "50"}, {"startAt": "51", "maxResults": "50"}),
        (
            {"query": "select * from Invoice STARTPOSITION 101 MAXRESULTS 100"},
            {"query": "select * from Invoice STARTPOSITION 102 MAXRESULTS 100"},
        ),
        ({"query": "select * from Invoice"}, {"query": "select * from Invoice"}),
    ],
)
def test_a_shifted_page_starts_elsewhere(world: World, sent: dict[str, str], seen: dict[str, str]) -> None:
    world.faults.add(f.shifted_page(1))
    answer = world.client.get(world.server.url, params=sent, timeout=5)
    assert answer.json()["query"] == seen


def test_a_page_token_repeats_itself() -> None:
    tokens = iter(("a", "b", "c"))
    faults = f.Faults()
    faults.add(f.repeated_token(), count=None)
    paged = faults.wrap(lambda _request: Response.json({"nextPageToken": next(tokens), "rows": []}))
    answers = [json.loads(paged(Request("GET", "/")).body) for _ in range(3)]
    assert [answer["nextPageToken"] for answer in answers] == ["a", "a", "a"]


def test_a_redirect_leads_to_the_same_host_and_keeps_the_method(world: World) -> None:
    world.faults.add(f.redirected("/elsewhere?id=9"))
    answer = world.client.post(world.server.url, timeout=5)
    assert answer.json()["query"] == {"id": "9"}
    assert [(call.method, call.status) for call in world.server.log] == [("POST", 307), ("POST", 200)]
