"""What the audit alone says of one document: who planned it, what left, what came back, what finance did, who decided.

Reads nothing but entries, of a store or of an export: what cannot be told from them cannot be proved by them.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from mappings.words.numbers import factors
from mappings.words.text import inert
from model.billing import Document
from model.money import Money
from sync.chain import Entry
from sync.planning.actions import Action
from sync.store.codec import decode

_ERASED = "(its text was erased)"


@dataclass(frozen=True, slots=True)
class Told:
    """One thing that happened, by the entry that says so."""

    seq: int
    at: datetime
    actor: str
    what: str
    details: tuple[str, ...] = ()


@dataclass(slots=True)
class Story:
    """All that is told of one document, in order, and the names it had."""

    document: str
    contract: str
    names: set[str] = field(default_factory=set)
    charges: set[str] = field(default_factory=set)
    told: list[Told] = field(default_factory=list)


def stories(entries: Iterable[Entry], name: str) -> list[Story]:
    """The story of each document with that key, number or id in QuickBooks."""
    found: dict[str, Story] = {}
    rules: dict[str, Entry] = {}
    decided: list[Entry] = []
    for entry in entries:
        match entry.said.action:
            case "rules.recorded":
                rules[entry.said.doc["row"]["version"]] = entry
            case "decision.made":
                decided.append(entry)
            case action if action in _TELLING and entry.said.subject:
                key = entry.said.subject
                story = found.setdefault(key, Story(key, entry.said.contract, {key.casefold()}))
                story.told.append(_TELLING[action](entry, story))
    wanted = name.strip().casefold()
    chosen = [story for story in found.values() if wanted in story.names]
    for story in chosen:
        about = (each for each in decided if _is_about(each, story))
        story.told = sorted(
            [*map(_decided, about), *_rules_of(story, rules), *story.told], key=lambda one: one.seq
        )
    return chosen


def _planned(entry: Entry, story: Story) -> Told:
    doc = entry.said.doc
    story.charges |= {step["charge"] for step in doc["steps"]}
    action = None if entry.said.private is None else decode(entry.said.private, Action)
    details = [_step(step, action) for step in doc["steps"]]
    details += [f"takes {charge} off it" for charge in doc["removed"]]
    reason = _ERASED if action is None else inert(action.reason)
    return _told(entry, f"planned to {doc['kind']} it in plan {doc['plan'][:12]}: {reason}", details)


def _step(step: Mapping[str, Any], action: Action | None) -> str:
    amount = Money(step["amount"], step["currency"])
    line = (
        None
        if action is None
        else next((each for each in action.lines if each.charge_key == step["charge"]), None)
    )
    how = "" if line is None else f" = {factors(line.quantity, line.unit_price, line.amount.currency)}"
    how += "" if line is None else f", {inert(line.text)!r}"
    seen = ", ".join(
        f"{name} #{number} {digest}" for name, (number, digest) in sorted(step["inputs"].items())
    )
    by = f"rule {step['rule']!r} version {step['version']}"
    return f"{step['charge']} {amount}{how}, by {by}" + (f", from {seen}" if seen else "")


def _sent(entry: Entry, _story: Story) -> Told:
    doc = entry.said.doc
    what = f"try {doc['attempt']} leaves under request id {doc['request_id']}, bytes {doc['body'][:12]}"
    return _told(entry, what)


def _outcome(what: str) -> Callable[[Entry, Story], Told]:
    def tell(entry: Entry, _story: Story) -> Told:
        said = entry.said
        why = f": {inert(said.private)}" if said.private else ""
        return _told(entry, f"the write {what}{why}")

    return tell


def _seen(entry: Entry, story: Story) -> Told:
    row = entry.said.doc["row"]
    by = {"answer": "QuickBooks answered", "date": "time passed"}.get(row["source"], "QuickBooks showed")
    if entry.said.private is None:
        return _told(entry, f"{by}: {row['state']}, version {row['version']} {_ERASED}")
    shown = decode(json.loads(entry.said.private)["doc"], Document)
    story.names |= {name.casefold() for name in (shown.external_id, shown.number) if name}
    what = f"{by}: {shown.kind.replace('_', ' ')} {shown.number or shown.external_id}, {row['state']}"
    lines = [f"{inert(line.text)!r} {line.amount}" for line in shown.lines if line.amount is not None]
    return _told(entry, f"{what}, version {row['version']}, total {shown.total}", lines)


def _claimed(entry: Entry, story: Story) -> Told:
    row = entry.said.doc["row"]
    story.charges.add(row["charge_key"])
    amount = Money(row["amount"], row["currency"])
    return _told(entry, f"{amount} of {row['charge_key']} count as billed on it ({row['origin']})")


def _ended(entry: Entry, _story: Story) -> Told:
    row = entry.said.doc["row"]
    reason = "" if entry.said.private is None else f": {inert(json.loads(entry.said.private)['reason'])}"
    return _told(entry, f"{row['charge_key']} is {row['ended']}{reason}")


def _reduced(entry: Entry, _story: Story) -> Told:
    row = entry.said.doc["row"]
    return _told(entry, f"{Money(row['amount'], row['currency'])} of {row['charge_key']} are let go on it")


def _revived(entry: Entry, _story: Story) -> Told:
    return _told(entry, f"{entry.said.doc['row']['charge_key']} may be billed again")


def _decided(entry: Entry) -> Told:
    row = entry.said.doc["row"]
    why = _ERASED if entry.said.private is None else inert(json.loads(entry.said.private)["why"])
    return _told(entry, f"decided {row['choice']!r} on {row['subject']}: {why}")


def _is_about(entry: Entry, story: Story) -> bool:
    """Whether a decision names the document or one of its charges, itself or in what it was made on."""
    if entry.said.contract != story.contract:
        return False
    text = f"{entry.said.subject} {entry.said.private or ''}"
    return any(name in text for name in (story.document, *story.charges))


def _rules_of(story: Story, rules: Mapping[str, Entry]) -> Iterator[Told]:
    """Where each rule version that the story names was recorded."""
    named = " ".join(detail for each in story.told for detail in each.details)
    for version, entry in rules.items():
        if f"version {version}" in named:
            file = (
                "" if entry.said.private is None else f" from {inert(json.loads(entry.said.private)['file'])}"
            )
            yield _told(entry, f"rules of {entry.said.contract} recorded as version {version}{file}")


def _told(entry: Entry, what: str, details: Iterable[str] = ()) -> Told:
    return Told(entry.seq, entry.said.at, entry.said.actor, what, tuple(details))


_TELLING: Mapping[str, Callable[[Entry, Story], Told]] = {
    "write.planned": _planned,
    "write.sending": _sent,
    "write.done": _outcome("is settled"),
    "write.refused": _outcome("was refused"),
    "write.dropped": _outcome("was given up"),
    "write.unknown": _outcome("has no known outcome"),
    "write.todo": _outcome("waits"),
    "write.absent": _outcome("had no effect"),
    "write.parked": _outcome("waits for a person"),
    "document.seen": _seen,
    "claim.recorded": _claimed,
    "claim.ended": _ended,
    "claim.reduced": _reduced,
    "claim.revived": _revived,
}
