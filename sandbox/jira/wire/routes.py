"""Every path the site answers: the tables of the wire modules under their bases, fixed paths first."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

from sandbox.http import Response
from sandbox.jira.wire.administration import (
    categories,
    components,
    grades,
    permissionschemes,
    project_admin,
    projectfacts,
    projects,
    relatedwork,
    releases,
    roleadmin,
    roles,
    schemes,
    statuses,
    templates,
    typeschemes,
    vocabulary,
    workflows,
    workflowsearch,
)
from sandbox.jira.wire.desk import conversation, desks, organizations, requests
from sandbox.jira.wire.forms import (
    customfields,
    fieldcontexts,
    fielddefaults,
    fieldoptions,
    layoutlinks,
    layouts,
    screenadmin,
)
from sandbox.jira.wire.http import oauth, sessions
from sandbox.jira.wire.people import accounts, avatars, groups, peoplequery, permissions, preferences, users
from sandbox.jira.wire.planning import (
    agile,
    agile_boards,
    agile_epics,
    agile_settings,
    agile_sprints,
    greenhopper,
    members,
    planboard,
)
from sandbox.jira.wire.service import (
    applications,
    appsettings,
    audit,
    dynamichooks,
    hooks,
    licences,
    neighbours,
    site,
    tasks,
    upkeep,
)
from sandbox.jira.wire.ticket import (
    archive,
    attachments,
    bulk,
    bulkmoves,
    bulkproperties,
    changelogs,
    comments,
    create,
    createmeta,
    downloads,
    edit,
    issuelinks,
    issues,
    notices,
    pickers,
    properties,
    queries,
    ranks,
    remotelinks,
    search,
    serverissues,
    suggestions,
    transitions,
    watching,
    worklog_writes,
    worklogs,
    zips,
)
from sandbox.jira.wire.views import columns, dashboards, filters, filtershares, gadgets

Handler = Callable[..., Response]
Route = tuple[str, str, Handler]

_PLATFORM = "/rest/api/{version:2|3|latest}/"
_AGILE = "/rest/agile/1.0/"
_SOFTWARE = "/rest/software/1.0/"
_PLATFORM_MODULES = (
    accounts,
    applications,
    appsettings,
    archive,
    attachments,
    audit,
    avatars,
    bulk,
    bulkmoves,
    bulkproperties,
    categories,
    changelogs,
    columns,
    comments,
    components,
    create,
    createmeta,
    customfields,
    dashboards,
    downloads,
    dynamichooks,
    edit,
    fieldcontexts,
    fielddefaults,
    fieldoptions,
    filters,
    filtershares,
    gadgets,
    grades,
    groups,
    issuelinks,
    issues,
    layoutlinks,
    layouts,
    licences,
    notices,
    peoplequery,
    permissions,
    permissionschemes,
    pickers,
    preferences,
    project_admin,
    projectfacts,
    projects,
    properties,
    queries,
    relatedwork,
    releases,
    remotelinks,
    roleadmin,
    roles,
    schemes,
    screenadmin,
    serverissues,
    site,
    statuses,
    suggestions,
    tasks,
    transitions,
    typeschemes,
    upkeep,
    users,
    vocabulary,
    watching,
    workflows,
    workflowsearch,
    worklog_writes,
    worklogs,
    zips,
)
_AGILE_MODULES = (agile, agile_boards, agile_epics, agile_settings, agile_sprints, ranks)


def every(walks: search.Walks) -> list[Route]:
    """All routes, fixed segments before parameters, so that the first that fits is the right one."""
    return sorted(_all(walks), key=lambda route: [part.startswith("{") for part in route[1].split("/")])


def _all(walks: search.Walks) -> Iterator[Route]:
    yield from _under("/", site.OPEN_ROUTES)
    yield from _under("/", sessions.ROUTES)
    yield from _under("/", (*downloads.OPEN_ROUTES, *neighbours.OPEN_ROUTES))
    yield from _under("/", oauth.ROUTES)
    yield from _under("/", avatars.SECURE_ROUTES)
    yield from _under("/", dashboards.INTERNAL_ROUTES)
    yield from _under("/", templates.OPEN_ROUTES)
    for module in (conversation, desks, organizations, requests):
        yield from _under("/rest/servicedeskapi/", module.ROUTES)
    yield from _under("/rest/greenhopper/1.0/", (*greenhopper.ROUTES, *planboard.ROUTES))
    yield from _under("/rest/webhooks/1.0/", hooks.ADMIN_ROUTES)
    searches, lists = search.Search(walks), members.Members(walks)
    for module in _PLATFORM_MODULES:
        yield from _under(_PLATFORM, module.ROUTES)
    yield from _under(_PLATFORM, searches.routes())
    for module in _AGILE_MODULES:
        yield from _under(_AGILE, module.ROUTES)
    yield from _under(_AGILE, properties.AGILE_ROUTES)
    yield from _under(_AGILE, lists.routes(by_token=False))
    yield from _under(_SOFTWARE, lists.routes(by_token=True))


def _under(base: str, routes: Iterable[Route]) -> Iterator[Route]:
    return ((method, f"{base}{path}", handler) for method, path, handler in routes)
