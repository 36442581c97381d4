"""Fix versions of projects, as they are now: a release or its day moves no issue, so they are asked for.

https://developer.atlassian.com/cloud/jira/platform/rest/v2/api-group-project-versions/
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from msgspec.json import Decoder

from connectors.errors import Rejected
from connectors.jira.session import JiraClient
from connectors.jira.values import clean
from connectors.jira.wire import Digits, Wire
from model.work import Project, Version


class WireVersion(Wire):
    id: Digits
    name: str
    released: bool = False
    archived: bool = False
    release_date: date | None = None


_VERSIONS = Decoder(list[WireVersion])


def read_versions(client: JiraClient, projects: tuple[Project, ...]) -> Iterator[Version]:
    """All versions of `projects`, one request for each: a project that went out of sight meanwhile has none."""
    for project in projects:
        url = client.platform(f"project/{project.id}/versions")
        try:
            found = client.get(f"list versions of project {project.key}", url, _VERSIONS).value
        except Rejected as error:
            if error.status != 404:
                raise
            continue
        for raw in found:
            yield _from_jira_version(raw, project)


def _from_jira_version(raw: WireVersion, project: Project) -> Version:
    return Version(
        id=raw.id,
        name=clean(raw.name),
        project_id=project.id,
        project_key=project.key,
        released=raw.released,
        archived=raw.archived,
        released_on=raw.release_date if raw.released else None,
    )
