"""The shelf of MemoryBooks and the pretend finance who works on it: what a person does to a document."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from connectors.tombstone import tombstone
from model.billing import Document, DocumentLine, DocumentState, LinkedTxn
from model.money import Money, total

MARKER = re.compile(r"\[MP-[0-9A-Za-z]{10}\]")


@dataclass(frozen=True, slots=True)
class Entry:
    """One document as kept: `document` is what is shown, the rest what a person can also change."""

    document: Document
    note: str
    memo: str
    terms: str | None
    made_at: datetime


class Shelf:
    """The newest version of each document by id, and the log of changed ids, oldest first."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self.entries: dict[str, Entry] = {}
        self.log: list[str] = []
        self._clock = clock

    def now(self) -> datetime:
        """The time by the company's clock."""
        return self._clock()

    def put(self, entry: Entry) -> Document:
        """Keep `entry` as the newest version of its document."""
        shown = entry.document
        version = str(int(shown.version) + 1) if shown.external_id in self.entries else "0"
        content = "" if shown.state is DocumentState.DELETED else _content(entry)
        document = replace(
            shown,
            version=version,
            marker=marker.group() if (marker := MARKER.search(entry.note)) else None,
            content=content,
            changed_at=self._clock(),
            raw=json.dumps({"id": shown.external_id, "note": entry.note, "memo": entry.memo}),
        )
        self.entries[shown.external_id] = replace(entry, document=document)
        self.log.append(shown.external_id)
        return document


class PretendFinance:
    """What a person does to a document in the accounting software; each returns it as it is then."""

    def __init__(self, shelf: Shelf) -> None:
        self._shelf = shelf

    def edit_line(self, external_id: str, line_id: str, amount: Money, text: str | None = None) -> Document:
        """Give one line another amount, and another text if given."""
        entry = self._shelf.entries[external_id]
        old = next(line for line in entry.document.lines if line.id == line_id)
        change = {"amount": amount.minor, "text": old.text if text is None else text}
        if amount == old.amount and old.service_on is not None:
            change |= {"quantity": str(old.quantity), "unit_price": str(old.unit_price)}
        if old.service_on is not None:
            change["service_on"] = old.service_on.isoformat()
        return self._shelf.put(with_lines(entry, {line_id: change}))

    def remove_line(self, external_id: str, line_id: str) -> Document:
        """Take one line out."""
        return self._shelf.put(with_lines(self._shelf.entries[external_id], {}, {line_id}))

    def edit(self, external_id: str, *, memo: str | None = None, note: str | None = None) -> Document:
        """Type another message to the client, or another private note."""
        entry = self._shelf.entries[external_id]
        memo, note = entry.memo if memo is None else memo, entry.note if note is None else note
        return self._shelf.put(replace(entry, memo=memo, note=note))

    def move_line(self, external_id: str, line_id: str, to: str) -> Document:
        """Bill one line on another document, which is returned: the words and the amount go along."""
        line = next(each for each in self._shelf.entries[external_id].document.lines if each.id == line_id)
        words = {"amount": line.amount.minor if line.amount else 0, "text": line.text}
        self.remove_line(external_id, line_id)
        return self._shelf.put(with_lines(self._shelf.entries[to], {}, (), [words]))

    def copy(self, external_id: str) -> Document:
        """Make another document like it, private note and all, under the next number."""
        entry, id_ = self._shelf.entries[external_id], str(len(self._shelf.entries) + 1)
        made = replace(entry.document, external_id=id_, number=str(1000 + int(id_)), links=())
        return self._shelf.put(replace(entry, document=made, made_at=self._shelf.now()))

    def queue(self, external_id: str) -> Document:
        """Mark it "send later"."""
        return self._turned(external_id, DocumentState.QUEUED)

    def send(self, external_id: str) -> Document:
        """Mail it to the client."""
        return self._turned(external_id, DocumentState.SENT)

    def pay(self, external_id: str, amount: Money | None = None) -> Document:
        """Receive a payment on it: `amount`, or all that is open."""
        entry = self._shelf.entries[external_id]
        balance = entry.document.balance
        left = replace(entry.document, state=DocumentState.PAID, balance=balance - (amount or balance))
        return self._shelf.put(replace(entry, document=left))

    def void(self, external_id: str) -> Document:
        """Void it: amounts zero, the note marked, the number kept. An estimate that it came from is open again."""
        entry = self._shelf.entries[external_id]
        self._unlink(entry.document)
        nothing = Money.zero(entry.document.currency)
        document = replace(
            entry.document,
            state=DocumentState.VOIDED,
            total=nothing,
            balance=nothing,
            lines=tuple(replace(line, amount=nothing) for line in entry.document.lines),
            links=(),
        )
        return self._shelf.put(replace(entry, document=document, note=f"Voided - {entry.note}"))

    def delete(self, external_id: str) -> Document:
        """Delete it for good: only its id and stamp stay. An estimate that it came from is open again."""
        entry = self._shelf.entries[external_id]
        shown = entry.document
        self._unlink(shown)
        gone = replace(tombstone(external_id, entry.made_at, shown.kind), version=shown.version)
        return self._shelf.put(replace(entry, document=gone, note=""))

    def answer(self, external_id: str, state: DocumentState) -> Document:
        """Note what became of an estimate: ACCEPTED, REJECTED, or open again (DRAFT)."""
        return self._turned(external_id, state)

    def close(self, external_id: str) -> Document:
        """Close an estimate by hand, without an invoice."""
        entry = self._shelf.entries[external_id]
        closed = replace(entry.document, state=DocumentState.REJECTED, closed=True)
        return self._shelf.put(replace(entry, document=closed))

    def set_expiry(self, external_id: str, day: date | None) -> Document:
        """Give an estimate a last day."""
        entry = self._shelf.entries[external_id]
        return self._shelf.put(replace(entry, document=replace(entry.document, expires_on=day)))

    def convert(
        self, external_id: str, parts: Mapping[str, Money] | None = None, *, keeps_note: bool = True
    ) -> Document:
        """Make an invoice of an estimate: of all of it, which closes it, or of `parts` of its lines by id. The
        private note goes along or not. Returns the invoice."""
        entry = self._shelf.entries[external_id]
        estimate = entry.document
        lines = tuple(
            replace(line, amount=line.amount if parts is None else parts[line.id])
            for line in estimate.lines
            if parts is None or line.id in parts
        )
        whole = sum_of(lines, estimate.currency)
        made = replace(
            estimate,
            external_id=str(len(self._shelf.entries) + 1),
            number=str(1001 + len(self._shelf.entries)),
            kind="invoice",
            state=DocumentState.DRAFT,
            lines=lines,
            total=whole,
            balance=whole,
            links=(LinkedTxn("estimate", external_id),),
            expires_on=None,
            closed=False,
        )
        note = entry.note if keeps_note else ""
        invoice = self._shelf.put(replace(entry, document=made, note=note, made_at=self._shelf.now()))
        links = (*estimate.links, LinkedTxn("invoice", invoice.external_id))
        linked = replace(
            estimate,
            state=DocumentState.CONVERTED,
            links=links,
            closed=parts is None or self._invoiced(links) >= estimate.total,
        )
        self._shelf.put(replace(entry, document=linked))
        return invoice

    def add_estimate(self, invoice_id: str, external_id: str) -> Document:
        """Bill all of one more estimate on an invoice, which is returned."""
        estimate, invoice = self._shelf.entries[external_id], self._shelf.entries[invoice_id]
        lines = estimate.document.lines
        words = [{"amount": each.amount.minor if each.amount else 0, "text": each.text} for each in lines]
        linked = replace(
            estimate.document,
            state=DocumentState.CONVERTED,
            links=(*estimate.document.links, LinkedTxn("invoice", invoice_id)),
            closed=True,
        )
        self._shelf.put(replace(estimate, document=linked))
        longer = with_lines(invoice, {}, (), words)
        links = (*longer.document.links, LinkedTxn("estimate", external_id))
        return self._shelf.put(replace(longer, document=replace(longer.document, links=links)))

    def _unlink(self, invoice: Document) -> None:
        for id_ in [link.id for link in invoice.links if link.kind == "estimate"]:
            entry = self._shelf.entries[id_]
            links = tuple(
                link for link in entry.document.links if link != LinkedTxn("invoice", invoice.external_id)
            )
            state = DocumentState.CONVERTED if links else DocumentState.DRAFT
            opened = replace(entry.document, links=links, closed=False, state=state)
            self._shelf.put(replace(entry, document=opened))

    def _invoiced(self, links: Iterable[LinkedTxn]) -> Money:
        invoices = [self._shelf.entries[link.id].document for link in links if link.kind == "invoice"]
        return total([invoice.total for invoice in invoices], invoices[0].currency)

    def _turned(self, external_id: str, state: DocumentState) -> Document:
        entry = self._shelf.entries[external_id]
        return self._shelf.put(replace(entry, document=replace(entry.document, state=state)))


def with_lines(
    entry: Entry,
    changes: Mapping[str, Mapping[str, Any]],
    removed: Collection[str] = (),
    added: Iterable[Mapping[str, Any]] = (),
) -> Entry:
    """`entry` with amount (minor units) and text of some lines changed, some removed and added, its sums too."""
    shown = entry.document
    kept = (line for line in shown.lines if line.id not in removed)
    lines = tuple(
        made_line(line.id, changes[line.id], shown.currency) if line.id in changes else line for line in kept
    )
    last = max((int(line.id) for line in shown.lines), default=0)
    lines += tuple(made_line(str(id_), line, shown.currency) for id_, line in enumerate(added, last + 1))
    whole = sum_of(lines, shown.currency)
    paid = shown.total - shown.balance
    return replace(entry, document=replace(shown, lines=lines, total=whole, balance=whole - paid))


def made_line(id_: str, words: Mapping[str, Any], currency: str) -> DocumentLine:
    """A line of `amount` (minor units) and `text`; without figures it is one at that price."""
    amount = Money(words["amount"], currency)
    day = words.get("service_on")
    return DocumentLine(
        id_,
        amount,
        words["text"],
        words.get("tax_code", ""),
        Decimal(words.get("quantity", 1)),
        Decimal(words.get("unit_price", amount.decimal)),
        date.fromisoformat(day) if day else None,
    )


def sum_of(lines: tuple[DocumentLine, ...], currency: str) -> Money:
    """What the lines come to."""
    return total([line.amount for line in lines if line.amount is not None], currency)


def legible(shown: Document) -> dict[tuple[str, str], str]:
    """See `Books.legible`."""
    typed = json.loads(shown.raw) if shown.raw and shown.state is not DocumentState.DELETED else {}
    told: dict[tuple[str, str], object] = {
        ("", "number"): shown.number,
        ("", "client"): shown.client_id,
        ("", "date"): shown.invoice_date,
        ("", "private note"): typed.get("note"),
        ("", "message"): typed.get("memo"),
    }
    for line in shown.lines:
        amount = line.amount.decimal if line.amount is not None else None
        told |= {
            (line.id, "text"): line.text,
            (line.id, "amount"): amount,
            (line.id, "quantity"): line.quantity,
        }
        told |= {(line.id, "price"): line.unit_price, (line.id, "service date"): line.service_on}
    return {name: str(value) for name, value in told.items() if value not in (None, "")}


def _content(entry: Entry) -> str:
    shown = entry.document
    by_hand = (
        shown.number,
        shown.client_id,
        shown.invoice_date,
        entry.terms,
        entry.note,
        entry.memo,
        shown.expires_on,
        shown.lines,
    )
    return hashlib.sha256(repr(by_hand).encode()).hexdigest()
