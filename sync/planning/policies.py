"""What a contract's own policies make of the table's verbs: reopened drafts, and what is billed too much. Pure."""

from __future__ import annotations

from mappings.contract.rules import Contract
from sync.planning.table import Event, Verb
from sync.planning.views import Account


def on_reopening(verb: Verb, contract: Contract) -> Verb:
    """The contract decides what a reopening does to an untouched draft: withdraw it, or tell people."""
    if verb is not Verb.POLICY:
        return verb
    return Verb.FIND if contract.reopened == "hold" else Verb.TAKE_BACK


def on_too_much(verb: Verb, event: Event, charge_key: str, contract: Contract, account: Account) -> Verb:
    """The contract may let what is billed too much be credited without a person; not a credit memo of the same
    work once more that finance took back."""
    if verb is not Verb.CREDIT or event is not Event.DOWN or contract.credits == "propose":
        return verb
    mine = (claim for claim in account.claims if claim.charge_key == charge_key)
    return verb if any(claim.is_credit and claim.ended for claim in mine) else Verb.ISSUE
