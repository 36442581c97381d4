"""`milepost undo`: what undoing a run would do, and doing it once a person says yes."""

from __future__ import annotations

import sys
from pathlib import Path

import typer

from cli.apply import patience_of
from cli.decide import login
from cli.opening import open_files
from cli.pages.undone import show_undoing, show_undone
from cli.screen import DONE, PERSON, complain, leave, print_json, refuse
from cli.work import open_engine
from sync.deciding.refusals import Moved, Undecidable
from sync.deciding.told import draft_json, undoing_json
from sync.deciding.undo import look, undo
from sync.engine import Engine


def run(config: Path, named: str, who: str | None, why: str, *, yes: bool, as_json: bool) -> None:
    """Show it; with a yes, typed or given, do it."""
    opened = open_files(config, as_json=as_json)
    with open_engine(opened) as engine:
        try:
            if not _confirmed(engine, named, yes=yes, as_json=as_json):
                leave(PERSON)
            if not why.strip():
                refuse("Nothing was undone: ", "say why with --why, the reason is kept", as_json=as_json)
            done = undo(engine, named, who or login(), why, patience_of(opened))
        except Moved as error:
            if as_json:
                print_json({"stale": True, "moved": list(error.moved)})
            else:
                complain(["It was not undone:", *(f"  • {one}" for one in error.moved)])
            leave(PERSON)
        except Undecidable as error:
            refuse("Nothing was undone: ", str(error), as_json=as_json)
    if as_json:
        left = [draft_json(each) for each in done.waiting]
        print_json(undoing_json(done.undoing) | {"undone": bool(done.undoing.drafts), "waiting": left})
    else:
        show_undone(done)
    leave(PERSON if done.waiting else DONE)


def _confirmed(engine: Engine, named: str, *, yes: bool, as_json: bool) -> bool:
    """Whether it shall be done: nothing to take back needs no question."""
    if yes:
        return True
    undoing = look(engine, named)
    if as_json:
        print_json(undoing_json(undoing) | {"undone": False, "waiting": []})
    else:
        show_undoing(undoing)
    if not undoing.drafts:
        leave(DONE)
    if as_json or not sys.stdin.isatty():
        complain(["Nothing was undone: --yes does it."])
        return False
    return typer.confirm("Take these drafts back?")
