"""Permission schemes rule: who holds what follows their grants, through every kind of holder."""

from __future__ import annotations

import json
from typing import Any

import pytest
from acme_site import Acme

P = "/rest/api/3"
ROLE = 10003


@pytest.fixture
def acme() -> Acme:
    """The small site; ana administers it and wrote everything in it."""
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def rule(acme: Acme, **holders: Any) -> int:
    """Make a scheme that grants each permission to one holder, or several, the rule of ACME."""
    grants = [
        {"permission": key, "holder": holder}
        for key, given in holders.items()
        for holder in (given if isinstance(given, list) else [given])
    ]
    made = acme.post(f"{P}/permissionscheme", {"name": f"Rules {len(acme.state.permission_schemes)}",
                                               "permissions": grants})  # fmt: skip
    assert acme.call("PUT", f"{P}/project/ACME/permissionscheme", {"id": made["id"]}).status == 200
    return int(made["id"])


def holds(acme: Acme, who: str, *keys: str, **where: object) -> list[str]:
    """Which of the permissions somebody holds in ACME."""
    shown = acme.get(
        f"{P}/mypermissions", who=who, permissions=",".join(keys), **{"projectKey": "ACME"} | where
    )
    return [key for key, entry in shown["permissions"].items() if entry["havePermission"]]


def new_issue(acme: Acme, **fields: object) -> str:
    given = {"project": {"key": "ACME"}, "issuetype": {"id": "10001"}, "summary": "s", **fields}
    return str(acme.post(f"{P}/issue", {"fields": given})["key"])


ANYONE = {"type": "anyone"}
SIGNED_IN = {"type": "applicationRole"}


def test_whoever_is_not_granted_a_look_at_a_project_finds_nothing_of_it(acme: Acme) -> None:
    key = new_issue(acme)
    rule(acme, BROWSE_PROJECTS={"type": "user", "parameter": "ana"})
    for path in (f"{P}/project/ACME", f"{P}/issue/{key}", f"{P}/issue/{key}/comment"):
        assert acme.call("GET", path).status == 200
        assert acme.call("GET", path, who="bob").status == 404
    assert acme.keys(f"key = {key}") == [key]
    assert acme.keys("created > -1d", who="bob") == []
    assert "project" in acme.refusal("project = ACME", who="bob")
    listed = acme.get(f"{P}/project/search", who="bob")["values"]
    assert "ACME" not in [project["key"] for project in listed]


@pytest.mark.parametrize("holder", [
    {"type": "user", "parameter": "bob"}, {"type": "group", "parameter": "jira-users"}, SIGNED_IN, ANYONE,
    {"type": "projectRole", "parameter": str(ROLE)},
])  # fmt: skip
def test_a_permission_follows_its_holder(acme: Acme, holder: Any) -> None:
    rule(acme, BROWSE_PROJECTS=SIGNED_IN, EDIT_ISSUES=holder)
    acme.post(f"{P}/project/ACME/role/{ROLE}", {"user": ["bob"]})
    assert holds(acme, "bob", "BROWSE_PROJECTS", "EDIT_ISSUES", "DELETE_ISSUES") == [
        "BROWSE_PROJECTS",
        "EDIT_ISSUES",
    ]
    acme.state.users["bob"].denied.add("EDIT_ISSUES")
    assert holds(acme, "bob", "EDIT_ISSUES") == []


@pytest.mark.parametrize("holder", [{"type": "user", "parameter": "ana"}, {"type": "projectLead"},
                                    {"type": "projectRole", "parameter": "10002"}])  # fmt: skip
def test_what_others_are_granted_is_refused(acme: Acme, holder: Any) -> None:
    acme.state.project("ACME").lead = "ana"  # type: ignore[union-attr]  # the small site has it
    key = new_issue(acme)
    rule(acme, BROWSE_PROJECTS=SIGNED_IN, EDIT_ISSUES=holder, ADD_COMMENTS=holder, TRANSITION_ISSUES=holder)
    assert holds(acme, "ana", "EDIT_ISSUES") == ["EDIT_ISSUES"]
    assert holds(acme, "bob", "EDIT_ISSUES") == []
    assert acme.call("PUT", f"{P}/issue/{key}", {"fields": {"summary": "t"}}, who="bob").status == 403
    assert acme.call("PUT", f"{P}/issue/{key}", {"fields": {"summary": "t"}}).status == 204
    assert acme.call("DELETE", f"{P}/issue/{key}").status == 403
    assert acme.get(f"{P}/issue/{key}/transitions", who="bob")["transitions"] == []


def test_assignees_and_reporters_hold_it_on_their_own_issues_only(acme: Acme) -> None:
    mine, other = new_issue(acme, assignee={"accountId": "bob"}), new_issue(acme)
    rule(acme, BROWSE_PROJECTS=[{"type": "assignee"}, {"type": "user", "parameter": "ana"}],
         EDIT_ISSUES={"type": "reporter"})  # fmt: skip
    assert [acme.call("GET", f"{P}/issue/{key}", who="bob").status for key in (mine, other)] == [200, 404]
    assert acme.keys(f"key in ({mine})", who="bob") == [mine]
    assert acme.keys("created > -1d", who="bob") == [mine]
    assert holds(acme, "bob", "EDIT_ISSUES", issueKey=mine) == []
    assert holds(acme, "ana", "EDIT_ISSUES", issueKey=mine) == ["EDIT_ISSUES"]


def test_authors_keep_their_own_words_where_a_scheme_says_so(acme: Acme) -> None:
    key = new_issue(acme)
    rule(acme, BROWSE_PROJECTS=SIGNED_IN, ADD_COMMENTS=SIGNED_IN, DELETE_OWN_COMMENTS=SIGNED_IN,
         WORK_ON_ISSUES=SIGNED_IN, EDIT_OWN_WORKLOGS=SIGNED_IN)  # fmt: skip
    comments = [
        acme.call("POST", f"/rest/api/2/issue/{key}/comment", {"body": who}, who=who)
        for who in ("ana", "bob")
    ]
    paths = [f"{P}/issue/{key}/comment/{json.loads(answer.body)['id']}" for answer in comments]
    assert [acme.call("DELETE", path, who="bob").status for path in paths] == [400, 204]
    log = acme.post(f"/rest/api/2/issue/{key}/worklog", {"timeSpentSeconds": 60}, who="bob")
    path = f"/rest/api/2/issue/{key}/worklog/{log['id']}"
    assert acme.call("PUT", path, {"timeSpentSeconds": 120}).status == 400
    assert acme.call("PUT", path, {"timeSpentSeconds": 120}, who="bob").status == 200
    assert acme.call("DELETE", path, who="bob").status == 400
    watchers = f"{P}/issue/{key}/watchers"
    assert acme.call("POST", watchers, "ana", who="bob").status == 403
    assert acme.call("POST", watchers, "bob", who="bob").status == 204
    assert acme.call("DELETE", watchers, who="bob", accountId="ana").status == 403


def test_a_project_open_to_anyone_is_read_without_a_login(acme: Acme) -> None:
    key = new_issue(acme)
    assert acme.call("GET", f"{P}/issue/{key}", who="").status == 404
    rule(acme, BROWSE_PROJECTS=ANYONE, ADD_COMMENTS=SIGNED_IN)
    assert acme.call("GET", f"{P}/issue/{key}", who="").status == 200
    assert [p["key"] for p in acme.get(f"{P}/project/search", who="")["values"]] == ["ACME"]
    assert acme.call("POST", f"/rest/api/2/issue/{key}/comment", {"body": "x"}, who="").status == 401


def test_screens_leave_out_the_fields_somebody_may_not_set(acme: Acme) -> None:
    rule(acme, BROWSE_PROJECTS=SIGNED_IN, CREATE_ISSUES=SIGNED_IN, EDIT_ISSUES=SIGNED_IN)
    shown = acme.get(f"{P}/issue/createmeta/ACME/issuetypes/10001", who="bob")["fields"]
    assert not {"assignee", "reporter", "duedate", "security"} & {field["fieldId"] for field in shown}
    given = {
        "project": {"key": "ACME"},
        "issuetype": {"id": "10001"},
        "summary": "s",
        "duedate": "2026-01-01",
    }
    refused = acme.call("POST", f"{P}/issue", {"fields": given}, who="bob")
    assert refused.status == 400
    assert "duedate" in json.loads(refused.body)["errors"]


def test_who_administers_the_site_can_repair_a_project_nobody_may_browse(acme: Acme) -> None:
    key = new_issue(acme)
    rule(acme)
    assert acme.call("GET", f"{P}/issue/{key}").status == 404
    assert acme.call("GET", f"{P}/project/ACME").status == 200
    assert acme.call("PUT", f"{P}/project/ACME/permissionscheme", {"id": 0}).status == 200
    assert acme.call("GET", f"{P}/issue/{key}").status == 200


def test_grants_show_their_holders_in_full_when_asked(acme: Acme) -> None:
    number = rule(acme, BROWSE_PROJECTS={"type": "group", "parameter": "jira-users"},
                  EDIT_ISSUES={"type": "projectRole", "parameter": str(ROLE)})  # fmt: skip
    path = f"{P}/permissionscheme/{number}/permission"
    plain, full = acme.get(path)["permissions"], acme.get(path, expand="all")["permissions"]
    assert plain[0]["holder"] == {
        "type": "group", "parameter": "jira-users", "value": "group-jira-users", "expand": "group",
    }  # fmt: skip
    assert full[0]["holder"]["group"]["name"] == "jira-users"
    assert full[1]["holder"]["projectRole"]["id"] == ROLE


@pytest.mark.parametrize("holder", [{"type": "user", "parameter": "none"}, {"type": "group", "parameter": "none"},
                                    {"type": "projectRole", "parameter": "x"}, {"type": "projectRole"},
                                    {"type": "userCustomField", "parameter": "summary"}])  # fmt: skip
def test_a_holder_that_does_not_exist_is_refused(acme: Acme, holder: Any) -> None:
    given = {"name": "x", "permissions": [{"permission": "EDIT_ISSUES", "holder": holder}]}
    assert acme.call("POST", f"{P}/permissionscheme", given).status == 400
