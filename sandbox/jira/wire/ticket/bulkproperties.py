"""One property of many issues at once: set or deleted wherever a filter fits; and who watches what."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.events import Event
from sandbox.jira.issue import Issue
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import tasks

_MOST, _KEYS = 10_000, 10
_FILTER = {"entityIds", "currentValue", "hasProperty"}


def put_list(visit: Visit) -> Response:
    """POST issue/properties: the same properties for all, or none when one issue is not there."""
    schema: body.Schema = {"entitiesIds": list, "properties": dict}
    given = body.read(visit, schema, lists={"entitiesIds": int})
    issues = [_editable(visit, number) for number in given.get("entitiesIds", [])]
    _few(given.get("properties", {}), len(issues))
    for issue in issues:
        _set(visit, issue, given["properties"])
    return tasks.done(visit, [issue.id for issue in issues])


def put_each(visit: Visit) -> Response:
    """POST issue/properties/multi: properties of its own for each issue; what is not there is left out."""
    given = body.read(visit, {"issues": list}, lists={"issues": dict}).get("issues", [])
    changed = []
    for entry in given:
        _few(entry.get("properties", {}), len(given))
        issue = visit.state.issues.get(int(entry.get("issueID", 0)))
        if issue and visit.state.can_see(visit.user, issue) and visit.may("EDIT_ISSUES", issue):
            _set(visit, issue, entry.get("properties", {}))
            changed.append(issue.id)
    return tasks.done(visit, changed)


def put_where(visit: Visit, name: str) -> Response:
    """PUT issue/properties/{name}: one value wherever the filter fits; expressions are not computed."""
    given = body.read_raw(visit)
    if not isinstance(given, dict) or "value" not in given or given.keys() - {"value", "filter"}:
        raise Refusal(400, "The value of the property must be given.")
    issues = _fitting(visit, name, given.get("filter") or {})
    for issue in issues:
        _set(visit, issue, {name: given["value"]})
    return tasks.done(visit, [issue.id for issue in issues])


def delete_where(visit: Visit, name: str) -> Response:
    """DELETE issue/properties/{name}: wherever the filter in the body fits."""
    given = body.read_raw(visit) if visit.request.body else {}
    issues = [
        i
        for i in _fitting(visit, name, given if isinstance(given, dict) else {})
        if name in (i.properties or {})
    ]
    for issue in issues:
        _tell(visit, issue, "issue_property_deleted", name)
        (issue.properties or {}).pop(name, None)
    return tasks.done(visit, [issue.id for issue in issues])


def watching(visit: Visit) -> Response:
    """POST issue/watching: whether the caller watches each issue; those not there are not watched."""
    ids = [str(i) for i in body.read(visit, {"issueIds": list}).get("issueIds", [])]
    found = {name: visit.state.issues.get(int(name)) for name in ids if name.isdigit()}
    me = visit.user.account_id
    return Response.json(
        {"issuesIsWatching": {name: bool(issue and me in issue.watchers) for name, issue in found.items()}}
    )


def _fitting(visit: Visit, name: str, wanted: dict[str, Any]) -> list[Issue]:
    if wanted.keys() - _FILTER:
        raise Refusal(400, "The filter is made of entityIds, currentValue and hasProperty.")
    ids = wanted.get("entityIds")
    held = visit.state.issues.values() if ids is None else (visit.state.issues.get(int(i)) for i in ids)
    seen = [i for i in held if i and visit.state.can_see(visit.user, i) and visit.may("EDIT_ISSUES", i)]
    if "hasProperty" in wanted:
        seen = [issue for issue in seen if (name in (issue.properties or {})) is wanted["hasProperty"]]
    if "currentValue" in wanted:
        seen = [issue for issue in seen if (issue.properties or {}).get(name) == wanted["currentValue"]]
    return seen[:_MOST]


def _few(properties: Any, count: int) -> None:
    if not isinstance(properties, dict) or not 1 <= len(properties) <= _KEYS or not 1 <= count <= _MOST:
        raise Refusal(400, f"Between 1 and {_KEYS} properties of between 1 and {_MOST} issues can be set.")


def _editable(visit: Visit, number: int) -> Issue:
    issue = visit.issue(str(number))
    visit.require("EDIT_ISSUES", "You do not have permission to edit this issue.", issue)
    return issue


def _set(visit: Visit, issue: Issue, properties: dict[str, Any]) -> None:
    issue.properties = (issue.properties or {}) | properties
    for name in properties:
        _tell(visit, issue, "issue_property_set", name)


def _tell(visit: Visit, issue: Issue, event: str, name: str) -> None:
    if visit.state.knobs.property_touches_issue:
        visit.state.touch(issue, visit.now)
    if visit.state.listeners:
        subject = (name, (issue.properties or {}).get(name))
        visit.state.announce(Event(event, visit.now, visit.user.account_id, subject, issue))


ROUTES = (
    ("POST", "issue/properties", put_list),
    ("POST", "issue/properties/multi", put_each),
    ("PUT", "issue/properties/{name}", put_where),
    ("DELETE", "issue/properties/{name}", delete_where),
    ("POST", "issue/watching", watching),
)
