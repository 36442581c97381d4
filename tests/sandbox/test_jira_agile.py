"""Boards, sprints, epics, backlog and rank as the agile API changes them, and their token-paged copies."""

from __future__ import annotations

import json
from typing import Any

import pytest
from acme_site import NOW, POINTS, STORY, Acme, answer

from sandbox.jira.ranking import between
from sandbox.jira.settings import Filter

A = "/rest/agile/1.0"
DATES = {"startDate": "2026-03-10T12:00:00.000Z", "endDate": "2026-03-24T12:00:00.000Z"}


@pytest.fixture
def acme() -> Acme:
    return Acme.make()


def plan(acme: Acme, name: str = "Next", **more: Any) -> str:
    made = acme.post(f"{A}/sprint", {"name": name, "originBoardId": 1, **more})
    return f"{A}/sprint/{made['id']}"


def test_a_sprint_is_planned_started_closed_and_then_fixed(acme: Acme) -> None:
    path = plan(acme)
    assert acme.call("POST", path, {"state": "active"}).status == 400
    assert acme.call("POST", path, {"state": "closed"}).status == 400
    started = acme.post(path, {"state": "active", **DATES})
    assert (started["state"], started["endDate"]) == ("active", DATES["endDate"])
    acme.call("POST", f"{path}/issue", {"issues": ["ACME-3"]})
    closed = acme.post(path, {"state": "closed"})
    assert (closed["state"], closed["completeDate"]) == ("closed", "2026-03-10T12:00:00.000Z")
    assert acme.post(path, {"goal": "Later", "name": "Done"})["goal"] == "Later"
    assert acme.call("POST", path, {"endDate": "2026-05-01T00:00:00.000Z"}).status == 400
    assert acme.call("POST", path, {"state": "active"}).status == 400
    assert acme.call("POST", f"{path}/issue", {"issues": ["ACME-2"]}).status == 400
    acme.state.knobs.sprints_reopen = True
    assert acme.post(path, {"state": "active"})["state"] == "active"


def test_a_full_update_empties_what_it_leaves_out(acme: Acme) -> None:
    path = plan(acme, goal="Ship", **DATES)
    assert acme.call("PUT", path, {"name": "x"}).status == 400
    replaced = answer(acme.call("PUT", path, {"name": "x", "state": "future"}))
    assert (replaced["name"], replaced["goal"]) == ("x", "")
    assert "startDate" not in replaced


@pytest.mark.parametrize(
    "wrong",
    [
        {"name": ""},
        {"originBoardId": 2},
        {"startDate": "soon"},
        {"startDate": DATES["endDate"], "endDate": DATES["startDate"]},
        {"state": "active"},
    ],
)
def test_a_sprint_that_makes_no_sense_is_refused(acme: Acme, wrong: dict[str, object]) -> None:
    assert acme.call("POST", f"{A}/sprint", {"name": "x", "originBoardId": 1, **wrong}).status == 400
    assert len(acme.state.sprints) == 1


def test_one_active_sprint_at_a_time_where_the_site_says_so(acme: Acme) -> None:
    acme.state.knobs.parallel_sprints = False
    path = plan(acme)
    assert acme.call("POST", path, {"state": "active", **DATES}).status == 400
    acme.post(f"{A}/sprint/1", {"state": "closed"})
    assert acme.call("POST", path, {"state": "active", **DATES}).status == 200


def test_issues_go_into_a_sprint_and_back_to_the_backlog(acme: Acme) -> None:
    path = plan(acme)
    assert acme.call("POST", f"{path}/issue", {"issues": ["ACME-3"]}).status == 204
    assert acme.keys("sprint in futureSprints()") == ["ACME-3"]
    assert acme.call("POST", f"{A}/backlog/issue", {"issues": ["ACME-3"]}).status == 204
    assert acme.keys("sprint in futureSprints()") == []
    assert (
        acme.call("POST", f"{path}/issue", {"issues": ["ACME-3"] + [f"X-{n}" for n in range(50)]}).status
        == 400
    )
    assert acme.call("POST", f"{path}/issue", {"issues": ["NONE-1"]}).status == 404


def test_a_deleted_sprint_leaves_its_issues(acme: Acme) -> None:
    assert acme.call("DELETE", f"{A}/sprint/1").status == 204
    assert acme.call("GET", f"{A}/sprint/1").status == 404
    assert acme.issue("ACME-2").sprint_ids == ()
    item = acme.issue("ACME-2").histories[-1].items[0]
    assert (item.field, item.old, item.new) == ("Sprint", "1", "")


def test_two_sprints_change_places(acme: Acme) -> None:
    first, second = plan(acme, "A"), plan(acme, "B")
    other = int(second.rpartition("/")[2])
    assert acme.call("POST", f"{first}/swap", {"sprintToSwapWith": other}).status == 204
    listed = acme.get(f"{A}/board/1/sprint", state="future")["values"]
    assert [sprint["name"] for sprint in listed] == ["B", "A"]


def test_a_board_shows_what_its_filter_finds(acme: Acme) -> None:
    acme.state.filters[900] = Filter(900, "Stories", "project = ACME AND type = 故事 ORDER BY key", "ana")
    body = {"name": "Stories", "type": "kanban", "filterId": 900}
    made = acme.post(f"{A}/board", body)
    path = f"{A}/board/{made['id']}"
    assert (made["type"], made["location"]["projectKey"]) == ("kanban", "ACME")
    assert [issue["key"] for issue in acme.get(f"{path}/issue", fields="summary")["issues"]] == [
        "ACME-3",
        "ACME-2",
    ]
    assert acme.get(f"{path}/configuration")["filter"]["id"] == "900"
    assert [b["id"] for b in acme.get(f"{A}/board", filterId=900)["values"]] == [made["id"]]
    assert acme.get(f"{path}/version")["values"][0]["name"] == "v1"
    assert acme.call("DELETE", path).status == 204
    assert acme.call("GET", path).status == 404
    for wrong in ({"filterId": 901}, {"type": "x"}, {"name": ""}):
        assert acme.call("POST", f"{A}/board", body | wrong).status == 400


def test_the_backlog_holds_what_is_neither_done_nor_running(acme: Acme) -> None:
    waiting = acme.create(STORY, "Waiting")
    running = acme.create(STORY, "Running")
    acme.call("POST", f"{A}/sprint/1/issue", {"issues": [running.key]})
    shown = {issue["key"] for issue in acme.get(f"{A}/board/1/backlog")["issues"]}
    assert shown == {"ACME-3", waiting.key}


def test_ranks_order_issues_and_leave_a_trace(acme: Acme) -> None:
    def order() -> list[str]:
        return acme.keys("project = ACME ORDER BY Rank")

    assert order() == ["ACME-1", "ACME-2", "ACME-3"]
    put = {"issues": ["ACME-3"], "rankBeforeIssue": "ACME-1"}
    assert acme.call("PUT", f"{A}/issue/rank", put).status == 204
    assert order() == ["ACME-3", "ACME-1", "ACME-2"]
    acme.call("PUT", f"{A}/issue/rank", {"issues": ["ACME-3", "ACME-1"], "rankAfterIssue": "ACME-2"})
    assert order() == ["ACME-2", "ACME-3", "ACME-1"]
    assert acme.issue("ACME-1").histories[-1].items[0].new_text == "Ranked lower"
    assert acme.call("PUT", f"{A}/issue/rank", {"issues": ["ACME-3"]}).status == 400


def test_between_any_two_ranks_there_is_another() -> None:
    low, high = "0|i0271a:", "0|i0271b:"
    for _ in range(200):
        middle = between(low, high)
        assert low < middle < high
        low = middle
    assert between(None, "0|000001:") < "0|000001:"
    assert between("0|i0271b:", None) > "0|i0271b:"


def test_epics_are_filled_emptied_and_changed(acme: Acme) -> None:
    story = acme.create(STORY, "Loose")
    assert acme.call("POST", f"{A}/epic/ACME-1/issue", {"issues": [story.key]}).status == 204
    assert story.key in acme.keys("parent = ACME-1")
    assert acme.call("POST", f"{A}/epic/none/issue", {"issues": [story.key]}).status == 204
    shown = acme.get("/rest/software/1.0/epic/none/issue", fields="key")["issues"]
    assert [issue["key"] for issue in shown] == [story.key, "TEAM-1"]
    assert acme.call("POST", f"{A}/epic/ACME-1/issue", {"issues": ["ACME-1"]}).status == 400
    changed = acme.post(f"{A}/epic/ACME-1", {"name": "Pay", "done": True, "color": {"key": "color_3"}})
    assert (changed["name"], changed["done"], changed["color"]["key"]) == ("Pay", True, "color_3")
    assert acme.call("POST", f"{A}/epic/ACME-1", {"color": {"key": "red"}}).status == 400


def test_an_estimate_is_set_through_the_board(acme: Acme) -> None:
    path = f"{A}/issue/ACME-3/estimation"
    assert answer(acme.call("PUT", path, {"value": "8"}, boardId=1)) == {"fieldId": POINTS, "value": 8.0}
    assert acme.get(path, boardId=1)["value"] == 8.0
    assert acme.call("GET", path).status == 400


def test_the_newer_lists_page_by_token_and_count(acme: Acme) -> None:
    path = "/rest/software/1.0/board/1/issue"
    first = acme.get(path, maxResults=2, fields="key")
    second = acme.get(path, maxResults=2, fields="key", nextPageToken=first["nextPageToken"])
    assert len(first["issues"]) + len(second["issues"]) == 3
    assert second["isLast"]
    assert "nextPageToken" not in second
    assert acme.get(f"{path}/approximate-count") == {"count": 3}
    for base in (A, "/rest/software/1.0"):
        found = acme.get(f"{base}/board/1/sprint/1/issue", fields="key")["issues"]
        assert [issue["key"] for issue in found] == ["ACME-2"]


def test_an_issue_of_the_agile_api_tells_its_sprint_and_epic(acme: Acme) -> None:
    fields = acme.get(f"{A}/issue/ACME-2")["fields"]
    assert (fields["sprint"]["id"], fields["epic"]["key"]) == (1, "ACME-1")


def test_properties_of_boards_and_sprints(acme: Acme) -> None:
    for path in (f"{A}/board/1/properties", f"{A}/sprint/1/properties"):
        assert acme.call("PUT", f"{path}/x", [1]).status == 201
        assert acme.get(f"{path}/x")["value"] == [1]
        assert acme.call("DELETE", f"{path}/x").status == 204


def test_who_may_not_manage_sprints_is_refused(acme: Acme) -> None:
    acme.state.users["bob"].denied = {"MANAGE_SPRINTS_PERMISSION"}
    refused = acme.call("POST", f"{A}/sprint", {"name": "x", "originBoardId": 1}, who="bob")
    assert refused.status == 403
    assert json.loads(refused.body)["errorMessages"]
    assert acme.clock.now() == NOW


def test_versions_of_a_board_have_numbers_for_ids() -> None:
    acme = Acme.make()
    (version,) = acme.get("/rest/agile/1.0/board/1/version")["values"]
    assert (version["id"], version["projectId"]) == (10000, 1)
    assert version.keys().isdisjoint({"overdue", "userReleaseDate"})
