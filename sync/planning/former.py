"""Lines on documents of ours that the ledger does not count: moved there by finance, or standing again. Pure."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace

from model.billing import Document, DocumentLine, DocumentState
from sync.planning.observe import ENDED
from sync.planning.views import Head


def free_lines(head: Head) -> Iterator[DocumentLine]:
    """The lines of a living document that bill something and on which no live claim of ours stands. Of an estimate
    that became invoices those show what is billed."""
    if head.shown is not None:
        yield from uncounted(replace(head.shown, state=head.state), head.carrying | head.others)


def uncounted(shown: Document, counted: Collection[str]) -> Iterator[DocumentLine]:
    """The lines of a living document that bill something, but for those with the ids `counted`."""
    over = shown.state in ENDED or shown.state is DocumentState.CONVERTED
    if shown.kind != "credit_memo" and not over:
        yield from (line for line in shown.lines if line.amount and line.id not in counted)


def standing_again(head: Head) -> dict[str, DocumentLine]:
    """The lines, by charge, of an estimate that is alive again, on which nothing of ours counts any more: taken back
    or billed anew elsewhere before the client or finance took it up."""
    shown = head.shown
    if shown is None or shown.kind != "estimate" or head.state in ENDED:
        return {}
    lines = {line.id: line for line in shown.lines if line.amount}
    return {key: lines[id_] for key, id_ in head.former.items() if id_ in lines}
