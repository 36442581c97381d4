"""What `[deposit]` and `[retainage]` can have wrong beyond their shape."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

from mappings.tables.parts import Parts
from mappings.tables.terms import RuleRef
from mappings.tables.written import percent
from mappings.words.mistakes import did_you_mean
from mappings.words.template import DEPOSIT, EXPENSE

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]
_NEEDS_VALUE = 'give [contract] a value = "…"'


def lint_terms(parts: Parts) -> _Found:
    """Every problem of the two tables, and of the contract's cap."""
    yield from _deposit(parts)
    yield from _draw(parts)
    yield from _retainage(parts)
    yield from _releases(parts)
    yield from _ceiling(parts)


def amounts_of(parts: Parts) -> list[tuple[_Loc, str | None]]:
    """The amounts that the two tables hold, with their places."""
    found: list[tuple[_Loc, str | None]] = []
    if parts.deposit and "%" not in parts.deposit.amount:
        found.append((("deposit", "amount"), parts.deposit.amount))
    if parts.retainage:
        found.append((("retainage", "cap"), parts.retainage.cap))
    return found


def texts_of(parts: Parts) -> list[tuple[_Loc, str | None, frozenset[str]]]:
    """The line texts of the two tables, with the placeholders that each may use."""
    deposit, retainage = parts.deposit, parts.retainage
    return [
        (("deposit", "text"), deposit.text if deposit else None, DEPOSIT),
        (("deposit", "draw_text"), deposit.draw_text if deposit else None, EXPENSE),
        (("retainage", "text"), retainage.text if retainage else None, DEPOSIT),
        (("retainage", "release_text"), retainage.release_text if retainage else None, EXPENSE),
    ]


def _deposit(parts: Parts) -> _Found:
    deposit, starts = parts.deposit, parts.contract.get("starts")
    if deposit is None:
        return
    if "%" in deposit.amount:
        if "value" not in parts.contract:
            yield ("deposit", "amount"), "a percentage needs the contract's value", _NEEDS_VALUE
        if percent(deposit.amount) > 100:
            yield ("deposit", "amount"), f"{deposit.amount} is more than the contract", ""
    if isinstance(deposit.when, date) and isinstance(starts, date) and deposit.when < starts:
        message = f"the deposit is due on {deposit.when}, before the contract starts ({starts})"
        yield ("deposit", "when"), message, 'write "start", or a later date'


def _draw(parts: Parts) -> _Found:
    deposit = parts.deposit
    if deposit is None:
        return
    if deposit.draw in ("proportional", "last") and "value" not in parts.contract:
        yield ("deposit", "draw"), f"drawing {deposit.draw!r} needs the contract's value", _NEEDS_VALUE
    for key in ("draw_from", "draw_text"):
        if deposit.draw is None and key in deposit.model_fields_set:
            yield ("deposit", key), f"{key} without draw says nothing", 'give [deposit] a draw = "full"'


def _retainage(parts: Parts) -> _Found:
    retainage, deposit = parts.retainage, parts.deposit
    if retainage is None:
        return
    if not 0 < percent(retainage.hold) <= 100:
        yield ("retainage", "hold"), f"{retainage.hold} of a bill cannot be withheld", "between 0 and 100 %"
    if retainage.base == "work_after_draw" and (deposit is None or deposit.draw is None):
        message = "no deposit is drawn down by this file: nothing is left out of what is withheld of"
        yield ("retainage", "base"), message, 'write base = "work", or give [deposit] a draw = "full"'


def _releases(parts: Parts) -> _Found:
    if parts.retainage is None:
        return
    names = {rule.rule for _, rule in parts.milestones}
    phases = {rule.phase for _, rule in parts.milestones}
    starts, reached = parts.contract.get("starts"), Decimal(0)
    for index, release in enumerate(parts.retainage.release):
        at: _Loc = ("retainage", "release", index)
        reached += percent(release.share)
        if isinstance(release.when, RuleRef) and release.when.rule not in names:
            message = f"there is no rule {release.when.rule!r} in this file"
            yield (*at, "when", "rule"), message, did_you_mean(release.when.rule, names)
        elif release.when == "closeout" and "closeout" not in phases:
            yield (*at, "when"), "no milestone is in the closeout phase", "name a rule or a date instead"
        elif isinstance(release.when, date) and isinstance(starts, date) and release.when < starts:
            yield (*at, "when"), f"{release.when} is before the contract starts ({starts})", ""
    if reached > 100:
        yield ("retainage", "release"), f"{reached} % would be released, more than is withheld", ""


def _ceiling(parts: Parts) -> _Found:
    if "cap" in parts.contract and any(rule.price.percent is not None for _, rule in parts.milestones):
        message = (
            "a contract that bills percentages of its value takes no cap: they would not sum to the whole"
        )
        yield (
            ("contract", "cap"),
            message,
            "lower the value, or give a rule of another price a cap of its own",
        )
