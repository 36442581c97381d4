"""Three-way merge of a line of ours on a document that finance edited (billing.md §8). Pure.

Base is what we wanted there last, actual what QuickBooks shows, desired what the plan wants now; field by field.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal

from model.billing import DocumentLine, DraftLine


@dataclass(frozen=True, slots=True)
class Face:
    """What a person sees of a line of ours, and could change: the fields that an update writes."""

    text: str | None
    quantity: Decimal | None
    unit_price: Decimal | None
    service_on: date | None


@dataclass(frozen=True, slots=True)
class Written:
    """How our last write left a line: what we `wanted`, what went out (`sent`: finance's own fields in it), and
    what the answer showed; without `echo` the answer was not ours to see."""

    wanted: DraftLine
    sent: DraftLine
    echo: DocumentLine | None


@dataclass(frozen=True, slots=True)
class Conflict:
    """A field that we and finance changed, each to something else."""

    field: str
    base: object
    actual: object
    desired: object


@dataclass(frozen=True, slots=True)
class Merged:
    """The fields of a line after a merge; `kept` are those in which finance's stand."""

    face: Face
    kept: frozenset[str]
    conflicts: tuple[Conflict, ...]


def merge(base: Face, actual: Face, desired: Face) -> Merged:
    """Field by field: what finance left alone is written, what only finance changed is theirs, the rest conflicts.

    No difference between `base` and `actual` is ever lost: it stands in the result, or is a conflict. Quantity and
    price make one amount: where finance changed one of them, neither is written.
    """
    found: dict[str, object] = {}
    kept: set[str] = set()
    conflicts: list[Conflict] = []
    for names in _TOGETHER:
        before, there, wanted = (_values(face, names) for face in (base, actual, desired))
        if there in (before, wanted):
            found |= zip(names, wanted, strict=True)
            continue
        found |= zip(names, there, strict=True)
        if wanted == before:
            kept.update(names)
        else:
            conflicts += _conflicts(names, before, there, wanted)
    return Merged(Face(**found), frozenset(kept), tuple(conflicts))  # type: ignore[arg-type]  # by field name


def merge_line(written: Written, actual: DocumentLine, desired: DraftLine) -> Merged:
    """The merge of `desired` into a line that was `written` by us and shows as `actual` now."""
    shown = _shown(actual)
    return merge(_base(written, shown), shown, _face(desired))


_TOGETHER = (("text",), ("quantity", "unit_price"), ("service_on",))


def _values(face: Face, names: tuple[str, ...]) -> tuple[object, ...]:
    return tuple(getattr(face, name) for name in names)


def _conflicts(
    names: tuple[str, ...], base: tuple[object, ...], actual: tuple[object, ...], desired: tuple[object, ...]
) -> Iterator[Conflict]:
    for name, *values in zip(names, base, actual, desired, strict=True):
        if len(set(values)) > 1:
            yield Conflict(name, *values)


def _base(written: Written, shown: Face) -> Face:
    """What we wanted last, as QuickBooks shows it: where the answer to our own value spelled it differently and
    nothing moved since, its spelling is ours."""
    wanted, sent = _face(written.wanted), _face(written.sent)
    echo = _shown(written.echo) if written.echo is not None else wanted
    values = {}
    for name in (field.name for field in fields(Face)):
        ours = getattr(sent, name) == getattr(wanted, name)
        unmoved = getattr(shown, name) == getattr(echo, name)
        values[name] = getattr(echo if ours and unmoved else wanted, name)
    return Face(**values)


def _face(line: DraftLine) -> Face:
    return Face(line.text, line.quantity, line.unit_price, line.service_on)


def _shown(line: DocumentLine) -> Face:
    return Face(line.text, line.quantity, line.unit_price, line.service_on)
