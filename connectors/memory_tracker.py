"""A tracker in memory: the reference for what the port `Tracker` means, and a stand-in in tests."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import asdict, dataclass, replace

from connectors.errors import ConnectorError
from connectors.ports import Batch, Scope, Survey
from model.work import Issue, Sprint, TrackerCatalogue, TrackerNames, Version

_SAMPLE = 1000


class MemoryTracker:
    """Holds one site's work. `put*`, `hide*`, `show*` and `delete*` act as the people of the site would.

    `site` lists everything there is; `catalogue` shows what of it a scope names and is not hidden. Set
    `failure` to let every verb raise it. `page` is how many issues a batch holds at most.
    """

    def __init__(self, site: TrackerCatalogue, page: int = 1000) -> None:
        self.site = site
        self.failure: ConnectorError | None = None
        self._page = page
        self._issues: dict[str, Issue] = {}
        self._sprints: dict[str, Sprint] = {}
        self._versions: dict[str, Version] = {}
        self._deleted_worklogs: dict[str, int] = {}  # id → number of its deletion
        self._changes: dict[str, int] = {}  # issue id → number of its last change
        self._shown: dict[str, int] = {}  # project id → number of the change that made it visible
        self._hidden_projects: set[str] = set()
        self._hidden_issues: set[str] = set()
        self._clock = 0

    def put(self, *issues: Issue) -> None:
        """Make or change issues."""
        for issue in issues:
            self._issues[issue.id] = issue
            self._changes[issue.id] = self._tick()

    def put_sprint(self, *sprints: Sprint) -> None:
        """Make or change sprints."""
        self._sprints.update((sprint.id, sprint) for sprint in sprints)

    def put_version(self, *versions: Version) -> None:
        """Make or change fix versions."""
        self._versions.update((version.id, version) for version in versions)

    def delete_version(self, version_id: str) -> None:
        """Delete a fix version, or merge it into another one."""
        del self._versions[version_id]

    def delete_worklog(self, worklog_id: str) -> None:
        """Delete time logged: its issue shows no other sign of it."""
        for issue in self._issues.values():
            kept = tuple(log for log in issue.worklogs if log.id != worklog_id)
            self._issues[issue.id] = replace(issue, worklogs=kept)
        self._deleted_worklogs[worklog_id] = self._tick()

    def hide_project(self, project_id: str) -> None:
        """The login loses sight of a project."""
        self._hidden_projects.add(project_id)

    def show_project(self, project_id: str) -> None:
        """The login sees a project (again)."""
        self._hidden_projects.discard(project_id)
        self._shown[project_id] = self._tick()

    def hide_issue(self, issue_id: str) -> None:
        """An issue disappears: deleted, archived or restricted, which nobody can tell apart."""
        self._hidden_issues.add(issue_id)

    def catalogue(self, scope: Scope) -> TrackerCatalogue:
        """See `Tracker`."""
        self._fail()
        wanted = {name.casefold() for name in scope.fields}
        names = {name.casefold() for name in scope.boards}
        boards = tuple(board for board in self.site.boards if {board.name.casefold(), board.id} & names)
        through = {board.project_id for board in boards}
        projects = tuple(
            project
            for project in self.site.projects
            if (project.key in scope.projects or project.id in through)
            and project.id not in self._hidden_projects
        )
        asked = {key.upper() for key in scope.component_projects}
        listed = {project.id for project in projects if project.key in asked}
        visible = {None, *(project.id for project in projects)}
        timed_names = {name.casefold() for name in scope.timed_boards}
        timed_through = {
            board.project_id for board in boards if {board.name.casefold(), board.id} & timed_names
        }
        return replace(
            self.site,
            projects=projects,
            boards=boards,
            fields=tuple(
                info
                for info in self.site.fields
                if wanted & {info.name.casefold(), info.id.casefold()} and info.project_id in visible
            ),
            timed=tuple(
                project.id
                for project in projects
                if project.key in scope.timed_projects or project.id in timed_through
            ),
            named=tuple(
                project
                for project in self.site.projects
                if project.key in scope.named_projects
                and project not in projects
                and project.id not in self._hidden_projects
            ),
            types=tuple(info for info in self.site.types if info.project_id in visible),
            statuses=tuple(info for info in self.site.statuses if info.project_id in visible),
            components=tuple(info for info in self.site.components if info.project_id in listed),
        )

    def names(self) -> TrackerNames:
        """See `Tracker`."""
        self._fail()
        site = self.site
        projects = tuple(each for each in site.projects if each.id not in self._hidden_projects)
        return TrackerNames(site.site, projects, site.boards, site.fields, site.types, site.statuses)

    def changed_since(self, scope: Scope, catalogue: TrackerCatalogue, cursor: str | None) -> Iterator[Batch]:
        """See `Tracker`."""
        self._fail()
        fields = sorted(info.id for info in catalogue.fields)
        digest = [sorted(scope.projects), fields, sorted(catalogue.timed)]
        stand = _read(cursor)
        since = stand.changes if stand.scope == digest else 0
        end = Stand(digest, self._clock, self._clock if catalogue.timed else stand.deletions)
        visible = {project.id for project in catalogue.projects} - self._hidden_projects
        fresh = [
            issue
            for issue in self._visible()
            if issue.project_id in visible
            and max(self._changes[issue.id], self._shown.get(issue.project_id, 0)) > since
        ]
        fresh.sort(key=lambda issue: (issue.updated_at, int(issue.id)))
        for start in range(0, len(fresh), self._page):
            # Order of change and order of `updated_at` may differ, so only the last cursor moves.
            read = self._as_asked(fresh[start : start + self._page], catalogue)
            yield Batch(read, _write(Stand(digest, since, stand.deletions)))
        deleted = [log for log, number in self._deleted_worklogs.items() if number > stand.deletions]
        yield Batch((), _write(end), tuple(deleted) if catalogue.timed else ())

    def sprints(self, catalogue: TrackerCatalogue, known: Mapping[str, str]) -> tuple[Sprint, ...]:
        """See `Tracker`."""
        self._fail()
        boards = {board.id for board in catalogue.boards}
        return tuple(
            sprint
            for sprint in sorted(self._sprints.values(), key=lambda sprint: int(sprint.id))
            if sprint.board_id in boards and (sprint.state != "closed" or known.get(sprint.id) != "closed")
        )

    def versions(self, catalogue: TrackerCatalogue) -> tuple[Version, ...]:
        """See `Tracker`."""
        self._fail()
        visible = {project.id for project in catalogue.projects} - self._hidden_projects
        return tuple(version for version in self._versions.values() if version.project_id in visible)

    def survey(self, project: str | None = None) -> Survey:
        """See `Tracker`."""
        self._fail()
        projects = tuple(each for each in self.site.projects if each.id not in self._hidden_projects)
        ids = {each.id for each in projects if project is None or each.key == project}
        boards = () if project is None else tuple(each for each in self.site.boards if each.project_id in ids)
        seen = [issue for issue in self._visible() if issue.project_id in ids]
        seen.sort(key=lambda issue: (issue.updated_at, int(issue.id)), reverse=True)
        newest = (replace(issue, history=(), worklogs=()) for issue in seen[:_SAMPLE])
        return Survey(replace(self.site, projects=projects, boards=boards), tuple(newest))

    def read(self, catalogue: TrackerCatalogue, issue_ids: tuple[str, ...]) -> tuple[Issue, ...]:
        """See `Tracker`."""
        self._fail()
        wanted = [issue for issue in self._visible() if issue.id in set(issue_ids)]
        return self._as_asked(sorted(wanted, key=lambda it: (it.updated_at, int(it.id))), catalogue)

    def _visible(self) -> Iterator[Issue]:
        return (
            issue
            for issue in self._issues.values()
            if issue.id not in self._hidden_issues and issue.project_id not in self._hidden_projects
        )

    def _as_asked(self, issues: list[Issue], catalogue: TrackerCatalogue) -> tuple[Issue, ...]:
        """Issues with the fields that the catalogue names and no others, and with time only where it is asked."""
        names = {info.id for info in catalogue.fields}
        return tuple(
            replace(
                issue,
                fields={name: value for name, value in issue.fields.items() if name in names},
                worklogs=issue.worklogs if issue.project_id in catalogue.timed else (),
            )
            for issue in issues
        )

    def _tick(self) -> int:
        self._clock += 1
        return self._clock

    def _fail(self) -> None:
        if self.failure is not None:
            raise self.failure


@dataclass(frozen=True, slots=True)
class Stand:
    """What a cursor says: changes told of for one scope, and deletions of worklogs, whatever the scope."""

    scope: list[list[str]]
    changes: int = 0
    deletions: int = 0


def _write(stand: Stand) -> str:
    return json.dumps(asdict(stand))


def _read(cursor: str | None) -> Stand:
    return Stand(**json.loads(cursor)) if cursor else Stand([])
