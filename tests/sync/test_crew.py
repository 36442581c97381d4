"""Several hands on one queue: as many as there are, each task to its end, and nothing of what went wrong is lost."""

from __future__ import annotations

import threading

import pytest

from sync.outbox.crew import Crew


def test_one_hand_works_in_the_callers_own_thread_and_order() -> None:
    seen: list[tuple[int, str]] = []
    with Crew(1) as crew:
        for number in range(3):
            crew.give(number, lambda number=number: seen.append((number, threading.current_thread().name)))
            assert crew.under_way == frozenset()
    assert seen == [(number, threading.current_thread().name) for number in range(3)]


def test_no_more_than_its_hands_are_under_way() -> None:
    free, together, most = threading.Semaphore(0), [0], [0]
    lock = threading.Lock()

    def task() -> None:
        with lock:
            together[0] += 1
            most[0] = max(most[0], together[0])
        free.acquire()
        with lock:
            together[0] -= 1

    with Crew(3) as crew:
        for number in range(3):
            crew.give(number, task)
        assert crew.under_way == {0, 1, 2}
        for _ in range(9):
            free.release()
        for number in range(3, 9):
            crew.give(number, task)
        while crew.wait():
            pass
        assert crew.under_way == frozenset()
    assert most == [3]


def test_what_a_task_raises_reaches_who_gave_it_and_the_others_end() -> None:
    done = threading.Event()

    def fail() -> None:
        raise KeyError("lost")

    def work() -> None:
        with Crew(2) as crew:
            crew.give(1, fail)
            crew.give(2, done.set)
            while crew.wait():
                pass

    with pytest.raises(KeyError, match="lost"):
        work()
    assert done.is_set()
