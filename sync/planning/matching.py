"""Which line of a document carries which of our charges: by amounts and texts, for its line ids are not ours. Pure."""

from __future__ import annotations

from collections.abc import Hashable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from model.billing import DocumentLine
from model.money import Money

Name = TypeVar("Name", bound=Hashable)


@dataclass(frozen=True, slots=True)
class Wanted(Generic[Name]):
    """A line as we know it: whose it is, what it says, what it comes to."""

    name: Name
    text: str
    amount: Money | None


def matched(wanted: Sequence[Wanted[Name]], lines: Sequence[DocumentLine]) -> dict[Name, str]:
    """The id of the line that each wanted one is; "" for one that is not there. No line is taken twice.

    The same amounts in the same order are the same lines, whatever became of their texts; else a line is known by
    its text and amount, and what is left by its text.
    """
    if [each.amount for each in wanted] == [line.amount for line in lines]:
        return {each.name: line.id for each, line in zip(wanted, lines, strict=True)}
    left = list(lines)
    exact = {each.name: take(left, each, same_amount=True) for each in wanted}
    return {each.name: exact[each.name] or take(left, each, same_amount=False) for each in wanted}


def take(left: list[DocumentLine], wanted: Wanted[Name], *, same_amount: bool) -> str:
    """Take the first line with that text, and that amount if asked, out of `left`; its id, or "" for none."""
    for line in left:
        if line.text == wanted.text and (not same_amount or line.amount == wanted.amount):
            left.remove(line)
            return line.id
    return ""
