"""Who set each field of a document: a rule for which work, finance and when it was seen, or QuickBooks. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from mappings.words.text import LINE_LIMIT, inert
from model.billing import Document, DocumentLine, DraftLine
from sync.planning.observe import GONE
from sync.store.trail import Shown

FINANCE, OURS, QUICKBOOKS = "finance", "milepost", "quickbooks"
_NUMBER = ("", "number")
Place = tuple[str, str]  # (id of the line, "" for the document's own; name of the field)
Legible = Callable[[Document], Mapping[Place, str]]


@dataclass(frozen=True, slots=True)
class FieldSet:
    """`who` gave the field its present `value` ("milepost", "finance" or "quickbooks"): `by` says it in words. Of
    finance `at` is when it was seen."""

    field: str
    value: str
    who: str
    by: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Drafted:
    """Our line as we last wrote it, by which rule in words, and when."""

    line: DraftLine
    by: str
    at: datetime


def traced(
    seen: Sequence[Shown], legible: Legible, ours: Collection[str], *, made_by_us: bool
) -> dict[Place, FieldSet]:
    """Who gave each field of the newest sighting its value, by all that was seen. `ours` are ids of our lines."""
    known: dict[Place, FieldSet] = {}
    for number, sighting in enumerate(seen):
        told = legible(sighting.document)
        for place, value in told.items():
            before = known.get(place)
            if before is None or before.value != inert(value, LINE_LIMIT):
                who = _maker(place, made_by_us=made_by_us) if number == 0 else _changer(place, sighting, ours)
                by = {OURS: "as drafted", QUICKBOOKS: "given by QuickBooks"}.get(who, "finance")
                known[place] = FieldSet(inert(place[1]), inert(value, LINE_LIMIT), who, by, sighting.at)
        known = {place: known[place] for place in told}
    return known


def header(known: Mapping[Place, FieldSet]) -> tuple[FieldSet, ...]:
    """The fields of the document itself."""
    return tuple(each for (line, _), each in known.items() if not line)


def of_line(
    known: Mapping[Place, FieldSet], line: DocumentLine, drafted: Drafted | None
) -> tuple[FieldSet, ...]:
    """The fields of one line: those that say what we last wrote there are ours, by the rule behind it."""
    mine = {name: each for (id_, name), each in known.items() if id_ == line.id}
    if drafted is None:
        return tuple(mine.values())
    same = _as_written(line, drafted.line)
    return tuple(
        FieldSet(name, each.value, OURS, drafted.by, drafted.at)
        if same.get(name, each.who != FINANCE)
        else FieldSet(name, each.value, FINANCE, FINANCE, each.at)
        for name, each in mine.items()
    )


def _as_written(line: DocumentLine, ours: DraftLine) -> dict[str, bool]:
    """By field whether the line shows what we wrote; fields that it shows as ids of QuickBooks' are not told."""
    return {
        "text": line.text == ours.text,
        "amount": line.amount == ours.amount,
        "quantity": line.quantity in (None, ours.quantity),
        "price": line.unit_price in (None, ours.unit_price),
        "service date": line.service_on in (None, ours.service_on),
    }


def _maker(place: Place, *, made_by_us: bool) -> str:
    if not made_by_us:
        return FINANCE
    return QUICKBOOKS if place == _NUMBER else OURS


def _changer(place: Place, sighting: Shown, ours: Collection[str]) -> str:
    """After a document was made we write our own lines alone, and take the whole document back."""
    is_ours = place[0] in ours or sighting.document.state in GONE
    return OURS if sighting.source == "answer" and is_ours else FINANCE
