"""Which fields a person may fill in, and what the create, edit and transition screens say of each."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from sandbox.jira.entities import CustomField
from sandbox.jira.wire.forms.fieldlist import SYSTEM_FIELDS, SystemField, schema_of
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.inputs import SEPARATOR
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_SYSTEM = {field.id: field for field in SYSTEM_FIELDS}
_BOTH = (
    "summary", "issuetype", "parent", "description", "environment", "priority", "labels", "components",
    "fixVersions", "versions", "assignee", "reporter", "duedate", "security", "timetracking", "issuelinks",
    "attachment",
)  # fmt: skip
CREATED = ("project", *_BOTH)
"""The system fields a new issue may have."""
_EDIT = (*_BOTH, "comment", "worklog")
_BY_PERMISSION = {
    "assignee": "ASSIGN_ISSUES",
    "reporter": "MODIFY_REPORTER",
    "duedate": "SCHEDULE_ISSUES",
    "security": "SET_ISSUE_SECURITY",
    "issuelinks": "LINK_ISSUES",
}
_LISTS = frozenset(("array",))
_SPECIAL = {
    "comment": ["add", "edit", "remove"],
    "worklog": ["add", "edit", "remove"],
    "issuelinks": ["add", "copy"],
    "attachment": ["set", "copy"],
    "timetracking": ["set", "edit"],
}
ScreenField = SystemField | CustomField
Screen = dict[str, ScreenField]


def create_screen(visit: Visit, project_id: int, type_id: int | None) -> Screen:
    """The fields of a new issue, by id."""
    return _screen(visit, CREATED, project_id, type_id)


def edit_screen(visit: Visit, project_id: int, type_id: int | None) -> Screen:
    """The fields of an existing issue, by id."""
    return _screen(visit, _EDIT, project_id, type_id)


def transition_screen(names: Iterable[str]) -> Screen:
    """The fields of a transition; a comment and a worklog may always come along."""
    return {name: _SYSTEM[name] for name in (*names, "comment", "worklog")}


def site_fields(visit: Visit) -> Screen:
    """Every field that a screen may hold, by id."""
    custom: Screen = {field.id: field for field in visit.state.fields.values() if field.project_id is None}
    return {
        name: known for name, known in _SYSTEM.items() if known.orderable or known.id == "project"
    } | custom


def _screen(visit: Visit, names: Iterable[str], project_id: int, type_id: int | None) -> Screen:
    granted = (
        name for name in names if name not in _BY_PERMISSION or visit.may(_BY_PERMISSION[name], project_id)
    )
    found: Screen = {name: _SYSTEM[name] for name in granted}
    for field in visit.state.fields.values():
        if field.kind not in ("rank", "parent_link") and field.applies(project_id, type_id):
            found[field.id] = field
    return found


def required(visit: Visit, project_id: int, field_id: str) -> bool:
    """Whether issues of a project must have the field."""
    always = field_id in ("summary", "issuetype", "project")
    return always or field_id in visit.state.projects[project_id].required_fields


def meta(visit: Visit, project_id: int, field: ScreenField, *, must: bool | None = None) -> Json:
    """What a screen says of one field."""
    schema = schema_of(field)
    shape: Json = {
        "required": required(visit, project_id, field.id) if must is None else must,
        "schema": schema,
        "name": field.name,
        "key": field.id,
        "operations": _operations(field, str(schema["type"])),
    }
    allowed = _allowed(visit, project_id, field)
    return shape if allowed is None else shape | {"allowedValues": allowed}


def create_meta(visit: Visit, project_id: int, field: ScreenField) -> Json:
    """What the create screen says of one field, with its id and whether it fills itself."""
    shape = meta(visit, project_id, field)
    filled = field.id in ("priority", "reporter") or (
        isinstance(field, CustomField) and any(context.default for context in field.contexts)
    )
    return shape | {"hasDefaultValue": filled, "fieldId": field.id}


def _operations(field: ScreenField, kind: str) -> list[str]:
    if field.id in _SPECIAL:
        return _SPECIAL[field.id]
    sprint = isinstance(field, CustomField) and field.kind == "sprint"
    return ["add", "set", "remove"] if kind in _LISTS and not sprint else ["set"]


def _allowed(visit: Visit, project_id: int, field: ScreenField) -> list[Json] | None:
    if isinstance(field, CustomField):
        return _options(visit, field)
    lister = _ALLOWED.get(field.id)
    return None if lister is None else lister(visit, project_id)


def _versions(visit: Visit, project_id: int) -> list[Json]:
    own = (entry for entry in visit.state.versions.values() if entry.project_id == project_id)
    return [shapes.version(visit, entry) for entry in own]


def _components(visit: Visit, project_id: int) -> list[Json]:
    own = (entry for entry in visit.state.components.values() if entry.project_id == project_id)
    return [shapes.component(visit, entry) for entry in own]


def _security(visit: Visit, _project_id: int) -> list[Json]:
    levels = visit.state.security_levels.values()
    usable = (level for level in levels if level.id in visit.user.security_levels)
    return [shapes.security_level(visit, level) for level in usable]


_ALLOWED: dict[str, Callable[[Visit, int], list[Json]]] = {
    "project": lambda visit, number: [shapes.project(visit, visit.state.projects[number])],
    "issuetype": lambda visit, number: [shapes.issue_type(visit, t) for t in visit.state.types_of(number)],
    "priority": lambda visit, _: [shapes.priority(visit, p) for p in visit.state.priorities.values()],
    "resolution": lambda visit, _: [shapes.resolution(visit, r) for r in visit.state.resolutions.values()],
    "components": _components,
    "fixVersions": _versions,
    "versions": _versions,
    "security": _security,
}


def _options(visit: Visit, field: CustomField) -> list[Json] | None:
    if field.kind not in ("option", "options", "cascading"):
        return None
    parents: dict[str, Json] = {}
    for text, identity in field.options.items():
        name, _, child = text.partition(SEPARATOR)
        if identity in field.disabled_options or (child and name not in parents):
            continue
        shape: Json = {
            "self": visit.rest(f"customFieldOption/{identity}"),
            "value": child or name,
            "id": str(identity),
        }
        if child:
            parents[name].setdefault("children", []).append(shape)
        else:
            parents[text] = shape
    return list(parents.values())
