"""Work and rules to verdicts: what finished work is worth now, or why it is not billed. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from mappings.cap import Caps
from mappings.charges import deposit_charge
from mappings.claimed import Claimed, charge_key
from mappings.due import bill
from mappings.judge import Due, Judge
from mappings.leaves import sprint_yields
from mappings.logged import bills_time, time_yields
from mappings.overlap import overlaps
from mappings.ownership import Ownership
from mappings.price import share_of
from mappings.priced import Priced, alone
from mappings.prices import Fixed, Percent
from mappings.rules import DEPOSIT_RULE, Contract, Deposit, RuleBook
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
    """Every verdict of `contract`: its deposit, then its work by closing time, open work last.

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
    deposit = _deposit(contract, recorded, claimed, present, company_zone, now)
    return (*([deposit] if deposit else []), *verdicts)


def _deposit(
    contract: Contract,
    recorded: Mapping[str, Contract],
    claimed: Claimed,
    present: frozenset[str],
    zone: ZoneInfo,
    now: datetime,
) -> Verdict | None:
    key = charge_key(contract.id, None, "deposit")
    claims = claimed.of(key)
    rules = recorded.get(claims[-1].rule_version, contract) if claims else contract
    deposit = rules.deposit
    if deposit is None:
        return None
    due_at = datetime.combine(deposit.due_on, time(), zone).astimezone(UTC)
    priced = _deposit_price(rules, deposit)
    charge = deposit_charge(rules, deposit, priced, due_at)
    waiting = due_at > now and not claims
    verdict = Verdict(
        charge_key=key,
        contract=contract.id,
        work=None,
        key=DEPOSIT_RULE,
        title=charge.title,
        outcome="open" if waiting else "due",
        code="deposit.waiting" if waiting else "due",
        reason=f"due on {deposit.due_on}; {priced.arithmetic}",
        hint=f"it is billed on {deposit.due_on}" if waiting else "",
        owner="finance",
        rule=DEPOSIT_RULE,
        rule_version=rules.version,
        source=f"{rules.file}:{deposit.line}",
        charge=None if waiting else charge,
        amount=priced.amount,
    )
    former = None if claims else _former_deposit(contract, recorded, claimed, present)
    return verdict if former is None else _billed_by_former(verdict, former)


def _billed_by_former(verdict: Verdict, former: str) -> Verdict:
    """A deposit that was billed under an id which is not among the rules any more: a person looks first."""
    return replace(
        verdict,
        outcome="held",
        code="rule.other_contract",
        charge=None,
        reason=f"contract {former!r}, which is not among the rules any more, has billed this client a deposit",
        hint=f"give the contract its former id {former!r} back, or take [deposit] out",
        owner="admin",
    )


def _former_deposit(
    contract: Contract, recorded: Mapping[str, Contract], claimed: Claimed, present: frozenset[str]
) -> str | None:
    """A contract that left the rules and had billed the same client a deposit: most likely this one, renamed."""
    for claim in claimed.deposits():
        rules = recorded.get(claim.rule_version)
        if rules is not None and rules.id not in present and rules.client == contract.client:
            return rules.id
    return None


def _deposit_price(rules: Contract, deposit: Deposit) -> Priced:
    match deposit.price:
        case Fixed(amount):
            return alone(amount, f"fixed deposit {amount}")
        case Percent(share):
            return share_of(rules, share)
