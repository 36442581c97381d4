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
from sandbox.jira.wire import routes, search
from sandbox.jira.wire.errors import Refusal, refuse, unauthenticated
from sandbox.jira.wire.visit import Visit

VisitHandler = Callable[..., Response]


class JiraApp:
    """A Jira Cloud site over `state`, at the time of `clock`. Callable in process, and by many threads."""

    def __init__(self, state: JiraState, clock: Clock) -> None:
        self.state = state
        self.clock = clock
        self._router = Router(_no_path, _no_method)
        for method, template, handler in routes.every(search.Walks()):
            self._add(method, template, handler)

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
            version = "2" if version == "latest" else version
            visit = Visit(self.state, user, self.clock.now(), request, version)
            try:
                answer = handler(visit, **parameters)
            except Refusal as refusal:
                answer = refusal.response
            if user.account_id:
                answer.headers["X-AAccountId"] = user.account_id
            return answer

        self._router.add(method, template, handle)


def _no_path(request: Request) -> Response:
    return refuse(404, f"null for uri: {request.path}")


def _no_method(_request: Request) -> Response:
    return refuse(405, "Method Not Allowed")
