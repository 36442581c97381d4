"""Mails that people ask the site to send about an issue; none leaves."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit

_SCHEMA: body.Schema = {"subject": str, "textBody": str, "htmlBody": str, "to": dict, "restrict": dict}
_ROLES = ("reporter", "assignee", "watchers", "voters")


def send(visit: Visit, key: str) -> Response:
    """POST issue/{key}/notify: 204 when the named people and groups exist."""
    visit.issue(key)
    to = body.read(visit, _SCHEMA).get("to", {})
    for named in to.get("users", []):
        _user(visit, named)
    known = {name for group in visit.state.groups.values() for name in (group.id, group.name)}
    for group in (*to.get("groups", []), *({"groupId": number} for number in to.get("groupIds", []))):
        if group.get("groupId", group.get("name")) not in known:
            raise Refusal(400, f"The group '{group.get('name') or group.get('groupId')}' does not exist.")
    if not any(to.get(role) for role in (*_ROLES, "users", "groups", "groupIds")):
        raise Refusal(400, "No recipients were defined for notification.")
    return Response(204)


def _user(visit: Visit, named: dict[str, Any]) -> None:
    name = str(named.get("accountId") or named.get("name") or named.get("key") or "")
    if visit.find_user(name) is None:
        raise Refusal(400, f"The user '{name}' does not exist.")


ROUTES = (("POST", "issue/{key}/notify", send),)
