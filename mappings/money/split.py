"""Amounts shared among payers, to date: the split of all that was billed less what each had, so thirds add up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal

from mappings.contract.payers import SOLE_PAYER, Payer
from mappings.contract.rules import Contract
from mappings.work.claimed import Claimed, settled
from mappings.work.fields import FieldIndex
from mappings.work.match import field_clause, word_clause
from mappings.work.site import Site
from mappings.work.verdict import Verdict
from model.billing import Charge, Claim
from model.finding import Finding
from model.money import Money, allocate
from model.work import Issue


@dataclass(slots=True)
class _Pool:
    """What payers that share the same work have had, by name, in minor units."""

    had: defaultdict[str, int] = field(default_factory=lambda: defaultdict(int))

    def next(self, payers: Sequence[Payer], amount: Money) -> dict[str, Money]:
        """The parts of `amount`, after which each has had its share of the whole, within a minor unit."""
        weights = [payer.share or 1 for payer in payers]
        parts = allocate(amount, weights, [self.had[payer.name] for payer in payers])
        for payer, part in zip(payers, parts, strict=True):
            self.had[payer.name] += part.minor
        return {payer.name: part for payer, part in zip(payers, parts, strict=True)}


class Split:
    """Shares out the charges of one contract. What is billed stays with those who were billed."""

    def __init__(self, contract: Contract, site: Site, claimed: Claimed) -> None:
        self._contract, self._site, self._claimed = contract, site, claimed
        self._payers = {payer.name: payer for payer in contract.payers}
        self._pools: defaultdict[frozenset[str], _Pool] = defaultdict(_Pool)
        for key, claims in claimed.by_charge.items():
            if key.startswith(f"{contract.id}|"):
                had = _by_payer(claims, contract.currency)
                for name, amount in had.items():
                    self._pools[frozenset(had)].had[name] += amount.minor

    def verdicts(self, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
        """`verdicts` with the parts of those that are due, in the same order; unsettled ones by closing."""
        for verdict in verdicts:
            shared = verdict.charge is not None and not verdict.parts and self._has_payers(verdict.charge_key)
            yield self._shared(verdict) if shared else verdict

    def _has_payers(self, key: str) -> bool:
        """Whether a charge is, or was, shared out: who was billed once stays when the file names payers no more."""
        return bool(self._payers) or any(claim.payer != SOLE_PAYER for claim in self._claimed.of(key))

    def _shared(self, verdict: Verdict) -> Verdict:
        charge = verdict.charge
        if charge is None:
            raise ValueError(f"{verdict.charge_key} is not due")
        had = _by_payer(self._claimed.of(charge.key), charge.entitled.currency)
        found = self._present(verdict)
        known = [name for name in had if name in self._payers or name == SOLE_PAYER]
        payers = [self._contract.payer(name) for name in known] if had else found
        if not payers or (len(payers) > 1 and any(payer.share is None for payer in payers)):
            return self._undecided(verdict, charge, payers, had)
        rest = charge.entitled - settled(self._claimed.of(charge.key), charge.entitled.currency)
        parts = self._pools[frozenset(payer.name for payer in payers)].next(payers, rest) if rest else {}
        moved = {payer.name for payer in found} != {payer.name for payer in payers}
        notices = (*verdict.notices, _moved(verdict, found, payers)) if moved else verdict.notices
        return replace(verdict, parts=_charges(charge, had, parts), notices=notices)

    def _present(self, verdict: Verdict) -> list[Payer]:
        """Who pays for the work as it is now."""
        subject = self._site.subject(verdict.work) if verdict.work is not None else None
        return [payer for payer in self._contract.payers if _pays(payer, subject, self._site.fields)]

    def _undecided(
        self, verdict: Verdict, charge: Charge, payers: Sequence[Payer], had: Mapping[str, Money]
    ) -> Verdict:
        if had:
            rest = charge.entitled - settled(self._claimed.of(charge.key), charge.entitled.currency)
            notices = (*verdict.notices, _left(verdict, had, rest)) if rest else verdict.notices
            return replace(verdict, parts=_charges(charge, had, {}), notices=notices)
        names = ", ".join(repr(payer.name) for payer in payers)
        reason = f"{len(payers)} payers would pay for it alone: {names}" if payers else "no payer pays for it"
        return replace(
            verdict,
            outcome="held",
            code="payer.tie" if payers else "payer.none",
            reason=reason,
            hint="let exactly one [[payer]] match, or give each a share",
            owner="admin",
            charge=None,
            amount=charge.entitled,
        )


def _pays(payer: Payer, subject: object, fields: FieldIndex) -> bool:
    if payer.when is None:
        return True
    if not isinstance(subject, Issue):
        return False
    labels, components = payer.when.labels, payer.when.components
    clauses = [field_clause(test, subject, fields) for test in payer.when.fields]
    clauses += [word_clause("label is", labels, subject.labels)] if labels else []
    clauses += [word_clause("component is", components, subject.components)] if components else []
    return all(clause.holds for clause in clauses)


def _by_payer(claims: Iterable[Claim], currency: str) -> dict[str, Money]:
    found: dict[str, Money] = {}
    for claim in claims:
        found[claim.payer] = found.get(claim.payer, Money.zero(currency)) + settled([claim], currency)
    return found


def _charges(charge: Charge, had: Mapping[str, Money], more: Mapping[str, Money]) -> tuple[Charge, ...]:
    """The charge of each payer. The share of the contract goes with the first: claims add it up once."""
    zero, names = Money.zero(charge.entitled.currency), [*had, *(name for name in more if name not in had)]
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
