"""What stands beside the price of one piece of work: first its discount, then its minimum."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction

from mappings.contract.prices import Adjustments
from mappings.progress.priced import Gap, Priced, alone
from mappings.words.numbers import plain
from model.money import Money


def adjusted(priced: Priced | Gap, adjust: Adjustments) -> Priced | Gap:
    """`priced` less its discount and at least its minimum; a price that is missing stays so.

    An adjusted price is one times its amount: no rate would say any more how it comes about.
    """
    if isinstance(priced, Gap):
        return priced
    if adjust.discount is not None:
        priced = _discounted(priced, adjust.discount)
    if adjust.minimum is not None and priced.amount < adjust.minimum:
        priced = alone(adjust.minimum, f"{priced.arithmetic}; at least {adjust.minimum}")
    return priced


def _discounted(priced: Priced, discount: Decimal | Money) -> Priced:
    if isinstance(discount, Money):
        amount = max(priced.amount - discount, Money.zero(discount.currency))
        return alone(amount, f"{priced.arithmetic}; less {discount} = {amount}")
    kept = 1 - Fraction(discount) / 100
    amount = priced.amount.times(kept)
    how = "" if (priced.amount.minor * kept).denominator == 1 else ", rounded half-up"
    return alone(amount, f"{priced.arithmetic}; less {plain(discount)} % = {amount}{how}")
