"""Virtual time and turns: every step that a process takes passes here, where it may be held up, overtaken or ended."""

from __future__ import annotations

import hashlib
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from breaking import Crash

from sandbox.clock import Clock
from simulation.story import Mishap

#: Where something may happen to a process. A `begin` comes before its transaction, an `answer` after its effect;
#: `write` and `written` are the same around a request that changes the books.
POINTS = ("begin", "statement", "commit", "request", "answer", "write", "written")
_TURNS = frozenset({"begin", "request", "answer", "write", "written"})


@dataclass(slots=True, eq=False)
class Performer:
    """One process on the stage. `dead` from its kill on; `deep` counts its open transactions."""

    name: str
    dead: bool = False
    deep: int = 0


@dataclass(slots=True)
class _Part:
    """What one performer does in an act, on a thread of its own when there are several."""

    performer: Performer
    work: Callable[[], object]
    turn: threading.Semaphore = field(default_factory=lambda: threading.Semaphore(0))
    over: bool = False
    error: BaseException | None = None

    def play(self) -> None:
        """Do it; what ends it is kept."""
        try:
            self.work()
        except BaseException as error:  # noqa: BLE001  a crash is no Exception, and the judge wants all others
            self.error = error
        self.over = True


class Stage:
    """One clock for all, one performer at a time. `passed` counts the points; `trace` digests all that happened."""

    def __init__(self, start: datetime, meet: Callable[[Mishap], None]) -> None:
        self.clock = Clock.at(start)
        self.passed: Counter[str] = Counter()
        self.uptime = 0.0  #: seconds of the machine's own count, which stands still while it sleeps
        self._meet = meet
        self._shift = timedelta(0)
        self._trace = hashlib.blake2b(digest_size=16)
        self._due: dict[tuple[str, int], list[Mishap]] = {}
        self._seen: Counter[str] = Counter()
        self._parts: list[_Part] = []
        self._on: _Part | None = None
        self._resting = False

    @property
    def trace(self) -> str:
        """The digest so far."""
        return self._trace.hexdigest()

    @property
    def seen(self) -> Counter[str]:
        """The points of each kind that were passed in the last act."""
        return self._seen

    def meets(self, meet: Callable[[Mishap], None]) -> None:
        """From here on `meet` is told of mishaps that are not the stage's own."""
        self._meet = meet

    def now(self) -> datetime:
        """The time as the machine of the processes tells it; `clock` is that of the services."""
        return self.clock.now() + self._shift

    def monotonic(self) -> float:
        """The machine's own seconds."""
        return self.uptime

    def elapse(self, seconds: float) -> None:
        """Time passes for everybody."""
        self.clock.advance(timedelta(seconds=seconds))
        self.uptime += seconds

    def nap(self, seconds: float) -> None:
        """A process waits, and another one may go on meanwhile."""
        self.elapse(seconds)
        if self._on is not None and not self._on.performer.deep:
            self._switch()

    def sleep(self, seconds: float) -> None:
        """The machine sleeps: time passes, its own count stands still."""
        self.clock.advance(timedelta(seconds=seconds))

    def shift(self, seconds: float) -> None:
        """Somebody sets the machine's clock."""
        self._shift += timedelta(seconds=seconds)

    def mend(self) -> None:
        """The machine's clock is right again."""
        self._shift = timedelta(0)

    def note(self, *what: object) -> None:
        """Add to the trace."""
        self._trace.update(f"{what}|{self.clock.now().timestamp()}\n".encode())

    @contextmanager
    def resting(self) -> Iterator[None]:
        """What the play does by itself is no step of a process."""
        before, self._resting = self._resting, True
        try:
            yield
        finally:
            self._resting = before

    def act(
        self, parts: Mapping[Performer, Callable[[], object]], mishaps: Sequence[Mishap]
    ) -> list[BaseException]:
        """Everybody does their part, taking turns where a mishap says so. What ended them, kills left out."""
        self._seen.clear()
        self._due = {}
        for mishap in mishaps:
            self._due.setdefault((mishap.where, mishap.nth), []).append(mishap)
        self._parts = [_Part(performer, work) for performer, work in parts.items()]
        if len(self._parts) == 1:
            self._on = self._parts[0]
            self._on.play()
        else:
            self._play_together()
        self._due, self._on = {}, None
        return [each.error for each in self._parts if each.error and not isinstance(each.error, Crash)]

    def point(self, performer: Performer, where: str, detail: str = "") -> None:
        """A process passes one of `POINTS`; a request is one by its call, too. Crash when it ends here, or has."""
        if self._resting:
            return
        if performer.dead:
            raise Crash
        self.passed[where] += 1
        self._trace.update(f"{performer.name}{where}{detail}".encode())
        if self._on is None:
            return
        self._come_to(performer, where)
        if where == "request":
            self._come_to(performer, detail)

    def _come_to(self, performer: Performer, where: str) -> None:
        self._seen[where] += 1
        for mishap in self._due.get((where, self._seen[where]), ()):
            self.note("mishap", mishap)
            if mishap.what == "kill":
                performer.dead = True
                self.passed["kill"] += 1
                raise Crash
            if mishap.what != "switch":
                self._meet(mishap)
            elif where in _TURNS and not performer.deep:
                self._switch()

    def _play_together(self) -> None:
        ended = threading.Semaphore(0)

        def perform(part: _Part) -> None:
            part.turn.acquire()
            part.play()
            following = self._other(part)
            if following is None:
                ended.release()
            else:
                self._on = following
                following.turn.release()

        threads = [threading.Thread(target=perform, args=(part,), daemon=True) for part in self._parts]
        for thread in threads:
            thread.start()
        self._on = self._parts[0]
        self._parts[0].turn.release()
        ended.acquire()
        for thread in threads:
            thread.join()

    def _switch(self) -> None:
        mine = self._on
        following = None if mine is None else self._other(mine)
        if mine is None or following is None:
            return
        self.passed["switch"] += 1
        self._on = following
        following.turn.release()
        mine.turn.acquire()

    def _other(self, part: _Part) -> _Part | None:
        return next((each for each in self._parts if each is not part and not each.over), None)
