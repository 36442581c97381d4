"""The smallest change that would bill a piece of work: each next step is tried on the world, and judged again."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.progress.verdict import Verdict
from mappings.remedy.step import step
from mappings.remedy.world import World

_MOST_STEPS = 12  # more things in the way of one piece of work than there are kinds of them


@dataclass(frozen=True, slots=True)
class Remedy:
    """`steps` in their order, each needed for the next to count. `left` is what is in the way after all of them, and
    nobody can say more about; "" when the work is billed then."""

    steps: tuple[str, ...]
    left: str


def remedy(verdict: Verdict, world: World) -> Remedy:
    """What would bill the work of `verdict`, which is one of those on `world`."""
    steps: list[str] = []
    while verdict.outcome != "due" and len(steps) < _MOST_STEPS:
        told = step(verdict, world)
        if told is None or told[0] in steps:
            break
        again = told[1].verdict(verdict.charge_key)
        if again is None:
            return Remedy((*steps, told[0]), "no rule of the contract is for it: add one")
        if (again.code, again.reason) == (verdict.code, verdict.reason):
            break  # it changes nothing here: what is billed keeps the rules it was billed by
        steps.append(told[0])
        verdict, world = again, told[1]
    if verdict.outcome == "due":
        return Remedy(tuple(steps), "")
    said = f"{verdict.reason}: {verdict.hint}" if steps and verdict.hint else verdict.hint or verdict.reason
    return Remedy(tuple(steps), said)
