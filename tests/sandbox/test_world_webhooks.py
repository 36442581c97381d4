"""Webhooks of a running world: subscribed in its file, told while it is served, and told step by step without."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from mappings.grammar.tomlfile import parse
from sandbox.http import Request, Response, Server, Wire
from sandbox.jira.people import Person
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.wire.webhooks import signature
from sandbox.world.file.opening import open_world
from sandbox.world.file.whole import WorldFile
from sandbox.world.running import RunningSandbox
from sandbox.world.site import ACCOUNTS

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
FILE = """
[clock]
at = 2026-11-20T15:00:00Z
frozen = true

[[jira.webhook]]
url = "{url}/jira"
events = ["jira:issue_updated"]
jql = "project = HPO"
secret = "hush"

[[quickbooks.webhook]]
url = "{url}/legacy"
verifier_token = "verifier"
format = "legacy"

[[quickbooks.webhook]]
url = "{url}/cloud"
verifier_token = "verifier"
"""


class Ear:
    """What arrived, and how it is answered."""

    def __init__(self) -> None:
        self.heard: list[Request] = []
        self.answer = Response(200)

    def __call__(self, request: Request) -> Response:
        self.heard.append(request)
        return self.answer

    def paths(self) -> list[str]:
        return sorted(request.path for request in self.heard)


@pytest.fixture
def ear() -> Ear:
    return Ear()


@pytest.fixture
def server(ear: Ear) -> Iterator[Server]:
    with Server(ear) as server:
        yield server


def described(url: str) -> RunningSandbox:
    file, problems = parse(FILE.replace("{url}", url), "world.toml", WorldFile)
    assert (problems, file is None) == ([], False)
    assert file is not None
    return RunningSandbox(open_world(file, UNTIL))


def work(sandbox: RunningSandbox, points: float = 5.0) -> None:
    """The team and finance each do something; so does a team whose project nobody asked about."""
    world = sandbox.world
    team = Person(world.jira, world.clock, ACCOUNTS[0])
    team.estimate("HPO-1", points)
    team.estimate("KES-1", points)
    draft = next(row for row in world.company.rows("Invoice") if row.body["EmailStatus"] == "NotSet")
    FinancePerson(world.company).edit_memo(draft.id, "Thank you")


def eventually(ear: Ear, count: int) -> bool:
    pause = threading.Event()
    return any(len(ear.heard) >= count or pause.wait(0.02) for _ in range(1500))


def test_a_served_world_tells_the_subscribers_of_its_file_signed(ear: Ear, server: Server) -> None:
    with described(server.url) as sandbox:
        work(sandbox)
        assert eventually(ear, 3)
    heard = {request.path: request for request in ear.heard}
    assert ear.paths() == ["/cloud", "/jira", "/legacy"]
    jira = heard["/jira"]
    assert jira.json()["issue"]["key"] == "HPO-1"
    digest = hmac.new(b"hush", jira.body, hashlib.sha256).hexdigest()
    assert jira.headers["x-hub-signature"] == f"sha256={digest}"
    assert heard["/cloud"].json()[0]["type"] == "qbo.invoice.updated.v1"
    entities = heard["/legacy"].json()["eventNotifications"][0]["dataChangeEvent"]["entities"]
    assert [entity["operation"] for entity in entities] == ["Update"]
    for path in ("/cloud", "/legacy"):
        assert heard[path].headers["intuit-signature"] == signature(heard[path].body, "verifier")


def test_a_world_in_process_is_told_step_by_step_and_again_by_its_clock(ear: Ear, server: Server) -> None:
    sandbox = described(server.url)
    sandbox.stop()
    ear.answer = Response(503)
    work(sandbox)
    assert (sandbox.notify(), sandbox.notify()) == (3, 0)
    sandbox.clock.advance(timedelta(seconds=10))
    assert (sandbox.notify(), ear.paths().count("/jira")) == (2, 1)
    ear.answer = Response(200)
    sandbox.clock.advance(timedelta(minutes=5))
    assert (sandbox.notify(), sandbox.notify()) == (3, 0)
    assert [
        request.headers.get("x-atlassian-webhook-retry") for request in ear.heard if request.path == "/jira"
    ] == [
        None,
        "1",
    ]


def test_what_is_owed_is_kept_and_put_back_with_the_world(ear: Ear, server: Server) -> None:
    sandbox = described(server.url)
    sandbox.stop()
    before = sandbox.snapshot()
    work(sandbox)
    owed = sandbox.snapshot()
    assert sandbox.notify() == 3
    sandbox.restore(owed)
    assert sandbox.notify() == 3
    bodies = {(request.path, request.body) for request in ear.heard}
    assert (len(ear.heard), len(bodies)) == (6, 3)
    sandbox.restore(before)
    assert sandbox.notify() == 0
    work(sandbox)
    assert sandbox.notify() == 3


def test_a_subscriber_that_answers_nonsense_or_nothing_stops_nobody(ear: Ear, server: Server) -> None:
    sandbox = described(server.url)
    sandbox.stop()
    for points, wire in ((5.0, Wire(raw=b"\x00\x01 nonsense\r\n\r\n")), (8.0, Wire(drop=True))):
        ear.answer = Response(wire=wire)
        work(sandbox, points)
        assert sandbox.notify() == 3


def test_a_world_ends_at_once_although_a_subscriber_never_answers() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent:
        silent.settimeout(5)
        sandbox = described(f"http://127.0.0.1:{silent.getsockname()[1]}").start()
        work(sandbox)
        lines = [silent.accept()[0] for _ in range(2)]  # each service has one subscriber on the line
        began = time.monotonic()
        sandbox.stop()
        assert time.monotonic() - began < 2.5  # a subscriber may take three
        for line in lines:
            line.close()
    owed = [
        json.loads(entry.body)["issue"]["key"]
        for entry in sandbox.world.jira.webhooks.outbox
        if not entry.tries
    ]
    assert owed == ["HPO-1"]
