"""Issues created, one or up to fifty at once, and the screens that creating asks for."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira import systemfields, verbs
from sandbox.jira.entities import Project
from sandbox.jira.issue import Issue
from sandbox.jira.wire.forms import fielddefaults
from sandbox.jira.wire.forms.screens import create_screen, required
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import BadValue, Place
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import draft, transitions
from sandbox.jira.wire.ticket.fieldinput import system_value

SCHEMA = {
    "fields": dict, "update": dict, "transition": dict, "historyMetadata": dict, "properties": list,
}  # fmt: skip
_MANY = 50


def one(visit: Visit) -> Response:
    """POST issue"""
    issue = _create(visit, body.read(visit, SCHEMA, others=True))
    return Response.json(_created(visit, issue), 201)


def many(visit: Visit) -> Response:
    """POST issue/bulk: what can be created is; the others are told as errors by their place. 400 when none."""
    wanted = body.read(visit, {"issueUpdates": list}, lists={"issueUpdates": dict}).get("issueUpdates", [])
    if not wanted:
        raise Refusal(400, "No issues were provided.")
    if len(wanted) > _MANY:
        raise Refusal(400, f"The number of issues to create exceeds the limit of {_MANY}.")
    created, errors = [], []
    for place, given in enumerate(wanted):
        try:
            created.append(_created(visit, _create(visit, given)))
        except Refusal as refusal:
            status, told = refusal.response.status, refusal.errors
            errors.append({"status": status, "elementErrors": told, "failedElementNumber": place})
    return Response.json({"issues": created, "errors": errors}, 201 if created else 400)


def _created(visit: Visit, issue: Issue) -> Json:
    return {"id": str(issue.id), "key": issue.key, "self": visit.rest(f"issue/{issue.id}")}


def from_fields(visit: Visit, fields: dict[str, Any]) -> Issue:
    """An issue made of nothing but fields."""
    return _create(visit, {"fields": fields})


def _create(visit: Visit, given: dict[str, Any]) -> Issue:
    fields = given.get("fields")
    if not isinstance(fields, dict):
        raise Refusal(400, "one of 'fields' or 'update' required")
    project, type_id = _home(visit, fields)
    place = Place(project.id, type_id)
    screen = create_screen(visit, project.id, type_id)
    wanted = draft.read(visit, given, screen, place, None)
    wanted.values = fielddefaults.values(visit, screen, place) | wanted.values
    _check(visit, wanted, project, type_id)
    draft.refuse_errors(wanted)
    return _build(visit, project, type_id, wanted, given)


def _home(visit: Visit, fields: dict[str, Any]) -> tuple[Project, int]:
    """The project and the issue type, without which no other field can be read."""
    raw = fields.get("project")
    given = (raw.get("id") or raw.get("key")) if isinstance(raw, dict) else None
    project = visit.state.project(str(given)) if given else None
    if project is None or not visit.state.can_see_project(visit.user, project.id):
        raise Refusal(400, fields={"project": "Specify a valid project ID or key"})
    if not visit.may("CREATE_ISSUES", project.id):
        raise Refusal(400, fields={"project": "You do not have permission to create issues in this project."})
    if "issuetype" not in fields:
        cloud = visit.state.site.is_cloud
        missing = "Specify an issue type" if cloud else "issue type is required"
        raise Refusal(400, fields={"issuetype": missing})
    try:
        return project, system_value(visit, Place(project.id), "issuetype", fields["issuetype"])
    except BadValue as refused:
        raise Refusal(400, fields={"issuetype": str(refused)}) from None


def _check(visit: Visit, wanted: draft.Draft, project: Project, type_id: int) -> None:
    """Required fields, and a parent of the level above (sub-tasks need one)."""
    screen = create_screen(visit, project.id, type_id)
    for field_id, known in screen.items():
        if field_id in ("project", "issuetype") or not required(visit, project.id, field_id):
            continue
        if wanted.values.get(field_id) in (None, ()) and field_id not in wanted.errors:
            missing = (
                "You must specify a summary of the issue."
                if field_id == "summary"
                else f"{known.name} is required."
            )
            wanted.errors[field_id] = missing
    level = visit.state.types[type_id].level
    parent = visit.state.issues.get(wanted.values.get("parent") or -1)
    if level < 0 and parent is None and "parent" not in wanted.errors:
        wanted.errors["issuetype"] = "Issue type is a sub-task but parent issue key or id not specified."
    elif parent is not None and visit.state.types[parent.type_id].level != level + 1:
        wanted.errors["parentId"] = "Given parent work item does not belong to appropriate hierarchy."


def _build(visit: Visit, project: Project, type_id: int, wanted: draft.Draft, given: dict[str, Any]) -> Issue:
    state, values, by = visit.state, wanted.values, visit.user.account_id
    tracking = values.pop("timetracking", {})
    epic_link = state.field_of("epic_link")
    linked = values.pop(epic_link.id, None) if epic_link else None
    held = {key: values.pop(key) for key in [*values] if key in state.fields and _plain(visit, key)}
    issue = verbs.create_issue(
        state,
        project.id,
        type_id,
        values.pop("summary"),
        by=by,
        at=visit.now,
        parent_id=values.pop("parent", None) or linked,
        priority_id=int(values.pop("priority", None) or _default_priority(visit)) or None,
        reporter=values.pop("reporter", None),
        assignee=values.pop("assignee", None),
        labels=values.pop("labels", ()),
        values={key: value for key, value in held.items() if value not in (None, ())},
        description=values.pop("description", None),
        original_estimate=tracking.get("timeoriginalestimate"),
        security_id=int(values.pop("security", None) or 0) or None,
    )
    issue.environment, issue.due_on = (
        values.pop("environment", None),
        systemfields.day_of(values.pop("duedate", None)),
    )
    issue.component_ids = values.pop("components", ())
    issue.fix_version_ids = values.pop("fixVersions", ())
    issue.version_ids = values.pop("versions", ())
    issue.remaining_estimate = tracking.get("timeestimate", issue.remaining_estimate)
    issue.watchers = (by,)
    properties = {entry["key"]: entry["value"] for entry in given.get("properties") or []}
    issue.properties = properties or None
    draft.apply(visit, issue, draft.Draft(_beyond(values), wanted.extras))
    if given.get("transition"):
        transitions.perform(visit, issue, {"transition": given["transition"]})
    return issue


def _beyond(values: dict[str, Any]) -> dict[str, Any]:
    """What a new issue can only be given after it exists: its sprint."""
    return {key: value for key, value in values.items() if key != "issuetype" and value is not None}


def _plain(visit: Visit, field_id: str) -> bool:
    return visit.state.fields[field_id].kind not in ("sprint", "epic_link", "parent_link")


def _default_priority(visit: Visit) -> int:
    """Medium where the site has it, else the middle one."""
    known = list(visit.state.priorities.values())
    medium = next((entry.id for entry in known if entry.name == "Medium"), None)
    named = visit.state.default_priority or medium
    return named or (known[len(known) // 2].id if known else 0)


ROUTES = (
    ("POST", "issue", one),
    ("POST", "issue/bulk", many),
)
