"""The twin as one application: login, the right company, limits, request ids, metering, routes."""

from __future__ import annotations

import itertools
from collections.abc import Callable
from dataclasses import replace
from email.utils import format_datetime

from sandbox.clock import Clock
from sandbox.http import Request, Response, Router
from sandbox.quickbooks.refusals import Refusal, subscription_ended
from sandbox.quickbooks.state import Company, QuickBooksState
from sandbox.quickbooks.tokens import ACCOUNTING
from sandbox.quickbooks.wire import api, attachments, entitlements, gateway, taxclasses
from sandbox.quickbooks.wire.answers import answer, fault, parse
from sandbox.quickbooks.wire.batch import batch
from sandbox.quickbooks.wire.filelinks import FILES, links_below
from sandbox.quickbooks.wire.oauth import add_oauth_routes
from sandbox.quickbooks.wire.operations import unknown_operation
from sandbox.quickbooks.wire.xml_form import from_xml, to_xml

_Endpoint = Callable[..., Response]
_BASE = "/v3/company/{realm}"
_UNCACHED = {"Cache-Control": "max-age=0, no-cache, no-store, must-revalidate, private", "Expires": "0"}


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
            ("GET", "/exchangerate", api.exchange_rate),
            ("GET", "/query", api.query),
            ("POST", "/query", api.query),
            ("GET", "/cdc", api.change_feed),
            ("POST", "/batch", batch),
            ("GET", "/reports/{name}", api.report),
            ("POST", "/taxservice/taxcode", api.tax_code),
            ("GET", "/taxclassification", taxclasses.all_classes),
            ("GET", "/taxclassification/{class_id}", taxclasses.one_class),
            ("GET", "/taxclassification/{parent_id}/children", taxclasses.children),
            ("POST", "/upload", attachments.upload),
            ("GET", "/download/{row_id}", attachments.download),
            ("GET", "/attachable-thumbnail/{row_id}", attachments.thumbnail),
            ("POST", "/{entity}/{row_id}/send", api.send),
            ("GET", "/{entity}/{row_id}/pdf", api.pdf),
            ("GET", "/{entity}/{row_id}", api.read_one),
            ("POST", "/{entity}", api.write),
        ):
            self._router.add(method, _BASE + path, self._guarded(endpoint))
        for method in ("GET", "POST", "PUT", "DELETE", "PATCH"):
            self._router.add(method, _BASE + "/{rest:.*}", self._guarded(_unknown))
        self._router.add("GET", entitlements.PATH, self._guarded(entitlements.entitlements))
        self._router.add("GET", FILES, attachments.file_route(state))

    def __call__(self, request: Request) -> Response:
        response = self._router(replace(request, announced=self.state.base_url))
        response.headers = _UNCACHED | response.headers
        trace = f"1-{next(self._trace):08x}-milepostsandbox"
        response.headers |= {
            "Date": format_datetime(self._clock.now().replace(microsecond=0), usegmt=True),
            "intuit_tid": request.headers.get("intuit_tid") or trace,
            "QBO-Version": "1944.120",
        }
        return response

    def _guarded(self, endpoint: _Endpoint) -> _Endpoint:
        """`endpoint` behind login and limits; it gets the company, locked, in place of the realm's id."""

        def guarded(request: Request, realm: str, **parameters: str) -> Response:
            company = self.state.companies.get(realm)
            refused = self._refused(request, realm, company)
            if refused is not None:
                return self._as_asked(request, refused)
            assert company is not None  # noqa: S101  an unknown realm is refused
            is_batch = request.path.casefold().endswith("/batch")
            if not company.throttle.enter(self._clock.now(), batch=is_batch):
                response = self._as_asked(request, gateway.throttled())
                wait = self.state.behaviour.retry_after
                response.headers |= {} if wait is None else {"Retry-After": str(wait)}
                return response
            try:
                with company.lock, links_below(request.base_url):
                    return self._spoken(company, request, endpoint, parameters)
            finally:
                company.throttle.leave()

        return guarded

    def _refused(self, request: Request, realm: str, company: Company | None) -> gateway.GatewayFault | None:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        allowed = self.state.tokens.realm_of(token) if kind.lower() == "bearer" else None
        if allowed is None:
            return gateway.unauthenticated()
        if allowed != realm or company is None:
            return gateway.unauthorized()
        if ACCOUNTING not in self.state.tokens.scopes_of(token):
            return gateway.scope_missing()
        if company.barrier is not None:
            return gateway.barred(company.barrier)
        allowance = self.state.behaviour.monthly_reads
        if allowance is not None and not _is_write(request) and self.state.reads_this_month() >= allowance:
            return gateway.allowance_used_up()
        return None

    def _as_asked(self, request: Request, refused: gateway.GatewayFault) -> Response:
        now = self._clock.now()
        if self._wants_xml(request) or refused.kind == "AuthenticationFault":
            return refused.as_xml(now)
        return refused.as_json(now, lower_case=self.state.behaviour.lower_case_faults)

    def _wants_xml(self, request: Request) -> bool:
        """By what the client accepts; where that names neither form, by what it sends, or by the knob."""
        named = f"{request.arg('format')} {request.headers.get('accept', '')}".casefold()
        if "json" not in named and "xml" not in named:
            plain = self.state.behaviour.plain_format
            named = request.headers.get("content-type", "") if plain == "request" else plain
        return "json" not in named

    def _spoken(
        self, company: Company, request: Request, endpoint: _Endpoint, parameters: dict[str, str]
    ) -> Response:
        """The endpoint's answer in the language of the request."""

        def execute() -> Response:
            return endpoint(company, _in_json(request), **parameters)

        response = _answered(company, request, execute)
        is_json = response.headers.get("Content-Type", "").startswith("application/json")
        if not (is_json and self._wants_xml(request)):
            return response
        body = to_xml(parse(response.body))
        return replace(
            response, body=body, headers={**response.headers, "Content-Type": "application/xml;charset=UTF-8"}
        )


def _in_json(request: Request) -> Request:
    """The request with an XML body put into JSON; any other as it is."""
    if "xml" not in request.headers.get("content-type", "") or not request.body.lstrip().startswith(b"<"):
        return request
    return replace(request, body=answer(from_xml(request.body)).body)


def _is_write(request: Request) -> bool:
    return request.method != "GET" and not request.path.casefold().endswith("/query")


def _answered(company: Company, request: Request, execute: Callable[[], Response]) -> Response:
    """The endpoint's answer or its refusal as a fault, replayed for a known request id, and metered."""

    is_write = _is_write(request)

    def settled() -> Response:
        try:
            readable = company.behaviour.ended_subscription == "read_only" and not is_write
            if not (company.subscribed or readable):
                raise subscription_ended()
            return execute()
        except Refusal as refusal:
            return fault(company, refusal)

    if not is_write:
        response = settled()
    else:
        try:
            response = company.replays.answer(request, company.clock.now(), settled)
        except Refusal as refusal:
            response = fault(company, refusal)
    if response.status == 200 and not request.path.casefold().endswith("/batch"):
        month = company.clock.now().strftime("%Y-%m")
        company.meter.count(month, reads=not is_write, writes=is_write)
    return response


def _unknown(_company: Company, _request: Request, rest: str) -> Response:
    raise unknown_operation(rest)


def _nothing_here(_request: Request) -> Response:
    return Response.text(
        "<html><body><h1>Not Found</h1><p>This is a sandbox of QuickBooks.</p></body></html>",
        404,
        "text/html",
    )
