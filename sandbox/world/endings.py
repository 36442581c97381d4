"""How epics end: closed in time, reopened, refused, forgotten, or closed too early."""

from __future__ import annotations

from datetime import datetime, timedelta

from sandbox.world.calendar import moment
from sandbox.world.chronicle import Ticket
from sandbox.world.tickets import Arc, Desk


def conclude(desk: Desk, arc: Arc, until: datetime) -> None:
    """Give an epic the ending its plot asks for; nothing happens after `until`."""
    epic, fate = arc.epic, arc.plot.fate
    if fate == "todo":
        return
    begun_at = _first_start(arc)
    if begun_at is None:
        return
    epic.move(begun_at, epic.reporter, "In Progress")
    if fate in ("open", "ready"):
        return
    closed_at = _closing(desk, arc, until)
    match fate:
        case "Won't Do" | "Duplicate":
            _refuse(desk, arc, closed_at, fate)
        case "open children":
            desk.done(epic, closed_at)
            _leave_open(desk, arc, closed_at)
        case "reopened" | "reclosed":
            _reopen(desk, arc, closed_at, until, again=fate == "reclosed")
        case _:
            desk.done(epic, closed_at)


def _first_start(arc: Arc) -> datetime | None:
    moves = (
        event.at for child in arc.children for event in child.events if event.changes[0].field == "status"
    )
    return min(moves, default=None)


def _closing(desk: Desk, arc: Arc, until: datetime) -> datetime:
    """Some hours to days after the last child was done, and before `until`."""
    finished = [child.done_at for child in arc.children if child.done_at]
    last = max(finished, default=arc.epic.events[-1].at)
    at = moment(desk.chance, last + timedelta(hours=4), last + timedelta(hours=60))
    return min(at, until - timedelta(hours=30))


def _refuse(desk: Desk, arc: Arc, closed_at: datetime, resolution: str) -> None:
    """Some children were delivered, the rest goes with the epic."""
    for _ in range(desk.chance.randint(1, 2)):
        child = _follow_up(desk, arc, closed_at - timedelta(days=2))
        desk.done(child, closed_at - timedelta(minutes=desk.chance.randint(1, 50)), resolution)
    desk.done(arc.epic, closed_at, resolution)


def _leave_open(desk: Desk, arc: Arc, closed_at: datetime) -> None:
    for _ in range(desk.chance.randint(1, 2)):
        _follow_up(desk, arc, closed_at - timedelta(days=3))


def _reopen(desk: Desk, arc: Arc, closed_at: datetime, until: datetime, *, again: bool) -> None:
    epic = arc.epic
    desk.done(epic, closed_at)
    reopened_at = moment(desk.chance, closed_at + timedelta(hours=20), closed_at + timedelta(hours=70))
    reopened_at = min(reopened_at, until - timedelta(hours=20))
    epic.move(reopened_at, epic.reporter, "In Progress")
    fix = _follow_up(desk, arc, reopened_at)
    if again:
        fixed_at = min(reopened_at + timedelta(hours=30), until - timedelta(hours=6))
        desk.finish(fix, reopened_at, fixed_at)
        desk.done(epic, min(fixed_at + timedelta(hours=5), until - timedelta(hours=4)))


def _follow_up(desk: Desk, arc: Arc, at: datetime) -> Ticket:
    return desk.write(arc, max(at, arc.epic.created_at + timedelta(minutes=1)))
