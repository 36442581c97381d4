"""The twin as one application: login, the right company, subscription, request ids, metering, routes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from email.utils import format_datetime

from sandbox.clock import Clock
from sandbox.http import Request, Response, Router
from sandbox.quickbooks import api
from sandbox.quickbooks.oauth import add_oauth_routes
from sandbox.quickbooks.refusals import Refusal, subscription_ended
from sandbox.quickbooks.state import Company, QuickBooksState
from sandbox.quickbooks.wire import fault, gateway_fault

_Endpoint = Callable[..., Response]
_BASE = "/v3/company/{realm}"


class QuickBooksApp:
    """An Application over `state`: accounting API and authorization server on one host.

    `clock` is the one that `state` lives in; answers are dated by it.
    """

    def __init__(self, state: QuickBooksState, clock: Clock) -> None:
        self.state = state
        self._clock = clock
        self._trace = itertools.count(1)
        self._router = Router(_nothing_here, fold_case=True)
        add_oauth_routes(self._router, state)
        for method, path, endpoint in (
            ("GET", "/companyinfo/{info_id}", api.company_info),
            ("GET", "/preferences", api.preferences),
            ("GET", "/query", api.query),
            ("POST", "/query", api.query),
            ("GET", "/cdc", api.change_feed),
            ("POST", "/invoice/{row_id}/send", api.send),
            ("GET", "/{entity}/{row_id}", api.read_one),
            ("POST", "/{entity}", api.write),
        ):
            self._router.add(method, _BASE + path, self._guarded(endpoint))
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            self._router.add(method, _BASE + "/{rest:.*}", self._guarded(_unknown))

    def __call__(self, request: Request) -> Response:
        response = self._router(request)
        response.headers |= {
            "Date": format_datetime(self._clock.now().replace(microsecond=0), usegmt=True),
            "intuit_tid": f"1-{next(self._trace):08x}-milepostsandbox",
            "QBO-Version": "1944.120",
        }
        return response

    def _guarded(self, endpoint: _Endpoint) -> _Endpoint:
        """`endpoint` behind login; it gets the company, locked, in place of the realm's id."""

        def guarded(request: Request, realm: str, **parameters: str) -> Response:
            kind, _, token = request.headers.get("authorization", "").partition(" ")
            allowed = self.state.tokens.realm_of(token) if kind.lower() == "bearer" else None
            if allowed is None:
                return self._unauthenticated()
            if allowed != realm or realm not in self.state.companies:
                return self._unauthorized()
            company = self.state.companies[realm]
            with company.lock:
                return _answered(company, request, lambda: endpoint(company, request, **parameters))

        return guarded

    def _unauthenticated(self) -> Response:
        message = "message=AuthenticationFailed; errorCode=003200; statusCode=401"
        detail = "Malformed bearer token: token is missing, unknown or expired"
        return gateway_fault(401, "AUTHENTICATION", "3200", message, detail, self._milliseconds())

    def _unauthorized(self) -> Response:
        message = "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403"
        detail = "The token does not belong to this company"
        return gateway_fault(403, "AUTHORIZATION", "3100", message, detail, self._milliseconds())

    def _milliseconds(self) -> int:
        return int(self._clock.now().timestamp() * 1000)


def _answered(company: Company, request: Request, execute: Callable[[], Response]) -> Response:
    """The endpoint's answer or its refusal as a fault, replayed for a known request id, and metered."""

    def settled() -> Response:
        try:
            if not company.subscribed:
                raise subscription_ended()
            return execute()
        except Refusal as refusal:
            return fault(company, refusal)

    is_write = request.method != "GET" and not request.path.casefold().endswith("/query")
    if not is_write:
        response = settled()
    else:
        try:
            response = company.replays.answer(request, company.clock.now(), settled)
        except Refusal as refusal:
            response = fault(company, refusal)
    if response.status == 200:
        company.meter.count(is_write=is_write)
    return response


def _unknown(_company: Company, _request: Request, rest: str) -> Response:
    raise api.unknown_operation(rest)


def _nothing_here(_request: Request) -> Response:
    return Response.text("<html><body><h1>Not Found</h1></body></html>", 404, "text/html")
