"""What a contract file can have wrong about named dates and acceptances."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from mappings.tables.parts import Parts
from mappings.tables.shape import MilestoneTable
from mappings.tables.terms import Accepts
from mappings.tables.written import percent
from mappings.words.mistakes import did_you_mean

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]
_COUNTED = ("per_point", "per_issue", "rate_card")


def lint_acceptance(parts: Parts) -> _Found:
    """Every problem of rules for dates and acceptances, of shares, and of `[[accepted]]`."""
    yield from _named(parts)
    for index, rule in parts.milestones:
        yield from _counted(index, rule)
    for index, each in parts.exclusions:
        if each.work.kind in ("date", "acceptance"):
            yield ("exclude", index, "work"), f"a {each.work.kind} is not excluded", "leave its milestone out"
    yield from _entries(parts)


def _named(parts: Parts) -> _Found:
    """Names that a contract gives: each is one piece of work, on the command line too."""
    starts, seen = parts.contract.get("starts"), {"deposit"}
    for index, rule in parts.milestones:
        at: _Loc = ("milestone", index, "work")
        name = rule.work.id or rule.work.acceptance
        if name is not None and name in seen:
            yield (
                (*at, "id"),
                f"{name!r} is already taken in this file",
                "each date and acceptance has its own name",
            )
        seen |= {name} if name is not None else set()
        if rule.work.date is not None and isinstance(starts, date) and rule.work.date < starts:
            message = f"{rule.work.date} is before the contract starts ({starts})"
            yield (*at, "date"), message, "bill it by hand, or let the contract start earlier"


def _counted(index: int, rule: MilestoneTable) -> _Found:
    counted = next((key for key in _COUNTED if getattr(rule.price, key) is not None), None)
    if counted is None:
        return
    at: _Loc = ("milestone", index, "price", counted)
    if rule.work.kind in ("date", "acceptance"):
        yield at, f"a {rule.work.kind} has no issues to count", "give it a fixed price or a percentage"
    elif rule.accept is not None and rule.accept.in_shares:
        message = "what is counted cannot be accepted in shares: nobody knows yet what the whole is"
        yield at, message, "give it a fixed price, or accept it whole"


def _entries(parts: Parts) -> _Found:
    names = _acceptances(parts)
    by_key = any(rule.accept is not None and rule.accept.recorded for _, rule in parts.milestones)
    starts, last = parts.contract.get("starts"), dict[str, date]()
    for index, entry in parts.accepted:
        at: _Loc = ("accepted", index)
        if entry.of not in names and not (by_key and _is_key(entry.of)):
            message = f"nothing here waits for the acceptance of {entry.of!r}"
            hint = (
                did_you_mean(entry.of, names)
                or "name an acceptance, or an epic with accept = { recorded = true }"
            )
            yield (*at, "of"), message, hint
        if percent(entry.share) > 100:
            yield (
                (*at, "share"),
                f"{entry.share} is more than the whole",
                "the share is to date, 100 % at most",
            )
        if isinstance(starts, date) and entry.on < starts:
            yield (*at, "on"), f"{entry.on} is before the contract starts ({starts})", ""
        if entry.on < last.get(entry.of.casefold(), entry.on):
            message = f"{entry.on} is before the entry above it for {entry.of!r}"
            yield (*at, "on"), message, "entries are only ever added below, with what is accepted to date"
        last[entry.of.casefold()] = entry.on


def _acceptances(parts: Parts) -> set[str]:
    """The names under which something in the file waits for an acceptance."""
    found = {rule.work.acceptance for _, rule in parts.milestones}
    found |= {order.when.acceptance for _, order in parts.orders if order.when is not None}
    if parts.deposit is not None and isinstance(parts.deposit.when, Accepts):
        found.add(parts.deposit.when.acceptance)
    whens = (each.when for each in parts.retainage.release) if parts.retainage is not None else ()
    found |= {when.acceptance for when in whens if isinstance(when, Accepts)}
    return {name for name in found if name is not None}


def _is_key(text: str) -> bool:
    project, dash, number = text.rpartition("-")
    return bool(project and dash) and number.isascii() and number.isdecimal()
