"""The page of `milepost status`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from rich.console import Group
from rich.table import Table
from rich.text import Text

from cli.pages.parts import figure
from cli.screen import console, counted
from model.finding import Finding
from model.money import Money
from sync.installation.allowance import Reads
from sync.planning.actions import Held
from sync.telling.report import BUCKETS, Summary

_SHOWN = 40  # lines of one bucket on a page that a person reads
_COLOUR = {"billed": "green", "held": "yellow", "excluded": "dim", "failed": "red"}


def show_status(
    summary: Summary,
    writes: Mapping[str, int],
    notices: Mapping[str, int],
    unread: Sequence[str],
    told: Sequence[Finding],
) -> None:
    """The sums first, then each piece of work that is not simply billed, with its reason; what is to be `told` of
    edited rules and of the companies' settings last, where it is seen."""
    screen = console()
    screen.print(sums(summary))
    for bucket in ("failed", "held", "excluded", "billed"):
        rows = [each for each in summary.positions if each.bucket == bucket]
        if rows:
            screen.print(Text(f"\n{bucket} ({len(rows)})", f"bold {_COLOUR[bucket]}"))
        for each in rows[:_SHOWN]:
            screen.print(
                Text.assemble(
                    "  ", (each.title, "bold"), f" · {each.contract} · {figure(each.amount)} · {each.reason}"
                )
            )
        if len(rows) > _SHOWN:
            screen.print(Text(f"  … and {len(rows) - _SHOWN} more; --json lists all", "dim"))
    if writes:
        listed = ", ".join(f"{counted(number, 'write')} {state}" for state, number in sorted(writes.items()))
        screen.print(Text(f"\nUnfinished: {listed}.", "yellow"))
    if notices:
        listed = ", ".join(f"{counted(number, 'notice')} {state}" for state, number in notices.items())
        screen.print(Text(f"\nNot said in Jira yet: {listed}.", "dim"))
    if unread:
        screen.print(
            Text(f"\nNot read yet, so not counted: {', '.join(unread)} (run `milepost plan`).", "yellow")
        )
    for one in told:
        about = "" if one.code.startswith(("company.", "connection.")) else "Rules: "
        screen.print(Text(f"\n{about}{one.subject}: {one.reason}. {one.hint}", "yellow"))
    if summary.gap:
        screen.print(
            Text(
                f"\nThe sums do not add up: {summary.gap} pieces of work are in no bucket. Please report this.",
                "bold red",
            )
        )


def show_proposed(proposed: Sequence[Held]) -> None:
    """The credit memos that a decision would make."""
    for held in proposed:
        memo = held.action
        said = f"Proposed: a credit memo of {memo.amount} to {memo.client} for {memo.subject} (`milepost decide`)."
        console().print(Text(said, "yellow"))


def show_reads(reads: Sequence[Reads]) -> None:
    """What QuickBooks was asked this month, where it was."""
    for each in reads:
        if each.taken:
            most = f" of {each.most:,}" if each.most else ""
            console().print(Text(f"Reads of {each.name} in {each.month}: {each.taken:,}{most}.", "dim"))


def sums(summary: Summary) -> Group:
    """The four buckets by count and by money per currency, and their total."""
    currencies = sorted({currency for row in summary.amounts.values() for currency in row})
    table = Table(box=None, pad_edge=False, show_footer=True)
    table.add_column("", footer="finished work")
    table.add_column("work", justify="right", footer=str(summary.finished))
    for currency in currencies:
        total = Money.zero(currency)
        for row in summary.amounts.values():
            total = total + row.get(currency, Money.zero(currency))
        table.add_column(currency, justify="right", footer=f"{total.decimal:,}")
    for bucket in BUCKETS:
        amounts = [summary.amounts[bucket].get(currency, Money.zero(currency)) for currency in currencies]
        table.add_row(
            Text(bucket, _COLOUR[bucket]),
            str(summary.counts[bucket]),
            *(f"{each.decimal:,}" for each in amounts),
        )
    unpriced = f"; {summary.unpriced} parts have no known amount yet" if summary.unpriced else ""
    return Group(table, Text(f"{summary.open} more are open work{unpriced}", "dim"))
