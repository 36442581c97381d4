"""What a notification of a service names. Nothing else of it is read, and nothing of it is believed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Heard:
    """One thing that is said to have changed.

    `key` is the same for a repeat; `place` the company's realm, "" where the address tells it; `kind` in our words
    ("issue", "sprint", "version", "invoice", "estimate", "credit_memo", "payment", "other"); `id` as the service
    counts; `at` aware UTC, None where it does not say.
    """

    key: str
    place: str
    kind: str
    id: str
    at: datetime | None


class Unreadable(Exception):
    """A signed notification that is not of the shape on record."""
