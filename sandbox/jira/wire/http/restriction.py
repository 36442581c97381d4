"""Who may read a comment or worklog: everybody who sees the issue, or those in a role or group."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Protocol, TypeVar

from sandbox.jira.issue import Issue
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit

Visibility = dict[str, Any]


class Restricted(Protocol):
    """What may be kept from others."""

    @property
    def visibility(self) -> Visibility | None: ...


Entry = TypeVar("Entry", bound=Restricted)


def readable(visit: Visit, issue: Issue, held: Iterable[Entry] | None) -> list[Entry]:
    """What of an issue's comments or worklogs the caller may read."""
    state, user = visit.state, visit.user
    return [entry for entry in held or () if state.may_read(user, entry.visibility, issue.project_id)]


def given_visibility(visit: Visit, issue: Issue | None, given: Any, field: str) -> Visibility | None:
    """A visibility as sent: of a role or group that exists and that the caller is in.

    What hangs on a new issue (None) may be meant for any role: its author plays it there or not.
    """
    if not given:
        return None
    kind = given.get("type")
    if kind not in _READERS:
        raise Refusal(400, fields={field: "Visibility must be of type 'role' or 'group'."})
    found = _READERS[kind](visit, str(given.get("identifier") or given.get("value") or ""), field)
    if issue and not visit.state.may_read(visit.user, found, issue.project_id):
        where = "project role" if kind == "role" else "group"
        raise Refusal(
            400, fields={field: f"You are currently not a member of the {where}: {found['value']}."}
        )
    return found


def _role(visit: Visit, wanted: str, field: str) -> Visibility:
    for role in visit.state.roles.values():
        if wanted in (role.name, str(role.id)):
            return {"type": "role", "value": role.name, "identifier": role.name}
    raise Refusal(400, fields={field: f"Role: {wanted} does not exist."})


def _group(visit: Visit, wanted: str, field: str) -> Visibility:
    for group in visit.state.groups.values():
        if wanted in (group.name, group.id):
            return {"type": "group", "value": group.name, "identifier": group.id}
    raise Refusal(400, fields={field: f"Group: {wanted} does not exist."})


_READERS: dict[str, Callable[[Visit, str, str], Visibility]] = {"role": _role, "group": _group}
