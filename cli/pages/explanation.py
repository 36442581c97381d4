"""The page of `milepost explain`."""

from __future__ import annotations

from collections.abc import Sequence

from rich.text import Text

from cli.pages.parts import figure, show_action
from cli.screen import console
from sync.telling.document import DocumentExplained
from sync.telling.fields import FINANCE, FieldSet
from sync.telling.work import Explained


def show_explanation(explained: Explained) -> None:
    """The outcome, each step of the reasoning, the documents, and what would change it."""
    screen, told = console(), explained.explanation
    screen.print(
        Text.assemble((told.title, "bold"), f" · {explained.contract} · ", (told.outcome, "bold cyan"))
    )
    for step in told.steps:
        screen.print(Text(f"  {step}"))
    for decided in explained.decided:
        screen.print(Text(f"  decided: {decided.choice}, by {decided.said}"))
    for under_way in explained.pending:
        screen.print(Text(f"  its write is {under_way}", "yellow"))
    for action in explained.planned:
        show_action(screen, action)
    if len(told.changes) > 1:
        screen.print(Text("  To bill it, all of these:", "bold"))
        for number, change in enumerate(told.changes, 1):
            screen.print(Text(f"    {number}. {change}"))
        if told.left:
            screen.print(Text(f"    then it still waits: {told.left}"))
    elif told.change:
        screen.print(Text.assemble("  ", ("To bill it: ", "bold"), told.change))


def show_document(explained: DocumentExplained) -> None:
    """The invoice, each of its lines with the reasoning, then who did what to it."""
    screen = console()
    head = f" · {explained.contract} · {explained.total} · "
    screen.print(Text.assemble((explained.name, "bold"), head, (explained.state, "bold cyan")))
    screen.print(Text(f"  id {explained.invoice} in QuickBooks, marker {explained.marker}", "dim"))
    for line in explained.lines:
        whose = f" · {line.contract}" if line.contract not in (None, explained.contract) else ""
        screen.print(Text.assemble("  ", (line.text, "bold"), f" · {figure(line.shown)}{whose}"))
        for step in line.steps:
            screen.print(Text(f"    {step}"))
        _show_fields(line.fields, "    ")
    _show_fields(explained.fields, "  ")
    for each in explained.history:
        screen.print(Text(f"  {each.at:%Y-%m-%d %H:%M} UTC {each.who}: {each.what}", "dim"))


def _show_fields(fields: Sequence[FieldSet], margin: str) -> None:
    """Who set them, the fields of one hand together; of finance with what they say now."""
    hands: dict[tuple[str, str], list[str]] = {}
    for each in fields:
        seen = "seen " if each.who == FINANCE else ""
        hand = (
            f"set by {each.by}" if seen or "@" in each.by else each.by,
            f"{seen}{each.at:%Y-%m-%d %H:%M} UTC",
        )
        hands.setdefault(hand, []).append(f"{each.field} “{each.value}”" if seen else each.field)
    for (by, at), names in hands.items():
        console().print(Text(f"{margin}{by}, {at}: {', '.join(names)}", "dim"))
