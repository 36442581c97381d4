"""The pages of `milepost undo`: what it would do, what it did."""

from __future__ import annotations

from rich.text import Text

from cli.screen import console, counted
from sync.deciding.undo import Undoing, Undone

_NOTHING = "Nothing is left to take back: no draft of this run is still as it wrote it."


def show_undoing(undoing: Undoing) -> None:
    """The drafts that can be taken back, then what stays and why."""
    screen = console()
    screen.print(Text(f"Run {undoing.run} of {undoing.at:%Y-%m-%d %H:%M} UTC", "bold"))
    for each in undoing.drafts:
        screen.print(Text.assemble(("− ", "red"), (each.name, "bold"), f" · {each.subject} · {each.amount}"))
    for each in undoing.others:
        told = f" · {each.subject} · {each.amount} · stays: {each.reason}"
        screen.print(Text.assemble("  ", (each.name, "bold"), told))
    if not undoing.drafts:
        screen.print(Text(_NOTHING, "bold"))


def show_undone(done: Undone) -> None:
    """What was done, and what is left to do."""
    screen = console()
    show_undoing(done.undoing)
    if not done.undoing.drafts:
        return
    gone = len(done.undoing.drafts) - len(done.waiting)
    told = f"{counted(gone, 'draft')} taken back; the work is held until a decision, or edited rules."
    screen.print(Text(told))
    for each in done.waiting:
        screen.print(Text(f"  {each.name} is not taken back yet: the next apply does it.", "yellow"))
