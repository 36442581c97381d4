"""What people decided, as planning reads it: which findings are answered while nothing moved since. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable

from model.decision import Decision
from model.finding import Finding
from sync.planning.views import Account


def fingerprint(finding: Finding, account: Account) -> str:
    """The state and the amounts behind a finding: its words, and each claim and document of its charge."""
    seen = hashlib.sha256("\n".join((finding.code, finding.ref, finding.reason)).encode())
    for claim in account.claims:
        if claim.charge_key == finding.ref:
            state = account.heads[claim.document_key].state.value
            parts = (claim.document_key, claim.payer, claim.amount, claim.waived, claim.ended, state)
            seen.update("\n".join(str(part) for part in ("", *parts)).encode())
    return seen.hexdigest()[:12]


def latest(account: Account, code: str, ref: str) -> Decision | None:
    """The last decision on a finding of that code about `ref`, whether or not it still holds."""
    found = (each for each in reversed(account.decisions) if (each.code, each.subject) == (code, ref))
    return next(found, None)


def answer(finding: Finding, account: Account) -> Decision | None:
    """The decision that answers a finding: the last one, if what it was made on still stands."""
    decision = latest(account, finding.code, finding.ref)
    holds = decision is not None and decision.seen == fingerprint(finding, account)
    return decision if holds else None


def unanswered(findings: Iterable[Finding], account: Account) -> tuple[Finding, ...]:
    """Findings that still need a person."""
    return tuple(each for each in findings if answer(each, account) is None)
