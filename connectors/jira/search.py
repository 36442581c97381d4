"""Walking a search page by page until the service says that it is complete, or refusing to call it complete.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issue-search/
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from msgspec.json import Decoder

from connectors.errors import Transient
from connectors.jira.faults import SERVICE
from connectors.jira.session import JiraClient
from connectors.jira.wire import Hit, SearchPage

_PAGE = Decoder(SearchPage)


@dataclass(frozen=True, slots=True)
class Page:
    """Some hits, the token that asked for them (None: the first page) and the service's time then."""

    hits: tuple[Hit, ...]
    token: str | None
    answered_at: datetime


class Search:
    """Searches of one login. `most_pages` is where a walk is taken for endless."""

    def __init__(self, client: JiraClient, most_pages: int) -> None:
        self._client = client
        self._most_pages = most_pages

    def pages(self, jql: str, field: str, size: int, token: str | None = None) -> Iterator[Page]:
        """All pages of `jql` with one `field`, from `token` on; short and empty pages are no end.

        Transient when the walk cannot be complete: warnings, a token seen before, too many pages.
        """
        seen: set[str] = set()
        for _ in range(self._most_pages):
            params: dict[str, str | int] = {"jql": jql, "fields": field, "maxResults": size}
            if token is not None:
                params["nextPageToken"] = token
            reply = self._client.get(
                "search for changed issues", self._client.platform("search/jql"), _PAGE, **params
            )
            page, following = reply.value, reply.value.next_page_token
            _assert_complete(page, following, seen)
            yield Page(tuple(page.issues), token, self._client.time_of(reply))
            if page.is_last or not following:
                return
            seen.add(following)
            token = following
        raise _incomplete(f"it did not end after {self._most_pages} pages")


def _assert_complete(page: SearchPage, following: str | None, seen: set[str]) -> None:
    if page.warnings or page.warning_messages:
        raise _incomplete("the service warns that the result is cut short")
    if page.is_last is False and not following:
        raise _incomplete("a page says that more follow, but not where")
    if following in seen and not page.is_last:
        raise _incomplete("the service sent the same page token twice")


def _incomplete(reason: str) -> Transient:
    return Transient(SERVICE, "search for changed issues", reason, code="incomplete")
