"""The page of `milepost backtest`."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.pages.parts import show_action, show_findings
from cli.screen import console, counted
from sync.planning.actions import Action
from sync.telling.backtest import Backtest, ClientMoney

_QUESTIONS = {
    "next": "What the next apply would do under the edited rules; what is billed keeps the rules it was billed under",
    "from_start": "As if the edited rules had been there from the start; what was really billed is left aside",
}


def show_backtest(found: Backtest, limit: Decimal | None) -> None:
    """Which question is answered, then the drafts that differ, then the money of each client."""
    screen = console()
    screen.print(Text(f"{_QUESTIONS[found.question]}.", "bold"))
    _show(screen, "Added", found.added)
    _show(screen, "Removed", found.removed)
    for before, after in found.changed:
        screen.print(Text(f"\nChanged: {before.amount} → {after.amount}", "bold underline"))
        show_action(screen, after)
    if found.held:
        screen.print(
            Text(f"\nWould wait for a person ({counted(len(found.held), 'write')})", "bold underline")
        )
    for held in found.held:
        show_action(screen, held.action, waits="held")
    show_findings(screen, found.findings)
    screen.print()
    screen.print(_money(found.clients))
    differ = f"{len(found.added)} added, {len(found.removed)} removed, {len(found.changed)} changed"
    waiting = f"; {len(found.held)} would wait, in no figure" if found.held else ""
    screen.print(Text(f"Drafts: {differ}, {found.same} the same{waiting}."))
    for name in found.unread:
        screen.print(Text(f"Not read yet, so the figures lack it: {name}.", "yellow"))
    for each in found.beyond(limit) if limit is not None else ():
        screen.print(Text(f"Beyond the limit of {limit} %: {each.client} ({_percent(each)}).", "bold red"))


def _show(screen: Console, title: str, actions: Sequence[Action]) -> None:
    if actions:
        screen.print(Text(f"\n{title} ({counted(len(actions), 'write')})", "bold underline"))
    for action in actions:
        show_action(screen, action)


def _money(clients: Sequence[ClientMoney]) -> Table:
    table = Table(box=None, pad_edge=False)
    table.add_column("client")
    for heading in ("before", "after", "difference", "moved"):
        table.add_column(heading, justify="right")
    for each in clients:
        difference = each.after - each.before
        sign = "+" if difference.minor > 0 else ""
        table.add_row(each.client, str(each.before), str(each.after), f"{sign}{difference}", _percent(each))
    return table


def _percent(each: ClientMoney) -> str:
    return "new" if each.percent is None else f"{each.percent} %"
