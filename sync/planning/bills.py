"""What a charge bills on a document: anew, as the line there would become, or by the difference. Pure."""

from __future__ import annotations

from collections.abc import Mapping

from mappings.compose import Piece, whole
from mappings.contract.rules import Contract
from mappings.money.retained import withheld_kinds
from mappings.progress.claimed import PAYABLE, REDUCING, kind_of
from mappings.progress.verdict import Verdict
from model.billing import Charge
from model.money import Money, total
from sync.planning.ledger import Standing
from sync.planning.raised import raised_lines
from sync.planning.views import Head
from sync.planning.wants import Bill


def first_bill(verdict: Verdict, now: Standing) -> Bill | None:
    """All of a charge that nothing bills any more, and what credit memos gave back beyond what they corrected; None
    where no line can stand for it."""
    charge = verdict.charge
    if charge is None or not _is_billable(charge, now.delta(charge.entitled)):
        return None
    return change(verdict, charge, now, {}) if now.settled else Bill(whole(charge), verdict.reason)


def updated(verdict: Verdict, charge: Charge, now: Standing, head: Head) -> Bill | None:
    """The line of a charge on `head` as it would become; None where no line can stand for it."""
    on_it = now.on(head.document_key)
    amount = on_it.claimed + now.delta(charge.entitled)
    if verdict.charge_key not in head.line_ids or not _is_billable(charge, amount):
        return None
    earlier = now.off(head.document_key)
    share = None if charge.share is None else charge.share - (now.share or 0) + (on_it.share or 0)
    piece = Piece(charge, amount, share, earlier or None)
    before = Piece(charge, on_it.claimed, on_it.share)
    return Bill(piece, f"{verdict.reason}; billed so far {now.claimed}", head, before)


def change(verdict: Verdict, charge: Charge, now: Standing, heads: Mapping[str, Head]) -> Bill:
    """The difference to what stands on documents that are not ours to write any more."""
    share = None if charge.share is None else charge.share - (now.share or 0)
    raised = raised_lines(charge.key, now, heads)
    more = total([each.more for each in raised], now.claimed.currency)
    piece = Piece(charge, now.delta(charge.entitled), share, now.settled, more or None)
    return Bill(piece, f"{verdict.reason}; billed so far {now.claimed}")


def items_of(charge: Charge, contract: Contract) -> dict[str, str]:
    """The items that billing a charge uses, with the kind each is for: its own and those of what rides along."""
    used: dict[str, str] = {charge.item: charge.kind}
    kind, deposit = kind_of(charge.key), contract.deposit
    if kind in withheld_kinds(contract) and contract.retainage is not None:
        used[contract.retainage.item] = "retainage"
    if kind in PAYABLE and deposit is not None and deposit.draw is not None:
        used[deposit.item] = "draw"
    return used


def _is_billable(charge: Charge, amount: Money) -> bool:
    """Whether a line of `amount` may stand for it: a change order and a late reduction may take something off."""
    return amount.minor > 0 or (amount.minor < 0 and kind_of(charge.key) in REDUCING)
