"""Charges to an invoice draft: lines whose quantity × unit price is exactly their amount, texts and dates."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from mappings.contract.grouping import po_of
from mappings.contract.payers import Payer
from mappings.contract.rules import Contract
from mappings.words.template import fill
from mappings.words.text import LINE_LIMIT, inert
from model.billing import Charge, Document, DocumentKind, DraftLine, InvoiceDraft
from model.money import Money

_QUANTITY_DIGITS = 5  # decimals that QuickBooks keeps of a quantity


@dataclass(frozen=True, slots=True)
class Piece:
    """What one document bills of a charge: `amount`, and `share` percent of the contract where the price is one.
    `before` is what earlier documents billed of it, and makes this a change; None: nothing. `raised` is what finance
    put on top of that there: the client was billed both."""

    charge: Charge
    amount: Money
    share: Decimal | None
    before: Money | None = None
    raised: Money | None = None


def whole(charge: Charge) -> Piece:
    """All that a charge is entitled to."""
    return Piece(charge, charge.entitled, charge.share)


def compose(
    contract: Contract,
    key: str,
    pieces: Sequence[Piece],
    marker: str,
    zone: str,
    now: datetime,
    closed_on: date | None = None,
) -> InvoiceDraft:
    """The draft `key` with one line for each piece, all of one payer and one purchase order.

    The client, terms and dates are those of `contract`; the invoice date is in the company's `zone`, whose books are
    closed through `closed_on`. An empty draft, or an amount of another currency, is a ValueError.
    """
    if not pieces:
        raise ValueError(f"draft {key} has no lines")
    charge, lines = pieces[0].charge, [line_of(contract, piece) for piece in pieces]
    day = _invoice_date(contract, pieces, ZoneInfo(zone), now)
    draft = _draft(contract, key, contract.document_kind, lines, marker, day, closed_on)
    payer = contract.payer(charge.payer)
    return replace(draft, terms=payer.terms, memo=_memo(contract, payer, po_of(contract, charge)))


def compose_credit(
    contract: Contract,
    key: str,
    lines: Sequence[DraftLine],
    corrects: Document,
    marker: str,
    today: date,
    closed_on: date | None = None,
) -> InvoiceDraft:
    """The credit memo `key` with `lines`, which gives back a part of the invoice `corrects` and says so. It is of
    `today`, or of the first open day where the contract says so, and never of a day before its invoice's."""
    day = max(today, corrects.invoice_date or today)
    draft = _draft(contract, key, "credit_memo", lines, marker, day, closed_on)
    return replace(draft, memo=_credits(corrects))


def _draft(
    contract: Contract,
    key: str,
    kind: DocumentKind,
    lines: Sequence[DraftLine],
    marker: str,
    day: date,
    closed_on: date | None,
) -> InvoiceDraft:
    """A document to the payer of `lines`, of `day` or the first open one as the contract says."""
    return InvoiceDraft(
        key=key,
        contract=contract.id,
        company=contract.company,
        client=contract.payer(lines[0].payer).client,
        currency=contract.currency,
        invoice_date=_open_day(contract, kind, day, closed_on),
        terms=None,
        memo="",
        location=contract.location,
        marker=marker,
        lines=tuple(lines),
        kind=kind,
    )


def credit_line(written: DraftLine, amount: Money, share: Decimal | None, corrects: Document) -> DraftLine:
    """The line that gives `amount` back of a line as it was written on the invoice `corrects`."""
    return replace(
        written,
        amount=amount,
        quantity=Decimal(1),
        unit_price=amount.decimal,
        text=inert(f"{_credits(corrects)}: {written.text}", LINE_LIMIT),
        share=share,
        leaves=(),
    )


def _credits(corrects: Document) -> str:
    return inert(f"Credit for invoice {corrects.number or corrects.external_id}")


def _memo(contract: Contract, payer: Payer, po: str | None) -> str:
    """What the client reads on the invoice: the contract's own words, else the purchase order if there is one."""
    if contract.memo is None and not po:
        return ""
    values = {"contract.id": contract.id, "contract.client": payer.client, "contract.po": po or ""}
    return fill(contract.memo or "Purchase order {contract.po}", values)


def line_of(contract: Contract, piece: Piece) -> DraftLine:
    """The line of one piece; an amount of another currency than the contract's is a ValueError."""
    charge, amount = piece.charge, piece.amount
    if amount.currency != contract.currency:
        raise ValueError(f"{charge.key}: {amount} on a draft in {contract.currency}")
    quantity, unit_price = _factors(charge, amount)
    return DraftLine(
        charge_key=charge.key,
        payer=charge.payer,
        amount=amount,
        quantity=quantity,
        unit_price=unit_price,
        text=charge.text if piece.before is None else _change_text(charge, piece.before, piece.raised),
        item=charge.item,
        klass=charge.klass,
        tax_code=charge.tax_code,
        service_on=charge.service_on,
        share=piece.share,
        rule=charge.rule,
        rule_version=charge.rule_version,
        leaves=charge.leaves,
    )


def _change_text(charge: Charge, before: Money, raised: Money | None) -> str:
    if before.minor < 0 < charge.entitled.minor:
        return inert(f"{charge.text}: {charge.entitled} to date, and {-before} given back before", LINE_LIMIT)
    billed = before if raised is None else f"{before} of the {before + raised}"
    return inert(f"{charge.text}: {charge.entitled} to date, less {billed} billed before", LINE_LIMIT)


def _factors(charge: Charge, amount: Money) -> tuple[Decimal, Decimal]:
    """Quantity and unit price whose product, half-up, is the amount: QuickBooks refuses any other line."""
    rate = charge.unit_price
    if charge.quantity != 1 and rate:
        quantity = charge.quantity if amount == charge.entitled else amount.decimal / rate
        exact = quantity == round(quantity, _QUANTITY_DIGITS)
        if exact and Money.rounded(quantity * rate, amount.currency) == amount:
            return Decimal(f"{quantity.normalize():f}"), rate
    return Decimal(1), amount.decimal


def _invoice_date(contract: Contract, pieces: Sequence[Piece], zone: ZoneInfo, now: datetime) -> date:
    # A change belongs to the day it came up: the month in which its work closed may be declared already.
    if contract.invoice_date == "posting" or any(piece.before is not None for piece in pieces):
        return now.astimezone(zone).date()
    closed_on = max(piece.charge.due_at.astimezone(zone).date() for piece in pieces)
    if contract.invoice_date == "month_end":
        return closed_on.replace(day=calendar.monthrange(closed_on.year, closed_on.month)[1])
    return closed_on


def _open_day(contract: Contract, kind: DocumentKind, day: date, closed_on: date | None) -> date:
    """`day`, or the first open one after it where the contract says so; what stays in closed books is held."""
    posts = kind != "estimate"  # an estimate may bear any date
    if closed_on is None or day > closed_on or contract.closed_books == "hold" or not posts:
        return day
    return closed_on + timedelta(days=1)
