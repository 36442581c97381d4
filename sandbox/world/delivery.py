"""A team going through a row of sprints: planned, added to, taken from, carried over, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from random import Random

from sandbox.world.calendar import moment
from sandbox.world.chronicle import Ticket, Timebox
from sandbox.world.figures import SPRINT_HABITS
from sandbox.world.plots import Plot, Team
from sandbox.world.tickets import Arc, Desk, weight

_WITHOUT_EPIC = 0.12  # the share of issues that belong to no epic
_BORN_INSIDE = 0.3  # of the issues added to a running sprint, so many are created right in it


@dataclass(frozen=True, slots=True)
class _Round:
    """One started sprint as it is played, from `starts_at` to `ends_at` (its completion, or now).

    `at_least` so many issues are added to it, removed from it and carried over.
    """

    index: int
    box: Timebox
    starts_at: datetime
    ends_at: datetime
    at_least: int

    def middle(self) -> tuple[datetime, datetime]:
        """The span in which scope changes: after the first hours, before the last fifth."""
        return self.starts_at + timedelta(hours=4), self.ends_at - (self.ends_at - self.starts_at) / 5


class Delivery:
    """One row of sprints of one team, and the epics it works on.

    With `present` the row ends in a running and a future sprint, no sprint starts empty, and the last
    closed one has scope added, removed and carried over.
    """

    def __init__(
        self,
        team: Team,
        chance: Random,
        sprints: list[Timebox],
        plots: list[Plot],
        until: datetime,
        *,
        present: bool,
    ) -> None:
        self.desk = Desk(team, chance)
        self.sprints = sprints
        self._chance = chance
        self._habit = SPRINT_HABITS[team.habit]
        self._until = until
        self._present = present
        self.arcs = [self._open(plot) for plot in plots]
        self._active = [
            [arc for arc in self.arcs if arc.plot.first <= index <= arc.plot.last]
            for index in range(len(sprints))
        ]
        self._carried: list[Ticket] = []
        self._returned: list[Ticket] = []

    def play(self) -> None:
        """Let every sprint happen."""
        for index, box in enumerate(self.sprints):
            forced = self._present and index == len(self.sprints) - 3
            if box.starts_at and box.completed_at:
                self._close(_Round(index, box, box.starts_at, box.completed_at, int(forced)))
            elif box.starts_at:
                self._run(_Round(index, box, box.starts_at, self._until - timedelta(hours=1), 1))
            else:
                self._prepare(index, box)

    def _open(self, plot: Plot) -> Arc:
        first = self.sprints[plot.first].starts_at or self._until + timedelta(days=6)
        return self.desk.open_epic(plot, first - timedelta(days=self._chance.randint(14, 40), hours=3))

    def _close(self, now: _Round) -> None:
        planned = self._plan(now)
        removed = self._remove(now, planned)
        members = [ticket for ticket in planned if ticket not in removed] + self._add(now)
        waiting = self._unfinished(now, members)
        end = now.ends_at - timedelta(minutes=5)
        for ticket in members:
            if ticket not in waiting:
                self.desk.finish(ticket, max(now.starts_at, _last_touched(ticket)), end)
            elif self._chance.random() < 0.6:
                self.desk.begin(ticket, max(now.starts_at, _last_touched(ticket)), end)
        for ticket in waiting:
            ticket.put_into(now.ends_at, ticket.reporter, self.sprints[now.index + 1])
        self._carried = waiting
        self._returned += removed

    def _run(self, now: _Round) -> None:
        first, *others = self._plan(now) + self._add(now)
        first.points = first.points or 3  # so that closing this sprint bills something
        self.desk.finish(first, max(now.starts_at, _last_touched(first)), now.ends_at)
        for ticket in others[:-1]:
            progress = self._chance.random()
            since = max(now.starts_at, _last_touched(ticket))
            if progress < 0.45:
                self.desk.finish(ticket, since, now.ends_at)
            elif progress < 0.75:
                self.desk.begin(ticket, since, now.ends_at)

    def _prepare(self, index: int, box: Timebox) -> None:
        """Fill the sprint after the running one, and write down the children of epics still to come."""
        for ticket in self._returned:
            at = moment(self._chance, self._until - timedelta(days=2), self._until)
            ticket.put_into(at, ticket.reporter, box)
        for arc in self._active[index]:
            created_at = moment(self._chance, arc.epic.created_at, self._until - timedelta(days=1))
            for _ in range(max(1, arc.plot.size - len(arc.children))):
                ticket = self.desk.write(arc, created_at)
                if arc.plot.fate == "open":
                    ticket.put_into(moment(self._chance, created_at, self._until), ticket.reporter, box)

    def _plan(self, now: _Round) -> list[Ticket]:
        """What the sprint starts with: carried over, planned once more, and new."""
        again = [t for t in self._returned if self._is_due(t, now.index) or self._chance.random() < 0.6]
        self._returned = [ticket for ticket in self._returned if ticket not in again]
        wanted = max(round(self._habit.planned.draw(self._chance)), 3 if self._present else 1)
        arcs = self._arcs_to_write_for(now, wanted - len(self._carried) - len(again))
        fresh = [self._write_before(arc, now.starts_at) for arc in arcs]
        for ticket in again + fresh:
            since = max(now.starts_at - timedelta(days=3), _last_touched(ticket))
            at = moment(self._chance, since, now.starts_at - timedelta(minutes=5))
            ticket.put_into(at, ticket.reporter, now.box)
        return self._carried + again + fresh

    def _arcs_to_write_for(self, now: _Round, count: int) -> list[Arc | None]:
        """Epics (or none) for `count` new issues, and more where an epic's last sprint needs them."""
        arcs = [self._pick(now.index) for _ in range(count)] + [None] * (3 * now.at_least)
        for arc in self._active[now.index]:
            if arc.plot.last == now.index:
                missing = arc.plot.size - len(arc.children) - arcs.count(arc)
                arcs += [arc] * max(missing, 0 if arc in arcs else 1)
        return arcs

    def _add(self, now: _Round) -> list[Ticket]:
        return [
            self._add_one(now, moment(self._chance, *now.middle()))
            for _ in range(max(round(self._habit.added.draw(self._chance)), now.at_least))
        ]

    def _add_one(self, now: _Round, at: datetime) -> Ticket:
        arc = self._pick(now.index)
        if self._chance.random() < _BORN_INSIDE:
            return self.desk.write(arc, at, (now.box,))
        ticket = self._write_before(arc, at)
        ticket.put_into(at, ticket.reporter, now.box)
        return ticket

    def _remove(self, now: _Round, planned: list[Ticket]) -> list[Ticket]:
        able = [t for t in planned if not self._is_due(t, now.index) and len(t.sprints) == 1]
        wanted = max(round(self._habit.removed.draw(self._chance)), now.at_least)
        most = min(len(able) - now.at_least, len(planned) // 2)
        removed = self._chance.sample(able, max(min(wanted, most), 0))
        for ticket in removed:
            ticket.take_out(moment(self._chance, *now.middle()), ticket.reporter, now.box)
        return removed

    def _unfinished(self, now: _Round, members: list[Ticket]) -> list[Ticket]:
        """As many points as the team fell short by, never more than half of the sprint."""
        able = [ticket for ticket in members if not self._is_due(ticket, now.index)]
        self._chance.shuffle(able)
        short = -round(self._habit.points_over_plan.draw(self._chance))
        waiting: list[Ticket] = []
        while able and len(waiting) * 2 < len(members):
            if len(waiting) >= now.at_least and weight(waiting) >= short:
                break
            waiting.append(able.pop())
        return waiting

    def _write_before(self, arc: Arc | None, at: datetime) -> Ticket:
        since = at - timedelta(days=25)
        if arc:
            since = max(since, arc.epic.created_at)
        return self.desk.write(arc, moment(self._chance, since, at - timedelta(hours=1)))

    def _pick(self, index: int) -> Arc | None:
        active = self._active[index]
        if not active or self._chance.random() < _WITHOUT_EPIC:
            return None
        return self._chance.choice(active)

    def _is_due(self, ticket: Ticket, index: int) -> bool:
        """Whether a ticket must be done in this sprint: its epic, or the row, ends with it."""
        arc = self.desk.arcs.get(ticket)
        return index + 1 == len(self.sprints) or (arc is not None and arc.plot.last <= index)


def _last_touched(ticket: Ticket) -> datetime:
    return ticket.events[-1].at if ticket.events else ticket.created_at
