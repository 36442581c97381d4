"""`milepost demo`: the main job on the sandbox, told scene by scene, by the same code that does it for real."""

from __future__ import annotations

import contextlib
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cli.acts import ACTS, FIRST, Act, Choosing
from cli.opening import open_files
from cli.pages.story import Chosen, Played, Storyteller
from cli.screen import DONE, PERSON, console, leave, print_json
from cli.work import engine_on
from sandbox.world import story
from sandbox.world.generate import build
from sandbox.world.running import RunningSandbox
from sync import log
from sync.apply import Patience, apply
from sync.deciding.inbox import inbox
from sync.deciding.take import Wish, take
from sync.deciding.told import taken_json
from sync.engine import Engine
from sync.plans import Applied
from sync.reconciling.reconcile import reconcile
from sync.reconciling.report import reconciled_json
from sync.store import Store
from sync.telling.report import applied_json, needs_person, status_json

_SEED, _UNTIL = 1, datetime(2026, 3, 31, 9, tzinfo=UTC)  # fixed, so that the story reads the same each time


@dataclass(frozen=True, slots=True)
class _Stage:
    """The sandbox, the folder of contract files in it, and an engine that lives in the sandbox's time."""

    sandbox: RunningSandbox
    config: Path
    engine: Engine

    def play(self, act: Act) -> Played:
        """Let people do what the act says, and sync."""
        world, rules = self.sandbox.world, self.config.parent / "rules"
        before = story.said_in_jira(world)
        told = [event(world).told for event in act.events]
        told += [paper(world, rules).told for paper in act.papers]
        if act.papers:
            self.engine.adopt(open_files(self.config, as_json=False).book)
        choosing = act.chooses
        chosen = None if choosing is None else self._choose(choosing)
        applied = _sync(self.engine)
        said = {key: titles - before.get(key, set()) for key, titles in story.said_in_jira(world).items()}
        return Played(
            act.title, act.watch, told, applied, {key: new for key, new in said.items() if new}, chosen
        )

    def _choose(self, choosing: Choosing) -> Chosen:
        key = story.key_of(self.sandbox.world, choosing.role)
        shown = inbox(self.engine.store, self.engine.plan(self.engine.last_read()))
        items = tuple(item for item in shown if item.is_called(key))
        taken = take(self.engine, Wish(key, choosing.choice, "", choosing.who, choosing.why))
        return Chosen(key, items, taken)


def run(*, as_json: bool) -> None:
    """Play all acts on a fresh sandbox in a folder that is removed afterwards."""
    doing = _progress(as_json=as_json)
    with _stage() as stage:
        world = stage.sandbox.world
        teller = Storyteller(world.company)
        with doing("Milepost reads Jira and QuickBooks for the first time…"):
            opening = stage.play(FIRST)
        script = [_noted(opening)]
        if not as_json:
            teller.opens(stage.engine.book, opening)
        for number, act in enumerate(ACTS, start=1):
            with doing(f"{act.title}…"):
                played = stage.play(act)
            script.append(_noted(played))
            if not as_json:
                teller.tells(number, played)
        stage.sandbox.jira_log.clear()
        stage.sandbox.quickbooks_log.clear()
        with doing("One last, quiet sync…"):
            last = _sync(stage.engine)
        writes = stage.sandbox.quickbooks_log.count("POST", r"/(invoice|estimate|creditmemo)\b")
        requests = len(stage.sandbox.jira_log) + len(stage.sandbox.quickbooks_log)
        with doing("Jira, the ledger and QuickBooks are held against each other…"):
            found = reconcile(stage.engine, repair=False)
        if as_json:
            end = {"writes": writes, "requests": requests, "reconciled": reconciled_json(found)}
            print_json({"scenes": script, "end": end | status_json(found.summary)})
        else:
            teller.closes(found, writes, requests)
    ended_well = found.is_whole and not writes and not needs_person(last.trouble, last.drained)
    leave(DONE if ended_well else PERSON)


@contextlib.contextmanager
def _stage() -> Iterator[_Stage]:
    """Both servers, a folder with configuration and rules, and the engine over them."""
    log.configure("error")
    with (
        tempfile.TemporaryDirectory(prefix="milepost-demo-") as folder,
        RunningSandbox(build(_SEED, _UNTIL)) as sandbox,
    ):
        config = sandbox.write_home(Path(folder))
        opened = open_files(config, as_json=False)
        store = Store(opened.settings.store.address)
        try:
            yield _Stage(sandbox, config, engine_on(store, opened, clock=sandbox.clock.now))
        finally:
            store.close()


def _sync(engine: Engine) -> Applied:
    return apply(engine, Patience(timedelta(0), time.sleep))


def _noted(played: Played) -> dict[str, Any]:
    chosen = played.chosen
    said = [{"issue": key, "says": sorted(titles)} for key, titles in played.said.items()]
    return {
        "title": played.title,
        "events": played.told,
        "decided": None if chosen is None else taken_json(chosen.taken),
        "jira": said,
    } | applied_json(played.applied)


def _progress(*, as_json: bool) -> Callable[[str], contextlib.AbstractContextManager[object]]:
    """Says what is being done while it is done: a spinner on a terminal, nothing in a pipe."""
    screen = console(stderr=True)
    if as_json or not screen.is_terminal:
        return lambda _text: contextlib.nullcontext()
    return screen.status
