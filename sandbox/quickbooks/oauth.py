"""The authorization server's wire: discovery, consent that approves itself, token, revocation."""

from __future__ import annotations

import base64
import binascii
import hmac
from urllib.parse import parse_qs, urlencode

from sandbox.http import Request, Response, Router
from sandbox.quickbooks.state import QuickBooksState
from sandbox.quickbooks.tokens import Grant

_SCOPE = "com.intuit.quickbooks.accounting"


def add_oauth_routes(router: Router, state: QuickBooksState) -> None:
    """Let `router` answer the OAuth endpoints of `state`, all on one host."""
    server = _AuthorizationServer(state)
    for name in ("openid_configuration", "openid_sandbox_configuration"):
        router.add("GET", f"/.well-known/{name}", server.discovery)
    router.add("GET", "/connect/oauth2", server.authorize)
    router.add("POST", "/oauth2/v1/tokens/bearer", server.token)
    router.add("POST", "/v2/oauth2/tokens/revoke", server.revoke)


class _AuthorizationServer:
    def __init__(self, state: QuickBooksState) -> None:
        self._state = state
        self._tokens = state.tokens

    def discovery(self, request: Request) -> Response:
        base = f"http://{request.headers.get('host', '127.0.0.1')}"
        return Response.json(
            {
                "issuer": f"{base}/op/v1",
                "authorization_endpoint": f"{base}/connect/oauth2",
                "token_endpoint": f"{base}/oauth2/v1/tokens/bearer",
                "userinfo_endpoint": f"{base}/v1/openid_connect/userinfo",
                "revocation_endpoint": f"{base}/v2/oauth2/tokens/revoke",
                "jwks_uri": f"{base}/op/v1/jwks",
                "response_types_supported": ["code"],
                "scopes_supported": ["openid", _SCOPE],
                "token_endpoint_auth_methods_supported": ["client_secret_post", "client_secret_basic"],
            }
        )

    def authorize(self, request: Request) -> Response:
        """Approve at once, for the first company or the one named by the sandbox's own argument `realm`."""
        back = request.arg("redirect_uri")
        realm = request.arg("realm") or next(iter(self._state.companies), "")
        if request.arg("client_id") != self._tokens.client_id or not back or not realm:
            return Response.text("invalid_request", 400)
        answer = {"code": self._tokens.authorize(realm), "state": request.arg("state"), "realmId": realm}
        joint = "&" if "?" in back else "?"
        return Response(302, headers={"Location": back + joint + urlencode(answer)})

    def token(self, request: Request) -> Response:
        form = {name: values[0] for name, values in parse_qs(request.body.decode("utf-8", "replace")).items()}
        if not self._is_client(request, form):
            return Response.json({"error": "invalid_client"}, 401)
        kind = form.get("grant_type")
        if kind not in ("refresh_token", "authorization_code"):
            return Response.json({"error": "unsupported_grant_type"}, 400)
        if kind == "refresh_token":
            grant = self._tokens.refresh(form.get("refresh_token", ""))
        else:
            grant = self._tokens.exchange(form.get("code", ""))
        return _invalid_grant() if grant is None else self._granted(grant)

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

    def _granted(self, grant: Grant) -> Response:
        behaviour = self._state.behaviour
        return Response.json(
            {
                "token_type": "bearer",
                "access_token": grant.access_token,
                "expires_in": int(behaviour.access_lifetime.total_seconds()),
                "refresh_token": grant.refresh_token,
                "x_refresh_token_expires_in": int(behaviour.refresh_lifetime.total_seconds()),
            }
        )

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


def _invalid_grant() -> Response:
    description = "Incorrect or invalid refresh token"
    return Response.json({"error": "invalid_grant", "error_description": description}, 400)
