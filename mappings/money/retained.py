"""What retainage comes to: what all bills to date make it, and how much of that a release leaves withheld. Pure."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from decimal import Decimal
from fractions import Fraction

from mappings.contract.rules import Contract
from mappings.money.taxes import tax_code_of
from mappings.progress.claimed import WORK, kind_of
from model.billing import Claim
from model.money import Money, round_half_up

ALL = Decimal(100)  #: percent


def rate_of(rules: Contract) -> Fraction:
    """What rules withhold of what they bill."""
    return Fraction(rules.retainage.hold) / 100 if rules.retainage else Fraction(0)


def to_hold(
    contract: Contract, claims: Iterable[Claim], recorded: Mapping[str, Contract]
) -> dict[str | None, Fraction]:
    """By tax code, in minor units and not rounded: what the rates of the rule versions by which `claims` were billed
    withhold of them. Only the contract's own work counts."""
    found: defaultdict[str | None, Fraction] = defaultdict(Fraction)
    for claim in claims:
        if kind_of(claim.charge_key) in WORK:
            rules = recorded.get(claim.rule_version, contract)
            found[tax_code_of(rules, claim)] += claim.amount.minor * rate_of(rules)
    return dict(found)


def opened(contract: Contract) -> Fraction:
    """The same of what was billed before Milepost. Where it is the agreed percentage, rounded, the exact one is gone
    on from, so that the last cent lands; else what was withheld by hand stands as it was."""
    if contract.opening is None:
        return Fraction(0)
    exact, retained = contract.opening.billed.minor * rate_of(contract), contract.opening.retained.minor
    return exact if round_half_up(exact) == retained else Fraction(retained)


def left(to_date: Money, released: Decimal) -> Money:
    """What stays withheld of what all bills `to_date` make it, once so many percent of it are released."""
    return to_date - to_date.times(Fraction(released) / 100)
