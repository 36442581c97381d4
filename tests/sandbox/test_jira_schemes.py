"""Schemes, workflows, screens and templates: what administrators look up before they found a project."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest
from acme_site import DONE, EPIC, STORY, SUBTASK, Acme

from sandbox.http import Request


@pytest.fixture
def site() -> Acme:
    """The small site; ana administers it."""
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def ask(acme: Acme, line: str, body: Any = None, who: str = "ana", status: int = 200, **query: object) -> Any:
    """The answer to `line`, a method and a path, which must have `status`."""
    method, _, path = line.partition(" ")
    secret = base64.b64encode(f"{who}@acme.test:{who}-token".encode()).decode()
    sent = b"" if body is None else json.dumps(body).encode()
    told = tuple((name, str(value)) for name, value in query.items())
    start = "/rest/api/2/" if not path.startswith("/") else ""
    answer = acme.app(Request(method, start + path, told, {"authorization": f"Basic {secret}"}, sent))
    assert answer.status == status, answer.body
    return json.loads(answer.body) if answer.body else None


def test_a_permission_scheme_is_made_given_to_a_project_and_kept_while_used(site: Acme) -> None:
    grant = {"holder": {"type": "group", "parameter": "jira-users"}, "permission": "BROWSE_PROJECTS"}
    made = ask(site, "POST permissionscheme", {"name": "Ours", "permissions": [grant]}, status=201)
    home = f"permissionscheme/{made['id']}"
    assert made["permissions"][0]["holder"]["parameter"] == "jira-users"
    more = {"holder": {"type": "projectLead"}, "permission": "EDIT_ISSUES"}
    added = ask(site, f"POST {home}/permission", more, status=201)
    ask(site, f"POST {home}/permission", more, status=400)
    assert ask(site, f"GET {home}/permission/{added['id']}")["permission"] == "EDIT_ISSUES"
    ask(site, f"DELETE {home}/permission/{added['id']}", status=204)
    ask(site, f"GET {home}/permission/{added['id']}", status=404)
    assert len(ask(site, f"GET {home}/permission")["permissions"]) == 1
    assert len(ask(site, f"GET {home}")["permissions"]) == 1
    assert "permissions" not in ask(site, "GET permissionscheme")["permissionSchemes"][0]
    assert len(ask(site, f"GET {home}", expand="permissions")["permissions"]) == 1
    ask(site, "PUT project/ACME/permissionscheme", {"id": made["id"]})
    assert ask(site, "GET project/ACME/permissionscheme")["name"] == "Ours"
    ask(site, f"DELETE {home}", status=400)
    ask(site, "PUT project/ACME/permissionscheme", {"id": 0})
    ask(site, f"DELETE {home}", status=204)
    assert [s["name"] for s in ask(site, "GET permissionscheme")["permissionSchemes"]] == [
        "Default Permission Scheme",
        "Default software scheme",
    ]
    for number in (0, 10000):
        ask(site, f"DELETE permissionscheme/{number}", status=400)


@pytest.mark.parametrize("given", [
    {}, {"name": "default permission scheme"}, {"name": "x", "permissions": [{"permission": "NONE"}]},
    {"name": "x", "permissions": [{"permission": "EDIT_ISSUES", "holder": {"type": "nobody"}}]},
    {"name": "x", "permissions": [{"permission": "EDIT_ISSUES", "holder": {"type": "group"}}]},
])  # fmt: skip
def test_a_permission_scheme_that_makes_no_sense_is_refused(site: Acme, given: Any) -> None:
    ask(site, "POST permissionscheme", given, status=400)
    ask(site, "POST permissionscheme", {"name": "y"}, who="bob", status=403)


def test_a_project_is_not_half_founded_when_its_schemes_are_unknown(site: Acme) -> None:
    given = {"key": "NEW", "name": "New", "projectTypeKey": "software", "leadAccountId": "ana"}
    for wrong in ({"permissionScheme": 77}, {"categoryId": 77}, {"avatarId": "many"}):
        ask(site, "POST project", given | wrong, status=400)
        ask(site, "GET project/NEW", status=404)


def test_every_company_managed_project_has_schemes_of_its_own(site: Acme) -> None:
    found = ask(site, "GET issuetypescheme")["values"]
    assert [(s["name"], s["isDefault"]) for s in found] == [
        ("Default Issue Type Scheme", True),
        ("ACME: Issue Type Scheme", False),
    ]
    by_project = ask(site, "GET issuetypescheme/project", projectId=1)["values"]
    assert by_project == [{"issueTypeScheme": found[1], "projectIds": ["1"]}]
    mapped = ask(site, "GET issuetypescheme/mapping", issueTypeSchemeId=found[1]["id"])
    assert mapped["total"] == len(ask(site, "GET project/ACME")["issueTypes"])
    flow = ask(site, "GET workflowscheme/project", projectId=1)["values"][0]["workflowScheme"]
    assert flow["name"] == "ACME: Software Simplified Workflow Scheme"
    assert (
        ask(site, "GET project/ACME/workflowscheme") == flow == ask(site, f"GET workflowscheme/{flow['id']}")
    )
    ask(site, "GET workflowscheme/project", status=400)
    ask(site, "GET project/ACME/issuesecuritylevelscheme", status=404)


def test_workflows_show_the_statuses_and_steps_of_their_projects(site: Acme) -> None:
    name = "Software Simplified Workflow for Project ACME"
    (found,) = ask(site, "GET workflow/search", workflowName=name, expand="transitions,statuses,projects")[
        "values"
    ]
    assert found["id"]["name"] == name
    assert str(DONE) in {step["to"] for step in found["transitions"]}
    assert {s["name"] for s in found["statuses"]} == {"To Do", "In Progress", "Done"}
    assert [p["key"] for p in found["projects"]] == ["ACME"]
    assert [w["name"] for w in ask(site, "GET workflow")] == ["jira", name]
    ask(site, "GET workflow", workflowName="none", status=404)
    ask(site, "GET workflow", who="bob", status=403)


def test_screens_hold_the_fields_of_the_site(site: Acme) -> None:
    names = {screen["name"]: screen["id"] for screen in ask(site, "GET screens")["values"]}
    home = f"screens/{names['Resolve Issue Screen']}"
    (tab,) = ask(site, f"GET {home}/tabs")
    held = ask(site, f"GET {home}/tabs/{tab['id']}/fields")
    assert [field["id"] for field in held] == ["resolution", "fixVersions", "assignee"]
    free = {field["id"] for field in ask(site, f"GET {home}/availableFields")}
    assert "summary" in free
    assert "assignee" not in free
    ask(site, f"GET {home}/tabs/7/fields", status=404)
    ask(site, "GET screens/99/tabs", status=404)


def test_data_center_lists_its_schemes_templates_and_fields(site: Acme) -> None:
    site.state.site.deployment = "Server"
    schemes = ask(site, "GET issuetypescheme")["schemes"]
    (project,) = ask(site, f"GET issuetypescheme/{schemes[1]['id']}/associations")
    assert (project["key"], project["lead"]["name"]) == ("ACME", "ana")
    assert ask(site, f"GET issuetypescheme/{schemes[1]['id']}")["issueTypes"]
    groups = ask(site, "GET /rest/project-templates/latest/templates")["projectTemplatesGroupedByType"]
    templates = {t["name"]: t for group in groups for t in group["projectTemplates"]}
    for number, template in enumerate(templates.values()):
        module, kind = template["projectTemplateModuleCompleteKey"], template["projectTypeKey"]
        given = {"key": f"T{number}", "name": f"T{number}", "lead": "ana"}
        ask(site, "POST project", given | {"projectTemplateKey": module, "projectTypeKey": kind}, status=201)
    (field,) = ask(site, "GET customFields", search="epic name")["values"]
    assert (field["id"], field["numericId"]) == ("customfield_10011", 10011)
    for path in ("workflow/search", "workflowscheme", "issuetypescheme/mapping", "screenscheme"):
        ask(site, f"GET {path}", status=404)


def test_issue_types_are_missed_in_the_words_of_each_kind_of_site(site: Acme) -> None:
    wanted = {"project": {"key": "ACME"}, "summary": "x"}
    for kind, missing, wrong in (
        ("Cloud", "Specify an issue type", "Specify a valid issue type"),
        ("Server", "issue type is required", "issue type is required"),
    ):
        site.state.site.deployment = kind  # type: ignore[assignment]  # one of the two words of a site
        told = ask(site, "POST issue", {"fields": wanted}, status=400)
        assert told["errors"] == {"issuetype": missing}
        told = ask(site, "POST issue", {"fields": wanted | {"issuetype": {"name": "No"}}}, status=400)
        assert told["errors"] == {"issuetype": wrong}


def test_a_category_is_renamed(site: Acme) -> None:
    made = ask(site, "POST projectCategory", {"name": "Old"}, status=201)
    home = f"projectCategory/{made['id']}"
    assert ask(site, f"PUT {home}", {"name": "New", "description": "d"})["name"] == "New"
    ask(site, "POST projectCategory", {"name": "New"}, status=409)
    assert ask(site, f"PUT {home}", {"description": "e"})["name"] == "New"
    ask(site, f"PUT {home}", {"name": "x"}, who="bob", status=403)


def test_an_issue_type_scheme_decides_what_a_project_offers(site: Acme) -> None:
    types = [str(STORY), str(EPIC), str(SUBTASK)]
    given = {"name": "Few", "issueTypeIds": types[:2], "defaultIssueTypeId": types[1]}
    number = ask(site, "POST /rest/api/3/issuetypescheme", given, status=201)["issueTypeSchemeId"]
    home = f"issuetypescheme/{number}"
    ask(site, "POST issuetypescheme", given, status=409)
    (shown,) = ask(site, "GET issuetypescheme", id=number)["values"]
    assert (shown["defaultIssueTypeId"], shown["isDefault"]) == (types[1], False)
    ask(site, f"PUT {home}/issuetype", {"issueTypeIds": types[2:]}, status=204)
    ask(site, f"PUT {home}/issuetype", {"issueTypeIds": types[2:]}, status=400)
    ask(site, f"PUT {home}/issuetype/move", {"issueTypeIds": types[2:], "position": "First"}, status=204)
    ask(site, f"PUT {home}/issuetype/move", {"issueTypeIds": types[:1], "after": types[1]}, status=204)
    mapped = ask(site, "GET issuetypescheme/mapping", issueTypeSchemeId=number)["values"]
    assert [entry["issueTypeId"] for entry in mapped] == [types[2], types[1], types[0]]
    ask(site, "PUT issuetypescheme/project", {"issueTypeSchemeId": number, "projectId": "1"}, status=204)
    assert [t["id"] for t in ask(site, "GET project/ACME")["issueTypes"]] == [types[2], types[1], types[0]]
    (used,) = ask(site, "GET issuetypescheme/project", projectId=1)["values"]
    assert used["issueTypeScheme"]["id"] == number
    ask(site, f"DELETE {home}", status=400)
    ask(site, f"DELETE {home}/issuetype/{types[0]}", status=400)  # ACME has stories
    ask(site, f"DELETE {home}/issuetype/{types[2]}", status=204)
    child = {
        "project": {"key": "ACME"},
        "issuetype": {"id": types[2]},
        "summary": "s",
        "parent": {"key": "ACME-2"},
    }
    assert "issuetype" in ask(site, "POST issue", {"fields": child}, status=400)["errors"]
    ask(site, f"PUT {home}", {"name": "Fewer"}, status=204)
    ask(site, "PUT issuetypescheme/project", {"issueTypeSchemeId": "10000", "projectId": "1"}, status=204)
    assert "issues" not in ask(site, "POST issue", {"fields": child}, status=201)
    ask(site, f"DELETE {home}", status=204)
    ask(site, f"DELETE {home}", status=404)


def test_a_project_keeps_the_types_its_issues_have(site: Acme) -> None:
    given = {"name": "Epics only", "issueTypeIds": [str(EPIC)]}
    number = ask(site, "POST issuetypescheme", given, status=201)["issueTypeSchemeId"]
    wanted = {"issueTypeSchemeId": number, "projectId": "1"}
    ask(site, "PUT issuetypescheme/project", wanted, status=400)
    ask(site, "PUT issuetypescheme/project", wanted | {"projectId": "2"}, status=400)
    ask(site, "PUT issuetypescheme/project", wanted, who="bob", status=403)
    ask(site, "DELETE issuetypescheme/10000", status=400)
    ask(site, "POST issuetypescheme", {"name": "x", "issueTypeIds": ["77"]}, status=400)


def test_the_only_notification_and_priority_schemes_are_read_with_what_uses_them(site: Acme) -> None:
    (plain,) = ask(site, "GET notificationscheme")["values"]
    assert "notificationSchemeEvents" not in plain
    (first, *_) = ask(site, f"GET notificationscheme/{plain['id']}", expand="all")["notificationSchemeEvents"]
    assert first["notifications"][0]["notificationType"] == "CurrentAssignee"
    mapped = ask(site, "GET notificationscheme/project")["values"]
    assert mapped == [{"notificationSchemeId": str(plain["id"]), "projectId": "1"}]
    (scheme,) = ask(site, "GET priorityscheme")["values"]
    assert scheme["isDefault"] is True
    home = f"priorityscheme/{scheme['id']}"
    assert len(ask(site, f"GET {home}/priorities")["values"]) == len(site.state.priorities)
    assert {p["key"] for p in ask(site, f"GET {home}/projects")["values"]} == {"ACME", "TEAM"}
    ask(site, "GET priorityscheme/77/projects", status=404)
