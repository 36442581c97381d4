"""What stays billed once a plan has taken back and lowered drafts of ours: what is counted beside new bills."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from fractions import Fraction

from mappings.contract.rules import Contract
from mappings.money.retained import withheld_kinds
from mappings.progress.claimed import Claimed, kind_of, settled
from mappings.progress.verdict import Verdict
from model.billing import Claim
from model.money import Money, total

Own = Mapping[str, Sequence[Claim]]  #: the claims of a contract by charge


def staying(
    contract: Contract, claimed: Claimed, verdicts: Iterable[Verdict]
) -> dict[str, tuple[Claim, ...]]:
    """What the contract has billed by charge, without what it takes off its drafts now because work was reopened, and
    what was withheld of a draft that goes with it."""
    own = {key: counted for key, counted in claimed.by_charge.items() if key.startswith(f"{contract.id}|")}
    taken = {verdict.charge_key for verdict in verdicts if verdict.code == "reopened"}
    if contract.reopened != "withdraw":
        return own
    emptied = {claim.document_key for key in taken for claim in own[key] if claim.writable}
    for key in taken:
        own[key] = tuple(claim for claim in own[key] if not claim.writable)
    withheld = {key for key in own if kind_of(key) == "retainage"}
    live = (claim for counted in own.values() for claim in counted if claim.ended is None)
    emptied -= {claim.document_key for claim in live if kind_of(claim.charge_key) in withheld_kinds(contract)}
    return own | {
        key: tuple(claim for claim in own[key] if claim.document_key not in emptied) for key in withheld
    }


def lowered(own: Own, verdicts: Iterable[Verdict], currency: str) -> dict[str, tuple[Claim, ...]]:
    """`own` with the drafts lowered that bill more than their work is worth now."""
    worth = {each.charge_key: each.charge.entitled for each in verdicts if each.charge is not None}
    return {
        key: _less(claims, settled(claims, currency) - worth[key]) if key in worth else tuple(claims)
        for key, claims in own.items()
    }


def _less(claims: Sequence[Claim], excess: Money) -> tuple[Claim, ...]:
    """`claims` less `excess`, as far as drafts of ours bill it, each payer's in step."""
    drafted = total([claim.amount for claim in claims if claim.writable], excess.currency)
    if excess.minor <= 0 or drafted.minor <= 0:
        return tuple(claims)
    kept = 1 - Fraction(min(excess, drafted).minor, drafted.minor)
    return tuple(replace(each, amount=each.amount.times(kept)) if each.writable else each for each in claims)
