"""Deposits that do not come out even: a refund is proposed of what is left over, too much drawn is said. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from mappings.contract.payers import SOLE_PAYER
from mappings.contract.rules import Contract
from mappings.money.balance import Balance
from mappings.progress.claimed import kind_of
from model.finding import Finding
from model.money import Money, total
from sync.planning.deposits import deposit_ref
from sync.planning.riding import balance_of
from sync.planning.views import Account


def uneven(contract: Contract, account: Account, recorded: Mapping[str, Contract]) -> Iterator[Finding]:
    """A finding for each payer of whose deposit more is drawn than there is, or more is left than bills can draw."""
    deposit = contract.deposit
    if deposit is None or deposit.draw is None:
        return
    for payer in dict.fromkeys(claim.payer for claim in account.claims):
        balance = balance_of(contract, account, recorded, payer)
        told = f"{balance.received} of the deposit is there and {balance.drawn} is drawn"
        if balance.available.minor < 0:
            reason = f"{told}: {-balance.available} too much"
            hint = (
                "Bill the deposit again, or take the draw off an invoice, or bill the client the difference."
            )
            yield _finding(contract, payer, "deposit.overdrawn", reason, hint)
        elif contract.value is not None and (excess := _excess(contract, account, balance, payer)).minor > 0:
            reason = f"{told}: {excess} is left that no bill of the contract can draw any more"
            hint = (
                "Refund it in QuickBooks and decide `settled`, or agree with the client on what else it pays."
            )
            yield _finding(contract, payer, "deposit.excess", reason, hint)


def excess_of(contract: Contract, account: Account, ref: str) -> Money:
    """What is left of the deposit that a finding is about beyond all that bills can draw."""
    payers = dict.fromkeys(claim.payer for claim in account.claims)
    payer = next(each for each in payers if deposit_ref(contract, each) == ref)
    # The rules of former versions tell what is to be withheld, of which nothing is asked here.
    return _excess(contract, account, balance_of(contract, account, {}, payer), payer)


def _excess(contract: Contract, account: Account, balance: Balance, payer: str) -> Money:
    """What is left of the deposit beyond all that is still to be billed: of the value, and of what is withheld."""
    zero = Money.zero(contract.currency)
    released = [
        claim.net
        for claim in account.claims
        if claim.payer == payer and claim.ended is None and kind_of(claim.charge_key) == "release"
    ]
    withheld = total(list(balance.held.values()), contract.currency) - total(released, contract.currency)
    if contract.opening is not None and payer == SOLE_PAYER:
        withheld -= contract.opening.released
    return balance.available - max(balance.value - balance.done, zero) - max(withheld, zero)


def _finding(contract: Contract, payer: str, code: str, reason: str, hint: str) -> Finding:
    subject = f"Deposit of {contract.id}"
    return Finding(code, subject, reason, hint, "finance", deposit_ref(contract, payer))
