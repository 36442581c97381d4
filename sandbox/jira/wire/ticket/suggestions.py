"""What the query editor offers for a value that is being typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from html import escape

from sandbox.http import Response
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http.inputs import SEPARATOR
from sandbox.jira.wire.http.visit import Visit

_MOST = 15
_Offered = Iterable[tuple[str, str]]


def _named(values: Iterable[str]) -> _Offered:
    return [(name, name) for name in dict.fromkeys(values)]


def _people(visit: Visit) -> _Offered:
    cloud = visit.state.site.is_cloud
    return [(u.account_id if cloud else u.login, u.name) for u in visit.state.people() if u.active]


def _labels(visit: Visit) -> _Offered:
    seen = (
        issue
        for issue in visit.state.issues.values()
        if issue.labels and visit.state.can_see(visit.user, issue)
    )
    return _named(sorted({label for issue in seen for label in issue.labels}))


def _mine(visit: Visit) -> set[int]:
    return {project.id for project in projects.visible(visit)}


def _statuses(visit: Visit) -> _Offered:
    seen = _mine(visit)
    return _named(
        s.name for s in visit.state.statuses.values() if s.project_id is None or s.project_id in seen
    )


def _types(visit: Visit) -> _Offered:
    seen = _mine(visit)
    return _named(t.name for t in visit.state.types.values() if t.project_id is None or t.project_id in seen)


def _versions(visit: Visit) -> _Offered:
    seen = _mine(visit)
    return _named(v.name for v in visit.state.versions.values() if v.project_id in seen)


def _components(visit: Visit) -> _Offered:
    seen = _mine(visit)
    return _named(c.name for c in visit.state.components.values() if c.project_id in seen)


def _sprints(visit: Visit) -> _Offered:
    state, seen = visit.state, _mine(visit)
    held = (s for s in state.sprints.values() if s.board_id in state.boards)
    return [(str(s.id), s.name) for s in held if state.boards[s.board_id].project_id in seen]


_OFFERS: dict[str, Callable[[Visit], _Offered]] = {
    "project": lambda visit: [(p.key, f"{p.name} ({p.key})") for p in projects.visible(visit)],
    "status": _statuses,
    "issuetype": _types,
    "type": _types,
    "priority": lambda visit: _named(p.name for p in visit.state.priorities.values()),
    "resolution": lambda visit: _named(["Unresolved", *(r.name for r in visit.state.resolutions.values())]),
    "labels": _labels,
    "fixversion": _versions,
    "affectedversion": _versions,
    "component": _components,
    "sprint": _sprints,
    **dict.fromkeys(("assignee", "reporter", "creator", "watcher", "voter"), _people),
}


def suggestions(visit: Visit) -> Response:
    """GET jql/autocompletedata/suggestions: values of `fieldName` that begin like `fieldValue`."""
    name, begun = visit.request.arg("fieldName").strip('"').lower(), visit.request.arg("fieldValue").lower()
    offered = _OFFERS[name](visit) if name in _OFFERS else _options(visit, name)
    found = [
        {"value": _quoted(value), "displayName": _marked(shown, begun)}
        for value, shown in offered
        if any(word.startswith(begun) for word in (shown.lower(), value.lower(), *shown.lower().split()))
    ]
    return Response.json({"results": found[:_MOST]})


def _options(visit: Visit, name: str) -> _Offered:
    for field in visit.state.fields.values():
        if name in (field.name.lower(), field.id, f"cf[{field.number}]"):
            return _named(text.rpartition(SEPARATOR)[2] for text in field.options)
    return []


def _quoted(value: str) -> str:
    return value if value.isalnum() else f'"{value}"'


def _marked(shown: str, begun: str) -> str:
    at = shown.lower().find(begun) if begun else -1
    if at < 0:
        return escape(shown)
    end = at + len(begun)
    return f"{escape(shown[:at])}<b>{escape(shown[at:end])}</b>{escape(shown[end:])}"


ROUTES = (("GET", "jql/autocompletedata/suggestions", suggestions),)
