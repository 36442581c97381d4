"""The words of a site that rules may write: issue types, statuses, resolutions, components of projects.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-project-components/
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import partial
from typing import TypeVar

from msgspec.json import Decoder

from connectors.errors import Rejected, Unauthorized
from connectors.jira.convert import level_of
from connectors.jira.kept import Kept
from connectors.jira.session import JiraClient
from connectors.jira.values import clean
from connectors.jira.wire import FieldScope, IssueType, Named, Status
from model.work import Project, TypeInfo, WordInfo

T = TypeVar("T")


class ListedType(IssueType):
    scope: FieldScope | None = None


class ListedStatus(Status):
    scope: FieldScope | None = None


_TYPES, _STATUSES, _NAMES = Decoder(list[ListedType]), Decoder(list[ListedStatus]), Decoder(list[Named])


class SiteWords:
    """Each list is believed as long as `kept` believes it.

    Only statuses are needed to bill. The others are for `check` alone: a login that may not list them has none.
    """

    def __init__(self, client: JiraClient, kept: Kept) -> None:
        self._client = client
        self._kept = kept

    def statuses(self) -> list[ListedStatus]:
        """Every status of the site as it is listed."""
        url = self._client.platform("status")
        return self._kept.get("statuses", lambda: self._client.get("list statuses", url, _STATUSES).value)

    def statuses_anew(self) -> list[ListedStatus]:
        """The same, read now."""
        self._kept.forget("statuses")
        return self.statuses()

    def status_names(self) -> tuple[WordInfo, ...]:
        """Every status of the site by name."""
        return tuple(WordInfo(clean(raw.name), _home(raw.scope)) for raw in self.statuses())

    def types(self) -> tuple[TypeInfo, ...]:
        """Every issue type that the login sees."""
        listed = self._listed("list issue types", "issuetype", _TYPES)
        return tuple(TypeInfo(clean(raw.name), level_of(raw), _home(raw.scope)) for raw in listed)

    def resolutions(self) -> tuple[str, ...]:
        """Every resolution of the site."""
        return tuple(clean(raw.name) for raw in self._listed("list resolutions", "resolution", _NAMES))

    def components(self, projects: Iterable[Project]) -> tuple[WordInfo, ...]:
        """The components of `projects`, one request for each."""
        return tuple(info for project in projects for info in self._components(project))

    def _components(self, project: Project) -> Iterable[WordInfo]:
        action = f"list components of project {project.key}"
        listed = self._listed(action, f"project/{project.id}/components", _NAMES)
        return (WordInfo(clean(raw.name), project.id) for raw in listed)

    def _listed(self, action: str, path: str, shape: Decoder[list[T]]) -> list[T]:
        return self._kept.get(path, partial(self._list, action, path, shape))

    def _list(self, action: str, path: str, shape: Decoder[list[T]]) -> list[T]:
        try:
            return self._client.get(action, self._client.platform(path), shape).value
        except (Rejected, Unauthorized):
            return []


def _home(scope: FieldScope | None) -> str | None:
    return scope.project.id if scope and scope.project else None
