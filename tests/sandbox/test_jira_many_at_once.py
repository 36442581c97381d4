"""Issues moved in bulk, properties set by filter, entries of a history by id, and queries made presentable."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from acme_site import DONE, NOW, Acme

from sandbox.jira import verbs

P = "/rest/api/3"
TASK, EPIC_OF_TEAM = 20001, 20000


@pytest.fixture
def site() -> Acme:
    return Acme.make()


def finished(acme: Acme, method: str, path: str, body: object) -> Any:
    """The task that an operation leads to."""
    answer = acme.call(method, f"{P}/{path}", body)
    assert answer.status == 303, answer.body
    return acme.get(answer.headers["Location"].removeprefix("https://acme.test"))


def moved(acme: Acme, target: str, *keys: str, **more: object) -> Any:
    flags = dict.fromkeys(
        ("inferClassificationDefaults", "inferFieldDefaults", "inferSubtaskTypeDefault"), True
    )
    sources = {**flags, "inferStatusDefaults": True, "issueIdsOrKeys": list(keys)} | more
    made = acme.post(f"{P}/bulk/issues/move", {"targetToSourcesMapping": {target: sources}})
    return acme.get(f"{P}/bulk/queue/{made['taskId']}")


def test_issues_move_with_a_new_key_and_the_old_one_leads_to_it(site: Acme) -> None:
    number = site.issue("ACME-3").id
    told = moved(site, f"TEAM,{TASK}", "ACME-3")
    assert told["processedAccessibleIssues"] == [number]
    issue = site.get(f"{P}/issue/ACME-3")
    assert (issue["key"], issue["fields"]["issuetype"]["id"]) == ("TEAM-2", str(TASK))
    assert issue["fields"]["status"]["name"] == "Offen"


def test_a_status_goes_where_the_request_says_or_the_issue_stays(site: Acme) -> None:
    named = [{"statuses": {"20001": [str(DONE)]}}]
    moved(site, f"TEAM,{TASK}", "ACME-2", inferStatusDefaults=False, targetStatus=named)
    assert site.get(f"{P}/issue/ACME-2")["fields"]["status"]["name"] == "Fertig"
    stays = site.issue("ACME-3").id
    told = moved(site, f"TEAM,{TASK}", "ACME-3", inferStatusDefaults=False)
    assert list(told["failedAccessibleIssues"]) == [str(stays)]
    assert site.issue("ACME-3").key == "ACME-3"


@pytest.mark.parametrize("target", ["NOWHERE,1", "TEAM,999"])
def test_a_target_that_is_not_there_moves_nothing(site: Acme, target: str) -> None:
    body = {"targetToSourcesMapping": {target: {"issueIdsOrKeys": ["ACME-3"]}}}
    assert site.call("POST", f"{P}/bulk/issues/move", body).status == 400


def test_properties_are_set_for_a_list_and_where_a_filter_fits(site: Acme) -> None:
    one, other = site.issue("ACME-1"), site.issue("ACME-2")
    both = {"entitiesIds": [one.id, other.id], "properties": {"bill": 1}}
    assert finished(site, "POST", "issue/properties", both)["status"] == "COMPLETE"
    each = {
        "issues": [{"issueID": one.id, "properties": {"po": "a"}}, {"issueID": 99, "properties": {"po": "b"}}]
    }
    finished(site, "POST", "issue/properties/multi", each)
    assert (one.properties, other.properties) == ({"bill": 1, "po": "a"}, {"bill": 1})
    wish = {"value": 2, "filter": {"hasProperty": True, "currentValue": 1, "entityIds": [one.id]}}
    finished(site, "PUT", "issue/properties/bill", wish)
    assert ((one.properties or {})["bill"], (other.properties or {})["bill"]) == (2, 1)
    finished(site, "DELETE", "issue/properties/bill", {"currentValue": 1})
    assert (one.properties, other.properties) == ({"bill": 2, "po": "a"}, {})


@pytest.mark.parametrize(
    ("method", "path", "body"),
    [
        ("POST", "issue/properties", {"entitiesIds": [1], "properties": {}}),
        ("PUT", "issue/properties/x", {"expression": "1"}),
        ("PUT", "issue/properties/x", {"value": 1, "filter": {"colour": "red"}}),
    ],
)
def test_nonsense_about_properties_is_refused(site: Acme, method: str, path: str, body: Any) -> None:
    if "entitiesIds" in body:
        body = body | {"entitiesIds": [site.issue("ACME-1").id]}
    assert site.call(method, f"{P}/{path}", body).status == 400


def test_whether_one_watches_is_told_for_many(site: Acme) -> None:
    site.issue("ACME-1").watchers = ("ana",)
    ids = [str(site.issue(key).id) for key in ("ACME-1", "ACME-2")]
    told = site.post(f"{P}/issue/watching", {"issueIds": [*ids, "99"]})["issuesIsWatching"]
    assert told == {ids[0]: True, ids[1]: False, "99": False}


def test_entries_of_a_history_are_read_by_their_ids(site: Acme) -> None:
    entries = site.get(f"{P}/issue/ACME-2/changelog")["values"]
    ids = [int(entry["id"]) for entry in entries[1:3]]
    told = site.post(f"{P}/issue/ACME-2/changelog/list", {"changelogIds": [*ids, 1]})
    assert told == {"startAt": 0, "maxResults": 2, "total": 2, "histories": entries[1:3]}
    assert site.call("POST", f"{P}/issue/NO-1/changelog/list", {"changelogIds": [1]}).status == 404


def test_queries_are_cleaned_of_names_and_of_what_a_reader_may_not_see(site: Acme) -> None:
    site.state.users["bob"].account_id = "bob"
    cleaned = site.post(f"{P}/jql/pdcleaner", {"queryStrings": ["assignee = bob and project = ACME"]})
    assert cleaned == {"queryStrings": ["assignee = bob and project = ACME"]}
    site.state.users["bob"].hidden_projects = {2}
    asked = [
        {"query": "project = TEAM", "accountId": "bob"},
        {"query": "project = TEAM"},
        {"query": "project ="},
    ]
    shown = site.post(f"{P}/jql/sanitize", {"queries": asked})["queries"]
    assert [entry.get("sanitizedQuery") for entry in shown] == ["project = 2", "project = TEAM", None]
    assert "before the end of the query" in shown[2]["errors"]["errorMessages"][0]
    some = site.post(f"{P}/jql/autocompletedata", {"projectIds": [1]})
    assert json.dumps(some) == json.dumps(site.get(f"{P}/jql/autocompletedata"))


def test_a_history_told_by_id_is_there_for_archived_issues_too(site: Acme) -> None:
    issue = site.issue("ACME-2")
    verbs.set_field(site.state, issue, "summary", "other", by="ana", at=NOW)
    site.state.archived.add(issue.id)
    last = issue.histories[-1].id
    told = site.post(f"{P}/issue/ACME-2/changelog/list", {"changelogIds": [last]})
    assert told["total"] == 1


def test_a_deleted_project_lies_in_the_bin_for_sixty_days(site: Acme) -> None:
    site.state.users["ana"].admin = True
    assert site.call("DELETE", f"{P}/project/TEAM").status == 204
    assert site.call("GET", f"{P}/project/TEAM").status == 404
    assert site.call("GET", f"{P}/issue/TEAM-1").status == 404
    (lost,) = site.get(f"{P}/project/search", status="deleted")["values"]
    assert (lost["key"], lost["deleted"], lost["deletedBy"]["accountId"]) == ("TEAM", True, "ana")
    assert lost["retentionTillDate"].startswith("2026-05-09")
    assert site.post(f"{P}/project/TEAM/restore", None)["key"] == "TEAM"
    assert site.get(f"{P}/issue/TEAM-1")["key"] == "TEAM-1"


def test_what_lies_in_the_bin_too_long_or_was_deleted_for_good_is_gone(site: Acme) -> None:
    site.state.users["ana"].admin = True
    site.call("DELETE", f"{P}/project/TEAM")
    site.clock.advance(timedelta(days=60))
    assert site.get(f"{P}/project/search", status="deleted")["values"] == []
    assert site.call("POST", f"{P}/project/TEAM/restore").status == 404
    assert site.call("DELETE", f"{P}/project/ACME", enableUndo="false").status == 204
    assert site.call("POST", f"{P}/project/ACME/restore").status == 404


def test_a_key_out_of_the_bin_is_free_and_then_cannot_be_restored(site: Acme) -> None:
    site.state.users["ana"].admin = True
    site.call("DELETE", f"{P}/project/TEAM")
    body = {"key": "TEAM", "name": "Team Work", "projectTypeKey": "software", "leadAccountId": "ana"}
    assert site.call("POST", f"{P}/project", body).status == 201
    assert site.call("POST", f"{P}/project/TEAM/restore").status == 400
    assert site.call("DELETE", f"{P}/project/2").status == 204
    assert 2 not in site.state.projects
