"""Search on the wire: pages, caps, tokens, lag, and what it refuses."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest
from acme_site import DONE, NOW, STORY, Acme, answer

from sandbox.jira import sprints, verbs

SEARCH = "/rest/api/2/search/jql"


def crowd(count: int) -> Acme:
    """The small site with `count` issues in ACME."""
    acme = Acme.make()
    for number in range(count - 3):
        acme.create(STORY, f"story {number}", at=NOW - timedelta(hours=1))
    return acme


def test_a_search_without_fields_answers_with_ids_only() -> None:
    found = Acme.make().get(SEARCH, jql="key = ACME-2")
    assert found == {"issues": [{"id": "10002"}], "isLast": True}


def test_the_last_page_has_no_token_and_says_so() -> None:
    acme = crowd(120)
    first = acme.get(SEARCH, jql="project = ACME order by key asc", fields="summary", maxResults=5000)
    assert len(first["issues"]) == 100
    assert first["isLast"] is False
    rest = acme.get(SEARCH, jql="project = ACME", fields="summary", nextPageToken=first["nextPageToken"])
    assert len(rest["issues"]) == 20
    assert rest["isLast"] is True
    assert "nextPageToken" not in rest
    keys = [issue["key"] for issue in first["issues"] + rest["issues"]]
    assert keys == [f"ACME-{number}" for number in range(1, 121)]


@pytest.mark.parametrize("fields", ["id", "key"])
def test_pages_of_bare_ids_hold_thousands(fields: str) -> None:
    found = crowd(150).get(SEARCH, jql="project = ACME", fields=fields, maxResults=5000)
    assert len(found["issues"]) == 150


def test_a_page_holds_fifty_unless_asked_otherwise() -> None:
    assert len(crowd(60).get(SEARCH, jql="project = ACME")["issues"]) == 50


def test_pages_may_be_shorter_than_asked() -> None:
    acme = crowd(10)
    acme.state.knobs.short_pages = 4
    walk, token = [], None
    while True:
        more = {"nextPageToken": token} if token else {}
        page = acme.get(SEARCH, jql="project = ACME", maxResults=100, **more)
        walk.append(len(page["issues"]))
        token = page.get("nextPageToken")
        if token is None:
            break
    assert walk == [4, 4, 2]


def test_a_token_dies_after_seven_days_and_belongs_to_its_caller() -> None:
    acme = crowd(60)
    token = acme.get(SEARCH, jql="project = ACME")["nextPageToken"]
    assert acme.call("GET", SEARCH, jql="project = ACME", nextPageToken=token, who="bob").status == 400
    acme.clock.advance(timedelta(days=7, seconds=1))
    assert acme.call("GET", SEARCH, jql="project = ACME", nextPageToken=token).status == 400
    assert acme.call("GET", SEARCH, jql="project = ACME", nextPageToken="nonsense").status == 400


def test_an_issue_deleted_during_a_walk_is_left_out() -> None:
    acme = crowd(60)
    first = acme.get(SEARCH, jql="project = ACME order by key asc")
    verbs.delete_issue(acme.state, acme.issue("ACME-55"), at=NOW)
    second = acme.get(SEARCH, jql="project = ACME order by key asc", nextPageToken=first["nextPageToken"])
    assert len(second["issues"]) == 9


def test_the_fault_of_a_repeated_token_can_be_switched_on() -> None:
    acme = crowd(60)
    acme.state.knobs.repeat_token = True
    token = acme.get(SEARCH, jql="project = ACME")["nextPageToken"]
    last = acme.get(SEARCH, jql="project = ACME", nextPageToken=token)
    assert last["nextPageToken"] == token
    assert last["isLast"] is True


def test_warnings_tell_of_an_incomplete_result() -> None:
    acme = Acme.make()
    acme.state.knobs.search_warnings = ("Result set truncated.",)
    assert acme.get(SEARCH, jql="project = ACME")["warnings"] == ["Result set truncated."]


@pytest.mark.parametrize("version", ["2", "3"])
@pytest.mark.parametrize("method", ["GET", "POST"])
def test_the_removed_search_says_where_to_go(version: str, method: str) -> None:
    response = Acme.make().call(method, f"/rest/api/{version}/search", {} if method == "POST" else None)
    assert response.status == 410
    body = json.loads(response.body)
    assert body["errorMessages"][0].startswith("The requested API has been removed. Please migrate to the")
    assert body["errors"] == {}


def test_fields_can_be_named_starred_and_left_out() -> None:
    acme = Acme.make()
    ask = {"jql": "key = ACME-2"}
    named = acme.get(SEARCH, **ask, fields="summary,nonsense,customfield_10016")["issues"][0]
    assert named["fields"] == {"summary": "Pay by card", "customfield_10016": 5.0}
    everything = acme.get(SEARCH, **ask, fields="*all")["issues"][0]["fields"]
    navigable = acme.get(SEARCH, **ask, fields="*navigable")["issues"][0]["fields"]
    assert set(everything) - set(navigable) == {"attachment", "comment", "timetracking", "worklog"}
    without = acme.get(SEARCH, **ask, fields=["*all", "-comment,-worklog"])["issues"][0]["fields"]
    assert set(everything) - set(without) == {"comment", "worklog"}


def test_names_schema_history_and_properties_come_on_request() -> None:
    acme = Acme.make()
    acme.call("PUT", "/rest/api/2/issue/ACME-2/properties/billed", {"by": "us"})
    found = acme.get(
        SEARCH,
        jql="key = ACME-2",
        fields="summary",
        expand="names,schema,changelog",
        properties="billed,other",
    )
    assert found["names"] == {"summary": "Summary"}
    assert found["schema"] == {"summary": {"type": "string", "system": "summary"}}
    issue = found["issues"][0]
    assert issue["properties"] == {"billed": {"by": "us"}}
    dates = [history["created"] for history in issue["changelog"]["histories"]]
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == 3


@pytest.mark.parametrize(
    "body",
    [
        {"jql": "project = ACME", "startAt": 0},
        {"jql": "project = ACME", "fields": "summary"},
        {"jql": "project = ACME", "properties": "billed"},
        {"jql": "project = ACME", "expand": ["names"]},
        {"jql": "project = ACME", "maxResults": True},
        {"jql": "project = ACME", "reconcileIssues": ["10001"]},
        ["project = ACME"],
    ],
)
def test_a_post_body_outside_of_the_schema_is_refused(body: object) -> None:
    response = Acme.make().call("POST", SEARCH, body)
    assert response.status == 400
    assert "Invalid request payload" in json.loads(response.body)["errorMessages"][0]


def test_nulls_in_a_post_body_count_as_absent_unless_the_site_is_strict() -> None:
    acme, body = (
        Acme.make(),
        {"jql": "key = ACME-1", "expand": None, "properties": None, "reconcileIssues": []},
    )
    assert acme.post(SEARCH, body)["issues"] == [{"id": "10001"}]
    acme.state.knobs.post_accepts_nulls = False
    assert acme.call("POST", SEARCH, body).status == 400


def test_more_than_five_properties_or_fifty_reconciled_issues_are_refused() -> None:
    acme = Acme.make()
    assert acme.call("POST", SEARCH, {"jql": "key = ACME-1", "properties": list("abcdef")}).status == 400
    assert acme.call("POST", SEARCH, {"jql": "key = ACME-1", "reconcileIssues": [*range(51)]}).status == 400


def test_the_approximate_count_is_of_the_same_issues() -> None:
    acme = Acme.make()
    path = "/rest/api/3/search/approximate-count"
    assert acme.post(path, {"jql": "project = ACME"}) == {"count": 3}
    assert acme.call("POST", path, {"jql": ""}).status == 400


def lagging() -> Acme:
    acme = Acme.make()
    acme.state.lag.delay = timedelta(minutes=2)
    verbs.transition(acme.state, acme.issue("ACME-3"), DONE, by="ana", at=acme.clock.now())
    return acme


def test_a_lagging_index_shows_the_past_until_it_catches_up() -> None:
    acme = lagging()
    assert acme.keys("project = ACME and status = Done") == ["ACME-2"]
    stale = acme.get(SEARCH, jql="key = ACME-3", fields="status,updated")["issues"][0]["fields"]
    assert stale["status"]["name"] == "To Do"
    fresh = acme.get("/rest/api/2/issue/ACME-3")["fields"]
    assert fresh["status"]["name"] == "Done"
    assert fresh["updated"] > stale["updated"]
    acme.clock.advance(timedelta(minutes=2))
    assert set(acme.keys("project = ACME and status = Done")) == {"ACME-2", "ACME-3"}


def test_reconciled_issues_are_seen_as_they_are() -> None:
    acme = lagging()
    ask = {"jql": "project = ACME and status = Done and updated >= -1m", "fields": ["status"]}
    assert acme.post(SEARCH, ask)["issues"] == []
    found = acme.post(SEARCH, {**ask, "reconcileIssues": [10003]})["issues"]
    assert [issue["fields"]["status"]["name"] for issue in found] == ["Done"]
    assert len(acme.get(SEARCH, **{**ask, "fields": "status"}, reconcileIssues=10003)["issues"]) == 1


def test_issues_made_or_moved_are_where_the_lagging_index_last_saw_them() -> None:
    acme = lagging()
    acme.create(STORY, "too new")
    verbs.move(acme.state, acme.issue("ACME-2"), 2, by="ana", at=NOW, type_id=20001, status_id=20001)
    verbs.delete_issue(acme.state, acme.issue("ACME-1"), at=NOW)
    assert set(acme.keys("project = ACME")) == {"ACME-1", "ACME-2", "ACME-3"}
    assert acme.call("GET", "/rest/api/2/issue/ACME-1").status == 404
    acme.clock.advance(timedelta(minutes=2))
    assert set(acme.keys("project = ACME")) == {"ACME-3", "ACME-4"}
    assert set(acme.keys("project = TEAM")) == {"TEAM-1", "TEAM-2"}


def test_only_values_are_fresh_where_a_site_reads_them_from_its_database() -> None:
    acme = lagging()
    acme.state.knobs.stale_values = False
    found = acme.get(SEARCH, jql='status = "To Do" and key = ACME-3', fields="status")["issues"]
    assert [issue["fields"]["status"]["name"] for issue in found] == ["Done"]


def test_sprint_members_come_by_offset_and_by_token() -> None:
    acme = crowd(8)
    sprint = acme.state.sprints[1]
    for number in range(4, 9):
        sprints.put_in_sprint(acme.state, acme.issue(f"ACME-{number}"), sprint, by="ana", at=NOW)
    old = acme.get("/rest/agile/1.0/sprint/1/issue", maxResults=4, startAt=4, jql="order by key asc")
    assert [issue["key"] for issue in old["issues"]] == ["ACME-7", "ACME-8"]
    assert old["total"] == 6
    assert old["issues"][0]["fields"]["sprint"]["originBoardId"] == 1
    new = acme.get("/rest/software/1.0/sprint/1/issue", maxResults=4, fields="summary", jql="status != Done")
    assert (len(new["issues"]), new["isLast"]) == (4, False)
    rest = acme.get("/rest/software/1.0/sprint/1/issue", maxResults=4, nextPageToken=new["nextPageToken"])
    assert (len(rest["issues"]), rest["isLast"]) == (1, True)


def test_answers_are_json_in_utf8() -> None:
    response = Acme.make().call("GET", SEARCH, jql="key = ACME-2", fields="issuetype")
    assert answer(response)["issues"][0]["fields"]["issuetype"]["name"] == "故事"
    assert "故事".encode() in response.body
