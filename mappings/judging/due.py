"""Work that is due, made into verdicts: what the schedule or the cap of its contract lets it bill now."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from zoneinfo import ZoneInfo

from mappings.judging.judge import Due
from mappings.judging.spoken import verdict_on
from mappings.money.cap import Capped, Caps, hint_of
from mappings.money.cap import Part as CapPart
from mappings.money.charges import fee
from mappings.money.schedule import Entitled, Part, Schedule
from mappings.progress.priced import Priced, alone
from mappings.progress.verdict import Rest, Verdict
from mappings.words.numbers import plain
from mappings.words.text import listed
from model.finding import Finding
from model.work import WorkKind

_CLOSED: Mapping[WorkKind, str] = {"version": "released", "date": "due"}


def bill(
    dues: Iterable[Due], unfinished: Sequence[str], schedule: Schedule, caps: Caps, zone: ZoneInfo
) -> Iterator[Verdict]:
    """A verdict for each of `dues`, after schedule and caps have looked at all of them together. `unfinished` are
    titles of work with a share of the contract that is not due: the final share waits for them."""
    dues = list(dues)
    awaited = [*unfinished, *(due.case.title for due in dues if _is_partial_share(due))]
    dues, early = _without_early(dues, awaited)
    for due in early:
        hint = "finish it, or exclude it with an [[exclude]]"
        reason = f"the final share waits for all other shares: {listed(awaited)}"
        verdict = _verdict(due, due.priced, zone)
        yield replace(verdict, outcome="held", code="schedule.final", reason=reason, hint=hint)
    entitled = schedule.settle(part for due in dues if (part := _part(due)) is not None)
    capped = caps.settle(_cap_part(due) for due in dues if due.priced.share is None)
    for due in dues:
        key = due.case.charge_key
        if key in entitled:
            yield _scheduled(due, entitled[key], zone)
        elif key in capped:
            yield _capped(due, capped[key], zone)
        else:
            yield _due(due, due.priced, zone)


def _without_early(dues: list[Due], unfinished: Sequence[str]) -> tuple[list[Due], list[Due]]:
    """`dues` without the final shares that come too early, and these. What is billed stays."""
    early = [due for due in dues if due.rule.final and unfinished and not due.case.claims]
    return [due for due in dues if due not in early], early


def _is_partial_share(due: Due) -> bool:
    """Whether it has a share of the contract of which a part is not accepted yet."""
    return due.priced.share is not None and due.rest is not None and not due.rule.final


def _part(due: Due) -> Part | None:
    share, value = due.priced.share, due.case.rules.value
    if share is None or value is None:
        return None
    return Part(due.case.charge_key, share, value, due.closed_at, due.case.claims, due.rule.final)


def _cap_part(due: Due) -> CapPart:
    return CapPart(due.case.charge_key, due.rule, due.priced.amount, due.closed_at)


def _scheduled(due: Due, entitled: Entitled, zone: ZoneInfo) -> Verdict:
    if entitled.amount is None:
        left = f"{plain(entitled.left)} % still fit in its turn"
        hint = (
            f"{left}: lower a percentage that is not billed yet, or agree on the rest in a [[change_order]]"
        )
        verdict = _verdict(due, due.priced, zone)
        return replace(verdict, outcome="held", code="schedule.beyond", reason=entitled.arithmetic, hint=hint)
    return _due(due, alone(entitled.amount, entitled.arithmetic, entitled.share), zone)


def _capped(due: Due, capped: Capped, zone: ZoneInfo) -> Verdict:
    notices = (*due.notices, *capped.notices)
    due = replace(due, notices=notices)
    if not capped.held:
        return _due(due, due.priced, zone)
    if not capped.amount:
        verdict = _verdict(due, due.priced, zone)
        return replace(
            verdict,
            outcome="held",
            code="cap.reached",
            reason=capped.reason,
            hint=hint_of(capped.enough),
            owner="finance",
            rest=None,
        )
    reason = f"{capped.held} of {due.priced.amount} is held: {capped.reason}"
    hint = hint_of(capped.enough)
    told = Finding("cap.reached", due.case.title, reason, hint, "finance", due.case.charge_key)
    priced = alone(capped.amount, f"{due.priced.arithmetic}; {capped.reason}")
    verdict = _due(replace(due, notices=(*notices, told)), priced, zone)
    return replace(verdict, rest=_and(due.rest, Rest(capped.held, capped.reason)))


def _and(first: Rest | None, second: Rest) -> Rest:
    if first is None:
        return second
    return Rest(first.amount + second.amount, f"{first.reason}; {second.reason}")


def _due(due: Due, priced: Priced, zone: ZoneInfo) -> Verdict:
    charge = fee(due.case, due.rule, priced, due.delivered, due.closed_at, zone)
    return replace(_verdict(due, priced, zone), charge=charge)


def _verdict(due: Due, priced: Priced, zone: ZoneInfo) -> Verdict:
    reason = f"{_closed(due)} on {due.closed_at.astimezone(zone).date()}; {priced.arithmetic}"
    return replace(
        verdict_on(due.case, (due.rule.rule, due.rule.line), "due", "due", reason),
        amount=priced.amount,
        rest=due.rest,
        complete=due.rest is None,
        clauses=due.clauses,
        notices=due.notices,
    )


def _closed(due: Due) -> str:
    return "accepted" if due.case.acceptance is not None else _CLOSED.get(due.case.work.kind, "closed")
