"""Lines on documents of ours that the ledger does not count: moved there by finance, or standing again. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from model.billing import DocumentLine, DocumentState
from sync.planning.observe import ENDED
from sync.planning.views import Head


def free_lines(head: Head) -> Iterator[DocumentLine]:
    """The lines of a living document that bill something and on which no live claim of ours stands. Of an estimate
    that became invoices those show what is billed."""
    shown = head.shown
    if shown is None or shown.kind == "credit_memo" or head.state in ENDED:
        return
    if head.state is not DocumentState.CONVERTED:
        yield from (line for line in shown.lines if line.amount and line.id not in head.carrying)


def standing_again(head: Head) -> dict[str, DocumentLine]:
    """The lines, by charge, of an estimate that is alive again, on which nothing of ours counts any more: taken back
    or billed anew elsewhere before the client or finance took it up."""
    shown = head.shown
    if shown is None or shown.kind != "estimate" or head.state in ENDED:
        return {}
    lines = {line.id: line for line in shown.lines if line.amount}
    return {key: lines[id_] for key, id_ in head.former.items() if id_ in lines}
