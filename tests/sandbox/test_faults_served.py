"""Every fault of a world file as a client meets it over a socket: what it sees, and what the books say then."""

from __future__ import annotations

import contextlib
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import pairwise
from typing import Any

import pytest
import requests

from mappings.grammar.tomlfile import parse
from sandbox.world.file.faults import script
from sandbox.world.file.whole import WorldFile
from sandbox.world.generate import build
from sandbox.world.running import RunningSandbox
from sandbox.world.site import LOGIN, TOKEN

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
LOST = requests.ConnectionError


class Bookkeeper:
    """A client of QuickBooks and Jira that tries once, for a tenth of a second."""

    def __init__(self, sandbox: RunningSandbox) -> None:
        self.sandbox, self.company = sandbox, sandbox.world.company
        token = sandbox.world.quickbooks.tokens.connect(self.company.realm).access_token
        self.headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        self.base = f"{sandbox.quickbooks_url}/v3/company/{self.company.realm}"

    def bill(self, timeout: float = 5, **query: str) -> requests.Response:
        customer, item = self.company.rows("Customer")[0], self.company.rows("Item")[0]
        detail = {"ItemRef": {"value": item.id}}
        line = {"Amount": 100, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
        sent = {"CustomerRef": {"value": customer.id}, "Line": [line]}
        url = f"{self.base}/invoice"
        return requests.post(url, json=sent, params=query, headers=self.headers, timeout=timeout)

    def query(self, text: str) -> list[Any]:
        answer = requests.get(f"{self.base}/query", {"query": text}, headers=self.headers, timeout=5)
        return [row["Id"] for row in answer.json()["QueryResponse"].get("Invoice", [])]

    def search(self, **arguments: str) -> Any:
        url = f"{self.sandbox.jira_url}/rest/api/3/search/jql"
        return requests.get(url, {"jql": "project = HPO", **arguments}, auth=(LOGIN, TOKEN), timeout=5).json()

    def bills(self) -> int:
        return len(self.company.rows("Invoice"))


@contextmanager
def met(fault: str, service: str = "quickbooks") -> Iterator[Bookkeeper]:
    file, problems = parse(f"[[{service}.fault]]\n{fault}", "world.toml", WorldFile)
    assert problems == []
    assert file is not None
    with RunningSandbox(build(7, UNTIL)) as sandbox:
        script(sandbox.quickbooks_faults, file.quickbooks.fault)
        script(sandbox.jira_faults, file.jira.fault)
        yield Bookkeeper(sandbox)


@pytest.mark.parametrize(
    ("fault", "effects"),
    [
        ('kind = "drop_before"', 0),
        ('kind = "drop_after"', 1),
        ('kind = "reset_before"', 0),
        ('kind = "reset_after"', 1),
        ('kind = "refused"\nseconds = 0.05', 0),
    ],
)
def test_a_connection_that_ends_without_an_answer_may_have_had_an_effect(fault: str, effects: int) -> None:
    with met(f'{fault}\nmethod = "POST"\npath = "/invoice"') as client:
        before = client.bills()
        with pytest.raises(LOST):
            client.bill()
        assert client.bills() - before == effects


@pytest.mark.parametrize(("kind", "effects"), [("hanging_before", 0), ("hanging_after", 1), ("delayed", 1)])
def test_a_timeout_may_have_had_an_effect(kind: str, effects: int) -> None:
    with met(f'kind = "{kind}"\nseconds = 0.4\npath = "/invoice"') as client:
        before = client.bills()
        with pytest.raises(requests.Timeout):
            client.bill(timeout=0.1)
        pause = threading.Event()  # the server may have been slower than the client's patience
        assert any(client.bills() - before == effects or pause.wait(0.01) for _ in range(500))


@pytest.mark.parametrize("kind", ["cut_off", "reset_midway"])
def test_an_answer_that_breaks_in_its_middle_had_its_effect(kind: str) -> None:
    with met(f'kind = "{kind}"\npath = "/invoice"') as client:
        before = client.bills()
        with pytest.raises((requests.exceptions.ChunkedEncodingError, LOST)):
            client.bill()
        assert client.bills() - before == 1


@pytest.mark.parametrize(
    ("fault", "status", "effects"),
    [
        ('kind = "answer"\nstatus = 400\nbody = "no"', 400, 0),
        ('kind = "answer_after"\nstatus = 400\nbody = "no"', 400, 1),
        ('kind = "answer_after"\nstatus = 403\nbody = "no"', 403, 1),
        ('kind = "answer"\nstatus = 503\nbody = "busy"', 503, 0),
        ('kind = "answer_after"\nstatus = 503\nbody = "busy"', 503, 1),
        ('kind = "failing_after"', 500, 1),
        ('kind = "failing_after"\nstatus = 504', 504, 1),
        ('kind = "bad_gateway"', 502, 0),
        ('kind = "html_page"', 200, 0),
        ('kind = "too_many_requests"\nretry_after = "3"', 429, 0),
        ('kind = "empty_answer"', 200, 1),
        ('kind = "wrong_object"', 200, 1),
        ('kind = "truncated_body"', 200, 1),
    ],
)
def test_an_answer_may_say_nothing_of_its_effect(fault: str, status: int, effects: int) -> None:
    with met(f'{fault}\npath = "/invoice"') as client:
        before = client.bills()
        answer = client.bill()
        assert (answer.status_code, client.bills() - before) == (status, effects)
        assert "Invoice" not in answer.text or "truncated" in fault
        assert client.bill().json()["Invoice"]["TotalAmt"] == 100


def test_slow_bytes_are_late_and_whole() -> None:
    with met('kind = "trickled"\nseconds = 0.005\npath = "/invoice"') as client:
        began = time.monotonic()
        assert client.bill().json()["Invoice"]["TotalAmt"] == 100
        assert time.monotonic() - began > 0.05


def test_a_request_that_arrives_twice_bills_twice_but_for_its_request_id() -> None:
    for query, effects in (({}, 2), ({"requestid": "r-1"}, 1)):
        with met('kind = "delivered_twice"\npath = "/invoice"') as client:
            before = client.bills()
            assert client.bill(**query).status_code == 200
            assert client.bills() - before == effects


def test_a_server_that_ignores_request_ids_bills_twice() -> None:
    with met('kind = "without_argument"\nargument = "requestid"\ncount = 0') as client:
        before = client.bills()
        for _ in range(2):
            client.bill(requestid="r-1")
        assert client.bills() - before == 2


def test_a_stale_read_misses_what_was_written_since() -> None:
    with met('kind = "stale_reads"\npath = "/query"\ncount = 2') as client:
        first = client.query("SELECT * FROM Invoice")
        made = client.bill().json()["Invoice"]["Id"]
        assert client.query("SELECT * FROM Invoice") == first
        assert made in client.query("SELECT * FROM Invoice")


def test_a_shifted_page_leaves_a_row_out() -> None:
    with met('kind = "shifted_page"\npath = "/query"\nnth = 2') as client:
        page = "SELECT * FROM Invoice ORDERBY Id STARTPOSITION 3 MAXRESULTS 2"
        right, shifted = client.query(page), client.query(page)
    assert right[1] == shifted[0]


def test_a_repeated_page_token_never_ends() -> None:
    with met('kind = "repeated_token"\ncount = 0\npath = "/search/jql"', "jira") as client:
        pages = [client.search(maxResults="10")]
        for _ in range(4):
            pages.append(client.search(maxResults="10", nextPageToken=pages[-1]["nextPageToken"]))
    assert len({page["nextPageToken"] for page in pages}) == 1
    assert all(one["issues"] == other["issues"] for one, other in pairwise(pages[1:]))


@pytest.mark.parametrize(("status", "effects"), [(307, 1), (302, 0)])
def test_a_redirect_keeps_the_method_or_loses_it(status: int, effects: int) -> None:
    location = "/v3/company/9341452870351234/invoice"
    fault = f'kind = "redirected"\nlocation = "{location}"\nstatus = {status}\npath = "/invoice"'
    with met(fault) as client:
        before = client.bills()
        assert [each.status_code for each in client.bill().history] == [status]
        assert client.bills() - before == effects


def _again(client: Bookkeeper) -> bool:
    time.sleep(0.01)
    with contextlib.suppress(LOST):
        return client.bill().ok
    return False


def test_a_refused_server_comes_back_and_a_stopped_one_does_not_wait_for_it() -> None:
    with met('kind = "refused"\nseconds = 0.5\npath = "/invoice"') as client:
        with pytest.raises(LOST):
            client.bill()
        with pytest.raises(LOST, match="refused"):
            client.bill()
        assert any(_again(client) for _ in range(1000))
        with client.sandbox.refusing("jira"), pytest.raises(LOST):
            client.search()
        assert client.search()["issues"]
    began = time.monotonic()
    with met('kind = "refused"\nseconds = 60\npath = "/invoice"') as client, pytest.raises(LOST):
        client.bill()
    assert time.monotonic() - began < 30
