"""People on the site, as scenes for demos and tests: each action happens at the clock's present moment."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta

from sandbox.clock import Clock
from sandbox.jira import effort, sprints, verbs
from sandbox.jira.entities import CategoryKey, Sprint, Status
from sandbox.jira.issue import FieldValue, Issue
from sandbox.jira.settings import SecurityLevel
from sandbox.jira.state import JiraState

_STAFF = SecurityLevel(10000, "Staff only", "Seen by the staff alone")


class Person:
    """Somebody acting on the site. Issues are named by key or id, projects by key, sprints by name or id.

    An issue, sprint, field or status that does not exist is a LookupError.
    """

    def __init__(self, state: JiraState, clock: Clock, account_id: str) -> None:
        self._state = state
        self._clock = clock
        self._who = state.users[account_id].account_id

    def close(self, key: str, resolution: str | None = "Done") -> Issue:
        """Move an issue to its project's "done" status; with resolution None it gets none."""
        with self._state.lock:
            issue = self._issue(key)
            chosen = None if resolution is None else self._resolution(resolution)
            target = self._status(issue, "done")
            verbs.transition(
                self._state, issue, target.id, by=self._who, at=self._clock.now(), resolution_id=chosen
            )
            return issue

    def decline(self, key: str) -> Issue:
        """Close an issue as "Won't Do"."""
        return self.close(key, "Won't Do")

    def start(self, key: str) -> Issue:
        """Move an issue into work; a closed one is reopened by that."""
        return self._move_to(key, "indeterminate")

    def reopen(self, key: str) -> Issue:
        """Put an issue back to where work has not begun; its resolution is cleared."""
        return self._move_to(key, "new")

    def set_field(self, key: str, name: str, value: FieldValue | None) -> Issue:
        """Set a field by its name or id; of same-named fields, the one of the issue's project."""
        with self._state.lock:
            issue = self._issue(key)
            field_id = self._field_id(issue, name)
            verbs.set_field(self._state, issue, field_id, value, by=self._who, at=self._clock.now())
            return issue

    def estimate(self, key: str, points: float | None) -> Issue:
        """Set the story points on the field that the project's board estimates with."""
        with self._state.lock:
            issue = self._issue(key)
            boards = [b for b in self._state.boards.values() if b.project_id == issue.project_id]
            field_id = next((b.estimation for b in boards if b.estimation in self._state.fields), None)
            if field_id is None:
                raise LookupError(f"no board of {issue.key} estimates with a field")
            verbs.set_field(self._state, issue, field_id, points, by=self._who, at=self._clock.now())
            return issue

    def add_child(self, parent: str, summary: str, points: float | None = None) -> Issue:
        """Create a story under an epic; with points when given."""
        with self._state.lock:
            epic = self._issue(parent)
            story = next(
                t
                for t in self._state.types.values()
                if t.level == 0
                and t.project_id in (None, epic.project_id)
                and self._offers(epic, t.project_id)
            )
            child = verbs.create_issue(
                self._state,
                epic.project_id,
                story.id,
                summary,
                by=self._who,
                at=self._clock.now(),
                parent_id=epic.id,
            )
            if points is not None:
                self.estimate(child.key, points)
            return child

    def plan_into(self, key: str, sprint_name: str | int) -> Issue:
        """Put an issue into a sprint: scope added, when the sprint already runs."""
        with self._state.lock:
            issue, sprint = self._issue(key), self._sprint(sprint_name)
            sprints.put_in_sprint(self._state, issue, sprint, by=self._who, at=self._clock.now())
            return issue

    def take_out(self, key: str) -> Issue:
        """Take an issue out of its open sprint, back to the backlog."""
        with self._state.lock:
            issue = self._issue(key)
            sprints.put_in_sprint(self._state, issue, None, by=self._who, at=self._clock.now())
            return issue

    def start_sprint(self, name: str | int, days: int = 14) -> Sprint:
        """Start a future sprint that is planned to last `days`."""
        with self._state.lock:
            sprint, now = self._sprint(name), self._clock.now()
            sprints.start_sprint(sprint, at=now, ends_at=now + timedelta(days=days))
            sprints.tell(self._state, "sprint_started", sprint, by=self._who, at=now)
            return sprint

    def close_sprint(self, name: str | int, carry_to: str | int | None = None) -> list[Issue]:
        """Close a sprint; unfinished issues go to another sprint or the backlog. Returns them."""
        with self._state.lock:
            sprint, target = self._sprint(name), self._sprint(carry_to) if carry_to else None
            now = self._clock.now()
            return sprints.close_sprint(self._state, sprint, by=self._who, at=now, carry_to=target)

    def reopen_sprint(self, name: str | int) -> Sprint:
        """Make a closed sprint active again, as the board's page can."""
        with self._state.lock:
            sprint = self._sprint(name)
            sprints.reopen_sprint(sprint)
            sprints.tell(self._state, "sprint_updated", sprint, by=self._who, at=self._clock.now())
            return sprint

    def move(self, key: str, project_key: str) -> Issue:
        """Move an issue to another project, where it takes that project's matching type and status."""
        with self._state.lock:
            issue, state = self._issue(key), self._state
            project = state.project(project_key)
            if project is None:
                raise LookupError(f"no project {project_key}")
            level, category = state.types[issue.type_id].level, state.statuses[issue.status_id].category
            scope = project.id if project.style == "next-gen" else None
            types = [t.id for t in state.types.values() if t.level == level and t.project_id == scope]
            statuses = [
                s.id for s in state.statuses.values() if s.category == category and s.project_id == scope
            ]
            verbs.move(
                state,
                issue,
                project.id,
                by=self._who,
                at=self._clock.now(),
                type_id=issue.type_id if issue.type_id in types else types[0],
                status_id=issue.status_id if issue.status_id in statuses else statuses[0],
            )
            return issue

    def log_work(self, key: str, hours: float, comment: str = "", on: date | None = None) -> None:
        """Write down hours worked until now, or late: begun at nine of that day, UTC."""
        with self._state.lock:
            seconds, now = round(hours * 3600), self._clock.now()
            started = datetime.combine(on, time(9), UTC) if on else now - timedelta(seconds=seconds)
            issue = self._issue(key)
            effort.log_work(
                self._state, issue, seconds, by=self._who, at=now, started_at=started, comment=comment
            )

    def delete(self, key: str) -> None:
        """Delete an issue."""
        with self._state.lock:
            verbs.delete_issue(self._state, self._issue(key), at=self._clock.now(), by=self._who)

    def hide(self, key: str) -> Issue:
        """Put an issue under a security level: to everybody who is not of it, it is not there any more."""
        with self._state.lock:
            levels = self._state.security_levels
            if not levels:
                levels[_STAFF.id] = replace(_STAFF)
            return self.set_field(key, "security", str(next(iter(levels))))

    def show(self, key: str) -> Issue:
        """Take the security level off an issue."""
        return self.set_field(key, "security", None)

    def hide_project(self, project_key: str, account_id: str) -> None:
        """Take the right to browse a project from somebody."""
        with self._state.lock:
            self._state.users[account_id].hidden_projects.add(self._project_id(project_key))

    def show_project(self, project_key: str, account_id: str) -> None:
        """Give the right to browse a project back."""
        with self._state.lock:
            self._state.users[account_id].hidden_projects.discard(self._project_id(project_key))

    def _move_to(self, key: str, category: CategoryKey) -> Issue:
        with self._state.lock:
            issue = self._issue(key)
            target = self._status(issue, category)
            verbs.transition(self._state, issue, target.id, by=self._who, at=self._clock.now())
            return issue

    def _issue(self, key: str) -> Issue:
        found = self._state.issue(key)
        if found is None:
            raise LookupError(f"no issue {key}")
        return found

    def _project_id(self, key: str) -> int:
        found = self._state.project(key)
        if found is None:
            raise LookupError(f"no project {key}")
        return found.id

    def _sprint(self, name: str | int) -> Sprint:
        found = next((s for s in self._state.sprints.values() if name in (s.name, s.id)), None)
        if found is None:
            raise LookupError(f"no sprint {name!r}")
        return found

    def _resolution(self, name: str) -> int:
        found = next((r.id for r in self._state.resolutions.values() if r.name == name), None)
        if found is None:
            raise LookupError(f"no resolution {name!r}")
        return found

    def _offers(self, issue: Issue, scope: int | None) -> bool:
        """Whether something with this scope belongs to the issue's project: its own, or the site's."""
        own = self._state.projects[issue.project_id].style == "next-gen"
        return scope == (issue.project_id if own else None)

    def _status(self, issue: Issue, category: CategoryKey) -> Status:
        found = next(
            (
                s
                for s in self._state.statuses.values()
                if s.category == category and self._offers(issue, s.project_id)
            ),
            None,
        )
        if found is None:
            raise LookupError(f"no {category} status for {issue.key}")
        return found

    def _field_id(self, issue: Issue, name: str) -> str:
        if name in self._state.fields:
            return name
        named = [f for f in self._state.fields.values() if f.name == name]
        own = [f for f in named if f.project_id == issue.project_id] or [
            f for f in named if f.project_id is None
        ]
        return own[0].id if own else name
