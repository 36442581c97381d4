"""The audit's chain: entries whose hashes each cover the one before, and what a break in them looks like. Pure.

An entry's text about people and work (titles, reasons, bodies) stands beside the chain under a salt of its own: the
chain holds its digest alone, so that a text may be erased by law and the chain still holds.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

START = "0" * 64  #: what the first entry says of the one before it


@dataclass(frozen=True, slots=True)
class Said:
    """What an entry says before it has a place in the chain.

    `action` is `noun.verb_past`; `subject` a document, a charge or another name; `doc` holds str, int, bool, None,
    lists and dicts. `private` is text that may be erased; None: there is none.
    """

    at: datetime
    actor: str
    action: str
    contract: str
    subject: str
    doc: Mapping[str, Any]
    private: str | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry in its place. `sealed` is the digest of its salted private text, "" when it never had any; `salt` and
    `private` are None once erased."""

    seq: int
    said: Said
    sealed: str
    salt: str | None
    previous: str
    hash: str


@dataclass(frozen=True, slots=True)
class Head:
    """The newest entry of a chain at some moment: publish it, and nothing up to it can be rewritten unseen."""

    seq: int
    hash: str


@dataclass(frozen=True, slots=True)
class Break:
    """The first entry that does not hold, and why."""

    seq: int
    reason: str


EMPTY = Head(0, START)


def canonical(value: object) -> str:
    """One text for one value: keys sorted, no spaces, ASCII."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), allow_nan=False)


def stamp(at: datetime) -> str:
    """A moment as the chain spells it: UTC, to the microsecond."""
    return at.astimezone(UTC).isoformat(timespec="microseconds").replace("+00:00", "Z")


def linked(said: Said, before: Head, salt: str) -> Entry:
    """`said` as the next entry. `salt` is fresh and random: without it short texts could be guessed from the chain."""
    sealed = "" if said.private is None else seal(said.private, salt)
    kept = None if said.private is None else salt
    seq = before.seq + 1
    return Entry(seq, said, sealed, kept, before.hash, _hash(seq, said, sealed, before.hash))


def seal(private: str, salt: str) -> str:
    """The digest that stands in the chain for a text beside it."""
    return hashlib.sha256(f"{salt}:{private}".encode()).hexdigest()


def head_of(entry: Entry) -> Head:
    """The chain's head once `entry` is its last."""
    return Head(entry.seq, entry.hash)


def walk(
    entries: Iterable[Entry], published: Iterable[Head] = (), before: Head = EMPTY
) -> Iterator[Entry | Break]:
    """Each entry that holds, in order; ends with the first Break. `published` are heads kept elsewhere: the chain
    must still contain them. `before` is the head that the entries follow."""
    due = sorted(published, key=lambda each: each.seq)
    for entry in entries:
        if reason := _fault(entry, before):
            yield Break(entry.seq if reason.startswith("its") else before.seq + 1, reason)
            return
        before = head_of(entry)
        while due and due[0].seq <= before.seq:
            head = due.pop(0)
            if head.seq == before.seq and head.hash != before.hash:
                yield Break(
                    before.seq, f"its hash was published as {head.hash[:12]}…, it is {before.hash[:12]}… now"
                )
                return
        yield entry
    if due:
        missing = f"entries up to {due[-1].seq} were published, and the chain ends at {before.seq}"
        yield Break(before.seq + 1, missing)


def _fault(entry: Entry, before: Head) -> str:
    """Why an entry cannot follow `before`; "" when it does. Those that begin with "its" are about the entry itself."""
    if entry.seq != before.seq + 1:
        return f"entry {before.seq + 1} is missing: {entry.seq} follows {before.seq}"
    if entry.previous != before.hash:
        return "its link to the entry before does not hold: that one, or this, was rewritten"
    if entry.hash != _hash(entry.seq, entry.said, entry.sealed, entry.previous):
        return "its content was changed: it does not give its hash"
    if entry.salt is not None and seal(entry.said.private or "", entry.salt) != entry.sealed:
        return "its private text was changed"
    return ""


def _hash(seq: int, said: Said, sealed: str, previous: str) -> str:
    covered = {
        "seq": seq,
        "at": stamp(said.at),
        "actor": said.actor,
        "action": said.action,
        "contract": said.contract,
        "subject": said.subject,
        "doc": said.doc,
        "sealed": sealed,
        "previous": previous,
    }
    return hashlib.sha256(canonical(covered).encode()).hexdigest()
