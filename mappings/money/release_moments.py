"""When what was withheld is let go: on a day, when work is closed, or when the client has accepted something."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime
from decimal import Decimal

from mappings.contract.calendar import Clock, start_of
from mappings.contract.rules import Contract
from mappings.contract.terms import Release, RuleName
from mappings.contract.triggers import AcceptanceOf
from mappings.money.retained import ALL
from mappings.progress.acceptance import recorded
from mappings.progress.verdict import Verdict
from mappings.words.numbers import plain


def released_share(contract: Contract, verdicts: Iterable[Verdict], clock: Clock) -> Decimal:
    """The percent of the retainage whose moment has come; `verdicts` are those of the contract's work."""
    work = [verdict for verdict in verdicts if verdict.work is not None]
    come = (each.share for each in _releases(contract) if _has_come(each, contract, work, clock))
    return sum(come, Decimal(0))


def last_moment(contract: Contract, verdicts: Sequence[Verdict], clock: Clock) -> tuple[datetime, date]:
    """When the last release that has come fell due, and on which day that was where the company is."""
    whens = [each.when for each in _releases(contract)]
    days = (start_of(when, clock.zone) for when in whens if isinstance(when, date))
    moments = [moment for moment in days if moment <= clock.now]
    accepted = (_accepted(contract, when, clock) for when in whens if isinstance(when, AcceptanceOf))
    moments += [at for at in accepted if at is not None]
    names = frozenset(name for each in _releases(contract) for name in _rules(each, contract))
    moments += [each.closed_at for each in verdicts if each.rule in names and each.closed_at is not None]
    last = max(moments, default=clock.now)
    return last, last.astimezone(clock.zone).date()


def in_words(release: Release) -> str:
    """When it comes, and how much of the whole it is."""
    match release.when:
        case date():
            moment = f"on {release.when}"
        case RuleName(name):
            moment = f"when all work of rule {name!r} is closed"
        case AcceptanceOf(name):
            moment = f"when {name!r} is accepted"
        case _:
            moment = "when all work of the closeout phase is closed"
    return moment if release.share == ALL else f"{plain(release.share)} % {moment}"


def _releases(contract: Contract) -> Sequence[Release]:
    return contract.retainage.releases if contract.retainage else ()


def _has_come(release: Release, contract: Contract, work: Sequence[Verdict], clock: Clock) -> bool:
    if isinstance(release.when, date):
        return clock.began(release.when) is not None
    if isinstance(release.when, AcceptanceOf):
        return _accepted(contract, release.when, clock) is not None
    awaited = [verdict for verdict in work if verdict.rule in _rules(release, contract)]
    return bool(awaited) and all(
        verdict.outcome in ("due", "excluded") and verdict.complete for verdict in awaited
    )


def _accepted(contract: Contract, when: AcceptanceOf, clock: Clock) -> datetime | None:
    """Since when all of it is accepted; None while it is not."""
    found = recorded(contract.accepted, clock, when.name)
    return found.at if found.share == ALL else None


def _rules(release: Release, contract: Contract) -> frozenset[str]:
    """Names of the rules whose work a release waits for."""
    if isinstance(release.when, RuleName):
        return frozenset({release.when.name})
    if release.when != "closeout":
        return frozenset()
    return frozenset(rule.rule for rule in contract.milestones if rule.phase == "closeout")
