"""What the search index knows: ids in order of their last change, and documents it has not caught up with."""

from __future__ import annotations

import copy
from bisect import bisect_left
from datetime import datetime, timedelta

from sandbox.jira.issue import Issue


class TimeOrder:
    """Ids by the time they last changed. Loading in any order is cheap; it is sorted when first asked."""

    __slots__ = ("_at", "_log")

    def __init__(self) -> None:
        self._at: dict[int, datetime] = {}
        self._log: list[tuple[datetime, int]] | None = []

    def touch(self, identity: int, at: datetime) -> None:
        """Note that `identity` changed at `at`."""
        self._at[identity] = at
        if self._log is None or (self._log and at < self._log[-1][0]):
            self._log = None
        else:
            self._log.append((at, identity))

    def drop(self, identity: int) -> None:
        """Forget `identity`."""
        self._at.pop(identity, None)

    def since(self, at: datetime) -> list[int]:
        """Ids that changed at or after `at`, oldest change first."""
        return [identity for identity, _ in self.entries_since(at)]

    def entries_since(self, at: datetime) -> list[tuple[int, datetime]]:
        """Ids with the moment of their last change, of those that changed at or after `at`, oldest first."""
        if self._log is None or len(self._log) > 2 * len(self._at) + 1000:
            self._log = sorted((moment, identity) for identity, moment in self._at.items())
        start = bisect_left(self._log, at, key=lambda entry: entry[0])
        fresh = {
            identity: moment for moment, identity in self._log[start:] if self._at.get(identity) == moment
        }
        return list(fresh.items())


class IndexLag:
    """The state of issues as an index that lags behind still shows it.

    While `delay` is positive each change leaves the issue's document as it was before; `view` answers
    with that document until the delay has passed. No delay costs nothing.
    """

    __slots__ = ("_before", "delay")

    def __init__(self) -> None:
        self.delay = timedelta(0)
        self._before: dict[int, list[tuple[datetime, Issue | None]]] = {}

    def remember(self, issue_id: int, issue: Issue | None, at: datetime) -> None:
        """Keep what the index shows of an issue about to change at `at`; None when it does not exist yet."""
        if self.delay:
            document = _frozen(issue) if issue is not None else None
            self._before.setdefault(issue_id, []).append((at, document))

    def pending(self, now: datetime) -> set[int]:
        """Ids whose document in the index is not the present one."""
        for issue_id, changes in list(self._before.items()):
            changes[:] = [change for change in changes if change[0] + self.delay > now]
            if not changes:
                del self._before[issue_id]
        return set(self._before)

    def view(self, issue_id: int, present: Issue | None) -> Issue | None:
        """The document as the index has it; `pending` must have been asked for this moment before."""
        changes = self._before.get(issue_id)
        return changes[0][1] if changes else present


def _frozen(issue: Issue) -> Issue:
    document = copy.copy(issue)
    document.values = dict(issue.values)
    document.histories = list(issue.histories)
    document.worklogs = list(issue.worklogs)
    return document
