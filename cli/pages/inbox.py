"""The pages of `milepost decide`: the inbox, one thing to decide, what was decided."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from rich.table import Table
from rich.text import Text

from cli.pages.parts import OWNERS, figure, show_action
from cli.screen import console, counted
from sync.deciding.choices import Choice
from sync.deciding.inbox import Item
from sync.deciding.take import Taken


def show_inbox(items: Sequence[Item], now: datetime) -> None:
    """Everything that needs a person, by who can act, oldest first."""
    screen = console()
    if not items:
        screen.print(Text("Nothing needs a decision.", "green"))
        return
    for owner, title in OWNERS.items():
        mine = [item for item in items if item.finding.owner == owner]
        if mine:
            screen.print(Text.assemble(("\nFor ", "bold"), (title, "bold"), f" ({len(mine)})"))
        for item in mine:
            screen.print(_head(item, now))
            screen.print(Text(f"      {item.finding.reason}"))
            if {choice.name for choice in item.choices} <= {"keep"}:
                screen.print(Text(f"      {item.finding.hint}", "dim"))
            if item.choices:
                screen.print(Text(f"      {' · '.join(map(_offer, item.choices))}", "cyan"))
    screen.print(Text("\n`milepost decide ID` shows what is billed now and after each choice.", "dim"))


def _offer(choice: Choice) -> str:
    """A choice by its name, with what it adds to what is billed."""
    name = f"{choice.name} {choice.needs}".strip()
    if choice.before is None or choice.after is None or choice.before == choice.after:
        return name
    more = choice.after - choice.before
    return f"{name} ({'+' if more.minor > 0 else ''}{more})"


def show_item(item: Item, now: datetime) -> None:
    """One thing to decide, with what is billed of it before and after each choice."""
    screen = console()
    screen.print(_head(item, now))
    screen.print(Text(f"  for {OWNERS[item.finding.owner]}", "dim"))
    screen.print(Text(f"  {item.finding.reason}"))
    screen.print(Text(f"  {item.finding.hint}", "dim"))
    if not item.choices:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for title, justify in (("choice", "left"), ("billed now", "right"), ("then", "right"), ("", "left")):
        table.add_column(title, justify="right" if justify == "right" else "left")
    for each in item.choices:
        name = f"{each.name} {each.needs}".strip()
        table.add_row(Text(name, "cyan"), figure(each.before), figure(each.after), each.words)
    screen.print(table)
    screen.print(Text(f"  milepost decide {item.id[:8]} CHOICE --why '…'", "dim"))


def show_taken(taken: Taken) -> None:
    """The decision, and what the next plan makes of it."""
    screen, made = console(), taken.decision
    said = "was decided before" if taken.repeated else "is decided"
    screen.print(Text.assemble((made.choice, "bold green"), f" {said}, by {made.said}"))
    if taken.actions:
        screen.print(Text("The next plan:", "bold"))
    for action in taken.actions:
        show_action(screen, action)
    for each in taken.findings:
        screen.print(Text(f"  {each.subject} · {each.code}: {each.reason}"))
    if not taken.actions and not taken.findings:
        screen.print(Text("The next plan writes nothing for it.", "dim"))


def _head(item: Item, now: datetime) -> Text:
    document = f" · {item.document}" if item.document else ""
    told = f" · {item.contract or 'rules'} · {item.finding.code}{document} · {age(now - item.since)}"
    named = f"  {item.id[:8]} " if item.id else "  "
    return Text.assemble((named, "cyan"), (item.finding.subject, "bold"), told)


def age(since: timedelta) -> str:
    """How long something waits: `new`, `5 hours`, `3 days`."""
    if since < timedelta(hours=1):
        return "new"
    hours = int(since.total_seconds() // 3600)
    return f"waits {counted(hours, 'hour')}" if hours < 48 else f"waits {counted(hours // 24, 'day')}"
