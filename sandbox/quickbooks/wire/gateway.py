"""What the gateway in front of the service says: login, limits and outages, in JSON, XML or HTML."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from xml.sax.saxutils import escape, quoteattr

from sandbox.http import Response
from sandbox.quickbooks.wire.answers import answer
from sandbox.quickbooks.wire.xml_types import NAMESPACE

_UNAUTHORIZED = 401
_CHALLENGE = 'Bearer realm="Intuit", error="invalid_token"'


@dataclass(frozen=True, slots=True)
class GatewayFault:
    """One refusal of the gateway: HTTP status, fault type, code, message and detail."""

    status: int
    kind: str
    code: str
    message: str
    detail: str

    def as_json(self, now: datetime, *, lower_case: bool = True) -> Response:
        """With a lower-case `fault` among empty members, or the plain `Fault` of the service."""
        if not lower_case:
            error = {"Message": self.message, "Detail": self.detail, "code": self.code}
            body = {"Fault": {"Error": [error], "type": self.kind}, "time": now.isoformat()}
            return self._challenging(answer(body, self.status))
        error_body = {"message": self.message, "detail": self.detail, "code": self.code, "element": None}
        told = answer(
            {
                "warnings": None,
                "intuitObject": None,
                "fault": {"error": [error_body], "type": self.kind},
                "report": None,
                "queryResponse": None,
                "batchItemResponse": [],
                "attachableResponse": [],
                "syncErrorResponse": None,
                "requestId": None,
                "time": int(now.timestamp() * 1000),
                "status": None,
                "cdcresponse": [],
            },
            self.status,
        )
        return self._challenging(told)

    def as_xml(self, now: datetime) -> Response:
        """As XML, which the gateway also sends to clients that asked for JSON."""
        text = (
            '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
            f'<IntuitResponse time={quoteattr(now.isoformat(timespec="milliseconds"))} xmlns="{NAMESPACE}">'
            f"<Fault type={quoteattr(self.kind)}><Error code={quoteattr(self.code)}>"
            f"<Message>{escape(self.message)}</Message><Detail>{escape(self.detail)}</Detail>"
            "</Error></Fault></IntuitResponse>"
        )
        return self._challenging(Response.text(text, self.status, "application/xml"))

    def _challenging(self, response: Response) -> Response:
        if self.status == _UNAUTHORIZED:
            response.headers["WWW-Authenticate"] = _CHALLENGE
        return response


def unauthenticated() -> GatewayFault:
    """401, code 3200: no token, a strange one, or one that is over."""
    return GatewayFault(
        401,
        "AUTHENTICATION",
        "3200",
        "message=AuthenticationFailed; errorCode=003200; statusCode=401",
        "Malformed bearer token: token is missing, unknown or expired",
    )


def unauthorized() -> GatewayFault:
    """403, code 3100: a token of another company or host."""
    return GatewayFault(
        403,
        "AUTHORIZATION",
        "3100",
        "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
        "The token does not belong to this company",
    )


def scope_missing() -> GatewayFault:
    """403, code 3100: a token without the accounting scope."""
    return GatewayFault(
        403,
        "AUTHORIZATION",
        "3100",
        "message=AuthorizationFailed; errorCode=003100; statusCode=403",
        "Token validation failed: insufficient scope",
    )


def throttled() -> GatewayFault:
    """429, code 3001: a limit is reached."""
    return GatewayFault(
        429,
        "SERVICE",
        "3001",
        "message=ThrottleExceeded; errorCode=003001; statusCode=429",
        "The request limit was reached. Try again later",
    )


def allowance_used_up() -> GatewayFault:
    """403: the app's metered reads of the month are used up. How the service words it is unverified."""
    return GatewayFault(
        403,
        "AUTHORIZATION",
        "3100",
        "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
        "The monthly allowance of data-out calls is used up; reads are blocked until next month",
    )


_BARRIERS = {
    "100": "General Authentication Error",
    "110": "OAuth authentication failed",
    "120": "Authorization Failure: [QBO-11014] You do not have access to this company",
    "130": "Accessing Wrong Cluster",
    "140": "Company locked",
    "150": "Company is under maintenance. Try again later",
}


def barred(code: str) -> GatewayFault:
    """401 with one of the older codes (100 to 150), which always comes as XML."""
    return GatewayFault(401, "AuthenticationFault", code, _BARRIERS[code], "")


def failing(status: int = 500) -> Response:
    """An outage as the load balancer shows it: HTML, status 500 or 503."""
    phrase = {500: "Internal Server Error", 502: "Bad Gateway", 503: "Service Unavailable"}[status]
    page = f"<html><head><title>{status} {phrase}</title></head><body><h1>{phrase}</h1></body></html>"
    return Response.text(page, status, "text/html")
