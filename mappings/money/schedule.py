"""Percent schedules bill to date, so the cents land: round(value × percent so far) less what was billed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from mappings.contract.rules import Contract
from mappings.words.numbers import plain
from mappings.work.claimed import kept, settled, settled_share
from model.billing import Claim
from model.money import Money


@dataclass(frozen=True, slots=True)
class Part:
    """One charge of a schedule: `share` percent of `value`, with the claims that count for it. A `final` one takes
    all that is left to 100 %."""

    charge_key: str
    share: Decimal
    value: Money
    closed_at: datetime
    claims: tuple[Claim, ...]
    final: bool = False


@dataclass(frozen=True, slots=True)
class Entitled:
    """What a charge may have billed to date, how that was found, and the `share` it is then. None: beyond 100 %."""

    amount: Money | None
    arithmetic: str
    share: Decimal | None = None


@dataclass(slots=True)
class _Pool:
    """What is settled of one contract value."""

    share: Decimal
    amount: Money


class Schedule:
    """The percent charges of one contract: what each is entitled to, in order of closing.

    `recorded` says which rules decide for a claim of a version. Where these are of another version, its charge is
    priced anew: it is counted as if it had not been billed yet, in its place of the order. `remaining` is what change
    orders add to the part that is not billed: it is spread over the percents left.
    """

    def __init__(
        self,
        contract: Contract,
        claims: Mapping[str, Sequence[Claim]],
        recorded: Mapping[str, Contract],
        remaining: Money | None = None,
    ) -> None:
        self._remaining = remaining or Money.zero(contract.currency)
        self._value = contract.value
        self._pools: dict[Money, _Pool] = {}
        self._contract, self._recorded = contract, recorded
        for counted in claims.values():
            share = settled_share(counted)
            version = counted[-1].rule_version if counted else ""
            rules = recorded.get(version, contract if version == contract.version else None)
            if share and rules is not None and rules.value is not None:
                pool = self._pool(rules.value)
                pool.share += share
                pool.amount += settled(counted, rules.currency)

    def settle(self, parts: Iterable[Part]) -> dict[str, Entitled]:
        """What each of `parts` is entitled to, by charge key."""
        ordered = sorted(
            parts, key=lambda part: (part.final, not _shrinks(part), part.closed_at, part.charge_key)
        )
        for part in filter(self._is_anew, ordered):
            pool = self._pool(part.value)
            pool.share -= settled_share(part.claims)
            pool.amount -= settled(part.claims, part.value.currency)
        return {part.charge_key: self._to_date(part) for part in ordered}

    def _to_date(self, part: Part) -> Entitled:
        if not part.final or _is_frozen(part):
            return replace(self._next(part), share=part.share)
        own = Decimal(0) if self._is_anew(part) else settled_share(part.claims)
        reached = sum((each.share for each in self._pools.values()), Decimal(0)) - own
        found = self._next(replace(part, share=max(100 - reached, Decimal(0))))
        words = f"to 100 %, the final share; {found.arithmetic}"
        return Entitled(found.amount, words, max(100 - reached, Decimal(0)))

    def _is_anew(self, part: Part) -> bool:
        """Whether its charge was billed under other rules than those that decide now, and nothing freezes it."""
        version = part.claims[-1].rule_version if part.claims else self._contract.version
        rules = self._recorded.get(version)
        return rules is not None and rules.version != version and not _is_frozen(part)

    def _next(self, part: Part) -> Entitled:
        anew = self._is_anew(part)
        own = settled((), part.value.currency) if anew else settled(part.claims, part.value.currency)
        own_share = Decimal(0) if anew else settled_share(part.claims)
        if part.claims and not anew and (own_share == part.share or _is_frozen(part)):
            return Entitled(own, f"{plain(own_share)} % of {part.value}, settled at {own}")
        pool = self._pool(part.value)
        share, before = pool.share - own_share, pool.amount - own
        reached = share + part.share
        elsewhere = sum((each.share for each in self._pools.values()), Decimal(0)) - pool.share
        if reached + elsewhere > 100:
            return Entitled(None, f"{plain(reached + elsewhere)} % of the contract would be billed")
        if self._remaining and part.value == self._value:
            return self._rebased(part, pool, _Pool(own_share, own), 100 - elsewhere - pool.share)
        to_date = part.value.times(Fraction(reached) / 100)
        zero = Money.zero(part.value.currency)
        amount = max(to_date - before, zero) if part.share else zero
        pool.share, pool.amount = reached, before + _staying(part, amount)
        return Entitled(amount, _arithmetic(part, reached, to_date, before, amount))

    def _rebased(self, part: Part, pool: _Pool, before: _Pool, open_share: Decimal) -> Entitled:
        """A part of what is not billed yet, with the change orders for it: `open_share` percent are left. `before`
        is what of it is settled."""
        own, own_share = before.amount, before.share
        step, zero = part.share - own_share, Money.zero(part.value.currency)
        # What was billed on another value keeps its percents: only the others are of this one.
        whole = part.value.times(Fraction(pool.share + open_share) / 100)
        left = max(whole + self._remaining - pool.amount, zero)
        if step > 0:
            amount = own + left.times(Fraction(step) / Fraction(open_share))
            how = (
                f"{plain(step)} of the {plain(open_share)} % not billed yet; these come to {left} "
                f"with change orders of {self._remaining} = {amount - own}"
            ) + (f", and {own} billed before" if own else "")
        else:
            amount = own.times(Fraction(part.share) / Fraction(own_share)) if own_share else zero
            how = f"{plain(part.share)} of the {plain(own_share)} % billed before at {own} = {amount}"
        pool.share, pool.amount = pool.share + step, pool.amount + _staying(part, amount) - own
        return Entitled(amount, how)

    def _pool(self, value: Money) -> _Pool:
        return self._pools.setdefault(value, _Pool(Decimal(0), Money.zero(value.currency)))


def _staying(part: Part, amount: Money) -> Money:
    """What a part that is entitled to `amount` uses up of its pool: what is billed is left to no other."""
    return max(amount, kept(part.claims, amount.currency))


def _shrinks(part: Part) -> bool:
    """Whether it gives percents back, which others may take up in the same run."""
    return part.share < settled_share(part.claims)


def _is_frozen(part: Part) -> bool:
    return any(claim.ended == "declined" for claim in part.claims)


def _arithmetic(part: Part, reached: Decimal, to_date: Money, before: Money, amount: Money) -> str:
    exact = Fraction(part.value.minor) * Fraction(reached) / 100
    how = "" if exact.denominator == 1 else ", rounded half-up"
    if reached == part.share:
        return f"{plain(part.share)} % of {part.value} = {amount}{how}"
    return (
        f"{plain(part.share)} % of {part.value}; {plain(reached)} % to date = {to_date}{how}, "
        f"less {before} billed before = {amount}"
    )
