"""The whole state of one Jira site, with the look-ups and indexes that keep 100,000 issues quick to search.

It holds facts and finds them; `verbs` and `sprints` change them and write the history.
"""

from __future__ import annotations

import contextlib
import threading
from bisect import insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from datetime import datetime

from sandbox.jira.entities import Project
from sandbox.jira.events import Event
from sandbox.jira.index import IndexLag, TimeOrder
from sandbox.jira.issue import History, Issue, Item
from sandbox.jira.limits import Limits
from sandbox.jira.parts import IssueLink
from sandbox.jira.rights import Rights
from sandbox.jira.site import Site
from sandbox.jira.viewed import Viewed
from sandbox.jira.webhooks import Webhooks


class JiraState(Rights):
    """One site: its registries, its issues, and the indexes over them."""

    def __init__(self, site: Site) -> None:
        super().__init__(site)
        self.lock = threading.RLock()  #: hold it for every read or change that other threads may see
        self.issues: dict[int, Issue] = {}
        self.links: dict[int, IssueLink] = {}
        self.archived: set[int] = set()  #: ids of issues that were put away
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
        self.viewed = Viewed()
        self.reindexed_at: datetime | None = None  #: Data Center's last reindex
        self._keys: dict[str, int] = {}
        self._gathering: dict[int, tuple[datetime, str, list[Item]]] | None = None

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

    def issue(self, id_or_key: str) -> Issue | None:
        """An issue by id, or by its present or a former key (the present owner of a key wins)."""
        if id_or_key.isdigit():
            return self.issues.get(int(id_or_key))
        return self.issues.get(self._keys.get(id_or_key.upper(), -1))

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
        self.archived.discard(issue.id)
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
