from __future__ import annotations

import threading
from contextlib import suppress
from dataclasses import dataclass, field
from itertools import pairwise

import pytest

from connectors.limits import Busy, Limiter, Pace


@dataclass
class Time:
    """A clock that only sleeping moves."""

    now: float = 1000.0
    slept: list[float] = field(default_factory=list)

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.now += seconds


def limiter(time: Time, **settings: float | Pace) -> Limiter:
    return Limiter(clock=time.clock, sleep=time.sleep, **settings)  # type: ignore[arg-type]  # test shorthand


def starts(limits: Limiter, time: Time, count: int) -> list[float]:
    moments = []
    for _ in range(count):
        with limits.place(patience=1000):
            moments.append(time.now)
    return moments


def busiest(moments: list[float], width: float) -> int:
    return max(sum(start <= other < start + width for other in moments) for start in moments)


def test_no_second_and_no_minute_sees_more_than_nine_tenths_of_the_allowance() -> None:
    time = Time()
    moments = starts(limiter(time), time, 1000)
    assert busiest(moments, 1.0) == 9
    assert busiest(moments, 60.0) == 450


def test_requests_under_way_together_start_evenly_so_that_late_arrivals_do_not_pile_up() -> None:
    time = Time()
    limits = limiter(time, at_once=500)
    with limits.place(patience=0):
        moments = starts(limits, time, 451)
    between = {round(later - earlier, 6) for earlier, later in pairwise(moments)}
    assert between == {round(60 / 450, 6)}
    late = [moment + 0.3 * (number % 2) for number, moment in enumerate(moments)]
    assert busiest(late, 1.0) <= 10


def test_the_first_requests_one_after_another_do_not_wait() -> None:
    time = Time()
    assert starts(limiter(time), time, 9) == [1000.0] * 9
    assert time.slept == []


def test_after_a_refusal_nothing_starts_for_a_minute_and_then_the_pace_is_lower() -> None:
    time = Time()
    limits = limiter(time)
    assert limits.refused(None) == 60.0
    moments = starts(limits, time, 50)
    assert moments[0] == 1060.0
    assert limits.level == pytest.approx(0.63, abs=0.01)
    assert busiest(moments, 1.0) == 6


def test_a_longer_wait_asked_for_by_the_service_is_kept() -> None:
    time = Time()
    limits = limiter(time)
    assert limits.refused(90.0) == 90.0
    assert starts(limits, time, 1) == [1090.0]


def test_requests_refused_together_teach_one_lesson() -> None:
    time = Time()
    limits = limiter(time)
    for _ in range(4):
        limits.refused(None)
    assert limits.level == pytest.approx(0.63)


def test_quiet_minutes_give_the_pace_back_but_never_more_than_before() -> None:
    time = Time()
    limits = limiter(time)
    limits.refused(None)
    time.now += 60 + 5 * 60
    assert limits.level == pytest.approx(0.73)
    time.now += 3600
    assert limits.level == 0.9


def test_the_level_survives_a_restart() -> None:
    time = Time()
    limits = limiter(time)
    limits.refused(None)
    assert busiest(starts(limiter(time, level=limits.level), time, 30), 1.0) == 6


def test_impatient_callers_are_told_how_long_it_takes() -> None:
    time = Time()
    limits = limiter(time)
    limits.refused(None)
    with pytest.raises(Busy) as told, limits.place(patience=5):
        pytest.fail("nothing may start now")
    assert told.value.wait == 60.0
    assert time.slept == []


def test_only_so_many_requests_are_under_way_at_once() -> None:
    limits = Limiter(per_minute=10**6, at_once=2)
    inside = threading.Barrier(3, timeout=30)
    release = threading.Event()

    def hold() -> None:
        with limits.place(patience=5):
            inside.wait()
            release.wait(30)

    threads = [threading.Thread(target=hold) for _ in range(2)]
    for thread in threads:
        thread.start()
    inside.wait()
    with pytest.raises(Busy), limits.place(patience=0.01):
        pytest.fail("a third request started")
    release.set()
    for thread in threads:
        thread.join()
    with limits.place(patience=0.01):
        pass


def test_a_place_is_given_back_when_the_request_fails() -> None:
    limits = Limiter(at_once=1)
    for _ in range(3):
        with pytest.raises(ZeroDivisionError), limits.place(patience=0):
            raise ZeroDivisionError


@pytest.mark.parametrize("settings", [{"per_second": 0}, {"at_once": 0}, {"level": 0.0}, {"level": 1.5}])
def test_senseless_settings_are_refused(settings: dict[str, float]) -> None:
    with pytest.raises(ValueError, match="a limiter needs"):
        limiter(Time(), **settings)


def test_a_restart_begins_where_the_last_process_left_off() -> None:
    time = Time()
    first = limiter(time)
    moments = starts(first, time, 445)
    time.sleep(2.0)
    second = limiter(time, since=first.pace.later(0.0))
    assert busiest([*moments, *starts(second, time, 300)], 60.0) <= 450


def test_a_restart_does_not_shorten_the_pause_after_a_refusal_nor_forget_the_lower_pace() -> None:
    time = Time()
    first = limiter(time)
    first.refused(None)
    kept = first.pace
    time.now += 20
    second = limiter(time, since=kept.later(20.0))
    assert starts(second, time, 1) == [1060.0]
    assert second.level < 0.64


def test_what_was_kept_long_ago_says_nothing_any_more() -> None:
    time = Time()
    first = limiter(time)
    starts(first, time, 400)
    assert first.pace.later(61.0).started == ()
    assert starts(limiter(time, since=first.pace.later(61.0)), time, 9) == [time.now] * 9


def test_processes_beside_each_other_keep_the_allowance_together() -> None:
    time = Time()
    both = limiter(time), limiter(time)
    for each, other in (both, reversed(both)):
        each.beside([other.pace])
    moments = []
    while time.now < 1180.0:
        for each in both:
            with suppress(Busy), each.place(patience=0.0):
                moments.append(time.now)
        time.now += 0.05
    assert busiest(moments, 1.0) <= 9
    assert 400 < busiest(moments, 60.0) <= 450


def test_a_pause_that_another_process_was_told_of_is_kept_and_its_pace_is_ours() -> None:
    time = Time()
    mine = limiter(time)
    mine.beside([Pace(0.5, (), 40.0)])
    assert starts(mine, time, 1) == [1040.0]
    assert mine.level == pytest.approx(0.5)
    mine.beside([])
    assert busiest(starts(mine, time, 300), 60.0) > 225  # alone again: half of 500
