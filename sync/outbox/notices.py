"""Putting notices on one site: what is due within a run's allowance, each by one request that may be repeated."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta

import structlog

from connectors.errors import ConnectorError, Rejected, Transient, Unauthorized
from connectors.ports import Noticeboard, Posted
from sync.planning.notices import link_of, record_of
from sync.store import Store
from sync.store.notices import Due

log = structlog.get_logger()

_ALLOWANCE = (
    300  # requests to a site in one run: well under Jira's 50 changes a second, and a tick stays short
)
_AT_ONCE = 50
_LEASE = timedelta(minutes=2)


@dataclass(slots=True)
class Posting:
    """What one run did on one site. `waiting` notices are left to the next run; `trouble` says what stopped it."""

    put: int = 0
    taken_away: int = 0
    denied: int = 0
    refused: int = 0
    waiting: int = 0
    trouble: list[ConnectorError] = field(default_factory=list)


def lease_of(site: str) -> str:
    """The name of the lease under which notices of a site are decided on and put there."""
    return f"notices:{site}"


class Poster:
    """Works off what is due on one site (its immutable id) while it holds the site's lease."""

    def __init__(
        self, store: Store, board: Noticeboard, site: str, holder: str, clock: Callable[[], datetime]
    ) -> None:
        self._store, self._board, self._site = store, board, site
        self._holder, self._clock = holder, clock
        self.result = Posting()

    def enter(self) -> bool:
        """Take the site's lease, or keep it. False while another process has it: that one does the work."""
        name = lease_of(self._site)
        return self._store.leases.acquire(name, self._holder, self._clock(), _LEASE) is not None

    def leave(self) -> None:
        """Give the lease back."""
        self._store.leases.release(lease_of(self._site), self._holder, self._clock())

    def work(self, denied_before: datetime) -> None:
        """Put there what is due. What was denied or refused before `denied_before` is tried again.

        A passing failure ends this run: the next one begins with the others.
        """
        left, goes_on = _ALLOWANCE, True
        while left > 0 and goes_on and self.enter():
            some = self._store.notices.take(self._site, min(left, _AT_ONCE), denied_before)
            goes_on = bool(some) and self._all(some)
            left -= len(some)
        self.result.waiting = self._store.notices.backlog(self._site).get("waiting", 0)

    def _all(self, some: Sequence[Due]) -> bool:
        """Handle some; False when the site is better left alone for now."""
        denied: set[tuple[str, str]] = set()
        for due in some:
            if (due.project, due.place) in denied:
                continue  # it was denied with the first of its project
            try:
                posted = self._post(due)
            except (Transient, Unauthorized) as error:
                self._store.notices.put_off(due)
                self.result.trouble.append(error)
                return False
            except Rejected as error:
                self.result.refused += 1
                self._store.notices.failed(due, "refused", error.reason, self._clock())
                continue
            if posted == "denied":
                denied.add((due.project, due.place))
            self._note(due, posted)
        return True

    def _post(self, due: Due) -> Posted:
        if due.place == "link":
            if due.text is None:
                return self._board.unlink(due.issue_id, due.name)
            return self._board.link(due.issue_id, link_of(due.text))
        if due.text is None:
            return self._board.unmark(due.issue_id, due.name)
        return self._board.mark(due.issue_id, due.name, record_of(due.text, self._clock()))

    def _note(self, due: Due, posted: Posted) -> None:
        if posted == "denied":
            self.result.denied += 1
            self._store.notices.failed(due, "denied", "", self._clock())
            log.warning("notice.denied", contract=due.contract, project=due.project, place=due.place)
            return
        if due.text is not None and posted == "gone":
            self._store.notices.unseen(due, self._clock())
            log.info(
                "notice.unseen", contract=due.contract, issue=due.issue_id, hint="tried again now and then"
            )
            return
        self._store.notices.done(due)
        if due.text is None:
            self.result.taken_away += 1
        else:
            self.result.put += 1
