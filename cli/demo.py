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

from cli.opening import open_files
from cli.pages.story import Storyteller
from cli.screen import DONE, PERSON, console, leave, print_json
from sandbox.world import story
from sandbox.world.generate import World, build
from sandbox.world.running import RunningSandbox
from sync import log
from sync.apply import Patience, apply
from sync.engine import Applied, Engine
from sync.installation.connect import connect_companies, connect_noticeboards, connect_trackers
from sync.store import Store
from sync.telling.report import applied_json, needs_person, status_json, summarise

_SEED, _UNTIL = 1, datetime(2026, 3, 31, 9, tzinfo=UTC)  # fixed, so that the story reads the same each time


@dataclass(frozen=True, slots=True)
class Act:
    """What happens between two syncs, and what to look for in the second."""

    title: str
    events: tuple[Callable[[World], story.Scene], ...]
    watch: str


ACTS = (
    Act("An epic closes", (story.an_epic_closes,), "One more share of the contract is due: one new draft."),
    Act(
        "Scope is added to work that is drafted already",
        (story.scope_is_added,),
        "The draft is untouched and inside its review window: the same draft is changed, no second one is made.",
    ),
    Act(
        "Two epics reopen",
        (lambda world: story.an_epic_reopens(world, "withdrawing"), story.an_epic_reopens),
        "One contract says “withdraw”: its draft is voided, not deleted. The other says “hold”: people are told.",
    ),
    Act(
        "Finance edits one draft and sends another",
        (story.finance_edits_a_draft, story.finance_sends_a_draft),
        "Finance's hand wins: nothing is written, and what finance let go is not billed again.",
    ),
    Act(
        "Then the work under those two reopens",
        (
            lambda world: story.an_epic_reopens(world, "edited"),
            lambda world: story.an_epic_reopens(world, "sent"),
        ),
        "Neither document is ours to write any more: two findings, no write.",
    ),
    Act(
        "Scope is added to a running sprint, and the sprint closes",
        (story.scope_is_added_to_the_sprint, story.a_sprint_closes),
        "Points done in the sprint are billed, late scope included and named; open issues are carried over unbilled.",
    ),
)


def run(*, as_json: bool) -> None:
    """Play all acts on a fresh sandbox in a folder that is removed afterwards."""
    doing = _progress(as_json=as_json)
    with _stage() as (sandbox, engine):
        teller = Storyteller(sandbox.world.company)
        script: list[dict[str, Any]] = []
        offer = story.finance_writes_an_estimate(sandbox.world)
        teller.hears(offer.told)
        with doing("Milepost reads Jira and QuickBooks for the first time…"):
            opening = _sync(engine)
        script.append(_noted("The first sync", [offer.told], opening))
        if not as_json:
            teller.opens(engine.book, opening)
        for number, act in enumerate(ACTS, start=1):
            with doing(f"{act.title}…"):
                told = [event(sandbox.world).told for event in act.events]
                applied = _sync(engine)
            script.append(_noted(act.title, told, applied))
            if not as_json:
                teller.tells(number, act.title, told, act.watch, applied)
        sandbox.jira_log.clear()
        sandbox.quickbooks_log.clear()
        with doing("One last, quiet sync…"):
            last = _sync(engine)
        writes = sandbox.quickbooks_log.count("POST", r"/invoice")
        requests = len(sandbox.jira_log) + len(sandbox.quickbooks_log)
        summary = summarise(last.after.assessments)
        if as_json:
            end = {"writes": writes, "requests": requests} | status_json(summary)
            print_json({"scenes": script, "end": end})
        else:
            teller.closes(summary, writes, requests)
    leave(PERSON if writes or summary.gap or needs_person(last.trouble, last.drained) else DONE)


@contextlib.contextmanager
def _stage() -> Iterator[tuple[RunningSandbox, Engine]]:
    """Both servers, a folder with configuration and rules, and an engine that lives in the sandbox's time."""
    log.configure("error")
    with (
        tempfile.TemporaryDirectory(prefix="milepost-demo-") as folder,
        RunningSandbox(build(_SEED, _UNTIL)) as sandbox,
    ):
        opened = open_files(sandbox.write_home(Path(folder)), as_json=False)
        store = Store(opened.settings.store.address)
        clock = sandbox.clock.now
        trackers = connect_trackers(opened.settings)
        companies = connect_companies(opened.settings, store, clock)
        try:
            boards = connect_noticeboards(opened.settings)
            yield sandbox, Engine(store, opened.book, trackers, companies, clock, noticeboards=boards)
        finally:
            store.close()


def _sync(engine: Engine) -> Applied:
    return apply(engine, Patience(timedelta(0), time.sleep))


def _noted(title: str, told: list[str], applied: Applied) -> dict[str, Any]:
    return {"title": title, "events": told} | applied_json(applied)


def _progress(*, as_json: bool) -> Callable[[str], contextlib.AbstractContextManager[object]]:
    """Says what is being done while it is done: a spinner on a terminal, nothing in a pipe."""
    screen = console(stderr=True)
    if as_json or not screen.is_terminal:
        return lambda _text: contextlib.nullcontext()
    return screen.status
