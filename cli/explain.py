"""`milepost explain KEY`: why billed or why not, computed by the functions that bill; or where a contract stands."""

from __future__ import annotations

from pathlib import Path

from cli.opening import now, open_files
from cli.pages.explanation import show_explanation
from cli.pages.statement import show_statement
from cli.screen import DONE, USAGE, complain, leave, print_json
from cli.work import open_engine
from sync.explanation import explain_work, state_contract
from sync.report import explanation_json, statement_json


def run(config: Path, key: str, *, as_json: bool) -> None:
    """Explain one piece of work, or where a contract stands, from the store alone, without a request."""
    opened = open_files(config, as_json=as_json)
    with open_engine(opened) as engine:
        plan = engine.plan(engine.last_read())
        found = explain_work(engine.store, plan, key, now())
        stated = state_contract(engine.store, plan, key, now())
    if not found and stated is None:
        complain([f"Nothing called {key!r} was seen in the work that the contract files reach.", _HINT])
        leave(USAGE)
    if as_json:
        work = [explanation_json(each) for each in found]
        print_json({"key": key, "work": work, "statement": statement_json(stated) if stated else None})
    else:
        if stated is not None:
            show_statement(stated)
        for each in found:
            show_explanation(each)
    leave(DONE)


_HINT = (
    "Name an epic or one of its issues by key, a sprint by name or id, a version as `ACME 2.0`, a date or an "
    "acceptance by its name, `deposit`, `retainage`, `expense:id`, `change:id`, or a contract by its id; "
    "`milepost plan` reads anew."
)
