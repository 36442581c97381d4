"""Several hands on one queue: jobs under way at once, each handled to its end by one hand."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from contextvars import copy_context
from types import TracebackType


class Crew:
    """Up to `hands` tasks at once, each known by a number. One hand works in the caller's own thread, so that what
    happens is in one order."""

    def __init__(self, hands: int) -> None:
        self._hands = hands
        self._pool = ThreadPoolExecutor(hands, "dispatch") if hands > 1 else None
        self._tasks: dict[Future[None], int] = {}

    @property
    def under_way(self) -> frozenset[int]:
        """The numbers of the tasks that are not over yet."""
        return frozenset(self._tasks.values())

    def give(self, number: int, task: Callable[[], None]) -> None:
        """Have a task done, once a hand is free. Raises what an earlier task raised."""
        if self._pool is None:
            task()
            return
        while len(self._tasks) >= self._hands:
            self.wait()
        # Each task logs under the run that gave it.
        self._tasks[self._pool.submit(copy_context().run, task)] = number

    def wait(self) -> bool:
        """Wait until one task is over; False when none was under way. Raises what it raised."""
        if not self._tasks:
            return False
        over, _ = wait(self._tasks, return_when=FIRST_COMPLETED)
        for future in over:
            del self._tasks[future]
        for future in over:
            future.result()
        return True

    def __enter__(self) -> Crew:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """All tasks are over when this returns, whatever ended the work."""
        if self._pool is not None:
            self._pool.shutdown(wait=True)
