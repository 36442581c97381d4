"""Balances brought forward into a contract: what was billed before Milepost counts, and is not billed again. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

from mappings.contract.opening import Opening
from mappings.contract.payers import SOLE_PAYER
from mappings.contract.rules import Contract
from mappings.progress.case import Case
from mappings.progress.claimed import Claimed, coded
from mappings.progress.site import Site
from mappings.progress.subjects import Agreed, Subject, agreed, kind_of, title_of
from mappings.progress.verdict import Verdict
from mappings.words.mistakes import did_you_mean
from mappings.words.text import listed
from model.billing import Claim, Leaf
from model.finding import Finding
from model.money import Money, total
from model.work import Issue

_OPENING = "opening"  # stands in a charge key where the work does


def opening_claims(contract: Contract, site: Site) -> tuple[Claim, ...]:
    """The balances as claims that no document of ours carries, so that schedule, caps and leaves count them."""
    opening = contract.opening
    if opening is None:
        return ()
    of_rules = total([amount for _, amount in opening.rules], contract.currency)
    rest = _claim(contract, opening, "fee", opening.billed - of_rules)
    claims = [replace(rest, share=opening.percent, leaves=tuple(_leaves(opening, site)))]
    for number, (rule, amount) in enumerate(opening.rules):
        claims.append(replace(_claim(contract, opening, f"fee:{number}", amount), rule=rule))
    if opening.retained:
        claims.append(_claim(contract, opening, coded("retainage", contract.tax_code), -opening.retained))
    return tuple(claims)


def is_opening(claim: Claim) -> bool:
    """Whether it stands for what was billed before Milepost."""
    return claim.charge_key.split("|")[1] == _OPENING


def is_named(case: Case) -> bool:
    """Whether the contract says that this work was billed by hand."""
    opening = case.rules.opening
    return opening is not None and _names(opening, case.key, case.subject)


def before(opening: Opening, due_at: datetime | None, zone: ZoneInfo) -> bool:
    """Whether what fell due then did so before the opening."""
    return due_at is not None and due_at.astimezone(zone).date() < opening.on


def excluded(verdict: Verdict, opening: Opening) -> Verdict:
    """`verdict` on a charge without work that was billed before Milepost, or fell due before it billed."""
    return replace(
        verdict,
        outcome="excluded",
        code="excluded.opening",
        charge=None,
        reason=f"billed before Milepost, the opening is on {opening.on}: {verdict.reason}",
        hint="bill it by hand if it is owed",
        owner="admin",
    )


def billed_by_hand(contract: str, claimed: Claimed, issues: Iterable[Issue]) -> list[str]:
    """Keys of those of `issues` that were billed before Milepost."""
    owners = ((issue.key, claimed.leaf_owner(contract, issue.id)) for issue in issues)
    return [key for key, owner in owners if owner is not None and owner.split("|")[1] == _OPENING]


def left_out(case: Case, keys: list[str]) -> Iterator[Finding]:
    """Issues that were billed by hand and are therefore no part of this work's bill."""
    if keys:
        reason = f"billed before Milepost by [opening], so not counted here: {listed(keys)}"
        hint = "nothing to do, if they were billed by hand"
        yield Finding("opening.leaves", case.title, reason, hint, "finance", case.charge_key)


def unknown_works(contract: Contract, site: Site) -> Iterator[Finding]:
    """Work that [opening] names and nobody ever saw."""
    opening = contract.opening
    if opening is None:
        return
    known = {key for subject in _subjects(contract, site) for key in _words(subject)}
    for name in sorted(opening.works - known):
        reason = f"[opening] names it as billed by hand, and it was never seen on site {contract.site}"
        hint = did_you_mean(name, known) or f"Correct it in {contract.file}:{opening.line}."
        yield Finding("opening.unknown", name, reason, hint, "admin", f"{contract.id}|opening|{name}")


def _claim(contract: Contract, opening: Opening, kind: str, amount: Money) -> Claim:
    return Claim(
        charge_key=f"{contract.id}|{_OPENING}|{kind}",
        payer=SOLE_PAYER,
        document_key=f"{contract.id}|{_OPENING}",
        amount=amount,
        share=None,
        rule_version=contract.version,
        recorded_at=datetime.combine(opening.on, time(), UTC),
    )


def _leaves(opening: Opening, site: Site) -> Iterator[Leaf]:
    """The issues that were billed by hand, by themselves or with the epic or version that holds them."""
    found: dict[str, Issue] = {}
    if opening.works:
        work: tuple[Subject, ...] = (*site.mirror.issues.values(), *site.mirror.versions.values())
        for subject in work:
            if _names(opening, _key(subject), subject):
                own = [subject] if isinstance(subject, Issue) else []
                found |= {issue.id: issue for issue in (*own, *site.contents(subject))}
    return (Leaf(issue.id, issue.key, Decimal(1)) for issue in found.values())


def _names(opening: Opening, key: str, subject: Subject | None) -> bool:
    return bool(opening.works & ({key.casefold()} | (_words(subject) if subject is not None else set())))


def _subjects(contract: Contract, site: Site) -> Iterator[Subject]:
    yield from site.mirror.issues.values()
    yield from site.mirror.sprints.values()
    yield from site.mirror.versions.values()
    yield from (Agreed(contract.id, "acceptance", order.id) for order in contract.orders)
    yield from (each for work in contract.works if (each := agreed(contract.id, work)) is not None)


def _words(subject: Subject) -> set[str]:
    """What a person may call it: the key of an issue, the name of anything else, in lower case."""
    return {_key(subject).casefold()} | (
        set() if isinstance(subject, Issue) else {title_of(subject).casefold()}
    )


def _key(subject: Subject) -> str:
    match subject:
        case Issue():
            return subject.key
        case Agreed():
            return subject.id
        case _:
            return f"{kind_of(subject)}-{subject.id}"
