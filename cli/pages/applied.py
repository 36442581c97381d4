"""The page of `milepost apply`."""

from __future__ import annotations

from rich.text import Text

from cli.pages.parts import show_action, show_findings, show_trouble
from cli.screen import console, counted
from sync.outbox.notices import Posting
from sync.plans import Applied


def show_applied(applied: Applied) -> None:
    """What was written, what was not and why, and what waits."""
    screen = console()
    for action in applied.plan.actions:
        show_action(screen, action)
    show_findings(
        screen, [(each.contract.id, one) for each in applied.after.assessments for one in each.plan.findings]
    )
    if any(drained.done for drained in applied.drained.values()):
        screen.print(Text(f"\nThis was run {applied.plan.digest}; `milepost undo` can take it back.", "dim"))
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
    for alias, posting in sorted(applied.notices.items()):
        if said := _said(posting):
            screen.print(Text.assemble((f"Jira site {alias}: ", "bold"), said + "."))


def _said(posting: Posting) -> str:
    """What epics say in Jira now, and what they do not yet."""
    parts = [
        counted(number, "notice") + what
        for number, what in (
            (posting.put, " put on epics"),
            (posting.taken_away, " taken away"),
            (posting.waiting, " left to the next run"),
        )
        if number
    ]
    return "; ".join([*parts, *(error.reason for error in posting.trouble[-1:])])
