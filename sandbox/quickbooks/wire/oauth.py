"""The authorization server's wire: discovery, consent, tokens, revocation, the person behind a token."""

from __future__ import annotations

import base64
import binascii
import hmac
from html import escape
from urllib.parse import parse_qs, parse_qsl, urlencode

from sandbox.http import Request, Response, Router
from sandbox.quickbooks.state import QuickBooksState
from sandbox.quickbooks.tokens import ACCOUNTING, Grant
from sandbox.quickbooks.wire import openid

_VENDORS_DOMAIN = ".intuit.com"
_VENDORS_BASES = {
    name: f"https://{name}{_VENDORS_DOMAIN}"
    for name in ("appcenter", "oauth.platform", "sandbox-accounts.platform", "developer.api")
}

_GUARDED = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cache-Control": "no-store",
    "X-Frame-Options": "DENY",
}


def add_oauth_routes(router: Router, state: QuickBooksState) -> None:
    """Let `router` answer the OAuth endpoints of `state`, all on one host."""
    server = _AuthorizationServer(state)
    for name in ("openid_configuration", "openid_sandbox_configuration"):
        for path in (
            f"/.well-known/{name}",
            f"/.well-known/{name}/",
        ):  # the vendor's own clients end in a slash
            router.add("GET", path, server.discovery)
    router.add("GET", "/op/v1/jwks", lambda _request: Response.json(openid.keys()))
    router.add("GET", "/connect/oauth2", server.authorize)
    router.add("POST", "/connect/oauth2", server.decide)
    router.add("GET", "/v1/openid_connect/userinfo", server.userinfo)
    router.add("POST", "/oauth2/v1/tokens/bearer", server.token)
    router.add("POST", "/v2/oauth2/tokens/revoke", server.revoke)


class _AuthorizationServer:
    def __init__(self, state: QuickBooksState) -> None:
        self._state = state
        self._tokens = state.tokens

    def discovery(self, request: Request) -> Response:
        """Where everything is: here, or at the vendor's own hosts when the request came through one of them."""
        host = request.headers.get("host", "").partition(":")[0]
        masked = not request.announced and host.endswith(_VENDORS_DOMAIN)
        bases = _VENDORS_BASES if masked else dict.fromkeys(_VENDORS_BASES, request.base_url)
        return Response.json(
            {
                "issuer": openid.ISSUER,
                "authorization_endpoint": f"{bases['appcenter']}/connect/oauth2",
                "token_endpoint": f"{bases['oauth.platform']}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{bases['sandbox-accounts.platform']}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{bases['developer.api']}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{bases['oauth.platform']}/op/v1/jwks",
                "response_types_supported": ["code"],
                "subject_types_supported": ["public"],
                "id_token_signing_alg_values_supported": ["RS256"],
                "scopes_supported": ["openid", "email", "profile", "address", "phone"],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
                "claims_supported": ["aud", "exp", "iat", "iss", "realmid", "sub"],
            }
        )

    def authorize(self, request: Request) -> Response:
        """Approve at once for the first company, or the one named by the sandbox's own argument `realm`.

        With the knob `consent` it is a page on which a person picks a company and agrees or not.
        """
        problem = self._problem(request)
        if problem is not None:
            return problem
        if self._state.behaviour.consent == "page":
            return Response.text(self._page(request), kind="text/html", headers=_GUARDED)
        realm = request.arg("realm") or next(iter(self._state.companies), "")
        return self._approved(request, realm)

    def decide(self, request: Request) -> Response:
        """What the person chose on the page."""
        problem = self._problem(request)
        if problem is not None:
            return problem
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        if form.get("decision") != "connect":
            return _back(request, {"error": "access_denied", "state": request.arg("state")})
        return self._approved(request, form.get("realm", ""))

    def _problem(self, request: Request) -> Response | None:
        expected = {"client_id": self._tokens.client_id, "response_type": "code"}
        for name, value in expected.items():
            if request.arg(name, value if name == "response_type" else "") != value:
                return Response.text(f"invalid_request: {name}", 400)
        if not request.arg("redirect_uri") or not self._state.companies:
            return Response.text("invalid_request: redirect_uri", 400)
        return None

    def _approved(self, request: Request, realm: str) -> Response:
        if realm not in self._state.companies:
            return Response.text("invalid_request: realm", 400)
        scopes = frozenset(request.arg("scope").split())
        code = self._tokens.authorize(realm, request.arg("redirect_uri"), scopes)
        company = {"realmId": realm} if ACCOUNTING in scopes else {}
        return _back(request, {"code": code, "state": request.arg("state"), **company})

    def _page(self, request: Request) -> str:
        names = {realm: company.info.body["CompanyName"] for realm, company in self._state.companies.items()}
        options = "".join(
            f'<option value="{escape(realm)}">{escape(name)}</option>' for realm, name in names.items()
        )
        return (
            '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
            '<meta name="viewport" content="width=device-width, initial-scale=1">'
            "<title>Connect · QuickBooks sandbox</title>"
            '<link rel="stylesheet" href="/sandbox/style.css"></head><body>'
            '<p class="banner">This is a sandbox of QuickBooks: no real account is involved.</p>'
            '<main class="consent"><h1>Connect an app to a company</h1>'
            f'<form method="post" action="?{escape(urlencode(request.query))}">'
            f'<label><span>Company</span><select name="realm">{options}</select></label>'
            '<button name="decision" value="connect">Connect</button>'
            '<button class="plain" name="decision" value="cancel">No thanks</button></form></main></body></html>'
        )

    def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        if not self._is_client(request, form):
            return Response.json({"error": "invalid_client"}, 401)
        kind = form.get("grant_type")
        if kind not in ("refresh_token", "authorization_code"):
            return Response.json({"error": "unsupported_grant_type" if kind else "invalid_request"}, 400)
        if kind == "refresh_token":
            grant = self._tokens.refresh(form.get("refresh_token", ""))
        else:
            grant = self._tokens.exchange(form.get("code", ""), form.get("redirect_uri", ""))
        if grant is None:
            return self._invalid_grant(form)
        wants_end = request.headers.get("x-include-refresh-token-hard-expires-in", "") == "true"
        answer = self._granted(grant, wants_end=wants_end)
        if kind == "authorization_code" and "openid" in grant.scopes:
            now = self._state.clock.now()
            answer["id_token"] = openid.identity_token(self._tokens.client_id, grant.realm, now)
        return Response.json(answer, headers={"Cache-Control": "no-cache, no-store"})

    def userinfo(self, request: Request) -> Response:
        """The person behind an access token, as OpenID Connect shows it."""
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() != "bearer" or self._tokens.realm_of(token) is None:
            return Response.json({"error": "invalid_token"}, 401)
        return Response.json(openid.person(self._tokens.scopes_of(token)))

    def revoke(self, request: Request) -> Response:
        if not self._is_client(request, {}):
            return Response.json({"error": "invalid_client"}, 401)
        try:
            value = request.json()["token"]
        except (ValueError, KeyError, TypeError):
            form = parse_qs(request.body.decode("utf-8", "replace"))
            value = form.get("token", [""])[0]
        return (
            Response(200)
            if self._tokens.revoke(str(value))
            else Response.json({"error": "invalid_token"}, 400)
        )

    def _granted(self, grant: Grant, *, wants_end: bool) -> dict[str, str | int]:
        behaviour = self._state.behaviour
        body: dict[str, str | int] = {
            "token_type": "bearer",
            "access_token": grant.access_token,
            "expires_in": int(behaviour.access_lifetime.total_seconds()),
            "refresh_token": grant.refresh_token,
            "x_refresh_token_expires_in": int(behaviour.refresh_lifetime.total_seconds()),
        }
        end = self._tokens.hard_expiry(grant.refresh_token)
        if wants_end and end is not None:
            left = end - self._state.clock.now()
            body["x_refresh_token_hard_expires_in"] = int(left.total_seconds())
        return body

    def _invalid_grant(self, form: dict[str, str]) -> Response:
        """Of its own refresh values that are over the server says no more than that."""
        description = "Incorrect or invalid authorization code"
        if form.get("grant_type") == "refresh_token":
            description = self._tokens.complaint(form.get("refresh_token", ""))
        told = {"error_description": description} if description else {}
        return Response.json({**told, "error": "invalid_grant"}, 400)

    def _is_client(self, request: Request, form: dict[str, str]) -> bool:
        """By HTTP Basic, or by form fields as some clients do."""
        kind, _, encoded = request.headers.get("authorization", "").partition(" ")
        given = f"{form.get('client_id', '')}:{form.get('client_secret', '')}"
        if kind.lower() == "basic":
            try:
                given = base64.b64decode(encoded, validate=True).decode()
            except (binascii.Error, UnicodeDecodeError):
                return False
        expected = f"{self._tokens.client_id}:{self._tokens.client_secret}"
        return hmac.compare_digest(given.encode(), expected.encode())


def _back(request: Request, answer: dict[str, str]) -> Response:
    where = request.arg("redirect_uri")
    joint = "&" if "?" in where else "?"
    return Response(302, headers={"Location": where + joint + urlencode(answer)})
