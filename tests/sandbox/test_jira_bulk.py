"""Many issues in one request, and the suggestions and mails around issues."""

from __future__ import annotations

import json
from typing import Any

import pytest
from acme_site import DONE, SUBTASK, Acme

P = "/rest/api/3"


@pytest.fixture
def acme() -> Acme:
    return Acme.make()


def submit(acme: Acme, deed: str, body: dict[str, Any], *, who: str = "ana") -> dict[str, Any]:
    """Ask for a bulk deed; how its task ended."""
    answer = acme.call("POST", f"{P}/bulk/issues/{deed}", body, who=who)
    assert answer.status == 201, answer.body
    task: dict[str, Any] = acme.get(f"{P}/bulk/queue/{json.loads(answer.body)['taskId']}", who=who)
    assert (task["status"], task["progressPercent"], task["submittedBy"]) == (
        "COMPLETE",
        100,
        {"accountId": who},
    )
    return task


def test_issues_are_deleted_together_but_those_nobody_may_delete(acme: Acme) -> None:
    acme.create(SUBTASK, "Part", parent_id=acme.issue("ACME-3").id)
    acme.state.users["ana"].hidden_projects.add(2)
    task = submit(acme, "delete", {"selectedIssueIdsOrKeys": ["ACME-3", "TEAM-1", "NO-1"]})
    assert (task["totalIssueCount"], task["invalidOrInaccessibleIssueCount"]) == (3, 2)
    assert acme.keys("project = ACME") == ["ACME-2", "ACME-1"]
    acme.state.users["ana"].denied.add("DELETE_ISSUES")
    task = submit(acme, "delete", {"selectedIssueIdsOrKeys": ["ACME-2"]})
    assert list(task["failedAccessibleIssues"]) == [str(acme.issue("ACME-2").id)]
    assert acme.call("GET", f"{P}/bulk/queue/99").status == 404


def test_watching_many_is_undone_by_unwatching_them(acme: Acme) -> None:
    chosen = {"selectedIssueIdsOrKeys": ["ACME-1", str(acme.issue("ACME-2").id)]}
    submit(acme, "watch", chosen, who="bob")
    assert "bob" in acme.issue("ACME-1").watchers
    assert "bob" in acme.issue("ACME-2").watchers
    submit(acme, "unwatch", chosen, who="bob")
    assert "bob" not in acme.issue("ACME-2").watchers


def test_a_step_that_all_may_take_is_offered_and_taken(acme: Acme) -> None:
    (offer,) = acme.get(f"{P}/bulk/issues/transition", issueIdsOrKeys="ACME-1,ACME-3")["availableTransitions"]
    assert (offer["issues"], offer["isTransitionsFiltered"]) == (["ACME-1", "ACME-3"], False)
    (done,) = (step for step in offer["transitions"] if step["to"]["statusId"] == DONE)
    steps = [{"selectedIssueIdsOrKeys": ["ACME-1", "ACME-3"], "transitionId": done["transitionId"]}]
    submit(acme, "transition", {"bulkTransitionInputs": steps})
    assert acme.issue("ACME-3").status_id == DONE
    refused = submit(
        acme,
        "transition",
        {"bulkTransitionInputs": [{"selectedIssueIdsOrKeys": ["ACME-1"], "transitionId": 9}]},
    )
    assert refused["processedAccessibleIssues"] == []


def test_fields_are_edited_together(acme: Acme) -> None:
    names = {
        field["id"]: field
        for field in acme.get(f"{P}/bulk/issues/fields", issueIdsOrKeys="ACME-1,TEAM-1")["fields"]
    }
    assert "REMOVE" in names["labels"]["multiSelectFieldOptions"]
    assert "customfield_10060" not in names
    body = {
        "selectedIssueIdsOrKeys": ["ACME-1", "ACME-2"],
        "selectedActions": ["labels", "priority", "customfield_10050", "duedate", "assignee", "fixVersions"],
        "editedFieldsInput": {
            "labelsFields": [
                {"fieldId": "labels", "bulkEditMultiSelectFieldOption": "ADD", "labels": [{"name": "new"}]}
            ],
            "priority": {"priorityId": "2"},
            "singleLineTextFields": [
                {"fieldId": "customfield_10050", "text": "Fernwood"},
                {"fieldId": "summary", "text": "not among the actions"},
            ],
            "datePickerFields": [{"fieldId": "duedate", "date": {"formattedDate": "2026-05-01"}}],
            "singleSelectClearableUserPickerFields": [{"fieldId": "assignee", "user": {"accountId": "bob"}}],
            "multipleVersionPickerFields": [
                {
                    "fieldId": "fixVersions",
                    "bulkEditMultiSelectFieldOption": "REPLACE",
                    "versions": [{"versionId": "10000"}],
                }
            ],
        },
    }
    task = submit(acme, "fields", body)
    assert "failedAccessibleIssues" not in task
    epic = acme.issue("ACME-1")
    assert (epic.labels, epic.priority_id, epic.values["customfield_10050"]) == (
        ("Billable", "new"),
        2,
        "Fernwood",
    )
    assert (str(epic.due_on), epic.assignee, epic.fix_version_ids) == ("2026-05-01", "bob", (10000,))
    assert epic.summary == "Checkout"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("delete", {"selectedIssueIdsOrKeys": []}),
        ("delete", {"selectedIssueIdsOrKeys": ["ACME-1"] * 1001}),
        ("fields", {"selectedIssueIdsOrKeys": ["ACME-1"], "editedFieldsInput": {"moodFields": []}}),
    ],
)
def test_what_no_bulk_deed_can_be_is_refused(acme: Acme, path: str, body: dict[str, Any]) -> None:
    assert acme.call("POST", f"{P}/bulk/issues/{path}", body).status == 400


def test_bulk_changes_need_their_permission(acme: Acme) -> None:
    acme.state.users["bob"].denied.add("BULK_CHANGE")
    chosen = {"selectedIssueIdsOrKeys": ["ACME-1"]}
    assert acme.call("POST", f"{P}/bulk/issues/watch", chosen, who="bob").status == 403


def test_the_issue_picker_shows_what_was_looked_at_and_what_a_query_finds(acme: Acme) -> None:
    acme.get(f"{P}/issue/ACME-3", updateHistory="true")
    (seen,) = acme.get(f"{P}/issue/picker", query="pay")["sections"]
    assert [(issue["key"], issue["summaryText"]) for issue in seen["issues"]] == [
        ("ACME-3", "Pay by invoice")
    ]
    sections = acme.get(
        f"{P}/issue/picker", query="pay", currentJQL="project = ACME", currentIssueKey="ACME-3"
    )["sections"]
    assert [[issue["key"] for issue in section["issues"]] for section in sections] == [[], ["ACME-2"]]
    assert acme.call("GET", f"{P}/issue/picker", currentJQL="project = ").status == 400


def test_people_and_groups_are_suggested_at_once(acme: Acme) -> None:
    found = acme.get(f"{P}/groupuserpicker", query="bo", maxResults=5)
    assert [user["accountId"] for user in found["users"]["users"]] == ["bob"]
    assert (found["users"]["total"], found["groups"]["total"]) == (1, 0)
    assert acme.get(f"{P}/groupuserpicker", query="jira")["groups"]["total"] > 0
    assert acme.call("GET", f"{P}/groupuserpicker").status == 400


@pytest.mark.parametrize(
    ("to", "status"),
    [
        ({"reporter": True}, 204),
        ({"users": [{"accountId": "bob"}]}, 204),
        ({"groups": [{"name": "jira-users"}]}, 204),
        ({"users": [{"accountId": "nobody"}]}, 400),
        ({"groups": [{"name": "nobody"}]}, 400),
        ({"reporter": False}, 400),
        ({}, 400),
    ],
)
def test_a_notice_needs_somebody_to_read_it(acme: Acme, to: dict[str, Any], status: int) -> None:
    body = {"subject": "Look", "textBody": "at this", "to": to}
    assert acme.call("POST", f"{P}/issue/ACME-1/notify", body).status == status
    assert acme.call("POST", f"{P}/issue/ACME-99/notify", body).status == 404
