"""The site's feeds of worklogs that were written or deleted since a moment: ids and times, of all projects.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-worklogs/ : `since` is inclusive, the
minute before the request is left out, and more than a page of entries of one moment cannot be paged through.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

from msgspec.json import Decoder

from connectors.errors import Transient
from connectors.jira.faults import SERVICE
from connectors.jira.session import JiraClient
from connectors.jira.wire import Digits, Wire

BLIND = 60_000  #: ms before a request that its answer says nothing of
_AT_ONCE = 1000  # worklogs that one request may name
_MOST_PAGES = 20_000


class Entry(Wire):
    """One worklog, and when it was written or deleted (epoch ms)."""

    worklog_id: int
    updated_time: int


class FeedPage(Wire):
    values: list[Entry]
    last_page: bool = True


class LoggedOn(Wire):
    id: Digits
    issue_id: Digits


_PAGE, _LOGGED_ON = Decoder(FeedPage), Decoder(list[LoggedOn])


@dataclass(frozen=True, slots=True)
class Told:
    """What a feed told: times (epoch ms) by worklog id. `complete` is False when it could not tell all."""

    times: dict[str, int]
    complete: bool


class WorklogFeeds:
    """Reads the feeds. `since` is epoch ms of the service's clock."""

    def __init__(self, client: JiraClient) -> None:
        self._client = client

    def read(self, kind: Literal["updated", "deleted"], since: int) -> Told:
        """Worklogs `kind` at or after `since`. One request when nothing was."""
        action, url = f"list {kind} worklogs", self._client.platform(f"worklog/{kind}")
        times: dict[str, int] = {}
        complete = True
        for _ in range(_MOST_PAGES):
            page = self._client.get(action, url, _PAGE, since=since).value
            times.update((str(entry.worklog_id), entry.updated_time) for entry in page.values)
            if page.last_page or not page.values:
                return Told(times, complete)
            latest = max(entry.updated_time for entry in page.values)
            if latest <= since:  # a page of one moment: what else happened in it cannot be asked for
                complete, latest = False, since + 1
            since = latest
        raise Transient(SERVICE, action, f"the list did not end after {_MOST_PAGES} pages")

    def issues_of(self, worklog_ids: Sequence[str]) -> dict[str, str]:
        """The issue id of each of these worklogs that is visible, by worklog id."""
        action, url = "find the issues of worklogs", self._client.platform("worklog/list")
        return {
            log.id: log.issue_id
            for some in _chunks(worklog_ids)
            for log in self._client.post(action, url, _LOGGED_ON, {"ids": some}).value
        }


def _chunks(worklog_ids: Iterable[str]) -> Iterator[list[int]]:
    numbers = [int(identity) for identity in worklog_ids]
    return (numbers[start : start + _AT_ONCE] for start in range(0, len(numbers), _AT_ONCE))
