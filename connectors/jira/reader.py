"""Reading issues by id with their history: many at once, named fields only, never through the search index.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-issues/
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Container, Iterable, Iterator, Sequence

from msgspec import field as named
from msgspec.json import Decoder

from connectors.errors import Transient
from connectors.jira.convert import from_jira_issue
from connectors.jira.faults import SERVICE
from connectors.jira.history import Vocabulary
from connectors.jira.login import JiraLogin
from connectors.jira.session import JiraClient
from connectors.jira.values import SprintRef, sprints_of
from connectors.jira.wire import (
    KNOWN_FIELDS,
    BulkHistory,
    Digits,
    History,
    IssueError,
    ProjectRef,
    Wire,
    WireIssue,
    issues_shape,
    mapped_values,
)
from connectors.jira.worklogs import WorklogReader
from model.work import Issue

Words = Callable[[Iterable[str]], Vocabulary]  #: the vocabulary that knows the given status ids


class Home(Wire):
    project: ProjectRef


class HomedIssue(Wire):
    id: Digits
    fields: Home


class BulkHomes(Wire):
    issues: list[HomedIssue]
    issue_errors: list[IssueError] = named(default_factory=list)


_HISTORY, _HOMES = Decoder(BulkHistory), Decoder(BulkHomes)
_MOST_HISTORY_FIELDS = 10  # what one bulk request can be narrowed to


class IssueReader:
    """Reads issues whole, with the worklogs of those in the projects `timed` (ids).

    `noticed` collects the sprints met in them, by id, with the board of each.
    """

    def __init__(self, client: JiraClient, login: JiraLogin) -> None:
        self._client = client
        self._login = login
        self._worklogs = WorklogReader(client)
        self.noticed: dict[str, SprintRef] = {}

    def read(
        self, issue_ids: Sequence[str], words_for: Words, timed: Container[str] = ()
    ) -> tuple[Issue, ...]:
        """The visible ones of `issue_ids` by (updated, id). Two requests per `issues_per_fetch` of them, and a
        third with time."""
        size = self._login.issues_per_fetch
        wanted = tuple(dict.fromkeys(issue_ids))
        found = [
            issue
            for start in range(0, len(wanted), size)
            for issue in self._read_some(wanted[start : start + size], words_for, timed)
        ]
        return tuple(sorted(found, key=lambda issue: (issue.updated_at, int(issue.id))))

    def glance(self, issue_ids: Sequence[str], words: Vocabulary) -> Iterator[Issue]:
        """The visible ones of `issue_ids` as they are now, without history and time, in no order."""
        size = self._login.issues_per_fetch
        for start in range(0, len(issue_ids), size):
            some = tuple(issue_ids[start : start + size])
            yield from (from_jira_issue(raw, words, ()) for raw in self._issues(some, words))

    def projects_of(self, issue_ids: Sequence[str]) -> tuple[dict[str, str], set[str]]:
        """The project ids of the visible ones of `issue_ids`, and those that the answer could not carry."""
        homes, failed, size = dict[str, str](), set[str](), self._login.issues_per_fetch
        url = self._client.platform("issue/bulkfetch")
        for start in range(0, len(issue_ids), size):
            body = {"issueIdsOrKeys": issue_ids[start : start + size], "fields": ["project"]}
            found = self._client.post("find the projects of issues", url, _HOMES, body).value
            homes.update((issue.id, issue.fields.project.id) for issue in found.issues)
            failed.update(error.id for error in found.issue_errors)
        return homes, failed

    def _read_some(
        self, issue_ids: tuple[str, ...], words_for: Words, timed: Container[str]
    ) -> Iterator[Issue]:
        words = words_for(())
        # History and time second: what changes between the two moves `updated` past what is remembered, so it is
        # read again. The other way round that change would be missing for ever.
        issues = self._issues(issue_ids, words)
        histories = self._histories([issue.id for issue in issues], words) if issues else {}
        with_time = [issue.id for issue in issues if issue.fields.project.id in timed]
        worklogs = self._worklogs.of(with_time) if with_time else {}
        gone = set(with_time) - worklogs.keys()
        words = words_for(_status_ids(histories.values()))
        for issue in issues:
            if issue.id not in gone:
                self._notice(issue, words)
                yield from_jira_issue(issue, words, histories.get(issue.id, ()), worklogs.get(issue.id, ()))

    def _issues(self, issue_ids: tuple[str, ...], words: Vocabulary) -> list[WireIssue]:
        """Issues by id; those that the answer could not carry are asked for in halves."""
        body = {"issueIdsOrKeys": issue_ids, "fields": [*KNOWN_FIELDS, *words.asked]}
        reply = self._client.post(
            "read issues", self._client.platform("issue/bulkfetch"), issues_shape(words.asked), body
        )
        issues: list[WireIssue] = reply.value.issues
        failed = tuple(error.id for error in reply.value.issue_errors if error.id in issue_ids)
        if failed and len(issue_ids) == 1:
            raise Transient(SERVICE, f"read issue {failed[0]}", "the service could not give it now")
        middle = (len(failed) + 1) // 2
        for part in (failed[:middle], failed[middle:]):
            issues += self._issues(part, words) if part else []
        return issues

    def _histories(self, issue_ids: Sequence[str], words: Vocabulary) -> dict[str, list[History]]:
        body: dict[str, object] = {"issueIdsOrKeys": issue_ids, "maxResults": self._login.history_per_page}
        billing = ("status", "resolution", *words.asked)
        if self._login.history_by_field and len(billing) <= _MOST_HISTORY_FIELDS:
            body["fieldIds"] = billing
        found: dict[str, list[History]] = defaultdict(list)
        seen: set[str] = set()
        url = self._client.platform("changelog/bulkfetch")
        while True:
            page = self._client.post("read the history of issues", url, _HISTORY, body).value
            for log in page.issue_change_logs:
                found[log.issue_id] += log.change_histories
            token = page.next_page_token
            if not token:
                return found
            if token in seen:
                raise Transient(SERVICE, "read the history of issues", "the same page token came twice")
            seen.add(token)
            body["nextPageToken"] = token

    def _notice(self, issue: WireIssue, words: Vocabulary) -> None:
        for field, value in mapped_values(issue.fields, words.asked):
            if value and field in words.sprint_fields:
                self.noticed.update((ref.id, ref) for ref in sprints_of(value))


def _status_ids(histories: Iterable[list[History]]) -> set[str]:
    return {
        identity
        for entries in histories
        for entry in entries
        for item in entry.items
        if (item.field_id or item.field).casefold() == "status"
        for identity in (item.from_, item.to)
        if identity
    }
