"""What only estimates can come to: turned into invoices that do not show our lines, or after they were taken back.
Pure."""

from __future__ import annotations

from collections.abc import Iterator

from model.billing import DocumentState
from model.finding import Finding
from model.money import total
from sync.planning.documents import document_name
from sync.planning.views import Account, Head, invoice_key


def converted(account: Account) -> Iterator[Finding]:
    """A finding for each estimate that became invoices in a way that needs a person."""
    for head in account.heads.values():
        if head.shown is None or head.shown.kind != "estimate" or head.state is not DocumentState.CONVERTED:
            continue
        invoices = [account.heads.get(invoice_key(head.document_key, link.id)) for link in head.shown.links]
        names = ", ".join(document_name(each) for each in invoices if each is not None and each.shown)
        there = [claim for claim in account.claims if claim.document_key == head.document_key]
        live = [claim for claim in there if claim.ended is None]
        if there and all(claim.ended == "withdrawn" for claim in there):
            yield _taken_up(head, names)
        elif live and head.shown.closed and names:
            yield _unfollowed(head, names, f"{total([claim.net for claim in live], head.shown.currency)}")


def _unfollowed(head: Head, names: str, amount: str) -> Finding:
    place = document_name(head)
    reason = (
        f"{amount} of {place} is not found on {names}, which was made of it; it counts as billed, and is not"
        " billed again"
    )
    hint = f"Compare {names} with {place}: if it bills the work under other words, nothing is to do."
    return Finding("estimate.unfollowed", place, reason, hint, "finance", head.document_key)


def _taken_up(head: Head, names: str) -> Finding:
    place = document_name(head)
    reason = f"{place} was taken back, and {names or 'an invoice'} was made of it all the same"
    hint = "Void that invoice, or see that the same work is not billed again: what it bills counts nowhere."
    return Finding("estimate.taken_up", place, reason, hint, "finance", head.document_key)
