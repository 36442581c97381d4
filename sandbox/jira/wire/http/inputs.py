"""Plain values as clients send them, read one by one; what does not fit is refused."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Protocol

from sandbox.jira.durations import seconds_of
from sandbox.jira.richtext import BadDocument, from_document
from sandbox.jira.wire.http.visit import Visit

SEPARATOR = "\x1f"  # between the parent and the child of a cascading option


class BadValue(ValueError):
    """A value the field refuses; the text is Jira's for that field."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where an issue is or will be: what components, versions and types may be named there."""

    project_id: int
    type_id: int | None = None


class Named(Protocol):
    @property
    def id(self) -> int: ...
    @property
    def name(self) -> str: ...


def rich_text(visit: Visit, raw: object) -> str | None:
    """Wiki text in version 2, a document in version 3."""
    if raw is None or (visit.version == "2" and isinstance(raw, str)):
        return raw or None
    if visit.version == "2":
        raise BadValue("Operation value must be a string")
    try:
        return from_document(raw)
    except BadDocument:
        raise BadValue(
            "Operation value must be an Atlassian Document (see the Atlassian Document Format)"
        ) from None


def string(raw: object) -> str | None:
    """A text; an empty one is none."""
    if raw is not None and not isinstance(raw, str):
        raise BadValue("Operation value must be a string")
    return raw or None


def summary(raw: object) -> str:
    """A summary: one line of at most 255 characters."""
    text = string(raw)
    if not text or not text.strip():
        raise BadValue("You must specify a summary of the issue.")
    if "\n" in text or "\r" in text:
        raise BadValue("The summary is invalid because it contains newline characters.")
    if len(text) > 255:
        raise BadValue("Summary can't exceed 255 characters.")
    return text.strip()


def labels(raw: object) -> tuple[str, ...]:
    """Labels, each without spaces."""
    for label in (found := array(raw)):
        if not isinstance(label, str):
            raise BadValue("Operation value must be a string")
        if re.search(r"\s", label):
            raise BadValue(f"The label '{label}' contains spaces which is invalid.")
    return tuple(dict.fromkeys(found))


def day(raw: object) -> str | None:
    """A date, YYYY-MM-DD."""
    text = string(raw)
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise BadValue(f"Error parsing date string: {text}") from None


def moment(raw: object) -> datetime:
    """A date and time with its offset, as Jira writes them or in ISO 8601."""
    try:
        found = datetime.fromisoformat(str(raw))
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise BadValue(f"Error parsing time: {raw}")
    return found


def number(raw: object) -> float | None:
    """A number."""
    if raw is None or (isinstance(raw, (int, float)) and not isinstance(raw, bool)):
        return None if raw is None else float(raw)
    raise BadValue("Operation value must be a number")


def duration(raw: object, title: str) -> int | None:
    """A duration in seconds."""
    text = string(str(raw) if isinstance(raw, int) else raw)
    seconds = seconds_of(text) if text else None
    if text and seconds is None:
        raise BadValue(f"'{raw}' is not a valid time duration for {title}.")
    return seconds


def person(visit: Visit, raw: object) -> str | None:
    """A user given by account id; in Data Center by name. Empty is nobody."""
    key = "accountId" if visit.state.site.is_cloud else "name"
    if raw is None or raw == {}:
        return None
    if not isinstance(raw, dict):
        raise BadValue("expected Object")
    given = raw.get(key, raw.get("id"))
    if given in (None, ""):
        return None
    found = visit.find_user(str(given))
    if found is None:
        raise BadValue(f"User '{given}' does not exist.")
    return found.account_id


def named(title: str, raw: object, entries: Iterable[Named]) -> int:
    """One entry given as {"id": …} or {"name": …}."""
    if not isinstance(raw, dict) or not (raw.keys() & {"id", "name"}):
        raise BadValue(f"Specify the {title} (id or name) in the string format")
    for entry in entries:
        if str(entry.id) == str(raw.get("id")) or ("id" not in raw and entry.name == raw.get("name")):
            return entry.id
    which = "id" if "id" in raw else "name"
    raise BadValue(f"{title} {which} '{raw[which]}' is not valid")


def array(raw: object) -> list[Any]:
    if raw is None:
        return []
    if not isinstance(raw, list):
        raise BadValue("data was not an array")
    return raw
