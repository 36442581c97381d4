"""A process of the product that is one: forked, with the town left behind at the other end of a pipe.

What it asks of the services is served by the process that forked it, and stays done when this one is killed.
"""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing import Pipe
from multiprocessing.connection import Connection
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

import sync.store.leases
from sandbox.messages import Application, Request, Response
from simulation.stage import Performer
from simulation.story import Mishap
from sync.store import holder

if TYPE_CHECKING:
    import requests

    from simulation.town import Process, Town

Work = Callable[["Process"], object]


@dataclass(slots=True)
class Ended:
    """How a process ended: by SIGKILL, or with what it brought."""

    killed: bool
    brought: Any = None


def forked(town: Town, work: Work, kill_at: tuple[str, int] | None = None) -> Ended:
    """Let a new process do `work`, and end itself with SIGKILL at the so many-th point of a kind; the services answer
    it from here. Nothing may have the store open in this process but through `town.peek`."""
    here, there = Pipe()
    town.forks += 1
    child = os.fork()
    if not child:
        here.close()
        _become(town, there, work, kill_at)
    there.close()
    brought = _serve(town, here)
    _, status = os.waitpid(child, 0)
    killed = os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL
    return Ended(killed, brought)


def _serve(town: Town, pipe: Connection) -> Any:
    """Answer until it is gone; what it brought at last."""
    applications = {"jira": town.main.jira, "books": town.main.quickbooks}
    while True:
        try:
            asked, now, uptime, content = pipe.recv()
        except EOFError:
            return None
        town.stage.clock.set(max(now, town.stage.clock.now()))
        town.stage.uptime = uptime
        if asked == "brings":
            return content
        if asked == "look":
            pipe.send(town.door.look(content))
        else:
            service, request = content
            pipe.send(town.door.serve(service, request, applications[service]))


class FarDoor:
    """The door as a process sees it whose town is at the other end of `pipe`."""

    def __init__(self, town: Town, pipe: Connection) -> None:
        self._town, self._pipe = town, pipe

    def look(self, request: requests.PreparedRequest) -> None:
        """See `Door`."""
        self.ask("look", SimpleNamespace(url=request.url, body=request.body))

    def leaves(self, _performer: Performer, _at: float) -> None:
        """The pace of one process is none of what is looked at here."""

    def serve(self, service: str, request: Request, _ask: Application) -> Response:
        """See `Door`."""
        response: Response = self.ask("serve", (service, request))
        return response

    def tell(self, what: str, content: object) -> None:
        """Say something that has no answer."""
        stage = self._town.stage
        self._pipe.send((what, stage.clock.now(), stage.uptime, content))

    def ask(self, what: str, content: object) -> Any:
        """Ask the other end."""
        self.tell(what, content)
        return self._pipe.recv()


def _become(town: Town, pipe: Connection, work: Work, kill_at: tuple[str, int] | None) -> None:
    """Be the process `a`. Does not return; an error is brought as its text."""
    door = FarDoor(town, pipe)
    brought: object = "it ended before it began"
    try:
        sync.store.leases.surely_dead = holder.surely_dead  # type: ignore[attr-defined]  # as it is out there
        town.become(door)
        stage, process = town.stage, town.processes["a"]
        stage.meets(lambda _mishap: os.kill(os.getpid(), signal.SIGKILL))
        mishaps = [Mishap(*kill_at, "SIGKILL")] if kill_at else []
        found: list[object] = []
        errors = stage.act({process.performer: lambda: found.append(work(process))}, mishaps)
        brought = (repr(errors[0]) if errors else "", dict(stage.seen), found[0] if found else None)
    finally:
        door.tell("brings", brought)
        os._exit(0)  # nothing of the town is this process's to close
