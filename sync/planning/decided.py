"""What people decided, as planning reads it: which findings are answered while nothing moved since, which work was
taken back, which acceptance was recorded. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import replace

from mappings.contract.accepts import Attested
from mappings.contract.rules import Contract
from model.billing import BooksCatalogue, Charge, Claim
from model.decision import Decision
from model.finding import Finding
from model.money import Money
from sync.planning.table import Event, Verb
from sync.planning.views import Account

ACCEPT, CREDIT, DEFER, FOLLOW = "accept", "credit", "defer", "follow"
REBILL, SETTLED = "rebill", "settled"
TAKEN_BACK = frozenset(
    {"undo", "abandon"}
)  #: choices after which work is not billed by itself under the same rules

#: (event, choice) → what the table's finding becomes once a person chose so.
DECIDED: Mapping[tuple[Event, str], Verb] = {
    (Event.REOPENED, "withdraw"): Verb.TAKE_BACK,
    (Event.DOWN, "carry"): Verb.CHANGE,
    (Event.UP, "bill"): Verb.CHANGE,
    (Event.DOWN, CREDIT): Verb.ISSUE,
    (Event.REOPENED, CREDIT): Verb.ISSUE,
}


def fingerprint(finding: Finding, account: Account) -> str:
    """The state and the amounts behind a finding: its words, each claim and document of its charge, and how often a
    part of it was put off: finance may bring about once more what was put off once."""
    put_off = sum((each.choice, each.subject) == (DEFER, finding.ref) for each in account.decisions)
    named = (finding.payer,) if finding.payer else ()
    seen = hashlib.sha256("\n".join((finding.code, finding.ref, finding.reason, *named)).encode())
    for claim in account.claims:
        if claim.charge_key == finding.ref and finding.payer in ("", claim.payer):
            state = account.heads[claim.document_key].state.value
            parts = (claim.document_key, claim.payer, claim.amount, claim.waived, claim.ended, state)
            seen.update("\n".join(str(part) for part in ("", *parts)).encode())
    if put_off:
        seen.update(f"\nput off {put_off}".encode())
    return seen.hexdigest()[:12]


def answer(finding: Finding, account: Account) -> Decision | None:
    """The decision that answers a finding: the last one made on the very state that still stands."""
    if not any((each.code, each.subject) == (finding.code, finding.ref) for each in account.decisions):
        return None
    seen = fingerprint(finding, account)
    return next((each for each in reversed(account.decisions) if each.seen == seen), None)


def unanswered(findings: Iterable[Finding], account: Account) -> tuple[Finding, ...]:
    """Findings that still need a person."""
    return tuple(each for each in findings if answer(each, account) is None)


def decided_verb(event: Event, finding: Finding, account: Account, undecided: Verb) -> Verb:
    """What becomes of a finding that planning would tell: what a person chose, or what the table has `undecided`."""
    chosen = answer(finding, account)
    return undecided if chosen is None else DECIDED.get((event, chosen.choice), Verb.FIND)


def taken_back(charge: Charge, account: Account) -> Decision | None:
    """The decision by which a person took a charge back, while it holds: under the same rules, and until a later
    decision to bill it after all."""
    last = _last_taken_back(charge.key, charge.payer, account)
    return last if last is not None and last.detail.get("version") == charge.rule_version else None


def undone_on(claim: Claim, account: Account) -> Decision | None:
    """The decision that takes a live claim off its document; what was billed there after it, by edited rules, stays."""
    last = _last_taken_back(claim.charge_key, claim.payer, account)
    if last is None or last.detail.get("document") != claim.document_key:
        return None
    return last if claim.recorded_at <= last.decided_at else None


def _last_taken_back(charge_key: str, payer: str, account: Account) -> Decision | None:
    for each in reversed(account.decisions):
        if each.subject == charge_key and each.choice == REBILL and each.detail.get("payer", payer) == payer:
            return None
        if each.choice in TAKEN_BACK and (each.subject, each.detail.get("payer")) == (charge_key, payer):
            return each
    return None


def is_deferred(charge_key: str, document_key: str, account: Account) -> bool:
    """Whether a person put off what finance took off our line there: that line is finance's for good, and what is owed
    goes on another document."""
    return any(
        each.choice == DEFER
        and each.subject == charge_key
        and document_key in each.detail.get("documents", ())
        for each in account.decisions
    )


def attesting(contract: Contract, account: Account) -> Contract:
    """The contract with what people recorded as accepted beside its file."""
    given = tuple(
        Attested(each.subject, each.who, each.decided_at, each.why)
        for each in account.decisions
        if each.choice == ACCEPT
    )
    return replace(contract, attested=given) if given else contract


def refunded(subject: str, account: Account, currency: str) -> Money:
    """What people said was given back outside of all that was received, of one deposit."""
    minor = [
        int(each.detail.get("minor", 0))
        for each in account.decisions
        if (each.choice, each.subject) == (SETTLED, subject)
    ]
    return Money(sum(minor), currency)


def merged(account: Account) -> Mapping[str, str]:
    """The ids of clients that finance merged into others, as people confirmed: the former to the present one."""
    return {
        str(each.detail["from"]): str(each.detail["to"])
        for each in account.decisions
        if each.choice == FOLLOW and "to" in each.detail
    }


def where_merged(account: Account) -> Account:
    """The account with documents that went along with a merged client as that one's own."""
    into = merged(account)
    heads = {
        key: replace(head, client_id=into[head.client_id])
        if head.shown is not None and into.get(head.client_id) == head.shown.client_id
        else head
        for key, head in account.heads.items()
    }
    return replace(account, heads=heads) if into else account


def billing_merged(contract: Contract, account: Account, books: BooksCatalogue) -> Contract:
    """The contract with the clients that were merged into others, and are gone, in the name of these."""
    names = {client.id: client.name for client in books.clients}
    into = {
        str(each.detail["name"]): names[str(each.detail["to"])]
        for each in account.decisions
        if each.choice == FOLLOW and each.detail.get("to") in names
    }
    gone = {old: new for old, new in into.items() if old not in names.values()}
    payers = tuple(replace(each, client=gone.get(each.client, each.client)) for each in contract.payers)
    return (
        replace(contract, client=gone.get(contract.client, contract.client), payers=payers)
        if gone
        else contract
    )
