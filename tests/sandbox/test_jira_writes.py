"""Issues written over HTTP: created, edited, moved through the workflow, discussed and deleted."""

from __future__ import annotations

import json
from typing import Any

import pytest
from acme_site import CLIENT, DONE, NOW, POINTS, REGION, SPRINT, WONT_DO, Acme, answer

from sandbox.jira.entities import CustomField
from sandbox.jira.parts import LinkType
from sandbox.jira.settings import FieldContext

V2, V3 = "/rest/api/2", "/rest/api/3"
UNKNOWN = "Field '{}' cannot be set. It is not on the appropriate screen, or unknown."
DOCUMENT = {
    "type": "doc",
    "version": 1,
    "content": [
        {"type": "paragraph", "content": [{"type": "text", "text": "Bold", "marks": [{"type": "strong"}]}]},
        {"type": "panel", "attrs": {"panelType": "info"}, "content": []},
    ],
}


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.state.link_types[10000] = LinkType(10000, "Blocks", "is blocked by", "blocks")
    return acme


def fields(acme: Acme, key: str, version: str = V2) -> Any:
    return acme.get(f"{version}/issue/{key}")["fields"]


def story(**more: Any) -> dict[str, Any]:
    return {"fields": {"project": {"key": "ACME"}, "issuetype": {"id": "10001"}, "summary": "New", **more}}


def errors(acme: Acme, method: str, path: str, body: object) -> dict[str, str]:
    response = acme.call(method, path, body)
    assert response.status == 400, response.body
    found: dict[str, str] = json.loads(response.body)["errors"]
    return found


def test_a_created_issue_has_every_field_it_was_given(acme: Acme) -> None:
    made = acme.post(
        f"{V2}/issue",
        story(
            description="*Bold*", environment="prod", labels=["a", "b"], priority={"name": "High"},
            assignee={"accountId": "bob"}, duedate="2026-04-01", parent={"key": "ACME-1"},
            components=[{"name": "Shop"}], fixVersions=[{"id": "10000"}], versions=[{"name": "v1"}],
            timetracking={"originalEstimate": "1d 2h", "remainingEstimate": "4h"},
            **{REGION: {"value": "North"}, CLIENT: "Fern", POINTS: 3, SPRINT: 1},
        ),
    )  # fmt: skip
    assert made == {"id": "10005", "key": "ACME-4", "self": f"https://acme.test{V2}/issue/10005"}
    shown = fields(acme, "ACME-4")
    assert (shown["description"], shown["environment"], shown["labels"]) == ("*Bold*", "prod", ["a", "b"])
    assert (shown["priority"]["name"], shown["assignee"]["accountId"]) == ("High", "bob")
    assert (shown["duedate"], shown["parent"]["key"]) == ("2026-04-01", "ACME-1")
    assert [c["name"] for c in shown["components"]] == ["Shop"]
    assert [v["name"] for v in shown["fixVersions"] + shown["versions"]] == ["v1", "v1"]
    assert (shown["timeoriginalestimate"], shown["timeestimate"]) == (36_000, 14_400)
    assert (shown[REGION]["value"], shown[CLIENT], shown[POINTS]) == ("North", "Fern", 3.0)
    assert [s["id"] for s in shown[SPRINT]] == [1]
    assert (shown["creator"]["accountId"], shown["reporter"]["accountId"]) == ("ana", "ana")
    assert shown["watches"] == {
        "self": f"https://acme.test{V2}/issue/ACME-4/watchers", "watchCount": 1, "isWatching": True,
    }  # fmt: skip
    assert acme.keys("summary ~ New AND labels = a AND sprint = 1") == ["ACME-4"]


def test_a_document_comes_back_as_it_was_sent_and_as_wiki_text_in_version_two(acme: Acme) -> None:
    acme.post(f"{V3}/issue", story(description=DOCUMENT))
    assert fields(acme, "ACME-4", V3)["description"] == DOCUMENT
    assert fields(acme, "ACME-4")["description"].startswith("*Bold*")
    assert "Atlassian Document" in errors(acme, "POST", f"{V3}/issue", story(description="x"))["description"]
    assert errors(acme, "POST", f"{V2}/issue", story(description=DOCUMENT)) == {
        "description": "Operation value must be a string"
    }


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"summary": ""}, {"summary": "You must specify a summary of the issue."}),
        ({"summary": "x" * 256}, {"summary": "Summary can't exceed 255 characters."}),
        ({"summary": "a\nb"}, {"summary": "The summary is invalid because it contains newline characters."}),
        ({"project": {"key": "NONE"}}, {"project": "Specify a valid project ID or key"}),
        ({"issuetype": {"name": "Nope"}}, {"issuetype": "Specify a valid issue type"}),
        ({"colour": 1}, {"colour": UNKNOWN.format("colour")}),
        ({"status": {"id": "3"}}, {"status": UNKNOWN.format("status")}),
        ({"customfield_10060": 1}, {"customfield_10060": UNKNOWN.format("customfield_10060")}),
        ({"labels": ["a b"]}, {"labels": "The label 'a b' contains spaces which is invalid."}),
        ({"labels": "a"}, {"labels": "data was not an array"}),
        ({"priority": {"name": "No"}}, {"priority": "Priority name 'No' is not valid"}),
        ({"components": [{"name": "No"}]}, {"components": "Component name 'No' is not valid"}),
        ({"fixVersions": [{"id": "9"}]}, {"fixVersions": "Version id '9' is not valid"}),
        ({"assignee": {"accountId": "no"}}, {"assignee": "User 'no' does not exist."}),
        ({"duedate": "soon"}, {"duedate": "Error parsing date string: soon"}),
        ({REGION: {"value": "No"}}, {REGION: "Option value 'No' is not valid"}),
        ({POINTS: "3"}, {POINTS: "Operation value must be a number"}),
        ({CLIENT: 3}, {CLIENT: "Operation value must be a string"}),
        ({"parent": {"key": "ACME-9"}}, {"parent": "Could not find issue by id or key."}),
    ],
)
def test_what_a_field_does_not_take_is_told_by_field(acme: Acme, wrong: dict[str, Any], told: object) -> None:
    assert errors(acme, "POST", f"{V2}/issue", story(**wrong)) == told
    assert acme.state.issue("ACME-4") is None


def test_required_fields_and_the_hierarchy_are_checked(acme: Acme) -> None:
    acme.state.projects[1].required_fields = frozenset(("duedate",))
    assert errors(acme, "POST", f"{V2}/issue", story()) == {"duedate": "Due date is required."}
    acme.state.projects[1].required_fields = frozenset()
    subtask = story(issuetype={"name": "Sub-task"})
    assert "parent issue key or id not specified" in errors(acme, "POST", f"{V2}/issue", subtask)["issuetype"]
    assert "parentId" in errors(acme, "POST", f"{V2}/issue", story(parent={"key": "ACME-2"}))


def test_many_are_created_at_once_and_each_failure_is_told_by_its_place(acme: Acme) -> None:
    body = {"issueUpdates": [story(), story(summary=""), story(labels=["x"])]}
    made = acme.post(f"{V3}/issue/bulk", body)
    assert [issue["key"] for issue in made["issues"]] == ["ACME-4", "ACME-5"]
    (failed,) = made["errors"]
    assert (failed["status"], failed["failedElementNumber"]) == (400, 1)
    assert failed["elementErrors"]["errors"] == {"summary": "You must specify a summary of the issue."}
    assert acme.call("POST", f"{V3}/issue/bulk", {"issueUpdates": [story(summary="")]}).status == 400


def test_one_edit_is_one_entry_of_the_history(acme: Acme) -> None:
    path = f"{V2}/issue/ACME-3"
    edit = {
        "fields": {"summary": "Renamed", "priority": {"id": "2"}, "issuetype": {"id": "10001"}},
        "update": {
            "labels": [{"add": "x"}, {"add": "y"}, {"remove": "x"}],
            "components": [{"add": {"name": "Shop"}}],
            "comment": [{"add": {"body": "See there"}}],
            "issuelinks": [{"add": {"type": {"name": "Blocks"}, "outwardIssue": {"key": "ACME-2"}}}],
            "timetracking": [{"edit": {"originalEstimate": "3h"}}],
        },
    }
    assert acme.call("PUT", path, edit).status == 204
    shown = fields(acme, "ACME-3")
    assert (shown["summary"], shown["labels"], shown["timeoriginalestimate"]) == ("Renamed", ["y"], 10_800)
    assert shown["comment"]["comments"][0]["body"] == "See there"
    assert shown["issuelinks"][0]["outwardIssue"]["key"] == "ACME-2"
    assert fields(acme, "ACME-2")["issuelinks"][0]["inwardIssue"]["key"] == "ACME-3"
    entry = acme.get(f"{path}/changelog")["values"][-1]
    assert {item["field"] for item in entry["items"]} == {
        "summary", "priority", "labels", "Component", "Link", "timeoriginalestimate",
    }  # fmt: skip


def test_an_edit_with_one_mistake_changes_nothing(acme: Acme) -> None:
    before = acme.get(f"{V2}/issue/ACME-3")
    wrong = {
        "fields": {"summary": "Renamed"},
        "update": {"issuelinks": [{"add": {"type": {"name": "Nope"}, "outwardIssue": {"key": "ACME-2"}}}]},
    }
    assert acme.call("PUT", f"{V2}/issue/ACME-3", wrong).status == 404
    assert acme.call("PUT", f"{V2}/issue/ACME-3", {"fields": {"summary": "x", "nope": 1}}).status == 400
    assert acme.call("PUT", f"{V2}/issue/ACME-3", {}).status == 400
    assert acme.call("PUT", f"{V2}/issue/ACME-3", {"field": {}}).status == 400
    assert acme.get(f"{V2}/issue/ACME-3") == before
    edited = answer(acme.call("PUT", f"{V2}/issue/ACME-3", {"fields": {"summary": "x"}}, returnIssue="true"))
    assert edited["fields"]["summary"] == "x"


def test_the_workflow_offers_its_steps_and_takes_one(acme: Acme) -> None:
    path = f"{V3}/issue/ACME-3/transitions"
    steps = acme.get(path, expand="transitions.fields")["transitions"]
    assert [(step["id"], step["to"]["name"]) for step in steps] == [
        ("11", "To Do"), ("21", "In Progress"), ("31", "Done"),
    ]  # fmt: skip
    assert list(steps[2]["fields"]) == ["resolution"]
    assert [s["id"] for s in acme.get(path, transitionId="31")["transitions"]] == ["31"]
    wanted = {"transition": {"id": "31"}, "fields": {"resolution": {"name": "Won't Do"}}}
    assert acme.call("POST", path, wanted).status == 204
    closed = acme.issue("ACME-3")
    assert (closed.status_id, closed.resolution_id) == (DONE, WONT_DO)
    assert [i.field for i in closed.histories[-1].items] == ["resolution", "status"]
    assert acme.call("POST", path, {"transition": {"id": "11"}}).status == 204
    assert closed.resolution_id is None
    for wrong in ({}, {"transition": {"id": "99"}}, {"transition": {"id": "x"}}):
        assert acme.call("POST", path, wrong).status == 400
    refused = {"transition": {"id": "21"}, "fields": {"summary": "x"}}
    assert errors(acme, "POST", path, refused) == {"summary": UNKNOWN.format("summary")}


def test_create_and_edit_screens_are_told_in_both_forms(acme: Acme) -> None:
    tree = acme.get(f"{V2}/issue/createmeta", projectKeys="ACME", expand="projects.issuetypes.fields")
    (project,) = tree["projects"]
    kinds = {kind["id"]: kind["fields"] for kind in project["issuetypes"]}
    paged = acme.get(f"{V3}/issue/createmeta/ACME/issuetypes")
    assert [kind["id"] for kind in paged["issueTypes"]] == list(kinds)
    whole = acme.get(f"{V3}/issue/createmeta/ACME/issuetypes/10001", maxResults=200)
    assert [field["fieldId"] for field in whole["fields"]] == list(kinds["10001"])
    assert kinds["10001"]["summary"]["required"]
    assert [o["value"] for o in kinds["10001"][REGION]["allowedValues"]] == ["North", "South"]
    assert "customfield_10060" not in kinds["10001"]
    assert "fields" not in acme.get(f"{V2}/issue/createmeta")["projects"][0]["issuetypes"][0]
    edit = acme.get(f"{V2}/issue/ACME-1/editmeta")["fields"]
    assert edit["labels"]["operations"] == ["add", "set", "remove"]
    assert acme.call("GET", f"{V3}/issue/createmeta/NONE/issuetypes").status == 404


def test_deleting_needs_a_word_for_subtasks(acme: Acme) -> None:
    part = story(issuetype={"name": "Sub-task"}, parent={"key": "ACME-3"})
    acme.post(f"{V2}/issue", part)
    refused = acme.call("DELETE", f"{V2}/issue/ACME-3")
    assert refused.status == 400
    assert b"deleteSubtasks" in refused.body
    assert acme.call("DELETE", f"{V2}/issue/ACME-3", deleteSubtasks="true").status == 204
    assert acme.keys("project = ACME") == ["ACME-2", "ACME-1"]


def test_a_deleted_issue_takes_its_links_along(acme: Acme) -> None:
    link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": "ACME-2"}, "outwardIssue": {"key": "ACME-3"}}
    assert acme.call("POST", f"{V3}/issueLink", link).status == 201
    assert fields(acme, "ACME-2")["issuelinks"][0]["outwardIssue"]["key"] == "ACME-3"
    assert acme.call("DELETE", f"{V2}/issue/ACME-3").status == 204
    assert fields(acme, "ACME-2")["issuelinks"] == []
    assert acme.state.links == {}


def test_links_are_read_and_removed_and_unknown_types_refused(acme: Acme) -> None:
    link = {"type": {"name": "Blocks"}, "inwardIssue": {"key": "ACME-2"}, "outwardIssue": {"key": "ACME-3"}}
    acme.call("POST", f"{V3}/issueLink", link)
    acme.call("POST", f"{V3}/issueLink", link)
    (number,) = acme.state.links
    assert acme.get(f"{V3}/issueLink/{number}")["outwardIssue"]["key"] == "ACME-3"
    last = acme.get(f"{V3}/issue/ACME-3/changelog")["values"][-1]["items"][0]
    assert (last["field"], last["toString"]) == ("Link", "This issue is blocked by ACME-2")
    assert acme.call("POST", f"{V3}/issueLink", link | {"type": {"name": "Nope"}}).status == 404
    assert acme.call("DELETE", f"{V3}/issueLink/{number}").status == 204
    assert acme.call("GET", f"{V3}/issueLink/{number}").status == 404


def test_the_assignee_is_set_and_taken_away(acme: Acme) -> None:
    path = f"{V3}/issue/ACME-3/assignee"
    assert acme.call("PUT", path, {"accountId": "bob"}).status == 204
    assert acme.issue("ACME-3").assignee == "bob"
    assert acme.call("PUT", path, {"accountId": "nobody"}).status == 400
    assert acme.call("PUT", path, {"accountId": None}).status == 204
    assert acme.issue("ACME-3").assignee is None


def test_comments_are_written_corrected_listed_and_removed(acme: Acme) -> None:
    path = f"{V2}/issue/ACME-1/comment"
    made = acme.post(path, {"body": "First"})
    acme.post(path, {"body": "Second"})
    assert (made["body"], made["author"]["accountId"]) == ("First", "ana")
    edited = answer(acme.call("PUT", f"{path}/{made['id']}", {"body": "Better"}, who="bob"))
    assert (edited["body"], edited["updateAuthor"]["accountId"]) == ("Better", "bob")
    assert [c["body"] for c in acme.get(path, orderBy="-created")["comments"]] == ["Second", "Better"]
    assert acme.get(path, startAt=1, maxResults=1)["comments"][0]["body"] == "Second"
    document = acme.get(f"{V3}/issue/ACME-1/comment/{made['id']}")["body"]
    assert document["content"][0]["content"][0]["text"] == "Better"
    assert acme.post(f"{V3}/comment/list", {"ids": [int(made["id"]), 1]})["total"] == 1
    assert acme.call("POST", path, {"body": ""}).status == 400
    assert acme.call("DELETE", f"{path}/{made['id']}").status == 204
    assert acme.call("GET", f"{path}/{made['id']}").status == 404
    assert all(item.field != "Comment" for h in acme.issue("ACME-1").histories for item in h.items)
    assert acme.issue("ACME-1").updated_at == NOW


@pytest.mark.parametrize(
    ("query", "remaining"),
    [
        ({}, 3600 * 6),
        ({"adjustEstimate": "leave"}, 3600 * 8),
        ({"adjustEstimate": "new", "newEstimate": "1h"}, 3600),
        ({"adjustEstimate": "manual", "reduceBy": "30m"}, 3600 * 7 + 1800),
    ],
)
def test_a_worklog_moves_the_remaining_estimate_as_asked(
    acme: Acme, query: dict[str, str], remaining: int
) -> None:
    acme.post(f"{V2}/issue", story(timetracking={"originalEstimate": "1d"}))
    path = f"{V2}/issue/ACME-4/worklog"
    body = {"timeSpent": "2h", "started": "2026-03-09T10:00:00.000+0000", "comment": "Done"}
    made = answer(acme.call("POST", path, body, **query))
    assert (made["timeSpentSeconds"], made["comment"]) == (7200, "Done")
    assert made["started"] == "2026-03-09T18:00:00.000+0800"
    assert acme.issue("ACME-4").remaining_estimate == remaining


def test_a_worklog_is_corrected_and_removed(acme: Acme) -> None:
    path = f"{V3}/issue/ACME-3/worklog"
    made = acme.post(path, {"timeSpentSeconds": 7200, "comment": DOCUMENT})
    assert made["comment"] == DOCUMENT
    one = f"{path}/{made['id']}"
    assert answer(acme.call("PUT", one, {"timeSpent": "1h"}))["timeSpent"] == "1h"
    assert acme.issue("ACME-3").time_spent == 3600
    assert acme.call("DELETE", one, adjustEstimate="manual", increaseBy="5h").status == 204
    assert (acme.issue("ACME-3").time_spent, acme.issue("ACME-3").remaining_estimate) == (0, 21_600)
    assert acme.call("GET", one).status == 404
    for wrong in ({}, {"timeSpent": "long"}, {"timeSpentSeconds": 5}):
        assert acme.call("POST", path, wrong).status == 400
    assert acme.call("POST", path, {"timeSpent": "1h"}, adjustEstimate="new").status == 400


def test_watchers_and_votes_are_counted(acme: Acme) -> None:
    watchers, votes = f"{V3}/issue/ACME-1/watchers", f"{V3}/issue/ACME-1/votes"
    assert acme.call("POST", watchers, "bob").status == 204
    assert [w["accountId"] for w in acme.get(watchers)["watchers"]] == ["bob"]
    assert acme.call("DELETE", watchers, accountId="bob").status == 204
    assert acme.get(watchers)["watchCount"] == 0
    assert acme.call("POST", watchers, "nobody").status == 404
    assert acme.call("POST", votes).status == 404
    assert acme.call("POST", votes, who="bob").status == 204
    assert acme.get(votes)["votes"] == 1
    assert acme.call("DELETE", votes, who="bob").status == 204


def test_remote_links_are_kept_by_their_global_id(acme: Acme) -> None:
    path = f"{V3}/issue/ACME-1/remotelink"
    body = {"globalId": "inv=7", "object": {"url": "https://books.test/7", "title": "Invoice 7"}}
    first = acme.call("POST", path, body)
    second = acme.call("POST", path, body | {"relationship": "billed by"})
    assert (first.status, second.status) == (201, 200)
    number = json.loads(first.body)["id"]
    assert json.loads(second.body)["id"] == number
    assert acme.get(path, globalId="inv=7")["relationship"] == "billed by"
    assert acme.call("PUT", f"{path}/{number}", body).status == 204
    assert "relationship" not in acme.get(f"{path}/{number}")
    assert acme.call("POST", path, {"object": {"url": "x"}}).status == 400
    assert acme.call("DELETE", path, globalId="inv=7").status == 204
    assert acme.get(path) == []


def test_a_field_with_contexts_is_there_only_where_they_say(acme: Acme) -> None:

    here = FieldContext(1, "Shop only", project_ids=frozenset((2,)))
    acme.state.add_vocabulary([CustomField(10080, "Team field", "text", contexts=(here,))])
    assert "customfield_10080" not in fields(acme, "ACME-1")
    assert fields(acme, "TEAM-1")["customfield_10080"] is None
    assert "customfield_10080" in errors(acme, "POST", f"{V2}/issue", story(customfield_10080="x"))


def test_a_person_without_the_permission_is_refused(acme: Acme) -> None:
    acme.state.users["bob"].denied = {"EDIT_ISSUES", "CREATE_ISSUES", "DELETE_ISSUES", "ADD_COMMENTS"}
    assert acme.call("PUT", f"{V2}/issue/ACME-1", {"fields": {"summary": "x"}}, who="bob").status == 403
    assert acme.call("DELETE", f"{V2}/issue/ACME-3", who="bob").status == 403
    assert acme.call("POST", f"{V2}/issue/ACME-1/comment", {"body": "x"}, who="bob").status == 400
    assert acme.call("POST", f"{V2}/issue", story(), who="bob").status == 400
    assert acme.call("PUT", f"{V2}/issue/ACME-1/properties/x", {}, who="bob").status == 403
