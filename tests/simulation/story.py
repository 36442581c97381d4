"""A story as data: what a seed decides, before anything happens. It can be cut, printed and played again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace
from random import Random

from simulation import knobs
from simulation.weather import DARK
from simulation.weather import KINDS as FAULTS


@dataclass(frozen=True, slots=True)
class Mishap:
    """What happens at the `nth` point of a kind that the processes pass in a deed; `dice` decides its details."""

    where: str
    nth: int
    what: str
    dice: int = 0


@dataclass(frozen=True, slots=True)
class Deed:
    """One thing done, with what goes wrong while it is done; `dice` decides its details."""

    what: str
    dice: int
    mishaps: tuple[Mishap, ...] = ()


@dataclass(frozen=True, slots=True)
class Story:
    """How the world is (`terms` of the contract, `knobs` of the services) and what is done in it, in order."""

    seed: int
    terms: Mapping[str, object] = field(default_factory=dict)
    knobs: Mapping[str, object] = field(default_factory=dict)
    deeds: tuple[Deed, ...] = ()

    def told(self) -> str:
        """For a reader: the world where it is not the usual one, and the deeds one by one."""
        lines = [f"seed {self.seed}; {json.dumps(dict(self.terms))}"]
        lines += [f"  with {name} = {value}" for name, value in self.knobs.items()]
        for deed in self.deeds:
            lines.append(f"  {deed.what} ({deed.dice})")
            lines += [f"      {m.what} at {m.where} {m.nth} ({m.dice})" for m in deed.mishaps]
        return "\n".join(lines)

    def kept(self) -> str:
        """As JSON, for a file."""
        return json.dumps(asdict(self))

    def only(self, deeds: Sequence[Deed]) -> Story:
        """The same world, and these deeds."""
        return replace(self, deeds=tuple(deeds))


TERMS: Mapping[str, tuple[object, ...]] = {
    "draft": ("unsent_invoice", "unsent_invoice", "pending_estimate"),
    "reopened": ("hold", "withdraw"),
    "days": (0, 3),
    "group": ("milestone", "phase", "run"),
    "rate": (100, 120),
}
#: Deeds by how often each comes.
DEEDS: Mapping[str, int] = {
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
    "tick": 6,
    "both": 6,
    "apply": 2,
}
_RARE = frozenset({"backup", "restore"})
RUNS = frozenset({"tick", "both", "apply"})
#: What goes wrong at a point of a run, by how often each comes; a fault is one of the kinds of `weather`.
_MISHAPS = {"fault": 8, "kill": 3, "finance": 3, "turn": 1, "price": 1, "sleep": 2, "set back": 1}
_PLACES = {"request": 5, "answer": 3, "write": 6, "written": 5, "begin": 2, "statement": 2, "commit": 3}
_SOON = {"request": 25, "answer": 25, "write": 2, "written": 2, "begin": 60, "statement": 150, "commit": 40}
_FIRST = ("tick", "both", "both", "apply")
_LENGTHS = (2, 3, 4, 5, 9)


def compose(seed: int) -> Story:
    """The story of a seed."""
    dice = Random(seed)  # noqa: S311  chance, not secrecy
    terms = {name: dice.choice(values) for name, values in TERMS.items()}
    chosen = knobs.draw(dice)
    calm = dice.random() < 0.1
    faults = dice.sample(FAULTS, dice.randint(1, len(FAULTS)))
    names = [name for name in DEEDS if name in RUNS or dice.random() < (0.25 if name in _RARE else 0.7)]
    deeds = []
    following = dice.choices(names, [DEEDS[name] for name in names], k=dice.choice(_LENGTHS))
    for what in (
        dice.choice(_FIRST),
        *following,
    ):  # at first there is something to write, whatever comes then
        mishaps = _mishaps(dice, what, faults) if what in RUNS and not calm else ()
        deeds.append(Deed(what, dice.getrandbits(32), mishaps))
    return Story(seed, terms, chosen, tuple(deeds))


def _mishaps(dice: Random, what: str, faults: Sequence[str]) -> tuple[Mishap, ...]:
    found = []
    for _ in range(dice.choice((0, 1, 2, 2, 3, 4))):
        (kind,) = dice.choices(list(_MISHAPS), list(_MISHAPS.values()))
        if kind == "fault":
            found.append(_fault(dice, faults))
        else:
            found.append(_somewhere(dice, kind))
    if what == "both":
        found += [_somewhere(dice, "switch") for _ in range(dice.randint(1, 8))]
    return tuple(found)


def _fault(dice: Random, faults: Sequence[str]) -> Mishap:
    """On a read by chance; on a write rather one that leaves us in the dark."""
    if dice.random() < 0.4:
        return Mishap("request", dice.randint(1, _SOON["request"]), f"fault {dice.choice(faults)}")
    kind = dice.choice(DARK if dice.random() < 0.6 else faults)
    return Mishap("write", dice.randint(1, _SOON["write"]), f"fault {kind}")


def _somewhere(dice: Random, what: str) -> Mishap:
    places = _PLACES
    if what == "switch":
        places = {"request": 3, "answer": 2, "begin": 3, "write": 3, "written": 1}
    (where,) = dice.choices(list(places), list(places.values()))
    return Mishap(where, dice.randint(1, _SOON[where]), what, dice.getrandbits(32))
