"""The story of a seed: which world, which deeds, what goes wrong where. All is decided before anything happens."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from random import Random

from chances import TERMS

from simulation import knobs, storm
from simulation.story import Deed, Mishap, Story
from simulation.wanted import NEXT_DAY
from simulation.weather import DARK
from simulation.weather import KINDS as FAULTS

RUNS: Mapping[str, int] = {"tick": 6, "both": 6, "apply": 2}
#: Deeds of people by how often each comes.
PEOPLE: Mapping[str, int] = {
    "turn": 4,
    "price": 5,
    "estimate": 1,
    "move": 1,
    "retitle": 1,
    "access": 1,
    "rules": 1,
    "finance": 6,
    "books": 1,
    "decide": 2,
    "wait": 1,
    "backup": 1,
    "restore": 1,
}
_RARE = frozenset({"backup", "restore"})
_FIRST = ("tick", "both", "both", "apply")  #: there is work to bill from the beginning
_WRITING = re.compile(r"request|write|books POST (invoice|estimate|creditmemo)")
STORMS = (
    100_000  #: the stories of all later seeds are storms: for a record in which every call met every fault
)
_NEXT_DOOR = 0.1
_LENGTHS = (2, 3, 4, 5, 9)
_STORMS = (2, 4, 6, 8)

#: What a whole story is like: nothing goes wrong, anything does, writes are lost in the dark, processes get in each
#: other's way and end, every call meets its weather.
_MOODS: Mapping[str, int] = {"calm": 1, "mixed": 4, "dark": 3, "crowd": 2, "storm": 1}
#: What goes wrong at a point of a run, by how often each comes; a fault is one of the kinds of `weather`.
_MISHAPS: Mapping[str, Mapping[str, int]] = {
    "mixed": {"fault": 8, "kill": 3, "finance": 3, "turn": 1, "price": 1, "sleep": 2, "set back": 1},
    "dark": {"dark": 8, "kill": 1, "finance": 4, "sleep": 1},
    "crowd": {"kill": 4, "switch": 6, "finance": 2, "sleep": 2, "dark": 1},
}
_PLACES = {"request": 5, "answer": 3, "write": 6, "written": 5, "begin": 2, "statement": 2, "commit": 3}
_TURNS = {"request": 3, "answer": 2, "begin": 3, "write": 3, "written": 1}
_SOON = {"request": 25, "answer": 25, "write": 2, "written": 2, "begin": 60, "statement": 150, "commit": 40}


def compose(seed: int) -> Story:
    """The story of a seed. In one of ten there is a second client."""
    story = _drawn(seed)
    if Random(f"next door to {seed}").random() < _NEXT_DOOR:  # noqa: S311
        story = replace(story, knobs={**story.knobs, "next_door": True})
    if story.knobs.get("requestid_window") == 0 and is_doubled(story):
        return replace(story, knobs={**story.knobs, "requestid_window": 600})
    return story


def is_doubled(story: Story) -> bool:
    """Whether the wire itself may deliver a write twice. Then the service must know a request id for a moment: nobody
    else could tell the two apart."""
    mishaps = [each for deed in story.deeds for each in deed.mishaps]
    return any(each.what == "fault delivered twice" and _WRITING.match(each.where) for each in mishaps)


def _drawn(seed: int) -> Story:
    dice = Random(seed)  # noqa: S311  chance, not secrecy
    (mood,) = ["storm"] if seed > STORMS else dice.choices(list(_MOODS), list(_MOODS.values()))
    terms = {name: dice.choice(values) for name, values in TERMS.items()}
    turned = knobs.draw(dice)
    if mood == "dark" and dice.random() < 0.7:
        turned["requestid_window"] = 0
    faults = dice.sample(FAULTS, dice.randint(1, len(FAULTS)))
    people = [name for name in PEOPLE if dice.random() < (0.2 if name in _RARE else 0.7)]
    weights = [*RUNS.values(), *(PEOPLE[name] for name in people)]
    if mood == "storm":
        scene = storm.scene_of(seed)
        return Story(seed, terms | scene.terms, turned | scene.knobs, tuple(_stormy(dice, seed, people)))
    deeds = dice.choices([*RUNS, *people], weights, k=dice.choice(_LENGTHS))
    return Story(
        seed,
        terms,
        turned,
        tuple(
            Deed(what, dice.getrandbits(32), _mishaps(dice, what, mood, faults))
            for what in (dice.choice(_FIRST), *deeds)
        ),
    )


def _stormy(dice: Random, seed: int, people: Sequence[str]) -> Iterator[Deed]:
    yield from storm.opening(seed, dice)
    for number in range(dice.choice(_STORMS)):
        if people:
            yield Deed(dice.choice(people), dice.getrandbits(32))
        yield dice.choice((NEXT_DAY, Deed("restart", 0)))
        yield storm.run(seed, number, dice)


def _mishaps(dice: Random, what: str, mood: str, faults: Sequence[str]) -> tuple[Mishap, ...]:
    if mood == "calm" or what not in RUNS:
        return ()
    menu = _MISHAPS[mood]
    kinds = dice.choices(list(menu), list(menu.values()), k=dice.choice((0, 1, 2, 2, 3, 4)))
    if what == "both":
        kinds += ["switch"] * dice.randint(1, 8)
    return tuple(_mishap(dice, kind, faults) for kind in kinds)


def _mishap(dice: Random, kind: str, faults: Sequence[str]) -> Mishap:
    if kind == "fault" and dice.random() < 0.5:
        return Mishap("request", dice.randint(1, _SOON["request"]), f"fault {dice.choice(faults)}")
    if kind in ("fault", "dark"):
        what = dice.choice(DARK if kind == "dark" else faults)
        return Mishap("write", dice.randint(1, _SOON["write"]), f"fault {what}")
    places = _TURNS if kind == "switch" else _PLACES
    (where,) = dice.choices(list(places), list(places.values()))
    return Mishap(where, dice.randint(1, _SOON[where]), kind, dice.getrandbits(32))
