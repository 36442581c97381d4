"""Leases: one holder at a time, and a fence by which a late one is told from the present one."""

from __future__ import annotations

import threading
from datetime import timedelta

import pytest
from store_facts import LASTS, NOW

from sync.store import Store
from sync.store.holder import this_process

NAME = "drain:9000"
ROUNDS = 25
A, B = "elsewhere/boot/pid:[1]/7/100#a", "elsewhere/boot/pid:[1]/8/100#b"


def take(store: Store, holder: str, seconds: float = 0) -> int | None:
    return store.leases.acquire(NAME, holder, NOW + timedelta(seconds=seconds), LASTS)


def test_a_lease_is_one_holders_until_it_runs_out(store: Store) -> None:
    assert take(store, A) == 1
    assert take(store, B) is None
    assert take(store, B, 59) is None
    assert take(store, B, 60) == 2


def test_renewing_keeps_the_fence_and_moves_the_end(store: Store) -> None:
    assert take(store, A) == 1
    assert take(store, A, 50) == 1
    assert take(store, B, 70) is None
    assert take(store, B, 110) == 2


def test_a_lease_that_ran_out_comes_back_under_a_new_fence_even_to_its_holder(store: Store) -> None:
    assert take(store, A) == 1
    assert take(store, A, 60) == 2


def test_the_fence_only_ever_grows(store: Store) -> None:
    fences = []
    for turn in range(6):
        fences.append(take(store, (A, B)[turn % 2], turn * 10))
        store.leases.release(NAME, (A, B)[turn % 2], NOW + timedelta(seconds=turn * 10))
    assert fences == [1, 2, 3, 4, 5, 6]


def test_only_the_holder_can_give_a_lease_back(store: Store) -> None:
    assert take(store, A) == 1
    store.leases.release(NAME, B, NOW)
    assert take(store, B, 1) is None
    store.leases.release(NAME, A, NOW)
    assert take(store, B, 1) == 2


def test_leases_of_other_names_do_not_meet(store: Store) -> None:
    assert take(store, A) == 1
    assert store.leases.acquire("drain:9001", B, NOW, LASTS) == 1


def test_a_holder_that_surely_died_is_not_waited_for(store: Store) -> None:
    *machine, pid, _ = this_process("x").partition("#")[0].split("/")
    dead = "/".join([*machine, pid, "1"]) + "#x"  # this process started at another time
    assert take(store, dead) == 1
    assert take(store, B) == 2


@pytest.mark.parametrize("part", [0, 1, 2])
def test_a_holder_elsewhere_is_waited_for(store: Store, part: int) -> None:
    """Another machine, another boot or another container: nothing is known of a process there."""
    names = this_process("x").partition("#")[0].split("/")
    names[part], names[-1] = "elsewhere", "1"
    assert take(store, "/".join(names) + "#x") == 1
    assert take(store, B) is None


def test_of_two_that_race_for_a_lease_exactly_one_gets_it(store: Store) -> None:
    barrier = threading.Barrier(2)
    got: dict[tuple[int, str], int | None] = {}

    def race(holder: str) -> None:
        for turn in range(ROUNDS):
            barrier.wait()
            got[turn, holder] = take(store, holder, turn * 60)

    threads = [threading.Thread(target=race, args=(holder,)) for holder in (A, B)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for turn in range(ROUNDS):
        assert sorted([got[turn, A] or 0, got[turn, B] or 0]) == [0, turn + 1]
