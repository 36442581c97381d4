"""The ledger's side of one contract as planning sees it: facts, documents and what stands in between."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from model.billing import Claim, Document, DocumentState
from model.decision import Decision
from model.money import Money

#: Nothing came of these yet: planning judges anew whether they shall be written.
QUEUED = frozenset({"todo", "absent"})


@dataclass(frozen=True, slots=True)
class Head:
    """A document of ours as last observed. `writable` says its review window is open at planning time."""

    document_key: str
    realm: str
    state: DocumentState
    writable: bool
    shown: Document | None
    line_ids: Mapping[str, str]  # charge key → our line's id

    @property
    def column(self) -> DocumentState:
        """The table's column: outside its review window a draft behaves like an edited one."""
        return DocumentState.EDITED if self.state is DocumentState.DRAFT and not self.writable else self.state

    def amount_of(self, charge_key: str) -> Money | None:
        """What our line of a charge shows; None where there is none."""
        lines = {line.id: line.amount for line in self.shown.lines} if self.shown is not None else {}
        return lines.get(self.line_ids.get(charge_key, ""))


@dataclass(frozen=True, slots=True)
class Pending:
    """An intent that stands between a charge and the next plan: unfinished, or refused by QuickBooks."""

    document_key: str
    charge_keys: frozenset[str]
    state: str
    problem: str
    hint: str
    refused_at: datetime | None
    amount: Mapping[str, Money]


@dataclass(frozen=True, slots=True)
class Account:
    """The ledger's side of one contract: facts, documents, intents, decisions (oldest first), at `revision`."""

    revision: int
    claims: tuple[Claim, ...]
    heads: Mapping[str, Head]
    pending: tuple[Pending, ...]
    decisions: tuple[Decision, ...] = ()

    @property
    def has_queued(self) -> bool:
        """Whether an intent waits of which nothing came yet: the next plan confirms it or takes it back."""
        return any(each.state in QUEUED for each in self.pending)

    def on(self, document_key: str) -> tuple[Claim, ...]:
        """The live claims on one document."""
        live = (claim for claim in self.claims if claim.ended is None)
        return tuple(claim for claim in live if claim.document_key == document_key)

    def unfinished(self, charge_key: str) -> Pending | None:
        """The intent under way that claims this charge or writes a document carrying it; not a queued one."""
        mine = self._touching(charge_key)
        return next((each for each in mine if each.refused_at is None and each.state not in QUEUED), None)

    def writing(self, document_key: str) -> Pending | None:
        """The intent under way on this document; not a queued one."""
        mine = (each for each in self.pending if each.document_key == document_key)
        return next((each for each in mine if each.refused_at is None and each.state not in QUEUED), None)

    def refusal(self, charge_key: str) -> Pending | None:
        """The last definite rejection of a write for this charge, if nothing came after it."""
        return next((each for each in self._touching(charge_key) if each.refused_at is not None), None)

    def _touching(self, charge_key: str) -> tuple[Pending, ...]:
        """Intents that claim the charge, or write a document that carries it."""
        carrying = {claim.document_key for claim in self.claims if claim.charge_key == charge_key}
        return tuple(
            each for each in self.pending if charge_key in each.charge_keys or each.document_key in carrying
        )
