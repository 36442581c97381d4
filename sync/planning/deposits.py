"""The deposit of a contract: what there is of it, what its bills have drawn, and what is wrong between these. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction

from mappings.contract.payers import SOLE_PAYER
from mappings.contract.rules import Contract
from mappings.money.statement import Deposited
from mappings.progress.claimed import kind_of
from model.billing import Claim, DocumentState
from model.money import Money, total
from sync.planning.decided import refunded
from sync.planning.observe import GONE
from sync.planning.views import Account, Head


@dataclass(frozen=True, slots=True)
class RidingLine:
    """One riding line on a document that lives: what we `drafted`, and what `stands` of it as finance has it (both
    below zero, but for what a credit memo gives back; nothing when finance took the line out)."""

    charge_key: str
    head: Head
    drafted: Money
    stands: Money


def lines_of(account: Account, payer: str, kind: str, currency: str) -> Iterator[RidingLine]:
    """The riding lines of a kind that a payer was billed; those of voided and deleted documents are none."""
    found: dict[tuple[str, str], list[Claim]] = {}
    for claim in account.claims:
        if claim.payer == payer and claim.ended != "withdrawn" and kind_of(claim.charge_key) == kind:
            found.setdefault((claim.document_key, claim.charge_key), []).append(claim)
    for (document, key), claims in found.items():
        head = account.heads[document]
        if head.state not in GONE:
            ours = total([claim.net for claim in claims if claim.ended is None], currency)
            drafted = total([claim.amount for claim in claims], currency)
            gives_back = head.shown is not None and head.shown.kind == "credit_memo"
            stands = ours if gives_back else min(ours, head.amount_of(key) or ours)
            yield RidingLine(key, head, drafted, stands)


def deposit_of(contract: Contract, account: Account, payer: str) -> Deposited:
    """What there is of the deposit of a payer, less what people said was refunded, and what live lines draw of it."""
    own = [claim for claim in account.claims if claim.payer == payer]
    draws = [line.stands for line in lines_of(account, payer, "draw", contract.currency)]
    received = _received(contract, billed_deposits(own), account)
    received -= refunded(deposit_ref(contract, payer), account, contract.currency)
    return Deposited(received, -total(draws, contract.currency))


def deposit_ref(contract: Contract, payer: str) -> str:
    """What findings about the deposit of a payer are about."""
    whose = "" if payer == SOLE_PAYER else f"|{payer}"
    return f"{contract.id}|contract|deposit{whose}"


def whole_deposit(contract: Contract, account: Account) -> Deposited | None:
    """That of all payers, with what was brought forward from before Milepost; None where there is none."""
    opening, zero = contract.opening, Money.zero(contract.currency)
    found = Deposited(opening.deposit, opening.drawn) if opening else Deposited(zero, zero)
    for payer in dict.fromkeys(claim.payer for claim in account.claims):
        own = deposit_of(contract, account, payer)
        found = Deposited(found.received + own.received, found.drawn + own.drawn)
    is_one = contract.deposit is not None or found.received or found.drawn
    return found if is_one else None


def billed_deposits(claims: Iterable[Claim]) -> list[Claim]:
    """The live claims on deposits."""
    return [claim for claim in claims if claim.ended is None and kind_of(claim.charge_key) == "deposit"]


def _received(contract: Contract, deposits: Sequence[Claim], account: Account) -> Money:
    """What there is of the deposit: what was paid on its invoices, or all that was billed if the contract says so."""
    if contract.deposit is None:
        return Money.zero(contract.currency)
    if contract.deposit.draw_from == "billed":
        return total([claim.net for claim in deposits], contract.currency)
    paid = [_paid(claim, account.heads[claim.document_key]) for claim in deposits]
    return max(total(paid, contract.currency), Money.zero(contract.currency))


def _paid(claim: Claim, head: Head) -> Money:
    """The paid part of a deposit, rounded down: what is not received is not drawn. Tax is paid with it in step. What
    a credit memo gives back is received no more."""
    shown = head.shown
    if claim.is_credit:
        return claim.net
    if shown is None or head.state is not DocumentState.PAID or shown.total.minor <= 0:
        return Money.zero(claim.amount.currency)
    part = Fraction(max(shown.total.minor - shown.balance.minor, 0), shown.total.minor)
    return Money(int(claim.net.minor * part), claim.amount.currency)
