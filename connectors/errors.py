"""Errors by what the caller should do, not by where they came from.

ConnectorError
├── Transient      nothing happened or a read failed: try again later, a write with the same id and bytes
├── Rejected       the service said no for a stated reason: a person must change something
├── Stale          the document changed since it was read: read again, merge again
├── Unauthorized   the login no longer works: stop this connector, tell once
└── Unknown        a write may have happened: look before anything is sent again
"""

from __future__ import annotations


class ConnectorError(Exception):
    """A call to a service failed. Says what happened, on which object, and what to do next.

    `service` "Jira" or "QuickBooks"; `action` what was tried ("read sprint 37"); `reason` what came back,
    without bodies or secrets; `hint` what to do; `status` HTTP status or None; `code` the service's own
    code; `trace` the service's request id (intuit_tid); `retry_after` seconds the service asked to wait;
    `sent` whether the request's bytes may have reached the service (False: nothing left the process).
    """

    default_hint = ""

    def __init__(
        self,
        service: str,
        action: str,
        reason: str,
        *,
        hint: str = "",
        status: int | None = None,
        code: str | None = None,
        trace: str | None = None,
        retry_after: float | None = None,
        sent: bool = False,
    ) -> None:
        self.service = service
        self.action = action
        self.reason = reason
        self.hint = hint or self.default_hint
        self.status = status
        self.code = code
        self.trace = trace
        self.retry_after = retry_after
        self.sent = sent
        self.account = ""  #: which one of its service, as the configuration calls it; set by who knows
        super().__init__(f"{service}: cannot {action}: {reason}. {self.hint}".rstrip())


class Transient(ConnectorError):
    """Nothing happened, or a read failed for a passing reason: outage, throttling, an unreadable answer."""

    default_hint = "Nothing is lost: the next run tries again."


class Rejected(ConnectorError):
    """The service refused for a definite reason (an allow-listed code): trying again changes nothing."""

    default_hint = "Nothing was written; correct the cause and run again."


class Stale(Rejected):
    """The document's version moved since it was read (QuickBooks fault 5010)."""

    default_hint = "It is read again and merged again."


class Unauthorized(ConnectorError):
    """The login is expired, revoked or lacks a right."""

    default_hint = "Connect again; nothing is lost meanwhile."


class Unknown(ConnectorError):
    """A write was sent and its outcome is not known: it may have happened."""

    default_hint = "It is looked up before anything is sent again."
