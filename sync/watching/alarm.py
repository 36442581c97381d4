"""The alarm: what asks for a person is told once, and once when it is over, in digests that never hold anything up."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Protocol

import structlog

from sync.auditing.published import HeadFile, Unreadable
from sync.installation.watch import CONNECTIONS
from sync.reading.lanes import Lanes
from sync.store import Store
from sync.store.alerts import Alert, Untold
from sync.store.holder import this_process
from sync.watching.watch import RECONCILED

log = structlog.get_logger()

_LEASE = "alerts"
#: What is said of findings, by their code: their own words may quote Jira, and mail is read by anybody.
_SAID: Mapping[str, str] = {
    "write.parked": "A write is parked: nobody can prove whether it happened. `milepost decide` shows the choices.",
    "fuse": "A money fuse tripped: what it watches waits for a person. `milepost decide` shows it.",
    "connection.ending": "this login ends soon or has ended. `milepost doctor` says when and what to do.",
    "connection.lost": "this login is refused, and what needs it waits. `milepost doctor` says what to do.",
    "rules.refused": "An edit of the contract files is refused; the service goes on by the former ones."
    " `milepost check` shows why.",
}


class Door(Protocol):
    """A way to people."""

    def send(self, subject: str, text: str) -> None:
        """Hand one message over; OSError when that fails."""
        ...


class Alarm:
    """Tells people, through every door, at most every `pause`. With several services on a store one of them tells."""

    def __init__(
        self,
        store: Store,
        clock: Callable[[], datetime],
        doors: Sequence[Door],
        pause: timedelta,
        head_file: str = "",
        lanes: Lanes | None = None,
    ) -> None:
        self._store, self._clock, self._doors, self._pause = store, clock, doors, pause
        self._head_file, self._lanes = head_file, lanes or Lanes()
        self._holder = this_process("alerts")
        self._tried_at: datetime | None = None
        self._failing = False

    def look(self) -> None:
        """Keep what stands, and tell what nobody was told of yet. Never raises for trouble with a door."""
        now = self._clock()
        self._store.alerts.keep(_standing(self._store, self._head_file), now)
        waits = self._tried_at is not None and self._tried_at <= now < self._tried_at + self._pause
        if not self._doors or waits or not (untold := self._store.alerts.untold()):
            return
        if self._store.leases.acquire(_LEASE, self._holder, now, self._pause) is not None:
            self._tried_at = now
            self._lanes.run("tell", {"alerts": lambda: self._tell(untold)})

    def _tell(self, untold: Sequence[Untold]) -> None:
        subject, text = _digest(untold)
        reached = False
        for door in self._doors:
            try:
                door.send(subject, text)
                reached = True
            except OSError as error:
                if not self._failing:  # told once: the next digest tries again
                    log.warning("alert.undelivered", door=type(door).__name__, reason=type(error).__name__)
        self._failing = not reached
        if reached:
            self._store.alerts.told(untold, self._clock())


def _standing(store: Store, head_file: str) -> Iterator[Alert]:
    for each in store.journal.findings():
        code = "fuse" if each.finding.code.startswith("fuse.") else each.finding.code
        if code in _SAID:
            # Of a login its subject is the name in config.toml; of anything else it may quote Jira.
            about = f"{each.finding.subject}: " if each.contract == CONNECTIONS else ""
            yield Alert(f"{code}|{each.contract}|{each.finding.ref}", code, about + _SAID[code])
    found = store.signs.last(RECONCILED)
    if found is not None and not found.doc["whole"]:
        text = "Jira, the ledger and QuickBooks do not agree. `milepost reconcile` names each difference."
        yield Alert("reconcile", "reconcile.gap", text)
    if why := _unpublished(store, head_file):
        yield Alert("audit.head", "audit.unpublished", why)


def _unpublished(store: Store, head_file: str) -> str:
    """Why the newest head is not in the file; "" where it is, or nobody wants it."""
    if not head_file:
        return ""
    try:
        newest = HeadFile(Path(head_file)).last()
    except (OSError, Unreadable):
        return "The file of the audit's published heads cannot be read. `milepost doctor` says why."
    head = store.audit.head()
    if head.seq == 0 or newest == (head,):
        return ""
    return "The audit's newest head is not published. `milepost doctor` says why."


def _digest(untold: Sequence[Untold]) -> tuple[str, str]:
    new = [each for each in untold if each.over_at is None]
    over = [each for each in untold if each.over_at is not None]
    parts = [f"{len(new)} new"] if new else []
    parts += [f"{len(over)} over"] if over else []
    lines = [f"- {each.alert.text} (since {each.since_at:%Y-%m-%d %H:%M} UTC)" for each in new]
    lines += [f"- over since {each.over_at:%Y-%m-%d %H:%M} UTC: {each.alert.text}" for each in over]
    return f"Milepost: {', '.join(parts)}", "\n".join(
        [*lines, "", "`milepost status` shows where all work stands."]
    )
