"""Work and rules to verdicts: what finished work is worth now, or why it is not billed. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import datetime
from itertools import chain
from zoneinfo import ZoneInfo

from mappings.contract.book import RuleBook
from mappings.contract.calendar import Clock
from mappings.contract.prices import Percent, PercentField
from mappings.contract.rules import Contract
from mappings.judging.due import bill
from mappings.judging.judge import Due, Judge
from mappings.judging.outside import Outside
from mappings.money.cap import Caps
from mappings.money.ceiling import under_ceiling
from mappings.money.changing import Changing
from mappings.money.dated import Dated
from mappings.money.lateness import Lateness
from mappings.money.release import release_verdicts
from mappings.money.schedule import Schedule
from mappings.money.shortfall import shortfall
from mappings.money.split import Split
from mappings.money.staying import staying
from mappings.money.worth import Worth
from mappings.progress.case import Case
from mappings.progress.claimed import VALUE, Claimed, kind_of
from mappings.progress.former import Former
from mappings.progress.forward import is_named, opening_claims
from mappings.progress.leaves import sprint_yields, version_yields
from mappings.progress.logged import Timesheet
from mappings.progress.moments import Moments
from mappings.progress.overlap import overlaps
from mappings.progress.ownership import Ownership
from mappings.progress.site import Site
from mappings.progress.verdict import Verdict
from model.billing import Claim
from model.finding import Finding
from model.work import Mirror


def translate(
    contract: Contract,
    book: RuleBook,
    mirror: Mirror,
    recorded: Mapping[str, Contract],
    claims: Sequence[Claim],
    zone: str,
    now: datetime,
    under_way: Sequence[Claim] = (),
) -> tuple[Verdict, ...]:
    """Every verdict of `contract`: its deposit and expenses, then its work by closing time, open work last.

    `claims` are those of all contracts that may have billed work of this site: work billed under one
    contract is not billed under another. `recorded` holds the contract versions that claims name. `zone` is
    the company's time zone (IANA name), `now` an aware time. `under_way` is what writes of this contract would
    claim of which nobody knows yet whether they happened: no cap is passed by them either.
    """
    company_zone, site = ZoneInfo(zone), Site(mirror)
    clock = Clock(company_zone, now)
    claimed = Claimed([*claims, *opening_claims(contract, site)], site.leaf_of, site.gives_up)
    ownership = Ownership(contract, book, site, recorded, claimed, clock)
    cases = list(ownership.cases())
    judged = list(map(_judge(contract, cases, ownership, site, claimed, company_zone).judge, cases))
    verdicts = [each for each in judged if isinstance(each, Verdict)]
    present = frozenset(each.id for each in (*book.contracts, contract))
    former, moments = Former(contract, recorded, claimed, present), Moments(contract, cases, site, clock)
    changing = Changing(contract, recorded, claimed, former, moments)
    own = staying(contract, claimed, verdicts)
    verdicts += bill(
        [each for each in judged if isinstance(each, Due)],
        _awaited(contract, cases, own, verdicts),
        Schedule(contract, own, recorded, changing.remaining()),
        Caps(contract, [*chain.from_iterable(own.values()), *_by_rule(under_way, cases)]),
        company_zone,
    )
    verdicts += changing.verdicts()
    verdicts.sort(
        key=lambda verdict: (verdict.closed_at is None, verdict.closed_at or now, verdict.charge_key)
    )
    kept = staying(contract, claimed, verdicts)
    counted = [*chain.from_iterable(kept.values()), *under_way]
    used = [claim for claim in counted if kind_of(claim.charge_key) in VALUE]
    lateness = Lateness({case.charge_key: case for case in cases}, claimed, clock)
    verdicts = list(lateness.beside(under_ceiling(contract, verdicts, used)))
    release = release_verdicts(contract, verdicts, kept, recorded, company_zone, now)
    outside = Outside(contract, ownership, site, claimed, company_zone).verdicts()
    short = shortfall(contract, verdicts, own, changing.remaining())
    dated = Dated(contract, recorded, claimed, former, moments).verdicts()
    found = _told((*dated, *verdicts, *outside, *release), (*changing.notices(), *short))
    return tuple(Split(contract, recorded, site, claimed).verdicts(found))


def _awaited(
    contract: Contract,
    cases: Iterable[Case],
    billed: Mapping[str, Sequence[Claim]],
    verdicts: Iterable[Verdict],
) -> list[str]:
    """Titles of work that is not due, has a share of the contract and was not billed whole."""
    whole = {case.charge_key for case in cases if case.acceptance is None and billed.get(case.charge_key)}
    shares = {rule.rule for rule in contract.milestones if isinstance(rule.price, Percent | PercentField)}
    waiting = (each for each in verdicts if each.outcome in ("open", "held") and each.rule in shares)
    return [verdict.title for verdict in waiting if verdict.charge_key not in whole]


def _told(verdicts: tuple[Verdict, ...], notices: tuple[Finding, ...]) -> tuple[Verdict, ...]:
    """`verdicts` with what is to be said of the whole contract, beside the first of them."""
    if not notices or not verdicts:
        return verdicts
    first, *rest = verdicts
    return replace(first, notices=(*first.notices, *notices)), *rest


def _judge(
    contract: Contract,
    cases: Sequence[Case],
    ownership: Ownership,
    site: Site,
    claimed: Claimed,
    zone: ZoneInfo,
) -> Judge:
    """The judge of all cases: what each sprint or version finished depends on the others."""
    timesheet = Timesheet(contract.id, site, claimed, zone)
    counted = [case for case in cases if not case.bills_time]
    rejects = ownership.rejects(contract)
    yields = {
        **sprint_yields(counted, contract.id, site, claimed, rejects),
        **version_yields(cases, contract.id, site, claimed, rejects),
        **timesheet.yields(cases),
    }
    reaching = [case for case in cases if case.claims or not is_named(case)]
    worth = Worth(ownership, site, claimed, timesheet, yields)
    return Judge(ownership, site, claimed, worth, overlaps(reaching, yields, site), zone)


def _by_rule(under_way: Iterable[Claim], cases: Iterable[Case]) -> Iterator[Claim]:
    """Claims under way with the rule of their work: they are not settled, so none is recorded with them."""
    rules = {case.charge_key: case.rule.rule for case in cases if case.rule is not None}
    return (replace(claim, rule=rules.get(claim.charge_key, "")) for claim in under_way)
