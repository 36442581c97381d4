"""`milepost status`: the four buckets from the store alone, without a request."""

from __future__ import annotations

from pathlib import Path

from cli.opening import open_files
from cli.pages.status import show_status
from cli.screen import DONE, PERSON, leave, print_json
from cli.work import open_engine
from sync.report import status_json, summarise


def run(config: Path, *, as_json: bool) -> None:
    """Show where all finished work stands by what was last read."""
    opened = open_files(config, as_json=as_json)
    with open_engine(opened) as engine:
        reading = engine.last_read()
        plan = engine.plan(reading)
        summary, waiting = summarise(plan.assessments), engine.store.outbox.unfinished()
        unread = [each.id for each in opened.book.contracts if not reading.covers(each)]
        if as_json:
            print_json(status_json(summary) | {"writes": dict(waiting), "unread": unread})
        else:
            show_status(summary, waiting, unread)
    person = summary.gap or waiting.get("parked") or waiting.get("unknown") or summary.counts["failed"]
    leave(PERSON if person else DONE)
