"""The page of `milepost explain`."""

from __future__ import annotations

from rich.text import Text

from cli.pages.parts import show_action
from cli.screen import console
from sync.explanation import Explained


def show_explanation(explained: Explained) -> None:
    """The outcome, each step of the reasoning, the documents, and what would change it."""
    screen, told = console(), explained.explanation
    screen.print(
        Text.assemble((told.title, "bold"), f" · {explained.contract} · ", (told.outcome, "bold cyan"))
    )
    for step in told.steps:
        screen.print(Text(f"  {step}"))
    for under_way in explained.pending:
        screen.print(Text(f"  its write is {under_way}", "yellow"))
    for action in explained.planned:
        show_action(screen, action)
    if told.change:
        screen.print(Text.assemble("  ", ("To bill it: ", "bold"), told.change))
