"""What planning wants of one charge, before documents are looked at: a piece to bill, or a line to take back."""

from __future__ import annotations

from dataclasses import dataclass

from mappings.compose import Piece
from model.billing import DraftLine
from model.money import Money
from sync.planning.views import Head


@dataclass(frozen=True, slots=True)
class Bill:
    """`piece` shall be billed: on `head`, where the line of its charge stands as `before`, or, without them, as
    a new line on the document of its group. `line` is what goes out where finance's own words stay in it."""

    piece: Piece
    reason: str
    head: Head | None = None
    before: Piece | None = None
    line: DraftLine | None = None


@dataclass(frozen=True, slots=True)
class TakeBack:
    """Our line of a charge shall leave `head`, where it has claimed `amount`. `title` names the work."""

    charge_key: str
    payer: str
    title: str
    reason: str
    head: Head
    amount: Money


@dataclass(frozen=True, slots=True)
class GiveBack:
    """`amount` of a charge is billed too much on documents that the client has: a credit memo shall give it back, or
    `is_proposed` to. `ref` is that of the finding which says so."""

    charge_key: str
    payer: str
    title: str
    reason: str
    amount: Money
    ref: str
    is_proposed: bool


Want = Bill | TakeBack
