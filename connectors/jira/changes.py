"""Finding what changed: whole projects at first, then what moved since, late index entries included."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime

from connectors.errors import Rejected
from connectors.jira import jql
from connectors.jira.cursor import Cursor, Walk, milliseconds
from connectors.jira.faults import SERVICE
from connectors.jira.feeds import BLIND, WorklogFeeds
from connectors.jira.login import JiraLogin
from connectors.jira.reader import IssueReader, Words
from connectors.jira.search import Page, Search
from connectors.jira.wire import Hit
from connectors.ports import Batch
from model.work import TrackerCatalogue


class Changes:
    """One call of `changed_since`: moves `cursor` from batch to batch.

    Projects that the cursor covers are asked for what changed; visible ones that it does not cover (new, or
    hidden meanwhile) are read whole. Hidden ones lose their cover: nothing is missed when they return.

    Time has feeds of its own beside the search: nothing promises that a worklog moves its issue.
    """

    def __init__(
        self,
        search: Search,
        reader: IssueReader,
        feeds: WorklogFeeds,
        login: JiraLogin,
        catalogue: TrackerCatalogue,
        words_for: Words,
        cursor: Cursor,
    ) -> None:
        self._search = search
        self._reader = reader
        self._feeds = feeds
        self._login = login
        self._zone = catalogue.account_zone
        self._visible = [project.id for project in catalogue.projects]
        self._timed = frozenset(catalogue.timed)
        self._words_for = words_for
        self._cursor = cursor
        self._overlap = login.overlap_seconds * 1000
        self._handed_out: set[str] = set()

    def batches(self) -> Iterator[Batch]:
        """What changed, in batches with a cursor each; the last one stands after a complete walk."""
        cursor = self._cursor
        cursor.projects = [project for project in cursor.projects if project in self._visible]
        if cursor.projects:
            yield from self._moved()
        uncovered = [project for project in self._visible if project not in cursor.projects]
        if uncovered:
            yield from self._whole(uncovered)
        cursor.walk = None
        deleted = self._deleted_worklogs()
        yield Batch((), cursor.text(), deleted)

    def _moved(self) -> Iterator[Batch]:
        """What changed in the covered projects. The watermark moves at the end only: until then the cursors
        just know more of what was seen."""
        cursor, since = self._cursor, self._cursor.at - self._overlap
        start = datetime.fromtimestamp(since / 1000, UTC)
        query = jql.changed_since(cursor.projects, jql.literal(start, self._login.jql_dates, self._zone))
        size, waiting, began = self._login.issues_per_fetch, list[str](), cursor.at
        for page in self._search.pages(query, "updated", self._login.changes_per_page):
            if page.token is None:
                began = _time_of(page, not_before=cursor.at - self._overlap)
            waiting += [hit.id for hit in page.hits if self._is_news(hit, since)]
            while len(waiting) >= size:
                yield self._batch(waiting[:size], since)
                del waiting[:size]
        if waiting:
            yield self._batch(waiting, since)
        if self._timed.intersection(cursor.projects):
            yield from self._logged(since, began)
        cursor.move(began, self._overlap)

    def _logged(self, since: int, began: int) -> Iterator[Batch]:
        """Issues whose time the feed says was written since, but for those read in this walk after it was."""
        cursor, told = self._cursor, self._feeds.read("updated", since - BLIND)
        news = [log for log, at in told.times.items() if at > cursor.told.get(log, -1)]
        issue_of = self._feeds.issues_of(news) if news else {}
        stale = {
            issue
            for log, issue in issue_of.items()
            if told.times[log] >= began or issue not in self._handed_out
        }
        homes, unsure = self._reader.projects_of(sorted(stale)) if stale else ({}, set[str]())
        ours = [issue for issue, project in homes.items() if project in self._timed]
        for some in _chunks(ours, self._login.issues_per_fetch):
            yield self._batch(some, since)
        cursor.told |= {log: told.times[log] for log in news if issue_of.get(log) not in unsure}
        if not told.complete:
            cursor.projects = [project for project in cursor.projects if project not in self._timed]

    def _deleted_worklogs(self) -> tuple[str, ...]:
        """Ids of worklogs deleted since they were last asked for; what is read for the first time lacks none."""
        cursor = self._cursor
        if not self._timed:
            return ()
        since, cursor.gone_at = cursor.gone_at, cursor.at
        if since is None:
            return ()
        return tuple(self._feeds.read("deleted", since - self._overlap - BLIND).times)

    def _is_news(self, hit: Hit, since: int) -> bool:
        """The query is coarser than `since` (whole minutes, doubtful hours) and looks back on purpose."""
        if hit.fields.updated is None:
            return True
        updated = milliseconds(hit.fields.updated)
        return updated >= since and updated > self._cursor.seen.get(hit.id, -1)

    def _whole(self, projects: list[str]) -> Iterator[Batch]:
        """All issues of `projects`; a walk that was broken off goes on where its cursor stood."""
        cursor = self._cursor
        if cursor.walk is not None and cursor.walk.projects != projects:
            cursor.walk = None
        for page in self._listing(projects):
            ids = [hit.id for hit in page.hits]
            if cursor.walk is None:
                cursor.walk = Walk(projects, _time_of(page))
            elif cursor.walk.token == page.token:
                ids = _after(ids, cursor.walk.after)
            for some in _chunks(ids, self._login.issues_per_fetch):
                cursor.walk.token, cursor.walk.after = page.token, some[-1]
                yield self._batch(some, cursor.walk.started - self._overlap)
        if cursor.walk is not None:
            at = cursor.at if cursor.projects else cursor.walk.started
            cursor.projects, cursor.walk = self._visible, None
            cursor.move(at, self._overlap)

    def _listing(self, projects: list[str]) -> Iterator[Page]:
        """Pages of ids; from the start when the page token of a broken walk is no longer accepted."""
        query, size, walk = jql.all_of(projects), self._login.ids_per_page, self._cursor.walk
        pages = self._search.pages(query, "id", size, walk.token if walk else None)
        try:
            first = next(pages)
        except Rejected:
            if walk is None or walk.token is None:
                raise
            self._cursor.walk = None
            pages = self._search.pages(query, "id", size)
            first = next(pages)
        if self._cursor.walk is not None:
            _time_of(first, not_before=self._cursor.walk.started - self._overlap)
        yield first
        yield from pages

    def _batch(self, issue_ids: Sequence[str], since: int) -> Batch:
        issues = self._reader.read(issue_ids, self._words_for, self._timed)
        self._handed_out.update(issue_ids)
        for issue in issues:
            updated = milliseconds(issue.updated_at)
            if updated >= since:
                self._cursor.seen[issue.id] = updated
            written = ((log.id, milliseconds(log.updated_at)) for log in issue.worklogs)
            self._cursor.told.update((log, at) for log, at in written if at >= since - BLIND)
        return Batch(issues, self._cursor.text())


def _time_of(page: Page, *, not_before: int = 0) -> int:
    """The service's time of a page, epoch ms. Rejected when a cursor stands beyond it: what changed between
    would be passed over."""
    now = milliseconds(page.answered_at)
    if now < not_before:
        raise Rejected(
            SERVICE,
            "search for changed issues",
            f"the stored position lies {(not_before - now) // 60_000 + 1} min or more in the site's future",
            hint="Check the site's clock; if the position came from another site or backup, forget it.",
            code="cursor.future",
        )
    return now


def _after(ids: list[str], last: str | None) -> list[str]:
    """What follows `last`; all of it when the page no longer holds it: repeating is allowed, skipping not."""
    return ids[ids.index(last) + 1 :] if last in ids else ids


def _chunks(ids: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (ids[start : start + size] for start in range(0, len(ids), size))
