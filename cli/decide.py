"""`milepost decide`: what needs a person, what may be chosen and what it does in money; and deciding it."""

from __future__ import annotations

import getpass
from pathlib import Path
from typing import NoReturn

from cli.opening import now, open_files
from cli.pages.inbox import show_inbox, show_item, show_taken
from cli.screen import DONE, PERSON, USAGE, complain, leave, print_json
from cli.work import open_engine
from sync.deciding.inbox import Item, inbox
from sync.deciding.refusals import Moved, Undecidable
from sync.deciding.take import Wish, take
from sync.deciding.told import item_json, taken_json

__all__ = ["Wish", "login", "run", "show_all", "show_one"]


def login() -> str:
    """Who sits at this machine."""
    return getpass.getuser()


def show_all(config: Path, *, as_json: bool) -> NoReturn:
    """Everything that needs a person, by what was last read."""
    items = _items(config, as_json=as_json)
    if as_json:
        print_json({"items": [item_json(each) for each in items]})
    else:
        show_inbox(items, now())
    leave(PERSON if items else DONE)


def show_one(config: Path, subject: str, *, as_json: bool) -> NoReturn:
    """What a person calls `subject`, each with its choices."""
    items = [each for each in _items(config, as_json=as_json) if each.is_called(subject)]
    if not items:
        complain(
            [f"Nothing that asks for a decision is called {subject!r}; `milepost decide` lists what does."]
        )
        leave(USAGE)
    if as_json:
        print_json({"items": [item_json(each) for each in items]})
    else:
        for each in items:
            show_item(each, now())
    leave(PERSON)


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
            complain([f"Nothing was decided: {error}."])
            leave(USAGE)
        if as_json:
            print_json(taken_json(taken))
        else:
            show_taken(taken)
    leave(DONE)


def _items(config: Path, *, as_json: bool) -> tuple[Item, ...]:
    opened = open_files(config, as_json=as_json)
    with open_engine(opened) as engine:
        return inbox(engine.store, engine.plan(engine.last_read()))
