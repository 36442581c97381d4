"""Ends the process in the middle of its work, as far as the database and the books can tell."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, event


class Crash(BaseException):
    """The process ended here. No `except Exception` of the product can hold it."""


class Breaker:
    """Counts steps and crashes at the chosen one. From then on nothing gets through, until it is mended."""

    def __init__(self) -> None:
        self.steps = 0
        self._left: int | None = None
        self._dead = False

    def break_at(self, step: int) -> None:
        """Crash instead of taking the `step`-th step from now (0 is the next one)."""
        self._left = step

    def mend(self) -> None:
        """The process is started again."""
        self._left, self._dead = None, False

    @contextmanager
    def resting(self) -> Iterator[None]:
        """What a test does by itself is no step."""
        left, self._left = self._left, None
        yield
        self._left = left

    def step(self, *_: Any, **__: Any) -> None:
        """Called before each thing that leaves a trace."""
        if self._dead:
            raise Crash
        if self._left is not None:
            if self._left == 0:
                self._dead = True
                raise Crash
            self._left -= 1
        self.steps += 1


@contextmanager
def breakable(engine: Engine, *steps: str) -> Iterator[Breaker]:
    """Every one of these events of `engine` is a step; by default every statement and every commit."""
    breaker = Breaker()
    names = steps or ("before_cursor_execute", "commit")
    for name in names:
        event.listen(engine, name, breaker.step)
    try:
        yield breaker
    finally:
        for name in names:
            event.remove(engine, name, breaker.step)
