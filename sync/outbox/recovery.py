"""What a look at QuickBooks says about a write whose outcome is unknown. Reads only; decides, never sends."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from connectors.ports import Books, Trace
from model.billing import Document, DocumentLine, DocumentState, DraftLine, InvoiceDraft, called
from sync.planning.actions import Action, LineChange
from sync.planning.intent import Job
from sync.planning.matching import Wanted, matched, take
from sync.planning.observe import is_taken_back

#: No service promises to remember a request id longer; what is still unknown then goes to a person.
_PROVABLE = timedelta(hours=12)
_LOOK_AGAIN = timedelta(seconds=15)
_THERE_OR_NOT = (
    "Look in QuickBooks. Decide: `adopt` with its number if it is there; if not, `resend` or `abandon`."
)


@dataclass(frozen=True, slots=True)
class Adopt:
    """It happened: this is the document. `untouched` says that nobody but us ever changed it, `answered` that it is
    what QuickBooks answered to our write, before anybody could touch it again."""

    shown: Document
    untouched: bool
    answered: bool = False


@dataclass(frozen=True, slots=True)
class Again:
    """It did not happen and cannot happen any more: the same bytes may go out once more."""


@dataclass(frozen=True, slots=True)
class Wait:
    """It may still be under way: look again then."""

    until: datetime


@dataclass(frozen=True, slots=True)
class Park:
    """Nobody can prove whether it happened: a person decides."""

    problem: str
    hint: str


@dataclass(frozen=True, slots=True)
class Drop:
    """The books moved first: planning looks again."""

    reason: str


Sight = Adopt | Again | Wait | Park | Drop


def look(job: Job, books: Books, known: frozenset[str], now: datetime) -> Sight:
    """Look for the effect of a write. `known`: ids of our other documents. Raises what reading raises."""
    if job.action.draft is not None:
        return _look_for_new(job, books, known, now)
    return _look_at(job, books, now)


def trace_of(job: Job, known: frozenset[str]) -> Trace | None:
    """By what the new document of `job` is found; None where none was sent yet."""
    draft = job.action.draft
    if draft is None or job.first_sent_at is None:
        return None
    texts = tuple(line.text for line in draft.lines)
    return Trace(job.marker, draft.client, draft.total, texts, job.first_sent_at, known, job.kind)


def _look_for_new(job: Job, books: Books, known: frozenset[str], now: datetime) -> Sight:
    trace = trace_of(job, known)
    if trace is None:
        return Again()
    if trace.since > now:
        return Park(
            f"its outcome is unknown, and this machine's clock was ahead ({trace.since:%Y-%m-%d %H:%M} UTC)"
            " when it was sent",
            f"Nobody can tell since when to look. {_THERE_OR_NOT}",
        )
    seen = books.look_for(trace)
    if seen.found:
        first = min(seen.found, key=lambda document: (len(document.external_id), document.external_id))
        return Adopt(first, untouched=_as_written(job.action, first))
    what = called(job.kind)
    if seen.suspects:
        names = ", ".join(document.number or document.external_id for document in seen.suspects)
        return Park(
            f"its outcome is unknown, and {what} {names} looks like it but lacks its marker {job.marker}",
            f"Decide: `adopt` with its number if it is ours (or put {job.marker} back into its private note); if not,"
            " `resend` ours or `abandon` it.",
        )
    if seen.vanished:
        return Park(
            f"its outcome is unknown, and one {what} was made and deleted in QuickBooks meanwhile",
            "Nobody can tell any more whether it was ours. Decide: `abandon` if it was, `resend` if not.",
        )
    return _unseen(job, now)


def _look_at(job: Job, books: Books, now: datetime) -> Sight:
    shown = books.read(job.action.external_id or "", job.kind)
    base = job.generation.base_version if job.generation else None
    if _as_wanted(job.action, shown):
        alone = shown.state is DocumentState.DRAFT and _follows(shown.version, base)
        return Adopt(shown, untouched=alone and not job.action.edited)
    if shown.version != base and not _as_before(job.action, shown):
        return Park(
            "its outcome is unknown, and somebody changed the same lines in QuickBooks meanwhile",
            "Decide: `adopt` if our change is in what it shows now; if not, `resend` or `abandon` it.",
        )
    if shown.version != base:
        return Drop("it changed in QuickBooks while our write was under way")
    return _unseen(job, now)


def _unseen(job: Job, now: datetime) -> Sight:
    """Nothing of it is there: wait until it cannot come any more, then send again, but not for ever."""
    if job.settled_after_at is not None and now < job.settled_after_at:
        return Wait(min(job.settled_after_at, now + _LOOK_AGAIN))
    if job.first_sent_at is not None and now - job.first_sent_at > _PROVABLE:
        return Park(
            f"its outcome is unknown since {job.first_sent_at:%Y-%m-%d %H:%M} UTC, too long to be proved",
            _THERE_OR_NOT,
        )
    return Again()


def _as_written(action: Action, shown: Document) -> bool:
    """Whether a found document is exactly what we sent, at its first version."""
    draft = action.draft
    if draft is None or shown.state is not DocumentState.DRAFT or shown.version != "0":
        return False
    ours = [(line.amount, line.text) for line in draft.lines]
    return ours == [(line.amount, line.text) for line in shown.lines]


def _follows(version: str, base: str | None) -> bool:
    """Whether `version` is the very next one: nobody wrote after us."""
    return base is not None and base.isdigit() and version == str(int(base) + 1)


def _as_wanted(action: Action, shown: Document) -> bool:
    """Whether an update or a withdrawal is visibly in effect, whatever finance did since."""
    if action.kind == "withdraw":
        return is_taken_back(shown)
    lines = {line.id: line for line in shown.lines}
    changed = all(
        (line := lines.get(change.line_id)) is not None and _shows(line, change) for change in action.changes
    )
    new = _new_lines(action, shown)
    added = all(take(new, _wanted(line), same_amount=True) for line in action.additions)
    return changed and added and not any(each.line_id in lines for each in action.removals)


def _shows(line: DocumentLine, change: LineChange) -> bool:
    """Whether a line shows our change: its new amount tells, whatever finance made of the text since."""
    told = line.text == change.line.text or change.line.amount != change.before
    return line.amount == change.line.amount and told


def _as_before(action: Action, shown: Document) -> bool:
    """Whether our lines visibly stand as before an update: then whatever moved the document, it was not ours."""
    lines = {line.id: line for line in shown.lines}
    waiting = all(
        (line := lines.get(change.line_id)) is None or line.amount == change.before
        for change in action.changes
    )
    new = _new_lines(action, shown)
    return waiting and not any(take(new, _wanted(line), same_amount=True) for line in action.additions)


def match_lines(action: Action, shown: Document) -> dict[str, str]:
    """Which of the document's line ids carries which of our charges; "" for one that is not there."""
    known = {change.line.charge_key: change.line_id for change in action.changes}
    if action.draft is None:
        return known | matched([_wanted(line) for line in action.additions], _new_lines(action, shown))
    found = matched([_wanted(line) for line in action.draft.lines], shown.lines)
    return found | dict(_made_over(action.draft, shown, found))


def _made_over(draft: InvoiceDraft, shown: Document, found: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    """Lines whose words finance changed before we saw them, and their amount or their day too: under the id that
    QuickBooks gives the lines of a new document by their order, and one of the two is still as we wrote it."""
    free = {line.id: line for line in shown.lines if line.id not in found.values()}
    for id_, line in enumerate(draft.lines, 1):
        there = free.get(str(id_))
        if found[line.charge_key] or there is None:
            continue
        if there.service_on == line.service_on or there.amount == line.amount:
            yield line.charge_key, there.id


def _new_lines(action: Action, shown: Document) -> list[DocumentLine]:
    """The lines that were not there when the action was planned."""
    return [line for line in shown.lines if line.id not in action.lines_before]


def _wanted(line: DraftLine) -> Wanted[str]:
    return Wanted(line.charge_key, line.text, line.amount)
