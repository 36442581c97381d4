"""Accounts made, changed and removed: by mail address in the Cloud, by user name in Data Center."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.entities import User
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.people import users
from sandbox.jira.wire.service import audit

_SCHEMA: body.Schema = {
    "emailAddress": str, "displayName": str, "products": list, "name": str, "password": str, "key": str,
    "applicationKeys": list, "self": str, "notification": (str, bool), "active": (str, bool),
}  # fmt: skip
_NEW_PEOPLE = ("jira-software-users", "jira-users")


def create(visit: Visit) -> Response:
    """POST user: 201 with the account; the Cloud answers with the one an address has already."""
    visit.require("ADMINISTER", "You are not authorized to create users.")
    given = body.read(visit, _SCHEMA)
    made = _of_address(visit, given) if visit.state.site.is_cloud else _of_name(visit, given)
    for group in visit.state.groups.values():
        if group.name in _NEW_PEOPLE:
            group.members.add(made.account_id)
    audit.note(visit, "user management", "User created", made.name, "USER", made.account_id)
    return Response.json(shapes.user(visit, made) | {"emailAddress": made.email}, 201)


def _of_address(visit: Visit, given: dict[str, Any]) -> User:
    email = given.get("emailAddress", "")
    if "@" not in email:
        raise Refusal(400, fields={"emailAddress": "You must specify a valid email address."})
    found = next((u for u in visit.state.users.values() if u.email == email and not u.removed), None)
    if found is not None:
        return found
    name = given.get("displayName") or email.partition("@")[0]
    return visit.state.add_user(User(f"557058:{visit.state.next_id('user')}", name, email))


def _of_name(visit: Visit, given: dict[str, Any]) -> User:
    name, email = given.get("name", "").strip(), given.get("emailAddress", "")
    errors = {}
    if not name:
        errors["username"] = "You must specify a username."
    elif visit.find_user(name) is not None:
        errors["username"] = "A user with that username already exists."
    if not given.get("displayName", "").strip():
        errors["displayName"] = "You must specify a full name."
    errors |= _wrong_address(email)
    if errors:
        raise Refusal(400, fields=errors)
    number = visit.state.next_id("user") + 99
    made = User(f"JIRAUSER{number}", given["displayName"], email, given.get("password"), username=name)
    return visit.state.add_user(made)


def _wrong_address(email: str) -> dict[str, str]:
    if not email:
        return {"email": "You must specify an email address."}
    return {} if "@" in email else {"email": "You must specify a valid email address."}


def update(visit: Visit) -> Response:
    """PUT user (Data Center): name, full name, address, or whether they may sign in."""
    visit.require("ADMINISTER", "You are not authorized to change users.")
    found, given = users.named(visit), body.read(visit, _SCHEMA)
    errors = _wrong_address(given["emailAddress"]) if "emailAddress" in given else {}
    name = given.get("name", found.login).strip()
    if visit.find_user(name) not in (None, found):
        errors["username"] = "A user with that username already exists."
    if errors:
        raise Refusal(400, fields=errors)
    found.username, found.name = name, given.get("displayName", found.name)
    found.email = given.get("emailAddress", found.email)
    found.active = str(given.get("active", found.active)).lower() == "true"
    audit.note(visit, "user management", "User's details changed", found.name, "USER", found.account_id)
    return Response.json(shapes.user(visit, found))


def set_password(visit: Visit) -> Response:
    """PUT user/password (Data Center): 204."""
    found, given = users.named(visit), body.read(visit, {"password": str, "currentPassword": str})
    own = found is visit.user
    if not own:
        visit.require("ADMINISTER", "You are not authorized to change passwords.")
    elif not visit.user.admin and given.get("currentPassword") not in (found.token, found.password):
        raise Refusal(400, fields={"currentPassword": "The current password is wrong."})
    if not given.get("password"):
        raise Refusal(400, fields={"password": "You must specify a password."})
    found.token, found.password = None, given["password"]
    return Response(204)


def delete(visit: Visit) -> Response:
    """DELETE user: the person stays in the history and is found nowhere else.

    Data Center keeps whoever issues were reported by or are assigned to.
    """
    visit.require("ADMINISTER", "You are not authorized to delete users.")
    found = users.named(visit)
    who = found.account_id
    if not visit.state.site.is_cloud and any(
        who in (i.reporter, i.assignee) for i in visit.state.issues.values()
    ):
        raise Refusal(
            400, f"Cannot delete user '{found.login}': issues are reported by them or assigned to them."
        )
    audit.note(visit, "user management", "User deleted", found.name, "USER", who)
    found.active, found.removed = False, True
    found.token = found.password = found.personal_token = None
    for group in visit.state.groups.values():
        group.members.discard(found.account_id)
    return Response(204)


ROUTES = (
    ("POST", "user", create),
    ("PUT", "user", update),
    ("DELETE", "user", delete),
    ("PUT", "user/password", set_password),
)
