"""What changes write: histories as real changelogs show them, and the dates they move."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from acme_site import DOING, DONE, EPIC, FIXED, NOW, POINTS, REGION, STORY, SUBTASK, TODO, WONT_DO, Acme

from sandbox.jira import effort, links, sprints, verbs


@pytest.fixture
def acme() -> Acme:
    return Acme.make()


def last(acme: Acme, key: str, back: int = 1) -> list[dict[str, Any]]:
    """The items of the newest history entry, or of one before it."""
    values = acme.get(f"/rest/api/3/issue/{key}/changelog")["values"]
    return list(values[-back]["items"])


def item(
    field: str, field_id: str | None, old: Any, old_text: Any, new: Any, new_text: Any
) -> dict[str, Any]:
    custom = field_id is not None and field_id.startswith("customfield")
    shape = {"field": field, "fieldtype": "custom" if custom else "jira"}
    if field_id:
        shape["fieldId"] = field_id
    return shape | {"from": old, "fromString": old_text, "to": new, "toString": new_text}


def test_closing_writes_resolution_and_status_together_and_dates_both(acme: Acme) -> None:
    issue = acme.issue("ACME-3")
    verbs.transition(acme.state, issue, DONE, by="bob", at=NOW)
    assert last(acme, "ACME-3") == [
        item("resolution", "resolution", None, None, str(FIXED), "Done"),
        item("status", "status", str(TODO), "To Do", str(DONE), "Done"),
    ]
    assert issue.resolved_at == issue.updated_at == NOW
    assert timedelta(0) < issue.category_changed_at - NOW < timedelta(milliseconds=100)


def test_reopening_clears_the_resolution_and_moves_the_category_date(acme: Acme) -> None:
    issue, later = acme.issue("ACME-2"), NOW + timedelta(hours=1)
    verbs.transition(acme.state, issue, DOING, by="ana", at=later)
    assert (issue.resolution_id, issue.resolved_at) == (None, None)
    assert issue.category_changed_at >= later
    before = issue.category_changed_at
    verbs.transition(acme.state, issue, DONE, by="ana", at=later, resolution_id=WONT_DO)
    assert issue.resolution_id == WONT_DO
    verbs.transition(acme.state, issue, DONE, by="ana", at=later + timedelta(hours=1), resolution_id=None)
    assert issue.resolution_id is None
    assert issue.category_changed_at == before


def test_a_category_date_stays_when_only_the_status_changes(acme: Acme) -> None:
    acme.state.statuses[777] = type(acme.state.statuses[DONE])(777, "Shipped", "done")
    issue = acme.issue("ACME-2")
    before = issue.category_changed_at
    verbs.transition(acme.state, issue, 777, by="ana", at=NOW)
    assert issue.category_changed_at == before
    assert [entry["field"] for entry in last(acme, "ACME-2")] == ["status"]


def test_numbers_put_their_value_in_the_text_only(acme: Acme) -> None:
    verbs.set_field(acme.state, acme.issue("ACME-2"), POINTS, 0.5, by="ana", at=NOW)
    assert last(acme, "ACME-2") == [item("Story point estimate", POINTS, None, "5", None, "0.5")]
    verbs.set_field(acme.state, acme.issue("ACME-2"), POINTS, None, by="ana", at=NOW)
    assert last(acme, "ACME-2") == [item("Story point estimate", POINTS, None, "0.5", None, None)]
    assert POINTS not in acme.issue("ACME-2").values


def test_options_people_labels_and_dates_are_written_in_their_own_way(acme: Acme) -> None:
    issue = acme.issue("ACME-3")
    for field, value in (
        (REGION, "South"),
        ("assignee", "bob"),
        ("labels", ("a", "b")),
        ("duedate", "2026-04-01"),
    ):
        verbs.set_field(acme.state, issue, field, value, by="ana", at=NOW)
    assert last(acme, "ACME-3", 4) == [item("Region", REGION, None, None, "10101", "South")]
    person = {"tmpFromAccountId": None, "tmpToAccountId": "bob"}
    assert last(acme, "ACME-3", 3) == [item("assignee", "assignee", None, None, "bob", "Bob") | person]
    assert last(acme, "ACME-3", 2) == [item("labels", "labels", "", "", "", "a b")]
    assert last(acme, "ACME-3") == [item("duedate", "duedate", None, None, "2026-04-01", "2026-04-01")]


def test_setting_the_same_value_again_leaves_no_trace(acme: Acme) -> None:
    issue = acme.issue("ACME-2")
    before = (len(issue.histories), issue.updated_at)
    verbs.set_parent(acme.state, issue, issue.parent_id, by="ana", at=NOW)
    verbs.set_members(acme.state, issue, "fixVersions", (), by="ana", at=NOW)
    verbs.set_field(acme.state, issue, POINTS, 5.0, by="ana", at=NOW)
    verbs.set_field(acme.state, issue, "summary", issue.summary, by="ana", at=NOW)
    verbs.transition(acme.state, issue, DONE, by="ana", at=NOW)
    assert (len(issue.histories), issue.updated_at) == before


def test_a_field_no_verb_knows_is_refused(acme: Acme) -> None:
    with pytest.raises(ValueError, match="no verb sets 'votes'"):
        verbs.set_field(acme.state, acme.issue("ACME-2"), "votes", "7", by="ana", at=NOW)


def test_a_new_parent_is_told_to_child_and_epics(acme: Acme) -> None:
    other = acme.create(EPIC, "Second epic")
    verbs.set_parent(acme.state, acme.issue("ACME-3"), other.id, by="ana", at=NOW)
    assert last(acme, "ACME-3", 2) == [
        item("IssueParentAssociation", None, "10001", "ACME-1", "10005", "ACME-4")
    ]
    assert last(acme, "ACME-3") == [
        item("Epic Link", "customfield_10014", "10001", "ACME-1", "10005", "ACME-4")
    ]
    assert last(acme, "ACME-1")[0]["field"] == "Epic Child"
    assert "fieldId" not in last(acme, "ACME-1")[0]
    assert (last(acme, "ACME-1")[0]["from"], last(acme, "ACME-4")[0]["to"]) == ("10003", "10003")
    assert other.updated_at == NOW
    assert acme.keys("parent = ACME-4") == ["ACME-3"]


def test_a_sub_task_gets_a_parent_entry_without_field_id(acme: Acme) -> None:
    part = acme.create(SUBTASK, "part", parent_id=acme.issue("ACME-2").id)
    verbs.set_parent(acme.state, part, acme.issue("ACME-3").id, by="ana", at=NOW)
    assert last(acme, part.key) == [item("Parent", None, "10002", "ACME-2", "10003", "ACME-3")]


def test_an_unfinished_issue_is_carried_over_and_keeps_its_past_sprint(acme: Acme) -> None:
    first, issue = acme.state.sprints[1], acme.issue("ACME-3")
    second = sprints.create_sprint(acme.state, 1, "Sprint 2", at=NOW)
    sprints.put_in_sprint(acme.state, issue, first, by="ana", at=NOW)
    carried = sprints.close_sprint(acme.state, first, by="ana", at=NOW + timedelta(days=1), carry_to=second)
    assert [each.key for each in carried] == ["ACME-3"]
    name = "Sprint 1, the first"
    assert last(acme, "ACME-3") == [
        item("Sprint", "customfield_10020", "1", name, "1, 2", f"{name}, Sprint 2")
    ]
    assert issue.sprint_ids == (1, 2)
    assert acme.issue("ACME-2").sprint_ids == (1,)
    assert acme.keys("sprint = 1 order by key asc") == ["ACME-2", "ACME-3"]


def test_changing_an_open_sprint_replaces_it(acme: Acme) -> None:
    issue = acme.issue("ACME-3")
    second = sprints.create_sprint(acme.state, 1, "Sprint 2", at=NOW)
    sprints.put_in_sprint(acme.state, issue, acme.state.sprints[1], by="ana", at=NOW)
    sprints.put_in_sprint(acme.state, issue, second, by="ana", at=NOW)
    assert issue.sprint_ids == (2,)
    sprints.put_in_sprint(acme.state, issue, None, by="ana", at=NOW)
    assert last(acme, "ACME-3") == [item("Sprint", "customfield_10020", "2", "Sprint 2", "", "")]
    assert acme.keys("sprint in (1, 2)") == ["ACME-2"]


def test_sprints_only_step_forward(acme: Acme) -> None:
    sprint = acme.state.sprints[1]
    with pytest.raises(ValueError, match="only a future sprint starts"):
        sprints.start_sprint(sprint, at=NOW)
    sprints.close_sprint(acme.state, sprint, by="ana", at=NOW)
    with pytest.raises(ValueError, match="only an active sprint closes"):
        sprints.close_sprint(acme.state, sprint, by="ana", at=NOW)
    with pytest.raises(ValueError, match="is closed"):
        sprints.put_in_sprint(acme.state, acme.issue("ACME-3"), sprint, by="ana", at=NOW)
    undated = sprints.create_sprint(acme.state, 1, "Sprint 3", at=NOW)
    with pytest.raises(ValueError, match="no end date"):
        sprints.start_sprint(undated, at=NOW)
    sprints.reopen_sprint(sprint)
    assert (sprint.state, sprint.completed_at) == ("active", None)


def test_logged_work_shrinks_the_estimate_and_feeds_the_list_of_worklogs(acme: Acme) -> None:
    issue = acme.issue("ACME-3")
    verbs.set_field(acme.state, issue, "timeestimate", 7200, by="ana", at=NOW)
    worklog = effort.log_work(acme.state, issue, 3600, by="bob", at=NOW, started_at=NOW - timedelta(days=3))
    number = str(worklog.id)
    assert last(acme, "ACME-3") == [
        item("timeestimate", "timeestimate", "7200", "7200", "3600", "3600"),
        item("timespent", "timespent", None, None, "3600", "3600"),
        item("WorklogId", None, None, None, number, number),
    ]
    since = round((NOW - timedelta(hours=1)).timestamp() * 1000)
    assert (
        acme.get("/rest/api/3/worklog/updated", since=since)["values"] == []
    )  # the last minute is not shown
    acme.clock.advance(timedelta(minutes=2))
    feed = acme.get("/rest/api/3/worklog/updated", since=since)
    assert [entry["worklogId"] for entry in feed["values"]] == [worklog.id]
    assert feed["lastPage"] is True
    assert acme.post("/rest/api/3/worklog/list", {"ids": [worklog.id, 1]})[0]["timeSpentSeconds"] == 3600
    effort.edit_worklog(acme.state, issue, worklog, 5400, by="bob", at=acme.clock.now())
    assert (issue.time_spent, issue.remaining_estimate) == (5400, 1800)
    effort.delete_worklog(acme.state, issue, worklog, by="bob", at=acme.clock.now())
    acme.clock.advance(timedelta(minutes=2))
    assert acme.get("/rest/api/3/worklog/updated", since=since)["values"] == []
    assert len(acme.get("/rest/api/3/worklog/deleted", since=since)["values"]) == 1
    assert acme.get("/rest/api/2/issue/ACME-3/worklog")["total"] == 0


def test_a_moved_issue_keeps_its_id_and_answers_to_its_old_key(acme: Acme) -> None:
    story = acme.issue("ACME-2")
    part = acme.create(SUBTASK, "part", parent_id=story.id)
    verbs.set_members(acme.state, story, "components", (10000,), by="ana", at=NOW)
    verbs.move(acme.state, story, 2, by="ana", at=NOW, type_id=20001, status_id=20001)
    assert (story.key, part.key) == ("TEAM-3", "TEAM-2")
    by_old_key = acme.get("/rest/api/2/issue/acme-2", fields="summary")
    assert (by_old_key["id"], by_old_key["key"]) == ("10002", "TEAM-3")
    assert story.component_ids == ()
    moved = last(acme, "TEAM-3", 2)
    assert [(entry["field"], entry["fromString"], entry["toString"]) for entry in moved] == [
        ("project", "Acme Shop", "Team Work"),
        ("Key", "ACME-2", "TEAM-3"),
        ("issuetype", "故事", "Task"),
    ]
    assert acme.keys("project = TEAM order by key asc") == ["TEAM-1", "TEAM-2", "TEAM-3"]
    assert story.resolution_id == FIXED


def test_a_renamed_project_keeps_answering_to_its_old_key(acme: Acme) -> None:
    acme.state.rename_project(acme.state.projects[1], "SHOP")
    assert acme.keys("project = 1 and type = Epic") == ["SHOP-1"]
    assert acme.get("/rest/api/2/issue/ACME-1", fields="summary")["key"] == "SHOP-1"
    assert acme.get("/rest/api/2/project/ACME")["key"] == "SHOP"
    assert acme.create(STORY, "next").key == "SHOP-4"


def test_a_deleted_issue_leaves_nothing_behind(acme: Acme) -> None:
    verbs.delete_issue(acme.state, acme.issue("ACME-1"), at=NOW)
    assert acme.keys("project = ACME order by key asc") == ["ACME-2", "ACME-3"]
    assert acme.call("GET", "/rest/api/2/issue/10001").status == 404
    assert "parent" not in acme.get("/rest/api/2/issue/ACME-2")["fields"]


def test_histories_loaded_out_of_order_are_kept_in_order(acme: Acme) -> None:
    issue = acme.issue("ACME-2")
    verbs.set_field(acme.state, issue, POINTS, 8.0, by="ana", at=NOW - timedelta(days=29))
    moments = [history.at for history in issue.histories]
    assert moments == sorted(moments)
    assert issue.updated_at == max(moments)


def test_a_remote_link_with_a_known_global_id_is_replaced(acme: Acme) -> None:
    body: dict[str, object] = {
        "globalId": "qbo:1",
        "object": {"url": "https://x.test/1", "title": "Invoice 7"},
    }
    path = "/rest/api/2/issue/ACME-2/remotelink"
    assert acme.call("POST", path, body).status == 201
    assert acme.call("POST", path, body).status == 200
    assert len(acme.get(path)) == 1
    text = 'This issue links to "Invoice 7 (Web Link)"'
    assert last(acme, "ACME-2") == [item("RemoteIssueLink", None, "10001", text, "10001", text)]
    refused = acme.call("POST", path, {"object": {"url": "https://x.test"}})
    assert json.loads(refused.body) == {"errorMessages": [], "errors": {"title": "'title' is required."}}
    _, new = links.link_remote(acme.state, acme.issue("ACME-2"), {"object": {}}, by="ana", at=NOW)
    assert new


def test_naive_times_are_refused(acme: Acme) -> None:
    with pytest.raises(ValueError, match="times are aware"):
        acme.create(STORY, "when?", at=NOW.replace(tzinfo=None))


def test_changelogs_come_in_bulk_oldest_first_and_by_field(acme: Acme) -> None:
    path = "/rest/api/3/changelog/bulkfetch"
    whole = acme.post(path, {"issueIdsOrKeys": ["ACME-2", "ACME-1", "GONE-1"]})
    assert [entry["issueId"] for entry in whole["issueChangeLogs"]] == ["10001", "10002"]
    assert "nextPageToken" not in whole
    only = acme.post(path, {"issueIdsOrKeys": ["10002"], "fieldIds": ["status"]})
    items = [i["field"] for h in only["issueChangeLogs"][0]["changeHistories"] for i in h["items"]]
    assert items == ["status"]
    first = acme.post(path, {"issueIdsOrKeys": ["ACME-1", "ACME-2"], "maxResults": 3})
    token = first["nextPageToken"]
    rest = acme.post(path, {"issueIdsOrKeys": ["ACME-1", "ACME-2"], "maxResults": 3, "nextPageToken": token})
    counts = [len(e["changeHistories"]) for page in (first, rest) for e in page["issueChangeLogs"]]
    assert sum(counts) == 5
    assert acme.call("POST", path, {"issueIdsOrKeys": []}).status == 400
    assert acme.call("POST", path, {"issueIdsOrKeys": ["1"], "fieldIds": list("abcdefghijk")}).status == 400


def test_a_changelog_is_paged_from_the_oldest(acme: Acme) -> None:
    page = acme.get("/rest/api/2/issue/ACME-2/changelog", maxResults=2)
    assert (page["total"], page["isLast"], len(page["values"])) == (3, False, 2)
    assert page["nextPage"].endswith("/issue/ACME-2/changelog?maxResults=2&startAt=2")
    rest = acme.get("/rest/api/2/issue/ACME-2/changelog", startAt=2)
    assert (rest["isLast"], rest["maxResults"], len(rest["values"])) == (True, 100, 1)
