"""What is agreed about money beside prices: a deposit and how it is drawn down, what is withheld until when."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from mappings.contract.prices import Fixed, Percent
from mappings.contract.triggers import AcceptanceOf, Trigger
from model.money import Money

DEPOSIT_RULE = "deposit"
RETAINAGE_RULE = "retainage"

Draw = Literal["full", "proportional", "last"]
Base = Literal["work", "work_and_expenses", "work_after_draw"]


@dataclass(frozen=True, slots=True)
class Deposit:
    """An amount billed before the work. `when` is what it waits for. `draw` says how it is drawn down on later
    bills (None: by hand), `draw_from` whether only what was paid of it is. Its draws are taxed as it was."""

    price: Fixed | Percent
    when: Trigger
    item: str
    klass: str | None
    text: str
    tax_code: str | None
    payer: str
    draw: Draw | None
    draw_from: Literal["paid", "billed"]
    draw_text: str
    line: int


@dataclass(frozen=True, slots=True)
class RuleName:
    """A milestone rule of the contract, by its name."""

    name: str


@dataclass(frozen=True, slots=True)
class Release:
    """`share` percent of what is withheld is let go: when all work of the closeout phase is due, on a day, when
    all work of a rule is due, or when all of something is accepted."""

    share: Decimal
    when: Literal["closeout"] | date | RuleName | AcceptanceOf


@dataclass(frozen=True, slots=True)
class Retainage:
    """`hold` percent of the `base` of each bill is withheld, at most `cap` in all, until released."""

    hold: Decimal
    base: Base
    cap: Money | None
    releases: tuple[Release, ...]
    item: str
    klass: str | None
    text: str
    release_text: str
    line: int
