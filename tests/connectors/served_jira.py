"""A small Jira site on the sandbox server for tests of the tracker: three projects and boards, one login."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta

from connectors.jira.login import JiraLogin
from connectors.jira.tracker import JiraTracker
from connectors.ports import Batch, Scope
from connectors.retry import ReadRetry
from model.work import Issue as Work
from sandbox.clock import Clock
from sandbox.faults import Faults
from sandbox.http import Server
from sandbox.jira import sprints, verbs
from sandbox.jira.app import JiraApp
from sandbox.jira.effort import edit_worklog, log_work
from sandbox.jira.entities import (
    Board,
    Column,
    CustomField,
    IssueType,
    Project,
    Resolution,
    Sprint,
    Status,
    User,
    Version,
)
from sandbox.jira.issue import Issue, Worklog
from sandbox.jira.site import Site as Home
from sandbox.jira.state import JiraState

ACME, BETA, SIDE = 10001, 10002, 10003
TO_DO, DOING, DONE, CLOSED = 1, 2, 3, 4
EPIC, STORY, SUBTASK = 1, 2, 3
POINTS, PERCENT, ACCEPTED, SIDE_POINTS = (
    "customfield_10016",
    "customfield_10050",
    "customfield_10051",
    "customfield_10060",
)
EMAIL, TOKEN, BOT = "bot@example.com", "t0ken-of-the-bot", "account-bot"
MONDAY = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
SCOPE = Scope(
    projects=("ACME", "BETA"),
    boards=("ACME board", "ACME kanban"),
    fields=("Story Points", "billing %", "Client accepted"),
)


def small_state() -> JiraState:
    """The site without issues."""
    state = JiraState(Home("cloud-0001", "https://acme.example", zone="Asia/Shanghai"))
    state.add_user(User(BOT, "Bot", EMAIL, token=TOKEN, personal_token="pat-of-the-bot"))
    for person in ("person-1", "person-2"):
        state.add_user(User(person, person.title(), f"{person}@example.com"))
    state.add_project(Project(ACME, "ACME", "Acme portal"))
    state.add_project(Project(BETA, "BETA", "Beta shop"))
    state.add_project(Project(SIDE, "SIDE", "Side work", style="next-gen"))
    state.add_vocabulary(
        [
            Status(TO_DO, "To Do", "new"),
            Status(DOING, "In Progress", "indeterminate"),
            Status(DONE, "Done", "done"),
            Status(CLOSED, "Closed", "done"),
            IssueType(EPIC, "Epic", 1),
            IssueType(STORY, "故事", 0, untranslated="Story"),
            IssueType(SUBTASK, "Sub-task", -1),
            Resolution(1, "Done"),
            Resolution(2, "Won't Do"),
            CustomField(10020, "Sprint", "sprint"),
            CustomField(10016, "Story Points", "number"),
            CustomField(10050, "Billing %", "number"),
            CustomField(10051, "Client accepted", "option", options={"Yes": 1, "No": 2}),
            CustomField(10060, "Story Points", "number", project_id=SIDE),
        ]
    )
    columns = (Column("To Do", (TO_DO,)), Column("Done", (DONE, CLOSED)))
    state.add_board(Board(1, "ACME board", "scrum", ACME, columns, 1))
    state.add_board(Board(2, "ACME kanban", "kanban", ACME, columns, 2))
    state.add_board(Board(3, "ACME board two", "scrum", BETA, columns, 3))
    return state


@dataclass
class Site:
    """The running site and what people do on it; every action takes a second of its clock."""

    state: JiraState
    clock: Clock
    faults: Faults
    server: Server
    waits: list[float] = field(default_factory=list)

    @property
    def login(self) -> JiraLogin:
        """The bot's login."""
        return JiraLogin(self.server.url, EMAIL, TOKEN, timeout_seconds=5)

    @contextmanager
    def tracker(self, **changes: object) -> Iterator[JiraTracker]:
        """A tracker whose login differs by `changes`; its waits are recorded, not waited."""
        login = replace(self.login, **changes)  # type: ignore[arg-type]  # tests name real fields
        with JiraTracker(login, ReadRetry(attempts=3, sleep=self.waits.append)) as made:
            yield made

    def now(self) -> datetime:
        """The next moment of the site."""
        return self.clock.advance(timedelta(seconds=1))

    def issue(
        self, project: int = ACME, kind: int = STORY, summary: str = "Work", *, parent: Issue | None = None
    ) -> Issue:
        """Somebody makes an issue."""
        return verbs.create_issue(
            self.state,
            project,
            kind,
            summary,
            by="person-1",
            at=self.now(),
            parent_id=parent.id if parent else None,
        )

    def issues(self, count: int, project: int = ACME) -> list[Issue]:
        """Several issues."""
        return [self.issue(project, summary=f"Work {number}") for number in range(count)]

    def step(self, issue: Issue, status: int) -> None:
        """Somebody moves an issue to a status."""
        verbs.transition(self.state, issue, status, by="person-1", at=self.now())

    def set(self, issue: Issue, field_id: str, value: str | float | None) -> None:
        """Somebody sets a field."""
        verbs.set_field(self.state, issue, field_id, value, by="person-2", at=self.now())

    def log(self, issue: Issue, seconds: int, started_at: datetime | None = None) -> Worklog:
        """Somebody logs time on an issue."""
        return log_work(self.state, issue, seconds, by="person-1", at=self.now(), started_at=started_at)

    def restrict(self, issue: Issue, worklog: Worklog) -> None:
        """Somebody shows a worklog to others than the bot: it is in no answer any more, and in no feed."""
        worklog.visibility = {"type": "group", "value": "partners", "identifier": "partners"}
        edit_worklog(self.state, issue, worklog, worklog.seconds, by="person-2", at=self.now())

    def version(self, project: int, name: str) -> Version:
        """Somebody makes a fix version."""
        made = Version(self.state.fresh_id("version", self.state.versions), project, name)
        self.state.add_vocabulary([made])
        return made

    def sprint(self, name: str, board: int = 1, *issues: Issue) -> Sprint:
        """A sprint is planned, filled and started."""
        made = sprints.create_sprint(self.state, board, name, at=self.now())
        for issue in issues:
            sprints.put_in_sprint(self.state, issue, made, by="person-1", at=self.now())
        sprints.start_sprint(made, at=self.now(), ends_at=self.clock.now() + timedelta(days=14))
        return made

    def close(self, sprint: Sprint, carry_to: Sprint | None = None) -> None:
        """A sprint is closed."""
        sprints.close_sprint(self.state, sprint, by="person-1", at=self.now(), carry_to=carry_to)

    def hide(self, project: int) -> None:
        """The bot loses sight of a project."""
        self.state.users[BOT].hidden_projects.add(project)

    def show(self, project: int) -> None:
        """The bot sees a project again."""
        self.state.users[BOT].hidden_projects.discard(project)


@contextmanager
def running_site(state: JiraState | None = None, at: datetime = MONDAY) -> Iterator[Site]:
    """A site that listens until the block ends."""
    state, clock, faults = state or small_state(), Clock.at(at), Faults()
    with Server(faults.wrap(JiraApp(state, clock))) as server:
        yield Site(state, clock, faults, server)


def walk(tracker: JiraTracker, cursor: str | None = None, scope: Scope = SCOPE) -> tuple[list[Work], str]:
    """One whole `changed_since`: all issues in order, and the last cursor."""
    batches = list(tracker.changed_since(scope, tracker.catalogue(scope), cursor))
    return found_in(batches), batches[-1].cursor


def found_in(batches: list[Batch]) -> list[Work]:
    """The issues of some batches."""
    return [issue for batch in batches for issue in batch.issues]
