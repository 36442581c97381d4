"""Estimates with the invoices made of them: read back together, and the steps of claims from one to the other."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, insert, select

from model.billing import Document, DocumentLine, DocumentState
from model.money import Money
from sync.planning.following import Carrier, ChargeName, Shift, follow, name_of
from sync.planning.observe import LineClaim, PutOff
from sync.planning.views import invoice_key, origin_key
from sync.store.audit import record
from sync.store.claims import FOLLOWED, folded_claims, more_put_off, next_round
from sync.store.codec import decode
from sync.store.rows import AnyRow
from sync.store.schema import claim, claim_end, document, document_observation


@dataclass(frozen=True, slots=True)
class Seen:
    """A document as last observed, with the number of that observation."""

    document_key: str
    shown: Document
    observation: int


@dataclass(frozen=True, slots=True)
class Family:
    """An estimate and the invoices made of it. `whole` says that all of them were read."""

    estimate: Seen
    invoices: tuple[Seen, ...]
    whole: bool

    @property
    def is_over(self) -> bool:
        """Whether the estimate was invoiced and nothing more of it is to come."""
        return self.estimate.shown.state is DocumentState.CONVERTED and self.estimate.shown.closed

    @property
    def members(self) -> tuple[Seen, ...]:
        """The estimate and its invoices."""
        return (self.estimate, *self.invoices)


def estimates_behind(connection: Connection, document_key: str) -> tuple[str, ...]:
    """The estimates in whose families a document is: itself, or those it was made of or whose claims it carries."""
    if connection.scalar(_by_key(document_key, document.c.kind)) == "estimate":
        return (document_key,)
    made_of = {origin_key(document_key)} - {document_key}
    carried = select(claim.c.moved_from).where(
        claim.c.document_key == document_key, claim.c.moved_from.is_not(None)
    )
    return tuple(sorted({*made_of, *connection.scalars(carried)}))


def adopt_invoices(connection: Connection, estimate_key: str, shown: Document, now: datetime) -> None:
    """Count the invoices that an estimate names among our documents, to be read by their ids from now on. They are
    never ours to write: we have no copy of our own."""
    estimate = connection.execute(select(document).where(document.c.document_key == estimate_key)).one()
    for id_ in (link.id for link in shown.links if link.kind == "invoice"):
        same = document.c.realm == estimate.realm, document.c.kind == "invoice"
        if connection.scalar(select(document.c.document_key).where(*same, document.c.external_id == id_)):
            continue
        connection.execute(
            insert(document),
            {
                "document_key": invoice_key(estimate_key, id_),
                "contract": estimate.contract,
                "realm": estimate.realm,
                "kind": "invoice",
                "marker": estimate.marker,
                "made_at": now,
                "writable_until_at": now,
                "external_id": id_,
            },
        )


def family_of(connection: Connection, estimate_key: str) -> Family | None:
    """The family of an estimate; None before the estimate was seen at all."""
    estimate = _seen(connection, document.c.document_key == estimate_key)
    if not estimate:
        return None
    linked = {link.id for link in estimate[0].shown.links if link.kind == "invoice"}
    realm = connection.scalar(_by_key(estimate_key, document.c.realm))
    carrying = select(claim.c.document_key).where(claim.c.moved_from == estimate_key)
    named = document.c.external_id.in_(linked) | document.c.document_key.in_(carrying)
    invoices = _seen(connection, document.c.realm == realm, document.c.kind == "invoice", named)
    known = {each.shown.external_id for each in invoices}
    return Family(estimate[0], tuple(invoices), linked <= known)


def move_claims(connection: Connection, family: Family, now: datetime) -> None:
    """Let the claims of a family stand where its documents show them; what its invoices leave out has ended."""
    if not family.whole:
        return  # nobody knows yet what the others carry
    estimate = family.estimate
    own = claim.c.document_key == estimate.document_key
    entries = folded_claims(connection, own)
    carriers = [replace(_carrier(estimate, entries), former=_former_lines(connection, estimate, entries))]
    for invoice in family.invoices:
        mine = folded_claims(connection, claim.c.document_key == invoice.document_key)
        ours = [entry for origin, entry in by_origin(mine) if origin == estimate.document_key]
        others = tuple(entry for entry in mine if entry not in ours and entry.claim.ended is None)
        carriers.append(_carrier(invoice, ours, others))
    found = follow(carriers[0], carriers[1:])
    for shift in found.shifts:
        _step(connection, shift, estimate.document_key, now)
    for left_out in found.left_out:
        _leave_out(connection, left_out, estimate.observation, now)


def by_origin(entries: Sequence[LineClaim]) -> Iterator[tuple[str, LineClaim]]:
    """The claims on one document, each with the estimate that it came from, "" for none: an invoice may be made of
    several. What a person took for the bill of a charge there goes with the estimate from which that charge came."""
    came = {name_of(entry.claim): entry.moved_from for entry in reversed(entries) if entry.moved_from}
    for entry in entries:
        yield entry.moved_from or came.get(name_of(entry.claim), ""), entry


def carried(connection: Connection, family: Family) -> Mapping[ChargeName, Money]:
    """What the invoices of a family claim of each charge of its estimate."""
    sums: dict[ChargeName, Money] = {}
    for invoice in family.invoices:
        where = (
            claim.c.document_key == invoice.document_key,
            claim.c.moved_from == family.estimate.document_key,
        )
        for row in connection.execute(select(claim).where(*where)):
            name, amount = (row.charge_key, row.payer), Money(row.amount, row.currency)
            sums[name] = sums.get(name, Money.zero(row.currency)) + amount
    return sums


def put_off_in(connection: Connection, family: Family) -> Mapping[ChargeName, PutOff | None]:
    """What is put off of each charge of a family: on its estimate before it was invoiced, less what its invoices put
    back."""
    sums: dict[ChargeName, PutOff | None] = {}
    for member in family.members:
        mine = folded_claims(connection, claim.c.document_key == member.document_key)
        for origin, entry in by_origin(mine):
            is_own = member is family.estimate or origin == family.estimate.document_key
            if is_own and entry.put_off is not None and entry.claim.ended is None:
                name = name_of(entry.claim)
                sums[name] = more_put_off(sums.get(name), entry.put_off.amount, entry.put_off.share)
    return sums


def _by_key(document_key: str, column: Any) -> Any:
    return select(column).where(document.c.document_key == document_key)


def _seen(connection: Connection, *where: Any) -> list[Seen]:
    rows = connection.execute(
        select(document.c.document_key, document_observation.c.seq, document_observation.c.doc)
        .join(document_observation, document_observation.c.seq == document.c.last_observation)
        .where(*where)
        .order_by(document.c.made_at, document.c.document_key)
    )
    return [Seen(row.document_key, decode(row.doc, Document), row.seq) for row in rows]


def _carrier(seen: Seen, entries: Iterable[LineClaim], others: tuple[LineClaim, ...] = ()) -> Carrier:
    kept = tuple(entry for entry in entries if entry.claim.ended != "withdrawn")
    return Carrier(seen.document_key, seen.shown, kept, others)


def _former_lines(
    connection: Connection, estimate: Seen, entries: Iterable[LineClaim]
) -> tuple[DocumentLine, ...]:
    """The lines of its claims that finance took off an estimate, each as it was seen last: on the invoices made of it
    they may still stand."""
    lost = {entry.line_id for entry in entries} - {line.id for line in estimate.shown.lines}
    observed = (
        select(document_observation.c.doc)
        .where(document_observation.c.document_key == estimate.document_key)
        .order_by(document_observation.c.seq.desc())
    )
    found: dict[str, DocumentLine] = {}
    for text in connection.scalars(observed) if lost else ():
        for line in decode(text, Document).lines:
            if line.id in lost:
                found.setdefault(line.id, line)
    return tuple(found.values())


def _step(connection: Connection, shift: Shift, estimate_key: str, now: datetime) -> None:
    basis = shift.basis.claim
    last = _last_row(connection, shift.basis)
    kept = {name: getattr(last, name) for name in ("contract", "rule", "rule_version", "leaves", "inputs")}
    name = (basis.charge_key, basis.payer, shift.document_key)
    step = {
        "charge_key": basis.charge_key,
        "payer": basis.payer,
        "round": next_round(connection, *name) if shift.round is None else shift.round,
        "origin": FOLLOWED,
        "document_key": shift.document_key,
        "moved_from": None if shift.document_key == estimate_key else estimate_key,
        "line_id": shift.line_id,
        "amount": shift.amount.minor,
        "currency": shift.amount.currency,
        "quantity": Decimal(0),
        "share": shift.share,
        "recorded_at": now,
    }
    record(connection, claim, kept | step)


def _last_row(connection: Connection, entry: LineClaim) -> AnyRow:
    mine = (
        claim.c.charge_key == entry.claim.charge_key,
        claim.c.payer == entry.claim.payer,
        claim.c.document_key == entry.claim.document_key,
        claim.c.round == entry.round,
    )
    return connection.execute(select(claim).where(*mine).order_by(claim.c.seq.desc()).limit(1)).one()


def _leave_out(connection: Connection, entry: LineClaim, observation: int, now: datetime) -> None:
    record(
        connection,
        claim_end,
        {
            "charge_key": entry.claim.charge_key,
            "payer": entry.claim.payer,
            "document_key": entry.claim.document_key,
            "round": entry.round,
            "ended": "declined",
            "reason": "the invoice made of the estimate leaves it out",
            "observation": observation,
            "recorded_at": now,
        },
    )
