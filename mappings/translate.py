"""Work and rules to verdicts: what finished work is worth now, or why it is not billed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from mappings.cap import Caps
from mappings.claimed import Claimed
from mappings.dated import Dated
from mappings.due import bill
from mappings.judge import Due, Judge
from mappings.leaves import sprint_yields
from mappings.logged import bills_time, time_yields
from mappings.overlap import overlaps
from mappings.ownership import Ownership
from mappings.rules import Contract, RuleBook
from mappings.schedule import Schedule
from mappings.site import Site
from mappings.verdict import Verdict
from mappings.worth import Worth
from model.billing import Claim
from model.work import Mirror


def translate(
    contract: Contract,
    book: RuleBook,
    mirror: Mirror,
    recorded: Mapping[str, Contract],
    claims: Sequence[Claim],
    zone: str,
    now: datetime,
) -> tuple[Verdict, ...]:
    """Every verdict of `contract`: its deposit and expenses, then its work by closing time, open work last.

    `claims` are those of all contracts that may have billed work of this site: work billed under one
    contract is not billed under another. `recorded` holds the contract versions that claims name. `zone` is
    the company's time zone (IANA name), `now` an aware time.
    """
    company_zone = ZoneInfo(zone)
    site = Site(mirror)
    claimed = Claimed(claims, site.leaf_of)
    ownership = Ownership(contract, book, site, recorded, claimed)
    cases = list(ownership.cases(company_zone))
    counted = [case for case in cases if not bills_time(case)]
    yields = {
        **sprint_yields(counted, contract.id, site, claimed, ownership.rejects(contract)),
        **time_yields(cases, contract.id, site, claimed, company_zone),
    }
    worth = Worth(ownership, site, claimed, yields, company_zone)
    judge = Judge(ownership, site, claimed, worth, overlaps(cases, yields, site))
    verdicts: list[Verdict] = []
    dues: list[Due] = []
    for case in cases:
        judged = judge.judge(case)
        if isinstance(judged, Due):
            dues.append(judged)
        else:
            verdicts.append(judged)
    own = {key: counted for key, counted in claimed.by_charge.items() if key.startswith(f"{contract.id}|")}
    billed = [claim for counted in own.values() for claim in counted]
    verdicts += bill(dues, Schedule(contract, own, recorded), Caps(contract, billed), company_zone)
    verdicts.sort(
        key=lambda verdict: (verdict.closed_at is None, verdict.closed_at or now, verdict.charge_key)
    )
    present = frozenset(each.id for each in (*book.contracts, contract))
    dated = Dated(contract, recorded, claimed, present, company_zone, now)
    return (*dated.verdicts(), *verdicts)
