"""`milepost apply`: write what is due, or exactly an approved plan."""

from __future__ import annotations

import time
from datetime import timedelta
from pathlib import Path

from cli.opening import Opened, open_files
from cli.pages.applied import show_applied
from cli.screen import DONE, PERSON, USAGE, complain, leave, print_json
from cli.work import open_engine
from sync.apply import Patience, apply
from sync.plans import StalePlan
from sync.telling.report import applied_json, needs_person

_MARGIN = timedelta(seconds=40)  # the pause after a settled look, and the look itself


def run(config: Path, digest: str | None, *, reprice: bool, as_json: bool) -> None:
    """Apply, waiting for what is due within QuickBooks' own time-out; a stale plan writes nothing. What is billed
    is priced anew only as a plan has shown it."""
    if reprice and digest is None:
        complain(["--reprice needs --plan DIGEST: see the money first with `milepost plan --reprice`."])
        leave(USAGE)
    opened = open_files(config, as_json=as_json)
    with open_engine(opened, reprice=reprice) as engine:
        try:
            applied = apply(engine, patience_of(opened), digest)
        except StalePlan as error:
            _refuse(error, as_json=as_json)
            leave(PERSON)
        if as_json:
            print_json(applied_json(applied))
        else:
            show_applied(applied)
        parked = engine.store.outbox.unfinished().get("parked")  # also by an earlier run
    waits = parked or applied.after.held
    leave(PERSON if waits or needs_person(applied.trouble, applied.drained) else DONE)


def patience_of(opened: Opened) -> Patience:
    """How long a person's command waits for what is due soon."""
    return Patience(_longest(opened), time.sleep, _tell)


def _longest(opened: Opened) -> timedelta:
    """An unknown outcome can be settled by looking once QuickBooks' time-out has passed: worth waiting for."""
    companies = opened.settings.quickbooks.values()
    return max(timedelta(seconds=each.settle_seconds + each.send_seconds) for each in companies) + _MARGIN


def _tell(text: str) -> None:
    complain([text])


def _refuse(error: StalePlan, *, as_json: bool) -> None:
    if as_json:
        document = {
            "stale": True,
            "approved": error.approved,
            "present": error.present,
            "moved": list(error.moved),
        }
        print_json(document)
        return
    complain([f"Plan {error.approved} is stale; nothing was written. What moved:"])
    complain(f"  • {line}" for line in error.moved)
    complain([f"Look at it again with `milepost plan` (it is {error.present} now)."])
