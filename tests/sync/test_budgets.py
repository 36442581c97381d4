"""What outlives a process of a company's allowance: its pace with the writes begun since, and the reads of a month."""

from __future__ import annotations

import os
from datetime import timedelta

from store_facts import NOW, REALM, a_create, begun, in_force

from connectors.limits import Pace
from sync.store import Store
from sync.store.holder import this_process

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


def test_processes_that_ask_one_company_know_of_each_other_for_a_minute(store: Store) -> None:
    first, second = Pace(1.0, (5.0,), 0.0), Pace(0.5, (1.0,), 30.0)
    store.budgets.keep(ACCOUNT, first, {}, NOW, "host/first")
    store.budgets.keep(ACCOUNT, second, {}, NOW, "host/second")
    store.budgets.keep("quickbooks/sandbox/90001", first, {}, NOW, "host/elsewhere")
    assert store.budgets.others(ACCOUNT, "host/first", NOW) == (second,)
    assert store.budgets.others(ACCOUNT, "host/second", NOW + timedelta(seconds=10)) == (first.later(10.0),)
    assert len(store.budgets.others(ACCOUNT, "host/third", NOW)) == 2
    assert store.budgets.others(ACCOUNT, "host/first", NOW + timedelta(seconds=60)) == ()
    store.budgets.keep(ACCOUNT, first, {}, NOW + timedelta(seconds=60), "host/first")
    assert store.budgets.others(ACCOUNT, "host/third", NOW) == (first,)


def test_a_process_that_is_gone_has_no_part_any_more(store: Store) -> None:
    gone = this_process("gone").replace(f"/{os.getpid()}/", "/999999999/")
    store.budgets.keep(ACCOUNT, Pace(1.0, (), 0.0), {}, NOW, gone)
    assert store.budgets.others(ACCOUNT, "host/first", NOW) == ()
