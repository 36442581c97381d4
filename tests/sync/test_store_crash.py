"""Every public write of the store, killed before each of its statements and before its commit: all or nothing."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest
from breaking import Crash, breakable
from store_facts import (
    ANOTHER,
    LASTS,
    LATER,
    ME,
    NOW,
    REALM,
    REQUEST,
    SEND_BY,
    a_create,
    a_document,
    a_withdrawal,
    an_update,
    begun,
    billed,
    charge_key,
    due,
    dump,
    fence_of,
    in_force,
    postponed,
    prepared,
    revision_of,
    take_in,
    with_bytes,
)
from sync_bench import Epic, site_of
from time_facts import A_VERSION, with_time, worklog

from connectors.limits import Pace
from model.billing import DocumentState
from model.finding import Finding
from sync.planning.actions import ContractPlan
from sync.planning.intent import Settlement
from sync.store import Store
from sync.store.intake import enqueue
from sync.store.outbox import lease_name
from sync.store.rules import Source
from sync.store.seen import Reach

Act = Callable[[], object]
Scene = Callable[[Store], Act]

REACH = Reach({"1": ("acme",)}, {})
SITE = "acme-cloud"
FINDING = Finding("work.reopened", "ACME-1", "reopened", "close it", "team", "ref")
LINES = {charge_key(): "1"}
DRAWERS = ("accounts", "mirror", "outbox", "rules", "journal", "connections", "leases", "budgets")


def two_intents(store: Store) -> Act:
    plan = ContractPlan("acme", "v1", revision_of(store), (a_create(), a_create(2)), (), ())
    return lambda: enqueue(store.engine, plan, "digest", [prepared(each) for each in plan.actions], NOW)


def a_changed_plan(store: Store) -> Act:
    take_in(store, a_create(), a_create(2))
    actions = (a_create(), a_create(2, "120.00"))
    plan = ContractPlan("acme", "v1", revision_of(store), actions, (), ())
    return lambda: enqueue(store.engine, plan, "digest", [prepared(each) for each in actions], NOW)


def a_generation(store: Store) -> Act:
    take_in(store, a_create())
    job = due(store)
    return lambda: store.outbox.add_generation(job, "request", REQUEST, None, NOW)


def a_try(store: Store) -> Act:
    take_in(store, a_create())
    job, fence = with_bytes(store, due(store)), fence_of(store)
    return lambda: store.outbox.begin(job, fence, SEND_BY, NOW)


def a_settled_create(store: Store) -> Act:
    job = begun(store, a_create())
    shown = a_document(amount="80.00", version="1")  # finance was quicker: a waiver comes with it
    return lambda: store.outbox.settle(job, Settlement(shown, LINES, untouched=False), NOW)


def a_settled_update(store: Store) -> Act:
    billed(store)
    job = begun(store, an_update())
    shown = a_document(amount="150.00", version="1")
    return lambda: store.outbox.settle(job, Settlement(shown, LINES, untouched=True), NOW)


def a_settled_withdrawal(store: Store) -> Act:
    billed(store)
    job = begun(store, a_withdrawal())
    shown = a_document(amount="0.00", version="1", state=DocumentState.VOIDED)
    return lambda: store.outbox.settle(job, Settlement(shown, {}, untouched=True), NOW)


def a_postponement(store: Store) -> Act:
    job = begun(store, a_create())
    return lambda: store.outbox.postpone(job, postponed(), NOW)


def a_refusal(store: Store) -> Act:
    job = begun(store, a_create())
    return lambda: store.outbox.close(job, "refused", "no", "", NOW)


def an_absence(store: Store) -> Act:
    job = begun(store, a_create())
    store.outbox.postpone(job, postponed("unknown", NOW), NOW)
    unknown = due(store)
    return lambda: store.outbox.absent(unknown, LATER)


def a_parking(store: Store) -> Act:
    job = begun(store, a_create())
    return lambda: store.outbox.park(job, "nobody knows", "", LATER, NOW)


def a_later_look(store: Store) -> Act:
    store.outbox.park(begun(store, a_create()), "nobody knows", "", NOW, NOW)
    parked = due(store)
    return lambda: store.outbox.look_later(parked, LATER)


def a_clock_set_back(store: Store) -> Act:
    store.outbox.park(begun(store, a_create()), "nobody knows", "", LATER, NOW)
    return lambda: store.outbox.hurry(NOW)


def orphans(store: Store) -> Act:
    begun(store, a_create())
    fence = fence_of(store, ANOTHER, NOW + LASTS)
    return lambda: store.outbox.reclaim(REALM, fence, timedelta(minutes=2), NOW)


def an_observation(state: DocumentState, amount: str) -> Scene:
    def scene(store: Store) -> Act:
        billed(store)
        shown = a_document(amount=amount, version="1", state=state)
        return lambda: store.accounts.observe(REALM, [shown], "changes", LATER)

    return scene


def a_batch(store: Store) -> Act:
    issues = [issue for number in (1, 2) for issue in Epic(number).issues("acme")]
    return lambda: store.mirror.remember(SITE, issues, (), REACH, NOW, ("jira:acme", "cursor"))


def a_changed_batch(store: Store) -> Act:
    a_batch(store)()
    issues = [replace(Epic(1).issues("acme")[0], summary="renamed")]
    return lambda: store.mirror.remember(SITE, issues, (), REACH, NOW, ("jira:acme", "later"))


def a_hiding(store: Store) -> Act:
    a_batch(store)()
    return lambda: store.mirror.hide(SITE, ["10001"], REACH)


def logged_time(store: Store) -> Act:
    """One batch with all that time can do: a worklog is new, one out of sight, one moved, one deleted."""
    timed = replace(REACH, timed=frozenset({"1"}))
    issues = with_time(1, worklog(1), worklog(2)), with_time(2, worklog(3), worklog(4))
    store.mirror.remember(SITE, issues, (), timed, NOW)
    changed = (with_time(1, worklog(2), worklog(3), worklog(9)),)
    return lambda: store.mirror.remember(SITE, changed, (), timed, NOW, ("jira:acme", "later"), ("4",))


def listed_versions(store: Store) -> Act:
    store.mirror.keep_versions(SITE, [A_VERSION], ["1"], REACH, NOW)
    listed = [replace(A_VERSION, id="502"), replace(A_VERSION, id="503")]
    return lambda: store.mirror.keep_versions(SITE, listed, ["1"], REACH, NOW)


def a_new_version(store: Store) -> Act:
    sources = {name: Source(name, f"{name} v2", f"{name}.toml", "# new") for name in ("acme", "beta")}
    return lambda: store.rules.put_in_force(sources, NOW)


def cleaning(store: Store) -> Act:
    mark = store.rules.dirty(NOW)["acme"]
    return lambda: store.rules.clean("acme", mark, LATER)


def new_findings(store: Store) -> Act:
    store.journal.keep_findings("acme", [FINDING], NOW)
    return lambda: store.journal.keep_findings("acme", [replace(FINDING, code="work.hidden")], LATER)


def a_store_put_back(store: Store) -> Act:
    store.journal.ledger_id(NOW)
    return lambda: store.journal.restored(7, "the disk was lost", LATER)


def a_lease_taken_over(store: Store) -> Act:
    fence_of(store)
    return lambda: store.leases.acquire(lease_name(REALM), ANOTHER, NOW + LASTS, LASTS)


def a_release(store: Store) -> Act:
    fence_of(store)
    return lambda: store.leases.release(lease_name(REALM), ME, NOW)


def a_resealing(store: Store) -> Act:
    for account in ("one", "two"):
        store.connections.keep(account, "sealed", NOW)
    return lambda: store.connections.reseal(lambda account, sealed: f"{sealed} anew for {account}", NOW)


SCENES: dict[str, list[Scene]] = {
    "enqueue": [two_intents, a_changed_plan],
    "outbox.add_generation": [a_generation],
    "outbox.begin": [a_try],
    "outbox.settle": [a_settled_create, a_settled_update, a_settled_withdrawal],
    "outbox.postpone": [a_postponement],
    "outbox.close": [a_refusal],
    "outbox.absent": [an_absence],
    "outbox.park": [a_parking],
    "outbox.look_later": [a_later_look],
    "outbox.hurry": [a_clock_set_back],
    "outbox.reclaim": [orphans],
    "accounts.observe": [
        an_observation(DocumentState.DRAFT, "80.00"),
        an_observation(DocumentState.DELETED, "0.00"),
    ],
    "mirror.remember": [a_batch, a_changed_batch, logged_time],
    "mirror.keep_versions": [listed_versions],
    "mirror.hide": [a_hiding],
    "mirror.move": [lambda store: lambda: store.mirror.move("jira:acme", "cursor", NOW)],
    "mirror.note_hidden": [lambda store: lambda: store.mirror.note_hidden(SITE, ["1"], ["acme"], NOW)],
    "mirror.save_catalogues": [
        lambda store: lambda: store.mirror.save_catalogues("main", {"tracker": site_of("acme")}, NOW)
    ],
    "rules.put_in_force": [a_new_version],
    "rules.clean": [cleaning],
    "rules.mark": [lambda store: lambda: store.rules.mark("acme")],
    "rules.mark_all": [lambda store: store.rules.mark_all],
    "journal.ledger_id": [lambda store: lambda: store.journal.ledger_id(NOW)],
    "journal.bind": [lambda store: lambda: store.journal.bind("sandbox", NOW)],
    "budgets.keep": [lambda store: lambda: store.budgets.keep("a", Pace(1.0, (), 0.0), {"2026-02": 1}, NOW)],
    "journal.restored": [a_store_put_back],
    "journal.save_plan": [lambda store: lambda: store.journal.save_plan("digest", [], NOW)],
    "journal.keep_findings": [new_findings],
    "connections.keep": [lambda store: lambda: store.connections.keep(REALM, "sealed", NOW)],
    "connections.reseal": [a_resealing],
    "leases.acquire": [lambda store: lambda: fence_of(store), a_lease_taken_over],
    "leases.release": [a_release],
}


@pytest.mark.parametrize(
    "scene",
    [pytest.param(scene, id=f"{name}-{at}") for name in SCENES for at, scene in enumerate(SCENES[name])],
)
def test_a_write_that_is_killed_anywhere_leaves_nothing_and_then_succeeds(store: Store, scene: Scene) -> None:
    in_force(store)
    act = scene(store)
    before = dump(store)
    with breakable(store.engine) as breaker:
        step = 0
        while True:
            breaker.mend()
            breaker.break_at(step)
            try:
                act()
            except Crash:
                store.engine.dispose()
                breaker.mend()
                assert dump(store) == before, f"half written when killed at step {step}"
                step += 1
            else:
                break
    assert step >= 2  # at least one statement and the commit
    assert dump(store) != before


def test_every_public_write_of_the_store_is_killed_here(quick_store: Store) -> None:
    writes = {
        f"{drawer}.{name}"
        for drawer in DRAWERS
        for name, method in inspect.getmembers(getattr(quick_store, drawer), inspect.ismethod)
        if not name.startswith("_") and "writing(" in inspect.getsource(method)
    }
    assert writes | {"enqueue"} == set(SCENES)
