"""Comments and worklogs meant for a role or a group: silently absent for everybody else, everywhere."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from acme_site import Acme

from sandbox.jira.settings import Group

ISSUE = "/rest/api/2/issue/ACME-2"
ROLE = {"type": "role", "value": "Administrators"}
GROUP = {"type": "group", "value": "inner"}


@pytest.fixture
def site() -> Acme:
    acme = Acme.make()
    acme.state.groups["group-inner"] = Group("group-inner", "inner", {"ana"})
    return acme


def fields(acme: Acme, who: str) -> Any:
    return acme.get(ISSUE, who=who, fields="comment,worklog")["fields"]


@pytest.mark.parametrize("visibility", [ROLE, GROUP, {"type": "group", "identifier": "group-inner"}])
def test_a_restricted_comment_is_there_for_its_readers_only(site: Acme, visibility: dict[str, str]) -> None:
    made = site.post(f"{ISSUE}/comment", {"body": "Margin is 40", "visibility": visibility})
    assert made["visibility"]["type"] == visibility["type"]
    assert made["visibility"].keys() == {"type", "value", "identifier"}
    for who, count in (("ana", 1), ("bob", 0)):
        assert site.get(f"{ISSUE}/comment", who=who)["total"] == count
        assert fields(site, who)["comment"]["total"] == count
        assert (
            len(site.post("/rest/api/2/comment/list", {"ids": [int(made["id"])]}, who=who)["values"]) == count
        )
        assert site.keys('comment ~ "margin"', who=who) == ["ACME-2"] * count
        assert site.keys('text ~ "margin"', who=who) == ["ACME-2"] * count
        one = site.call("GET", f"{ISSUE}/comment/{made['id']}", who=who)
        assert one.status == (200 if count else 404)
        kept = site.call("GET", f"/rest/api/2/comment/{made['id']}/properties", who=who)
        assert kept.status == (200 if count else 404)


def test_a_restricted_worklog_is_there_for_its_readers_only(site: Acme) -> None:
    body = {"timeSpent": "1h", "comment": "overtime", "visibility": ROLE}
    made = site.post(f"{ISSUE}/worklog", body)
    site.clock.advance(timedelta(minutes=5))
    for who, count in (("ana", 1), ("bob", 0)):
        assert site.get(f"{ISSUE}/worklog", who=who)["total"] == count
        assert fields(site, who)["worklog"]["total"] == count
        assert len(site.post("/rest/api/2/worklog/list", {"ids": [int(made["id"])]}, who=who)) == count
        assert len(site.get("/rest/api/2/worklog/updated", who=who)["values"]) == count
        assert site.keys('worklogComment ~ "overtime"', who=who) == ["ACME-2"] * count
        assert site.call("GET", f"{ISSUE}/worklog/{made['id']}", who=who).status == (200 if count else 404)
    opened = json.loads(site.call("PUT", f"{ISSUE}/worklog/{made['id']}", {"visibility": GROUP}).body)
    assert opened["visibility"]["identifier"] == "group-inner"


@pytest.mark.parametrize(
    ("visibility", "text"),
    [
        (ROLE, "You are currently not a member of the project role: Administrators."),
        (GROUP, "You are currently not a member of the group: inner."),
        ({"type": "role", "value": "Nobody"}, "Role: Nobody does not exist."),
        ({"type": "group", "value": "nobody"}, "Group: nobody does not exist."),
        ({"type": "planet", "value": "Mars"}, "Visibility must be of type 'role' or 'group'."),
    ],
)
def test_nobody_can_write_for_readers_they_are_not_among(
    site: Acme, visibility: dict[str, str], text: str
) -> None:
    answer = site.call("POST", f"{ISSUE}/comment", {"body": "x", "visibility": visibility}, who="bob")
    assert (answer.status, json.loads(answer.body)["errors"]) == (400, {"commentLevel": text})
    work = {"timeSpent": "1h", "visibility": visibility}
    answer = site.call("POST", f"{ISSUE}/worklog", work, who="bob")
    assert (answer.status, json.loads(answer.body)["errors"]) == (400, {"worklogLevel": text})
    assert not site.issue("ACME-2").worklogs


def test_actors_of_a_role_read_what_is_meant_for_it(site: Acme) -> None:
    site.post(f"{ISSUE}/comment", {"body": "for the team", "visibility": ROLE})
    role = next(role for role in site.state.roles.values() if role.name == "Administrators")
    role.groups[1] = {"group-inner"}
    site.state.groups["group-inner"].members = {"bob"}
    assert site.get(f"{ISSUE}/comment", who="bob")["total"] == 1
