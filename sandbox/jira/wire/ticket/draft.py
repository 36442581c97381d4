"""What a client wants of an issue: `fields` and `update` checked against a screen, then applied at once."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

from sandbox.jira import sprints, verbs
from sandbox.jira.commenting import add_comment, delete_comment, edit_comment
from sandbox.jira.entities import CustomField
from sandbox.jira.issue import Issue
from sandbox.jira.wire.forms.screens import Screen
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import BadValue, Place, rich_text
from sandbox.jira.wire.http.restriction import given_visibility, readable
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket import issuelinks, worklog_writes
from sandbox.jira.wire.ticket.fieldinput import custom_value, system_value

EXTRAS = ("comment", "worklog", "issuelinks")
_MEMBERS = {"components": "component_ids", "fixVersions": "fix_version_ids", "versions": "version_ids"}


@dataclass(slots=True)
class Draft:
    """Checked wishes: values by field id as the state holds them, and deeds on the issue in their order."""

    values: dict[str, Any] = field(default_factory=dict)
    extras: list[Callable[[Issue], object]] = field(default_factory=list)
    errors: dict[str, str] = field(default_factory=dict)


def not_on_screen(field_id: str) -> str:
    """What Jira says of a field that cannot be set."""
    return f"Field '{field_id}' cannot be set. It is not on the appropriate screen, or unknown."


def read(visit: Visit, given: dict[str, Any], screen: Screen, place: Place, issue: Issue | None) -> Draft:
    """The draft of a body with `fields` and `update`; what is wrong with it is in `errors`."""
    draft = Draft()
    fields, update = given.get("fields") or {}, given.get("update") or {}
    for field_id, raw in fields.items():
        if field_id not in screen or field_id in EXTRAS or field_id == "attachment":
            draft.errors[field_id] = not_on_screen(field_id)
        elif field_id != "project":
            _put(visit, draft, screen, place, field_id, raw)
    for field_id, operations in update.items():
        if field_id not in screen or not isinstance(operations, list):
            draft.errors[field_id] = not_on_screen(field_id)
        elif field_id in fields:
            draft.errors[field_id] = f"Field '{field_id}' cannot be in both 'fields' and 'update'."
        else:
            for verb, operand in _operations(draft, field_id, operations):
                _operate(visit, draft, screen, place, issue, (field_id, verb, operand))
    return draft


def _operations(draft: Draft, field_id: str, operations: list[Any]) -> Iterable[tuple[str, Any]]:
    for operation in operations:
        if not isinstance(operation, dict) or len(operation) != 1:
            draft.errors[field_id] = "Operation must be an object with one verb."
        else:
            yield from operation.items()


def _put(visit: Visit, draft: Draft, screen: Screen, place: Place, field_id: str, raw: object) -> None:
    try:
        draft.values[field_id] = _value(visit, screen, place, field_id, raw)
    except BadValue as refused:
        draft.errors[field_id] = str(refused)


def _value(visit: Visit, screen: Screen, place: Place, field_id: str, raw: object) -> Any:
    known = screen[field_id]
    if isinstance(known, CustomField):
        return custom_value(visit, place, known, raw)
    return system_value(visit, place, field_id, raw)


def _operate(
    visit: Visit,
    draft: Draft,
    screen: Screen,
    place: Place,
    issue: Issue | None,
    operation: tuple[str, str, Any],
) -> None:
    field_id, verb, operand = operation
    if field_id in EXTRAS:
        draft.extras.append(_planned(visit, issue, operation))
    elif verb == "set" or (verb == "edit" and field_id == "timetracking"):
        _put(visit, draft, screen, place, field_id, operand)
    elif verb in ("add", "remove"):
        _change_list(visit, draft, screen, place, issue, operation)
    else:
        draft.errors[field_id] = f"Field '{field_id}' does not support the operation '{verb}'."


def _change_list(
    visit: Visit,
    draft: Draft,
    screen: Screen,
    place: Place,
    issue: Issue | None,
    operation: tuple[str, str, Any],
) -> None:
    field_id, verb, operand = operation
    held = draft.values.get(field_id, _held(issue, field_id))
    try:
        entry = _value(visit, screen, place, field_id, [operand])
    except BadValue as refused:
        draft.errors[field_id] = str(refused)
        return
    if not isinstance(entry, tuple):
        draft.errors[field_id] = f"Field '{field_id}' does not support the operation '{verb}'."
        return
    rest = tuple(value for value in held or () if value not in entry)
    draft.values[field_id] = (*rest, *entry) if verb == "add" else rest


def _held(issue: Issue | None, field_id: str) -> Any:
    if issue is None:
        return ()
    if field_id == "labels":
        return issue.labels
    return getattr(issue, _MEMBERS[field_id]) if field_id in _MEMBERS else issue.values.get(field_id, ())


def refuse_errors(draft: Draft) -> None:
    """Answer with the field errors of a draft, if it has any."""
    if draft.errors:
        raise Refusal(400, fields=draft.errors)


def apply(visit: Visit, issue: Issue, draft: Draft) -> None:
    """Make a draft without errors true, as one entry of the history."""
    with visit.state.one_entry():
        for field_id, value in draft.values.items():
            _apply(visit, issue, field_id, value)
        for extra in draft.extras:
            extra(issue)
    if draft.values:
        visit.state.touch(issue, verbs.to_millisecond(visit.now))


def _apply(visit: Visit, issue: Issue, field_id: str, value: Any) -> None:
    state, by, at = visit.state, visit.user.account_id, visit.now
    known = state.fields.get(field_id)
    if field_id in _MEMBERS:
        verbs.set_members(state, issue, field_id, value, by=by, at=at)  # type: ignore[arg-type]  # its keys are these
    elif field_id == "parent" or (known and known.kind in ("epic_link", "parent_link")):
        verbs.set_parent(state, issue, value, by=by, at=at)
    elif field_id == "issuetype":
        verbs.change_type(state, issue, value, by=by, at=at)
    elif field_id == "timetracking":
        for name, seconds in value.items():
            verbs.set_field(state, issue, name, seconds, by=by, at=at)
    elif known and known.kind == "sprint":
        sprints.put_in_sprint(state, issue, state.sprints.get(value), by=by, at=at)
    elif field_id != "resolution":
        verbs.set_field(state, issue, field_id, value, by=by, at=at)


def _planned(visit: Visit, issue: Issue | None, operation: tuple[str, str, Any]) -> Callable[[Issue], object]:
    field_id, verb, operand = operation
    if field_id == "issuelinks":
        return issuelinks.planned(visit, operand)
    if field_id == "worklog":
        return worklog_writes.planned(visit, issue, verb, operand)
    return _planned_comment(visit, issue, verb, operand)


def _planned_comment(visit: Visit, issue: Issue | None, verb: str, operand: Any) -> Callable[[Issue], object]:
    state, by, at = visit.state, visit.user.account_id, visit.now
    if not isinstance(operand, dict):
        raise Refusal(400, fields={"comment": "expected Object"})
    held = readable(visit, issue, issue.comments) if issue else []
    known = next((comment for comment in held if str(comment.id) == str(operand.get("id"))), None)
    if verb != "add" and known is None:
        raise Refusal(400, fields={"comment": "Can not find a comment for the id."})
    if verb == "remove" and known:
        return lambda home: delete_comment(state, home, known, by=by, at=at)
    try:
        text = rich_text(visit, operand.get("body")) or ""
    except BadValue as refused:
        raise Refusal(400, fields={"comment": str(refused)}) from None
    seen_by = given_visibility(visit, issue, operand.get("visibility"), "commentLevel")
    if known:
        return lambda home: edit_comment(state, home, known, text, by=by, at=at, visibility=seen_by)
    return lambda home: add_comment(state, home, text, by=by, at=at, visibility=seen_by)
