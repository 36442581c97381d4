"""The figures of a contract, on the page of `milepost explain CONTRACT-ID`."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from cli.screen import console
from mappings.money.statement import Statement
from model.money import Money


def show_statement(stated: Statement) -> None:
    """What was agreed, what changed it, what is billed, and what is left, one figure a line."""
    screen = console()
    screen.print(Text.assemble((stated.contract, "bold"), " · where the contract stands"))
    figures = Table.grid(padding=(0, 2))
    figures.add_column()
    figures.add_column(justify="right")
    for name, amount in _figures(stated):
        figures.add_row(f"  {name}", "not agreed" if amount is None else str(amount))
    screen.print(figures)
    for order in stated.orders:
        sign = "+" if order.value.minor > 0 else ""
        told = (
            f"{order.id}: {sign}{order.value} on {order.on}, approved by {order.approved_by}: {order.reason}"
        )
        screen.print(Text(f"  change order {told}"))


def _figures(stated: Statement) -> list[tuple[str, Money | None]]:
    always: list[tuple[str, Money | None]] = [
        ("original value", stated.original),
        ("change orders", stated.changes),
        ("revised value", stated.revised),
        ("billed to date", stated.billed),
        ("  of it sent to the client", stated.issued),
        ("this bill", stated.this_bill),
        ("balance", stated.balance),
    ]
    if stated.estimated:
        always.insert(5, ("on estimates, not invoiced yet", stated.estimated))
    if stated.let_go:
        always.insert(-2, ("declined or reduced by finance", stated.let_go))
    beside: list[tuple[str, Money | None]] = []
    if stated.late:
        beside.append(("late reductions, not part of these", stated.late))
    if stated.deposit is not None:
        beside.append(("deposit received", stated.deposit.received))
        beside.append(("  of it drawn", stated.deposit.drawn))
        beside.append(("  of it available", stated.deposit.available))
    return [*always, *beside]
