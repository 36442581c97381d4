"""Charges to an invoice draft: lines whose quantity × unit price is exactly their amount, texts and dates."""

from __future__ import annotations

import calendar
from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from mappings.numbers import plain
from mappings.rules import Contract
from mappings.text import inert
from model.billing import Charge, DraftLine, InvoiceDraft
from model.money import Money

SOLE_PAYER = "client"
_QUANTITY_DIGITS = 5  # decimals that QuickBooks keeps of a quantity


def compose(
    contract: Contract,
    key: str,
    parts: Sequence[tuple[Charge, Money]],
    marker: str,
    zone: str,
    now: datetime,
) -> InvoiceDraft:
    """The draft `key` with one line for each charge and the amount it shall bill here.

    The client, terms and dates are those of `contract`; the invoice date is in the company's `zone`. An empty
    draft, or an amount of another currency, is a ValueError.
    """
    if not parts:
        raise ValueError(f"draft {key} has no lines")
    return InvoiceDraft(
        key=key,
        contract=contract.id,
        company=contract.company,
        client=contract.client,
        currency=contract.currency,
        invoice_date=_invoice_date(contract, [charge for charge, _ in parts], ZoneInfo(zone), now),
        terms=contract.terms,
        memo=inert(f"Purchase order {contract.po}") if contract.po else "",
        marker=marker,
        lines=tuple(_line(contract, charge, amount) for charge, amount in parts),
    )


def _line(contract: Contract, charge: Charge, amount: Money) -> DraftLine:
    if amount.currency != contract.currency:
        raise ValueError(f"{charge.key}: {amount} on a draft in {contract.currency}")
    quantity, unit_price = _factors(charge, amount)
    return DraftLine(
        charge_key=charge.key,
        payer=SOLE_PAYER,
        amount=amount,
        quantity=quantity,
        unit_price=unit_price,
        text=charge.text,
        item=charge.item,
        klass=charge.klass,
        tax_code=contract.tax_code,
        service_on=charge.service_on,
        share=charge.share,
        rule=charge.rule,
        rule_version=charge.rule_version,
        leaves=charge.leaves,
    )


def _factors(charge: Charge, amount: Money) -> tuple[Decimal, Decimal]:
    """Quantity and unit price whose product, half-up, is the amount: QuickBooks refuses any other line."""
    rate = charge.unit_price
    if charge.quantity != 1 and rate:
        quantity = charge.quantity if amount == charge.entitled else amount.decimal / rate
        exact = quantity == round(quantity, _QUANTITY_DIGITS)
        if exact and Money.rounded(quantity * rate, amount.currency) == amount:
            return Decimal(plain(quantity)), rate
    return Decimal(1), amount.decimal


def _invoice_date(contract: Contract, charges: Sequence[Charge], zone: ZoneInfo, now: datetime) -> date:
    if contract.invoice_date == "posting":
        return now.astimezone(zone).date()
    closed_on = max(charge.due_at.astimezone(zone).date() for charge in charges)
    if contract.invoice_date == "month_end":
        return closed_on.replace(day=calendar.monthrange(closed_on.year, closed_on.month)[1])
    return closed_on
