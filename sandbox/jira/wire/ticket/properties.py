"""Entity properties: JSON that clients keep on issues, projects, comments, worklogs, types, boards, sprints
and users, all by the same rules."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from sandbox.http import Response
from sandbox.jira.events import Event
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.restriction import readable
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.planning import agile
from sandbox.jira.wire.ticket import worklog_writes
from sandbox.jira.wire.views import dashboards, gadgets

_LIMIT = 32_768
Held = dict[str, object]


@dataclass(frozen=True, slots=True)
class Holder:
    """What holds properties: them, the address they are under, and what happens after a change."""

    held: Held
    home: str
    changed: Callable[[str, str], None] = lambda _event, _name: None


Finder = Callable[..., Holder]
Guard = Callable[..., None]


def _issue(visit: Visit, key: str) -> Holder:
    issue = visit.issue(key)
    if issue.properties is None:
        issue.properties = {}

    def changed(event: str, name: str) -> None:
        if visit.state.knobs.property_touches_issue:
            visit.state.touch(issue, visit.now)
        if visit.state.listeners:
            subject = (name, (issue.properties or {}).get(name))
            visit.state.announce(Event(event, visit.now, visit.user.account_id, subject, issue))

    return Holder(issue.properties, visit.rest(f"issue/{issue.id}/properties"), changed)


def _project(visit: Visit, key: str) -> Holder:
    project = projects.find(visit, key)
    return Holder(project.properties, visit.rest(f"project/{project.key}/properties"))


def _comment(visit: Visit, comment_id: str) -> Holder:
    for issue in visit.state.issues.values():
        if not issue.comments or not visit.state.can_see(visit.user, issue):
            continue
        for comment in readable(visit, issue, issue.comments):
            if str(comment.id) == comment_id:
                return Holder(comment.properties, visit.rest(f"comment/{comment.id}/properties"))
    raise Refusal(404, f"Can not find a comment for the id: {comment_id}.")


def _worklog(visit: Visit, key: str, worklog_id: str) -> Holder:
    issue = visit.issue(key)
    worklog = worklog_writes.find(visit, issue, worklog_id)
    if worklog.properties is None:
        worklog.properties = {}
    home = visit.rest(f"issue/{issue.id}/worklog/{worklog.id}/properties")
    return Holder(worklog.properties, home)


def _issue_type(visit: Visit, type_id: str) -> Holder:
    found = visit.state.types.get(int(type_id)) if type_id.isdigit() else None
    if found is None:
        raise Refusal(404, "The issue type was not found.")
    return Holder(found.properties, visit.rest(f"issuetype/{found.id}/properties"))


def _board(visit: Visit, board_id: str) -> Holder:
    found = agile.find_board(visit, board_id)
    return Holder(found.properties, visit.link(f"/rest/agile/1.0/board/{found.id}/properties"))


def _sprint(visit: Visit, sprint_id: str) -> Holder:
    found = agile.find_sprint(visit, sprint_id)
    return Holder(found.properties, visit.link(f"/rest/agile/1.0/sprint/{found.id}/properties"))


def _dashboard_item(visit: Visit, number: str, gadget_id: str) -> Holder:
    gadget = gadgets.on_dashboard(visit, number, gadget_id)
    return Holder(gadget.properties, visit.rest(f"dashboard/{number}/items/{gadget_id}/properties"))


def _may_change_dashboard(visit: Visit, number: str, gadget_id: str) -> None:
    gadgets.on_dashboard(visit, number, gadget_id)
    dashboards.changeable(visit, number, 403)


def _user(visit: Visit) -> Holder:
    name = visit.request.arg("accountId") or visit.request.arg("userKey") or visit.user.account_id
    found = visit.find_user(name)
    if found is None:
        raise Refusal(404, "The user does not exist.")
    return Holder(found.properties, visit.rest("user/properties"))


def _may_edit(visit: Visit, key: str) -> None:
    message = "You do not have permission to edit this issue."
    visit.require("EDIT_ISSUES", message, visit.issue(key))


def _may_administer(visit: Visit, key: str) -> None:
    message = "You must have project administration rights in order to edit project properties."
    visit.require("ADMINISTER_PROJECTS", message, projects.find(visit, key).id)


def _admins_only(visit: Visit, **_where: str) -> None:
    visit.require("ADMINISTER", "Only Jira administrators can edit these properties.")


def _own_or_admin(visit: Visit) -> None:
    if visit.request.arg("accountId") not in ("", visit.user.account_id):
        _admins_only(visit)


def _keys(find: Finder) -> Callable[..., Response]:
    def keys(visit: Visit, **where: str) -> Response:
        holder = find(visit, **where)
        return Response.json(
            {"keys": [{"self": f"{holder.home}/{name}", "key": name} for name in holder.held]}
        )

    return keys


def _get(find: Finder) -> Callable[..., Response]:
    def get(visit: Visit, name: str, **where: str) -> Response:
        held = find(visit, **where).held
        if name not in held:
            raise Refusal(404, f"The property {name} does not exist.")
        return Response.json({"key": name, "value": held[name]})

    return get


def _put(find: Finder, guard: Guard) -> Callable[..., Response]:
    """201 when new, 200 when replaced."""

    def put(visit: Visit, name: str, **where: str) -> Response:
        holder = find(visit, **where)
        guard(visit, **where)
        if len(visit.request.body) > _LIMIT:
            raise Refusal(400, f"The property value is too long. The maximum length is {_LIMIT}.")
        if len(name) > 255:
            raise Refusal(400, "The property key is too long. The maximum length is 255.")
        try:
            value = visit.request.json()
        except ValueError:
            raise Refusal(400, "The property value must be valid JSON.") from None
        status = 200 if name in holder.held else 201
        holder.held[name] = value
        holder.changed("issue_property_set", name)
        return Response.json({}, status)

    return put


def _delete(find: Finder, guard: Guard) -> Callable[..., Response]:
    def delete(visit: Visit, name: str, **where: str) -> Response:
        holder = find(visit, **where)
        guard(visit, **where)
        if name not in holder.held:
            raise Refusal(404, f"The property {name} does not exist.")
        del holder.held[name]
        holder.changed("issue_property_deleted", name)
        return Response(204)

    return delete


def _seeing_is_enough(_visit: Visit, **_where: str) -> None:
    """No more is asked for than to see what holds the property."""


def property_routes(
    base: str, find: Finder, guard: Guard = _seeing_is_enough
) -> tuple[tuple[str, str, Callable[..., Response]], ...]:
    """The four routes of properties under `base`."""
    one = f"{base}/{{name}}"
    return (
        ("GET", base, _keys(find)),
        ("GET", one, _get(find)),
        ("PUT", one, _put(find, guard)),
        ("DELETE", one, _delete(find, guard)),
    )


ROUTES = (
    *property_routes("issue/{key}/properties", _issue, _may_edit),
    *property_routes("project/{key}/properties", _project, _may_administer),
    *property_routes("comment/{comment_id}/properties", _comment),
    *property_routes("issue/{key}/worklog/{worklog_id}/properties", _worklog),
    *property_routes("issuetype/{type_id}/properties", _issue_type, _admins_only),
    *property_routes(
        "dashboard/{number}/items/{gadget_id}/properties", _dashboard_item, _may_change_dashboard
    ),
    *property_routes("user/properties", _user, _own_or_admin),
)
AGILE_ROUTES = (
    *property_routes("board/{board_id}/properties", _board),
    *property_routes("sprint/{sprint_id}/properties", _sprint),
)
