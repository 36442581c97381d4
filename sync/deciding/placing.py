"""What finance made or merged, by name: the line that a credit memo of theirs gives back, the client that went into
another."""

from __future__ import annotations

from collections.abc import Mapping

from model.billing import Claim
from model.money import Money, total
from sync.deciding.choices import Matter
from sync.deciding.refusals import Moved, Undecidable
from sync.engine import Engine
from sync.planning.alike import net
from sync.planning.documents import document_name
from sync.planning.observe import ENDED
from sync.planning.views import Head
from sync.store.credits import Placement


def placing(matter: Matter, named: str) -> Placement:
    """The credit memo of `matter` upon the line that a person names: "1001", where that invoice bills one, or "1001/2"
    for its second line. Undecidable when it is no invoice of the contract's to the same client, has no such line, or
    less is left of that than the memo gives back."""
    memo = matter.account.heads[matter.finding.ref]
    number, _, line = named.partition("/")
    claim = _claim(matter, _invoice(matter, memo, number), line)
    left, back = _left(matter, claim), net(memo.shown) if memo.shown is not None else None
    if back is None or not memo.shown or not memo.shown.lines:
        raise Moved(["the credit memo gives nothing back any more"])
    if back > left:
        raise Undecidable(f"{document_name(memo)} gives {back} back, and {left} is left of that line")
    lines = tuple(each.id for each in memo.shown.lines if each.amount)
    if len(lines) > 1:
        raise Undecidable(
            f"{document_name(memo)} has several lines: name the invoice in its memo, the work in each"
        )
    return Placement(claim.charge_key, claim.payer, claim.document_key, memo.document_key, back, lines[0])


def following(engine: Engine, matter: Matter) -> Mapping[str, str]:
    """Which client went into which: the detail of a decision to follow."""
    head = matter.head
    if head is None or head.shown is None or not head.is_moved:
        raise Moved(["it is with its client again"])
    clients = engine.companies[matter.contract.company].books.catalogue().clients
    if head.shown.client_id not in {each.id for each in clients}:
        raise Undecidable("the client that has it now is not active in QuickBooks")
    payer = matter.now.live[-1].payer
    name = matter.contract.payer(payer).client
    return {"from": head.client_id, "to": head.shown.client_id, "name": name}


def _invoice(matter: Matter, memo: Head, number: str) -> Head:
    for head in matter.account.heads.values():
        shown = head.shown
        if shown is None or shown.kind != "invoice" or head.state in ENDED:
            continue
        if number in (shown.number, shown.external_id) and memo.shown is not None:
            if shown.client_id != memo.shown.client_id:
                raise Undecidable(f"{document_name(head)} is not for the client of {document_name(memo)}")
            return head
    raise Undecidable(f"no invoice of contract {matter.contract.id} is called {number}")


def _claim(matter: Matter, head: Head, line: str) -> Claim:
    """What the named line of an invoice bills."""
    there = [claim for claim in matter.account.on(head.document_key) if not claim.is_credit]
    shown = head.shown.lines if head.shown is not None else ()
    if line.isdigit() and 0 < int(line) <= len(shown):
        wanted = shown[int(line) - 1].id
        there = [claim for claim in there if claim.line_id == wanted]
    elif line:
        there = []
    if len(there) != 1:
        which = "no line of ours" if not there else "more than one: name it, as in 1001/2"
        raise Undecidable(f"{document_name(head)} has {which}")
    return there[0]


def _left(matter: Matter, claim: Claim) -> Money:
    """What is left of a line after all that was given back of it."""
    name = (claim.charge_key, claim.payer, claim.document_key)
    back = [
        each.net
        for each in matter.account.claims
        if each.is_credit and each.ended is None and (each.charge_key, each.payer, each.corrects) == name
    ]
    return claim.net + total(back, claim.amount.currency)
