"""What setting a system field does, and how the history tells it."""

from __future__ import annotations

from datetime import date

from sandbox.jira import history
from sandbox.jira.issue import FieldValue, Issue, Item
from sandbox.jira.state import JiraState


def set_system_field(state: JiraState, issue: Issue, field_id: str, value: FieldValue | None) -> Item:
    match field_id, value:
        case "summary", str():
            item = Item("summary", "summary", None, issue.summary, None, value)
            issue.summary = value
        case (("description" | "environment"), str() | None):
            item = Item(field_id, field_id, None, getattr(issue, field_id), None, value)
            setattr(issue, field_id, value)
        case "labels", tuple():
            item = Item("labels", "labels", "", " ".join(issue.labels), "", " ".join(value))
            issue.labels = value
        case "priority", str() | None:
            old = state.priorities.get(issue.priority_id or -1)
            new = state.priorities[int(value)] if value is not None else None
            before, after = (old.id, old.name) if old else None, (new.id, new.name) if new else None
            item = history.named("priority", "priority", before, after)
            issue.priority_id = new.id if new else None
        case "security", str() | None:
            item = history.plain("security", issue.security_id, value, field_id="security")
            issue.security_id = int(value) if value is not None else None
        case (("assignee" | "reporter"), str() | None):
            item = history.person(state, field_id, getattr(issue, field_id), value)
            setattr(issue, field_id, value)
        case "duedate", str() | None:
            item = history.plain("duedate", issue.due_on, value, field_id="duedate")
            issue.due_on = day_of(value)
        case "timeoriginalestimate", int() | None:
            item = history.plain(field_id, issue.original_estimate, value, field_id=field_id)
            issue.original_estimate = value
        case "timeestimate", int() | None:
            item = history.plain(field_id, issue.remaining_estimate, value, field_id=field_id)
            issue.remaining_estimate = value
        case _:
            raise ValueError(f"no verb sets {field_id!r} to {value!r}")
    return item


def day_of(text: str | None) -> date | None:
    """An ISO date, or none."""
    return date.fromisoformat(text) if text else None
