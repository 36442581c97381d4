"""The demo as a person reads it: what happened, what Milepost did about it, what the books say."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import Decimal
from typing import Any, Protocol

from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from cli.pages.parts import counted, figure
from cli.pages.status import sums
from cli.screen import console
from mappings.contract.book import RuleBook
from model.finding import Finding
from sync.engine import Applied
from sync.planning.actions import Action
from sync.telling.report import Summary, summarise

_DONE = {
    "create": ("new draft", "green"),
    "update": ("draft changed", "yellow"),
    "withdraw": ("draft withdrawn", "red"),
}
_KINDS = (
    ("receivables", "Accounts Receivable", 1),
    ("income", "Income", -1),
    ("client deposits", "Other Current Liability", -1),
)


class Company(Protocol):
    """The sandbox's own company: its accounts and general ledger, which know nothing of Milepost."""

    books: Any

    def rows(self, kind: str) -> Sequence[Any]:
        """All objects of one kind."""
        ...


class Storyteller:
    """Prints the demo. Remembers what was said, so that a finding is told once."""

    def __init__(self, company: Company) -> None:
        self._company = company
        self._screen = console()
        self._known: set[tuple[str, str]] = set()
        self._moments = [("Before", self._read_books())]

    def hears(self, told: str) -> None:
        """Note what the books say after something that people did."""
        self._moments.append((told, self._read_books()))

    def opens(self, book: RuleBook, applied: Applied) -> None:
        """The premise, and the first sync."""
        say = self._screen.print
        say(Rule("Milepost: finished Jira work becomes draft QuickBooks invoices"))
        say(
            "A sandbox of Jira and QuickBooks runs on this machine: four projects, about 40 epics and 30 sprints, "
            "three clients in two currencies. Nothing leaves the machine. The contracts, as admins wrote them:\n"
        )
        for contract in book.contracts:
            value = figure(contract.value) if contract.value else "by the point"
            deposit = ", with a deposit" if contract.deposit else ""
            say(
                Text.assemble(
                    "  ",
                    (contract.client, "bold"),
                    f" · {value}{deposit} · {counted(len(contract.milestones), 'rule')}",
                )
            )
        say(
            Text("\nThe first sync reads everything, and finance finds these drafts in QuickBooks:\n", "bold")
        )
        say(_drafts(applied.plan.actions))
        self._news(applied)
        say(Text("\nWhere all finished work stands:", "bold"))
        say(sums(summarise(applied.after.assessments)))
        drafts = sum(1 for action in applied.plan.actions if action.kind == "create")
        self.hears(f"Milepost makes {counted(drafts, 'draft')}, none of them sent")
        say(
            Text(
                "\nAn estimate moves nothing in the books, an unsent invoice does (QuickBooks' own ledger, USD):",
                "bold",
            )
        )
        say(self._ledger())

    def tells(self, number: int, title: str, told: Iterable[str], watch: str, applied: Applied) -> None:
        """One act: what people did, what Milepost wrote or did not, and the books after it."""
        say = self._screen.print
        say()
        say(Rule(f"Scene {number} · {title}"))
        for sentence in told:
            say(Text(f"  {sentence}."))
        say(Text(f"  {watch}\n", "italic"))
        if applied.plan.actions:
            say(_drafts(applied.plan.actions))
        else:
            say(Text("  Milepost writes nothing.", "green"))
        self._news(applied)
        self._books()

    def closes(self, summary: Summary, writes: int, requests: int) -> None:
        """The sums, and the quiet sync."""
        say = self._screen.print
        say()
        say(Rule("The end: every closed epic and sprint is in one bucket"))
        say(sums(summary))
        say(
            Text(
                f"A last sync, with nothing changed: {writes} writes ({requests} requests in all).",
                "bold green",
            )
        )
        say("Try it yourself:  ./dev milepost sandbox")
        say("then, in another terminal:  ./dev milepost plan --config sandbox-home/config.toml")

    def _news(self, applied: Applied) -> None:
        """Findings that were not told before: what is held, and what is only worth a look."""
        found = [one for each in applied.after.assessments for one in (*each.plan.findings,)]
        found += [one for each in applied.plan.assessments for one in each.plan.findings]
        fresh = [one for one in dict.fromkeys(found) if (one.code, one.ref or one.subject) not in self._known]
        self._known |= {(one.code, one.ref or one.subject) for one in fresh}
        held = [one for one in fresh if one.code.startswith("work.")]
        for heading, some in (
            ("Held, each with its reason and who can change it:", held),
            ("Worth a look:", [one for one in fresh if one not in held]),
        ):
            if some:
                self._screen.print(Text(f"\n{heading}", "bold"))
            for one in some:
                self._screen.print(_finding(one))

    def _read_books(self) -> dict[str, Decimal]:
        balances = self._company.books.balances()
        types = {row.id: row.body["AccountType"] for row in self._company.rows("Account")}
        return {
            name: sum(
                (sign * amount for account, amount in balances.items() if types[account] == kind), Decimal(0)
            )
            for name, kind, sign in _KINDS
        }

    def _ledger(self) -> Table:
        """What the books said at each moment so far."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column("")
        for name in self._moments[0][1]:
            table.add_column(name, justify="right", no_wrap=True)
        for told, balances in self._moments:
            table.add_row(Text(told), *(Text(f"{amount:,.2f}", "cyan") for amount in balances.values()))
        return table

    def _books(self) -> None:
        before, after = self._moments[-1][1], self._read_books()
        self._moments.append(("", after))
        parts = []
        for name, amount in after.items():
            moved = amount - before[name]
            parts.append(f"{name} {amount:,.2f}" + (f" ({moved:+,.2f})" if moved else ""))
        self._screen.print(
            Text(f"\nThe books say (QuickBooks' own ledger, in USD): {', '.join(parts)}", "cyan")
        )


def _drafts(actions: Sequence[Action]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("")
    table.add_column("client")
    table.add_column("line", overflow="fold")
    table.add_column("computed as", overflow="fold")
    table.add_column("amount", justify="right", no_wrap=True)
    for action in actions:
        noun, colour = _DONE[action.kind]
        for step in action.steps():
            line = step.line
            computed = f"{line.quantity} × {line.unit_price:,}"
            if line.share is not None:
                computed = f"{line.share.normalize():f} % of the contract"
            before = f"{line.amount - step.amount} → " if line.amount != step.amount else ""
            table.add_row(
                Text(noun, colour),
                Text(action.client),
                Text(line.text),
                Text(computed),
                Text(f"{before}{line.amount}"),
            )
        if not action.lines:
            table.add_row(
                Text(noun, colour),
                Text(action.client),
                Text(action.subject),
                Text("voided"),
                Text(figure(action.amount)),
            )
    return table


def _finding(one: Finding) -> Text:
    hint = f" → {one.hint}" if one.hint else ""
    return Text.assemble("  ", (one.subject, "bold"), f": {one.reason}{hint} ({one.owner})")
