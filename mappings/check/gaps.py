"""What the milestones of a contract leave out: shares that no rule bills."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from mappings.contract.prices import Percent
from mappings.contract.rules import Contract
from mappings.contract.works import AcceptanceWork, DateWork, EpicWork, VersionWork
from mappings.words.numbers import plain

_Found = Iterator[tuple[tuple[str | int, ...], str, str]]


def gaps(contract: Contract) -> _Found:
    """A problem where all that a contract bills are shares of single works, and they do not reach the whole."""
    rules = contract.milestones
    shares = [rule.price.share for rule in rules if isinstance(rule.price, Percent) and _is_single(rule.work)]
    if not shares or len(shares) < len(rules) or any(rule.final for rule in rules):
        return
    reached = sum(shares, Decimal(0))
    if reached < 100:
        left = f"{plain(100 - reached)} % of the contract is billed by no rule"
        message = f"the percentages reach {plain(reached)} %: {left}"
        hint = "correct one, or mark the last milestone final = true: it is billed to 100 %"
        yield ("milestone", rules[-1].index, "price", "percent"), message, hint


def _is_single(work: object) -> bool:
    return isinstance(work, EpicWork | VersionWork | DateWork | AcceptanceWork)
