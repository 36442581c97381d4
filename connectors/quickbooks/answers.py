"""Answers judged by status, headers and raw body: usable, or an error named by what to do about it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from connectors.errors import ConnectorError, Rejected, Stale, Transient, Unauthorized, Unknown
from connectors.quickbooks import figures
from connectors.quickbooks.faults import Recovery, errors_in, rule_for
from connectors.retry import retry_after_of

_MAINTENANCE_PAUSE = 300.0  # seconds
_NO_REFUSAL_OF_A_READ = frozenset({408, 425})
_TRACE_HEADER = "intuit_tid"


@dataclass(frozen=True, slots=True)
class Answer:
    """One answer as it came: status, headers (any case), raw body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def trace(self) -> str | None:
        """QuickBooks' own id of the request, for its support."""
        return self.headers.get(_TRACE_HEADER)


@dataclass(frozen=True, slots=True)
class Verdict:
    """What an unusable answer means."""

    recovery: Recovery
    reason: str
    code: str | None = None
    hint: str = ""


def verdict_on(answer: Answer) -> Verdict | None:
    """None for a usable answer: 200 with a JSON object that holds no fault."""
    stated = _stated(answer)
    if answer.status == 429 or (stated is not None and stated.recovery is Recovery.THROTTLED):
        return Verdict(Recovery.THROTTLED, "too many requests", stated.code if stated else None)
    if stated is not None:
        return stated
    match answer.status:
        case 401:
            return Verdict(Recovery.EXPIRED, "the access token is refused")
        case 403:
            return Verdict(Recovery.UNAUTHORIZED, "the service forbids it to this connection")
        case 200:
            return None if _is_object(answer.body) else Verdict(Recovery.UNSURE, "an unreadable answer")
        case status:
            return Verdict(Recovery.UNSURE, f"status {status} without a reason of QuickBooks'")


def as_error(verdict: Verdict, answer: Answer, action: str, *, writing: bool) -> ConnectorError:
    """The error to raise. What is unsure about a write is Unknown; about a read, Transient or Rejected."""
    kind, pause = _kind(verdict, answer, writing=writing)
    return kind(
        "QuickBooks",
        action,
        verdict.reason,
        hint=verdict.hint,
        status=answer.status,
        code=verdict.code,
        trace=answer.trace,
        retry_after=pause,
        sent=True,
    )


def _kind(verdict: Verdict, answer: Answer, *, writing: bool) -> tuple[type[ConnectorError], float | None]:
    match verdict.recovery:
        case Recovery.REJECTED:
            return Rejected, None
        case Recovery.STALE:
            return Stale, None
        case Recovery.UNAUTHORIZED:
            return Unauthorized, None
        case Recovery.CLOSED:
            return Transient, _MAINTENANCE_PAUSE
        case Recovery.EXPIRED | Recovery.THROTTLED:
            return Transient, retry_after_of(answer.headers)
        case Recovery.BROKEN | Recovery.UNSURE if writing:
            return Unknown, retry_after_of(answer.headers)
        case Recovery.BROKEN:
            return Transient, retry_after_of(answer.headers)
        case Recovery.UNSURE:
            refused = 400 <= answer.status < 500 and answer.status not in _NO_REFUSAL_OF_A_READ
            return (Rejected, None) if refused else (Transient, retry_after_of(answer.headers))


def _stated(answer: Answer) -> Verdict | None:
    """What the errors in the body say together: unsure if one of them is, else what the first one says."""
    pairs = [(error, rule_for(error)) for error in errors_in(answer.body)]
    if not pairs:
        return None
    doubtful = [pair for pair in pairs if pair[1].recovery in (Recovery.BROKEN, Recovery.UNSURE)]
    error, rule = (doubtful or pairs)[0]
    recovery = rule.recovery
    if recovery in (Recovery.REJECTED, Recovery.STALE) and answer.status not in (200, 400):
        recovery = Recovery.UNSURE  # the code is known, but this is not how a definite answer looks
    code = f" (code {error.code})" if error.code else ""
    return Verdict(recovery, f"{error.told or 'no reason given'}{code}", error.code or None, rule.hint)


def _is_object(body: bytes) -> bool:
    try:
        return isinstance(figures.parse(body), dict)
    except ValueError:
        return False
