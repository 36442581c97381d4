"""An action on a document: planned, printed, stored, applied, logged and explained as this one value."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from model.billing import DraftLine, InvoiceDraft, Leaf, Position
from model.finding import Finding
from model.money import Money

ActionKind = Literal["create", "update", "withdraw"]


@dataclass(frozen=True, slots=True)
class LineChange:
    """Our line `line_id` of a document as it shall become. `before` is what we have claimed on it so far."""

    line_id: str
    before: Money
    before_share: Decimal | None
    line: DraftLine


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

    `draft` is set for a create; `changes` for an update; `external_id` and `base_version` (the SyncToken
    that planning saw) for update and withdraw.
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
    external_id: str | None = None
    base_version: str | None = None

    def steps(self) -> tuple[ClaimStep, ...]:
        """The claim steps of this action; a withdrawal has none, it ends claims."""
        if self.draft is not None:
            lines = self.draft.lines
            return tuple(
                ClaimStep(line.charge_key, line.payer, line.amount, line.share, line) for line in lines
            )
        return tuple(_difference(change) for change in self.changes)


def _difference(change: LineChange) -> ClaimStep:
    line = change.line
    share = None if line.share is None else line.share - (change.before_share or Decimal(0))
    return ClaimStep(line.charge_key, line.payer, line.amount - change.before, share, line)


@dataclass(frozen=True, slots=True)
class ContractPlan:
    """What one contract needs. `revision` is the ledger revision it was planned on: enqueue compares it.
    `has_queued`: intents of an earlier plan wait, and this one confirms them or takes them back.
    """

    contract: str
    rule_version: str
    revision: int
    actions: tuple[Action, ...]
    findings: tuple[Finding, ...]
    positions: tuple[Position, ...]
    open_work: int = 0
    has_queued: bool = False
