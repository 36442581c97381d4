"""`milepost explain KEY`: why billed or why not, computed by the functions that bill."""

from __future__ import annotations

from pathlib import Path

from cli.opening import now, open_files
from cli.pages.explanation import show_explanation
from cli.screen import DONE, USAGE, complain, leave, print_json
from cli.work import open_engine
from sync.explanation import explain_work
from sync.report import explanation_json


def run(config: Path, key: str, *, as_json: bool) -> None:
    """Explain one piece of work from the store alone, without a request."""
    opened = open_files(config, as_json=as_json)
    with open_engine(opened) as engine:
        plan = engine.plan(engine.last_read())
        found = explain_work(engine.store, plan, key, now())
    if not found:
        complain([f"Nothing called {key!r} was seen in the work that the contract files reach.", _HINT])
        leave(USAGE)
    if as_json:
        print_json({"key": key, "work": [explanation_json(each) for each in found]})
    else:
        for each in found:
            show_explanation(each)
    leave(DONE)


_HINT = (
    "Name an epic or one of its issues by key, a sprint by name or id, a version as `ACME 2.0`, a date or an "
    "acceptance by its name, `deposit`, `retainage`, or an expense as `expense:id`; `milepost plan` reads anew."
)
