"""Time and materials: the hours logged, each at its rate, summed exactly and rounded once."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from fractions import Fraction

from mappings.contract.rates import Logged, RateCard
from mappings.progress.priced import Gap, Priced, alone
from mappings.words.numbers import plain
from mappings.words.text import inert, listed
from model.money import Money

_HOUR = 3600  # seconds
_QUANTITY_DIGITS = 5  # decimals that QuickBooks keeps of a quantity
_RATES_SHOWN = 5


def time_price(card: RateCard, logged: Iterable[Logged], currency: str) -> Priced | Gap:
    """What `logged` time costs by `card`; the first thing that a rate is missing for, never nothing instead."""
    logged = tuple(logged)
    unseen = [_told(each) for each in logged if each.log.hidden]
    if unseen:
        reason = f"logged time is not visible in Jira now: {listed(unseen, 3)}"
        return Gap("time.hidden", reason, "give the login access again; nothing was withdrawn", "admin")
    seconds: defaultdict[Money, int] = defaultdict(int)
    without: list[Logged] = []
    for each in logged:
        rates = {rate.per_hour for rate in card.strictest(each)}
        if len(rates) > 1:
            return _tie(card, each)
        if rates:
            seconds[rates.pop()] += each.log.seconds
        elif each.log.seconds:
            without.append(each)
    if without:
        reason = f"rate card {card.name!r} has no rate for {listed(list(map(_told, without)), 3)}"
        hint = f"add a rate for it to rate card {card.name!r} ({card.file})"
        return Gap("rate.missing", reason, hint, "admin", tuple(without))
    return _sum(seconds, currency)


def hours_in_words(seconds: int) -> str:
    """Hours as a decimal number where five digits hold it exactly, else as hours:minutes:seconds."""
    exact = hours(seconds)
    if exact is not None:
        return plain(exact)
    minutes, rest = divmod(seconds, 60)
    return f"{minutes // 60}:{minutes % 60:02}" + (f":{rest:02}" if rest else "")


def hours(seconds: int) -> Decimal | None:
    """The hours, where a quantity of QuickBooks holds them exactly."""
    units, rest = divmod(seconds * 10**_QUANTITY_DIGITS, _HOUR)
    return None if rest else Decimal(units).scaleb(-_QUANTITY_DIGITS)


def _sum(seconds: dict[Money, int], currency: str) -> Priced:
    worked = sorted(((rate, time) for rate, time in seconds.items() if time), reverse=True)
    exact = sum((Fraction(time, _HOUR) * rate.minor for rate, time in worked), Fraction(0))
    amount = Money(1, currency).times(exact)
    if not worked:
        return alone(amount, "no time is logged")
    parts = [f"{hours_in_words(time)} h × {rate}" for rate, time in worked[:_RATES_SHOWN]]
    if len(worked) > _RATES_SHOWN:
        parts.append(f"{len(worked) - _RATES_SHOWN} more rates")
    how = "" if exact.denominator == 1 else ", rounded half-up"
    arithmetic = f"{' + '.join(parts)} = {amount}{how}"
    quantity = hours(worked[0][1]) if len(worked) == 1 else None
    if quantity is None:
        return alone(amount, arithmetic)
    return Priced(amount, quantity, worked[0][0].decimal, arithmetic)


def _tie(card: RateCard, each: Logged) -> Gap:
    lines = ", ".join(str(rate.line) for rate in card.strictest(each))
    reason = f"rate card {card.name!r} has several rates for {_told(each)}: {card.file}, lines {lines}"
    return Gap("rate.tie", reason, "give one of them one more condition", "admin", (each,))


def _told(each: Logged) -> str:
    return f"{inert(each.log.author) or each.log.author_id} on {each.day} ({inert(each.issue.key)})"
