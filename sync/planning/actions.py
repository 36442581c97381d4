"""An action on a document: planned, printed, stored, applied, logged and explained as this one value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from connectors.ports import LineEdits
from mappings.progress.claimed import kind_of
from model.billing import DocumentKind, DraftLine, InvoiceDraft, Leaf, Position
from model.finding import Finding
from model.money import Money

ActionKind = Literal["create", "update", "withdraw"]


@dataclass(frozen=True, slots=True)
class LineChange:
    """Our line `line_id` of a document as it shall become. `before` is what we have claimed on it so far.

    `wanted` is what we would have it say where finance's own words stay in `line`; None: just that."""

    line_id: str
    before: Money
    before_share: Decimal | None
    line: DraftLine
    wanted: DraftLine | None = None


@dataclass(frozen=True, slots=True)
class LineRemoval:
    """Our line `line_id` of a document, which is taken out of it; `amount` is what it has claimed."""

    line_id: str
    charge_key: str
    payer: str
    amount: Money


@dataclass(frozen=True, slots=True)
class ClaimStep:
    """What an action adds to the ledger once it is settled: a signed step of one charge's claim."""

    charge_key: str
    payer: str
    amount: Money
    share: Decimal | None
    line: DraftLine

    @property
    def leaves(self) -> tuple[Leaf, ...]:
        """The leaf issues of the line."""
        return self.line.leaves


@dataclass(frozen=True, slots=True)
class Action:
    """One write on one document. `subject` names the work for a person; `reason` says why.

    `draft` is set for a create; `changes`, `additions` and `removals` for an update, with `lines_before`, the
    ids of all lines that planning saw; `removals` for a withdrawal, which takes the whole document. Update and
    withdrawal name `external_id` and `base_version` (the SyncToken that planning saw); `edited`: finance had changed
    the document, and it stays theirs. `amount` is what our
    lines come to afterwards; of a withdrawal, what it takes back. A credit memo names the document that it `corrects`.
    """

    kind: ActionKind
    document_key: str
    contract: str
    company: str
    client: str
    subject: str
    reason: str
    amount: Money
    draft: InvoiceDraft | None = None
    changes: tuple[LineChange, ...] = ()
    additions: tuple[DraftLine, ...] = ()
    removals: tuple[LineRemoval, ...] = ()
    lines_before: tuple[str, ...] = ()
    external_id: str | None = None
    base_version: str | None = None
    document_kind: DocumentKind = "invoice"
    edited: bool = False
    corrects: str = ""

    def steps(self) -> tuple[ClaimStep, ...]:
        """The claim steps of this action; a withdrawal and a removed line have none, they end claims."""
        new = self.draft.lines if self.draft is not None else self.additions
        whole = (self._step(line) for line in new)
        return (*(_difference(change) for change in self.changes), *whole)

    def _step(self, line: DraftLine) -> ClaimStep:
        if not self.corrects:
            return ClaimStep(line.charge_key, line.payer, line.amount, line.share, line)
        share = None if line.share is None else -line.share
        return ClaimStep(line.charge_key, line.payer, -line.amount, share, line)

    def edits(self) -> LineEdits:
        """What an update does to our lines, as the books take it."""
        return LineEdits(
            {change.line_id: change.line for change in self.changes},
            self.additions,
            frozenset(each.line_id for each in self.removals),
        )

    @property
    def charges(self) -> frozenset[str]:
        """Keys of the charges whose lines it writes or takes out."""
        return frozenset(line.charge_key for line in self.lines) | {each.charge_key for each in self.removals}

    @property
    def gives_back(self) -> bool:
        """Whether it makes a fee less, which other writes of the plan may then bill."""
        lowered = (change.line.charge_key for change in self.changes if change.line.amount < change.before)
        return any(kind_of(key) == "fee" for key in (*lowered, *(each.charge_key for each in self.removals)))

    @property
    def lines(self) -> tuple[DraftLine, ...]:
        """The lines that it writes, as they shall become."""
        new = self.draft.lines if self.draft is not None else self.additions
        return (*(change.line for change in self.changes), *new)


def _difference(change: LineChange) -> ClaimStep:
    line = change.line
    share = None if line.share is None else line.share - (change.before_share or Decimal(0))
    return ClaimStep(line.charge_key, line.payer, line.amount - change.before, share, line)


@dataclass(frozen=True, slots=True)
class Held:
    """A write that would be due and waits for a person; `by` are the `ref`s of the findings that say why."""

    action: Action
    by: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """What one contract needs. `revision` is the ledger revision it was planned on: enqueue compares it.
    `has_queued`: intents of an earlier plan wait, and this one confirms them or takes them back. What is `held` is
    no part of what an apply does, nor of what an approval signs; so are the credit memos `proposed`, each by the
    findings that a decision on makes it.
    """

    contract: str
    rule_version: str
    revision: int
    actions: tuple[Action, ...]
    findings: tuple[Finding, ...]
    positions: tuple[Position, ...]
    open_work: int = 0
    has_queued: bool = False
    held: tuple[Held, ...] = ()
    proposed: tuple[Held, ...] = ()
