"""The town: a client or two, the stage with its time, and the processes of the product between them."""

from __future__ import annotations

import hashlib
import shutil
import sqlite3
import tempfile
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from random import Random
from typing import Any

from finance_hands import ADDRESS
from real_house import START

from connectors.oauth.tokens import Tokens
from sandbox.world.company import REALM
from sandbox.world.site import TOKEN
from simulation import next_door
from simulation.door import Door
from simulation.next_door import NextDoor
from simulation.process import Process
from simulation.side import Apart, Side
from simulation.stage import Stage
from simulation.story import Mishap, Story
from sync.installation.vault import Vault


class Town:
    """Everything outside the product, and the two processes `a` and `b` of it that share a store.

    `weather` is what meets the next request; `meet` is told of mishaps that are not the stage's own.
    """

    def __init__(self, story: Story, rules: str, empty: Path, meet: Callable[[Mishap], None]) -> None:
        self.story, self.rules = story, rules
        self.stage = Stage(START, meet)
        self.folder = tempfile.mkdtemp(dir=empty.parent)
        self.file = shutil.copy(empty, f"{self.folder}/town.db")
        self.backup, self.restored = f"{self.folder}/backup.db", False
        self.weather, self.apart = "", Apart()
        self.main = Side(self, "main", REALM, TOKEN, ("Search", "Checkout"))
        self.next_door = NextDoor(self) if story.knobs.get("next_door") else None
        self.sides: list[Side] = [self.main, *([self.next_door] if self.next_door else ())]
        self._late: list[tuple[float, Callable[[], object]]] = []
        self._ids = self.forks = 0
        self.vault = Vault(bytes(32))
        self.processes = {name: Process(self, name) for name in ("a", "b")}
        self.enter_store(self.file)

    @property
    def texts(self) -> list[str]:
        """The contracts, by their texts."""
        return [self.rules, *([next_door.TEXT] if self.next_door else ())]

    @property
    def door(self) -> Door:
        """The door of the first client's books."""
        return self.main.door

    @property
    def broken(self) -> list[str]:
        """Every broken law that was seen at a door."""
        return [each for side in self.sides for each in side.door.broken]

    @property
    def writes(self) -> int:
        """How often the product changed anybody's books."""
        return sum(side.door.witness.writes.total() for side in self.sides)

    def leave_store(self) -> None:
        """Nothing here has the store open any more, so that a fork finds no connection of another process."""
        self._peek.close()
        for process in self.processes.values():
            process.end()

    def enter_store(self, file: str) -> None:
        """Look into the store in `file` from here on; no process is begun."""
        self.file = file
        self._peek = sqlite3.connect(self.file, check_same_thread=False)
        self._peek.row_factory = sqlite3.Row

    def become(self, door: Any) -> None:
        """Be a process of its own, forked from the town's: one product process, and another's ids are not given out."""
        self.main.door = door
        self._ids += 100_000 * self.forks
        self.restart("a")

    def close(self) -> None:
        """The town is left."""
        self._peek.close()
        for process in self.processes.values():
            process.end()
        shutil.rmtree(self.folder)

    def peek(self, query: str, **values: object) -> list[sqlite3.Row]:
        """What the store holds as others see it, by a connection of our own."""
        return self._peek.execute(query, values).fetchall()

    def secrets(self) -> set[str]:
        """What no log line may hold: keys, tokens, and how finance's people are reached."""
        secrets = {ADDRESS, *self.processes["a"].tokens()}
        for side in self.sides:
            secrets |= {side.token, side.state.tokens.client_secret, side.first_refresh}
        return secrets - {""}

    def keep_a_backup(self) -> None:
        """Somebody copies the store."""
        copy = sqlite3.connect(self.backup)
        self._peek.backup(copy)
        copy.close()

    def restore(self) -> None:
        """The store is put back from its last copy, and new processes begin with it."""
        if not Path(self.backup).exists():
            return
        for process in self.processes.values():
            process.end()
        copy = sqlite3.connect(self.backup)
        copy.backup(self._peek)
        copy.close()
        self.restored = True
        self.restart("a", "b")

    def connect_again(self) -> None:
        """A person consents anew, as somebody must where a pair was lost on its way or with a store."""
        with self.stage.resting():
            for side in self.sides:
                refresh = side.state.tokens.connect(side.realm).refresh_token
                self.processes["a"].begin(side, Tokens("", refresh, self.stage.now()))

    def new_id(self) -> str:
        """An opaque id that follows from the seed."""
        self._ids += 1
        return hashlib.sha256(f"{self.story.seed}/{self._ids}".encode()).hexdigest()[:26]

    def later(self, seconds: float, work: Callable[[], object]) -> None:
        """A service does `work` that much later, whoever still waits for it."""
        self._late.append((self.stage.now().timestamp() + seconds, work))

    def come_due(self) -> None:
        """Let the services do what is due, at the time when it was."""
        now = self.stage.now()
        for each in sorted(self._late, key=lambda late: late[0]):
            if each[0] <= now.timestamp():
                self._late.remove(each)
                self.stage.clock.set(datetime.fromtimestamp(each[0], UTC))
                each[1]()
                self.stage.clock.set(now)

    def restart(self, *names: str) -> None:
        """New processes, by the rules as they are now."""
        for name in names:
            self.processes[name].end()
            self.processes[name] = Process(self, name)


def chance(dice: int) -> Random:
    """The dice of one deed."""
    return Random(dice)  # noqa: S311  chance, not secrecy
