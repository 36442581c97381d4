"""`milepost reconcile`: Jira, the ledger and QuickBooks read whole and held against each other."""

from __future__ import annotations

from pathlib import Path

from cli.opening import open_files
from cli.pages.reconcile import show_reconciled
from cli.screen import DONE, PERSON, leave, print_json
from cli.work import open_engine
from sync.reconciling.reconcile import reconcile
from sync.reconciling.report import reconciled_json


def run(config: Path, *, repair: bool, as_json: bool) -> None:
    """Show every difference and the sums; with `repair` record what the two systems show."""
    opened = open_files(config, as_json=as_json)
    with open_engine(opened) as engine:
        engine.put_in_force()
        found = reconcile(engine, repair=repair)
    if as_json:
        print_json(reconciled_json(found))
    else:
        show_reconciled(found)
    leave(DONE if found.is_whole else PERSON)
