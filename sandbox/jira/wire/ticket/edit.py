"""Issues edited, assigned and deleted."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira import verbs
from sandbox.jira.issue import Issue
from sandbox.jira.wire.forms.screens import edit_screen
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import BadValue, Place, person
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import draft, transitions
from sandbox.jira.wire.ticket.create import SCHEMA
from sandbox.jira.wire.ticket.issue import issue_shape, select


def put(visit: Visit, key: str) -> Response:
    """PUT issue/{key}: 204, or with returnIssue=true the issue."""
    issue, given = visit.issue(key), body.read(visit, SCHEMA, others=True)
    if not visit.may("EDIT_ISSUES", issue):
        raise Refusal(403, "You do not have permission to edit issues in this project.")
    if not given.keys() & {"fields", "update", "properties", "transition", "historyMetadata"}:
        raise Refusal(400, "one of 'fields' or 'update' required")
    screen = edit_screen(visit, issue.project_id, issue.type_id)
    wanted = draft.read(visit, given, screen, Place(issue.project_id, issue.type_id), issue)
    _check(visit, issue, wanted)
    draft.refuse_errors(wanted)
    draft.apply(visit, issue, wanted)
    for entry in given.get("properties", []):
        issue.properties = {**(issue.properties or {}), entry["key"]: entry["value"]}
    if "transition" in given:
        transitions.perform(visit, issue, {"transition": given["transition"]})
    if visit.request.arg("returnIssue") == "true":
        return Response.json(issue_shape(visit, issue, select(visit, [], "*all")))
    return Response(204)


def _check(visit: Visit, issue: Issue, wanted: draft.Draft) -> None:
    types, parent = visit.state.types, wanted.values.get("parent")
    level = types[wanted.values.get("issuetype", issue.type_id)].level
    if level != types[issue.type_id].level:
        wanted.errors["issuetype"] = "The issue type selected is invalid."
    if parent is not None and types[visit.state.issues[parent].type_id].level != level + 1:
        wanted.errors["parentId"] = "Given parent work item does not belong to appropriate hierarchy."
    if "parent" in wanted.values and parent is None and level < 0:
        wanted.errors["parent"] = "Sub-tasks must have a parent."
    for field_id in visit.state.projects[issue.project_id].required_fields:
        if field_id in wanted.values and wanted.values[field_id] in (None, ()):
            name = edit_screen(visit, issue.project_id, issue.type_id)[field_id].name
            wanted.errors[field_id] = f"{name} is required."


def delete(visit: Visit, key: str) -> Response:
    """DELETE issue/{key}; one with sub-tasks only together with them."""
    issue, state = visit.issue(key), visit.state
    if not visit.may("DELETE_ISSUES", issue):
        raise Refusal(403, "You do not have permission to delete issues in this project.")
    children = (state.issues[child] for child in state.children.get(issue.id, ()))
    subtasks = any(state.types[child.type_id].level < 0 for child in children)
    if subtasks and visit.request.arg("deleteSubtasks") != "true":
        raise Refusal(
            400,
            f"The issue '{issue.key}' has subtasks. You must specify the 'deleteSubtasks' parameter to delete "
            "this issue and all its subtasks.",
        )
    verbs.delete_issue(state, issue, at=visit.now, by=visit.user.account_id)
    return Response(204)


def assign(visit: Visit, key: str) -> Response:
    """PUT issue/{key}/assignee: an account id, "-1" for the project's default, null for nobody."""
    issue = visit.issue(key)
    given = body.read_raw(visit)
    if not isinstance(given, dict):
        raise Refusal(400, fields={"assignee": "expected Object"})
    visit.require("ASSIGN_ISSUES", "You do not have permission to assign issues.", issue)
    name = "accountId" if visit.state.site.is_cloud else "name"
    if given.get(name) == "-1":
        project = visit.state.projects[issue.project_id]
        chosen = project.lead if project.assignee_type == "PROJECT_LEAD" else None
    else:
        chosen = _assignee(visit, given, name)
    verbs.set_field(visit.state, issue, "assignee", chosen, by=visit.user.account_id, at=visit.now)
    return Response(204)


def _assignee(visit: Visit, given: dict[str, object], name: str) -> str | None:
    try:
        return person(visit, {name: given.get(name)})
    except BadValue as refused:
        raise Refusal(400, fields={"assignee": str(refused)}) from None


ROUTES = (
    ("PUT", "issue/{key}", put),
    ("DELETE", "issue/{key}", delete),
    ("PUT", "issue/{key}/assignee", assign),
)
