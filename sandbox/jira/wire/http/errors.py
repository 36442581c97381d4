"""Refusals in Jira's shape: an error collection, or the plain text of a failed login."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sandbox.http import Response

REMOVED = (
    "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API. A full migration "
    "guideline is available at https://developer.atlassian.com/changelog/#CHANGE-2046"
)
BAD_PAYLOAD = "Invalid request payload. Refer to the REST API documentation and try again."


class Refusal(Exception):
    """A request answered with an error; raised anywhere in a handler."""

    def __init__(self, status: int, *messages: str, fields: Mapping[str, str] | None = None) -> None:
        super().__init__(*messages)
        self.errors: dict[str, Any] = {"errorMessages": list(messages), "errors": dict(fields or {})}
        self.response = refuse(status, *messages, fields=fields)


def refuse(status: int, *messages: str, fields: Mapping[str, str] | None = None) -> Response:
    """An ErrorCollection."""
    return Response.json({"errorMessages": list(messages), "errors": dict(fields or {})}, status)


def unauthenticated() -> Response:
    """The answer to whoever has to sign in: plain text (its wording is unverified)."""
    told = {"WWW-Authenticate": 'OAuth realm="sandbox"'}
    return Response.text("Client must be authenticated to access this resource.", 401, headers=told)
