"""The scenarios of `milepost selftest`, each on an office of its own."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import count

from cli.proving.house import VALUE, House, Process, Stuck, open_house
from cli.proving.process import Cut, apply_once
from cli.proving.verdict import Verdict, Work, judge, key_of
from sandbox.faults import drop_after
from sandbox.quickbooks.state import Row
from sandbox.world.small import PERCENT

_WRITES = r"/invoice$"
_ROUNDS_AT_ONCE = 10


@dataclass(frozen=True, slots=True)
class Scenario:
    """What is done to applies, in words, and the doing."""

    title: str
    play: Callable[[str, Process, int], Verdict]


@contextmanager
def _judged(house: House, title: str) -> Iterator[tuple[Work, Verdict]]:
    """Work and its verdict, which is complete after the block, however that ends."""
    began, work, verdict = time.monotonic(), Work(), Verdict(title)
    try:
        yield work, verdict
    except Stuck as stuck:
        verdict.violations.append(str(stuck))
    judge(house, work, verdict)
    verdict.seconds = round(time.monotonic() - began, 1)


def _creating(title: str, process: Process, stride: int, *, honours: bool, loses: bool) -> Verdict:
    """Two epics close; the apply is killed at its first step, then at its second, until one gets through."""
    with open_house(process=process) as house, _judged(house, title) as (work, verdict):
        house.finish()  # what the first run does once is behind it
        house.office.world.quickbooks.behaviour.requestid_honoured = honours
        for step in count(0, stride):
            if loses:
                house.sandbox.quickbooks_faults.add(drop_after(), method="POST", path=_WRITES, count=1)
            keys = [_close_one(house, work, 0.01 + 0.01 * number) for number in range(2)]
            if not _kill(house, step, keys, work, verdict):
                break
            house.finish()
    return verdict


def _changing(title: str, process: Process, stride: int) -> Verdict:
    """One billed epic grows and another reopens; the apply that changes one draft and voids the other is killed."""
    with open_house(reopened="withdraw", process=process) as house, _judged(house, title) as (work, verdict):
        house.office.world.quickbooks.behaviour.requestid_honoured = False
        for step in count(0, stride):
            grown, back = _close_one(house, work, 0.02), _close_one(house, work, 0.01)
            house.finish()
            _grow(house, work, grown)
            house.office.lead.reopen(back)
            work.due[back] = Decimal(0)
            if not _kill(house, step, [grown, back], work, verdict):
                break
            house.finish()
    return verdict


def _overtaking(title: str, process: Process, stride: int) -> Verdict:
    """Finance edits a draft while an apply that is about to change it stands still, at each step once."""
    with open_house(process=process) as house, _judged(house, title) as (work, verdict):
        for step in count(0, stride):
            key = _close_one(house, work, 0.02)
            house.finish()
            _grow(house, work, key)
            (row,) = (each for each in house.office.made() if key_of(each) == key)
            running = house.start(Cut(step, "wait"))
            name = running.step()
            if not name:
                running.end()
                break
            _edit(house, row, key, work)
            work.began_at[row.id] = work.began_at[key] = f"edited {name} (step {step + 1})"
            verdict.disturbed += 1
            running.go_on()
            running.end()
            house.finish()
    return verdict


def _together(title: str, process: Process, stride: int) -> Verdict:
    """Two applies at once on one store, with several writes under way, on a server that ignores request ids."""
    with open_house(hands=4, process=process) as house, _judged(house, title) as (work, verdict):
        house.office.world.quickbooks.behaviour.requestid_honoured = False
        house.finish()
        for _ in range(0, _ROUNDS_AT_ONCE, stride):
            for number in range(4):
                _close_one(house, work, 0.01 + 0.01 * number)
            both = house.start(), house.start()
            for running in both:
                running.end()
            verdict.disturbed += 1
            house.finish()
    return verdict


def _kill(house: House, step: int, keys: list[str], work: Work, verdict: Verdict) -> bool:
    """Start an apply and kill it at a step; False when it got through before."""
    running = house.start(Cut(step, "kill"))
    name = running.step()
    code = running.end()
    if name and code < 0:
        verdict.disturbed += 1
        work.began_at |= dict.fromkeys(keys, f"killed {name} (step {step + 1})")
    return bool(name)


def _close_one(house: House, work: Work, percent: float) -> str:
    """An epic is done: its key."""
    issue = house.office.epic("Feature", percent)
    work.due[issue.key] = _money(percent)
    return issue.key


def _grow(house: House, work: Work, key: str) -> None:
    house.office.lead.set_field(key, PERCENT, 0.03)
    work.due[key] = _money(0.03)


def _money(percent: float) -> Decimal:
    return VALUE * Decimal(str(round(percent, 2))) / 100


def _edit(house: House, row: Row, key: str, work: Work) -> None:
    """Finance words the line anew, adds one of its own and a message to the client."""
    finance, line = house.office.finance, row.body["Line"][0]["Id"]
    typed = {"text": f"{key} as agreed on the phone", "own line": "Travel", "message": "Thank you!"}
    finance.edit_text(row.id, line, typed["text"])
    finance.add_line(row.id, None, Decimal("10.00"), typed["own line"])
    finance.edit_memo(row.id, typed["message"])
    work.typed[row.id] = typed


SCENARIOS = (
    Scenario("killed at every step", partial(_creating, honours=True, loses=False)),
    Scenario("killed, and the server ignores request ids", partial(_creating, honours=False, loses=False)),
    Scenario("killed, and answers are lost as well", partial(_creating, honours=False, loses=True)),
    Scenario("killed while it changes and withdraws", _changing),
    Scenario("finance edits the draft at every step", _overtaking),
    Scenario("two processes at once", _together),
)


def play(scenario: Scenario, process: Process = apply_once, stride: int = 1) -> Verdict:
    """One scenario from its beginning to its verdict; with a `stride` above 1 at every so many-th step only."""
    return scenario.play(scenario.title, process, stride)
