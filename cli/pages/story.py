"""The demo as a person reads it: what happened, what Milepost did about it, what the books say."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Protocol

from rich.padding import Padding
from rich.rule import Rule
from rich.table import Table
from rich.text import Text

from cli.pages.drafts import show_drafts
from cli.pages.inbox import show_item
from cli.pages.parts import figure
from cli.pages.reconcile import AGREED, show_reconciled
from cli.pages.status import sums
from cli.screen import console, counted
from mappings.contract.book import RuleBook
from model.finding import Finding
from sync.deciding.inbox import Item
from sync.deciding.take import Taken
from sync.planning.actions import Held
from sync.plans import Applied
from sync.reconciling.reconcile import Reconciled
from sync.telling.report import summarise

_KINDS = (
    ("receivables", "Accounts Receivable", 1),
    ("income", "Income", -1),
    ("client deposits", "Other Current Liability", -1),
)
_NOTED = 3  # of what is only worth a look, in one scene; `milepost decide` shows all


@dataclass(frozen=True, slots=True)
class Chosen:
    """A decision about `subject` as it was taken; `items` are what asked for it."""

    subject: str
    items: tuple[Item, ...]
    taken: Taken


@dataclass(frozen=True, slots=True)
class Played:
    """One scene: what to `watch`, what people did, what Milepost did about it, what epics in Jira say since."""

    title: str
    watch: str
    told: list[str]
    applied: Applied
    said: Mapping[str, set[str]]
    chosen: Chosen | None


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
        self._proposed: set[str] = set()
        self._moments = [("Before", self._read_books())]

    def opens(self, book: RuleBook, played: Played) -> None:
        """The premise, and the first sync."""
        say, applied = self._screen.print, played.applied
        say(Rule("Milepost: finished Jira work becomes draft QuickBooks invoices"))
        say(
            "A sandbox of Jira and QuickBooks runs on this machine: four projects, about 40 epics and 30 sprints, "
            "three clients in two currencies. Nothing leaves the machine. The contracts, as admins wrote them:\n"
        )
        for contract in book.contracts:
            value = figure(contract.value) if contract.value else "by the point"
            deposit = ", with a deposit" if contract.deposit else ""
            said = f" · {value}{deposit} · {counted(len(contract.milestones), 'rule')}"
            say(Text.assemble("  ", (contract.client, "bold"), said))
        say(
            Text("\nThe first sync reads everything, and finance finds these drafts in QuickBooks:\n", "bold")
        )
        show_drafts(self._screen, applied.plan.actions)
        self._news(applied)
        say(Text("\nWhere all finished work stands:", "bold"))
        say(sums(summarise(applied.after.assessments)))
        self._moments.append(
            (f"{counted(len(applied.plan.actions), 'draft')}, none of them sent", self._read_books())
        )
        say(Text("\nAn unsent invoice is posted all the same (QuickBooks' own ledger, USD):", "bold"))
        say(self._ledger())
        key, titles = next(iter(played.said.items()))
        more = counted(len(played.said) - 1, "more epic")
        say(f"\nJira says it too: {key} has a link “{min(titles)}”, and {more} have theirs.")

    def tells(self, number: int, played: Played) -> None:
        """One act: what people did, what Milepost wrote or did not, and the books after it."""
        say = self._screen.print
        say()
        say(Rule(f"Scene {number} · {played.title}"))
        for sentence in played.told:
            self._indented(Text(f"{sentence}."), 2)
        if played.chosen is not None:
            self._choice(played.chosen)
        self._indented(Text(played.watch, "italic"), 2)
        say()
        if played.applied.plan.actions:
            show_drafts(self._screen, played.applied.plan.actions)
        else:
            say(Text("  Milepost writes nothing in QuickBooks.", "green"))
        self._news(played.applied)
        self._books()
        for key, titles in played.said.items():
            said = " and ".join(f"“{title}”" for title in sorted(titles))
            self._indented(Text(f"Jira, on {key}: {said}", "blue"), 2)

    def closes(self, found: Reconciled, writes: int, requests: int) -> None:
        """The quiet sync, and the three held against each other."""
        say = self._screen.print
        say()
        say(Rule("The end: nothing is lost, nothing is billed twice"))
        quiet = f"A last sync, with nothing changed: {writes} writes ({requests} requests in all)."
        say(Text(quiet, "bold green"))
        self._moments.append(("The end", self._read_books()))
        say(self._ledger())
        self._agreement(found)
        say("\nTry it yourself:  ./dev milepost sandbox")
        say("and in another terminal:")
        say("  ./dev milepost plan --config sandbox-home/config.toml")

    def _agreement(self, found: Reconciled) -> None:
        """In short while the three agree; else the whole page, with every difference."""
        say = self._screen.print
        say(Text("\n$ milepost reconcile", "bold"))
        if not found.is_whole:
            show_reconciled(found)
            return
        say(sums(found.summary))
        read = f"{counted(found.issues, 'issue')} and {counted(found.documents, 'document')} read again by id"
        say(f"{read}, {counted(len(found.sums), 'sum')} without a gap.")
        say(Text(AGREED, "bold green"))

    def _choice(self, chosen: Chosen) -> None:
        made = chosen.taken.decision
        self._screen.print(Text(f"$ milepost decide {chosen.subject}", "bold"))
        for item in chosen.items:
            show_item(item, made.decided_at)
        command = f"\n$ milepost decide {chosen.subject} {made.choice} --who '{made.who}' \\"
        self._screen.print(Text(f"{command}\n    --why '{made.why}'", "bold"))

    def _news(self, applied: Applied) -> None:
        """Findings that were not told before: what is held, and what is only worth a look."""
        found = [one for each in applied.after.assessments for one in each.plan.findings]
        found += [one for each in applied.plan.assessments for one in each.plan.findings]
        fresh = [one for one in dict.fromkeys(found) if (one.code, one.ref or one.subject) not in self._known]
        self._known |= {(one.code, one.ref or one.subject) for one in fresh}
        held = [one for one in fresh if one.code.startswith("work.")]
        noted = [one for one in fresh if one not in held]
        self._findings("Held, each with its reason and who can change it:", held)
        self._findings("Worth a look:", noted[:_NOTED])
        if len(noted) > _NOTED:
            self._screen.print(Text(f"  … and {len(noted) - _NOTED} more like these", "dim"))
        self._proposals(applied.after.proposed)

    def _proposals(self, proposed: Sequence[Held]) -> None:
        fresh = [each.action for each in proposed if each.action.document_key not in self._proposed]
        self._proposed |= {memo.document_key for memo in fresh}
        if fresh:
            self._screen.print(Text("\nProposed, and made only if a person decides so:", "bold"))
        for memo in fresh:
            self._indented(Text(f"a credit memo of {memo.amount} for {memo.subject}"), 2)

    def _findings(self, heading: str, found: Sequence[Finding]) -> None:
        if found:
            self._screen.print(Text(f"\n{heading}", "bold"))
        for one in found:
            self._screen.print(Text(f"  {one.subject}", "bold"))
            self._indented(Text(one.reason), 4)
            if one.hint:
                self._indented(Text(f"→ {one.hint} ({one.owner})", "dim"), 4)

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
        """What the books said at the moments that were named."""
        table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
        table.add_column("")
        for name in self._moments[0][1]:
            table.add_column(name, justify="right", no_wrap=True)
        for told, balances in self._moments:
            if told:
                table.add_row(Text(told), *(Text(f"{amount:,.2f}", "cyan") for amount in balances.values()))
        return table

    def _books(self) -> None:
        before, after = self._moments[-1][1], self._read_books()
        self._moments.append(("", after))
        moved = [
            f"{name} {after[name] - before[name]:+,.2f}" for name in after if after[name] != before[name]
        ]
        said = f"The books (USD): {', '.join(moved)}" if moved else "The books do not move."
        self._screen.print(Text(f"\n  {said}", "cyan"))

    def _indented(self, text: Text, by: int) -> None:
        """Wrapped at a margin on a terminal; in a pipe a line stays a line."""
        if self._screen.soft_wrap:
            self._screen.print(Text(" " * by).append_text(text))
        else:
            self._screen.print(Padding(text, (0, 0, 0, by), expand=False))
