"""The table of `milepost selftest`, as it can be shown to an auditor."""

from __future__ import annotations

from collections.abc import Sequence

from rich import box
from rich.table import Table
from rich.text import Text

from cli.proving.verdict import Verdict
from cli.screen import console, counted

_COUNTS = ("disturbed", "invoices", "duplicates", "lost", "overwritten", "astray")


def show_selftest(verdicts: Sequence[Verdict], seconds: float) -> None:
    """One row for each scenario, their sum, and every violation in words."""
    screen = console()
    table = Table(box=box.SIMPLE, show_footer=True)
    table.add_column("an apply is", footer="in all")
    for name in _COUNTS:
        total = sum(getattr(verdict, name) for verdict in verdicts)
        table.add_column(name, justify="right", footer=str(total))
    table.add_column("seconds", justify="right", footer=f"{seconds:.0f}")
    for verdict in verdicts:
        counts = (str(getattr(verdict, name)) for name in _COUNTS)
        table.add_row(verdict.scenario, *counts, f"{verdict.seconds:.0f}")
    screen.print(table)
    violations = [f"{verdict.scenario}: {what}" for verdict in verdicts for what in verdict.violations]
    for what in violations:
        screen.print(Text(f"  • {what}"))
    disturbed = sum(verdict.disturbed for verdict in verdicts)
    if violations:
        screen.print(Text(f"{counted(len(violations), 'violation')}: please report this with the table."))
    else:
        screen.print(Text(f"Disturbed {disturbed} times; every piece of work has exactly one invoice."))
