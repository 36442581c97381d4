"""A noticeboard in memory: the reference for what the port `Noticeboard` means, and a stand-in in tests."""

from __future__ import annotations

from collections.abc import Mapping
from copy import deepcopy

from connectors.errors import ConnectorError
from connectors.ports import Posted, WebLink


class MemoryNoticeboard:
    """Holds what stands on the issues of one site. `issues` are the ids of those that the login sees, `closed`
    of those on which it may put nothing. Set `failure` to let every verb raise it. `requests` counts them."""

    def __init__(self, *issues: str) -> None:
        self.issues = set(issues)
        self.closed: set[str] = set()
        self.failure: ConnectorError | None = None
        self.requests = 0
        self.marks: dict[str, dict[str, Mapping[str, object]]] = {}
        self.links: dict[str, dict[str, WebLink]] = {}

    def mark(self, issue_id: str, name: str, value: Mapping[str, object]) -> Posted:
        """See `Noticeboard`."""
        if (met := self._meet(issue_id)) == "done":
            self.marks.setdefault(issue_id, {})[name] = deepcopy(value)
        return met

    def unmark(self, issue_id: str, name: str) -> Posted:
        """See `Noticeboard`."""
        if (met := self._meet(issue_id)) == "done":
            met = "gone" if self.marks.get(issue_id, {}).pop(name, None) is None else "done"
        return met

    def link(self, issue_id: str, link: WebLink) -> Posted:
        """See `Noticeboard`."""
        if (met := self._meet(issue_id)) == "done":
            self.links.setdefault(issue_id, {})[link.name] = link
        return met

    def unlink(self, issue_id: str, name: str) -> Posted:
        """See `Noticeboard`."""
        if (met := self._meet(issue_id)) == "done":
            met = "gone" if self.links.get(issue_id, {}).pop(name, None) is None else "done"
        return met

    def _meet(self, issue_id: str) -> Posted:
        self.requests += 1
        if self.failure is not None:
            raise self.failure
        if issue_id not in self.issues:
            return "gone"
        return "denied" if issue_id in self.closed else "done"
