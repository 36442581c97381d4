"""Pieces that several pages show: an action with its lines, findings by owner, trouble."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Literal

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.screen import console
from connectors.errors import ConnectorError
from mappings.words.numbers import product
from model.billing import DraftLine, called
from model.finding import Finding
from model.money import Money
from sync.planning.actions import Action

_SIGN = {"create": ("+", "green"), "update": ("~", "yellow"), "withdraw": ("−", "red")}
_NOUN = {"create": "new draft", "update": "change draft", "withdraw": "withdraw draft"}
OWNERS = {"team": "the team, in Jira", "finance": "finance, in QuickBooks", "admin": "an admin, in the rules"}


def figure(amount: Money | None) -> str:
    """An amount for a column: digits grouped, currency after it; "?" when it is not known."""
    return "?" if amount is None else str(amount)


def show_action(screen: Console, action: Action, *, waits: Literal["", "held", "proposed"] = "") -> None:
    """One write: its sign, subject and money, then each line with what it is computed from. One that `waits` is held,
    or a credit memo that is proposed, and a finding below says why."""
    sign, colour = ("‖", "dim") if waits else _SIGN[action.kind]
    head = Table.grid(padding=(0, 1), expand=True)
    head.add_column(width=1)
    head.add_column(width=14, no_wrap=True)
    head.add_column(ratio=1, overflow="fold")
    head.add_column(justify="right", no_wrap=True)
    head.add_row(
        Text(sign, colour),
        Text(_noun(action, waits), colour),
        Text(action.subject, "bold"),
        Text(figure(action.amount)),
    )
    screen.print(head)
    screen.print(Text(f"    why   {action.reason}", "dim"))
    if action.draft is not None:
        draft = action.draft
        terms = f", terms {draft.terms}" if draft.terms else ""
        said = f"{called(draft.kind)} dated {draft.invoice_date}{terms}"
        screen.print(Text(f"    for   {draft.client}, {said}, marker {draft.marker}", "dim"))
    for step in action.steps():
        before = None if action.corrects else step.line.amount - step.amount
        screen.print(_line(step.line), Text(f"(was {before})" if before else ""))
    for each in action.removals if action.kind == "update" else ():
        screen.print(Text(f"    line  taken out, which had billed {each.amount}"))


def _noun(action: Action, waits: str) -> str:
    if action.corrects and waits != "held":
        return f"{waits} memo" if waits else "credit memo"
    return waits or _NOUN[action.kind]


def _line(line: DraftLine) -> Text:
    computed = product(line.quantity, line.unit_price, line.amount)
    klass = f" · class {line.klass}" if line.klass else ""
    return Text(
        f"    line  {line.text} · {computed} · item {line.item}{klass} · service date {line.service_on}"
    )


def show_findings(screen: Console, found: Sequence[tuple[str, Finding]]) -> None:
    """Findings grouped by who can act; reason first, then what to do."""
    for owner, title in OWNERS.items():
        mine = [(contract, one) for contract, one in found if one.owner == owner]
        if not mine:
            continue
        screen.print(Text.assemble(("\nFor ", "bold"), (title, "bold"), f" ({len(mine)})"))
        for contract, one in mine:
            screen.print(Text.assemble("  ", (one.subject, "bold"), f" · {contract} · {one.code}"))
            hint = f" → {one.hint}" if one.hint else ""
            screen.print(Text(f"      {one.reason}{hint}"))


def show_trouble(trouble: Iterable[ConnectorError]) -> None:
    """What could not be reached or was refused, on standard error: once per distinct sentence."""
    screen = console(stderr=True)
    for text in dict.fromkeys(str(error) for error in trouble):
        screen.print(Text(f"! {text}", "red"), soft_wrap=True)
