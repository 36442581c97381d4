"""Our JSON beside recorded answers of real sites: the same keys, the same forms.

The key sets below are copies of what the recorded files hold; where those files lie beside the checkout
they are read too, so that the copies cannot drift.
"""

from __future__ import annotations

import json
import re
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from acme_site import DONE, NOW, REGION, SUBTASK, Acme

from sandbox.jira import effort, sprints, verbs
from sandbox.jira.entities import CustomField

RECORDED = Path(__file__).parents[3] / "shared" / "data"
_NAMES = """
    aggregateprogress aggregatetimeestimate aggregatetimeoriginalestimate aggregatetimespent assignee
    closedSprints components created creator duedate epic fixVersions flagged issuelinks issuerestriction
    issuetype labels lastViewed parent priority progress project reporter resolution resolutiondate security
    sprint status statuscategorychangedate subtasks summary timeestimate timeoriginalestimate timespent
    timetracking updated versions votes watches worklog workratio
"""
SYSTEM = set(_NAMES.split())
SPRINT = {"id", "self", "state", "name", "startDate", "endDate", "completeDate", "originBoardId", "goal"}
HISTORY = {"id", "author", "created", "items"}
ITEM = {"field", "fieldtype", "fieldId", "from", "fromString", "to", "toString"}
NESTED = {
    "status": {"self", "name", "id", "statusCategory"},
    "project": {"self", "id", "key", "name", "projectTypeKey", "simplified"},
    "issuetype": {"self", "id", "name", "subtask", "hierarchyLevel"},
    "priority": {"self", "name", "id"},
    "resolution": {"self", "id", "name"},
    "creator": {"accountId", "displayName", "active", "timeZone", "accountType"},
    "parent": {"id", "key", "self", "fields"},
    "watches": {"self", "watchCount", "isWatching"},
    "votes": {"self", "votes", "hasVoted"},
    "worklog": {"startAt", "maxResults", "total", "worklogs"},
}
WORKLOG = {
    "self", "author", "updateAuthor", "created", "updated", "started", "timeSpent", "timeSpentSeconds", "id",
    "issueId",
}  # fmt: skip
STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}[+-]\d{4}")
SPRINT_STAMP = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z")


def recorded(name: str) -> list[Any]:
    path = RECORDED / name
    if not path.exists():
        pytest.skip(
            f"the recorded answers do not lie beside this checkout ({name}): only the copied keys are tested"
        )
    return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]


@pytest.fixture(scope="module")
def acme() -> Acme:
    """With a closed sprint, a sub-task, a worklog and a carried-over story."""
    acme = Acme.make()
    story = acme.issue("ACME-2")
    acme.create(SUBTASK, "Small part", parent_id=story.id, priority_id=3)
    verbs.set_field(acme.state, story, "priority", "3", by="ana", at=NOW)
    effort.log_work(acme.state, story, 36_000, by="ana", at=NOW, started_at=NOW - timedelta(days=1))
    sprints.close_sprint(acme.state, acme.state.sprints[1], by="ana", at=NOW)
    return acme


def agile_issue(acme: Acme, key: str) -> Any:
    found = acme.get("/rest/agile/1.0/board/1/issue", jql=f"key = {key}", expand="changelog")
    return found["issues"][0]


def test_an_issue_has_the_fields_of_a_recorded_one(acme: Acme) -> None:
    fields = agile_issue(acme, "ACME-2")["fields"]
    assert set(fields) >= SYSTEM
    for name, keys in NESTED.items():
        assert set(fields[name]) >= keys, name
    assert set(fields["worklog"]["worklogs"][0]) == WORKLOG
    assert fields["worklog"]["worklogs"][0]["timeSpent"] == "1d 2h"
    assert set(fields["subtasks"][0]["fields"]) == {"status", "summary", "priority", "issuetype"}
    assert set(fields["closedSprints"][0]) - {"createdDate"} == SPRINT
    assert set(fields["customfield_10020"][0]) == (SPRINT - {"self", "originBoardId"}) | {"boardId"}
    assert fields["epic"].keys() == {"id", "key", "self", "name", "summary", "color", "done"}


def test_the_copied_keys_are_those_of_the_recorded_issues() -> None:
    issues = recorded("recorded-issues.jsonl")
    assert (
        set().union(*({k for k in i["fields"] if not k.startswith("customfield")} for i in issues)) == SYSTEM
    )
    for name, keys in NESTED.items():
        shown = [issue["fields"][name] for issue in issues if issue["fields"].get(name)]
        assert set.intersection(*map(set, shown)) == keys, name
    worklogs = [w for issue in issues for w in issue["fields"]["worklog"]["worklogs"]]
    assert all(set(worklog) - {"comment"} == WORKLOG for worklog in worklogs)


def test_the_copied_keys_are_those_of_the_recorded_sprints_and_histories() -> None:
    assert all(set(sprint) == SPRINT for sprint in recorded("recorded-sprints.jsonl"))
    histories = [row["response"] for row in recorded("recorded-changelogs.jsonl")]
    assert all(set(history) == HISTORY for history in histories)
    items = [item for history in histories for item in history["items"]]
    assert all(
        set(item) - {"tmpToAccountId", "tmpFromAccountId"} - {"fieldId"} == ITEM - {"fieldId"}
        for item in items
    )
    unlisted = {item["field"] for item in items if "fieldId" not in item}
    assert unlisted <= {
        "Workflow",
        "Link",
        "RemoteIssueLink",
        "Parent",
        "WorklogId",
        "IssueParentAssociation",
    }


def test_moments_are_shown_in_the_zone_of_the_site_and_those_of_sprints_in_utc(acme: Acme) -> None:
    issue = agile_issue(acme, "ACME-2")
    assert issue["fields"]["created"] == "2026-02-08T21:00:00.000+0800"
    for name in ("created", "updated", "resolutiondate", "statuscategorychangedate"):
        assert STAMP.fullmatch(issue["fields"][name]), name
    assert all(STAMP.fullmatch(history["created"]) for history in issue["changelog"]["histories"])
    sprint = acme.get("/rest/agile/1.0/sprint/1")
    assert sprint["completeDate"] == "2026-03-10T12:00:00.000Z"
    assert all(SPRINT_STAMP.fullmatch(sprint[name]) for name in ("startDate", "endDate", "completeDate"))


def test_every_link_starts_with_the_announced_address(acme: Acme) -> None:
    texts = re.findall(r'"self": ?"([^"]+)"', json.dumps(agile_issue(acme, "ACME-2")))
    assert len(texts) > 20
    assert all(text.startswith("https://acme.test/rest/") for text in texts)
    assert acme.get("/rest/api/3/issue/ACME-2")["self"] == "https://acme.test/rest/api/3/issue/10002"
    assert agile_issue(acme, "ACME-2")["self"] == "https://acme.test/rest/agile/1.0/issue/10002"


def test_rich_text_is_a_document_in_version_three_only() -> None:
    acme = Acme.make()
    verbs.set_field(acme.state, acme.issue("ACME-1"), "description", "One\n\nTwo", by="ana", at=NOW)
    assert acme.get("/rest/api/2/issue/ACME-1")["fields"]["description"] == "One\n\nTwo"
    document = acme.get("/rest/api/3/issue/ACME-1")["fields"]["description"]
    assert document["type"] == "doc"
    assert [len(paragraph["content"]) for paragraph in document["content"]] == [1, 1]


def test_each_kind_of_custom_field_has_its_own_form() -> None:
    acme = Acme.make()
    kinds = (
        ("options", "Tiers"),
        ("user", "Owner"),
        ("labels", "Tags"),
        ("datetime", "Call"),
        ("textarea", "Notes"),
    )
    for number, (kind, name) in enumerate(kinds, start=10070):
        acme.state.add_vocabulary([CustomField(number, name, kind, options={"Gold": 1, "Silver": 2})])
    epic = acme.issue("ACME-1")
    empty = acme.get("/rest/api/3/issue/ACME-1")["fields"]
    assert [empty[f"customfield_{n}"] for n in range(10070, 10075)] == [None, None, [], None, None]
    given = {
        REGION: "North", "customfield_10050": "Fern", "customfield_10052": "2026-04-01",
        "customfield_10070": ("Gold", "Silver"), "customfield_10071": "bob", "customfield_10072": ("a", "b"),
        "customfield_10073": "2026-03-01T00:00:00+00:00", "customfield_10074": "Note",
    }  # fmt: skip
    for field_id, value in given.items():
        verbs.set_field(acme.state, epic, field_id, value, by="ana", at=NOW)
    fields = acme.get("/rest/api/3/issue/ACME-1")["fields"]
    option = {"self": "https://acme.test/rest/api/3/customFieldOption/10100", "value": "North", "id": "10100"}
    assert fields[REGION] == option
    assert [entry["id"] for entry in fields["customfield_10070"]] == ["1", "2"]
    assert fields["customfield_10071"]["displayName"] == "Bob"
    assert fields["customfield_10072"] == ["a", "b"]
    assert fields["customfield_10073"] == "2026-03-01T08:00:00.000+0800"
    assert fields["customfield_10074"]["type"] == "doc"
    assert (fields["customfield_10050"], fields["customfield_10052"]) == ("Fern", "2026-04-01")
    queries = ("Tiers = gold", "Owner = Bob", "Tags = A", 'Call = "2026-03-01 09:00"', "Notes ~ note")
    assert all(acme.keys(query) == ["ACME-1"] for query in queries)
    history = acme.get("/rest/api/3/issue/ACME-1/changelog")["values"]
    shown = {h["items"][0]["field"]: (h["items"][0]["to"], h["items"][0]["toString"]) for h in history}
    assert shown["Tiers"] == ("[1, 2]", "Gold,Silver")
    assert shown["Owner"] == ("bob", "Bob")


def test_a_field_of_a_team_managed_project_names_its_scope() -> None:
    listed = {field["id"]: field for field in Acme.make().get("/rest/api/3/field")}
    assert listed["customfield_10060"]["scope"] == {"type": "PROJECT", "project": {"id": "2"}}
    assert "scope" not in listed["customfield_10016"]
    assert listed["customfield_10016"]["schema"] == {
        "type": "number",
        "custom": "com.pyxis.greenhopper.jira:jsw-story-points",
        "customId": 10016,
    }
    assert "cf[10050]" in listed["customfield_10050"]["clauseNames"]
    epic = Acme.make().issue("ACME-1")
    assert epic.status_id != DONE
