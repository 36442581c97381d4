"""Reading the time logged on issues: every visible worklog of each, however many there are.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-worklogs/
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC

from msgspec.json import Decoder

from connectors.errors import Rejected, Transient
from connectors.jira.faults import SERVICE
from connectors.jira.session import JiraClient
from connectors.jira.values import clean
from connectors.jira.wire import Digits, Moment, Wire
from model.work import Worklog

_MOST_PAGES = 1000
_PER_PAGE = 5000  # the most that Jira gives of one issue at once


class WorklogAuthor(Wire):
    """Data Center knows people by `key`; `name` can change there."""

    account_id: str | None = None
    key: str | None = None
    name: str | None = None
    display_name: str | None = None


class WireWorklog(Wire):
    id: Digits
    started: Moment
    time_spent_seconds: int
    created: Moment
    updated: Moment
    author: WorklogAuthor | None = None


class WorklogPage(Wire):
    """Some of an issue's worklogs. `total` counts the issue's in practice and the page's by the documentation."""

    worklogs: list[WireWorklog]
    max_results: int = 0
    total: int = 0


class TimeFields(Wire):
    worklog: WorklogPage | None = None


class TimedIssue(Wire):
    id: Digits
    fields: TimeFields


class TimedIssues(Wire):
    issues: list[TimedIssue]


_EMBEDDED, _PAGE = Decoder(TimedIssues), Decoder(WorklogPage)


class WorklogReader:
    """Reads the worklogs of issues: one request for all, and one or two more for an issue with twenty."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client

    def of(self, issue_ids: Sequence[str]) -> dict[str, tuple[Worklog, ...]]:
        """All visible worklogs by issue id; an issue that is not visible has no entry."""
        body = {"issueIdsOrKeys": issue_ids, "fields": ["worklog"]}
        url = self._client.platform("issue/bulkfetch")
        reply = self._client.post("read the worklogs of issues", url, _EMBEDDED, body).value
        shown = {raw.id: raw.fields.worklog for raw in reply.issues}
        found: dict[str, tuple[Worklog, ...]] = {}
        for identity in issue_ids:
            page = shown.get(identity)
            # An issue carries its first twenty at most, and none where its screen leaves the field out.
            worklogs = page.worklogs if page is not None and _is_all(page) else self._list(identity)
            if worklogs is not None:
                found[identity] = from_jira_worklogs(worklogs)
        return found

    def _list(self, issue_id: str) -> list[WireWorklog] | None:
        """Page by page, until one says nothing new: neither its length nor a count is a sure end."""
        action, url = (
            f"list the worklogs of issue {issue_id}",
            self._client.platform(f"issue/{issue_id}/worklog"),
        )
        found: dict[str, WireWorklog] = {}
        for _ in range(_MOST_PAGES):
            try:
                page = self._client.get(action, url, _PAGE, startAt=len(found), maxResults=_PER_PAGE).value
            except Rejected as error:
                if error.status != 404:
                    raise
                return None
            known = len(found)
            found.update((raw.id, raw) for raw in page.worklogs)
            if len(found) == known or (known == 0 and _is_all(page)):
                return list(found.values())
        raise Transient(SERVICE, action, f"the list did not end after {_MOST_PAGES} pages")


def _is_all(page: WorklogPage) -> bool:
    """Whether a first page surely holds everything: room was left, and nothing more was counted."""
    return len(page.worklogs) < page.max_results and page.total <= len(page.worklogs)


def from_jira_worklogs(found: Iterable[WireWorklog]) -> tuple[Worklog, ...]:
    """In our words, by the time they were worked."""
    made = {raw.id: _from_jira_worklog(raw) for raw in found}
    return tuple(sorted(made.values(), key=lambda log: (log.started_at, int(log.id))))


def _from_jira_worklog(raw: WireWorklog) -> Worklog:
    author = raw.author or WorklogAuthor()
    identity = author.account_id or author.key or author.name or ""
    return Worklog(
        id=raw.id,
        author_id=clean(identity),
        author=clean(author.display_name or author.name or identity),
        started_at=raw.started.astimezone(UTC),
        seconds=raw.time_spent_seconds,
        created_at=raw.created.astimezone(UTC),
        updated_at=raw.updated.astimezone(UTC),
    )
