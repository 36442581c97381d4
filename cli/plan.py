"""`milepost plan`: exact lines and money, and a digest to approve. Nothing is written to QuickBooks."""

from __future__ import annotations

from pathlib import Path

from cli.opening import now, open_files
from cli.pages.plan import show_plan
from cli.screen import DONE, PERSON, leave, print_json
from cli.work import engine_on, open_store
from sync.telling.changes import repriced_json
from sync.telling.report import needs_person, plan_json
from sync.telling.repricing import repriced


def run(config: Path, *, reprice: bool, as_json: bool) -> None:
    """Read both sides, plan everything, show it, and keep the plan under its digest. With `reprice` what is billed
    already is priced by the present rules, and the difference of each charge is shown first."""
    opened = open_files(config, as_json=as_json)
    with open_store(opened.settings) as store:
        engine = engine_on(store, opened, reprice=reprice)
        reading = engine.read()
        plan = engine.compared(engine.plan(reading), reading)
        as_billed = engine_on(store, opened).plan(reading) if reprice else plan
        moved = repriced(as_billed.assessments, plan.assessments)
        engine.store.journal.save_plan(plan.digest, [each.plan for each in plan.assessments], now())
        if as_json:
            print_json(
                plan_json(plan) | ({"repriced": [repriced_json(each) for each in moved]} if reprice else {})
            )
        else:
            show_plan(plan, config, moved if reprice else None)
    leave(PERSON if plan.held or needs_person(plan.trouble, {}) else DONE)
