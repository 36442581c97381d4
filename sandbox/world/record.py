"""Chronicles told to a Jira site, deed by deed in the order of time, as if people had done them there."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from functools import partial
from operator import itemgetter

from sandbox.jira import history, verbs
from sandbox.jira.effort import log_work
from sandbox.jira.entities import Sprint, Version
from sandbox.jira.issue import Issue, Item
from sandbox.jira.sprints import create_sprint
from sandbox.jira.state import JiraState
from sandbox.world.chronicle import Change, Event, Ticket, Timebox, Work
from sandbox.world.releases import releases_of
from sandbox.world.site import ACCOUNTS, RESOLUTIONS, SPRINT_FIELD, Place
from sandbox.world.teams import TeamStory

Deed = tuple[datetime, Callable[[], None]]
_MEDIUM = 3  # the priority everything gets


class Recorder:
    """Writes team stories into one site. `issues` and `sprints` tell what became of tickets and timeboxes."""

    def __init__(self, state: JiraState, places: dict[str, Place], until: datetime) -> None:
        self.issues: dict[Ticket, Issue] = {}
        self.sprints: dict[Timebox, Sprint] = {}
        self._state = state
        self._places = places
        self._until = until
        self._version_of: dict[Ticket, int] = {}

    def write(self, stories: list[TeamStory]) -> None:
        """Make everything the stories tell true on the site; ids and keys grow with time."""
        boxes = [(box.starts_at or self._until, story, box) for story in stories for box in story.sprints]
        for _, story, box in sorted(boxes, key=itemgetter(0)):
            self.sprints[box] = self._sprint(self._places[story.team.key].board.id, box)
        for story in stories:
            self._plan_releases(story)
        deeds = [deed for story in stories for ticket in story.tickets for deed in self._deeds(story, ticket)]
        deeds.sort(key=itemgetter(0))
        for _, act in deeds:
            act()

    def _sprint(self, board_id: int, box: Timebox) -> Sprint:
        created_at = (box.starts_at or self._until) - timedelta(days=9)
        sprint = create_sprint(self._state, board_id, box.name, at=created_at, goal=box.goal)
        if box.starts_at and box.ends_at:
            sprint.starts_at = sprint.activated_at = verbs.to_millisecond(box.starts_at)
            sprint.ends_at = verbs.to_millisecond(box.ends_at)
            sprint.state = "active"
        if box.completed_at:
            sprint.completed_at, sprint.state = verbs.to_millisecond(box.completed_at), "closed"
        return sprint

    def _plan_releases(self, story: TeamStory) -> None:
        project_id = self._places[story.team.key].project.id
        for place, release in enumerate(releases_of(story, self._until)):
            number = project_id * 10 + place
            made = Version(number, project_id, release.name, release.released, release_on=release.on)
            self._state.add_vocabulary([made])
            self._version_of |= dict.fromkeys(release.tickets, number)

    def _deeds(self, story: TeamStory, ticket: Ticket) -> Iterator[Deed]:
        place = self._places[story.team.key]
        yield ticket.created_at, partial(self._create, place, ticket)
        if ticket.fields:
            at = ticket.created_at + timedelta(hours=1)
            yield at, partial(self._set_fields, place, ticket, at)
        for event in ticket.events:
            yield event.at, partial(self._apply, place, ticket, event)
        for work in ticket.worklogs:
            at = min(work.started_at + timedelta(seconds=work.seconds), self._until)
            yield at, partial(self._log, ticket, work, at)

    def _create(self, place: Place, ticket: Ticket) -> None:
        issue = verbs.create_issue(
            self._state,
            place.project.id,
            place.types[ticket.kind],
            ticket.summary,
            by=ACCOUNTS[ticket.reporter],
            at=ticket.created_at,
            status_id=place.statuses["To Do"],
            parent_id=self.issues[ticket.parent].id if ticket.parent else None,
            priority_id=_MEDIUM,
            assignee=None if ticket.assignee is None else ACCOUNTS[ticket.assignee],
            labels=ticket.labels,
        )
        if ticket.component:
            issue.component_ids = (place.components[ticket.component],)
        if ticket in self._version_of:
            issue.fix_version_ids = (self._version_of[ticket],)
        points = _first(ticket, "points", ticket.points)
        if isinstance(points, int):
            issue.values[place.points] = float(points)
        sprints = _first(ticket, "sprint", ticket.sprints)
        if isinstance(sprints, tuple):
            self._join(issue, tuple(self.sprints[box] for box in sprints))
        self.issues[ticket] = issue

    def _set_fields(self, place: Place, ticket: Ticket, at: datetime) -> None:
        for name, value in ticket.fields.items():
            verbs.set_field(
                self._state,
                self.issues[ticket],
                place.fields[name],
                value,
                by=ACCOUNTS[ticket.reporter],
                at=at,
            )

    def _apply(self, place: Place, ticket: Ticket, event: Event) -> None:
        issue, by = self.issues[ticket], ACCOUNTS[event.by]
        first = event.changes[0]
        if first.field == "status":
            resolution = next((c.new for c in event.changes if c.field == "resolution"), ...)
            verbs.transition(
                self._state,
                issue,
                place.statuses[str(first.new)],
                by=by,
                at=event.at,
                resolution_id=issue.resolution_id if resolution is ... else RESOLUTIONS.get(str(resolution)),
            )
        elif first.field == "points" and isinstance(first.new, int):
            verbs.set_field(self._state, issue, place.points, float(first.new), by=by, at=event.at)
        else:
            self._state.record(
                issue, [self._change_sprints(issue, first)], by, verbs.to_millisecond(event.at)
            )

    def _change_sprints(self, issue: Issue, change: Change) -> Item:
        """The verb for this asks which sprints are open now; here they are told as they were then."""
        new = change.new if isinstance(change.new, tuple) else ()
        before = [self._state.sprints[identity] for identity in issue.sprint_ids]
        after = tuple(self.sprints[box] for box in new)
        self._join(issue, after)
        return history.sprints(self._state.fields[SPRINT_FIELD], before, list(after))

    def _join(self, issue: Issue, sprints: tuple[Sprint, ...]) -> None:
        for gone in issue.sprint_ids:
            self._state.by_sprint[gone].discard(issue.id)
        issue.sprint_ids = tuple(sprint.id for sprint in sprints)
        for sprint in sprints:
            self._state.by_sprint[sprint.id].add(issue.id)

    def _log(self, ticket: Ticket, work: Work, at: datetime) -> None:
        log_work(
            self._state,
            self.issues[ticket],
            work.seconds,
            by=ACCOUNTS[work.by],
            at=at,
            started_at=work.started_at,
        )


def _first(ticket: Ticket, field: str, now: object) -> object:
    """What a field held at creation: the old value of its first change, else the present one."""
    changes = (change for event in ticket.events for change in event.changes if change.field == field)
    found = next(changes, None)
    return found.old if found else now
