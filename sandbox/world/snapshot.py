"""The whole world kept and put back, in place: whoever serves it or acts in it goes on with the same objects."""

from __future__ import annotations

import contextlib
import io
import pickle
import threading
import types
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sandbox.world.generate import World

_BY_IDENTITY = (
    types.FunctionType,
    types.MethodType,
    type(threading.Lock()),
    type(threading.RLock()),
)
"""What has no value of its own: a snapshot refers to the living one."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A world at one moment; good for any number of restores in the process that took it."""

    at: datetime
    content: bytes
    living: tuple[object, ...]


def take(world: World) -> Snapshot:
    """Everything both services hold, to the last history entry, token and request id."""
    with _standing_still(world):
        file = io.BytesIO()
        keeper = _Keeper(file, [world.clock, *anchors(world)])
        keeper.dump([vars(anchor) for anchor in anchors(world)])
        return Snapshot(world.clock.now(), file.getvalue(), tuple(keeper.living))


def restore(world: World, snapshot: Snapshot) -> None:
    """Make `world`, the one it was taken of, what it was; its clock is set back and flows on if it is real."""
    with _standing_still(world):
        if snapshot.living[0] is not world.clock:
            raise ValueError("a snapshot is restored to the world it was taken of")
        contents = _Finder(io.BytesIO(snapshot.content), snapshot.living).load()
        for anchor, content in zip(snapshot.living[1:], contents, strict=False):
            _replace(vars(anchor), content)
        world.clock.set(snapshot.at)


def _replace(held: dict[str, Any], content: dict[str, Any]) -> None:
    """Never without its lock, for which other threads may be asking just now."""
    for name in held.keys() - content.keys():
        del held[name]
    held.update(content)


def anchors(world: World) -> list[Any]:
    """The objects whose identity outlives a restore: servers and people hold them."""
    books = world.quickbooks
    return [world.jira, books, books.tokens, *books.companies.values()]


@contextlib.contextmanager
def _standing_still(world: World) -> Iterator[None]:
    with contextlib.ExitStack() as locks:
        locks.enter_context(world.jira.lock)
        for company in world.quickbooks.companies.values():
            locks.enter_context(company.lock)
        yield


class _Keeper(pickle.Pickler):
    """Writes values; `living` grows by every object that is only referred to."""

    def __init__(self, file: io.BytesIO, living: list[object]) -> None:
        super().__init__(file, pickle.HIGHEST_PROTOCOL)
        self.living = living
        self._numbers = {id(thing): number for number, thing in enumerate(living)}

    def persistent_id(self, thing: object) -> int | None:
        number = self._numbers.get(id(thing))
        if number is None and isinstance(thing, _BY_IDENTITY):
            number = self._numbers[id(thing)] = len(self.living)
            self.living.append(thing)
        return number


class _Finder(pickle.Unpickler):
    """Reads what a keeper wrote in this process."""

    def __init__(self, file: io.BytesIO, living: tuple[object, ...]) -> None:
        super().__init__(file)
        self._living = living

    def persistent_load(self, number: int) -> object:
        return self._living[number]
