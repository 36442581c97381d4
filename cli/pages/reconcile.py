"""The page of `milepost reconcile`."""

from __future__ import annotations

from rich.table import Table
from rich.text import Text

from cli.pages.parts import OWNERS
from cli.pages.status import sums
from cli.screen import console, counted
from sync.reconciling.drift import Drift
from sync.reconciling.reconcile import Reconciled

AGREED = "Jira, the ledger and QuickBooks agree, and every sum adds up."


def show_reconciled(found: Reconciled) -> None:
    """What was read, the buckets, the sums of each contract, and every difference with what to do about it."""
    screen = console()
    read = f"{counted(found.issues, 'issue')} and {counted(found.documents, 'document')} read by id"
    screen.print(Text(f"{read}\n", "dim"))
    screen.print(sums(found.summary))
    screen.print(_equations(found))
    for each in found.drifts:
        screen.print(_told(each, is_recorded=bool(found.repaired) and each.repairable))
    for error in found.trouble:
        screen.print(Text(f"\n{error.service}: {error.reason}. {error.hint}", "red"))
    if found.repaired:
        screen.print(Text(f"\n{counted(found.repaired, 'object')} recorded as shown now.", "green"))
    if found.is_whole:
        screen.print(Text(f"\n{AGREED}", "bold green"))
        if raised := [each.name for each in found.sums if each.told]:
            screen.print(Text(f"What finance raised counts for no rule: see {', '.join(raised)}.", "yellow"))


def _equations(found: Reconciled) -> Table:
    table = Table(box=None, pad_edge=False)
    for column in ("contract", "", "", "gap"):
        table.add_column(column)
    for each in found.sums:
        parts = " + ".join(f"{amount.decimal:,} {name}" for name, amount in each.parts)
        if each.told:
            parts += f" + {each.told.decimal:,} raised by finance"
        gap = Text(str(each.gap), "bold red") if each.gap else Text("none", "green")
        table.add_row(each.contract, f"{each.name} {each.whole.decimal:,}", f"= {parts}", gap)
    return table


def _told(each: Drift, *, is_recorded: bool) -> Text:
    about = f" · {each.contract}" if each.contract else ""
    hint = "recorded as it shows now; the next plan goes by it" if is_recorded else each.hint
    return Text.assemble(
        ("\n" + each.kind.value, "bold yellow"),
        f": {each.subject}{about} · for {OWNERS[each.owner]}\n  {each.reason}\n  ",
        (hint, "dim"),
    )
