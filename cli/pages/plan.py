"""The page of `milepost plan`."""

from __future__ import annotations

from pathlib import Path

from rich.text import Text

from cli.pages.parts import counted, show_action, show_findings, show_trouble
from cli.screen import console
from sync.engine import Plan


def show_plan(plan: Plan, config: Path) -> None:
    """Every write with its lines and money, every finding with its owner, and the command that does it."""
    screen = console()
    for each in plan.assessments:
        if not each.plan.actions:
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
    show_findings(
        screen, [(each.contract.id, one) for each in plan.assessments for one in each.plan.findings]
    )
    screen.print()
    show_trouble(plan.trouble)
    if not plan.actions:
        if not plan.trouble:  # what could not be read may well be due
            screen.print(Text("Nothing to write: QuickBooks holds what is due.", "green"))
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
    screen.print(Text(f"Do exactly this:  milepost apply{option} --plan {plan.digest}"))
