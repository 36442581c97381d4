"""Whether a line of ours on a document that finance edited may be written, and how. Pure."""

from __future__ import annotations

from dataclasses import dataclass, replace

from mappings.compose import line_of
from mappings.contract.rules import Contract
from model.billing import DocumentState, DraftLine
from sync.planning.merge import Conflict, Face, merge_line
from sync.planning.table import Verb
from sync.planning.views import Head
from sync.planning.wants import Bill


@dataclass(frozen=True, slots=True)
class Merging:
    """`bill` is what may be written on the edited document; None: nothing may, by `conflicts` or because the
    document is not ours to write any more."""

    bill: Bill | None
    conflicts: tuple[Conflict, ...] = ()

    def verb(self, *, up: bool) -> Verb:
        """What becomes of it: the line is updated, the difference goes on the next draft (`up`), or people decide."""
        if self.bill is not None:
            return Verb.UPDATE
        return Verb.CHANGE if up else Verb.FIND


def merging(bill: Bill | None, head: Head, contract: Contract) -> Merging:
    """What of `bill` may go onto `head`: all of it where finance left our line alone, nothing where both changed
    the same field, or finance its figures or its day: an amount beside theirs is a line of its own. Outside the review
    window, in closed books, for another client, and where nobody knows what we wrote, nothing is written."""
    ours = head.writable and not head.closed and not head.is_moved
    ready = head.state is DocumentState.EDITED and ours and head.shown is not None
    if bill is None or head.shown is None or not ready:
        return Merging(None)
    key = bill.piece.charge.key
    written = head.written.get(key)
    shown = next((line for line in head.shown.lines if line.id == head.line_ids.get(key)), None)
    if written is None or shown is None:
        return Merging(None)
    desired = line_of(contract, bill.piece)
    merged = merge_line(written, shown, desired)
    theirs = merged.kept - {"text"}
    if merged.conflicts or theirs:
        return Merging(None, merged.conflicts)
    return Merging(replace(bill, line=_worded(desired, merged.face)) if merged.kept else bill)


def _worded(line: DraftLine, face: Face) -> DraftLine:
    """`line` in finance's words."""
    return replace(line, text=face.text or "")
