"""Screens, their schemes and field configurations, arranged as administrators and their tools do."""

from __future__ import annotations

from typing import Any

import pytest
from acme_site import EPIC, STORY, Acme

P = "/rest/api/3"


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def status(acme: Acme, line: str, body: Any = None, who: str = "ana") -> int:
    method, path = line.split()
    return acme.call(method, f"{P}/{path}", body, who=who).status


def listed(acme: Acme, path: str, **query: object) -> list[Any]:
    values = acme.get(f"{P}/{path}", **query)["values"]
    assert isinstance(values, list)
    return values


def test_a_screen_is_made_with_tabs_and_fields_in_an_order(acme: Acme) -> None:
    screen = acme.post(f"{P}/screens", {"name": "Triage", "description": "first look"})
    home = f"screens/{screen['id']}"
    (first,) = acme.get(f"{P}/{home}/tabs")
    second = acme.post(f"{P}/{home}/tabs", {"name": "More"})
    assert status(acme, f"POST {home}/tabs", {"name": "more"}) == 400
    assert status(acme, f"POST {home}/tabs/{second['id']}/move/0") == 204
    assert [tab["name"] for tab in acme.get(f"{P}/{home}/tabs")] == ["More", "Field Tab"]
    fields = f"{home}/tabs/{first['id']}/fields"
    for name in ("summary", "priority", "customfield_10050"):
        assert acme.post(f"{P}/{fields}", {"fieldId": name})["id"] == name
    assert status(acme, f"POST {fields}", {"fieldId": "summary"}) == 400
    assert status(acme, f"POST {fields}", {"fieldId": "nothing"}) == 404
    assert status(acme, f"POST {fields}/summary/move", {"position": "Last"}) == 204
    assert status(acme, f"POST {fields}/customfield_10050/move", {"after": "summary"}) == 204
    assert status(acme, f"POST {fields}/summary/move", {"position": "Sideways"}) == 400
    assert status(acme, f"DELETE {fields}/priority") == 204
    assert [field["id"] for field in acme.get(f"{P}/{fields}")] == ["summary", "customfield_10050"]
    assert "priority" in {field["id"] for field in acme.get(f"{P}/{home}/availableFields")}
    assert screen["id"] in {entry["id"] for entry in listed(acme, "field/customfield_10050/screens")}
    assert status(acme, "GET field/summary/screens") == 404
    assert acme.call("PUT", f"{P}/{home}", {"name": "Triage 2"}).status == 200
    assert status(acme, f"PUT {home}/tabs/{second['id']}", {"name": "Later"}) == 200
    assert status(acme, f"DELETE {home}/tabs/{second['id']}") == 204
    assert [entry["name"] for entry in listed(acme, "screens", queryString="triage")] == ["Triage 2"]
    assert status(acme, f"DELETE {home}") == 204
    assert status(acme, f"GET {home}/tabs") == 404


def test_the_chain_from_issue_type_to_screen_is_made_used_and_taken_apart(acme: Acme) -> None:
    screen = acme.post(f"{P}/screens", {"name": "Triage"})["id"]
    assert status(acme, "POST screenscheme", {"name": "None", "screens": {"edit": screen}}) == 400
    assert status(acme, "POST screenscheme", {"name": "None", "screens": {"default": 77}}) == 404
    given = {"name": "Triaging", "screens": {"default": 1, "create": screen}}
    scheme = acme.post(f"{P}/screenscheme", given)["id"]
    assert status(acme, "POST screenscheme", given) == 400
    (shown,) = listed(acme, "screenscheme", id=scheme)
    assert shown["screens"] == {"default": 1, "create": screen}
    assert status(acme, f"DELETE screens/{screen}") == 400
    mapped = [{"issueTypeId": "default", "screenSchemeId": "1"},
              {"issueTypeId": str(STORY), "screenSchemeId": str(scheme)}]  # fmt: skip
    assert status(acme, "POST issuetypescreenscheme", {"name": "T", "issueTypeMappings": mapped[1:]}) == 400
    number = acme.post(f"{P}/issuetypescreenscheme", {"name": "T", "issueTypeMappings": mapped})["id"]
    assert isinstance(number, str)
    home = f"issuetypescreenscheme/{number}"
    more = [{"issueTypeId": str(EPIC), "screenSchemeId": str(scheme)}]
    assert status(acme, f"PUT {home}/mapping", {"issueTypeMappings": more}) == 204
    assert status(acme, f"PUT {home}/mapping/default", {"screenSchemeId": str(scheme)}) == 204
    assert status(acme, f"POST {home}/mapping/remove", {"issueTypeIds": [str(STORY)]}) == 204
    found = listed(acme, "issuetypescreenscheme/mapping", issueTypeScreenSchemeId=number)
    assert {entry["issueTypeId"]: entry["screenSchemeId"] for entry in found} == {
        "default": str(scheme),
        str(EPIC): str(scheme),
    }
    assert status(acme, f"DELETE screenscheme/{scheme}") == 400
    give = {"issueTypeScreenSchemeId": number, "projectId": "1"}
    assert status(acme, "PUT issuetypescreenscheme/project", give) == 204
    assert [p["key"] for p in listed(acme, f"{home}/project")] == ["ACME"]
    (used,) = listed(acme, "issuetypescreenscheme/project", projectId=1)
    assert (used["issueTypeScreenScheme"]["id"], used["projectIds"]) == (number, ["1"])
    assert status(acme, f"DELETE {home}") == 400
    assert status(acme, "PUT issuetypescreenscheme/project", give | {"issueTypeScreenSchemeId": "1"}) == 204
    assert status(acme, f"DELETE {home}") == 204
    assert status(acme, f"DELETE screenscheme/{scheme}") == 204


def test_field_configurations_say_what_is_hidden_and_are_given_to_projects(acme: Acme) -> None:
    made = acme.call("POST", f"{P}/fieldconfiguration", {"name": "Lean", "description": "less"})
    assert made.status == 200
    (shown,) = listed(acme, "fieldconfiguration", query="lean")
    home = f"fieldconfiguration/{shown['id']}"
    wanted = [
        {"id": "environment", "isHidden": True},
        {"id": "priority", "isRequired": True, "description": "how"},
    ]
    assert status(acme, f"PUT {home}/fields", {"fieldConfigurationItems": wanted}) == 204
    assert status(acme, f"PUT {home}/fields", {"fieldConfigurationItems": [{"id": "none"}]}) == 404
    items = {entry["id"]: entry for entry in listed(acme, f"{home}/fields", maxResults=50)}
    assert items["environment"]["isHidden"]
    assert items["priority"]["isRequired"]
    assert items["summary"]["isRequired"]
    scheme = acme.post(f"{P}/fieldconfigurationscheme", {"name": "Lean ones"})["id"]
    links = {"mappings": [{"issueTypeId": "default", "fieldConfigurationId": str(shown["id"])}]}
    assert status(acme, f"PUT fieldconfigurationscheme/{scheme}/mapping", links) == 204
    assert status(acme, f"DELETE {home}") == 400
    assert "fieldConfigurationScheme" not in listed(acme, "fieldconfigurationscheme/project", projectId=1)[0]
    give = {"fieldConfigurationSchemeId": scheme, "projectId": "1"}
    assert status(acme, "PUT fieldconfigurationscheme/project", give) == 204
    (used,) = listed(acme, "fieldconfigurationscheme/project", projectId=1)
    assert used["fieldConfigurationScheme"]["id"] == scheme
    assert status(acme, "PUT fieldconfigurationscheme/project", {"projectId": "1"}) == 204
    assert status(acme, f"PUT fieldconfigurationscheme/{scheme}", {"name": "Leaner"}) == 204
    assert status(acme, f"DELETE fieldconfigurationscheme/{scheme}") == 204
    assert status(acme, f"DELETE {home}") == 204


@pytest.mark.parametrize("line", [
    "GET screens", "POST screens", "GET screenscheme", "POST issuetypescreenscheme", "GET fieldconfiguration",
    "DELETE fieldconfigurationscheme/1", "GET screens/1/tabs", "PUT issuetypescreenscheme/project",
])  # fmt: skip
def test_only_administrators_arrange_forms(acme: Acme, line: str) -> None:
    assert status(acme, line, {}, who="bob") == 403


@pytest.mark.parametrize("line", [
    "DELETE screens/77", "PUT screenscheme/77", "DELETE issuetypescreenscheme/77", "DELETE fieldconfiguration/77",
    "GET screens/1/tabs/77/fields", "GET fieldconfiguration/77/fields", "DELETE fieldconfigurationscheme/77",
])  # fmt: skip
def test_what_does_not_exist_is_not_found(acme: Acme, line: str) -> None:
    assert status(acme, line, {}) == 404


@pytest.mark.parametrize("line", ["screenscheme/1", "issuetypescreenscheme/1", "fieldconfiguration/10000"])
def test_the_defaults_of_a_site_stay(acme: Acme, line: str) -> None:
    assert status(acme, f"DELETE {line}") == 400
