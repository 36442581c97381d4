"""The ledger's side of one contract as planning sees it: facts, documents and what stands in between."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from mappings.contract.issued import Issued
from mappings.words.text import inert
from model.billing import Claim, Document, DocumentLine, DocumentState
from model.decision import Decision
from model.money import Money, total
from sync.planning.merge import Written

#: Nothing came of these yet: planning judges anew whether they shall be written.
QUEUED = frozenset({"todo", "absent"})


def invoice_key(estimate_key: str, external_id: str) -> str:
    """The document key of an invoice that was made of an estimate of ours."""
    return f"{estimate_key}/{external_id}"


def credit_key(document_key: str, number: int) -> str:
    """The document key of a credit memo that corrects a document of ours."""
    return f"{document_key}/credit#{number}"


def given_key(contract: str, external_id: str) -> str:
    """The document key of a credit memo that finance made."""
    return f"{contract}|given/{external_id}#1"


def linked_key(contract: str, external_id: str) -> str:
    """The document key of an invoice of others that bills what would have gone on a document of ours."""
    return f"{contract}|linked/{external_id}#1"


def contract_of(document_key: str) -> str:
    """The contract that a document was made for."""
    return document_key.partition("|")[0]


def is_given(document_key: str) -> bool:
    """Whether it is the key of a credit memo that finance made."""
    return document_key.partition("|")[2].startswith("given/")


def origin_key(document_key: str) -> str:
    """The key of the document that we made: of an invoice made of an estimate, that of the estimate."""
    group, mark, number = document_key.rpartition("#")
    return f"{group}{mark}{number.partition('/')[0]}"


#: States in which the client has the document.
OUT = frozenset({DocumentState.SENT, DocumentState.PAID})


@dataclass(frozen=True, slots=True)
class Head:
    """A document of ours as last observed. `writable` says its review window is open at planning time, `closed` that
    its date lies in closed books."""

    document_key: str
    realm: str
    state: DocumentState
    writable: bool
    shown: Document | None
    line_ids: Mapping[str, str]  # charge key → our line's id
    closed: bool = False
    client_id: str = ""  #: whose it was when we last wrote it; "" where nobody knows
    written: Mapping[str, Written] = field(
        default_factory=dict
    )  # charge key → our last write, of an edited one
    former: Mapping[str, str] = field(
        default_factory=dict
    )  # charge key → the line of one that we, or a decision, took off it
    beside: Mapping[str, tuple[str, ...]] = field(
        default_factory=dict
    )  # charge key → further lines of it: several estimates became one invoice
    others: frozenset[str] = frozenset()  # lines on which claims of other contracts stand
    overtaken: bool = (
        False  #: the answer to our last write showed it sent or paid, and nothing was seen since
    )

    @property
    def carrying(self) -> frozenset[str]:
        """The ids of all lines that live claims stand on."""
        return frozenset(self.line_ids.values()).union(*self.beside.values())

    @property
    def is_moved(self) -> bool:
        """Whether finance gave it to another client since we wrote it."""
        shown = self.shown.client_id if self.shown is not None else ""
        return bool(self.client_id and shown) and shown != self.client_id

    @property
    def column(self) -> DocumentState:
        """The table's column: a draft outside its review window, or in closed books, behaves like an edited one."""
        ours = self.writable and not self.closed
        return DocumentState.EDITED if self.state is DocumentState.DRAFT and not ours else self.state

    def amount_of(self, charge_key: str) -> Money | None:
        """What our line of a charge shows, or all of them together; None where there is none."""
        line = self._line(charge_key)
        if line is None or line.amount is None or self.shown is None:
            return None
        beside = (each for each in self.shown.lines if each.id in self.beside.get(charge_key, ()))
        return total([line.amount, *(each.amount for each in beside if each.amount)], line.amount.currency)

    def text_of(self, charge_key: str) -> str:
        """What our line of a charge says; "" where there is none."""
        line = self._line(charge_key)
        return inert(line.text) if line is not None else ""

    def _line(self, charge_key: str) -> DocumentLine | None:
        lines = {line.id: line for line in self.shown.lines} if self.shown is not None else {}
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
    payer: str = ""  #: whose document it is; "" where nobody knows


@dataclass(frozen=True, slots=True)
class Account:
    """The ledger's side of one contract: facts, documents, intents, decisions (oldest first), at `revision`."""

    revision: int
    claims: tuple[Claim, ...]
    heads: Mapping[str, Head]
    pending: tuple[Pending, ...]
    decisions: tuple[Decision, ...] = ()

    def standing_claims(self, realm: str) -> tuple[Claim, ...]:
        """The claims, with which of them a plan for the company `realm` can still make less: the newest of each charge
        and payer, on a document that we may write, with no write of it under way or refused."""
        newest = {
            (claim.charge_key, claim.payer): claim.document_key
            for claim in self.claims
            if claim.ended is None and not claim.is_credit
        }
        return tuple(
            replace(claim, writable=True)
            if claim.ended is None
            and not claim.is_credit
            and newest[claim.charge_key, claim.payer] == claim.document_key
            and self._can_lower(claim, realm)
            else claim
            for claim in self.claims
        )

    def _can_lower(self, claim: Claim, realm: str) -> bool:
        head = self.heads[claim.document_key]
        ours = head.column is DocumentState.DRAFT and head.realm == realm and head.shown is not None
        known = claim.charge_key in head.line_ids and self.unfinished(claim.charge_key) is None
        return ours and known and self.refusal(claim.charge_key) is None

    @property
    def has_queued(self) -> bool:
        """Whether an intent waits of which nothing came yet: the next plan confirms it or takes it back."""
        return any(each.state in QUEUED for each in self.pending)

    def on(self, document_key: str) -> tuple[Claim, ...]:
        """The live claims on one document."""
        live = (claim for claim in self.claims if claim.ended is None)
        return tuple(claim for claim in live if claim.document_key == document_key)

    def unfinished(self, charge_key: str, payer: str = "", sharers: Collection[str] = ()) -> Pending | None:
        """The intent under way that claims this charge or writes a document carrying it; not a queued one. Of one
        `payer` not what is under way for the other `sharers`: each has documents of its own."""
        mine = self._touching(charge_key, payer, sharers)
        return next((each for each in mine if each.refused_at is None and each.state not in QUEUED), None)

    def writing(self, document_key: str) -> Pending | None:
        """The intent under way on this document; not a queued one."""
        mine = (each for each in self.pending if each.document_key == document_key)
        return next((each for each in mine if each.refused_at is None and each.state not in QUEUED), None)

    def refusal(self, charge_key: str, payer: str = "", sharers: Collection[str] = ()) -> Pending | None:
        """The last definite rejection of a write for this charge, if nothing came after it; of one `payer` as above."""
        mine = self._touching(charge_key, payer, sharers)
        return next((each for each in mine if each.refused_at is not None), None)

    @property
    def payers(self) -> frozenset[str]:
        """All for whom something is billed or under way."""
        billed = frozenset(claim.payer for claim in self.claims)
        return (billed | {each.payer for each in self.pending}) - {""}

    def _touching(self, charge_key: str, payer: str, sharers: Collection[str]) -> tuple[Pending, ...]:
        """Intents that claim the charge, or write a document that carries it."""
        others = frozenset(sharers) - {payer}
        mine = (claim for claim in self.claims if claim.payer not in others)
        carrying = {claim.document_key for claim in mine if claim.charge_key == charge_key}
        return tuple(
            each
            for each in self.pending
            if (charge_key in each.charge_keys and each.payer not in others) or each.document_key in carrying
        )


def frozen(account: Account, closed_on: date | None) -> Account:
    """`account` with the documents closed whose date is `closed_on` or earlier: closed books are never written."""
    if closed_on is None:
        return account
    heads = {
        key: replace(head, closed=True) if _lies_in(head, closed_on) else head
        for key, head in account.heads.items()
    }
    return replace(account, heads=heads)


def issued(account: Account, sign: Issued) -> Account:
    """`account` with the documents that bear the agreed `sign` sent: the client has them, or is about to."""
    heads = {
        key: replace(head, state=DocumentState.SENT) if _bears(head, sign) else head
        for key, head in account.heads.items()
    }
    return replace(account, heads=heads)


def _bears(head: Head, sign: Issued) -> bool:
    waiting = (DocumentState.DRAFT, DocumentState.EDITED, DocumentState.QUEUED)
    return head.shown is not None and head.state in waiting and sign.shows(head.shown)


def _lies_in(head: Head, closed_on: date) -> bool:
    posts = head.shown is not None and head.shown.kind != "estimate"
    dated = head.shown.invoice_date if head.shown is not None and posts else None
    return dated is not None and dated <= closed_on
