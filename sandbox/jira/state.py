"""The whole state of one Jira site, with the look-ups and indexes that keep 100,000 issues quick to search.

It holds facts and finds them; `verbs` and `sprints` change them and write the history.
"""

from __future__ import annotations

import contextlib
import threading
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Literal

from sandbox.jira.entities import (
    Board,
    Component,
    CustomField,
    FieldKind,
    History,
    Issue,
    IssueType,
    Item,
    Priority,
    Project,
    Resolution,
    Sprint,
    Status,
    User,
    Version,
)
from sandbox.jira.events import Event
from sandbox.jira.index import IndexLag, TimeOrder
from sandbox.jira.knobs import Knobs
from sandbox.jira.limits import Limits
from sandbox.jira.parts import IssueLink, LinkType
from sandbox.jira.settings import Category, Filter, Group, Role, SecurityLevel
from sandbox.jira.webhooks import Webhooks

ADMIN_PERMISSIONS = frozenset(("ADMINISTER", "SYSTEM_ADMIN"))


@dataclass(slots=True)
class Site:
    """What the site says of itself. `base_url` is announced in every `self` link; `zone` is IANA.

    `deployment` "Server" is Data Center; its `context_path` ("/jira") is part of `base_url` too.
    """

    cloud_id: str
    base_url: str
    title: str = "Jira"
    zone: str = "Etc/UTC"
    deployment: Literal["Cloud", "Server"] = "Cloud"
    context_path: str = ""
    version: str = ""
    build_number: int = 0

    @property
    def is_cloud(self) -> bool:
        """Whether this is a Cloud site and not Data Center."""
        return self.deployment == "Cloud"


class JiraState:
    """One site. Registries are plain dicts by id and may be read freely; add through the methods."""

    def __init__(self, site: Site) -> None:
        self.site = site
        self.knobs = Knobs()
        self.lock = threading.RLock()  #: hold it for every read or change that other threads may see
        self.users: dict[str, User] = {}
        self.projects: dict[int, Project] = {}
        self.statuses: dict[int, Status] = {}
        self.types: dict[int, IssueType] = {}
        self.resolutions: dict[int, Resolution] = {}
        self.priorities: dict[int, Priority] = {}
        self.fields: dict[str, CustomField] = {}
        self.versions: dict[int, Version] = {}
        self.components: dict[int, Component] = {}
        self.boards: dict[int, Board] = {}
        self.sprints: dict[int, Sprint] = {}
        self.issues: dict[int, Issue] = {}
        self.links: dict[int, IssueLink] = {}
        self.link_types: dict[int, LinkType] = {}
        self.groups: dict[str, Group] = {}
        self.roles: dict[int, Role] = {}
        self.categories: dict[int, Category] = {}
        self.security_levels: dict[int, SecurityLevel] = {}
        self.filters: dict[int, Filter] = {}
        self.epic_colors: dict[int, str] = {}
        self.epic_done: dict[int, bool] = {}  #: what the agile API was told, apart from the workflow
        self.listeners: list[Callable[[Event], None]] = []
        self.webhooks = Webhooks()
        self.limits = Limits()
        self.links_of: defaultdict[int, list[int]] = defaultdict(list)
        self.children: defaultdict[int, set[int]] = defaultdict(set)
        self.by_project: defaultdict[int, set[int]] = defaultdict(set)
        self.by_sprint: defaultdict[int, set[int]] = defaultdict(set)
        self.by_worklog: dict[int, int] = {}
        self.updated = TimeOrder()
        self.worklogs_updated = TimeOrder()
        self.worklogs_deleted = TimeOrder()
        self.lag = IndexLag()
        self._keys: dict[str, int] = {}
        self._project_keys: dict[str, int] = {}
        self._counters: defaultdict[str, int] = defaultdict(lambda: 10_000)
        self._gathering: dict[int, tuple[datetime, str, list[Item]]] | None = None

    def next_id(self, kind: str) -> int:
        """The next numeric id of `kind` ("issue", "history", "worklog", …)."""
        self._counters[kind] += 1
        return self._counters[kind]

    def fresh_id(self, kind: str, registry: Container[int]) -> int:
        """The next id of `kind` that `registry`, which may have been filled with any ids, does not hold."""
        while (number := self.next_id(kind)) in registry:
            pass
        return number

    def announce(self, event: Event) -> None:
        """Tell the listeners what happened."""
        for listener in self.listeners:
            listener(event)

    @contextlib.contextmanager
    def one_entry(self) -> Iterator[None]:
        """Within this block all changes of an issue become one history entry, as one edit in Jira does."""
        if self._gathering is not None:
            yield
            return
        self._gathering = {}
        try:
            yield
        finally:
            gathered, self._gathering = self._gathering, None
            for issue_id, (at, by, items) in gathered.items():
                self.record(self.issues[issue_id], items, by, at)

    def add_user(self, user: User) -> User:
        """Register a person by account id."""
        self.users[user.account_id] = user
        return user

    def add_project(self, project: Project) -> Project:
        """Register a project under its key."""
        self.projects[project.id] = project
        self._project_keys[project.key.upper()] = project.id
        return project

    def drop_project(self, project: Project) -> None:
        """Forget a project and the keys that led to it."""
        del self.projects[project.id]
        self._project_keys = {
            key: number for key, number in self._project_keys.items() if number != project.id
        }

    def add_vocabulary(
        self,
        entries: Iterable[Status | IssueType | Resolution | Priority | CustomField | Version | Component],
    ) -> None:
        """Register statuses, issue types, resolutions, priorities, fields, versions and components."""
        for entry in entries:
            match entry:
                case Status():
                    self.statuses[entry.id] = entry
                case IssueType():
                    self.types[entry.id] = entry
                case Resolution():
                    self.resolutions[entry.id] = entry
                case Priority():
                    self.priorities[entry.id] = entry
                case CustomField():
                    self.fields[entry.id] = entry
                case Version():
                    self.versions[entry.id] = entry
                case Component():
                    self.components[entry.id] = entry

    def add_board(self, board: Board) -> Board:
        """Register a board."""
        self.boards[board.id] = board
        return board

    def field_of(self, kind: FieldKind) -> CustomField | None:
        """The site's field of a kind that exists once (sprint, rank, epic link…)."""
        return next((field for field in self.fields.values() if field.kind == kind), None)

    def project(self, id_or_key: str) -> Project | None:
        """A project by id, or by its present or a former key."""
        if id_or_key.isdigit():
            return self.projects.get(int(id_or_key))
        return self.projects.get(self._project_keys.get(id_or_key.upper(), -1))

    def issue(self, id_or_key: str) -> Issue | None:
        """An issue by id, or by its present or a former key (the present owner of a key wins)."""
        if id_or_key.isdigit():
            return self.issues.get(int(id_or_key))
        return self.issues.get(self._keys.get(id_or_key.upper(), -1))

    def can_see_project(self, user: User, project_id: int) -> bool:
        """Whether `user` may browse the project."""
        return project_id not in user.hidden_projects and not self.projects[project_id].archived

    def can_see(self, user: User, issue: Issue) -> bool:
        """Whether `user` may see the issue: its project and its security level."""
        secured = issue.security_id is not None and issue.security_id not in user.security_levels
        return not secured and self.can_see_project(user, issue.project_id)

    def holds(self, user: User, permission: str, project_id: int | None = None) -> bool:
        """Whether `user` holds a permission: everybody may work where they can see, administrators the rest."""
        if permission in user.denied or not user.account_id:
            return False
        if permission in ADMIN_PERMISSIONS:
            return user.admin
        if project_id is None:
            return any(self.can_see_project(user, number) for number in self.projects)
        lead = self.projects[project_id].lead == user.account_id
        if permission == "ADMINISTER_PROJECTS":
            return user.admin or lead
        return self.can_see_project(user, project_id)

    def types_of(self, project_id: int) -> list[IssueType]:
        """The issue types of a project: its own, or the site's where it is company-managed."""
        scope = project_id if self.projects[project_id].style == "next-gen" else None
        return [entry for entry in self.types.values() if entry.project_id == scope]

    def statuses_of(self, project_id: int) -> list[Status]:
        """The statuses of a project, by the same rule; of its workflow when it has one of its own."""
        project = self.projects[project_id]
        if project.workflow is not None:
            used = {step.target_id for step in project.workflow}
            used |= {source for step in project.workflow for source in step.sources or ()}
            return [status for status in self.statuses.values() if status.id in used]
        scope = project_id if project.style == "next-gen" else None
        return [status for status in self.statuses.values() if status.project_id == scope]

    def initial_status(self, project_id: int) -> int:
        """The status new issues of a project start in: its own first "new" one, else the site's."""
        fitting = [
            s for s in self.statuses.values() if s.category == "new" and s.project_id in (None, project_id)
        ]
        return next((s for s in fitting if s.project_id == project_id), fitting[0]).id

    def insert(self, issue: Issue) -> None:
        """Put an issue into the registry and every index: fresh, or built whole with its history."""
        self.lag.remember(issue.id, None, issue.created_at)
        self.issues[issue.id] = issue
        self._keys[issue.key] = issue.id
        self.by_project[issue.project_id].add(issue.id)
        project = self.projects[issue.project_id]
        project.last_number = max(project.last_number, issue.number)
        if issue.parent_id is not None:
            self.children[issue.parent_id].add(issue.id)
        for sprint_id in issue.sprint_ids:
            self.by_sprint[sprint_id].add(issue.id)
        for worklog in issue.worklogs:
            self.by_worklog[worklog.id] = issue.id
            self.worklogs_updated.touch(worklog.id, worklog.updated_at)
        self.updated.touch(issue.id, issue.updated_at)

    def remove(self, issue: Issue, at: datetime) -> None:
        """Delete an issue without a tombstone; its keys lead nowhere."""
        self.lag.remember(issue.id, issue, at)
        del self.issues[issue.id]
        self.by_project[issue.project_id].discard(issue.id)
        self.updated.drop(issue.id)
        for sprint_id in issue.sprint_ids:
            self.by_sprint[sprint_id].discard(issue.id)
        if issue.parent_id is not None:
            self.children[issue.parent_id].discard(issue.id)

    def bury_worklog(self, worklog_id: int, at: datetime) -> None:
        """Remember that a worklog was deleted."""
        del self.by_worklog[worklog_id]
        self.worklogs_updated.drop(worklog_id)
        self.worklogs_deleted.touch(worklog_id, at)

    def rekey(self, issue: Issue, project: Project) -> None:
        """Give an issue the next key of `project`; the old key keeps leading to it."""
        self.by_project[issue.project_id].discard(issue.id)
        project.last_number += 1
        issue.project_id, issue.number = project.id, project.last_number
        issue.key = f"{project.key}-{issue.number}"
        self._keys[issue.key] = issue.id
        self.by_project[project.id].add(issue.id)

    def rename_project(self, project: Project, key: str) -> None:
        """Change a project's key, and with it all its issues' keys; former keys keep working."""
        project.key = key
        self._project_keys[key.upper()] = project.id
        for issue_id in self.by_project[project.id]:
            issue = self.issues[issue_id]
            issue.key = f"{key}-{issue.number}"
            self._keys[issue.key] = issue_id

    def record(self, issue: Issue, items: Iterable[Item], by: str, at: datetime) -> None:
        """Append one history entry and move `updated`; histories stay in order of time."""
        if self._gathering is not None:
            self._gathering.setdefault(issue.id, (at, by, []))[2].extend(items)
            return
        entry = History(self.next_id("history"), at, by, tuple(items))
        if issue.histories and at < issue.histories[-1].at:
            insort(issue.histories, entry, key=lambda history: (history.at, history.id))
        else:
            issue.histories.append(entry)
        self.touch(issue, at)
        if self.listeners:
            self.announce(Event("jira:issue_updated", at, by, issue, issue, entry))

    def touch(self, issue: Issue, at: datetime) -> None:
        """Move `updated` forward to `at`."""
        if at > issue.updated_at:
            issue.updated_at = at
            self.updated.touch(issue.id, at)
