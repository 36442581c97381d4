"""Data Center mode, the gateway of OAuth apps, and the rate limits of both."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from acme_site import NOW, SPRINT, SUBTASK, Acme
from jira import JIRA

from sandbox.http import Request, Response, Server
from sandbox.jira.limits import Allowances
from sandbox.world.file.opening import open_world
from sandbox.world.file.whole import WorldFile


@pytest.fixture
def server() -> Acme:
    """The small site as Data Center under /jira."""
    acme = Acme.make()
    site = acme.state.site
    site.deployment, site.context_path, site.base_url = "Server", "/jira", "https://acme.test/jira"
    return acme


def bearer(acme: Acme, path: str, token: str, method: str = "GET") -> Response:
    return acme.app(Request(method, path, (), {"authorization": f"Bearer {token}"}))


def test_data_center_searches_by_offset_under_its_path(server: Acme) -> None:
    page = server.get("/jira/rest/api/2/search", jql="project = ACME ORDER BY key", startAt=1, maxResults=1)
    assert (page["startAt"], page["maxResults"], page["total"]) == (1, 1, 3)
    assert [issue["key"] for issue in page["issues"]] == ["ACME-2"]
    assert page["issues"][0]["self"] == "https://acme.test/jira/rest/api/2/issue/10002"
    posted = server.post("/jira/rest/api/2/search", {"jql": "project = ACME", "fields": ["summary"]})
    assert posted["total"] == 3
    assert server.get("/jira/rest/api/2/search", jql="")["total"] == 4


@pytest.mark.parametrize("path", [
    "rest/api/2/search/jql", "rest/api/3/myself", "rest/api/2/project/search", "rest/software/1.0/sprint/1/issue",
    "rest/api/2/issue/ACME-1/changelog", "rest/api/2/users/search",
])  # fmt: skip
def test_data_center_lacks_what_only_the_cloud_has(server: Acme, path: str) -> None:
    assert server.call("GET", f"/jira/{path}", jql="project = ACME").status == 404
    assert server.call("GET", f"/{path}").status == 404


def test_data_center_names_people_and_writes_sprints_as_text(server: Acme) -> None:
    fields = server.get("/jira/rest/api/2/issue/ACME-2")["fields"]
    assert (fields["creator"]["name"], fields["creator"]["key"]) == ("ana", "ana")
    assert "accountId" not in fields["creator"]
    (sprint,) = fields[SPRINT]
    assert sprint.startswith("com.atlassian.greenhopper.service.sprint.Sprint@")
    assert "state=ACTIVE,name=Sprint 1, the first," in sprint
    assert "completeDate=<null>" in sprint
    assert fields["customfield_10014"] == "ACME-1"
    assert server.get("/jira/rest/api/2/serverInfo")["deploymentType"] == "Server"
    made = server.post("/jira/rest/api/2/issue", {"fields": {"project": {"key": "ACME"}, "summary": "x",
                       "issuetype": {"id": "10001"}, "assignee": {"name": "bob"}}})  # fmt: skip
    assert server.issue(made["key"]).assignee == "bob"
    assert "values" in server.get("/jira/rest/api/2/issue/createmeta/ACME/issuetypes")


def test_data_center_takes_personal_tokens_and_names_the_login(server: Acme) -> None:
    answer = bearer(server, "/jira/rest/api/2/myself", "ana-pat")
    assert (answer.status, answer.headers["X-AUSERNAME"]) == (200, "ana")
    basic = base64.b64encode(b"ana:ana-token").decode()
    request = Request("GET", "/jira/rest/api/2/myself", (), {"authorization": f"Basic {basic}"})
    assert server.app(request).status == 200


@pytest.fixture
def served(server: Acme) -> Iterator[tuple[Acme, JIRA]]:
    with Server(server.app) as running:
        server.state.site.base_url = f"{running.url}/jira"
        client = JIRA(f"{running.url}/jira", token_auth="ana-pat", max_retries=0, timeout=(3, 10))
        yield server, client
        client.close()


def test_the_library_takes_it_for_data_center(served: tuple[Acme, JIRA]) -> None:
    _, client = served
    assert not client._is_cloud
    assert [issue.key for issue in client.search_issues("project = ACME ORDER BY key", maxResults=False)] == [
        "ACME-1", "ACME-2", "ACME-3",
    ]  # fmt: skip
    assert [kind.name for kind in client.project_issue_types("ACME")] == ["Epic", "故事", "Sub-task"]
    client.assign_issue("ACME-3", "bob")
    assert client.issue("ACME-3").fields.assignee.name == "bob"


def test_an_app_comes_through_the_gateway_with_its_token() -> None:
    acme = Acme.make()
    acme.state.users["bob"].access_tokens.add("app-token")
    path = "/rest/api/3/myself"
    assert bearer(acme, f"/ex/jira/cloud-1{path}", "app-token").status == 200
    assert bearer(acme, path, "app-token").status == 401
    refused = bearer(acme, f"/ex/jira/cloud-1{path}", "wrong")
    assert (refused.status, json.loads(refused.body)["code"]) == (401, 401)
    assert acme.app(Request("GET", f"/ex/jira/cloud-1{path}")).status == 401
    assert bearer(acme, f"/ex/jira/other{path}", "app-token").status == 404
    forged = Request("GET", path, (), {"authorization": "Bearer app-token", "x-through-gateway": "true"})
    assert acme.app(forged).status == 401


def limited(**allowed: Any) -> Acme:
    acme = Acme.make()
    acme.state.limits.allowed = Allowances(**allowed)
    return acme


def test_a_burst_refills_by_the_second() -> None:
    acme = limited(burst={"GET": 2})
    statuses = [acme.call("GET", "/rest/api/3/myself").status for _ in range(3)]
    assert statuses == [200, 200, 429]
    refused = acme.call("GET", "/rest/api/3/myself")
    assert refused.headers["RateLimit-Reason"] == "jira-burst-based"
    assert refused.headers["Retry-After"] == "1"
    assert acme.call("GET", "/rest/api/3/serverInfo").status == 200
    acme.clock.advance(timedelta(seconds=1))
    assert acme.call("GET", "/rest/api/3/myself").status == 200


def test_writes_to_one_issue_are_spaced() -> None:
    acme = limited(issue_writes=(2, 3))
    path = "/rest/api/3/issue/ACME-1/properties/x"
    assert [acme.call("PUT", path, 1).status for _ in range(3)] == [201, 200, 429]
    refused = acme.call("PUT", path, 1)
    assert refused.headers["RateLimit-Reason"] == "jira-per-issue-on-write"
    assert acme.call("PUT", path.replace("ACME-1", "ACME-2"), 1).status == 201
    assert acme.call("GET", path).status == 200
    acme.clock.advance(timedelta(seconds=2))
    assert acme.call("PUT", path, 1).status == 200
    acme.clock.advance(timedelta(seconds=2))
    assert acme.call("PUT", path, 1).headers["Retry-After"] == "26"


@pytest.mark.parametrize(
    ("knob", "reason", "policy"),
    [
        ("global_points", "jira-quota-global-based", "global-app-quota"),
        ("tenant_points", "jira-quota-tenant-based", "tenant-app-quota"),
    ],
)
def test_points_run_out_until_the_next_hour(knob: str, reason: str, policy: str) -> None:
    acme = limited(**{knob: 10}, spare_tokens=False)
    path = "/rest/api/3/search/jql"
    first = acme.call("GET", path, jql="project = ACME")
    assert first.headers["X-RateLimit-Remaining"] == "10"
    assert first.headers["Beta-RateLimit-Policy"] == f'"{policy}";q=10;w=3600'
    assert "X-RateLimit-NearLimit" not in first.headers
    acme.call("GET", path, jql="project = ACME")
    assert acme.call("GET", path, jql="project = TEAM").headers["X-RateLimit-Remaining"] == "2"
    refused = acme.call("GET", path, jql="project = ACME")
    assert (refused.status, refused.headers["RateLimit-Reason"]) == (429, reason)
    assert (refused.headers["Retry-After"], refused.headers["X-RateLimit-Remaining"]) == ("3600", "0")
    assert refused.headers["X-RateLimit-Reset"] == "2026-03-10T13:00:00Z"
    acme.clock.advance(timedelta(hours=1))
    assert acme.call("GET", path, jql="project = ACME").status == 200


def test_api_tokens_spend_no_points() -> None:
    acme = limited(global_points=1)
    assert [acme.call("GET", "/rest/api/3/myself").status for _ in range(5)] == [200] * 5


def test_near_the_limit_is_told() -> None:
    acme = limited(global_points=100, spare_tokens=False)
    acme.state.limits.admit("GET", "/", acme.clock.now(), by_app=True)
    acme.state.limits.spend(81, by_app=True)
    assert acme.call("GET", "/rest/api/3/myself").headers["X-RateLimit-NearLimit"] == "true"


def test_unknown_paths_and_methods_are_told_apart_under_every_prefix() -> None:
    acme = Acme.make()
    assert acme.call("GET", "/rest/api/3/nothing").status == 404
    assert acme.call("GET", "/ex/jira/cloud-1/rest/api/3/nothing").status == 404
    assert acme.call("PATCH", "/rest/api/3/issue/ACME-1").status == 405
    assert acme.call("DELETE", "/rest/agile/1.0/board").status == 405


def test_data_center_fills_a_bucket_for_each_person_and_tells_it_on_every_answer() -> None:
    acme = Acme.make()
    acme.state.site.deployment = "Server"
    acme.state.limits.allowed = Allowances(server=(2, 10, 3))
    path = "/rest/api/2/myself"
    answers = [acme.call("GET", path) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    assert {
        k: v for k, v in answers[0].headers.items() if k.lower().startswith(("x-ratelimit", "retry"))
    } == {
        "X-RateLimit-Limit": "3",
        "X-RateLimit-Remaining": "2",
        "X-RateLimit-Interval-Seconds": "10",
        "X-RateLimit-FillRate": "2",
        "retry-after": "0",
    }
    assert answers[3].headers["retry-after"] == "10"
    assert acme.call("GET", path, who="bob").status == 200
    acme.clock.advance(timedelta(seconds=9))
    assert acme.call("GET", path).headers["retry-after"] == "1"
    acme.clock.advance(timedelta(seconds=1))
    assert [acme.call("GET", path).status for _ in range(3)] == [200, 200, 429]


def test_a_world_file_sets_the_limits() -> None:
    written = {"burst": {"GET": 2}, "issue_writes": [20, 100], "server": [100, 60, 500]}
    file = WorldFile.model_validate({"jira": {"start": "empty", "limits": written}})
    allowed = open_world(file, NOW).jira.limits.allowed
    assert (allowed.burst, allowed.issue_writes, allowed.server) == ({"GET": 2}, (20, 100), (100, 60, 500))
    assert allowed.global_points is None


def test_data_center_pins_comments_and_lists_sub_tasks(server: Acme) -> None:
    api = "/jira/rest/api/2"
    first, second = (server.post(f"{api}/issue/ACME-1/comment", {"body": text})["id"] for text in "ab")
    for number in (first, second):
        server.clock.advance(timedelta(minutes=1))
        assert server.call("PUT", f"{api}/issue/ACME-1/comment/{number}/pin", body=True).status == 200
    pinned = server.get(f"{api}/issue/ACME-1/pinned-comments")
    assert [(entry["comment"]["id"], entry["pinnedBy"]["name"]) for entry in pinned] == [
        (second, "ana"),
        (first, "ana"),
    ]
    assert server.call("PUT", f"{api}/issue/ACME-1/comment/{second}/pin", body=False).status == 200
    assert len(server.get(f"{api}/issue/ACME-1/pinned-comments")) == 1
    assert server.call("PUT", f"{api}/issue/ACME-1/comment/{first}/pin", body="yes").status == 400
    assert server.call("PUT", f"{api}/issue/ACME-1/comment/9/pin", body=True).status == 404
    part = server.create(SUBTASK, "Part", parent_id=server.issue("ACME-3").id)
    assert [entry["key"] for entry in server.get(f"{api}/issue/ACME-3/subtask")] == [part.key]
    assert server.get(f"{api}/component/page")["total"] == 1
    assert server.get(f"{api}/resolution/page", query="won")["total"] == 1


@pytest.mark.parametrize(
    "path",
    [
        "bulk/queue/1", "task/1", "mypreferences/locale", "user/search/query", "project/recent", "component",
        "project/ACME/features", "project/ACME/roledetails", "version/10000/relatedwork",
    ],
)  # fmt: skip
def test_newer_resources_of_the_cloud_are_unknown_to_data_center(server: Acme, path: str) -> None:
    assert server.call("GET", f"/jira/rest/api/2/{path}").status == 404


@pytest.mark.parametrize("path", ["issue/ACME-1/subtask", "issue/ACME-1/pinned-comments", "component/page"])
def test_resources_of_data_center_are_unknown_to_the_cloud(path: str) -> None:
    assert Acme.make().call("GET", f"/rest/api/2/{path}").status == 404
