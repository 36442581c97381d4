"""Request ids: the answers a company gave to writes, replayed byte for byte when the same id comes again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sandbox.http import Request, Response
from sandbox.quickbooks import refusals
from sandbox.quickbooks.behaviour import Behaviour

_LIMIT = 50


@dataclass(frozen=True, slots=True)
class _Remembered:
    fingerprint: bytes
    answered_at: datetime
    response: Response


class Replays:
    """The request ids of one company. Call it under the company's lock."""

    def __init__(self, behaviour: Behaviour) -> None:
        self._behaviour = behaviour
        self._remembered: dict[str, _Remembered] = {}

    def answer(self, request: Request, now: datetime, execute: Callable[[], Response]) -> Response:
        """The stored answer when the request's `requestid` is known and still fresh, else a new one.

        Raises Refusal 600 where the knobs say so, 2050 for an id that is too long.
        """
        request_id = request.arg("requestid")
        if not request_id or not self._behaviour.requestid_honoured:
            return execute()
        if len(request_id) > _LIMIT:
            raise refusals.too_long("requestid", len(request_id), _LIMIT)
        fingerprint = _fingerprint(request)
        self._forget_expired(now)
        known = self._remembered.get(request_id)
        mode = "execute" if known is None else self._mode(known.fingerprint == fingerprint)
        if known is not None and mode == "replay":
            return _copy(known.response)
        if mode == "fault":
            raise refusals.duplicate_request(request_id)
        response = execute()
        if response.status == 200 or self._behaviour.requestid_keeps_faults:
            self._remembered.pop(request_id, None)  # so that the oldest stays in front
            self._remembered[request_id] = _Remembered(fingerprint, now, _copy(response))
        return response

    def __len__(self) -> int:
        """How many answers are remembered."""
        return len(self._remembered)

    def _forget_expired(self, now: datetime) -> None:
        """Drop what is older than the window; the oldest stand in front, so this looks at no more."""
        window = self._behaviour.requestid_window
        while window is not None and self._remembered:
            oldest = next(iter(self._remembered))
            if now - self._remembered[oldest].answered_at < window:
                return
            del self._remembered[oldest]

    def _mode(self, same: bool) -> str:  # noqa: FBT001  a private yes or no
        return self._behaviour.requestid_repeat if same else self._behaviour.requestid_changed_body


def _fingerprint(request: Request) -> bytes:
    rest = [pair for pair in request.query if pair[0] != "requestid"]
    return hashlib.sha256(f"{request.path}\0{sorted(rest)}\0".encode() + request.body).digest()


def _copy(response: Response) -> Response:
    return Response(response.status, response.body, dict(response.headers))
