"""Links between issues and their types."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from sandbox.http import Response
from sandbox.jira.commenting import add_comment
from sandbox.jira.issue import Issue
from sandbox.jira.links import link_issues, unlink_issues
from sandbox.jira.parts import IssueLink, LinkType
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import BadValue, rich_text
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.values import linked_issue

_SIDES = ("inwardIssue", "outwardIssue")
_TYPE_SCHEMA = {"id": str, "name": str, "inward": str, "outward": str, "self": str}


def create(visit: Visit) -> Response:
    """POST issueLink: 201 without a body."""
    given = body.read(visit, {"type": dict, "inwardIssue": dict, "outwardIssue": dict, "comment": dict})
    kind = _named_type(visit, given.get("type", {}))
    source, target = (_end(visit, given.get(side, {})) for side in _SIDES)
    visit.require("LINK_ISSUES", "No Link Issue Permission for issue.", source)
    link_issues(visit.state, kind, source, target, by=visit.user.account_id, at=visit.now)
    if "comment" in given:
        try:
            text = rich_text(visit, given["comment"].get("body")) or ""
        except BadValue as refused:
            raise Refusal(400, fields={"comment": str(refused)}) from None
        add_comment(visit.state, source, text, by=visit.user.account_id, at=visit.now)
    return Response(201)


def get(visit: Visit, link_id: str) -> Response:
    """GET issueLink/{id}"""
    link, state = _find(visit, link_id), visit.state
    source, target = state.issues[link.source_id], state.issues[link.target_id]
    return Response.json(
        {
            "id": str(link.id),
            "self": visit.rest(f"issueLink/{link.id}"),
            "type": shapes.link_type(visit, state.link_types[link.type_id]),
            "inwardIssue": linked_issue(visit, source),
            "outwardIssue": linked_issue(visit, target),
        }
    )


def delete(visit: Visit, link_id: str) -> Response:
    """DELETE issueLink/{id}"""
    unlink_issues(visit.state, _find(visit, link_id), by=visit.user.account_id, at=visit.now)
    return Response(204)


def planned(visit: Visit, operand: Any) -> Callable[[Issue], None]:
    """The `add` verb of the issuelinks field of an edit, checked: a link from or to the edited issue."""
    given = operand.get("add", operand) if isinstance(operand, dict) else {}
    kind = _named_type(visit, given.get("type", {}))
    outward = "outwardIssue" in given
    other = _end(visit, given.get("outwardIssue" if outward else "inwardIssue", {}))

    def link(issue: Issue) -> None:
        source, target = (issue, other) if outward else (other, issue)
        link_issues(visit.state, kind, source, target, by=visit.user.account_id, at=visit.now)

    return link


def types(visit: Visit) -> Response:
    """GET issueLinkType"""
    found = [shapes.link_type(visit, kind) for kind in visit.state.link_types.values()]
    return Response.json({"issueLinkTypes": found})


def type_get(visit: Visit, type_id: str) -> Response:
    """GET issueLinkType/{id}"""
    return Response.json(shapes.link_type(visit, _type(visit, type_id)))


def type_create(visit: Visit) -> Response:
    """POST issueLinkType"""
    visit.require("ADMINISTER", "You must have global admin permissions to manage link types.")
    given, held = body.read(visit, _TYPE_SCHEMA), visit.state.link_types
    for name in ("name", "inward", "outward"):
        if not given.get(name):
            raise Refusal(400, fields={name: f"The {name} of the issue link type is required."})
    if any(kind.name.lower() == given["name"].lower() for kind in held.values()):
        raise Refusal(400, fields={"name": "Another link type with this name already exists."})
    number = visit.state.fresh_id("linktype", held)
    kind = held[number] = LinkType(number, given["name"], given["inward"], given["outward"])
    return Response.json(shapes.link_type(visit, kind), 201)


def type_update(visit: Visit, type_id: str) -> Response:
    """PUT issueLinkType/{id}"""
    visit.require("ADMINISTER", "You must have global admin permissions to manage link types.")
    kind, given = _type(visit, type_id), body.read(visit, _TYPE_SCHEMA)
    for name in given.keys() & {"name", "inward", "outward"}:
        setattr(kind, name, given[name])
    return Response.json(shapes.link_type(visit, kind))


def type_delete(visit: Visit, type_id: str) -> Response:
    """DELETE issueLinkType/{id}; its links go with it."""
    visit.require("ADMINISTER", "You must have global admin permissions to manage link types.")
    kind = _type(visit, type_id)
    for link in [link for link in visit.state.links.values() if link.type_id == kind.id]:
        unlink_issues(visit.state, link, by=visit.user.account_id, at=visit.now)
    del visit.state.link_types[kind.id]
    return Response(204)


def _type(visit: Visit, type_id: str) -> LinkType:
    found = visit.state.link_types.get(int(type_id)) if type_id.isdigit() else None
    if found is None:
        raise Refusal(404, f"No issue link type with id '{type_id}' found.")
    return found


def _named_type(visit: Visit, given: dict[str, Any]) -> LinkType:
    for kind in visit.state.link_types.values():
        if str(kind.id) == str(given.get("id")) or ("id" not in given and kind.name == given.get("name")):
            return kind
    if "id" in given:
        raise Refusal(404, f"No issue link type with id '{given['id']}' found.")
    raise Refusal(404, f"No issue link type with name '{given.get('name')}' found.")


def _end(visit: Visit, given: dict[str, Any]) -> Issue:
    return visit.issue(str(given.get("id") or given.get("key") or ""))


def _find(visit: Visit, link_id: str) -> IssueLink:
    found = visit.state.links.get(int(link_id)) if link_id.isdigit() else None
    ends = (found.source_id, found.target_id) if found else ()
    if found is None or not all(visit.state.can_see(visit.user, visit.state.issues[end]) for end in ends):
        raise Refusal(404, f"No issue link with id '{link_id}' exists.")
    return found


ROUTES = (
    ("POST", "issueLink", create),
    ("GET", "issueLink/{link_id}", get),
    ("DELETE", "issueLink/{link_id}", delete),
    ("GET", "issueLinkType", types),
    ("POST", "issueLinkType", type_create),
    ("GET", "issueLinkType/{type_id}", type_get),
    ("PUT", "issueLinkType/{type_id}", type_update),
    ("DELETE", "issueLinkType/{type_id}", type_delete),
)
