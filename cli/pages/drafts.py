"""Writes as finance finds them in QuickBooks: by client, one line each, short enough for 80 columns."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from cli.pages.parts import figure
from mappings.words.numbers import factors, plain
from model.billing import called
from model.money import Money
from sync.planning.actions import Action, ClaimStep

_COLOURS = {"create": "green", "update": "yellow", "withdraw": "red"}
_NOUN, _LINE, _COMPUTED, _AMOUNT = 12, 27, 15, 13  # with gaps and margin 80 columns


def show_drafts(screen: Console, actions: Sequence[Action]) -> None:
    """A block for each client."""
    for client, some in groupby(actions, lambda action: action.client):
        screen.print(Text(f"  {client}", "bold"))
        table = Table(box=None, show_header=False, padding=(0, 1), pad_edge=False)
        for width in (2, _NOUN):
            table.add_column(width=width, no_wrap=True)
        table.add_column(min_width=_LINE, overflow="fold")
        table.add_column(min_width=_COMPUTED, overflow="fold")
        table.add_column(min_width=_AMOUNT, justify="right", no_wrap=True)
        for action in some:
            for row in _rows(action):
                table.add_row("", Text(_noun(action), _COLOURS[action.kind]), *row)
        screen.print(table)


def _noun(action: Action) -> str:
    if action.kind == "create":
        return "new draft" if action.document_kind == "invoice" else called(action.document_kind)
    return "changed" if action.kind == "update" else "withdrawn"


def _rows(action: Action) -> list[tuple[Text, Text, Text]]:
    if not action.lines:
        return [(Text(action.subject), Text("voided"), Text(figure(action.amount)))]
    return [
        (Text(step.line.text), Text(_computed(action, step)), Text(figure(_amount(action, step))))
        for step in action.steps()
    ]


def _amount(action: Action, step: ClaimStep) -> Money:
    return step.amount if action.corrects else step.line.amount


def _computed(action: Action, step: ClaimStep) -> str:
    line = step.line
    before = _amount(action, step) - step.amount
    was = f"\nwas {before.decimal:,}" if before else ""
    if line.share is not None:
        return f"{plain(line.share)} % of value{was}"
    return f"{factors(line.quantity, line.unit_price, line.amount.currency)}{was}"
