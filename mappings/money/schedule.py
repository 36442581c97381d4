"""Percent schedules bill to date, so the cents land: round(value × percent so far) less what was billed."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from mappings.contract.rules import Contract
from mappings.progress.claimed import kept, settled, settled_share
from mappings.words.numbers import plain
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
    """What a charge may have billed to date, how that was found, and the `share` it is then. None: beyond 100 %, of
    which `left` percent would still fit in its turn."""

    amount: Money | None
    arithmetic: str
    share: Decimal | None = None
    left: Decimal = Decimal(0)


@dataclass(slots=True)
class _Pool:
    """What is settled of one contract value. Of its share `excess` is billed beyond what its charges are worth now:
    a person decides on that, and no other charge takes it back."""

    share: Decimal
    amount: Money
    excess: Decimal = Decimal(0)


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
            if not share:
                continue
            version = counted[-1].rule_version
            rules = recorded.get(version, contract if version == contract.version else None)
            if rules is not None and rules.value is not None:
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
            return self._next(self._within(part))
        own = Decimal(0) if self._is_anew(part) else settled_share(part.claims)
        reached = sum((each.share for each in self._pools.values()), Decimal(0)) - own
        found = self._next(replace(part, share=max(100 - reached, Decimal(0))))
        return replace(found, arithmetic=f"to 100 %, the final share; {found.arithmetic}")

    def _within(self, part: Part) -> Part:
        """The part with no more than is left to 100 %, where others are billed more than they are worth now."""
        own = Decimal(0) if self._is_anew(part) else settled_share(part.claims)
        reached = sum((each.share for each in self._pools.values()), part.share - own)
        excess = sum((each.excess for each in self._pools.values()), Decimal(0))
        left = max(part.share - (reached - 100), own)
        return replace(part, share=left) if reached > 100 >= reached - excess and left > 0 else part

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
            return Entitled(own, f"{plain(own_share)} % of {part.value}, settled at {own}", part.share)
        pool = self._pool(part.value)
        share, before = pool.share - own_share, pool.amount - own
        reached = share + part.share
        elsewhere = sum((each.share for each in self._pools.values()), Decimal(0)) - pool.share
        if reached + elsewhere > 100:
            left = max(100 - share - elsewhere, Decimal(0))
            told = f"{plain(reached + elsewhere)} % of the contract would be billed"
            return Entitled(None, told, left=left)
        if self._remaining and part.value == self._value:
            return self._rebased(part, pool, _Pool(own_share, own), 100 - elsewhere - pool.share)
        to_date = part.value.times(Fraction(reached) / 100)
        zero = Money.zero(part.value.currency)
        amount = max(to_date - before, zero) if part.share else zero
        self._put(part, pool, _Pool(share, before), amount)
        return Entitled(amount, _arithmetic(part, reached, to_date, before, amount), part.share)

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
        self._put(part, pool, _Pool(pool.share - own_share, pool.amount - own), amount)
        return Entitled(amount, how, part.share)

    def _put(self, part: Part, pool: _Pool, others: _Pool, amount: Money) -> None:
        """Add a part that is entitled to `amount` to what the `others` of its pool have: what is billed is left to none
        of them, and stays with the percents that it was billed for."""
        kept_share = settled_share(claim for claim in part.claims if not claim.writable)
        pool.share = others.share + max(part.share, kept_share)
        pool.amount = others.amount + max(amount, kept(part.claims, amount.currency))
        pool.excess += max(kept_share - part.share, Decimal(0))

    def _pool(self, value: Money) -> _Pool:
        return self._pools.setdefault(value, _Pool(Decimal(0), Money.zero(value.currency)))


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
