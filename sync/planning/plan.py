"""Planning one contract: verdicts of the rules × what the books show → actions, findings, positions. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from zoneinfo import ZoneInfo

import msgspec

from mappings.contract.calendar import Clock
from mappings.contract.rules import Contract
from mappings.money.release_moments import released_share
from mappings.progress.claimed import kind_of
from mappings.progress.verdict import Verdict
from sync.planning.actions import ContractPlan
from sync.planning.altered import altered
from sync.planning.crediting import Crediting, unplaced
from sync.planning.desk import Desk
from sync.planning.estimates import converted
from sync.planning.ledger import by_charge, standing
from sync.planning.overtaken import overtaken
from sync.planning.places import Places
from sync.planning.reductions import placed
from sync.planning.refunds import uneven
from sync.planning.riding import RIDERS, Stable
from sync.planning.sheets import Clerk, sheets_of
from sync.planning.terms import Terms
from sync.planning.views import Account


def plan_contract(
    contract: Contract,
    verdicts: Sequence[Verdict],
    account: Account,
    recorded: Mapping[str, Contract],
    terms: Terms,
) -> ContractPlan:
    """The plan of one contract: a pure function, so that preview, apply and explain cannot disagree."""
    claims = by_charge(account.claims)
    places = Places(contract, account, terms.realm, terms.zone, terms.now)
    desk = Desk(contract, account, terms, places)
    for verdict in verdicts:
        desk.judge(verdict, claims.get(verdict.charge_key, ()))
    known = {verdict.charge_key for verdict in verdicts}
    for key in sorted(set(claims) - known):
        if kind_of(key) not in RIDERS:
            desk.orphan(key, standing(claims[key], contract.currency))
    sheets, kept_back = placed(sheets_of(desk.wants, places), contract, account, recorded)
    zone = ZoneInfo(terms.zone)
    released = released_share(contract, verdicts, Clock(zone, terms.now))
    Stable(contract, account, recorded, zone, terms.now, released).saddle(sheets)
    clerk = Clerk(contract, account, recorded, terms.marker, terms.zone, terms.now, terms.closed_on)
    due, proposed = Crediting(contract, account, terms).memos(desk.credits)
    return ContractPlan(
        contract=contract.id,
        rule_version=contract.version,
        revision=account.revision,
        actions=(*(clerk.action(sheet) for sheet in sheets), *due),
        findings=(
            *desk.findings,
            *kept_back,
            *altered(contract, account, recorded),
            *overtaken(contract, account),
            *uneven(contract, account, recorded),
            *converted(account),
            *unplaced(account),
        ),
        positions=tuple(desk.positions),
        open_work=desk.open_work,
        has_queued=account.has_queued,
        proposed=proposed,
    )


def digest(plans: Sequence[ContractPlan]) -> str:
    """What an approval signs: rules, inputs, document versions, lines and dates, not the clock."""
    signed = hashlib.sha256()
    for each in sorted(plans, key=lambda each: each.contract):
        if each.actions:
            signed.update(f"{each.contract}@{each.rule_version}\n".encode())
            signed.update(msgspec.json.encode(each.actions, order="sorted"))
    return signed.hexdigest()[:16]
