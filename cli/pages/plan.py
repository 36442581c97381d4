"""The page of `milepost plan`."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console
from rich.text import Text

from cli.pages.parts import figure, show_action, show_findings, show_trouble
from cli.screen import console, counted
from model.billing import Position
from model.money import Money
from sync.planning.positions import waits
from sync.plans import Plan
from sync.telling.repricing import Repriced

_MOST_WAITING = 10  # shown of what waits; more are a page of their own


def show_plan(plan: Plan, config: Path, moved: Sequence[Repriced] | None = None) -> None:
    """Every write with its lines and money, every finding with its owner, and the command that does it. `moved` is
    what pricing anew changes in what is billed; None when nothing was priced anew."""
    screen = console()
    if moved is not None:
        _show_repriced(screen, moved)
    for each in plan.assessments:
        if not each.plan.actions and not each.plan.held and not each.plan.proposed:
            continue
        contract = each.contract
        screen.print(
            Text(
                f"\n{contract.client} · {contract.id} · {contract.currency} · rules {contract.version}",
                "bold underline",
            )
        )
        for action in each.plan.actions:
            show_action(screen, action)
        for held in each.plan.held:
            show_action(screen, held.action, waits="held")
        for held in each.plan.proposed:
            show_action(screen, held.action, waits="proposed")
    show_findings(
        screen, [(each.contract.id, one) for each in plan.assessments for one in each.plan.findings]
    )
    screen.print()
    show_trouble(plan.trouble)
    waiting = [one for each in plan.assessments for one in each.plan.positions if waits(one)]
    _show_waiting(screen, waiting)
    if not plan.actions:
        if not plan.trouble and not plan.held:  # what could not be read may well be due
            what = "now" if waiting else "QuickBooks holds what is due"
            screen.print(Text(f"Nothing to write{' ' if waiting else ': '}{what}.", "green"))
        return
    kinds = {
        kind: sum(action.kind == kind for action in plan.actions) for kind in ("create", "update", "withdraw")
    }
    parts = [
        counted(number, noun)
        for noun, number in zip(("new draft", "change", "withdrawal"), kinds.values(), strict=True)
        if number
    ]
    screen.print(Text.assemble(("Plan ", "bold"), (plan.digest, "bold cyan"), f": {', '.join(parts)}."))
    option = "" if str(config) == "config.toml" else f" --config {config}"
    anew = "" if moved is None else " --reprice"
    # Left to the terminal to wrap, so that it can be copied in one piece.
    screen.print(Text(f"Do exactly this:  milepost apply{option}{anew} --plan {plan.digest}"), soft_wrap=True)


def _show_waiting(screen: Console, waiting: Sequence[Position]) -> None:
    """What is due and not written now, with the day or the bill that it waits for."""
    if not waiting:
        return
    screen.print(Text(f"Due, and not written now ({len(waiting)})", "bold underline"))
    for each in waiting[:_MOST_WAITING]:
        amount = f" · {each.amount}" if each.amount is not None else ""
        screen.print(Text(f"  {each.title} · {each.contract}{amount} · {each.reason}"))
    if len(waiting) > _MOST_WAITING:
        screen.print(Text(f"  and {len(waiting) - _MOST_WAITING} more: milepost status lists them"))
    screen.print()


def _show_repriced(screen: Console, moved: Sequence[Repriced]) -> None:
    """The difference of each charge first, then the sum of each client."""
    if not moved:
        screen.print(Text("Priced by the present rules, everything that is billed comes to the same."))
        return
    screen.print(
        Text(f"Priced by the present rules ({counted(len(moved), 'charge')} differ)", "bold underline")
    )
    sums: dict[tuple[str, str], Money] = {}
    for each in moved:
        difference = each.difference
        figures = f"{each.before} → {figure(each.after)}"
        if difference is not None:
            figures += f" ({'+' if difference.minor > 0 else ''}{difference})"
            of = each.client, difference.currency
            sums[of] = sums.get(of, Money.zero(difference.currency)) + difference
        screen.print(
            Text.assemble("  ", (each.title, "bold"), f" · {each.contract} · {figures} · {each.becomes}")
        )
        screen.print(Text(f"      {each.arithmetic}", "dim"))
    for (client, _), sum_ in sums.items():
        screen.print(Text(f"  {client}: {'+' if sum_.minor > 0 else ''}{sum_} in all"))
