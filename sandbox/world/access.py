"""An access token chosen by a person instead of made by the server: good from the start, as long as any other."""

from __future__ import annotations

from dataclasses import replace

from sandbox.http import Application, Request, Response
from sandbox.quickbooks.tokens import TokenStore


def with_access_token(application: Application, tokens: TokenStore, realm: str, chosen: str) -> Application:
    """`application` that takes `chosen` for a token granted now for `realm`; it expires as that one does."""
    granted = tokens.connect(realm).access_token

    def entrance(request: Request) -> Response:
        kind, _, token = request.headers.get("authorization", "").partition(" ")
        if kind.lower() == "bearer" and token.strip() == chosen:
            request = replace(request, headers={**request.headers, "authorization": f"Bearer {granted}"})
        return application(request)

    return entrance
