"""People: one, many, searched by name, and who may be assigned."""

from __future__ import annotations

from collections.abc import Iterable

from sandbox.http import Response
from sandbox.jira.entities import User
from sandbox.jira.wire import body, paging, projects, shapes
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

_PAGE, _MOST = 50, 1000


def get(visit: Visit) -> Response:
    """GET user: by account id; in Data Center by name or key."""
    found = _named(visit)
    shape = shapes.user(visit, found) | {"emailAddress": found.email, "expand": "groups,applicationRoles"}
    if "groups" in visit.names("expand"):
        groups = [shapes.group(visit, group) for group in visit.state.groups.values()
                  if found.account_id in group.members]  # fmt: skip
        shape["groups"] = {"size": len(groups), "items": groups}
    return Response.json(shape)


def create(visit: Visit) -> Response:
    """POST user: an account for a mail address, or the one it has already."""
    visit.require("ADMINISTER", "You are not authorized to create users.")
    given = body.read(
        visit,
        {"emailAddress": str, "displayName": str, "products": list, "name": str, "password": str, "key": str,
         "applicationKeys": list, "self": str, "notification": (str, bool)},
    )  # fmt: skip
    email = given.get("emailAddress", "")
    if "@" not in email:
        raise Refusal(400, fields={"emailAddress": "You must specify a valid email address."})
    found = next((user for user in visit.state.users.values() if user.email == email), None)
    if found is None:
        number = visit.state.next_id("user")
        name = given.get("displayName") or email.partition("@")[0]
        account_id = f"557058:{number}" if visit.state.site.is_cloud else given.get("name", name)
        found = visit.state.add_user(User(account_id, name, email))
    return Response.json(shapes.user(visit, found) | {"emailAddress": found.email}, 201)


def delete(visit: Visit) -> Response:
    """DELETE user: the person stays in the history and cannot sign in any more."""
    visit.require("ADMINISTER", "You are not authorized to delete users.")
    _named(visit).active = False
    return Response(204)


def bulk(visit: Visit) -> Response:
    """GET user/bulk"""
    wanted = visit.request.args("accountId")
    if not wanted:
        raise Refusal(400, "accountId query parameter needs to be provided")
    found = (visit.state.users[name] for name in wanted if name in visit.state.users)
    return paging.page(visit, [shapes.user(visit, user) for user in found], "user/bulk", size=10, most=200)


def search(visit: Visit) -> Response:
    """GET user/search: those whose name or mail address has a word that begins like the query."""
    return _listed(visit, _matching(visit, visit.state.users.values()))


def every(visit: Visit) -> Response:
    """GET users/search"""
    return _listed(visit, visit.state.users.values())


def assignable(visit: Visit) -> Response:
    """GET user/assignable/search: who may work on an issue, or in a project."""
    key, issue_key = visit.request.arg("project"), visit.request.arg("issueKey")
    if not key and not issue_key:
        raise Refusal(400, "At least one of the project, issueKey or issueId must be provided.")
    project_id = visit.issue(issue_key).project_id if issue_key else projects.find(visit, key).id
    return _listed(visit, _assignable(visit, [project_id]))


def assignable_in_many(visit: Visit) -> Response:
    """GET user/assignable/multiProjectSearch"""
    keys = visit.names("projectKeys")
    if not keys:
        raise Refusal(400, "projectKeys query parameter needs to be provided")
    return _listed(visit, _assignable(visit, [projects.find(visit, key).id for key in keys]))


def viewers(visit: Visit) -> Response:
    """GET user/viewissue/search: who may see an issue or a project."""
    key, issue_key, state = visit.request.arg("projectKey"), visit.request.arg("issueKey"), visit.state
    people = [user for user in _matching(visit, state.users.values()) if user.active]
    if issue_key:
        issue = visit.issue(issue_key)
        return _listed(visit, [user for user in people if state.can_see(user, issue)])
    project = projects.find(visit, key)
    return _listed(visit, [user for user in people if state.can_see_project(user, project.id)])


def picker(visit: Visit) -> Response:
    """GET user/picker"""
    found = _matching(visit, visit.state.users.values())
    count = visit.number("maxResults", _PAGE, most=_MOST)
    people = [
        {
            "accountId": user.account_id,
            "accountType": "atlassian",
            "name": user.login,
            "key": user.account_id,
            "displayName": user.name,
            "html": user.name,
        }
        for user in found[:count]
    ]
    header = f"Showing {len(people)} of {len(found)} matching users"
    return Response.json({"users": people, "total": len(found), "header": header})


def _named(visit: Visit) -> User:
    name = next((visit.request.arg(key) for key in ("accountId", "username", "key")
                 if visit.request.arg(key)), "")  # fmt: skip
    found = visit.find_user(name)
    if found is None:
        raise Refusal(404, "Specified user does not exist or you do not have required permissions")
    return found


def _matching(visit: Visit, people: Iterable[User]) -> list[User]:
    account_id = visit.request.arg("accountId")
    query = (visit.request.arg("query") or visit.request.arg("username")).lower()
    return [
        user
        for user in people
        if (not account_id or user.account_id == account_id)
        and any(
            word.startswith(query)
            for word in (*user.name.lower().split(), user.name.lower(), user.email.lower())
        )
    ]


def _assignable(visit: Visit, project_ids: list[int]) -> list[User]:
    state = visit.state
    return [
        user
        for user in _matching(visit, state.users.values())
        if user.active and all(state.holds(user, "ASSIGNABLE_USER", number) for number in project_ids)
    ]


def _listed(visit: Visit, people: Iterable[User]) -> Response:
    start, count = visit.number("startAt", 0), visit.number("maxResults", _PAGE, most=_MOST)
    shown: list[Json] = [shapes.user(visit, user) for user in list(people)[start : start + count]]
    return Response.json(shown)


ROUTES = (
    ("GET", "user", get),
    ("POST", "user", create),
    ("DELETE", "user", delete),
    ("GET", "user/bulk", bulk),
    ("GET", "user/search", search),
    ("GET", "users", every),
    ("GET", "users/search", every),
    ("GET", "user/assignable/search", assignable),
    ("GET", "user/assignable/multiProjectSearch", assignable_in_many),
    ("GET", "user/viewissue/search", viewers),
    ("GET", "user/picker", picker),
)
