"""Who sees what: logins, hidden projects, security levels, and how absence looks."""

from __future__ import annotations

import base64
import json
from datetime import timedelta

import pytest
from acme_site import EPIC, NOW, STORY, Acme

from sandbox.http import Request
from sandbox.jira import sprints
from sandbox.jira.people import Person

SEARCH = "/rest/api/2/search/jql"


@pytest.fixture
def acme() -> Acme:
    """bob has lost ACME."""
    acme = Acme.make()
    Person(acme.state, acme.clock, "ana").hide_project("ACME", "bob")
    return acme


@pytest.mark.parametrize(
    "path",
    [
        *("issue/ACME-1", "issue/10001", "project/ACME"),
        *(f"issue/ACME-1/{part}" for part in ("changelog", "worklog", "remotelink", "properties")),
    ],
)
def test_what_is_hidden_answers_like_what_does_not_exist(acme: Acme, path: str) -> None:
    hidden = acme.call("GET", f"/rest/api/3/{path}", who="bob")
    absent = acme.call(
        "GET", f"/rest/api/3/{path.replace('ACME', 'NONE').replace('10001', '99999')}", who="bob"
    )
    assert hidden.status == absent.status == 404
    assert hidden.body.replace(b"ACME", b"NONE") == absent.body
    assert acme.call("GET", f"/rest/api/3/{path}", who="ana").status == 200


def test_lists_leave_out_what_is_hidden(acme: Acme) -> None:
    assert acme.keys("created > 1000", who="bob") == ["TEAM-1"]
    found = acme.get("/rest/api/3/project/search", who="bob")
    assert ([p["key"] for p in found["values"]], found["total"]) == (["TEAM"], 1)
    boards = acme.get("/rest/agile/1.0/board", who="bob")["values"]
    assert [board["id"] for board in boards] == [2]
    fetched = acme.post(
        "/rest/api/3/issue/bulkfetch", {"issueIdsOrKeys": ["10001", "TEAM-1", "99999"]}, who="bob"
    )
    assert [issue["key"] for issue in fetched["issues"]] == ["TEAM-1"]
    assert fetched["issueErrors"] == []


@pytest.mark.parametrize("jql", ["project = ACME", "project in (ACME, TEAM)", "key = ACME-1", "sprint = 1"])
def test_naming_what_is_hidden_spoils_the_whole_query(acme: Acme, jql: str) -> None:
    assert "does not exist" in acme.refusal(jql, who="bob")


@pytest.mark.parametrize(
    "path", ["board/1", "board/1/configuration", "board/1/sprint", "sprint/1", "epic/ACME-1"]
)
def test_agile_objects_of_hidden_projects_are_not_found(acme: Acme, path: str) -> None:
    assert acme.call("GET", f"/rest/agile/1.0/{path}", who="bob").status == 404
    assert acme.call("GET", f"/rest/agile/1.0/{path}", who="ana").status == 200


def test_a_sprint_is_visible_through_any_visible_issue_in_it(acme: Acme) -> None:
    issue = acme.issue("TEAM-1")
    sprints.put_in_sprint(acme.state, issue, acme.state.sprints[1], by="ana", at=NOW)
    assert acme.get("/rest/agile/1.0/sprint/1", who="bob")["id"] == 1


def test_a_right_given_back_shows_everything_again(acme: Acme) -> None:
    Person(acme.state, acme.clock, "ana").show_project("ACME", "bob")
    assert len(acme.keys("project = ACME", who="bob")) == 3


def test_a_security_level_hides_single_issues() -> None:
    acme = Acme.make()
    secret = acme.create(STORY, "secret", security_id=7, parent_id=acme.issue("ACME-1").id)
    acme.state.users["ana"].security_levels.add(7)
    assert secret.key in acme.keys("project = ACME", who="ana")
    assert secret.key not in acme.keys("project = ACME", who="bob")
    assert acme.call("GET", f"/rest/api/2/issue/{secret.id}", who="bob").status == 404
    assert acme.get(f"/rest/api/2/issue/{secret.id}")["fields"]["security"]["id"] == "7"


@pytest.mark.parametrize(
    "header",
    ["Basic " + base64.b64encode(b"ana@acme.test:wrong").decode(), "Basic !", "Bearer wrong", "Bearer ",
     "Basic " + base64.b64encode(b"bob@acme.test:ana-token").decode()],
)  # fmt: skip
def test_wrong_credentials_are_refused_in_plain_text(header: str) -> None:
    acme = Acme.make()
    response = acme.app(Request("GET", "/rest/api/3/myself", (), {"authorization": header}))
    assert response.status == 401
    assert response.headers["Content-Type"].startswith("text/plain")
    assert response.body == b"Client must be authenticated to access this resource."


@pytest.mark.parametrize(("path", "status"), [("project/search", 200), ("field", 200), ("users/search", 401),
                                               ("role", 401), ("priority", 401), ("filter/my", 401)])  # fmt: skip
def test_a_dead_token_is_served_as_nobody_where_nobody_is_served(path: str, status: int) -> None:
    acme = Acme.make()
    dead = {"authorization": "Basic " + base64.b64encode(b"ana@acme.test:dead").decode()}
    response = acme.app(Request("GET", f"/rest/api/3/{path}", (), dead))
    assert response.status == status == acme.call("GET", f"/rest/api/3/{path}", who="").status
    assert response.headers["X-Seraph-LoginReason"] == "AUTHENTICATED_FAILED"
    assert "X-Seraph-LoginReason" not in acme.call("GET", f"/rest/api/3/{path}").headers
    assert "X-Seraph-LoginReason" not in acme.call("GET", f"/rest/api/3/{path}", who="").headers
    acme.state.knobs.wrong_credentials = "refused"
    assert acme.app(Request("GET", f"/rest/api/3/{path}", (), dead)).status == 401


def test_data_center_refuses_a_dead_token_everywhere() -> None:
    acme = Acme.make()
    acme.state.site.deployment = "Server"
    dead = {"authorization": "Basic " + base64.b64encode(b"ana:dead").decode()}
    response = acme.app(Request("GET", "/rest/api/2/project", (), dead))
    assert (response.status, response.headers["X-Seraph-LoginReason"]) == (401, "AUTHENTICATED_FAILED")
    assert acme.call("GET", "/rest/api/2/project").headers["X-Seraph-LoginReason"] == "OK"


@pytest.mark.parametrize("line", ["POST agile/1.0/backlog/issue", "POST api/3/issue", "GET api/3/worklog/updated",
                                  "POST api/3/issue/ACME-1/votes", "GET api/3/issuetypescheme"])  # fmt: skip
def test_what_needs_a_login_is_refused_before_it_is_read(line: str) -> None:
    acme, (method, path) = Acme.make(), line.split()
    assert acme.call(method, f"/rest/{path}", {}, who="").status == 401


def test_an_inactive_person_cannot_sign_in() -> None:
    acme = Acme.make()
    acme.state.users["bob"].active = False
    assert acme.call("GET", "/rest/api/3/myself", who="bob").status == 401


def test_without_credentials_lists_are_empty_and_nobody_is_myself() -> None:
    acme = Acme.make()
    assert acme.get(SEARCH, who="", jql="created > 1000") == {"issues": [], "isLast": True}
    assert acme.get("/rest/api/3/project/search", who="")["values"] == []
    assert acme.call("GET", "/rest/api/3/myself", who="").status == 401
    assert acme.get("/_edge/tenant_info", who="") == {"cloudId": "cloud-1"}


def test_every_answer_names_the_time_and_the_login() -> None:
    acme = Acme.make()
    acme.clock.advance(timedelta(seconds=90))
    response = acme.call("GET", "/rest/api/3/serverInfo")
    assert response.headers["Date"] == "Tue, 10 Mar 2026 12:01:30 GMT"
    assert response.headers["X-AAccountId"] == "ana"
    info = json.loads(response.body)
    assert info["serverTime"] == "2026-03-10T20:01:30.000+0800"
    assert (info["deploymentType"], info["serverTimeZone"]) == ("Cloud", "Asia/Shanghai")


def test_only_administrators_may_search_fields() -> None:
    acme = Acme.make()
    refused = acme.call("GET", "/rest/api/3/field/search")
    assert refused.status == 403
    assert b"Only Jira administrators can access fields." in refused.body
    acme.state.users["ana"].admin = True
    assert acme.get("/rest/api/3/field/search")["total"] == len(acme.state.fields)


def test_unknown_paths_and_methods_have_their_own_answers() -> None:
    acme = Acme.make()
    assert acme.call("GET", "/rest/api/4/myself").status == 404
    assert acme.call("DELETE", "/rest/api/3/myself").status == 405
    assert acme.call("GET", "/rest/applinks/latest/listApplicationlinks").status == 403


def test_vocabulary_is_listed_with_the_scope_of_team_managed_projects(acme: Acme) -> None:
    types = acme.get("/rest/api/3/issuetype")
    epics = [t for t in types if t["hierarchyLevel"] == 1]
    assert [t["id"] for t in epics] == [str(EPIC), "20000"]
    assert epics[1]["scope"]["project"]["id"] == "2"
    story = next(t for t in types if t["id"] == str(STORY))
    assert (story["name"], story["untranslatedName"]) == ("故事", "Story")
    assert {s["statusCategory"]["key"] for s in acme.get("/rest/api/3/status")} == {
        "new",
        "indeterminate",
        "done",
    }
    keys = {c["key"]: c["id"] for c in acme.get("/rest/api/3/statuscategory")}
    assert (keys["new"], keys["indeterminate"], keys["done"]) == (2, 4, 3)
    assert [r["name"] for r in acme.get("/rest/api/2/resolution")] == ["Done", "Won't Do"]
    assert [p["name"] for p in acme.get("/rest/api/2/priority")] == ["High", "Medium"]


def test_projects_are_paged_and_filtered() -> None:
    acme = Acme.make()
    page = acme.get("/rest/api/3/project/search", maxResults=1)
    assert (page["total"], page["isLast"], len(page["values"])) == (2, False, 1)
    assert "startAt=1" in page["nextPage"]
    assert [p["key"] for p in acme.get("/rest/api/3/project/search", keys=["TEAM", "NONE"])["values"]] == [
        "TEAM"
    ]
    assert [p["key"] for p in acme.get("/rest/api/3/project/search", id=[1])["values"]] == ["ACME"]
    styles = {
        p["key"]: (p["style"], p["simplified"]) for p in acme.get("/rest/api/3/project/search")["values"]
    }
    assert styles == {"ACME": ("classic", False), "TEAM": ("next-gen", True)}
    whole = acme.get("/rest/api/3/project/TEAM")
    assert [t["id"] for t in whole["issueTypes"]] == ["20000", "20001"]


def test_boards_tell_their_columns_and_estimation() -> None:
    acme = Acme.make()
    setup = acme.get("/rest/agile/1.0/board/1/configuration")
    columns = setup["columnConfig"]["columns"]
    assert [(c["name"], len(c["statuses"])) for c in columns] == [
        ("To do", 1),
        ("Doing", 1),
        ("Done", 1),
        ("Later", 0),
    ]
    assert setup["estimation"]["field"]["fieldId"] == "customfield_10016"
    assert setup["ranking"] == {"rankCustomFieldId": 10019}
    listed = acme.get("/rest/agile/1.0/board", projectKeyOrId="TEAM")
    assert [board["type"] for board in listed["values"]] == ["kanban"]
    assert acme.get("/rest/agile/1.0/board", name="acme", type="scrum")["total"] == 1
    assert acme.get("/rest/agile/1.0/board", name="acme", type="kanban")["total"] == 0


def test_sprints_come_by_state_without_a_total_and_never_from_a_kanban_board() -> None:
    acme = Acme.make()
    ana = Person(acme.state, acme.clock, "ana")
    for name in ("Sprint 2", "Sprint 3"):
        sprints.create_sprint(acme.state, 1, name, at=NOW)
    ana.close_sprint("Sprint 1, the first")
    ana.start_sprint("Sprint 3")
    listed = acme.get("/rest/agile/1.0/board/1/sprint")
    assert "total" not in listed
    assert [s["state"] for s in listed["values"]] == ["closed", "active", "future"]
    assert [s["id"] for s in acme.get("/rest/agile/1.0/board/1/sprint", state="future,closed")["values"]] == [
        1,
        2,
    ]
    assert acme.call("GET", "/rest/agile/1.0/board/1/sprint", state="open").status == 400
    refused = acme.call("GET", "/rest/agile/1.0/board/2/sprint")
    assert (refused.status, json.loads(refused.body)["errorMessages"]) == (
        400,
        ["The board does not support sprints"],
    )
    future = acme.get("/rest/agile/1.0/sprint/2")
    assert "startDate" not in future
    assert "completeDate" not in future


def test_bulk_fetch_takes_a_thousand_only_with_named_fields() -> None:
    acme = Acme.make()
    path, many = "/rest/api/3/issue/bulkfetch", [str(number) for number in range(10000, 10200)]
    named = acme.post(path, {"issueIdsOrKeys": many, "fields": ["summary"]})
    assert [issue["id"] for issue in named["issues"]] == ["10001", "10002", "10003", "10004"]
    assert acme.call("POST", path, {"issueIdsOrKeys": many}).status == 400
    assert acme.call("POST", path, {"issueIdsOrKeys": many, "fields": ["*all"]}).status == 400
    assert acme.call("POST", path, {"issueIdsOrKeys": many, "jql": "x"}).status == 400


def test_issue_properties_are_written_read_and_removed() -> None:
    acme = Acme.make()
    path = "/rest/api/3/issue/ACME-1/properties"
    assert acme.call("PUT", f"{path}/billed", {"invoice": "7"}).status == 201
    assert acme.call("PUT", f"{path}/billed", {"invoice": "8"}).status == 200
    assert acme.get(f"{path}/billed") == {"key": "billed", "value": {"invoice": "8"}}
    assert [entry["key"] for entry in acme.get(path)["keys"]] == ["billed"]
    assert acme.call("DELETE", f"{path}/billed").status == 204
    assert acme.call("GET", f"{path}/billed").status == 404
    assert acme.call("PUT", f"{path}/large", "x" * 40_000).status == 400


def test_epics_are_told_by_the_agile_api_of_company_managed_projects_only() -> None:
    acme = Acme.make()
    team_epic = acme.create(20000, "Team epic", project_id=2)
    epic = acme.get("/rest/agile/1.0/epic/ACME-1")
    assert (epic["id"], epic["done"], epic["name"]) == (10001, False, "Checkout")
    assert acme.call("GET", f"/rest/agile/1.0/epic/{team_epic.key}").status == 404
    assert [e["key"] for e in acme.get("/rest/agile/1.0/board/1/epic", done="false")["values"]] == ["ACME-1"]
    assert acme.get("/rest/agile/1.0/board/1/epic", done="true")["values"] == []


def test_project_properties_are_read() -> None:
    acme = Acme.make()
    acme.state.projects[1].properties["billing"] = {"client": "Fern"}
    path = "/rest/api/3/project/ACME/properties"
    assert [entry["key"] for entry in acme.get(path)["keys"]] == ["billing"]
    assert acme.get(f"{path}/billing")["value"] == {"client": "Fern"}
    assert acme.call("GET", f"{path}/other").status == 404
    assert len(acme.get("/rest/api/2/project")) == 2


def test_a_search_of_filters_tells_more_only_when_it_is_expanded() -> None:
    acme = Acme.make()
    acme.post("/rest/api/3/filter", {"name": "mine", "jql": "project = ACME"})
    (short,) = acme.get("/rest/api/3/filter/search")["values"]
    assert short.keys() == {"expand", "self", "id", "name"}
    (long,) = acme.get("/rest/api/3/filter/search", expand="jql,owner,subscriptions")["values"]
    assert (long["jql"], long["owner"]["accountId"], long["subscriptions"]) == ("project = ACME", "ana", [])


def test_the_cloud_picks_users_by_account_alone() -> None:
    acme = Acme.make()
    (picked,) = acme.get("/rest/api/3/user/picker", query="an")["users"]
    assert picked.keys() == {"accountId", "accountType", "displayName", "html", "avatarUrl"}
    assert picked["html"] == "<strong>An</strong>a"
