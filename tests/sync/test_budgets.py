"""What outlives a process of a company's allowance: its pace with the writes begun since, and the reads of a month."""

from __future__ import annotations

from datetime import timedelta

from store_facts import NOW, REALM, a_create, begun, in_force

from connectors.limits import Pace
from sync.store import Store

ACCOUNT = "quickbooks/sandbox/9000"


def test_a_pace_is_older_when_it_is_read_later(store: Store) -> None:
    assert store.budgets.pace(ACCOUNT, REALM, NOW) is None
    store.budgets.keep(ACCOUNT, Pace(0.7, (50.0, 1.0), 30.0), {}, NOW)
    assert store.budgets.pace(ACCOUNT, REALM, NOW) == Pace(0.7, (50.0, 1.0), 30.0)
    assert store.budgets.pace(ACCOUNT, REALM, NOW + timedelta(seconds=20)) == Pace(0.7, (21.0,), 10.0)
    back = store.budgets.pace(ACCOUNT, REALM, NOW - timedelta(hours=1))
    assert back == Pace(0.7, (50.0, 1.0), 30.0)


def test_writes_of_a_process_that_was_killed_count(store: Store) -> None:
    in_force(store)
    store.budgets.keep(ACCOUNT, Pace(1.0, (5.0,), 0.0), {}, NOW - timedelta(seconds=10))
    begun(store, a_create())
    assert store.budgets.pace(ACCOUNT, REALM, NOW + timedelta(seconds=3)) == Pace(1.0, (18.0, 3.0), 0.0)
    assert store.budgets.pace(ACCOUNT, "another", NOW + timedelta(seconds=3)) == Pace(1.0, (18.0,), 0.0)
    assert store.budgets.pace(ACCOUNT, REALM, NOW + timedelta(seconds=61)) == Pace(1.0, (), 0.0)


def test_reads_of_a_month_add_up_over_processes(store: Store) -> None:
    for count in (3, 4):
        store.budgets.keep(ACCOUNT, Pace(1.0, (), 0.0), {"2026-02": count, "2026-03": 1}, NOW)
    assert store.budgets.reads(ACCOUNT, "2026-02") == 7
    assert store.budgets.reads(ACCOUNT, "2026-03") == 2
    assert store.budgets.reads("another", "2026-02") == 0
