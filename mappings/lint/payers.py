"""What `[[payer]]` can have wrong with the rest of its file: who pays for what has no words to choose a payer by."""

from __future__ import annotations

from collections.abc import Iterator

from mappings.tables.parts import Parts
from mappings.tables.payer import lint_payers
from mappings.words.mistakes import did_you_mean

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]


def lint_who_pays(parts: Parts) -> _Found:
    """Every problem of the payers of a file, and of what names one."""
    yield from lint_payers(parts.payers)
    yield from _drawing(parts)
    names = [payer.name for _, payer in parts.payers]
    chosen = bool(names) and all(payer.when is not None for _, payer in parts.payers)
    for at, named, has_words in _payable(parts):
        if named is not None and named not in names:
            message = f"there is no payer {named!r} in this file"
            yield (*at, "payer"), message, did_you_mean(named, names) or "name a [[payer]], or leave it out"
        if named is None and chosen and not has_words:
            message = "nobody pays for it: it has no label or field by which a [[payer]] could be chosen"
            yield at, message, "write " + " or ".join(f'payer = "{name}"' for name in names)
    for index, order in parts.orders:
        if order.payer is not None and order.applies == "remaining":
            message = "an order for what remains has no bill of its own, so nobody pays for it alone"
            yield ("change_order", index, "payer"), message, "leave it out"


def _payable(parts: Parts) -> Iterator[tuple[_Loc, str | None, bool]]:
    """What somebody pays for: where it stands, the payer it names, and whether its work has words."""
    if parts.deposit is not None:
        yield ("deposit",), parts.deposit.payer, False
    for index, expense in parts.expenses:
        yield ("expense", index), expense.payer, False
    for index, order in parts.orders:
        yield ("change_order", index), order.payer, order.applies == "remaining"
    for index, rule in parts.milestones:
        yield ("milestone", index), rule.payer, rule.work.has_fields


def _drawing(parts: Parts) -> _Found:
    draw = parts.deposit.draw if parts.deposit else None
    chosen = next((index for index, payer in parts.payers if payer.when is not None), None)
    if draw in ("proportional", "last") and chosen is not None:
        message = f"drawing {draw!r} needs to know which part of the value each payer bears"
        yield ("payer", chosen, "when"), message, 'write draw = "full", or payers with a share and no when'
