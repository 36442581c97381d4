"""Webhooks: what is told to whom, signed how, retried when, and how dynamic ones end."""

from __future__ import annotations

import hashlib
import hmac
import json
import threading
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from acme_site import NOW, STORY, Acme

from sandbox.http import Request, Response, Server
from sandbox.jira.deliveries import deliver, sending
from sandbox.jira.people import Person

ADMIN, DYNAMIC = "/rest/webhooks/1.0/webhook", "/rest/api/3/webhook"


class Ear:
    """A receiver that notes what it was sent and answers as told."""

    def __init__(self) -> None:
        self.heard: list[Request] = []
        self.status = 200

    def __call__(self, request: Request) -> Response:
        self.heard.append(request)
        return Response.text("ok", self.status)


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    acme.state.users["bob"].access_tokens.add("app-token")
    return acme


def eventually(holds: Callable[[], bool]) -> bool:
    """Whether it holds within half a minute, which even a busy machine keeps to."""
    pause = threading.Event()
    return any(holds() or pause.wait(0.01) for _ in range(3000))


def register(acme: Acme, url: str, **more: Any) -> int:
    body = {"name": "n", "url": url, "events": ["jira:issue_updated"], "secret": "s3", **more}
    made = acme.post(ADMIN, body)
    return int(made["self"].rpartition("/")[2])


def app_call(acme: Acme, method: str, body: object = None, path: str = DYNAMIC) -> Response:
    headers = {"authorization": "Bearer app-token"}
    raw = b"" if body is None else json.dumps(body).encode()
    return acme.app(Request(method, f"/ex/jira/cloud-1{path}", (), headers, raw))


def test_an_update_is_told_with_its_changelog_and_signed(acme: Acme) -> None:
    ear = Ear()
    with Server(ear) as server:
        register(acme, f"{server.url}/hook?x=1")
        Person(acme.state, acme.clock, "ana").close("ACME-3")
        assert deliver(acme.state, acme.clock) == 1
    (request,) = ear.heard
    assert (request.path, request.arg("x")) == ("/hook", "1")
    digest = hmac.new(b"s3", request.body, hashlib.sha256).hexdigest()
    assert request.headers["x-hub-signature"] == f"sha256={digest}"
    assert request.headers["x-atlassian-webhook-flow"] == "Primary"
    assert "x-atlassian-webhook-retry" not in request.headers
    told = request.json()
    assert (told["webhookEvent"], told["issue"]["key"]) == ("jira:issue_updated", "ACME-3")
    assert told["user"]["accountId"] == "ana"
    assert [item["field"] for item in told["changelog"]["items"]] == ["resolution", "status"]
    assert told["timestamp"] == round(NOW.timestamp() * 1000)


def test_a_hook_hears_only_its_events_and_only_of_issues_its_query_finds(acme: Acme) -> None:
    register(
        acme,
        "http://127.0.0.1:9/",
        events=["jira:issue_created", "comment_created"],
        jqlFilter="project = ACME",
    )
    acme.create(STORY, "heard")
    acme.create(20001, "not heard", project_id=2)
    acme.post("/rest/api/2/issue/ACME-1/comment", {"body": "heard"})
    Person(acme.state, acme.clock, "ana").close("ACME-3")
    events = [json.loads(entry.body)["webhookEvent"] for entry in acme.state.webhooks.outbox]
    assert events == ["jira:issue_created", "comment_created"]


def test_every_kind_of_event_is_told_with_its_subject(acme: Acme) -> None:
    names = ["jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated",
             "comment_deleted", "worklog_created", "worklog_updated", "worklog_deleted", "issuelink_created",
             "issuelink_deleted", "sprint_created", "sprint_started", "sprint_closed", "sprint_updated",
             "sprint_deleted", "issue_property_set", "issue_property_deleted"]  # fmt: skip
    register(acme, "http://127.0.0.1:9/", events=names)
    v2, agile = "/rest/api/2/issue", "/rest/agile/1.0/sprint"
    comment = acme.post(f"{v2}/ACME-1/comment", {"body": "x"})
    acme.call("PUT", f"{v2}/ACME-1/comment/{comment['id']}", {"body": "y"})
    acme.call("DELETE", f"{v2}/ACME-1/comment/{comment['id']}")
    worklog = acme.post(f"{v2}/ACME-1/worklog", {"timeSpent": "1h"})
    acme.call("PUT", f"{v2}/ACME-1/worklog/{worklog['id']}", {"timeSpent": "2h"})
    acme.call("DELETE", f"{v2}/ACME-1/worklog/{worklog['id']}")
    ends = {"inwardIssue": {"key": "ACME-1"}, "outwardIssue": {"key": "ACME-2"}}
    acme.call("POST", "/rest/api/2/issueLink", {"type": {"name": "Blocks"}, **ends})
    acme.call("DELETE", f"/rest/api/2/issueLink/{next(iter(acme.state.links))}")
    sprint = acme.post(agile, {"name": "S", "originBoardId": 1})
    dates = {"startDate": "2026-03-10T12:00:00.000Z", "endDate": "2026-03-24T12:00:00.000Z"}
    for change in ({"goal": "x"}, {"state": "active", **dates}, {"state": "closed"}):
        acme.post(f"{agile}/{sprint['id']}", change)
    acme.call("DELETE", f"{agile}/{sprint['id']}")
    acme.call("PUT", f"{v2}/ACME-1/properties/p", 1)
    acme.call("DELETE", f"{v2}/ACME-1/properties/p")
    acme.create(STORY, "x")
    acme.call("DELETE", f"{v2}/ACME-4")
    told = [json.loads(entry.body) for entry in acme.state.webhooks.outbox]
    assert {entry["webhookEvent"] for entry in told} == set(names)
    subjects = {"comment": "comment", "worklog": "worklog", "sprint": "sprint", "issuelink": "issueLink",
                "issue_property": "property", "jira:issue": "issue"}  # fmt: skip
    for entry in told:
        assert any(entry["webhookEvent"].startswith(kind) and key in entry for kind, key in subjects.items())


def test_a_failing_hook_is_tried_five_times_by_the_clock(acme: Acme) -> None:
    ear = Ear()
    ear.status = 503
    with Server(ear) as server:
        register(acme, server.url)
        Person(acme.state, acme.clock, "ana").close("ACME-3")
        for _ in range(20):
            deliver(acme.state, acme.clock)
            acme.clock.advance(timedelta(minutes=5))
    assert [request.headers.get("x-atlassian-webhook-retry") for request in ear.heard] == [
        None,
        "1",
        "2",
        "3",
        "4",
    ]
    assert len({request.headers["x-atlassian-webhook-identifier"] for request in ear.heard}) == 1


def test_what_was_refused_is_not_tried_again(acme: Acme) -> None:
    ear = Ear()
    ear.status = 404
    with Server(ear) as server:
        register(acme, server.url)
        Person(acme.state, acme.clock, "ana").close("ACME-3")
        deliver(acme.state, acme.clock)
        acme.clock.advance(timedelta(hours=1))
        assert deliver(acme.state, acme.clock) == 0


def test_nothing_leaves_for_another_machine(acme: Acme) -> None:
    register(acme, "http://example.test/hook")
    Person(acme.state, acme.clock, "ana").close("ACME-3")
    deliver(acme.state, acme.clock)
    (delivery,) = acme.state.webhooks.outbox
    assert (delivery.tries, delivery.due_at) == (1, NOW + timedelta(minutes=5))


def test_a_hook_is_told_in_the_background_until_the_sending_ends(acme: Acme) -> None:
    ear, rounds = Ear(), sending(acme.state, acme.clock, every=0.005)
    with Server(ear) as server:
        register(acme, server.url)
        rounds.start()
        Person(acme.state, acme.clock, "ana").close("ACME-3")
        assert eventually(lambda: len(ear.heard) == 1 and not acme.state.webhooks.outbox)
        rounds.stop()
        rounds.stop()
        Person(acme.state, acme.clock, "ana").reopen("ACME-3")
    assert (len(ear.heard), len(acme.state.webhooks.outbox)) == (1, 1)


def test_only_administrators_and_apps_register(acme: Acme) -> None:
    assert acme.call("POST", ADMIN, {"name": "n", "url": "u", "events": []}, who="bob").status == 403
    assert acme.call("GET", DYNAMIC).status == 403
    number = register(acme, "http://127.0.0.1:9/")
    assert acme.get(f"{ADMIN}/{number}")["isSigned"]
    assert acme.call("DELETE", f"{ADMIN}/{number}").status == 204
    assert acme.get(ADMIN) == []


def test_a_dynamic_hook_expires_unless_it_is_refreshed(acme: Acme) -> None:
    hook = {"events": ["jira:issue_updated"], "jqlFilter": "project = ACME"}
    wrong = {"events": ["sprint_closed"], "jqlFilter": "summary ~ x"}
    made = app_call(acme, "POST", {"url": "http://127.0.0.1:9/", "webhooks": [hook, wrong]})
    first, second = json.loads(made.body)["webhookRegistrationResult"]
    assert len(second["errors"]) == 3
    ids = {"webhookIds": [first["createdWebhookId"]]}
    acme.clock.advance(timedelta(days=29))
    assert app_call(acme, "PUT", ids, f"{DYNAMIC}/refresh").status == 200
    acme.clock.advance(timedelta(days=29))
    Person(acme.state, acme.clock, "ana").close("ACME-3")
    (delivery,) = acme.state.webhooks.outbox
    assert json.loads(delivery.body)["matchedWebhookIds"] == ids["webhookIds"]
    acme.clock.advance(timedelta(days=2))
    Person(acme.state, acme.clock, "ana").reopen("ACME-3")
    assert len(acme.state.webhooks.outbox) == 1
    assert json.loads(app_call(acme, "GET").body)["values"] == []


def test_an_app_has_at_most_five_and_may_read_what_failed(acme: Acme) -> None:
    hook = {"events": ["jira:issue_updated"], "jqlFilter": "project = ACME"}
    made = json.loads(app_call(acme, "POST", {"url": "http://127.0.0.1:9/", "webhooks": [hook] * 6}).body)
    assert ["errors" in entry for entry in made["webhookRegistrationResult"]] == [False] * 5 + [True]
    Person(acme.state, acme.clock, "ana").close("ACME-3")
    for delivery in acme.state.webhooks.outbox:
        for _ in range(5):
            delivery.settle(500, acme.clock.now())
    assert len(json.loads(app_call(acme, "GET", path=f"{DYNAMIC}/failed").body)["values"]) == 5
    acme.clock.advance(timedelta(hours=73))
    assert json.loads(app_call(acme, "GET", path=f"{DYNAMIC}/failed").body)["values"] == []
