"""A schedule of percentages that stops short of 100 % by less than any of its shares: said, never silent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from mappings.contract.prices import Percent, PercentField
from mappings.contract.rules import Contract
from mappings.contract.works import EpicWork, VersionWork
from mappings.progress.claimed import kept, kind_of, settled, settled_share
from mappings.progress.verdict import Verdict
from mappings.words.numbers import plain
from model.billing import Charge, Claim
from model.finding import Finding
from model.money import Money, total

_HINT = (
    "bill the rest with a last [[milestone]] that has final = true, for a date or a handover, "
    "correct the percentages, or lower the contract's value"
)
_HINT_OF_ALL = 'let the change order say applies = "own", or price all shares anew: milepost plan --reprice'


def shortfall(
    contract: Contract, verdicts: Sequence[Verdict], claims: Mapping[str, Sequence[Claim]], remaining: Money
) -> Iterator[Finding]:
    """That a contract of nothing but percentages came to less than 100 % by a rest that is smaller than any of its
    shares, though no work is open that might bill more: a larger one is work to come. `claims` are its own by
    charge key, `remaining` what change orders add to the part not billed yet."""
    value = contract.value
    if value is None or not all(
        isinstance(each.price, Percent | PercentField) for each in contract.milestones
    ):
        return
    due = {each.charge_key: each.charge for each in verdicts if each.charge is not None}
    fees = {key for key in (*due, *claims) if kind_of(key) == "fee"}
    shares = [due[key].share or Decimal(0) if key in due else settled_share(claims[key]) for key in fees]
    reached = sum(shares, Decimal(0))
    smallest = min((share for share in shares if share > 0), default=Decimal(0))
    if not 100 - smallest < reached <= 100 or _goes_on(contract, verdicts):
        return
    billed = [_billed(due.get(key), claims.get(key, ()), value.currency) for key in fees]
    left = value + remaining - total(billed, value.currency)
    if left.minor <= 0:
        return
    rest = f"no work is open that would bill the other {plain(100 - reached)} %"
    why = rest if reached < 100 else "they were agreed on another value or before a change order"
    yield Finding(
        code="schedule.short",
        subject=f"{contract.id}: percentages",
        reason=f"the shares reach {plain(reached)} %, and {why}: {left} of {value + remaining}",
        hint=_HINT if reached < 100 else _HINT_OF_ALL,
        owner="admin",
        ref=f"{contract.id}|schedule",
    )


def _billed(charge: Charge | None, claims: Sequence[Claim], currency: str) -> Money:
    """What a charge bills in the end: what it is worth now, or more where the client has that already."""
    return settled(claims, currency) if charge is None else max(charge.entitled, kept(claims, currency))


def _goes_on(contract: Contract, verdicts: Sequence[Verdict]) -> bool:
    """Whether something may bill a share yet: work that is open or held, also such that no rule reaches so far, or
    accepted in part; or work that a rule names and nobody has seen."""
    work = [each for each in verdicts if each.work is not None]
    if any(each.outcome in ("open", "held") or each.rest is not None for each in work):
        return True
    seen = {each.rule for each in work}
    named = (rule for rule in contract.milestones if isinstance(rule.work, EpicWork | VersionWork))
    return any(rule.rule not in seen for rule in named)
