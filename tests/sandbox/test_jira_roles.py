"""Project roles of a site: made, changed, swapped, and who plays them from the start."""

from __future__ import annotations

import pytest
from acme_site import Acme

P = "/rest/api/3"


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


def test_a_role_is_made_changed_in_part_or_whole_and_deleted(acme: Acme) -> None:
    made = acme.post(f"{P}/role", {"name": "Guests", "description": "look only"})
    path = f"{P}/role/{made['id']}"
    assert acme.call("POST", f"{P}/role", {"name": "guests"}).status == 409
    assert acme.call("POST", f"{P}/role", {}).status == 400
    assert acme.post(path, {"description": "read"})["name"] == "Guests"
    assert acme.call("PUT", path, {"name": "Visitors"}).status == 400
    assert acme.call("PUT", path, {"name": "Visitors", "description": "now and then"}).status == 200
    assert acme.get(path)["name"] == "Visitors"
    assert acme.call("POST", f"{P}/role", {"name": "Mine"}, who="bob").status == 403
    assert acme.call("DELETE", path).status == 204
    assert acme.call("GET", path).status == 404


def test_who_plays_a_deleted_role_plays_the_one_that_replaces_it(acme: Acme) -> None:
    made = acme.post(f"{P}/role", {"name": "Guests"})
    acme.post(f"{P}/project/ACME/role/{made['id']}", {"user": ["bob"]})
    assert acme.call("DELETE", f"{P}/role/{made['id']}").status == 409
    assert acme.call("DELETE", f"{P}/role/{made['id']}", swap=10003).status == 204
    actors = acme.get(f"{P}/project/ACME/role/10003")["actors"]
    assert [actor["actorUser"]["accountId"] for actor in actors] == ["bob"]


def test_new_projects_begin_with_the_default_actors(acme: Acme) -> None:
    path = f"{P}/role/10003/actors"
    assert acme.get(path) == {"actors": []}
    shown = acme.post(path, {"user": ["bob"]})["actors"]
    acme.post(path, {"group": ["jira-users"]})
    assert [(actor["type"], actor["actorUser"]) for actor in shown] == [
        ("atlassian-user-role-actor", {"accountId": "bob"})
    ]
    acme.post(
        f"{P}/project", {"key": "NEW", "name": "New", "projectTypeKey": "software", "leadAccountId": "ana"}
    )
    names = [actor["name"] for actor in acme.get(f"{P}/project/NEW/role/10003")["actors"]]
    assert names == ["bob", "jira-users"]
    assert acme.get(f"{P}/project/ACME/role/10003")["actors"] == []
    assert acme.call("POST", path, {"user": ["nobody"]}).status == 404
    assert acme.call("POST", path, {}).status == 400
    assert acme.call("DELETE", path, user="bob").status == 200
    assert [actor["name"] for actor in acme.get(path)["actors"]] == ["jira-users"]


def test_details_tell_which_roles_the_caller_plays(acme: Acme) -> None:
    acme.post(f"{P}/project/ACME/role/10004", {"groupId": ["group-jira-users"]})
    everything = [role["name"] for role in acme.get(f"{P}/project/ACME/roledetails")]
    mine = [role["name"] for role in acme.get(f"{P}/project/ACME/roledetails", currentMember="true")]
    assert set(everything) > set(mine) >= {"Viewer"}
    assert acme.call("GET", f"{P}/project/NONE/roledetails").status == 404


def test_taking_somebody_out_who_is_not_in_a_role_changes_nothing(acme: Acme) -> None:
    path = f"{P}/project/ACME/role/10003"
    acme.post(path, {"user": ["bob"]})
    assert acme.call("DELETE", path, user="nobody").status == 204
    assert len(acme.get(path)["actors"]) == 1
    assert acme.call("DELETE", path).status == 400
    assert acme.call("DELETE", path, user="bob").status == 204
    assert acme.get(path)["actors"] == []
