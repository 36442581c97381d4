"""Terms of one file that cannot all be meant: what bills nothing, more than there is, or the same twice."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mappings.tables.parts import Parts
from mappings.tables.written import percent

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]
_WHOLE = ("fixed", "per_point", "per_issue")  # the amounts that are a price by themselves
_YEARS = range(2000, 2100)  # a contract of another century is a slip of the hand


def lint_contradictions(parts: Parts) -> _Found:
    """Every problem of terms beside each other."""
    yield from _contract(parts)
    yield from _reduced(parts)
    yield from _accepted(parts)


def doubts(parts: Parts) -> _Found:
    """What may be meant, and most likely is not: for a person to look at."""
    yield from _bills_nothing(parts)
    yield from _worth_nothing(parts)
    yield from _withheld_for_ever(parts)
    yield from _own_limits(parts)
    yield from _deposit(parts)
    yield from _payers(parts)
    value = _value(parts)
    if value is None:
        return
    raised = value + sum((max(Decimal(order.value), Decimal(0)) for _, order in parts.orders), Decimal(0))
    for index, rule in parts.milestones:
        if rule.price.fixed is not None and Decimal(rule.price.fixed) > raised:
            message = f"a price of {rule.price.fixed} in a contract of {raised}"
            yield ("milestone", index, "price", "fixed"), message, "correct the price or the contract's value"
    cap = _amount(parts.written("cap"))
    if cap is not None and cap > raised:
        message = f"a cap of {cap} never holds in a contract of {raised}"
        yield ("contract", "cap"), message, "leave it out, or write what is billed at most"
    if parts.opening is not None and parts.opening.number("billed") > raised:
        message = f"{parts.opening.billed} was billed before, in a contract of {raised}"
        yield ("opening", "billed"), message, "correct it, or the contract's value"


def _contract(parts: Parts) -> _Found:
    starts, cap = parts.contract.get("starts"), _amount(parts.written("cap"))
    if isinstance(starts, date) and starts.year not in _YEARS:
        yield ("contract", "starts"), f"the contract starts in the year {starts.year}", "correct the year"
    if cap is not None and not cap:
        yield ("contract", "cap"), "a cap of nothing bills nothing", "leave it out, or write the amount"


def _own_limits(parts: Parts) -> _Found:
    """A limit that is always reached: the price is another one than it says."""
    for index, rule in parts.milestones:
        at, price = ("milestone", index, "price"), rule.price
        if price.fixed is None:
            continue
        if price.minimum is not None and Decimal(price.minimum) > Decimal(price.fixed):
            message = f"a minimum of {price.minimum} is always billed in place of {price.fixed}"
            yield (*at, "minimum"), message, f'write fixed = "{price.minimum}" if that is the price'
        if price.cap is not None and Decimal(price.cap) < Decimal(price.fixed):
            message = f"a cap of {price.cap} is always billed in place of {price.fixed}"
            yield (*at, "cap"), message, f'write fixed = "{price.cap}" if that is the price'


def _deposit(parts: Parts) -> _Found:
    deposit, value = parts.deposit, _value(parts)
    if deposit is None:
        return
    if value is not None and "%" not in deposit.amount and Decimal(deposit.amount) > value:
        yield ("deposit", "amount"), f"{deposit.amount} is more than the contract ({value})", ""
    fees = {rule.item or parts.written("item") for _, rule in parts.milestones}
    if deposit.item in fees:
        message = f"fees are billed on {deposit.item!r}: a deposit is owed to the client until it is drawn"
        yield ("deposit", "item"), message, "name an item that posts to a liability account"
    if parts.retainage is not None and parts.retainage.item == deposit.item:
        message = (
            f"the deposit is on {deposit.item!r} as well: one is owed to the client, the other by the client"
        )
        yield ("retainage", "item"), message, "name an item that posts to an asset account"


def _reduced(parts: Parts) -> _Found:
    """Change orders in their order: what they take off has to be there."""
    value = _value(parts)
    for index, order in parts.orders:
        if value is None:
            return
        value += Decimal(order.value)
        if value < 0:
            message = f"{order.value} is more than the contract is worth: it would be {value}"
            yield ("change_order", index, "value"), message, "a contract is worth nothing at the least"
            return


def _payers(parts: Parts) -> _Found:
    seen: dict[str, str] = {}
    for index, payer in parts.payers:
        if payer.when is None:
            continue
        words = payer.when.model_dump_json(exclude_none=True).casefold()
        if words in seen:
            message = f"payer {seen[words]!r} has the same words: both would pay for the same work"
            yield ("payer", index, "when"), message, "give each its own words, or each a share"
        seen.setdefault(words, payer.name)


def _accepted(parts: Parts) -> _Found:
    seen: dict[tuple[str, date], Decimal] = {}
    for index, entry in parts.accepted:
        key, share = (entry.of.casefold(), entry.on), percent(entry.share)
        if seen.get(key, share) != share:
            message = f"{entry.of!r} was accepted to {seen[key]} % on the same day"
            yield ("accepted", index, "share"), message, "leave the entry that is wrong out"
        seen[key] = share


def _bills_nothing(parts: Parts) -> _Found:
    if not (parts.milestones or parts.expenses or parts.orders or parts.deposit):
        yield ("contract",), "nothing in this file bills anything", "add a [[milestone]]"


def _worth_nothing(parts: Parts) -> _Found:
    """Prices and terms of zero: what was meant to be filled in later, or left out."""
    written: list[tuple[_Loc, str | None]] = [(("contract", "value"), parts.written("value"))]
    written += [(("deposit", "amount"), parts.deposit.amount if parts.deposit else None)]
    for index, rule in parts.milestones:
        at: _Loc = ("milestone", index, "price")
        share = rule.price.percent if isinstance(rule.price.percent, str) and not rule.final else None
        written += [((*at, key), text) for key, text in rule.price.amounts() if key in _WHOLE]
        written += [((*at, "percent"), share)]
    for loc, text in written:
        number = _amount(text.rstrip(" %")) if text is not None else None
        if number is not None and not number:
            yield loc, f"{text} bills nothing", "write what it is worth, or leave it out"


def _withheld_for_ever(parts: Parts) -> _Found:
    if parts.retainage is None:
        return
    released = sum((percent(each.share) for each in parts.retainage.release), Decimal(0))
    if released < 100:
        message = f"{released} % of what is withheld is let go, the rest never"
        yield ("retainage", "release"), message, "say when the rest is let go"


def _value(parts: Parts) -> Decimal | None:
    return _amount(parts.written("value"))


def _amount(text: str | None) -> Decimal | None:
    """An amount as [contract] writes it; None where it is none, which the grammar says."""
    try:
        return None if text is None else Decimal(text)
    except ArithmeticError:
        return None
