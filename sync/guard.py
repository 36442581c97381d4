"""What stands between planning and the outbox: writes that must wait for a person are taken out of the plans."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from mappings.contract.rules import Contract
from model.billing import BooksCatalogue
from model.finding import Finding
from model.money import total
from sync.assess import Assessment
from sync.outbox.company import Company
from sync.planning import findings as say
from sync.planning.alike import looks_billed, may_repeat, ours
from sync.planning.decided import answer
from sync.planning.fuse import HISTORY, Billed, Fuses, Planned, Trip, moved
from sync.planning.holding import RELEASE, WRITES, hold
from sync.planning.once import still_billed
from sync.planning.preflight import preflight
from sync.reading.alike import seen_around
from sync.store import Store

_Waiting = dict[str, list[Finding]]  # by document key


def guarded(
    store: Store,
    looked_at: Sequence[Assessment],
    known: Mapping[str, Contract],
    companies: Mapping[str, Company],
    books: Mapping[str, BooksCatalogue],
    marker: Callable[[str], str],
    now: datetime,
) -> tuple[Assessment, ...]:
    """`looked_at` with what would bill an issue twice held, what QuickBooks would refuse, what looks billed already,
    and what a money fuse holds.

    `known` are all contracts that ever billed, by id: what they billed lately counts; `marker` is how they are made.
    Costs nothing while nothing is planned.
    """
    planning = any(each.plan.actions for each in looked_at)
    under_way = store.accounts.claims_under_way() if planning else ()
    looked_at = tuple(
        replace(each, plan=hold(each.plan, still_billed(each.plan, each.verdicts, each.account, under_way)))
        for each in looked_at
    )
    looked_at = tuple(_checked(each, books) for each in looked_at)
    looked_at = tuple(_compared(store, each, companies, marker) for each in looked_at)
    if not any(each.plan.actions for each in looked_at):
        return looked_at
    past, released = _past(store, known, now), _released(store, now)
    waiting: _Waiting = defaultdict(list)
    for alias in sorted({each.contract.company for each in looked_at if each.plan.actions}):
        mine = [each for each in looked_at if each.contract.company == alias]
        fuses = Fuses(alias, companies[alias].limits, past.get(alias, ()), released, books[alias].zone, now)
        planned = [Planned(one, each.contract.revised_value) for each in mine for one in each.plan.actions]
        for trip in fuses.blown(planned):
            _say(trip, mine, waiting)
    return tuple(replace(each, plan=hold(each.plan, waiting)) for each in looked_at)


def _checked(each: Assessment, books: Mapping[str, BooksCatalogue]) -> Assessment:
    found = {one.document_key: preflight(one, books[each.contract.company]) for one in each.plan.actions}
    return replace(each, plan=hold(each.plan, found)) if any(found.values()) else each


def _compared(
    store: Store, each: Assessment, companies: Mapping[str, Company], marker: Callable[[str], str]
) -> Assessment:
    """What other invoices of the client seem to bill waits until a person has said what they are."""
    if not any(may_repeat(action) for action in each.plan.actions):
        return each
    realm = companies[each.contract.company].realm
    bearing, opening = store.accounts.bearing(realm), each.contract.opening
    before = frozenset(opening.invoices) if opening is not None else frozenset[str]()
    keys = {verdict.charge_key: verdict.key for verdict in each.verdicts}
    by = ours(
        each.account,
        keys,
        marker,
        knows=lambda one: bearing.knows(one) or one.number in before,
        made=lambda one: bearing.has(one) or one.number in before,
    )
    around = {
        client: seen_around(store, realm, client) for client in {one.client for one in each.plan.actions}
    }
    waiting: _Waiting = {}
    for action in each.plan.actions:
        found = looks_billed(action, by, around[action.client])
        if found is None:
            continue
        found = say.named(found, next((line.payer for line in action.lines), ""))
        if answer(found, each.account) is None:
            waiting[action.document_key] = [found]
    return replace(each, plan=hold(each.plan, waiting)) if waiting else each


def _say(trip: Trip, looked_at: Sequence[Assessment], waiting: _Waiting) -> None:
    """One finding for each contract whose writes a fuse holds."""
    for each in looked_at:
        held = [action for action in each.plan.actions if action.document_key in trip.documents]
        if held:
            subject = {
                "line": held[0].subject,
                "client": held[0].client,
                "run": f"company {each.contract.company}",
            }
            amount = total([moved(action) for action in held], each.contract.currency)
            keys = {verdict.charge_key: verdict.key for verdict in each.verdicts}
            named = min((keys[one] for one in held[0].charges if one in keys), default=held[0].subject)
            found = say.fuse_blown(trip, subject[trip.kind], len(held), amount, named)
            for action in held:
                waiting[action.document_key].append(found)


def _past(store: Store, known: Mapping[str, Contract], now: datetime) -> Mapping[str, list[Billed]]:
    """What was billed lately, by company."""
    past = defaultdict[str, list[Billed]](list)
    for step in store.accounts.steps_since(now - HISTORY):
        contract = known.get(step.contract)
        if contract is not None:
            client = contract.payer(step.payer).client
            past[contract.company].append(
                Billed(
                    step.contract, client, step.document_key, step.charge_key, step.amount, step.recorded_at
                )
            )
    return past


def _released(store: Store, now: datetime) -> Mapping[str, list[str]]:
    """The stamps of writes that people let pass, by the fuse that they named."""
    released = defaultdict[str, list[str]](list)
    for each in store.decisions.chosen(RELEASE, now - HISTORY):
        released[each.subject] += each.detail.get(WRITES, ())
    return released
