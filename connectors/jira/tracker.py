"""The port `Tracker` over Jira Cloud: six verbs, each read only and free to be repeated."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import timedelta
from functools import partial
from types import TracebackType
from typing import Self

from connectors.http import Usage
from connectors.jira.changes import Changes
from connectors.jira.cursor import Cursor, scope_digest
from connectors.jira.directory import Directory
from connectors.jira.feeds import WorklogFeeds
from connectors.jira.login import JiraLogin
from connectors.jira.reader import IssueReader
from connectors.jira.rights import lacking
from connectors.jira.search import Search
from connectors.jira.session import JiraClient
from connectors.jira.sprints import SprintReader
from connectors.jira.survey import survey
from connectors.jira.versions import read_versions
from connectors.ports import Batch, Scope, Survey
from connectors.retry import ReadRetry
from model.work import Issue, Sprint, TrackerCatalogue, TrackerNames, Version


class JiraTracker:
    """One login at one site. For one thread at a time; close it, or use it as a context manager.

    Making one sends nothing. `clock` is monotonic seconds and ages the slow lists.
    """

    def __init__(
        self,
        login: JiraLogin,
        retry: ReadRetry | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._login = login
        self._client = JiraClient(login, retry or ReadRetry())
        self._directory = Directory(self._client, login.lists_seconds, clock)
        self._issues = IssueReader(self._client, login)
        self._sprints = SprintReader(self._client, self._issues.noticed)
        self._search = Search(self._client, login.most_pages)
        self._feeds = WorklogFeeds(self._client)

    @property
    def skew(self) -> timedelta | None:
        """How far the service's clock was ahead of ours at its last answer; None: not known."""
        return self._client.skew

    @property
    def usage(self) -> Usage:
        """How many requests were sent so far."""
        return self._client.usage

    def lacking(self, project_id: str, rights: Sequence[str]) -> tuple[str, ...]:
        """Those of `rights` (Jira's keys) that the login does not have in a project. One request."""
        return lacking(self._client, project_id, rights)

    def catalogue(self, scope: Scope) -> TrackerCatalogue:
        """See `Tracker`. Two requests, and a few more when field, status or board lists are due."""
        return self._directory.catalogue(scope)

    def names(self) -> TrackerNames:
        """See `Tracker`. Two requests for most sites, one more for each 50 projects and boards up to 1,000 of each;
        none while the lists are believed."""
        return self._directory.names()

    def changed_since(self, scope: Scope, catalogue: TrackerCatalogue, cursor: str | None) -> Iterator[Batch]:
        """See `Tracker`. One request when nothing changed, and two more for time. Rejected when `cursor` is in
        the site's future."""
        words_for = partial(self._directory.vocabulary, catalogue)
        stand = Cursor.read(cursor, scope_digest(scope, catalogue))
        changes = Changes(self._search, self._issues, self._feeds, self._login, catalogue, words_for, stand)
        yield from changes.batches()

    def sprints(self, catalogue: TrackerCatalogue, known: Mapping[str, str]) -> tuple[Sprint, ...]:
        """See `Tracker`. One request for each board, and one for each known sprint that is open no more.

        Call it after `changed_since`: sprints met there are found even if they opened and closed unseen.
        """
        return self._sprints.read({board.id: board for board in catalogue.boards}, known)

    def versions(self, catalogue: TrackerCatalogue) -> tuple[Version, ...]:
        """See `Tracker`."""
        return tuple(read_versions(self._client, catalogue.projects))

    def survey(self, project: str | None = None) -> Survey:
        """See `Tracker`. A handful of requests, and one more for each 50 projects."""
        return survey(self._directory, self._search, self._issues, project)

    def read(self, catalogue: TrackerCatalogue, issue_ids: tuple[str, ...]) -> tuple[Issue, ...]:
        """See `Tracker`. Two requests for each thousand, and a third with time."""
        words_for = partial(self._directory.vocabulary, catalogue)
        return self._issues.read(issue_ids, words_for, frozenset(catalogue.timed))

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()
