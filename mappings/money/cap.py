"""Caps: all work of one rule bills this much at most. What crosses it is split to the cent, the rest waits."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from mappings.contract.rules import Contract, Milestone
from mappings.progress.claimed import kept, settled
from model.billing import Claim
from model.finding import Finding
from model.money import Money

_WARN_AT = (100, 90, 75)  # percent of a cap


@dataclass(frozen=True, slots=True)
class Part:
    """One charge of `rule`, worth `amount` by itself."""

    charge_key: str
    rule: Milestone
    amount: Money
    closed_at: datetime


@dataclass(frozen=True, slots=True)
class Capped:
    """What a charge may have billed to date under the cap, what is held of it, and what people shall know. A cap of
    `enough` is the lowest that would let all of it go: what comes before it takes its room first."""

    amount: Money
    held: Money
    reason: str
    enough: Money
    notices: tuple[Finding, ...] = ()


class Caps:
    """The caps of one contract's rules, with its claims; those that are still under way count as well.

    A cap holds as it is written now: raising it lets go what was held, lowering it takes back nothing.
    """

    def __init__(self, contract: Contract, claims: Iterable[Claim]) -> None:
        self._contract = contract
        self._now = {rule.rule: rule.adjust.cap for rule in contract.milestones}
        zero = Money.zero(contract.currency)
        self._used: defaultdict[str, Money] = defaultdict(lambda: zero)
        self._wanted: dict[str, Money] = {}  # what a rule would have used by now if it had no cap
        self._own: defaultdict[str, Money] = defaultdict(lambda: zero)
        self._here: defaultdict[tuple[str, str], Money] = defaultdict(
            lambda: zero
        )  # of a charge under a rule
        self._kept: defaultdict[str, Money] = defaultdict(lambda: zero)
        for claim in claims:
            amount = settled([claim], contract.currency)
            self._used[claim.rule] += amount
            self._own[claim.charge_key] += amount
            self._here[claim.charge_key, claim.rule] += amount
            self._kept[claim.charge_key] += kept([claim], contract.currency)

    def settle(self, parts: Iterable[Part]) -> dict[str, Capped]:
        """What each of `parts` under a cap may bill, by charge key: settled claims first, then by closing."""
        found: dict[str, Capped] = {}
        last: dict[str, tuple[str, Money]] = {}
        ordered = sorted(parts, key=lambda part: (part.closed_at, part.charge_key))
        limited = [(part, cap) for part in ordered if (cap := self._cap(part.rule)) is not None]
        for part, _ in limited:
            self._give_back(part)
        for part, cap in limited:
            found[part.charge_key] = self._next(part, cap)
            last[part.rule.rule] = part.charge_key, cap
        for rule, (key, cap) in last.items():
            found[key] = replace(found[key], notices=tuple(self._warnings(rule, cap)))
        return found

    def _cap(self, rule: Milestone) -> Money | None:
        return self._now.get(rule.rule, rule.adjust.cap)

    def _give_back(self, part: Part) -> None:
        """Room for others of what a draft of ours bills beyond what its work is worth now."""
        own, stays = self._own[part.charge_key], max(part.amount, self._kept[part.charge_key])
        if stays < own:
            self._used[part.rule.rule] -= own - stays
            self._here[part.charge_key, part.rule.rule] -= own - stays
            self._own[part.charge_key] = stays

    def _next(self, part: Part, cap: Money) -> Capped:
        rule = part.rule.rule
        own = self._own[part.charge_key]
        others = self._used[rule] - self._here[part.charge_key, rule]
        amount = under(cap, part.amount, own, others)
        self._used[rule] = others + max(own, amount)
        uncapped = self._wanted.get(rule, others + self._here[part.charge_key, rule])
        self._wanted[rule] = uncapped - self._here[part.charge_key, rule] + max(own, part.amount)
        held = part.amount - amount
        reason = f"not to exceed {cap} for all work of rule {rule!r}: {others} before it leaves {amount}"
        return Capped(amount, held, reason if held else "", self._wanted[rule])

    def _warnings(self, rule: str, cap: Money) -> Iterator[Finding]:
        subject, ref = f"{self._contract.id}: rule {rule!r}", f"{self._contract.id}|cap|{rule}"
        yield from warnings(cap, self._used[rule], subject, ref)


def hint_of(enough: Money) -> str:
    """What to do about work that a cap holds back, of which the lowest that lets it go is `enough`."""
    return f"agree on a higher cap ({enough} lets all of it go), or bill the rest by hand"


def under(cap: Money, wanted: Money, own: Money, others: Money) -> Money:
    """What of `wanted` may be billed to date when `others` have used a part of `cap`. What the charge has settled
    itself (`own`) stays, also where it is above a lowered cap."""
    room = max(cap - others, Money.zero(cap.currency))
    return min(wanted, max(room, own))


def warnings(cap: Money, used: Money, subject: str, ref: str) -> Iterator[Finding]:
    """That a cap comes near, or is reached."""
    reached = next((level for level in _WARN_AT if used.minor * 100 >= cap.minor * level), None)
    if reached is not None:
        yield Finding(
            code="cap.used",
            subject=subject,
            reason=f"{reached} % of the cap is reached: {used} of {cap}",
            hint="agree on a higher cap" + (" before the work goes on" if reached < 100 else ""),
            owner="finance",
            ref=ref,
        )
