"""Service desks: organizations and who is in them, requests that carry them, and what a portal shows."""

from __future__ import annotations

import json
from typing import Any

import pytest
from acme_site import NOW, STORY, Acme

from sandbox.http import Response
from sandbox.jira.templates import serve_customers
from sandbox.jira.wire.forms.fieldlist import schema_of
from sandbox.world.file.opening import open_world
from sandbox.world.file.whole import WorldFile

HOME = "/rest/servicedeskapi"
FIELD = "customfield_10002"


@pytest.fixture
def site() -> Acme:
    acme = Acme.make()
    acme.state.projects[1].type_key = "service_desk"
    acme.state.users["ana"].admin = True
    serve_customers(acme.state)
    return acme


def told(response: Response, status: int) -> Any:
    assert response.status == status, response.body
    return json.loads(response.body) if response.body else None


def organization(acme: Acme, name: str, *members: str, desk: str = "ACME") -> str:
    made = acme.post(f"{HOME}/organization", {"name": name})
    if members:
        told(acme.call("POST", f"{HOME}/organization/{made['id']}/user", {"accountIds": members}), 204)
    served = {"organizationId": int(made["id"])}
    told(acme.call("POST", f"{HOME}/servicedesk/{desk}/organization", served), 204)
    return str(made["id"])


def test_an_organization_is_made_once_by_its_name_and_found_by_its_members(site: Acme) -> None:
    number = organization(site, "Harbor & Pine", "bob")
    again = site.call("POST", f"{HOME}/organization", {"name": "harbor & pine"})
    assert told(again, 200)["id"] == number
    shown = site.get(f"{HOME}/organization/{number}")
    assert (shown["name"], shown["scimManaged"]) == ("Harbor & Pine", False)
    assert shown["created"]["epochMillis"] == round(NOW.timestamp() * 1000)
    assert shown["created"]["jira"] == "2026-03-10T21:00:00.000+0900"
    members = site.get(f"{HOME}/organization/{number}/user")["values"]
    assert [member["accountId"] for member in members] == ["bob"]
    assert site.get(f"{HOME}/organization", accountId="ana")["values"] == []
    told(site.call("DELETE", f"{HOME}/organization/{number}/user", {"accountIds": ["bob"]}), 204)
    assert site.get(f"{HOME}/organization/{number}/user")["size"] == 0


def test_lists_are_paged_by_start_and_limit(site: Acme) -> None:
    for number in range(3):
        organization(site, f"Client {number}")
    page = site.get(f"{HOME}/organization", start=1, limit=1)
    assert {k: page[k] for k in ("size", "start", "limit", "isLastPage")} == {
        "size": 1, "start": 1, "limit": 1, "isLastPage": False,
    }  # fmt: skip
    assert page["_links"]["next"] == f"https://acme.test{HOME}/organization?limit=1&start=2"
    assert page["_links"]["prev"].endswith("start=0")
    last = site.get(f"{HOME}/organization", start=2, limit=50)
    assert last["isLastPage"]
    assert "next" not in last["_links"]


def test_an_issue_names_the_organization_it_was_asked_for(site: Acme) -> None:
    number = organization(site, "Harbor & Pine")
    edit = site.call("PUT", "/rest/api/2/issue/ACME-2", {"fields": {FIELD: [int(number)]}})
    assert edit.status == 204
    value = site.get("/rest/api/2/issue/ACME-2")["fields"][FIELD]
    link = f"https://acme.test{HOME}/organization/{number}"
    assert value == [{"id": number, "name": "Harbor & Pine", "_links": {"self": link}}]
    assert site.keys('Organizations = "Harbor & Pine"') == ["ACME-2"]
    assert (
        schema_of(site.state.fields[FIELD])["custom"] == "com.atlassian.servicedesk:sd-customer-organizations"
    )
    wrong = site.call("PUT", "/rest/api/2/issue/ACME-2", {"fields": {FIELD: [99]}})
    assert "Organization with id '99' does not exist." in told(wrong, 400)["errors"][FIELD]
    told(site.call("DELETE", f"{HOME}/organization/{number}"), 204)
    assert site.get("/rest/api/2/issue/ACME-2")["fields"][FIELD] is None


def test_a_request_belongs_to_its_reporters_organization(site: Acme) -> None:
    number = organization(site, "Harbor & Pine", "bob")
    asked = {
        "serviceDeskId": "1",
        "requestTypeId": str(STORY),
        "requestFieldValues": {"summary": "Printer is dead", "description": "It smokes."},
        "raiseOnBehalfOf": "bob",
        "requestParticipants": ["ana"],
    }
    made = site.post(f"{HOME}/request", asked)
    assert made["reporter"]["accountId"] == "bob"
    assert made["currentStatus"]["statusCategory"] == "NEW"
    issue = site.get(f"/rest/api/2/issue/{made['issueKey']}")["fields"]
    assert (issue["summary"], [o["id"] for o in issue[FIELD]]) == ("Printer is dead", [number])
    found = site.get(f"{HOME}/request", who="bob", organizationId=number)["values"]
    assert [request["issueKey"] for request in found] == [made["issueKey"]]
    assert site.get(f"{HOME}/request", who="bob", requestStatus="CLOSED_REQUESTS")["values"] == []
    others = site.get(f"{HOME}/request/{made['issueId']}/participant")["values"]
    assert [person["accountId"] for person in others] == ["ana"]


def test_a_request_is_answered_and_moved_on(site: Acme) -> None:
    home = f"{HOME}/request/ACME-3"
    said = site.post(f"{home}/comment", {"body": "Looking", "public": False})
    assert (said["body"], said["public"]) == ("Looking", False)
    assert site.get("/rest/api/2/issue/ACME-3/comment")["comments"][0]["jsdPublic"] is False
    assert site.get(f"{home}/comment/{said['id']}", expand="renderedBody")["renderedBody"]["html"]
    step = site.get(f"{home}/transition")["values"][-1]
    told(
        site.call("POST", f"{home}/transition", {"id": step["id"], "additionalComment": {"body": "Done"}}),
        204,
    )
    assert [entry["statusCategory"] for entry in site.get(f"{home}/status")["values"]] == ["DONE", "NEW"]
    assert site.get(f"{home}/comment")["size"] == 2
    assert site.get(f"{home}/sla")["values"] == []


def test_a_desk_tells_what_may_be_asked_for_and_what_waits(site: Acme) -> None:
    (desk,) = site.get(f"{HOME}/servicedesk")["values"]
    assert (desk["id"], desk["projectKey"]) == ("1", "ACME")
    kinds = site.get(f"{HOME}/servicedesk/1/requesttype")["values"]
    assert [kind["issueTypeId"] for kind in kinds] == [str(STORY)]
    fields = site.get(f"{HOME}/servicedesk/1/requesttype/{STORY}/field")["requestTypeFields"]
    assert {f["fieldId"]: f["required"] for f in fields}["summary"] is True
    (queue,) = site.get(f"{HOME}/servicedesk/1/queue", includeCount="true")["values"]
    waiting = site.get(f"{HOME}/servicedesk/1/queue/{queue['id']}/issue")
    assert queue["issueCount"] == waiting["size"] > 0


@pytest.mark.parametrize(
    "path", ["organization/9", "servicedesk/2", "request/TEAM-1", "servicedesk/1/queue/3"]
)
def test_what_is_not_there_is_told_in_the_desks_own_words(site: Acme, path: str) -> None:
    answer = told(site.call("GET", f"{HOME}/{path}"), 404)
    assert answer.keys() == {"errorMessage", "i18nErrorMessage"}
    assert site.call("GET", f"{HOME}/{path}", who="").status == 401


def test_properties_of_an_organization_are_kept(site: Acme) -> None:
    number = organization(site, "Harbor & Pine")
    home = f"{HOME}/organization/{number}/property"
    assert site.call("PUT", f"{home}/billing", {"customer": 7}).status == 201
    assert site.get(f"{home}/billing") == {"key": "billing", "value": {"customer": 7}}
    assert [entry["key"] for entry in site.get(home)["keys"]] == ["billing"]


def test_a_world_file_sets_desks_and_their_organizations() -> None:
    file = WorldFile.model_validate(
        {
            "jira": {
                "start": "empty",
                "project": [{"key": "DESK", "name": "Desk", "type": "service_desk"}],
                "user": [{"name": "Cy", "email": "cy@x.test", "account_id": "cy"}],
                "organization": [{"name": "X", "members": ["cy@x.test"], "desks": ["DESK"]}],
            }
        }
    )
    state = open_world(file, NOW).jira
    (held,) = state.organizations.values()
    assert (held.name, held.members, held.desks) == ("X", {"cy"}, {state.project("DESK").id})  # type: ignore[union-attr]
    assert state.field_of("organizations") is not None
