"""What happened on the site, as listeners hear it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sandbox.jira.issue import History, Issue


@dataclass(frozen=True, slots=True)
class Event:
    """Something that happened on the site, as webhooks tell it. `subject` is what it happened to."""

    name: str
    at: datetime
    by: str
    subject: object
    issue: Issue | None = None
    history: History | None = None
