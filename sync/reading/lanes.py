"""Errands beside each other: a lane for each side, so that a slow one delays no other."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import Future, wait
from contextvars import copy_context
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any, Generic, TypeVar

T = TypeVar("T")


def site_side(alias: str) -> str:
    """The side that the site of this name in config.toml is."""
    return f"jira.{alias}"


def company_side(alias: str) -> str:
    """The side that the company of this name in config.toml is."""
    return f"quickbooks.{alias}"


@dataclass(slots=True)
class Returned(Generic[T]):
    """What errands brought: `done` by their lanes, `failed` where one raised; `late` is still under way."""

    done: dict[str, T] = field(default_factory=dict)
    failed: dict[str, Exception] = field(default_factory=dict)
    late: frozenset[str] = frozenset()


class Lanes:
    """Does errands, each in the lane of its side. Without `patience` one after another, in the caller's own thread;
    with it beside each other, and an errand that takes longer goes on by itself: its lane takes no other until it is
    over, and what it brings is left in the store alone."""

    def __init__(self, patience: timedelta | None = None) -> None:
        self._patience = patience
        self._under_way: dict[str, tuple[str, Future[Any]]] = {}

    def busy(self, doing: str = "") -> frozenset[str]:
        """The lanes in which something is under way; with `doing` those in which that is."""
        self._under_way = {lane: it for lane, it in self._under_way.items() if not it[1].done()}
        return frozenset(lane for lane, (what, _) in self._under_way.items() if doing in ("", what))

    def run(self, doing: str, errands: Mapping[str, Callable[[], T]]) -> Returned[T]:
        """Do these errands, by lane. One whose lane is taken is not begun and counts as late.

        Alone in its thread an errand may fail without harm to the others; one after another, its error is raised.
        """
        if self._patience is None:
            return Returned({lane: errand() for lane, errand in errands.items()})
        begun = {lane: _begin(lane, errand) for lane, errand in errands.items() if lane not in self.busy()}
        self._under_way |= {lane: (doing, future) for lane, future in begun.items()}
        over = wait(begun.values(), self._patience.total_seconds()).done
        result: Returned[T] = Returned(
            late=frozenset(errands) - {lane for lane in begun if begun[lane] in over}
        )
        for lane, future in begun.items():
            if future in over:
                self._under_way.pop(lane, None)
                error = future.exception()
                if error is None:
                    result.done[lane] = future.result()
                elif isinstance(error, Exception):
                    result.failed[lane] = error
                else:
                    raise error
        return result

    def rest(self, doing: str, longest: timedelta) -> None:
        """Wait until nothing of that kind is under way, but no longer than that."""
        deadline = time.monotonic() + longest.total_seconds()
        for what, future in list(self._under_way.values()):
            if what == doing:
                wait([future], max(0.0, deadline - time.monotonic()))


def _begin(lane: str, errand: Callable[[], T]) -> Future[T]:
    """A thread of its own that ends with the process: a site that hangs must not hold a stop."""
    future: Future[T] = Future()

    def work() -> None:
        try:
            future.set_result(errand())
        except BaseException as error:  # noqa: BLE001 - whatever ended it, its lane must become free
            future.set_exception(error)

    threading.Thread(target=copy_context().run, args=(work,), name=lane, daemon=True).start()
    return future
