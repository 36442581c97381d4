"""Which lines of ours a credit memo that finance made gives back: by what it names and by its amounts. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from model.billing import Claim, Document, DocumentLine
from model.money import Money


@dataclass(frozen=True, slots=True)
class Creditable:
    """A line of ours that a credit memo may be about: its claim, what it says, and what is left of it to give back."""

    claim: Claim
    text: str
    room: Money


@dataclass(frozen=True, slots=True)
class Placed:
    """`amount` of a claim that a line of a credit memo gives back."""

    claim: Claim
    line_id: str
    amount: Money


def names(memo: Document, invoice: Document) -> bool:
    """Whether a credit memo is about an invoice: by its marker or its number in any of its texts, or because a payment
    applies the one to the other."""
    written = "\n".join((memo.raw, *(line.text for line in memo.lines)))
    number = invoice.number and re.search(rf"(?<!\w){re.escape(invoice.number)}(?!\w)", _words(written))
    applied = {link.id for link in memo.links if link.kind == "payment"} & {
        link.id for link in invoice.links if link.kind == "payment"
    }
    return bool(number or applied or (invoice.marker and invoice.marker in written))


def placed(memo: Document, lines: Sequence[Creditable]) -> tuple[Placed, ...]:
    """What each line of a credit memo gives back of `lines`; () when one of them could be about several."""
    found: list[Placed] = []
    left = {each.claim: each for each in lines}
    for line in memo.lines:
        if line.amount is None or line.amount.minor <= 0:
            continue
        mine = _about(line, [each for each in left.values() if each.room.minor > 0])
        if mine is None:
            return ()
        found.append(Placed(mine.claim, line.id, min(line.amount, mine.room)))
        del left[mine.claim]
    return tuple(found)


def _about(line: DocumentLine, lines: Sequence[Creditable]) -> Creditable | None:
    """The one line that it says, else the one of its amount, else the only one there is."""
    said = [each for each in lines if each.text and each.text in line.text]
    same = [each for each in lines if each.room == line.amount]
    return next((some[0] for some in (said, same, lines) if len(some) == 1), None)


def _words(raw: str) -> str:
    """The texts of a document: what stands in quotation marks under the names that people write into."""
    fields = r'"(?:PrivateNote|value|StringValue|Description|DocNumber|note|memo)":\s*"((?:[^"\\]|\\.)*)"'
    return "\n".join((*re.findall(fields, raw), *(part for part in raw.splitlines()[1:])))
