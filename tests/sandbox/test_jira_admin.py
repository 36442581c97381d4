"""What administrators set up over HTTP: projects, fields with contexts, words, people, filters, roles."""

from __future__ import annotations

import json
from typing import Any

import pytest
from acme_site import EPIC, NOW, STORY, Acme, answer

P = "/rest/api/3"
TYPES = "com.atlassian.jira.plugin.system.customfieldtypes"
SCRUM = "com.pyxis.greenhopper.jira:gh-simplified-scrum-classic"
TEAM_MANAGED = "com.pyxis.greenhopper.jira:gh-simplified-agility-scrum"


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def project(**more: Any) -> dict[str, Any]:
    return {"key": "NEW", "name": "New", "projectTypeKey": "software", "projectTemplateKey": SCRUM,
            "leadAccountId": "bob", **more}  # fmt: skip


def test_a_project_comes_with_its_board_and_goes_with_its_issues(acme: Acme) -> None:
    made = acme.post(f"{P}/project", project())
    boards = acme.get("/rest/agile/1.0/board", projectKeyOrId="NEW")["values"]
    assert [(board["name"], board["type"]) for board in boards] == [("NEW board", "scrum")]
    body = {"fields": {"project": {"id": str(made["id"])}, "issuetype": {"id": str(STORY)}, "summary": "x"}}
    issue = acme.post(f"{P}/issue", body)
    assert acme.get(f"{P}/project/NEW")["lead"]["accountId"] == "bob"
    assert acme.call("DELETE", f"{P}/project/NEW").status == 204
    assert acme.call("GET", f"{P}/issue/{issue['id']}").status == 404
    assert acme.call("GET", f"/rest/agile/1.0/board/{boards[0]['id']}").status == 404
    assert "does not exist" in acme.refusal("project = NEW")


def test_a_team_managed_project_brings_its_own_words(acme: Acme) -> None:
    acme.post(f"{P}/project", project(projectTemplateKey=TEAM_MANAGED))
    whole = acme.get(f"{P}/project/NEW")
    assert (whole["style"], whole["simplified"]) == ("next-gen", True)
    assert str(EPIC) not in {kind["id"] for kind in whole["issueTypes"]}
    statuses = acme.get(f"{P}/project/NEW/statuses")
    assert [status["name"] for status in statuses[0]["statuses"]] == ["To Do", "In Progress", "Done"]


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"key": "new"}, "projectKey"), ({"key": "ACME"}, "projectKey"), ({"name": ""}, "projectName"),
        ({"name": "Acme Shop"}, "projectName"), ({"leadAccountId": "no"}, "projectLead"),
        ({"projectTemplateKey": "no"}, "projectTemplateKey"),
    ],
)  # fmt: skip
def test_a_project_that_makes_no_sense_is_told_by_field(acme: Acme, wrong: dict[str, str], told: str) -> None:
    refused = acme.call("POST", f"{P}/project", project(**wrong))
    assert (refused.status, list(json.loads(refused.body)["errors"])) == (400, [told])


def test_only_administrators_change_the_site(acme: Acme) -> None:
    for method, path, body in (
        ("POST", "project", project()), ("DELETE", "project/ACME", None), ("POST", "field", {"name": "x"}),
        ("POST", "group", {"name": "x"}), ("POST", "issuetype", {"name": "x"}), ("POST", "user", {}),
        ("POST", "priority", {"name": "x"}), ("GET", "field/search", None),
    ):  # fmt: skip
        assert acme.call(method, f"{P}/{path}", body, who="bob").status == 403, path
    assert acme.call("POST", f"{P}/project", project(), who="").status == 401


def test_a_renamed_key_still_leads_to_the_project(acme: Acme) -> None:
    changed = answer(acme.call("PUT", f"{P}/project/ACME", {"key": "SHOP", "description": "Shops"}))
    assert (changed["key"], changed["description"]) == ("SHOP", "Shops")
    assert acme.get(f"{P}/project/ACME")["key"] == "SHOP"
    assert acme.get(f"{P}/issue/ACME-1")["key"] == "SHOP-1"


def test_a_custom_field_is_made_with_options_and_narrowed_by_its_context(acme: Acme) -> None:
    made = acme.post(f"{P}/field", {"name": "Plan", "type": f"{TYPES}:cascadingselect"})
    path = f"{P}/field/{made['id']}/context"
    (everywhere,) = acme.get(path)["values"]
    assert everywhere["isGlobalContext"]
    options = f"{path}/{everywhere['id']}/option"
    parent = acme.post(options, {"options": [{"value": "Care"}]})["options"][0]
    acme.post(options, {"options": [{"value": "Gold", "optionId": parent["id"]}]})
    assert [o["value"] for o in acme.get(options)["values"]] == ["Care", "Gold"]
    value = {"value": "Care", "child": {"value": "Gold"}}
    assert acme.call("PUT", f"{P}/issue/ACME-1", {"fields": {made["id"]: value}}).status == 204
    shown = acme.get(f"{P}/issue/ACME-1")["fields"][made["id"]]
    assert (shown["value"], shown["child"]["value"]) == ("Care", "Gold")
    acme.post(path, {"name": "Teams", "projectIds": ["2"]})
    assert acme.call("DELETE", f"{path}/{everywhere['id']}").status == 204
    assert made["id"] not in acme.get(f"{P}/issue/ACME-1")["fields"]
    assert acme.get(f"{path}/projectmapping")["values"][0]["projectId"] == "2"
    assert acme.call("PUT", f"{P}/issue/ACME-1", {"fields": {made["id"]: value}}).status == 400


@pytest.mark.parametrize(
    ("kind", "value", "shown"),
    [
        ("url", "https://a.test", "https://a.test"),
        ("multiuserpicker", [{"accountId": "bob"}], ["bob"]),
        ("multiversion", [{"name": "v1"}], ["v1"]),
        ("version", {"name": "v1"}, "v1"),
        ("grouppicker", {"name": "jira-users"}, "jira-users"),
        ("userpicker", {"accountId": "bob"}, "bob"),
        ("labels", ["a", "b"], ["a", "b"]),
        ("datetime", "2026-03-10T12:00:00.000+0000", "2026-03-10T20:00:00.000+0800"),
        ("datepicker", "2026-03-10", "2026-03-10"),
        ("float", 2, 2.0),
    ],
)
def test_every_type_of_field_takes_its_value_and_gives_it_back(
    acme: Acme, kind: str, value: object, shown: object
) -> None:
    made = acme.post(f"{P}/field", {"name": "Any", "type": f"{TYPES}:{kind}"})
    assert made["schema"]["custom"] == f"{TYPES}:{kind}"
    assert acme.call("PUT", f"{P}/issue/ACME-1", {"fields": {made["id"]: value}}).status == 204
    found = acme.get(f"{P}/issue/ACME-1")["fields"][made["id"]]
    assert _named(found) == shown
    item = acme.get(f"{P}/issue/ACME-1/changelog")["values"][-1]["items"][0]
    assert (item["field"], item["fieldId"], item["fieldtype"]) == ("Any", made["id"], "custom")
    assert acme.call("DELETE", f"{P}/field/{made['id']}").status == 303


def _named(value: Any) -> Any:
    if isinstance(value, list):
        return [_named(entry) for entry in value]
    return value.get("accountId") or value.get("name") if isinstance(value, dict) else value


def test_words_are_listed_searched_and_added(acme: Acme) -> None:
    chore = acme.post(f"{P}/issuetype", {"name": "Chore"})
    assert acme.get(f"{P}/issuetype/{chore['id']}")["name"] == "Chore"
    assert acme.call("POST", f"{P}/issuetype", {"name": "Chore"}).status == 409
    assert acme.call("DELETE", f"{P}/issuetype/{chore['id']}").status == 204
    assert acme.call("DELETE", f"{P}/issuetype/{STORY}").status == 409
    found = acme.get(f"{P}/statuses/search", statusCategory="DONE")["values"]
    assert [(s["name"], s["scope"]["type"]) for s in found] == [("Done", "GLOBAL"), ("Fertig", "PROJECT")]
    assert acme.get(f"{P}/priority/search")["total"] == 2
    assert acme.get(f"{P}/resolution/search")["total"] == 2
    assert acme.get(f"{P}/label")["values"] == ["Billable"]
    for path in ("status/99999", "issuetype/1", "priority/9", "resolution/9", "statuscategory/9", "role/9"):
        assert acme.call("GET", f"{P}/{path}").status == 404, path


def test_people_are_found_and_listed(acme: Acme) -> None:
    assert [user["accountId"] for user in acme.get(f"{P}/user/search", query="bo")] == ["bob"]
    assert [user["accountId"] for user in acme.get(f"{P}/users/search", maxResults=1)] == ["ana"]
    assert acme.get(f"{P}/user/bulk", accountId=["bob", "no"])["total"] == 1
    acme.state.users["bob"].hidden_projects.add(1)
    assert [user["accountId"] for user in acme.get(f"{P}/user/assignable/search", project="ACME")] == ["ana"]
    assert acme.call("GET", f"{P}/user", accountId="no").status == 404
    made = acme.post(f"{P}/user", {"emailAddress": "cleo@acme.test", "displayName": "Cleo", "products": []})
    assert acme.get(f"{P}/user", accountId=made["accountId"])["displayName"] == "Cleo"


def test_filters_are_kept_shared_and_found(acme: Acme) -> None:
    made = acme.post(f"{P}/filter", {"name": "Mine", "jql": "project = ACME", "favourite": True})
    one = f"{P}/filter/{made['id']}"
    assert acme.call("GET", one, who="bob").status == 404
    acme.call("PUT", one, {"name": "Mine", "sharePermissions": [{"type": "global"}]})
    assert acme.get(one, who="bob")["jql"] == "project = ACME"
    assert acme.call("PUT", one, {"name": "His"}, who="bob").status == 400
    assert acme.get(f"{P}/filter/search", filterName="min")["total"] == 1
    assert [entry["name"] for entry in acme.get(f"{P}/filter/favourite")] == ["Mine"]
    assert acme.call("POST", f"{P}/filter", {"name": "Mine", "jql": "project = ACME"}).status == 400
    assert acme.call("POST", f"{P}/filter", {"name": "Bad", "jql": "project = NONE"}).status == 400
    assert acme.call("DELETE", one).status == 204


def test_permissions_are_told_for_the_site_and_for_a_project(acme: Acme) -> None:
    asked = {"permissions": "ADMINISTER,EDIT_ISSUES", "projectKey": "ACME"}
    mine = acme.get(f"{P}/mypermissions", who="bob", **asked)["permissions"]
    assert {key: entry["havePermission"] for key, entry in mine.items()} == {
        "ADMINISTER": False, "EDIT_ISSUES": True,
    }  # fmt: skip
    assert acme.call("GET", f"{P}/mypermissions").status == 400
    assert acme.call("GET", f"{P}/mypermissions", permissions="FLY").status == 400
    assert acme.get(f"{P}/permissions")["permissions"]["ADMINISTER"]["type"] == "GLOBAL"


def test_version_two_is_the_same_world_field_by_field(acme: Acme) -> None:
    """Only rich texts and the version inside links may differ."""
    acme.call("PUT", "/rest/api/2/issue/ACME-2", {"fields": {"description": "Text", "environment": "Here"}})
    acme.post("/rest/api/2/issue/ACME-2/comment", {"body": "Said"})
    acme.post("/rest/api/2/issue/ACME-2/worklog", {"timeSpent": "1h", "comment": "Did"})
    for path in ("issue/ACME-1", "issue/ACME-2", "issue/ACME-2/comment", "issue/ACME-2/worklog", "project/ACME",
                 "issue/ACME-2/changelog", "issue/ACME-2/transitions", "issue/createmeta", "field", "myself",
                 "status", "issuetype", "priority", "resolution", "project/search", "serverInfo"):  # fmt: skip
        third = _plain(acme.get(f"/rest/api/3/{path}"))
        second = _plain(acme.get(f"/rest/api/2/{path}"))
        assert second == third, path
    assert acme.clock.now() == NOW


def _plain(value: Any) -> Any:
    """An answer with documents as their text, and version 3 inside its links as version 2."""
    if isinstance(value, str):
        return value.replace("/rest/api/3/", "/rest/api/2/")
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if isinstance(value, dict) and value.get("type") == "doc":
        return "".join(node["text"] for block in value["content"] for node in block["content"])
    return {key: _plain(entry) for key, entry in value.items()} if isinstance(value, dict) else value
