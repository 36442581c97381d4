"""What people keep for themselves and share: filters and their columns, preferences; and who holds what."""

from __future__ import annotations

from typing import Any

import pytest
from acme_site import Acme

from sandbox.http import Request
from sandbox.jira.settings import Group

P = "/rest/api/3"
BASIC = {"authorization": "Basic YW5hQGFjbWUudGVzdDphbmEtdG9rZW4="}


@pytest.fixture
def acme() -> Acme:
    acme = Acme.make()
    acme.state.users["ana"].admin = True
    return acme


@pytest.fixture
def mine(acme: Acme) -> str:
    """The path of a filter by ana."""
    made = acme.post(f"{P}/filter", {"name": "Mine", "jql": "project = ACME"})
    assert made["sharePermissions"] == []
    return f"{P}/filter/{made['id']}"


@pytest.mark.parametrize(
    ("share", "kind"),
    [
        ({"type": "authenticated"}, "loggedin"),
        ({"type": "global"}, "global"),
        ({"type": "group", "groupname": "crew"}, "group"),
        ({"type": "project", "projectId": "1"}, "project"),
        ({"type": "project", "projectId": "1", "projectRoleId": "10003"}, "project"),
        ({"type": "user", "accountId": "bob"}, "user"),
    ],
)
def test_a_share_lets_in_whom_it_names_until_it_is_taken_back(
    acme: Acme, mine: str, share: dict[str, Any], kind: str
) -> None:
    acme.state.groups["crew"] = Group("crew", "crew", {"bob"})
    acme.state.roles[10003].people[1] = {"bob"}
    acme.state.add_user(type(acme.state.users["bob"])("eve", "Eve", "eve@acme.test", "eve-token"))
    acme.state.users["eve"].hidden_projects.add(1)
    assert acme.call("GET", mine, who="bob").status == 404
    assert acme.call("POST", f"{mine}/permission", share).status == 201
    (shown,) = acme.get(f"{mine}/permission")
    assert shown["type"] == kind
    assert acme.get(f"{mine}/permission/{shown['id']}") == shown
    assert acme.get(mine, who="bob")["sharePermissions"] == [shown]
    stranger = 200 if kind in ("loggedin", "global") else 404
    assert acme.call("GET", mine, who="eve").status == stranger
    assert acme.call("PUT", mine, {"name": "Taken"}, who="bob").status == 400
    assert acme.call("DELETE", f"{mine}/permission/{shown['id']}").status == 204
    assert acme.call("GET", mine, who="bob").status == 404
    assert acme.call("GET", f"{mine}/permission/{shown['id']}").status == 404


def test_editors_change_a_filter_and_owners_give_it_away(acme: Acme, mine: str) -> None:
    edit = {"type": "user", "user": {"accountId": "bob"}}
    changed = acme.call("PUT", mine, {"name": "Ours", "editPermissions": [edit]})
    assert changed.status == 200
    assert acme.call("PUT", mine, {"name": "Better"}, who="bob").status == 200
    assert acme.call("PUT", f"{mine}/owner", {"accountId": "bob"}).status == 204
    assert acme.get(mine)["owner"]["accountId"] == "bob"
    assert acme.call("PUT", f"{mine}/owner", {"accountId": "nobody"}).status == 400


def test_a_share_with_nobody_there_is_refused(acme: Acme, mine: str) -> None:
    for share in (
        {"type": "group", "groupname": "no"},
        {"type": "project", "projectId": "99"},
        {"type": "project", "projectId": "1", "projectRoleId": "9"},
        {"type": "user", "accountId": "no"},
        {"type": "planet"},
        {},
    ):
        assert acme.call("POST", f"{mine}/permission", share).status in (400, 404), share


def test_new_filters_are_shared_as_their_owner_likes(acme: Acme) -> None:
    scope = f"{P}/filter/defaultShareScope"
    assert acme.get(scope) == {"scope": "PRIVATE"}
    assert acme.call("PUT", scope, {"scope": "EVERYONE"}).status == 400
    assert acme.call("PUT", scope, {"scope": "AUTHENTICATED"}).status == 200
    made = acme.post(f"{P}/filter", {"name": "Open", "jql": "project = ACME"})
    assert [share["type"] for share in made["sharePermissions"]] == ["loggedin"]


def test_data_center_hides_filters_by_400(acme: Acme, mine: str) -> None:
    acme.state.site.deployment = "Server"
    assert acme.call("GET", f"/rest/api/2/filter/{mine.rpartition('/')[2]}", who="bob").status == 400


def columns(acme: Acme, path: str) -> list[str]:
    return [column["value"] for column in acme.get(path)]


def test_columns_are_those_of_the_filter_the_person_or_the_site(acme: Acme, mine: str) -> None:
    assert "summary" in columns(acme, f"{P}/settings/columns")
    for path in (f"{P}/settings/columns", f"{P}/user/columns", f"{mine}/columns"):
        assert acme.call("PUT", path, {"columns": ["nothing"]}).status == 400
        assert acme.call("PUT", path, ["summary"]).status == 400
        assert acme.call("PUT", path, {"columns": ["status", "issuekey"]}).status == 200
        assert columns(acme, path) == ["status", "issuekey"]
    assert columns(acme, f"{P}/user/columns") == ["status", "issuekey"]
    assert acme.call("DELETE", f"{mine}/columns").status == 204
    assert acme.call("GET", f"{mine}/columns").status == 404
    assert acme.call("PUT", f"{P}/user/columns").status == 200
    assert acme.call("GET", f"{P}/user/columns", who="bob", accountId="ana").status == 403


def test_only_data_center_takes_columns_as_a_form(acme: Acme) -> None:
    headers = BASIC | {"content-type": "application/x-www-form-urlencoded"}
    form = Request("PUT", "/rest/api/2/user/columns", (), headers, b"columns=summary&columns=status")
    assert acme.app(form).status == 415
    acme.state.site.deployment = "Server"
    assert acme.app(form).status == 200
    assert columns(acme, "/rest/api/2/user/columns") == ["summary", "status"]


def test_preferences_are_kept_as_they_were_given(acme: Acme) -> None:
    def put(body: bytes, kind: str) -> int:
        key = (("key", "trial.key"),)
        return acme.app(
            Request("PUT", f"{P}/mypreferences", key, BASIC | {"content-type": kind}, body)
        ).status

    assert acme.call("GET", f"{P}/mypreferences", key="trial.key").status == 404
    for body, kind, kept in ((b"raw", "text/plain", "raw"), (b'"quoted"', "application/json", "quoted")):
        assert put(body, kind) == 204
        assert acme.get(f"{P}/mypreferences", key="trial.key") == kept
    assert acme.call("DELETE", f"{P}/mypreferences", key="trial.key").status == 204
    assert acme.call("DELETE", f"{P}/mypreferences", key="trial.key").status == 404
    assert acme.get(f"{P}/mypreferences/locale") == {"locale": "en_US"}
    assert acme.call("PUT", f"{P}/mypreferences/locale", {"locale": "de_DE"}).status == 204
    assert acme.get(f"{P}/myself")["locale"] == "de_DE"
    assert acme.call("GET", f"{P}/mypreferences/locale", who="").status == 401


def test_a_user_shows_how_many_groups_and_products_and_which_only_when_asked(acme: Acme) -> None:
    plain = acme.get(f"{P}/myself")
    assert (plain["groups"]["items"], plain["applicationRoles"]["items"]) == ([], [])
    assert plain["groups"]["size"] > 0
    whole = acme.get(f"{P}/user", accountId="ana", expand="groups,applicationRoles")
    for name in ("groups", "applicationRoles"):
        assert len(whole[name]["items"]) == whole[name]["size"] == plain[name]["size"]
    (product,) = acme.get(f"{P}/applicationrole")
    assert acme.get(f"{P}/applicationrole/{product['key']}") == product
    assert acme.call("GET", f"{P}/applicationrole/none").status == 404
    assert acme.call("GET", f"{P}/user/email", accountId="ana").status == 400


def test_permissions_can_be_asked_for_people_and_places(acme: Acme) -> None:
    acme.state.users["bob"].denied.add("EDIT_ISSUES")
    asked = {"permissions": "EDIT_ISSUES", "projectKey": "ACME"}
    assert [user["accountId"] for user in acme.get(f"{P}/user/permission/search", **asked)] == ["ana"]
    assert acme.call("GET", f"{P}/user/viewissue/search", projectKey="ACME").status == 400
    assert acme.post(f"{P}/permissions/check", {}) == {"globalPermissions": [], "projectPermissions": []}
    body = {
        "globalPermissions": ["ADMINISTER"],
        "projectPermissions": [{"permissions": ["EDIT_ISSUES"], "projects": [1, 77], "issues": [10001]}],
    }
    held = {"permission": "EDIT_ISSUES", "projects": [1], "issues": [10001]}
    assert acme.post(f"{P}/permissions/check", body) == {
        "globalPermissions": ["ADMINISTER"],
        "projectPermissions": [held],
    }
    none = {"globalPermissions": [], "projectPermissions": [held | {"projects": [], "issues": []}]}
    assert acme.post(f"{P}/permissions/check", body, who="bob") == none
    assert acme.post(f"{P}/permissions/check", body | {"accountId": "bob"}) == none
    where = acme.post(f"{P}/permissions/project", {"permissions": ["BROWSE_PROJECTS"]})
    assert {"id": 1, "key": "ACME"} in where["projects"]
    for path, body in (("check", {"globalPermissions": ["FLY"]}), ("project", {"permissions": ["FLY"]})):
        assert acme.call("POST", f"{P}/permissions/{path}", body).status == 400
