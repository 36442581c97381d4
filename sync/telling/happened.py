"""What happened to a document of ours, in order: our writes, what finance did, what people decided. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise

from mappings.words.text import inert, listed
from model.billing import Document, DocumentState
from model.decision import Decision
from sync.store.trail import Shown, Written
from sync.telling.fields import FINANCE, OURS, Legible


@dataclass(frozen=True, slots=True)
class Happened:
    """`who` ("milepost", "finance" or the person who decided) did `what`; of finance `at` is when it was noticed."""

    at: datetime
    who: str
    what: str


def history(
    written: Iterable[Written], seen: Sequence[Shown], decided: Iterable[Happened], legible: Legible
) -> tuple[Happened, ...]:
    """All of it, oldest first."""
    every = (*_ours(written), *_theirs(seen, legible), *decided)
    return tuple(sorted(every, key=lambda one: one.at))


def decisions_on(
    document_key: str, charges: Collection[str], names: Mapping[str, str], decisions: Iterable[Decision]
) -> Iterator[Happened]:
    """What people decided about a document, or about the work on it (`names` by charge) without naming another."""
    for made in decisions:
        about = {made.detail.get("document", ""), *made.detail.get("documents", ())} - {""}
        freed = {write.rpartition("@")[0] for write in made.detail.get("writes", ())}
        if document_key in about | freed | {made.subject} or (made.subject in charges and not about):
            name = names.get(made.subject, "")
            answers = " ".join(part for part in (made.code, name and f"of {name}") if part)
            yield Happened(made.decided_at, made.who, f"decided {made.choice} ({answers}): {made.why}")


def _ours(written: Iterable[Written]) -> Iterator[Happened]:
    for each in written:
        outcome = "" if each.state == "done" else f" ({each.state})"
        what = (
            f"{each.action.kind} of {each.action.amount}{outcome}, plan {each.digest}: {each.action.reason}"
        )
        yield Happened(each.at, OURS, what)


def _theirs(seen: Sequence[Shown], legible: Legible) -> Iterator[Happened]:
    """What differs between two sightings that no answer to our own write explains."""
    for before, after in pairwise(seen):
        if after.source == "answer":
            continue
        told = list(_differences(before.document, after.document, legible))
        if told:
            yield Happened(after.at, FINANCE, "; ".join(told))


def _differences(before: Document, after: Document, legible: Legible) -> Iterator[str]:
    if after.state is not before.state:
        yield f"{before.state.value} → {after.state.value}"
    if after.state is DocumentState.DELETED:
        return
    old, new = ({line.id: line for line in each.lines} for each in (before, after))
    for id_, line in new.items():
        was = old.get(id_)
        if was is None:
            yield f"added {inert(line.text)!r} of {line.amount}"
            continue
        if was.amount != line.amount:
            yield f"{inert(line.text)!r}: {was.amount} → {line.amount}"
        if was.text != line.text:
            yield f"text {inert(was.text)!r} → {inert(line.text)!r}"
    yield from (f"took out {inert(line.text)!r}" for id_, line in old.items() if id_ not in new)
    yield from _retyped(legible(before), legible(after), set(old) & set(new))


def _retyped(
    before: Mapping[tuple[str, str], str], after: Mapping[tuple[str, str], str], lines: set[str]
) -> Iterator[str]:
    """Other fields that were typed: by their names, for their values may be long or private."""
    moved = [place for place in before.keys() | after.keys() if before.get(place) != after.get(place)]
    told = {name for line, name in moved if not line or (line in lines and name not in ("text", "amount"))}
    if told:
        yield f"changed {listed(sorted(map(inert, told)), 8)}"
