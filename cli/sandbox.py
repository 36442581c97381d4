"""`milepost sandbox`: a Jira and a QuickBooks on this machine, with a seeded world and a ready configuration."""

from __future__ import annotations

import signal
import threading
from datetime import UTC, datetime
from pathlib import Path

from cli.screen import DONE, USAGE, complain, console, leave, print_json

_MADE_FOR_SANDBOX = "# Made for the sandbox."


def run(folder: Path, jira: int, quickbooks: int, seed: int, factor: float, *, as_json: bool) -> None:
    """Serve until Ctrl-C or SIGTERM. Says on standard output when both servers answer."""
    from sandbox.clock import Clock
    from sandbox.world.generate import build
    from sandbox.world.running import RunningSandbox

    complain([f"Building the world of seed {seed}…"])
    world = build(seed, datetime.now(UTC), factor, Clock.real())
    try:
        running = RunningSandbox(world, jira, quickbooks)
    except OSError as error:
        complain([f"The sandbox cannot listen: {error.strerror}. Choose another port, or 0 for a free one."])
        leave(USAGE)
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with running:
        _forget_former_world(folder)
        config = running.write_home(folder)
        if as_json:
            print_json(
                {
                    "ready": True,
                    "jira": running.jira_url,
                    "quickbooks": running.quickbooks_url,
                    "config": str(config),
                }
            )
        else:
            _say_ready(running.jira_url, running.quickbooks_url, config)
        stopped.wait()
    leave(DONE)


def _forget_former_world(folder: Path) -> None:
    """A new world knows nothing of drafts made in a former one: a store left over would tell untruths."""
    config = folder / "config.toml"
    if not config.exists() or not config.read_text("utf-8").startswith(_MADE_FOR_SANDBOX):
        return
    stores = sorted(folder.glob("milepost.db*"))
    for store in stores:
        store.unlink()
    if stores:
        complain([f"The store of a former sandbox in {folder} was removed: this world is a new one."])


def _say_ready(jira: str, quickbooks: str, config: Path) -> None:
    screen = console()
    screen.print("The sandbox is ready: nothing here is real, and nothing leaves this machine.")
    screen.print(f"  Jira        {jira}")
    screen.print(f"  QuickBooks  {quickbooks}")
    screen.print(f"  try         milepost plan --config {config}")
    screen.print("Ctrl-C stops it; its world is gone then.")
    screen.file.flush()
