"""Amounts shared among payers, to date: the split of all that was billed less what each had, so thirds add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from mappings.contract.payers import SOLE_PAYER, Payer
from mappings.contract.rules import Contract
from mappings.progress.claimed import Claimed, kind_of, settled
from mappings.progress.paying import pays, why_nobody
from mappings.progress.site import Site
from mappings.progress.subjects import Subject
from mappings.progress.verdict import Verdict
from model.billing import Charge, Claim
from model.finding import Finding
from model.money import Money, allocate, total


@dataclass(slots=True)
class _Pool:
    """What those who share by the same weights have had, by name, in minor units."""

    had: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def next(self, payers: Sequence[Payer], amount: Money) -> dict[str, Money]:
        """The parts of `amount`, after which each has had its share of the whole, within a minor unit."""
        parts = _allocated(payers, amount, self.had)
        self.count(parts)
        return parts

    def count(self, parts: Mapping[str, Money]) -> None:
        """Take down what each has had besides."""
        for name, part in parts.items():
            self.had[name] += part.minor


class Split:
    """Shares out the charges of one contract. What is billed stays with those who were billed, and goes on by the
    shares of the rule version it was billed under (`recorded`): other shares count for what is billed from then on.
    """

    def __init__(
        self, contract: Contract, recorded: Mapping[str, Contract], site: Site, claimed: Claimed
    ) -> None:
        self._contract, self._recorded, self._site, self._claimed = contract, recorded, site, claimed
        self._pools: defaultdict[tuple[str, frozenset[tuple[str, Fraction]]], _Pool] = defaultdict(_Pool)

    def verdicts(self, verdicts: Sequence[Verdict]) -> Iterator[Verdict]:
        """`verdicts` with the parts of those that are due, in the same order; unsettled ones by closing."""
        self._count({verdict.charge_key: verdict for verdict in verdicts})
        for verdict in verdicts:
            charge = verdict.charge
            if charge is None or verdict.parts or not self._has_payers(charge.key):
                yield verdict
            else:
                yield self._shared(verdict, charge)

    def _count(self, verdicts: Mapping[str, Verdict]) -> None:
        """Fill the pools with what is billed, each claim by the shares of its own rule version."""
        for key, claims in self._claimed.by_charge.items():
            if not key.startswith(f"{self._contract.id}|"):
                continue
            had, verdict = _by_payer(claims, self._contract.currency), verdicts.get(key)
            subject = self._subject(verdict) if verdict else None
            named = verdict.charge.payer if verdict and verdict.charge else SOLE_PAYER
            entitled = (
                verdict.charge.entitled if verdict and verdict.charge else _sum(had, self._contract.currency)
            )
            for claim in claims:
                rules = self._rules(claim.rule_version)
                if rules.version != claim.rule_version and claim.rule_version in self._recorded:
                    continue  # priced anew: the shares by which it was billed are not those that decide now
                payers = self._sharers(rules, self._found(rules, named, subject), had, entitled)
                self._pool(key, payers).count({claim.payer: settled([claim], self._contract.currency)})

    def _has_payers(self, key: str) -> bool:
        """Whether a charge is, or was, shared out: who was billed once stays when the file names payers no more."""
        return bool(self._contract.payers) or any(
            claim.payer != SOLE_PAYER for claim in self._claimed.of(key)
        )

    def _shared(self, verdict: Verdict, charge: Charge) -> Verdict:
        currency, claims = charge.entitled.currency, self._claimed.of(charge.key)
        had = _by_payer(claims, currency)
        rules = self._rules(charge.rule_version)
        found = self._found(rules, charge.payer, self._subject(verdict))
        # What only goes with another charge goes to those who pay that one.
        before = had or _by_payer(self._claimed.of(charge.anchor), currency)
        payers = self._sharers(rules, found, before, charge.entitled)
        left = any(payer.name not in self._names for payer in payers)
        if left or not payers or (len(payers) > 1 and any(payer.share is None for payer in payers)):
            return self._undecided(verdict, charge, payers, had)
        parts = self._parts(charge, payers, claims, had)
        moved = {payer.name for payer in found} != {payer.name for payer in payers}
        notices = (*verdict.notices, _moved(verdict, found, payers)) if moved else verdict.notices
        return replace(verdict, parts=_charges(charge, had, parts), notices=notices)

    def _parts(
        self, charge: Charge, payers: Sequence[Payer], claims: Sequence[Claim], had: Mapping[str, Money]
    ) -> Mapping[str, Money]:
        """What each is still to be billed of a charge (less, when negative)."""
        rest = charge.entitled - settled(claims, charge.entitled.currency)
        pool = self._pool(charge.key, payers)
        if not rest:
            return {}
        if rest.minor > 0 and not _declining(claims):
            return pool.next(payers, rest)
        # It may never be billed so: found from this charge alone it stays the same, whatever others are billed.
        parts = _allocated(payers, rest, {name: amount.minor for name, amount in had.items()})
        pool.count(parts)
        return parts

    def _sharers(
        self, rules: Contract, found: Sequence[Payer], had: Mapping[str, Money], entitled: Money
    ) -> Sequence[Payer]:
        """Who pays for a charge: all who were billed, and who shares it with them without having had any of it yet."""
        if not had or (had.keys() <= {payer.name for payer in found} and _fits(found, had, entitled)):
            return found
        known = {payer.name: payer for payer in (*self._contract.payers, *rules.payers)}
        sole = self._contract.payer(SOLE_PAYER)
        return [known.get(name) or replace(sole, name=name) for name in had]

    def _found(self, rules: Contract, named: str, subject: Subject | None) -> Sequence[Payer]:
        """Who pays for such work by those rules, which may have `named` one for it."""
        if named != SOLE_PAYER or not rules.payers:
            return [rules.payer(named)]
        return [payer for payer in rules.payers if pays(payer, subject, self._site.fields)]

    def _subject(self, verdict: Verdict) -> Subject | None:
        return self._site.mirror.work(verdict.work) if verdict.work is not None else None

    def _rules(self, version: str) -> Contract:
        return self._recorded.get(version, self._contract)

    @property
    def _names(self) -> set[str]:
        """Who can be billed now."""
        return {SOLE_PAYER, *(payer.name for payer in self._contract.payers)}

    def _pool(self, key: str, payers: Sequence[Payer]) -> _Pool:
        """Of charges of one kind that are shared by the same weights."""
        whole = sum((_weight(payer) for payer in payers), Fraction(0))
        shares = frozenset((payer.name, _weight(payer) / whole) for payer in payers)
        return self._pools[kind_of(key), shares]

    def _undecided(
        self, verdict: Verdict, charge: Charge, payers: Sequence[Payer], had: Mapping[str, Money]
    ) -> Verdict:
        if had:
            rest = charge.entitled - settled(self._claimed.of(charge.key), charge.entitled.currency)
            notices = (*verdict.notices, _left(verdict, had, rest)) if rest else verdict.notices
            return replace(verdict, parts=_charges(charge, had, {}), notices=notices)
        names = ", ".join(repr(payer.name) for payer in payers)
        nobody = why_nobody(self._contract.payers, self._subject(verdict), self._site.fields)
        reason = f"{len(payers)} payers would pay for it alone: {names}" if payers else nobody
        return replace(
            verdict,
            outcome="held",
            code="payer.tie" if payers else "payer.none",
            reason=reason,
            hint="let exactly one [[payer]] match, or give each a share",
            owner="admin",
            charge=None,
        )


def _sum(amounts: Mapping[str, Money], currency: str) -> Money:
    return total(list(amounts.values()), currency)


def _weight(payer: Payer) -> Fraction:
    return Fraction(payer.share or 1)


def _allocated(payers: Sequence[Payer], amount: Money, had: Mapping[str, int]) -> dict[str, Money]:
    """`amount` in parts, so that with what each had they are the parts of the whole."""
    names = [payer.name for payer in payers]
    parts = allocate(amount, [_weight(payer) for payer in payers], [had.get(name, 0) for name in names])
    return dict(zip(names, parts, strict=True))


def _declining(claims: Sequence[Claim]) -> bool:
    """Whether somebody pays nothing of it any more, because finance ended all that was billed to them."""
    live = {claim.payer for claim in claims if claim.ended is None}
    return any(claim.payer not in live for claim in claims)


def _fits(payers: Sequence[Payer], had: Mapping[str, Money], entitled: Money) -> bool:
    """Whether what each had is a part of what all of `payers` share: none of them had what is another's. Rounding
    to date moves a part by less than two minor units."""
    if any(payer.share is None for payer in payers):
        return False
    if all(payer.when is None for payer in payers):
        return True
    whole = sum((_weight(payer) for payer in payers), Fraction(0))
    ideal = {payer.name: abs(entitled.minor) * _weight(payer) / whole for payer in payers}
    return all(abs(amount.minor) < ideal[name] + 2 for name, amount in had.items())


def _by_payer(claims: Iterable[Claim], currency: str) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for claim in claims:
        found[claim.payer] = found.get(claim.payer, Money.zero(currency)) + settled([claim], currency)
    return found


def _charges(charge: Charge, had: Mapping[str, Money], more: Mapping[str, Money]) -> tuple[Charge, ...]:
    """The charge of each payer. The share of the contract goes with the first: claims add it up once."""
    zero = Money.zero(charge.entitled.currency)
    names = [*had, *(name for name, part in more.items() if part and name not in had)]
    parts = []
    for number, name in enumerate(names):
        entitled = had.get(name, zero) + more.get(name, zero)
        how = (
            charge.arithmetic
            if entitled == charge.entitled
            else f"{charge.arithmetic}; {name} pays {entitled}"
        )
        share = charge.share if number == 0 or charge.share is None else Decimal(0)
        parts.append(replace(charge, payer=name, entitled=entitled, share=share, arithmetic=how))
    return tuple(parts)


def _left(verdict: Verdict, had: Mapping[str, Money], rest: Money) -> Finding:
    """Who was billed before cannot be billed the difference: it is held in sight."""
    reason = f"billed to {', '.join(map(repr, had))}, who cannot be billed the difference of {rest} now"
    hint = "Put the [[payer]] back into the contract, each with a share if they share, or bill it by hand."
    return Finding("payer.left", verdict.title, reason, hint, "admin", verdict.charge_key)


def _moved(verdict: Verdict, found: Sequence[Payer], payers: Sequence[Payer]) -> Finding:
    now = ", ".join(repr(payer.name) for payer in found) or "nobody"
    before = ", ".join(repr(payer.name) for payer in payers)
    reason = f"billed to {before}, and now {now} would pay for it"
    hint = "What is billed stays with its payer; correct the work, or the invoice by hand."
    return Finding("payer.changed", verdict.title, reason, hint, "finance", verdict.charge_key)
