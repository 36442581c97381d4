"""What only estimates can come to: turned into invoices that do not show our lines, or alive again after they were
taken back or billed anew. Pure."""

from __future__ import annotations

from collections.abc import Iterator

from model.billing import DocumentState, LinkedTxn
from model.finding import Finding
from model.money import Money, total
from sync.planning.documents import document_name, how_it_stands
from sync.planning.former import standing_again
from sync.planning.views import Account, Head, invoice_key

TAKEN_UP = "estimate.taken_up"


def converted(account: Account) -> Iterator[Finding]:
    """A finding for each estimate that was answered in a way that needs a person."""
    for head in account.heads.values():
        if head.shown is None or head.shown.kind != "estimate":
            continue
        if again := shown_again(account, head):
            yield _taken_up(account, head, again)
        elif head.state is DocumentState.CONVERTED and head.shown.closed and account.on(head.document_key):
            yield from _unfollowed(account, head)


def shown_again(account: Account, head: Head) -> dict[str, Money]:
    """What an estimate that is alive again shows, by charge, of work that the ledger does not count on it, nor on an
    invoice made of it."""
    family = {head.document_key, *(invoice_key(head.document_key, link.id) for link in _links(head))}
    counted = {
        claim.charge_key for claim in account.claims if claim.ended is None and claim.document_key in family
    }
    lines = standing_again(head)
    return {key: line.amount for key, line in lines.items() if key not in counted and line.amount is not None}


def _unfollowed(account: Account, head: Head) -> Iterator[Finding]:
    place, names = document_name(head), _invoices(account, head)
    live = [claim.net for claim in account.on(head.document_key)]
    reason = (
        f"{total(live, live[0].currency)} of {place} is not found on {names}, which was made of it; it counts as"
        " billed, and is not billed again"
    )
    hint = f"Compare {names} with {place}: if it bills the work under other words, nothing is to do."
    if names:
        yield Finding("estimate.unfollowed", place, reason, hint, "finance", head.document_key)


def _taken_up(account: Account, head: Head, again: dict[str, Money]) -> Finding:
    place, names = document_name(head), _invoices(account, head)
    amount = total(list(again.values()), next(iter(again.values())).currency)
    what = f"{names or 'an invoice'} was made of it" if _links(head) else how_it_stands(head)
    elsewhere = {
        claim.document_key for claim in account.claims if claim.ended is None and claim.charge_key in again
    }
    bills = ", ".join(document_name(account.heads[key]) for key in sorted(elsewhere))
    reason = f"{place} was taken back or billed anew, and all the same {what}: {amount} of it counts nowhere"
    if bills:
        reason += f", and its work is on {bills} too"
    hint = "Decide: `same`, it bills the work; else have it rejected, or the invoice made of it voided."
    return Finding(TAKEN_UP, place, reason, hint, "finance", head.document_key)


def _invoices(account: Account, head: Head) -> str:
    found = (account.heads.get(invoice_key(head.document_key, link.id)) for link in _links(head))
    return ", ".join(document_name(each) for each in found if each is not None and each.shown)


def _links(head: Head) -> list[LinkedTxn]:
    return [link for link in head.shown.links if link.kind == "invoice"] if head.shown is not None else []
