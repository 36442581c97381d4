"""`milepost decide`: what needs a person, what may be chosen and what it does in money; and deciding it."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import NoReturn

from rich.text import Text

from cli.opening import now, open_files
from cli.pages.inbox import show_inbox, show_item, show_taken
from cli.screen import DONE, PERSON, complain, console, leave, print_json, refuse
from cli.work import open_engine, open_for_looking
from sync.deciding.inbox import Item, inbox, is_work, nothing_called
from sync.deciding.refusals import Moved, Undecidable
from sync.deciding.take import Wish, take
from sync.deciding.told import item_json, taken_json
from sync.plans import Plan

__all__ = ["Wish", "login", "run", "show_all", "show_one"]


def login() -> str:
    """Who sits at this machine."""
    return getpass.getuser()


def show_all(config: Path, *, as_json: bool) -> NoReturn:
    """Everything that needs a person, by what was last read."""
    _, items = _looked_at(config, as_json=as_json)
    if as_json:
        print_json({"items": [item_json(each) for each in items]})
    else:
        show_inbox(items, now())
    leave(PERSON if items else DONE)


def show_one(config: Path, subject: str, *, as_json: bool) -> NoReturn:
    """What a person calls `subject`, each with its choices."""
    plan, every = _looked_at(config, as_json=as_json)
    items = [each for each in every if each.is_called(subject)]
    if not items and not is_work(plan, subject):
        refuse("", nothing_called(plan, every, subject), as_json=as_json)
    if as_json:
        print_json({"items": [item_json(each) for each in items]})
    else:
        for each in items:
            show_item(each, now())
        if not items:
            console().print(Text(f"{nothing_called(plan, every, subject)}.", "green"))
    leave(PERSON if items else DONE)


def run(config: Path, wish: Wish, *, as_json: bool) -> NoReturn:
    """Decide it, and show what the next plan makes of it."""
    opened = open_files(config, as_json=as_json)
    with open_engine(opened) as engine:
        try:
            taken = take(engine, wish)
        except Moved as error:
            if as_json:
                print_json({"stale": True, "moved": list(error.moved)})
            else:
                complain(
                    [
                        "Nothing was decided: it is not what was last seen.",
                        *(f"  • {one}" for one in error.moved),
                    ]
                )
            leave(PERSON)
        except Undecidable as error:
            refuse("Nothing was decided: ", str(error), as_json=as_json)
        if as_json:
            print_json(taken_json(taken))
        else:
            show_taken(taken)
    leave(DONE)


def _looked_at(config: Path, *, as_json: bool) -> tuple[Plan, tuple[Item, ...]]:
    opened = open_files(config, as_json=as_json, secrets=False)
    with open_for_looking(opened) as engine:
        plan = engine.plan(engine.last_read())
        return plan, inbox(engine.store, plan)
