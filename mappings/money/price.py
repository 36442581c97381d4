"""What a piece of work is worth by its price alone: an exact amount, or the one thing that is missing."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction

from mappings.contract.prices import (
    AmountField,
    Fixed,
    Hours,
    Listed,
    Percent,
    PercentField,
    PerIssue,
    PerPoint,
)
from mappings.contract.rules import Contract, Milestone
from mappings.money.time_price import time_price
from mappings.progress.fields import FieldGap, FieldIndex
from mappings.progress.priced import Delivered, Gap, Priced, alone
from mappings.progress.subjects import Subject, kind_of
from mappings.words.numbers import number_in, percent_in, plain
from mappings.words.text import inert, listed
from model.money import Money, exponent
from model.work import Issue


def price(
    contract: Contract, rule: Milestone, subject: Subject, delivered: Delivered, fields: FieldIndex
) -> Priced | Gap:
    """The price of `subject` under `rule` of `contract`, before its discount, minimum and cap."""
    match rule.price:
        case Fixed(amount):
            return alone(amount, f"fixed price {amount}")
        case Listed(name, amount):
            return alone(amount, f"price list, {name!r}: {amount}")
        case Percent(share):
            return share_of(contract, share)
        case PerPoint(rate):
            return _points(rate, delivered)
        case PerIssue(rate):
            return _by_quantity(Decimal(len(delivered.leaves)), rate, _issues(delivered))
        case Hours(card):
            return time_price(card, delivered.logged, contract.currency)
        case PercentField(field) | AmountField(field):
            return _from_field(contract, rule, field, subject, fields)


def share_of(contract: Contract, share: Decimal) -> Priced:
    """`share` percent of the contract value, alone."""
    value = contract.value or Money.zero(contract.currency)
    exact = Fraction(value.minor) * Fraction(share) / 100
    amount = value.times(Fraction(share) / 100)
    how = "" if exact.denominator == 1 else ", rounded half-up"
    return alone(amount, f"{plain(share)} % of {value} = {amount}{how}", share)


def _points(rate: Money, delivered: Delivered) -> Priced | Gap:
    if delivered.gap is not None:
        return Gap("field.missing", delivered.gap.reason, delivered.gap.hint, "admin")
    if delivered.odd_points:
        shown = listed(list(delivered.odd_points))
        return Gap(
            "field.invalid", f"story points are not a quantity on {shown}", "correct the points in Jira"
        )
    if delivered.without_points and not delivered.leaves:
        shown = listed(list(delivered.without_points))
        return Gap("points.missing", f"no finished issue has story points: {shown}", "estimate the issues")
    points = sum((leaf.quantity for leaf in delivered.leaves), Decimal(0))
    return _by_quantity(points, rate, f"{_issues(delivered)}, {plain(points)} points")


def _by_quantity(quantity: Decimal, rate: Money, counted: str) -> Priced:
    amount = rate.times(quantity)
    how = "" if (Fraction(quantity) * rate.minor).denominator == 1 else ", rounded half-up"
    return Priced(amount, quantity, rate.decimal, f"{counted} × {rate} = {amount}{how}")


def _issues(delivered: Delivered) -> str:
    count = len(delivered.leaves)
    return f"{count} issue" if count == 1 else f"{count} issues"


def _from_field(
    contract: Contract, rule: Milestone, field: str, subject: Subject, fields: FieldIndex
) -> Priced | Gap:
    if not isinstance(subject, Issue):
        reason = f"a {kind_of(subject)} has no fields"
        return Gap("field.missing", reason, "give the rule another price", "admin")
    values = fields.values(subject, field)
    if isinstance(values, FieldGap):
        return Gap("field.missing", values.reason, values.hint, "admin")
    if not values:
        return Gap("field.missing", f"the field {field!r} is empty", f"fill in {field!r} on {subject.key}")
    if isinstance(rule.price, PercentField):
        return _field_share(contract, field, values)
    return _field_amount(contract, field, values)


def _field_share(contract: Contract, field: str, values: Sequence[str]) -> Priced | Gap:
    share = percent_in(values[0]) if len(values) == 1 else None
    if share is None or not 0 <= share <= 100:
        return _invalid(field, values, "a percentage from 0 to 100")
    priced = share_of(contract, share)
    return Priced(priced.amount, priced.quantity, priced.unit_price, f"{field!r}: {priced.arithmetic}", share)


def _field_amount(contract: Contract, field: str, values: Sequence[str]) -> Priced | Gap:
    number = number_in(values[0]) if len(values) == 1 else None
    if number is None or number < 0:
        return _invalid(field, values, "an amount such as 1200.50")
    digits = values[0].strip().partition(".")[2]
    if len(digits) > exponent(contract.currency):  # "1.200" may be twelve hundred: who wrote it has to say
        return _invalid(field, values, f"an amount without a fraction of a {contract.currency} minor unit")
    amount = Money.of(number, contract.currency)
    return alone(amount, f"{field!r} says {amount}")


def _invalid(field: str, values: Sequence[str], wanted: str) -> Gap:
    shown = inert(", ".join(values), 60)
    return Gap(
        "field.invalid", f"the field {field!r} holds {shown!r}, not {wanted}", f"correct {field!r} in Jira"
    )
