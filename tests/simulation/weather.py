"""What can go wrong on the way to a service and back: every kind by name, and what of it the service sees."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace

import requests
from urllib3.exceptions import NewConnectionError

from sandbox import faults
from sandbox.faults import Fault
from sandbox.messages import Application, Request, Response

#: Seconds: longer than any deadline, shorter than the service's own limit of 120 s and what settling waits for.
_LATE = 45.0
_TIMEOUT = 130.0


@dataclass(frozen=True, slots=True)
class Weather:
    """One kind. `fault` stands between wire and service; `unsent` ends the request before its first byte;
    `later` seconds pass before the service does its work, for which nobody waits; `takes` seconds pass meanwhile."""

    fault: Fault | None = None
    unsent: Callable[[], requests.RequestException] | None = None
    later: float = 0.0
    takes: float = 0.0


def _refusing(code: str, message: str, kind: str, *, member: str = "Fault") -> str:
    error = {"Message": message, "Detail": message, "code": code}
    if member == "fault":
        error = {"message": message, "detail": message, "code": code}
    return json.dumps({member: {"Error" if member == "Fault" else "error": [error], "type": kind}})


def _fault(status: int, body: str, headers: Mapping[str, str] | None = None) -> Fault:
    return faults.answer(status, body, {"Content-Type": "application/json", **(headers or {})})


def _unreachable() -> requests.RequestException:
    return requests.ConnectionError(NewConnectionError(None, "refused"))  # type: ignore[arg-type]  # no pool here


def _throttled_until(request: Request, _ask: Application) -> Response:
    """Retry-After as a date, two minutes on from the server's own."""
    date = "Mon, 02 Mar 2026 15:00:00 GMT"
    until = "Mon, 02 Mar 2026 15:02:00 GMT"
    return Response(429, b"", {"Retry-After": until, "Date": date})


def _twice(request: Request, ask: Application) -> Response:
    return faults.delivered_twice()(request, ask)


def _without_id(request: Request, ask: Application) -> Response:
    return faults.without_argument("requestid")(request, ask)


_WITH_EFFECT = _refusing("6000", "Unexpected Internal Error (-30003)", "ValidationFault")
_EXPIRED = _refusing(
    "3200", "message=AuthenticationFailed; errorCode=003200", "AUTHENTICATION", member="fault"
)
_FORBIDDEN = _refusing("3100", "message=ApplicationAuthorizationFailed", "AuthorizationFault", member="fault")
_TOO_MANY = _refusing("3001", "message=ThrottleExceeded; errorCode=003001", "THROTTLE", member="fault")
_REDIRECT = faults.redirected("http://evil.example/v3")

WEATHER: Mapping[str, Weather] = {
    "refused": Weather(unsent=_unreachable),
    "connect timeout": Weather(unsent=requests.ConnectTimeout, takes=10.0),
    "lost before": Weather(faults.hanging_before(_TIMEOUT), takes=_TIMEOUT),
    "lost after": Weather(faults.hanging_after(_TIMEOUT), takes=_TIMEOUT),
    "done late": Weather(faults.reset_before(), later=100.0),
    "reset before": Weather(faults.reset_before()),
    "reset after": Weather(faults.reset_after()),
    "cut off": Weather(faults.cut_off()),
    "truncated": Weather(faults.truncated_body()),
    "empty": Weather(faults.empty_answer()),
    "wrong object": Weather(faults.wrong_object()),
    "gateway": Weather(faults.bad_gateway()),
    "maintenance page": Weather(faults.html_page()),
    "unavailable": Weather(faults.answer(503, b"", {"Retry-After": "30"})),
    "fails with effect": Weather(faults.failing_after()),
    "fault with effect": Weather(
        faults.answer_after(400, _WITH_EFFECT, {"Content-Type": "application/json"})
    ),
    "expired": Weather(_fault(401, _EXPIRED)),
    "forbidden": Weather(_fault(403, _FORBIDDEN)),
    "throttled": Weather(_fault(429, _TOO_MANY, {"Retry-After": "30"})),
    "throttled silently": Weather(faults.too_many_requests()),
    "throttled until": Weather(_throttled_until),
    "slow": Weather(faults.delayed(_LATE), takes=_LATE),
    "delivered twice": Weather(_twice),
    "requestid ignored": Weather(_without_id),
    "page shifted": Weather(faults.shifted_page()),
    "token repeated": Weather(faults.repeated_token()),
    "redirected": Weather(_REDIRECT),
}
KINDS = tuple(WEATHER)
#: After these a write may have happened, and nobody was told.
DARK = tuple(
    "lost before, lost after, done late, reset before, reset after, cut off, truncated, empty, wrong object,"
    "gateway, fails with effect, fault with effect, requestid ignored".replace(", ", ",").split(",")
)


class Remembered:
    """Answers as they were given not long ago: what a cache on the way may still show. `window` in seconds."""

    def __init__(self, window: float) -> None:
        self._window = window
        self._given: dict[tuple[object, ...], tuple[float, Response]] = {}

    def answer(self, request: Request, ask: Application, at: float) -> Response:
        """The same answer as before, while it is fresh."""
        asked = (request.method, request.path, request.query, request.body)
        known = self._given.get(asked)
        if known is not None and at - known[0] <= self._window:
            return replace(known[1], headers=dict(known[1].headers))
        response = ask(request)
        self._given[asked] = (at, response)
        return response
