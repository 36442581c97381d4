"""An issue and what it carries: its history, worklogs and remote links."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime

from sandbox.jira.parts import Attachment, Comment

FieldValue = str | float | tuple[str, ...]


@dataclass(slots=True, frozen=True)
class Item:
    """One changed field of a history. `field_id` is None where Jira leaves `fieldId` out."""

    field: str
    field_id: str | None
    old: str | None
    old_text: str | None
    new: str | None
    new_text: str | None
    custom: bool = False


@dataclass(slots=True, frozen=True)
class History:
    """One entry of an issue's changelog."""

    id: int
    at: datetime
    author: str
    items: tuple[Item, ...]


@dataclass(slots=True)
class Worklog:
    """Time worked. `started_at` is the day it was worked, `created_at` when it was written down."""

    id: int
    author: str
    started_at: datetime
    seconds: int
    created_at: datetime
    updated_at: datetime
    comment: str = ""
    update_author: str = ""
    visibility: dict[str, object] | None = None
    properties: dict[str, object] | None = None


@dataclass(slots=True)
class RemoteLink:
    """A link to something outside; `global_id` makes a second post an update."""

    id: int
    global_id: str | None
    body: dict[str, object]


@dataclass(slots=True)
class Issue:
    """An issue. `id` never changes; `key` and `project_id` do when it moves.

    `values` holds non-empty custom fields by field id. `sprint_ids` keeps past sprints and at most one
    that is open. Durations are seconds. `histories` are oldest first.
    """

    id: int
    key: str
    project_id: int
    type_id: int
    status_id: int
    summary: str
    creator: str
    reporter: str | None
    created_at: datetime
    updated_at: datetime
    category_changed_at: datetime
    number: int
    description: str | None = None
    resolution_id: int | None = None
    resolved_at: datetime | None = None
    priority_id: int | None = None
    assignee: str | None = None
    parent_id: int | None = None
    labels: tuple[str, ...] = ()
    component_ids: tuple[int, ...] = ()
    fix_version_ids: tuple[int, ...] = ()
    sprint_ids: tuple[int, ...] = ()
    due_on: date | None = None
    original_estimate: int | None = None
    remaining_estimate: int | None = None
    time_spent: int | None = None
    security_id: int | None = None
    values: dict[str, FieldValue] = field(default_factory=dict)
    histories: list[History] = field(default_factory=list)
    worklogs: list[Worklog] = field(default_factory=list)
    properties: dict[str, object] | None = None
    remote_links: list[RemoteLink] | None = None
    environment: str | None = None
    version_ids: tuple[int, ...] = ()
    comments: list[Comment] | None = None
    attachments: list[Attachment] | None = None
    watchers: tuple[str, ...] = ()
    voters: tuple[str, ...] = ()

    @property
    def first_rank(self) -> str:
        """Where an issue ranks until somebody drags it: behind all older ones."""
        return f"0|i{self.id:05x}:"
