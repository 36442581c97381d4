"""Why work is billed or not, as steps a person can follow, computed from its verdict and claims."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from mappings.contract.orders import ChangeOrder
from mappings.contract.rules import Contract
from mappings.contract.triggers import OnDay, words
from mappings.money.changing import agreement, title_of
from mappings.money.time_price import hours_in_words
from mappings.progress.claimed import settled
from mappings.progress.owed import not_owed
from mappings.progress.verdict import Verdict
from model.billing import Claim, Leaf
from model.money import Money, total


@dataclass(frozen=True, slots=True)
class Explanation:
    """`steps` in reading order; `change` is the smallest change that would bill it, "" when it is due. `changes` are
    its parts in order, and `left` what is in the way after them."""

    title: str
    outcome: str
    code: str
    steps: tuple[str, ...]
    change: str
    changes: tuple[str, ...] = ()
    left: str = ""


_ENDED = {"withdrawn": "taken back by Milepost", "declined": "ended by finance"}


def explain(verdict: Verdict, claims: Iterable[Claim]) -> Explanation:
    """The explanation of one verdict with the claims on its charge (others are passed over)."""
    own = [claim for claim in claims if claim.charge_key == verdict.charge_key]
    return Explanation(
        title=verdict.title,
        outcome=verdict.outcome,
        code=verdict.code,
        steps=(*_rule(verdict), *_closing(verdict), *_money(verdict, own), *_notices(verdict)),
        change="" if verdict.outcome == "due" else verdict.hint or f"correct the rule in {verdict.source}",
    )


def explain_order(contract: Contract, order: ChangeOrder, since: datetime | None) -> Explanation:
    """The explanation of a change order for what remains, in force `since` then (None: not yet). It is no charge: the
    percentages that are billed after it bill it."""
    written = f"change order {order.id!r} ({contract.file}:{order.line}, version {contract.version})"
    spread = "it changes what the percents that are not billed by then come to, and is billed by them alone"
    if since is not None:
        now = f"in force since {since:%Y-%m-%d %H:%M} UTC: {spread}"
        return Explanation(title_of(order), "in force", "due", (written, agreement(order), now), "")
    awaited = words(order.when or OnDay(order.on))
    waits = f"open (change.waiting): in force {awaited}; {spread}"
    change = f"it comes into force {awaited}"
    return Explanation(title_of(order), "open", "change.waiting", (written, agreement(order), waits), change)


def _rule(verdict: Verdict) -> Iterable[str]:
    if verdict.rule:
        yield f"rule {verdict.rule!r} ({verdict.source}, version {verdict.rule_version})"
    elif verdict.clauses:
        yield "no rule reaches it; the nearest asks:"
    for clause in verdict.clauses:
        yield f"  {'holds' if clause.holds else 'FAILS'}: {clause.text} (it is {clause.saw})"


def _closing(verdict: Verdict) -> Iterable[str]:
    if verdict.closed_at is not None:
        yield f"closed at {verdict.closed_at:%Y-%m-%d %H:%M} UTC"
    if verdict.outcome != "due":
        yield f"{verdict.outcome} ({verdict.code}): {verdict.reason}"
        if verdict.amount is not None:
            yield f"it would be {verdict.amount}"


def _money(verdict: Verdict, claims: list[Claim]) -> Iterable[str]:
    charge = verdict.charge
    if charge is not None:
        yield f"amount: {charge.arithmetic}"
        if charge.leaves:
            yield f"issues: {', '.join(_counted(charge.leaves))}"
    for claim in claims:
        ended = ", ended by finance, to be billed again by decision" if claim.revived else ""
        ended = f", {_ENDED[claim.ended]}" if claim.ended and not claim.revived else ended
        waived = f", of which finance let go {claim.waived}" if claim.waived else ""
        waiting = ", not settled yet" if claim.open_intent else ""
        yield f"on {claim.document_key}: {claim.amount}{waived}{ended}{waiting}"
    if charge is not None and claims:
        yield _delta(charge.entitled, _before(claims, charge.entitled))
    ends = {claim.ended for claim in claims}
    if "declined" in ends and None not in ends:
        yield "what finance ended is not billed again by itself, and more for the same work neither"


def _counted(leaves: Iterable[Leaf]) -> Iterable[str]:
    """Each issue with its quantity, or with the hours logged on it."""
    seconds: dict[str, int] = {}
    for leaf in leaves:
        if leaf.worklog_id:
            seconds[leaf.key] = seconds.get(leaf.key, 0) + int(leaf.quantity)
        else:
            yield f"{leaf.key} × {leaf.quantity}"
    yield from (f"{key} {hours_in_words(time)} h" for key, time in seconds.items())


def _before(claims: Iterable[Claim], entitled: Money) -> Money:
    """What was settled of it, as the one formula counts it."""
    return settled(claims, entitled.currency) - total(not_owed(claims, entitled), entitled.currency)


def _delta(entitled: Money, before: Money) -> str:
    rest = entitled - before
    what = "nothing is left to bill" if not rest else f"{rest} is left"
    return f"entitled {entitled}, settled {before}: {what}"


def _notices(verdict: Verdict) -> Iterable[str]:
    for notice in verdict.notices:
        yield f"note: {notice.reason}"
