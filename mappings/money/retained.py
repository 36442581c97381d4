"""What retainage comes to: what all bills to date make it, and how much of that a release leaves withheld. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from fractions import Fraction
from typing import NamedTuple

from mappings.contract.rules import Contract
from mappings.money.taxes import tax_code_of
from mappings.progress.claimed import WORK, kind_of, name_of
from model.billing import Claim
from model.money import Money, round_half_up

ALL = Decimal(100)  #: percent

#: A tax code as a contract writes it; None where lines go without one.
Code = str | None

_AND_EXPENSES = WORK | {"expense"}


@dataclass(frozen=True, slots=True)
class Basis:
    """What one document is withheld of. By tax code, in minor units and not rounded: what the rates of the rules by
    which its lines are billed make of them, `gross` of those for which the deposit's draw makes no difference, `net`
    of those of which it is taken off first. Its own work comes to `work`, of which `drawn` is drawn (minor units)."""

    gross: Mapping[Code, Fraction]
    net: Mapping[Code, Fraction]
    work: int
    drawn: int

    @property
    def to_hold(self) -> dict[Code, Fraction]:
        """What is to be withheld. A draw pays all work alike, and what was withheld only with what it leaves."""
        paid = (
            min(max(Fraction(self.drawn, self.work), Fraction(0)), Fraction(1)) if self.work else Fraction(0)
        )
        return together(self.gross, {code: amount * (1 - paid) for code, amount in self.net.items()})

    def paid(self, drawn: Money) -> Basis:
        """It when that much more is drawn."""
        return replace(self, drawn=self.drawn + drawn.minor)


class Line(NamedTuple):
    """A line of a document: the rules that it is billed by, the kind of its charge, its tax code, what it bills."""

    rules: Contract
    kind: str
    code: Code
    amount: Money


def basis_of(lines: Iterable[Line]) -> Basis:
    """What the document with these lines is withheld of."""
    gross: defaultdict[Code, Fraction] = defaultdict(Fraction)
    net: defaultdict[Code, Fraction] = defaultdict(Fraction)
    work, drawn = 0, 0
    for rules, kind, code, amount in lines:
        work += amount.minor if kind in WORK else 0
        drawn -= amount.minor if kind == "draw" else 0
        if rules.retainage is not None and kind in withheld_kinds(rules):
            after_draw = rules.retainage.base == "work_after_draw"
            (net if after_draw else gross)[code] += amount.minor * Fraction(rules.retainage.hold) / 100
    return Basis(gross, net, work, drawn)


def line_of(contract: Contract, claim: Claim, recorded: Mapping[str, Contract]) -> Line:
    """The line that a claim stands for, by the rule version that it was billed under."""
    rules = recorded.get(claim.rule_version, contract)
    return Line(rules, kind_of(claim.charge_key), tax_code_of(rules, claim), claim.amount)


def withheld_kinds(rules: Contract) -> frozenset[str]:
    """The kinds of charges of which they withhold a part."""
    with_expenses = rules.retainage is not None and rules.retainage.base == "work_and_expenses"
    return _AND_EXPENSES if with_expenses else WORK


def to_hold(
    contract: Contract, claims: Iterable[Claim], recorded: Mapping[str, Contract]
) -> dict[Code, Fraction]:
    """By tax code, in minor units and not rounded: what the rates of the rule versions by which `claims` were billed
    withhold of them."""
    documents: defaultdict[str, list[Line]] = defaultdict(list)
    for claim in claims:
        documents[claim.document_key].append(line_of(contract, claim, recorded))
    return together(*(basis_of(lines).to_hold for lines in documents.values()))


def not_borne(
    contract: Contract, claims: Iterable[Claim], recorded: Mapping[str, Contract]
) -> Mapping[tuple[str, Code], Money]:
    """By payer and tax code, how much more is withheld of live documents than their lines come to."""
    zero = Money.zero(contract.currency)
    spare: defaultdict[tuple[str, str, Code], Money] = defaultdict(lambda: zero)
    for claim in claims:
        rules, kind, code, amount = line_of(contract, claim, recorded)
        if claim.ended is not None:
            continue
        if kind == "retainage":
            spare[claim.document_key, claim.payer, name_of(claim.charge_key) or None] += amount
        elif kind in withheld_kinds(rules):
            spare[claim.document_key, claim.payer, code] += amount
    found: defaultdict[tuple[str, Code], Money] = defaultdict(lambda: zero)
    for (_, payer, code), left_over in spare.items():
        found[payer, code] += max(-left_over, zero)
    return found


def together(*amounts: Mapping[Code, Fraction]) -> dict[Code, Fraction]:
    """The sums by tax code."""
    found: defaultdict[Code, Fraction] = defaultdict(Fraction)
    for each in amounts:
        for code, amount in each.items():
            found[code] += amount
    return dict(found)


def opened(contract: Contract) -> Fraction:
    """The same of what was billed before Milepost. Where it is the agreed percentage, rounded, the exact one is gone
    on from, so that the last cent lands; else what was withheld by hand stands as it was."""
    opening = contract.opening
    if opening is None:
        return Fraction(0)
    billed = basis_of(
        [Line(contract, "fee", None, opening.billed), Line(contract, "draw", None, -opening.drawn)]
    )
    exact = sum(billed.to_hold.values(), Fraction(0))
    return exact if round_half_up(exact) == opening.retained.minor else Fraction(opening.retained.minor)


def left(to_date: Money, released: Decimal) -> Money:
    """What stays withheld of what all bills `to_date` make it, once so many percent of it are released."""
    return to_date - to_date.times(Fraction(released) / 100)
