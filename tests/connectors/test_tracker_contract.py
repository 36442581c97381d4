"""The contract of trackers, kept by the fake in memory and by the real client against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, datetime, timedelta
from typing import Literal

import pytest
from served_jira import ACME, BETA, DONE, EPIC, MONDAY, PERCENT, SIDE, STORY, TO_DO, Site
from tracker_contract import SCOPE, People, TrackerContract

from connectors.errors import Transient
from connectors.jira.tracker import JiraTracker
from connectors.memory_tracker import MemoryTracker
from model.work import (
    Board,
    Category,
    Change,
    FieldInfo,
    Issue,
    Project,
    Sprint,
    TrackerCatalogue,
    Version,
    Worklog,
)
from sandbox.jira import verbs
from sandbox.jira.effort import delete_worklog, edit_worklog
from sandbox.jira.entities import Board as SandboxBoard
from sandbox.jira.issue import Issue as SandboxIssue
from sandbox.jira.issue import Worklog as SandboxWorklog

PROJECTS = {"ACME": ACME, "BETA": BETA, "SIDE": SIDE}


class MemoryPeople:
    """People acting on a tracker in memory."""

    def __init__(self) -> None:
        self.tracker = MemoryTracker(
            TrackerCatalogue(
                site="memory",
                base_url="https://memory.example",
                account_id="bot",
                account_zone="Etc/UTC",
                projects=tuple(Project(str(number), key, key, "classic") for key, number in PROJECTS.items()),
                boards=(
                    Board("1", "ACME board", "scrum", str(ACME)),
                    Board("3", "BETA board", "scrum", str(BETA)),
                ),
                fields=(
                    FieldInfo(PERCENT, "Billing %", "number", None),
                    FieldInfo("customfield_10016", "Story Points", "number", None),
                ),
            )
        )
        self._count = 0
        self._issues: dict[str, Issue] = {}
        self._sprints: dict[str, Sprint] = {}
        self._versions: dict[str, Version] = {}

    def _next(self) -> int:
        self._count += 1
        return self._count

    def _put(self, issue: Issue) -> None:
        issue = replace(issue, updated_at=MONDAY + timedelta(seconds=self._next()))
        self._issues[issue.id] = issue
        self.tracker.put(issue)

    def make_issue(self, project: str, level: int = 0, parent: str | None = None) -> str:
        number = self._next()
        issue = Issue(
            id=str(10_000 + number), key=f"{project}-{number}", project_id=str(PROJECTS[project]),
            project_key=project, summary="Work", type_name="Epic" if level else "Story", level=level,
            status="To Do", category="new", resolution=None, parent_id=parent, labels=(), components=(),
            sprint_ids=(), fields={}, created_at=MONDAY, updated_at=MONDAY,
        )  # fmt: skip
        self._put(issue)
        return issue.id

    def _step(self, issue_id: str, status: str, category: Category, resolution: str | None) -> None:
        issue, number = self._issues[issue_id], str(self._next())
        at = MONDAY + timedelta(seconds=self._count)
        lines = (
            ("resolution", issue.resolution or "", resolution or ""),
            ("status", issue.status, status),
            ("category", issue.category, category),
        )
        changes = tuple(Change(number, at, "person-1", *line) for line in lines)
        self._put(
            replace(
                issue,
                status=status,
                category=category,
                resolution=resolution,
                history=(*issue.history, *changes),
            )
        )

    def finish(self, issue_id: str) -> None:
        self._step(issue_id, "Done", "done", "Done")

    def reopen(self, issue_id: str) -> None:
        self._step(issue_id, "To Do", "new", None)

    def set_percent(self, issue_id: str, value: str) -> None:
        self._put(replace(self._issues[issue_id], fields={PERCENT: (value,)}))

    def hide_project(self, key: str) -> None:
        self.tracker.hide_project(str(PROJECTS[key]))

    def show_project(self, key: str) -> None:
        self.tracker.show_project(str(PROJECTS[key]))

    def lose(self, issue_id: str) -> None:
        self.tracker.hide_issue(issue_id)

    def start_sprint(self, board: str) -> str:
        home = next(it for it in self.tracker.site.boards if it.name == board)
        made = Sprint(str(self._next()), "Sprint", "active", home.id, home.name, MONDAY, MONDAY, None)
        self._keep(made)
        return made.id

    def close_sprint(self, sprint_id: str) -> None:
        self._keep(replace(self._sprints[sprint_id], state="closed", completed_at=MONDAY))

    def log(self, issue_id: str, seconds: int, started_at: datetime | None = None) -> str:
        number = self._next()
        at = MONDAY + timedelta(seconds=number)
        made = Worklog(str(number), "person-1", "Person 1", started_at or at, seconds, at, at)
        self._log_anew(issue_id, (*self._issues[issue_id].worklogs, made))
        return made.id

    def correct_log(self, worklog_id: str, seconds: int) -> None:
        issue = self._holder(worklog_id)
        changed = (replace(log, seconds=seconds) if log.id == worklog_id else log for log in issue.worklogs)
        self._log_anew(issue.id, tuple(changed))

    def restrict_log(self, worklog_id: str) -> None:
        issue = self._holder(worklog_id)
        self._log_anew(issue.id, tuple(log for log in issue.worklogs if log.id != worklog_id))

    def delete_log(self, worklog_id: str) -> None:
        issue = self._holder(worklog_id)
        kept = tuple(log for log in issue.worklogs if log.id != worklog_id)
        self._issues[issue.id] = replace(issue, worklogs=kept)
        self.tracker.delete_worklog(worklog_id)

    def _holder(self, worklog_id: str) -> Issue:
        return next(it for it in self._issues.values() if any(log.id == worklog_id for log in it.worklogs))

    def _log_anew(self, issue_id: str, worklogs: tuple[Worklog, ...]) -> None:
        ordered = tuple(sorted(worklogs, key=lambda log: (log.started_at, int(log.id))))
        self._put(replace(self._issues[issue_id], worklogs=ordered))

    def make_version(self, project: str, name: str) -> str:
        identity = str(self._next())
        self._keep_version(Version(identity, name, str(PROJECTS[project]), project, False, False, None))
        return identity

    def release(self, version_id: str, on: date | None) -> None:
        self._keep_version(replace(self._versions[version_id], released=True, released_on=on))

    def take_back(self, version_id: str) -> None:
        self._keep_version(replace(self._versions[version_id], released=False, released_on=None))

    def archive(self, version_id: str) -> None:
        self._keep_version(replace(self._versions[version_id], archived=True))

    def delete_version(self, version_id: str) -> None:
        self.tracker.delete_version(version_id)

    def _keep_version(self, version: Version) -> None:
        self._versions[version.id] = version
        self.tracker.put_version(version)

    def fix_in(self, issue_id: str, *version_ids: str) -> None:
        self._put(replace(self._issues[issue_id], version_ids=version_ids))

    def wait(self) -> None:
        """A fake tells everything at once."""

    def _keep(self, sprint: Sprint) -> None:
        self._sprints[sprint.id] = sprint
        self.tracker.put_sprint(sprint)


class JiraPeople:
    """People acting on the sandbox's site, watched by the real client."""

    def __init__(self, site: Site, tracker: JiraTracker) -> None:
        self.tracker = tracker
        self._site = site
        site.state.add_board(SandboxBoard(4, "BETA board", "scrum", BETA, site.state.boards[1].columns, 4))

    def make_issue(self, project: str, level: Literal[0, 1] = 0, parent: str | None = None) -> str:
        over = self._site.state.issue(parent) if parent else None
        return str(self._site.issue(PROJECTS[project], EPIC if level else STORY, parent=over).id)

    def finish(self, issue_id: str) -> None:
        self._site.step(self._site.state.issues[int(issue_id)], DONE)

    def reopen(self, issue_id: str) -> None:
        self._site.step(self._site.state.issues[int(issue_id)], TO_DO)

    def set_percent(self, issue_id: str, value: str) -> None:
        self._site.set(self._site.state.issues[int(issue_id)], PERCENT, float(value))

    def hide_project(self, key: str) -> None:
        self._site.hide(PROJECTS[key])

    def show_project(self, key: str) -> None:
        self._site.show(PROJECTS[key])

    def lose(self, issue_id: str) -> None:
        verbs.delete_issue(self._site.state, self._site.state.issues[int(issue_id)], at=self._site.now())

    def start_sprint(self, board: str) -> str:
        return str(self._site.sprint("Sprint", {"ACME board": 1, "BETA board": 4}[board]).id)

    def close_sprint(self, sprint_id: str) -> None:
        self._site.close(self._site.state.sprints[int(sprint_id)])

    def log(self, issue_id: str, seconds: int, started_at: datetime | None = None) -> str:
        issue = self._site.state.issues[int(issue_id)]
        return str(self._site.log(issue, seconds, started_at).id)

    def correct_log(self, worklog_id: str, seconds: int) -> None:
        issue, worklog = self._logged(worklog_id)
        edit_worklog(self._site.state, issue, worklog, seconds, by="person-2", at=self._site.now())

    def restrict_log(self, worklog_id: str) -> None:
        issue, worklog = self._logged(worklog_id)
        self._site.restrict(issue, worklog)

    def delete_log(self, worklog_id: str) -> None:
        issue, worklog = self._logged(worklog_id)
        delete_worklog(self._site.state, issue, worklog, by="person-2", at=self._site.now())

    def _logged(self, worklog_id: str) -> tuple[SandboxIssue, SandboxWorklog]:
        issue = self._site.state.issues[self._site.state.by_worklog[int(worklog_id)]]
        return issue, next(log for log in issue.worklogs if str(log.id) == worklog_id)

    def make_version(self, project: str, name: str) -> str:
        return str(self._site.version(PROJECTS[project], name).id)

    def release(self, version_id: str, on: date | None) -> None:
        version = self._site.state.versions[int(version_id)]
        version.released, version.release_on = True, on

    def take_back(self, version_id: str) -> None:
        self._site.state.versions[int(version_id)].released = False

    def archive(self, version_id: str) -> None:
        self._site.state.versions[int(version_id)].archived = True

    def delete_version(self, version_id: str) -> None:
        del self._site.state.versions[int(version_id)]

    def fix_in(self, issue_id: str, *version_ids: str) -> None:
        issue, ids = self._site.state.issues[int(issue_id)], tuple(map(int, version_ids))
        verbs.set_members(self._site.state, issue, "fixVersions", ids, by="person-1", at=self._site.now())

    def wait(self) -> None:
        self._site.clock.advance(timedelta(seconds=61))


class TestMemoryTracker(TrackerContract):
    """The fake."""

    @pytest.fixture
    def people(self) -> People:
        return MemoryPeople()


class TestJiraTracker(TrackerContract):
    """The real client."""

    @pytest.fixture(params=["account_zone", "epoch_ms"])
    def people(self, site: Site, request: pytest.FixtureRequest) -> Iterator[People]:
        with site.tracker(jql_dates=request.param) as tracker:
            yield JiraPeople(site, tracker)


class TestJiraTrackerWhereTimeMovesNothing(TrackerContract):
    """The real client where no issue shows that its time was written, corrected or deleted."""

    @pytest.fixture
    def people(self, site: Site) -> Iterator[People]:
        site.state.knobs.worklogs_move_issues = False
        with site.tracker() as tracker:
            yield JiraPeople(site, tracker)


class TestJiraTrackerInSmallPieces(TrackerContract):
    """The real client where every page and every fetch holds one or two."""

    @pytest.fixture
    def people(self, site: Site) -> Iterator[People]:
        site.state.knobs.short_pages = 1
        sizes = {"ids_per_page": 2, "changes_per_page": 1, "issues_per_fetch": 1, "history_per_page": 1}
        with site.tracker(**sizes) as tracker:
            yield JiraPeople(site, tracker)


def test_a_fake_that_is_told_to_fail_fails_in_every_verb() -> None:
    people = MemoryPeople()
    catalogue = people.tracker.site
    people.tracker.failure = Transient("Jira", "read", "away")
    for verb in (
        lambda: people.tracker.catalogue(SCOPE),
        lambda: list(people.tracker.changed_since(SCOPE, catalogue, None)),
        lambda: people.tracker.sprints(catalogue, {}),
        lambda: people.tracker.versions(catalogue),
        lambda: people.tracker.read(catalogue, ("1",)),
        people.tracker.survey,
    ):
        with pytest.raises(Transient):
            verb()
