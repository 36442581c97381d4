"""Many issues at once: deleted, edited, moved on, watched. Done when asked, told as a task that is complete."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any

from sandbox.http import Response
from sandbox.jira import verbs
from sandbox.jira.issue import Issue
from sandbox.jira.settings import Task
from sandbox.jira.wire.forms.screens import edit_screen, meta
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import Place
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import draft, transitions
from sandbox.jira.wire.ticket.bulkinput import edit_of

_MOST = 1000
_SELECTED: body.Schema = {"selectedIssueIdsOrKeys": list, "sendBulkNotification": bool}
Deed = Callable[[Issue], None]


def delete(visit: Visit) -> Response:
    """POST bulk/issues/delete, with their sub-tasks."""

    def deed(issue: Issue) -> None:
        _require(visit, issue, "DELETE_ISSUES")
        verbs.delete_issue(visit.state, issue, at=visit.now, by=visit.user.account_id)

    return submit(visit, _selected(body.read(visit, _SELECTED)), deed)


def watch(visit: Visit) -> Response:
    """POST bulk/issues/watch"""
    return submit(visit, _selected(body.read(visit, _SELECTED)), lambda issue: _watch(visit, issue, on=True))


def unwatch(visit: Visit) -> Response:
    """POST bulk/issues/unwatch"""
    return submit(visit, _selected(body.read(visit, _SELECTED)), lambda issue: _watch(visit, issue, on=False))


def _watch(visit: Visit, issue: Issue, *, on: bool) -> None:
    others = tuple(name for name in issue.watchers if name != visit.user.account_id)
    issue.watchers = (*others, visit.user.account_id) if on else others


def editable(visit: Visit) -> Response:
    """GET bulk/issues/fields: those that all the issues have on their edit screens."""
    issues = _visible(visit, visit.names("issueIdsOrKeys"))
    text = visit.request.arg("searchText").lower()
    screens = [edit_screen(visit, issue.project_id, issue.type_id) for issue in issues]
    left_out = ("attachment", "comment", "issuelinks", "parent", "summary", "timetracking", "worklog")
    common = [field for name, field in screens[0].items() if all(name in screen for screen in screens)]
    shown: list[Json] = []
    for field in common:
        if field.id in left_out or text not in field.name.lower():
            continue
        told = meta(visit, issues[0].project_id, field)
        shown.append({"id": field.id, "name": field.name, "type": told["schema"]["type"],
                      "isRequired": told["required"], "fieldOptions": told.get("allowedValues", [])})  # fmt: skip
        if "add" in told["operations"]:
            shown[-1]["multiSelectFieldOptions"] = ["ADD", "REMOVE", "REPLACE", "REMOVE_ALL"]
    return Response.json({"fields": shown})


def edit(visit: Visit) -> Response:
    """POST bulk/issues/fields"""
    given = body.read(visit, {**_SELECTED, "editedFieldsInput": dict, "selectedActions": list})
    wish = edit_of(given.get("editedFieldsInput", {}), given.get("selectedActions", []))

    def deed(issue: Issue) -> None:
        _require(visit, issue, "EDIT_ISSUES")
        screen = edit_screen(visit, issue.project_id, issue.type_id)
        wanted = draft.read(visit, wish, screen, Place(issue.project_id, issue.type_id), issue)
        draft.refuse_errors(wanted)
        draft.apply(visit, issue, wanted)

    return submit(visit, _selected(given), deed)


def offered(visit: Visit) -> Response:
    """GET bulk/issues/transition: the steps of the issues of each workflow, which is one for a project."""
    by_project: dict[int, list[Issue]] = {}
    for issue in _visible(visit, visit.names("issueIdsOrKeys")):
        by_project.setdefault(issue.project_id, []).append(issue)
    shown = []
    for issues in by_project.values():
        everyone = [transitions.offered(visit, issue) for issue in issues]
        steps = [step for step in everyone[0] if all(step in other for other in everyone)]
        shown.append(
            {
                "issues": [issue.key for issue in issues],
                "isTransitionsFiltered": any(len(other) > len(steps) for other in everyone),
                "transitions": [_step(visit, step.id, step.name, step.target_id) for step in steps],
            }
        )
    return Response.json({"availableTransitions": shown})


def _step(visit: Visit, number: int, name: str, target_id: int) -> Json:
    to = {"statusId": target_id, "statusName": visit.state.statuses[target_id].name}
    return {"to": to, "transitionId": number, "transitionName": name}


def transition(visit: Visit) -> Response:
    """POST bulk/issues/transition"""
    given = body.read(visit, {"bulkTransitionInputs": list, "sendBulkNotification": bool})
    step_of = {
        name: entry.get("transitionId")
        for entry in given.get("bulkTransitionInputs", [])
        for name in entry.get("selectedIssueIdsOrKeys", [])
    }

    def deed(issue: Issue) -> None:
        number = step_of.get(issue.key, step_of.get(str(issue.id)))
        transitions.perform(visit, issue, {"transition": {"id": number}})

    return submit(visit, list(step_of), deed)


def progress(visit: Visit, task_id: str) -> Response:
    """GET bulk/queue/{id}, to whoever asked for it."""
    found = visit.state.tasks.get(task_id)
    if found is None or found.by != visit.user.account_id:
        raise Refusal(404, f"The task with id '{task_id}' does not exist.")
    at = int(found.at.timestamp() * 1000)
    told: Json = {
        "taskId": task_id,
        "status": "COMPLETE",
        "progressPercent": 100,
        "submittedBy": {"accountId": found.by},
        "created": at,
        "started": at,
        "updated": at,
        "totalIssueCount": len(found.done) + len(found.failed) + found.unknown,
        "invalidOrInaccessibleIssueCount": found.unknown,
        "processedAccessibleIssues": found.done,
    }
    failed = {str(number): messages for number, messages in found.failed.items()}
    return Response.json(told | ({"failedAccessibleIssues": failed} if failed else {}))


def submit(visit: Visit, names: list[str], deed: Deed) -> Response:
    """Do a deed to each issue; one that refuses it is told in the task, and stops no other."""
    visit.require("BULK_CHANGE", "You do not have permission to make bulk changes.")
    if not 1 <= len(names) <= _MOST:
        raise Refusal(400, f"Between 1 and {_MOST} issues must be selected.")
    number = str(visit.state.next_id("task"))
    task = visit.state.tasks[number] = Task(visit.user.account_id, visit.now)
    for name in dict.fromkeys(names):
        issue = visit.state.issue(str(name))
        if issue is None or not visit.state.can_see(visit.user, issue):
            task.unknown += 1
            continue
        try:
            deed(issue)
            task.done.append(issue.id)
        except Refusal as refusal:
            task.failed[issue.id] = [*refusal.errors["errorMessages"], *refusal.errors["errors"].values()]
    return Response.json({"taskId": number}, 201)


def _selected(given: dict[str, Any]) -> list[str]:
    return [str(name) for name in given.get("selectedIssueIdsOrKeys", [])]


def _visible(visit: Visit, names: Iterable[str]) -> list[Issue]:
    found = (visit.state.issue(name) for name in names)
    issues = [issue for issue in found if issue and visit.state.can_see(visit.user, issue)]
    if not issues:
        raise Refusal(400, "At least one issue that you can see must be named.")
    return issues


def _require(visit: Visit, issue: Issue, permission: str) -> None:
    visit.require(permission, "You do not have permission to do this to the issue.", issue)


def in_bulk_form(handler: Callable[..., Response]) -> Callable[..., Response]:
    """The same, refusing as the bulk operations do: with a list of messages."""

    def handle(visit: Visit, **where: str) -> Response:
        try:
            return handler(visit, **where)
        except Refusal as refusal:
            told = [*refusal.errors["errorMessages"], *refusal.errors["errors"].values()]
            errors = [{"message": message} for message in told]
            return Response.json({"errors": errors}, refusal.response.status)

    return handle


ROUTES = tuple(
    (method, path, in_bulk_form(handler))
    for method, path, handler in (
        ("POST", "bulk/issues/delete", delete),
        ("POST", "bulk/issues/watch", watch),
        ("POST", "bulk/issues/unwatch", unwatch),
        ("GET", "bulk/issues/fields", editable),
        ("POST", "bulk/issues/fields", edit),
        ("GET", "bulk/issues/transition", offered),
        ("POST", "bulk/issues/transition", transition),
        ("GET", "bulk/queue/{task_id}", progress),
    )
)
