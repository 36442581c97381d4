"""The cap of a contract: all its own work together bills this much at most, whatever rules and their caps say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal

from mappings.contract.rules import Contract
from mappings.money.cap import hint_of, under, warnings
from mappings.progress.claimed import REDUCING, kept, settled
from mappings.progress.verdict import Rest, Verdict
from model.billing import Charge, Claim
from model.finding import Finding
from model.money import Money, total


def under_ceiling(
    contract: Contract, verdicts: Sequence[Verdict], claims: Iterable[Claim]
) -> Iterator[Verdict]:
    """`verdicts` in their order, with what the contract's cap holds back: what is settled uses it up first, then
    the work by its closing; what becomes less makes room in the same run. `claims` are those that bill the
    contract's value, with what is under way."""
    cap = contract.cap
    if cap is None:
        yield from verdicts
        return
    limited: dict[str, Verdict] = {}
    due = [(verdict, verdict.charge) for verdict in verdicts if verdict.charge is not None]
    own = _staying([charge for _, charge in due], claims, contract.currency)
    used = wanted = total(list(own.values()), contract.currency)
    for verdict, charge in sorted(due, key=lambda pair: (pair[1].due_at, pair[1].key)):
        others = used - own[charge.key]
        amount = under(cap, charge.entitled, own[charge.key], others)
        used = others + max(own[charge.key], amount)
        wanted += max(charge.entitled - own[charge.key], Money.zero(contract.currency))
        told_of = _words(cap, others), hint_of(wanted)
        limited[charge.key] = _limited(verdict, charge, amount, own[charge.key], *told_of)
    told = tuple(warnings(cap, used, contract.id, f"{contract.id}|cap"))
    for number, verdict in enumerate(verdicts):
        found = limited.get(verdict.charge_key, verdict)
        yield found if number else replace(found, notices=(*found.notices, *told))


def _staying(charges: Iterable[Charge], claims: Iterable[Claim], currency: str) -> dict[str, Money]:
    """What each charge has settled and keeps: less where its draft is lowered now. What a change order takes off is
    billed as it is, unless finance ended it and it waits for a person; and a reduction of anything else that the client
    has seen only proposes a credit."""
    found: defaultdict[str, Money] = defaultdict(lambda: Money.zero(currency))
    stays = found.copy()
    live, ended = set[str](), set[str]()
    for claim in claims:
        (live if claim.ended is None else ended).add(claim.charge_key)
        found[claim.charge_key] += settled([claim], currency)
        stays[claim.charge_key] += kept([claim], currency)
    for charge in charges:
        is_line = charge.kind in REDUCING and charge.key not in ended - live
        least = charge.entitled if is_line else max(charge.entitled, stays[charge.key])
        found[charge.key] = min(found[charge.key], least)
    return found


def _words(cap: Money, others: Money) -> str:
    left = max(cap - others, Money.zero(cap.currency))
    return f"not to exceed {cap} in this contract: {others} before it leaves {left}"


def _limited(verdict: Verdict, charge: Charge, amount: Money, own: Money, reason: str, hint: str) -> Verdict:
    held = charge.entitled - amount
    if not held:
        return verdict
    if not amount and not own:
        return replace(
            verdict,
            outcome="held",
            code="cap.reached",
            reason=reason,
            hint=hint,
            owner="finance",
            charge=None,
            rest=None,
        )
    told = Finding(
        "cap.reached",
        verdict.title,
        f"{held} of {charge.entitled} is held: {reason}",
        hint,
        "finance",
        f"{charge.key}|contract",
    )
    cut = replace(
        charge,
        entitled=amount,
        quantity=Decimal(1),
        unit_price=amount.decimal,
        arithmetic=f"{charge.arithmetic}; {reason}",
    )
    rest = Rest(held, reason) if verdict.rest is None else Rest(verdict.rest.amount + held, reason)
    return replace(verdict, charge=cut, amount=amount, rest=rest, notices=(*verdict.notices, told))
