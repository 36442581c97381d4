"""People: one, many, searched by name, and who may be assigned."""

from __future__ import annotations

import re
from collections.abc import Iterable

from sandbox.http import Response
from sandbox.jira.entities import User
from sandbox.jira.rights import Place
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.people import permissions, preferences
from sandbox.jira.wire.service import applications

_PAGE, _MOST = 50, 1000
_FORMER = ("username", "userKey", "key")
_ONLY_ACCOUNT_ID = "'accountId' must be the only user identifying query parameter in GDPR strict mode."


def get(visit: Visit) -> Response:
    """GET user: by account id; in Data Center by name or key."""
    return Response.json(whole(visit, named(visit)))


def whole(visit: Visit, who: User) -> Json:
    """A user with address, language, and how many groups and products they have; which, only if expanded."""
    groups = [
        shapes.group(visit, group) for group in visit.state.groups.values() if who.account_id in group.members
    ]
    roles = applications.held_by(visit, who)
    wanted = visit.names("expand")
    return {
        **shapes.user(visit, who),
        "emailAddress": who.email,
        "locale": who.preferences.get(preferences.LOCALE, "en_US"),
        "groups": {"size": len(groups), "items": groups if "groups" in wanted else []},
        "applicationRoles": {"size": len(roles), "items": roles if "applicationRoles" in wanted else []},
        "expand": "groups,applicationRoles",
    }


def email(_visit: Visit) -> Response:
    """GET user/email and user/email/bulk: for apps that Atlassian approved."""
    raise Refusal(400, "Only approved apps may ask for the mail addresses of users.")


def permitted(visit: Visit) -> Response:
    """GET user/permission/search: who holds all of some permissions, in a project or for an issue."""
    wanted = visit.names("permissions")
    if not wanted:
        raise Refusal(400, "The permissions query parameter needs to be provided")
    permissions.known(wanted)
    key, issue_key = visit.request.arg("projectKey"), visit.request.arg("issueKey")
    place: Place = None
    if issue_key or key:
        place = visit.issue(issue_key) if issue_key else projects.find(visit, key).id
    people = [user for user in matching(visit, visit.state.people()) if user.active]
    held = (user for user in people if all(visit.state.holds(user, name, place) for name in wanted))
    return _listed(visit, held)


def bulk(visit: Visit) -> Response:
    """GET user/bulk"""
    wanted = visit.request.args("accountId")
    if not wanted:
        raise Refusal(400, "accountId query parameter needs to be provided")
    found = (visit.state.users[name] for name in wanted if name in visit.state.users)
    return paging.page(visit, [shapes.user(visit, user) for user in found], "user/bulk", size=10, most=200)


def search(visit: Visit) -> Response:
    """GET user/search: those whose name or mail address has a word that begins like the query."""
    return _listed(visit, matching(visit, visit.state.people()))


def every(visit: Visit) -> Response:
    """GET users/search"""
    return _listed(visit, visit.state.people())


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
    if not any(visit.request.arg(name) for name in ("query", "username", "accountId")):
        raise Refusal(400, "The username query parameter was not provided")
    people = [user for user in matching(visit, state.people()) if user.active]
    if issue_key:
        issue = visit.issue(issue_key)
        return _listed(visit, [user for user in people if state.can_see(user, issue)])
    project = projects.find(visit, key)
    return _listed(visit, [user for user in people if state.can_see_project(user, project.id)])


def picker(visit: Visit) -> Response:
    """GET user/picker"""
    found = matching(visit, visit.state.people())
    count = visit.number("maxResults", _PAGE, most=_MOST)
    people = [_picked(visit, user) for user in found[:count]]
    header = f"Showing {len(people)} of {len(found)} matching users"
    return Response.json({"users": people, "total": len(found), "header": header})


def identifier(visit: Visit) -> str:
    """What names a person in the query: `accountId`, in Data Center `username` or `key`; or nothing.

    The Cloud refuses the names that people no longer have there.
    """
    cloud = visit.state.site.is_cloud
    if cloud and any(visit.request.arg(name) for name in _FORMER):
        raise Refusal(400, _ONLY_ACCOUNT_ID)
    keys = ("accountId",) if cloud else ("username", "key")
    return next((visit.request.arg(key) for key in keys if visit.request.arg(key)), "")


def _picked(visit: Visit, user: User) -> Json:
    """A user to pick, what was typed in bold; in Data Center with name and key."""
    typed = visit.request.arg("query")
    bold = re.sub(
        re.escape(typed), lambda found: f"<strong>{found[0]}</strong>", user.name, flags=re.IGNORECASE
    )
    picture = shapes.user(visit, user)["avatarUrls"]["16x16"]
    shown = {"displayName": user.name, "html": bold if typed else user.name, "avatarUrl": picture}
    if visit.state.site.is_cloud:
        return {"accountId": user.account_id, "accountType": "atlassian", **shown}
    return {"name": user.login, "key": user.account_id, **shown}


def named(visit: Visit) -> User:
    """The user whom `accountId`, or in Data Center `username` or `key`, names; or the 404."""
    cloud, name = visit.state.site.is_cloud, identifier(visit)
    if not name:
        raise Refusal(400, "The query parameter 'accountId' is required." if cloud else
                      "Either the 'username' or the 'key' query parameters need to be provided")  # fmt: skip
    found = visit.find_user(name)
    if found is None:
        raise Refusal(404, "Specified user does not exist or you do not have required permissions" if cloud else
                      f"The user named '{name}' does not exist")  # fmt: skip
    return found


def matching(visit: Visit, people: Iterable[User]) -> list[User]:
    """Those with a word in their name or address that begins like the query."""
    account_id = visit.request.arg("accountId")
    if visit.state.site.is_cloud and visit.request.arg("username"):
        raise Refusal(400, "The query parameter 'username' is not supported in GDPR strict mode.")
    query = (visit.request.arg("query") or visit.request.arg("username")).lower()
    return [
        user
        for user in people
        if (not account_id or user.account_id == account_id)
        and any(word.startswith(query) for word in _words(visit, user))
    ]


def _words(visit: Visit, user: User) -> tuple[str, ...]:
    """What a search for people looks at the beginnings of; "." finds everybody in Data Center."""
    words = (*user.name.lower().split(), user.name.lower(), user.email.lower())
    return words if visit.state.site.is_cloud else (*words, user.login.lower(), ".")


def _assignable(visit: Visit, project_ids: list[int]) -> list[User]:
    state = visit.state
    return [
        user
        for user in matching(visit, state.people())
        if user.active and all(state.holds(user, "ASSIGNABLE_USER", number) for number in project_ids)
    ]


def _listed(visit: Visit, people: Iterable[User]) -> Response:
    start, count = visit.number("startAt", 0), visit.number("maxResults", _PAGE, most=_MOST)
    shown: list[Json] = [shapes.user(visit, user) for user in list(people)[start : start + count]]
    return Response.json(shown)


ROUTES = (
    ("GET", "user", get),
    ("GET", "user/bulk", bulk),
    ("GET", "user/search", search),
    ("GET", "users", every),
    ("GET", "users/search", every),
    ("GET", "user/assignable/search", assignable),
    ("GET", "user/assignable/multiProjectSearch", assignable_in_many),
    ("GET", "user/viewissue/search", viewers),
    ("GET", "user/picker", picker),
    ("GET", "user/email", email),
    ("GET", "user/email/bulk", email),
    ("GET", "user/permission/search", permitted),
)
