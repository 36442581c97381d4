"""The page of `milepost apply`."""

from __future__ import annotations

from rich.text import Text

from cli.pages.parts import counted, show_action, show_findings, show_trouble
from cli.screen import console
from sync.engine import Applied


def show_applied(applied: Applied) -> None:
    """What was written, what was not and why, and what waits."""
    screen = console()
    for action in applied.plan.actions:
        show_action(screen, action)
    show_findings(
        screen, [(each.contract.id, one) for each in applied.after.assessments for one in each.plan.findings]
    )
    screen.print()
    show_trouble(applied.trouble)
    for alias, drained in sorted(applied.drained.items()):
        parts = [counted(drained.done, "write")]
        parts += [
            f"{number} {what}"
            for number, what in ((drained.refused, "refused"), (drained.parked, "parked for a person"))
            if number
        ]
        if drained.waiting_until is not None:
            until = f"{drained.waiting_until:%Y-%m-%d %H:%M:%S} UTC"
            parts.append(f"a write waits until {until}: run apply again then, or leave `milepost run` on")
        if drained.busy:
            parts.append("another milepost is posting to it now")
        screen.print(Text.assemble((f"QuickBooks company {alias}: ", "bold"), "; ".join(parts) + "."))
