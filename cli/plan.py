"""`milepost plan`: exact lines and money, and a digest to approve. Nothing is written to QuickBooks."""

from __future__ import annotations

from pathlib import Path

from cli.opening import now, open_files
from cli.pages.plan import show_plan
from cli.screen import DONE, PERSON, leave, print_json
from cli.work import open_engine
from sync.report import needs_person, plan_json


def run(config: Path, *, as_json: bool) -> None:
    """Read both sides, plan everything, show it, and keep the plan under its digest."""
    opened = open_files(config, as_json=as_json)
    with open_engine(opened) as engine:
        plan = engine.plan(engine.read())
        engine.store.journal.save_plan(plan.digest, [each.plan for each in plan.assessments], now())
        if as_json:
            print_json(plan_json(plan))
        else:
            show_plan(plan, config)
    leave(PERSON if needs_person(plan.trouble, {}) else DONE)
