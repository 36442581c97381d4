"""The site as one function from request to response: login, limits, routes, one lock around the state."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from email.utils import format_datetime

from sandbox.clock import Clock
from sandbox.http import Request, Response, Router
from sandbox.jira.defaults import furnish
from sandbox.jira.events import Event
from sandbox.jira.state import JiraState
from sandbox.jira.wire import routes
from sandbox.jira.wire.http import anonymous, oauth, protocol, reach, scopes
from sandbox.jira.wire.http.errors import Refusal, refuse, unauthenticated
from sandbox.jira.wire.http.login import Login, identify, in_vain, nobody
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import payloads
from sandbox.jira.wire.ticket import downloads, search

VisitHandler = Callable[..., Response]
_FAILED = "AUTHENTICATED_FAILED"
_LISTS = ("issues", "values", "issueChangeLogs", "worklogs", "comments")


class JiraApp:
    """A Jira site over `state`, at the time of `clock`. Callable in process, and by many threads.

    In Data Center mode it lives under the site's context path; in Cloud also under /ex/jira/{cloudId}.
    """

    def __init__(self, state: JiraState, clock: Clock) -> None:
        self.state = state
        self.clock = clock
        furnish(state)
        state.webhooks.payload = lambda event: payloads.payload(state, event)
        state.webhooks.matches = lambda hook, issue: payloads.filtered(state, hook, issue, clock.now())
        # Served anew after a restore, the site must not tell each event twice.
        others = [heard for heard in state.listeners if getattr(heard, "__func__", None) is not JiraApp._hear]
        state.listeners[:] = [*others, self._hear]
        self._router = Router(_no_path, _no_method)
        for method, template, handler in routes.every(search.Walks()):
            self._add(method, template, handler)

    def __call__(self, request: Request) -> Response:
        with self.state.lock:
            inner = self._inside(request)
            answer = self._answer(inner) if inner else _no_path(request)
        answer.headers.setdefault("Date", format_datetime(self.clock.now(), usegmt=True))
        return answer

    def _answer(self, request: Request) -> Response:
        if reach.too_long(request):
            return Response.text("Request header is too large", 414 if self.state.site.is_cloud else 400)
        known = reach.knows(self.state.site, request.method, request.path)
        return self._router(request) if known else _no_path(request)

    def _hear(self, event: Event) -> None:
        if self.state.webhooks.hooks:
            self.state.webhooks.hear(event)

    def _inside(self, request: Request) -> Request | None:
        """The request as the site itself sees it, without the prefix it came under; None outside of it."""
        site, path = self.state.site, protocol.tidied(request.path)
        if not site.is_cloud:
            if not path.startswith(f"{site.context_path}/"):
                return None
            return replace(request, path=path.removeprefix(site.context_path))
        gateway = f"/ex/jira/{site.cloud_id}"
        if path.startswith(f"{gateway}/"):
            headers = {**request.headers, "x-through-gateway": "true"}
            return replace(request, path=path.removeprefix(gateway), headers=headers)
        if request.headers.get("x-through-gateway"):
            kept = {name: value for name, value in request.headers.items() if name != "x-through-gateway"}
            return replace(request, path=path, headers=kept)
        return replace(request, path=path)

    def _add(self, method: str, template: str, handler: VisitHandler) -> None:
        def handle(request: Request, version: str = "2", **parameters: str) -> Response:
            gateway = "x-through-gateway" in request.headers
            login = identify(self.state, request, self.clock.now(), through_gateway=gateway)
            login = login or in_vain(self.state, request, through_gateway=gateway)
            if template.startswith(downloads.MEDIA) or template in oauth.PATHS:
                login = Login(nobody())
            if login is None:
                return _gateway_refusal("Unauthorized") if gateway else _told(unauthenticated(), _FAILED)
            if login.scopes is not None and not scopes.allows(request.method, request.path, login.scopes):
                return _gateway_refusal("Unauthorized; scope does not match")
            if not protocol.takes(request, cloud=self.state.site.is_cloud):
                return refuse(415, "Unsupported Media Type")
            if self._closed(request, login):
                answer = unauthenticated()
            else:
                shown = "2" if version == "latest" else version
                answer = self._visit(request, login, shown, handler, parameters)
            return _told(answer, _FAILED if login.refused else "")

        self._router.add(method, template, handle)

    def _closed(self, request: Request, login: Login) -> bool:
        """Whether the caller has to sign in first."""
        somebody = login.user.account_id or not self.state.site.is_cloud
        return not (somebody or anonymous.served(request.method, request.path))

    def _visit(
        self, request: Request, login: Login, version: str, handler: VisitHandler, parameters: dict[str, str]
    ) -> Response:
        limits, now = self.state.limits, self.clock.now()
        if self.state.site.is_cloud:
            verdict = limits.admit(request.method, request.path, now, by_app=login.by_app)
        else:
            verdict = limits.admit_to_server(login.user.account_id, now)
        if verdict.refused:
            answer = refuse(429, "Rate limit exceeded.")
        else:
            visit = Visit(self.state, login.user, now, request, version, login.by_app)
            try:
                answer = handler(visit, **parameters)
            except Refusal as refusal:
                answer = refusal.response
            if verdict.headers:
                limits.spend(_points(request, answer), by_app=login.by_app)
        answer.headers.update(verdict.headers)
        if login.user.account_id:
            name = "X-AAccountId" if self.state.site.is_cloud else "X-AUSERNAME"
            answer.headers[name] = login.user.account_id if self.state.site.is_cloud else login.user.login
            if not self.state.site.is_cloud:
                answer.headers["X-Seraph-LoginReason"] = "OK"
        return answer


def _points(request: Request, answer: Response) -> int:
    """One, and for reads one more for each object shown."""
    if request.method not in ("GET", "POST") or not answer.body.startswith((b"{", b"[")):
        return 1
    shown = json.loads(answer.body)
    if isinstance(shown, list):
        return 1 + len(shown)
    found = next((shown[name] for name in _LISTS if isinstance(shown.get(name), list)), None)
    return 2 if found is None else 1 + len(found)


def _told(answer: Response, reason: str) -> Response:
    """The answer with what became of the credentials; "" where there is nothing to say."""
    if reason:
        answer.headers["X-Seraph-LoginReason"] = reason
    return answer


def _gateway_refusal(message: str) -> Response:
    return Response.json({"code": 401, "message": message}, 401)


def _no_path(request: Request) -> Response:
    return refuse(404, f"null for uri: {request.path}")


def _no_method(_request: Request) -> Response:
    return refuse(405, "Method Not Allowed")
