"""A story as data: what a seed decides, before anything happens. It can be cut, printed and played again."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field, replace


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
