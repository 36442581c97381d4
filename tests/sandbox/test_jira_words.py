"""The words of a site made, changed and deleted by administrators: statuses, types, priorities, resolutions."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest
from acme_site import DONE, EPIC, FIXED, STORY, WONT_DO, Acme

P = "/rest/api/3"


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def test_statuses_are_found_by_name_made_changed_and_deleted(acme: Acme) -> None:
    named = acme.get(f"{P}/statuses/byNames", name=["Done", "To Do", "None"])
    assert [status["name"] for status in named] == ["Done", "To Do"]
    own = acme.get(f"{P}/statuses/byNames", name=["Offen", "Done"], projectId=2)
    assert [status["scope"]["type"] for status in own] == ["PROJECT", "GLOBAL"]
    body = {"scope": {"type": "PROJECT", "project": {"id": "2"}},
            "statuses": [{"name": "Halt", "statusCategory": "IN_PROGRESS"}]}  # fmt: skip
    (made,) = acme.post(f"{P}/statuses", body)
    assert acme.get(f"{P}/statuses", id=made["id"])[0]["scope"]["project"]["id"] == "2"
    assert acme.call("POST", f"{P}/statuses", body).status == 409
    change = {"statuses": [{"id": made["id"], "name": "Stop", "statusCategory": "DONE"}]}
    assert acme.call("PUT", f"{P}/statuses", change).status == 204
    assert acme.get(f"{P}/status/{made['id']}")["statusCategory"]["key"] == "done"
    site = {"scope": {"type": "GLOBAL"}, "statuses": [{"name": "Waiting", "statusCategory": "TODO"}]}
    assert acme.call("POST", f"{P}/statuses", site, who="bob").status == 403


@pytest.mark.parametrize(
    "body",
    [
        {"statuses": [{"name": "A", "statusCategory": "DONE"}]},
        {"scope": {"type": "GLOBAL"}, "statuses": []},
        {"scope": {"type": "GLOBAL"}, "statuses": [{"name": "A", "statusCategory": "SOON"}]},
        {"scope": {"type": "GLOBAL"}, "statuses": [{"statusCategory": "DONE"}]},
    ],
)
def test_a_status_without_place_name_or_category_is_refused(acme: Acme, body: dict[str, object]) -> None:
    assert acme.call("POST", f"{P}/statuses", body).status == 400


def test_a_status_in_use_tells_where_and_stays(acme: Acme) -> None:
    used = acme.get(f"{P}/statuses/{DONE}/projectUsages")
    assert used["projects"]["values"] == [{"id": "1"}]
    types = acme.get(f"{P}/statuses/{DONE}/project/1/issueTypeUsages")["issueTypes"]["values"]
    assert {"id": str(STORY)} in types
    assert acme.call("DELETE", f"{P}/statuses", id=DONE).status == 409
    assert acme.call("DELETE", f"{P}/statuses", id=99999).status == 400


def test_issues_of_a_deleted_type_turn_into_another_of_its_level(acme: Acme) -> None:
    made = acme.post(f"{P}/issuetype", {"name": "Chore"})
    path = f"{P}/issuetype/{made['id']}"
    issue = acme.create(int(made["id"]), "Sweep")
    changed = acme.call("PUT", path, {"name": "Duty", "description": "by turns"})
    assert changed.status == 200
    assert acme.get(path)["name"] == "Duty"
    assert str(EPIC) not in [entry["id"] for entry in acme.get(f"{path}/alternatives")]
    assert acme.call("DELETE", path).status == 409
    assert acme.call("DELETE", path, alternativeIssueTypeId=EPIC).status == 404
    assert acme.call("DELETE", path, alternativeIssueTypeId=STORY).status == 204
    assert issue.type_id == STORY


def test_priorities_are_changed_made_the_default_and_replaced(acme: Acme) -> None:
    made = acme.post(f"{P}/priority", {"name": "Urgent", "statusColor": "#ff0000"})
    path = f"{P}/priority/{made['id']}"
    assert acme.call("PUT", path, {"description": "now"}).status == 204
    shown = acme.get(path)
    assert (shown["description"], shown["statusColor"]) == ("now", "#ff0000")
    assert acme.call("PUT", path, {"name": "High"}).status == 409
    assert acme.call("PUT", f"{P}/priority/default", {"id": made["id"]}).status == 204
    found = acme.get(f"{P}/priority/search", onlyDefault="true")["values"]
    assert [(entry["name"], entry["isDefault"]) for entry in found] == [("Urgent", True)]
    fields = {"project": {"key": "ACME"}, "issuetype": {"id": str(STORY)}, "summary": "x"}
    issue = acme.issue(acme.post(f"{P}/issue", {"fields": fields})["key"])
    assert issue.priority_id == int(made["id"])
    assert acme.call("DELETE", path).status == 400
    assert acme.call("PUT", f"{P}/priority/default", {"id": "3"}).status == 204
    moved = acme.call("DELETE", path)
    assert moved.status == 303
    task = acme.get(urlsplit(moved.headers["Location"]).path)
    assert (task["status"], issue.priority_id) == ("COMPLETE", 3)
    assert acme.call("GET", f"{P}/task/{task['id']}", who="bob").status == 404
    assert acme.call("DELETE", path).status == 404


def test_a_deleted_resolution_is_replaced_by_another(acme: Acme) -> None:
    path = f"{P}/resolution/{FIXED}"
    issue = acme.issue("ACME-2")
    assert issue.resolution_id == FIXED
    assert acme.call("PUT", path, {"name": "Fixed", "description": "for good"}).status == 204
    assert acme.get(path)["name"] == "Fixed"
    assert acme.call("PUT", f"{P}/resolution/default", {"id": str(WONT_DO)}).status == 204
    assert acme.get(f"{P}/resolution/search", onlyDefault="true")["values"][0]["id"] == str(WONT_DO)
    assert acme.call("DELETE", path).status == 400
    assert acme.call("DELETE", path, replaceWith=WONT_DO).status == 303
    assert issue.resolution_id == WONT_DO


@pytest.mark.parametrize("path", ["priority/2", "resolution/10000", f"issuetype/{STORY}"])
def test_only_administrators_change_words(acme: Acme, path: str) -> None:
    assert acme.call("PUT", f"{P}/{path}", {"name": "Mine"}, who="bob").status == 403
    assert acme.call("DELETE", f"{P}/{path}", who="bob").status == 403


def test_workflows_name_statuses_by_reference_and_statuses_their_workflows(acme: Acme) -> None:
    page = acme.get(f"{P}/workflows/search")
    (workflow,) = page["values"]
    names = {status["statusReference"]: status["name"] for status in page["statuses"]}
    assert {names[entry["statusReference"]] for entry in workflow["statuses"]} == {
        "To Do",
        "In Progress",
        "Done",
    }
    first, *others = workflow["transitions"]
    assert (first["type"], names[first["toStatusReference"]]) == ("INITIAL", "To Do")
    assert {names[step["toStatusReference"]] for step in others} == set(names.values())
    used = acme.get(f"{P}/statuses/{DONE}/workflowUsages")["workflows"]["values"]
    assert used == [{"id": workflow["id"]}]
    assert acme.get(f"{P}/workflows/search", queryString="nothing like it")["values"] == []
    assert acme.call("GET", f"{P}/workflows/search", who="bob").status == 403


def test_only_team_managed_projects_tell_their_hierarchy(acme: Acme) -> None:
    levels = acme.get(f"{P}/project/2/hierarchy")["hierarchy"]
    assert [level["level"] for level in levels] == [1, 0, -1]
    refused = acme.call("GET", f"{P}/project/1/hierarchy")
    assert refused.status == 404
    assert b"not simplified" in refused.body
