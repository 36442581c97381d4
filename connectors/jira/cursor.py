"""Where a tracker's walks stand, as opaque text: stored by the caller together with the issues it follows."""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime

import msgspec

from connectors.jira.feeds import BLIND
from connectors.ports import Scope
from model.work import TrackerCatalogue

_VERSION = 1


class Walk(msgspec.Struct, omit_defaults=True):
    """A reading of whole projects under way: their ids, the page being read, the last id handed out.

    `started` is the service's time at its beginning, epoch ms: what changes later is seen by the next walk.
    """

    projects: list[str]
    started: int
    token: str | None = None
    after: str | None = None


class Cursor(msgspec.Struct):
    """What is known up to `at` (the service's clock, epoch ms) of `projects`, for one `scope` digest.

    `seen` holds, for the time that the next walk looks at again, each issue handed out with its `updated`, and
    `told` each worklog that was dealt with. Deleted worklogs were told of up to `gone_at`, whatever the scope was;
    None before the first reading of time.
    """

    scope: str
    at: int
    projects: list[str]
    seen: dict[str, int]
    walk: Walk | None = None
    told: dict[str, int] = {}
    gone_at: int | None = None
    version: int = _VERSION

    @classmethod
    def read(cls, text: str | None, scope: str) -> Cursor:
        """The cursor in `text`; a fresh one when there is none, or it is of another scope or version.

        What was stored under another scope stays stored, so deletions in between must be told of later.
        """
        fresh = cls(scope=scope, at=0, projects=[], seen={})
        if text is None:
            return fresh
        try:
            found = msgspec.json.decode(text, type=cls)
        except (msgspec.DecodeError, UnicodeDecodeError):
            return fresh
        if found.version != _VERSION:
            return fresh
        if found.scope != scope:
            fresh.gone_at = found.gone_at
            return fresh
        return found

    def text(self) -> str:
        """The opaque form."""
        return msgspec.json.encode(self).decode()

    def move(self, at: int, overlap: int) -> None:
        """Stand at `at`, and forget what the next walk will not look at again (both ms)."""
        self.at = at
        self.seen = {identity: updated for identity, updated in self.seen.items() if updated >= at - overlap}
        first = at - overlap - BLIND
        self.told = {identity: updated for identity, updated in self.told.items() if updated >= first}


def scope_digest(scope: Scope, catalogue: TrackerCatalogue) -> str:
    """What makes another scope of issues: the project keys, the fields read of each, and whose time is read.

    Boards do not count: they choose sprints, not issues.
    """
    fields = sorted(info.id for info in catalogue.fields)
    parts = (sorted(set(scope.projects)), fields, sorted(catalogue.timed))
    return hashlib.sha256(msgspec.json.encode(parts)).hexdigest()[:16]


def milliseconds(at: datetime) -> int:
    """Epoch milliseconds of an aware time, rounded down."""
    return (at - datetime(1970, 1, 1, tzinfo=UTC)) // _MILLISECOND


_MILLISECOND = datetime.resolution * 1000
