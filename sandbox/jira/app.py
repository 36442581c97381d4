"""The site as one function from request to response: login, routes, and one lock around the state."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from email.utils import format_datetime

from sandbox.clock import Clock
from sandbox.http import Request, Response, Router
from sandbox.jira.entities import User
from sandbox.jira.state import JiraState
from sandbox.jira.wire import agile, changelogs, issues, projects, search, site, worklogs
from sandbox.jira.wire.errors import Refusal, refuse, unauthenticated
from sandbox.jira.wire.members import Members
from sandbox.jira.wire.visit import Visit

_PLATFORM = "/rest/api/{version:2|3}"
_AGILE = "/rest/agile/1.0"
_SOFTWARE = "/rest/software/1.0"

VisitHandler = Callable[..., Response]


class JiraApp:
    """A Jira Cloud site over `state`, at the time of `clock`. Callable in process, and by many threads."""

    def __init__(self, state: JiraState, clock: Clock) -> None:
        self.state = state
        self.clock = clock
        self._router = Router(_no_path, _no_method)
        walks = search.Walks()
        self._route_open()
        self._route_platform(search.Search(walks))
        self._route_issues()
        self._route_agile(Members(walks))

    def __call__(self, request: Request) -> Response:
        with self.state.lock:
            answer = self._router(request)
        answer.headers.setdefault("Date", format_datetime(self.clock.now(), usegmt=True))
        return answer

    def _login(self, request: Request) -> User | None:
        """Who asks: nobody in particular without credentials, None with wrong ones."""
        scheme, _, secret = request.headers.get("authorization", "").partition(" ")
        if not scheme:
            return User("", "Anonymous", "", hidden_projects=set(self.state.projects))
        active = [user for user in self.state.users.values() if user.active]
        if scheme.lower() == "bearer":
            return next((user for user in active if secret and user.personal_token == secret), None)
        try:
            email, _, token = base64.b64decode(secret).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return None
        return next((u for u in active if token and u.token == token and u.email == email), None)

    def _add(self, method: str, template: str, handler: VisitHandler) -> None:
        def handle(request: Request, version: str = "2", **parameters: str) -> Response:
            user = self._login(request)
            if user is None:
                return unauthenticated()
            visit = Visit(self.state, user, self.clock.now(), request, version)
            try:
                answer = handler(visit, **parameters)
            except Refusal as refusal:
                answer = refusal.response
            if user.account_id:
                answer.headers["X-AAccountId"] = user.account_id
            return answer

        self._router.add(method, template, handle)

    def _route_open(self) -> None:
        self._add("GET", "/_edge/tenant_info", site.tenant_info)
        self._add("GET", "/rest/applinks/latest/listApplicationlinks", site.application_links)

    def _route_platform(self, searches: search.Search) -> None:
        add = self._add
        add("GET", f"{_PLATFORM}/serverInfo", site.server_info)
        add("GET", f"{_PLATFORM}/myself", site.myself)
        add("GET", f"{_PLATFORM}/field", site.fields)
        add("GET", f"{_PLATFORM}/field/search", site.field_search)
        add("GET", f"{_PLATFORM}/status", site.statuses)
        add("GET", f"{_PLATFORM}/statuscategory", site.status_categories)
        add("GET", f"{_PLATFORM}/issuetype", site.issue_types)
        add("GET", f"{_PLATFORM}/resolution", site.resolutions)
        add("GET", f"{_PLATFORM}/priority", site.priorities)
        add("GET", f"{_PLATFORM}/project", projects.every)
        add("GET", f"{_PLATFORM}/project/search", projects.search)
        add("GET", f"{_PLATFORM}/project/{{key}}", projects.get)
        add("GET", f"{_PLATFORM}/project/{{key}}/properties", projects.property_keys)
        add("GET", f"{_PLATFORM}/project/{{key}}/properties/{{name}}", projects.property_get)
        for method in ("GET", "POST"):
            add(method, f"{_PLATFORM}/search", search.removed)
        add("GET", f"{_PLATFORM}/search/jql", searches.get)
        add("POST", f"{_PLATFORM}/search/jql", searches.post)
        add("POST", f"{_PLATFORM}/search/approximate-count", searches.count)

    def _route_issues(self) -> None:
        add, one = self._add, f"{_PLATFORM}/issue/{{key}}"
        add("POST", f"{_PLATFORM}/issue/bulkfetch", issues.bulk_fetch)
        add("GET", one, issues.get)
        add("GET", f"{one}/changelog", changelogs.of_issue)
        add("GET", f"{one}/worklog", worklogs.of_issue)
        add("GET", f"{one}/properties", issues.property_keys)
        add("GET", f"{one}/properties/{{name}}", issues.property_get)
        add("PUT", f"{one}/properties/{{name}}", issues.property_put)
        add("DELETE", f"{one}/properties/{{name}}", issues.property_delete)
        add("GET", f"{one}/remotelink", issues.remote_links)
        add("POST", f"{one}/remotelink", issues.remote_link_post)
        add("POST", f"{_PLATFORM}/changelog/bulkfetch", changelogs.bulk)
        add("GET", f"{_PLATFORM}/worklog/updated", worklogs.updated)
        add("GET", f"{_PLATFORM}/worklog/deleted", worklogs.deleted)
        add("POST", f"{_PLATFORM}/worklog/list", worklogs.by_ids)

    def _route_agile(self, members: Members) -> None:
        add = self._add
        add("GET", f"{_AGILE}/board", agile.boards)
        add("GET", f"{_AGILE}/board/{{board_id}}", agile.board)
        add("GET", f"{_AGILE}/board/{{board_id}}/configuration", agile.configuration)
        add("GET", f"{_AGILE}/board/{{board_id}}/sprint", agile.board_sprints)
        add("GET", f"{_AGILE}/board/{{board_id}}/project", agile.board_projects)
        add("GET", f"{_AGILE}/board/{{board_id}}/epic", agile.board_epics)
        add("GET", f"{_AGILE}/sprint/{{sprint_id}}", agile.sprint)
        add("GET", f"{_AGILE}/epic/{{key}}", agile.epic)
        for base, by_sprint, by_board, by_epic in (
            (_AGILE, members.sprint_by_offset, members.board_by_offset, members.epic_by_offset),
            (_SOFTWARE, members.sprint_by_token, members.board_by_token, members.epic_by_token),
        ):
            add("GET", f"{base}/sprint/{{sprint_id}}/issue", by_sprint)
            add("GET", f"{base}/board/{{board_id}}/issue", by_board)
            add("GET", f"{base}/epic/{{key}}/issue", by_epic)


def _no_path(request: Request) -> Response:
    return refuse(404, f"null for uri: {request.path}")


def _no_method(_request: Request) -> Response:
    return refuse(405, "Method Not Allowed")
