"""`milepost sandbox`: a Jira and a QuickBooks on this machine, as a world file describes them or seeded."""

from __future__ import annotations

import gc
import signal
import sys
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from cli.opening import refuse
from cli.screen import DONE, USAGE, complain, console, leave, print_json
from mappings.grammar.jsonfile import parse_json
from mappings.grammar.tomlfile import parse
from model.finding import Problem

if TYPE_CHECKING:
    from sandbox.world.file.whole import WorldFile
    from sandbox.world.running import RunningSandbox, Service

_HOME = Path("sandbox-home")

_GLANCE = 0.2  # seconds between two looks at whether it is over

_MADE_FOR_SANDBOX = "# Made for the sandbox."


@dataclass(frozen=True, slots=True)
class Choices:
    """What the command line asks for. `seed` and `factor` win over those of the world file."""

    folder: Path | None
    jira: int
    quickbooks: int
    world: Path | None
    only: Service | None
    seed: int | None
    factor: float | None


def run(choices: Choices, *, as_json: bool) -> None:
    """Serve until Ctrl-C or SIGTERM. Says on standard output when every server answers."""
    from sandbox.world.file.faults import script
    from sandbox.world.file.opening import open_world
    from sandbox.world.running import RunningSandbox

    if choices.only and choices.folder:
        complain(["A ready configuration needs both services: leave FOLDER out, or the option --…-only."])
        leave(USAGE)
    file = _read(choices, as_json=as_json)
    complain([f"Building the world of seed {file.seed}…"])
    world = open_world(file)
    gc.freeze()  # the world lives as long as the process: no collection need walk it, and large ones answer at once
    try:
        running = RunningSandbox(
            world, choices.jira, choices.quickbooks, choices.only, file.quickbooks.access_token
        )
    except (OSError, OverflowError) as error:
        reason = getattr(error, "strerror", None) or error
        complain([f"The sandbox cannot listen: {reason}. Choose another port, or 0 for a free one."])
        leave(USAGE)
    script(running.jira_faults, file.jira.fault)
    script(running.quickbooks_faults, file.quickbooks.fault)
    if file.jira.base_url is None and "jira" in running.services:
        running.announce()
    stopped = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda *_: stopped.set())
    with running:
        config = None if choices.only else _make_home(running, choices.folder or _HOME)
        _say_ready(running, config, as_json=as_json)
        while not stopped.wait(_GLANCE):
            pass  # a signal that another thread was given is noticed only by a main thread that wakes
    leave(DONE)


def _make_home(running: RunningSandbox, folder: Path) -> Path:
    _forget_former_world(folder)
    return running.write_home(folder)


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


def _read(choices: Choices, *, as_json: bool) -> WorldFile:
    """The world file with the options laid over it; ends the command with every problem it has."""
    from sandbox.world.file.whole import WorldFile

    file, problems = WorldFile(), list[Problem]()
    if choices.world:
        name = str(choices.world)
        try:
            text = choices.world.read_text("utf-8")
        except (OSError, UnicodeDecodeError) as error:
            refuse([Problem(name, 1, 1, f"cannot be read: {error}")], as_json=as_json)
        read = parse_json if choices.world.suffix == ".json" else parse
        found, problems = read(text, name, WorldFile)
        if found is None:
            refuse(problems, as_json=as_json)
        file = found
    given = {"seed": choices.seed, "factor": choices.factor}
    return file.model_copy(update={name: value for name, value in given.items() if value is not None})


def _say_ready(running: RunningSandbox, config: Path | None, *, as_json: bool) -> None:
    urls = {name: getattr(running, f"{name}_url") for name in running.services}
    if as_json:
        print_json({"ready": True} | urls | ({"config": str(config)} if config else {}))
    else:
        screen = console()
        screen.print("The sandbox is ready: nothing here is real, and nothing leaves this machine.")
        for name, url in urls.items():
            screen.print(f"  {_TITLES[name]:<12}{url}   {_PEOPLE[name]}: {_page(url)}")
        if config:
            screen.print(f"  {'try':<12}milepost plan --config {config}")
        screen.print("Ctrl-C stops it; its world is gone then.")
    sys.stdout.flush()


def _page(url: str) -> str:
    """Where people go: at the root of the server, also where Data Center lives below it."""
    return urlsplit(url)._replace(path="/sandbox").geturl()


_TITLES = {"jira": "Jira", "quickbooks": "QuickBooks"}
_PEOPLE = {"jira": "be the team", "quickbooks": "be finance"}
