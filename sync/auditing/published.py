"""The audit's head kept outside the store: a file that only grows, so that nobody can rewrite or shorten the chain
unseen, and so that a store put back from an older copy knows that it is older.

A line is `<seq> <hash> <when>`. Keep the file where who can write the store cannot (another account, another machine,
write-once storage).
"""

from __future__ import annotations

import os
import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import structlog

from sync.chain import Head, stamp
from sync.store import Store
from sync.store.failing import StoreFailed

log = structlog.get_logger()

_TAIL = 200  # bytes, in which the longest line has room
_LINE = re.compile(r"(\d{1,18}) ([0-9a-f]{64}) \S+")


class Unreadable(Exception):
    """The file is not one of heads. Names the line and what to do."""


@dataclass(frozen=True, slots=True)
class HeadFile:
    """The file of published heads at `path`; it need not be there yet."""

    path: Path

    def heads(self) -> tuple[Head, ...]:
        """All published heads, oldest first. Raises Unreadable."""
        if not self.path.exists():
            return ()
        return tuple(self._head(number, line) for number, line in enumerate(self._lines(), 1))

    def last(self) -> tuple[Head, ...]:
        """The newest alone, or nothing: what a tick needs of a file that grows for years. Raises Unreadable."""
        if not self.path.exists():
            return ()
        with self.path.open("rb") as file:
            file.seek(max(0, self.path.stat().st_size - _TAIL))
            lines = file.read().decode("ascii", "replace").splitlines()
        return tuple(self._head("the last line", line) for line in lines[-1:])

    def publish(self, store: Store, now: datetime) -> Head | None:
        """Add the head where it moved since the last line; None where it did not, and where the store lacks what was
        published: an older copy must not pass for the newest. Raises Unreadable, OSError."""
        known, head = self.last(), store.audit.head()
        if known == (head,) or head.seq == 0 or behind(store, known):
            return None
        descriptor = os.open(self.path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            os.write(descriptor, f"{head.seq} {head.hash} {stamp(now)}\n".encode())
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        return head

    def set_aside(self, now: datetime) -> Path:
        """Begin a new file and keep this one under a name with the moment: after a store was put back."""
        kept = self.path.with_name(f"{self.path.name}.until-{now:%Y%m%dT%H%M%S}")
        self.path.rename(kept)
        return kept

    def _lines(self) -> list[str]:
        return self.path.read_text("ascii", "replace").splitlines()

    def _head(self, number: int | str, line: str) -> Head:
        found = _LINE.fullmatch(line)
        if found is None:
            raise Unreadable(
                f"{self.path}:{number} is no published head: put back the line as it was, or name another"
                " file in [audit] head_file"
            )
        return Head(int(found[1]), found[2])


def keep_published(path: str, store: Store, now: datetime) -> None:
    """Publish the head to the file at `path`, "" for nowhere. A failure is logged: it must not end what was done."""
    if not path:
        return
    try:
        HeadFile(Path(path)).publish(store, now)
    except (OSError, Unreadable, StoreFailed) as error:
        log.warning("audit.unpublished", file=path, reason=str(error), hint="nothing written is affected")


def behind(store: Store, published: tuple[Head, ...]) -> str:
    """Why a store cannot be the newest of its ledger: it lacks what was published. "" when it has all of it."""
    if not published:
        return ""
    newest, head = published[-1], store.audit.head()
    if newest.seq > head.seq:
        return f"entry {newest.seq} of its audit was published, and it ends at {head.seq}"
    entry = next(store.audit.entries(newest.seq - 1))
    if entry.hash != newest.hash:
        return f"entry {newest.seq} of its audit was published as another"
    return ""
