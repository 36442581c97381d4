"""Lists that change seldom, believed for a while."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar, cast

T = TypeVar("T")


class Kept:
    """What was read less than `seconds` ago, by name. `clock` is monotonic seconds."""

    def __init__(self, seconds: float, clock: Callable[[], float]) -> None:
        self._seconds = seconds
        self._clock = clock
        self._lists: dict[str, tuple[float, Any]] = {}

    def get(self, name: str, load: Callable[[], T]) -> T:
        """The list `name`: the kept one, or what `load` gives now."""
        now = self._clock()
        if name not in self._lists or now - self._lists[name][0] >= self._seconds:
            self._lists[name] = (now, load())
        return cast("T", self._lists[name][1])

    def forget(self, name: str) -> None:
        """Have the list `name` read anew the next time."""
        del self._lists[name]
