"""One call through the library: its paths, parameters and envelopes, our session and judgement."""

from __future__ import annotations

from typing import Any

import requests
from quickbooks.client import QuickBooks

from connectors.errors import ConnectorError, Transient, Unknown
from connectors.http import failure_of
from connectors.limits import Busy
from connectors.metering import Spent
from connectors.quickbooks.answers import Answer, Verdict, as_error, verdict_on
from connectors.quickbooks.departure import Departure, TooLate
from connectors.quickbooks.faults import Recovery
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.session import QuickBooksSession

MINOR_VERSION = 75  # the only one served since 2025-08-01; lower values are ignored


class Call(QuickBooks):  # type: ignore[misc]  # the library ships no types
    """A library client for one call; made anew each time, since it is a handful of attributes and no I/O.

    Everything the library does passes `process_request`. Its own error classes are never reached: they go
    by code ranges that call a throttled write a validation error, and lose status, headers and trace.
    """

    use_decimal = True

    def __init__(
        self,
        *,
        login: QuickBooksLogin,
        session: QuickBooksSession,
        action: str,
        departure: Departure,
        **_: Any,
    ) -> None:
        self.session = session
        self.api_url_v3 = f"{session.base_url}/v3"
        self.action = action
        self._login = login
        self._departure = departure
        self._writing = False

    @classmethod
    def to(
        cls, login: QuickBooksLogin, session: QuickBooksSession, action: str, departure: Departure
    ) -> Call:
        """A call for `action` ("read invoice 37"). `company_id` and `minorversion` are the library's."""
        return cls(
            company_id=login.realm,
            minorversion=MINOR_VERSION,
            login=login,
            session=session,
            action=action,
            departure=departure,
        )

    def write(self, path: str, body: bytes, request_id: str, operation: str | None) -> dict[str, Any]:
        """Post `body` as it is to the endpoint `path` of the company ("invoice"), once."""
        self._writing = True
        params = {"operation": operation} if operation else {}
        url = f"{self.api_url}/company/{self.company_id}/{path}"
        answer: dict[str, Any] = self.post(url, body, params=params, request_id=request_id)
        return answer

    def process_request(
        self, request_type: str, url: str, headers: Any = "", params: Any = "", data: Any = ""
    ) -> requests.Response:
        """Send one request and judge the answer; what comes back is usable JSON."""
        token = self.session.access_token
        response = self._sent(
            request_type,
            url,
            headers={**(headers or {}), "Authorization": f"Bearer {token}", "User-Agent": "milepost"},
            params=params,
            data=data.encode() if isinstance(data, str) else data,
        )
        answer = Answer(response.status_code, response.headers, response.content)
        verdict = verdict_on(answer)
        if verdict is not None:
            raise self._problem(verdict, answer, token)
        self.session.accepted()
        response.encoding = "utf-8"  # of an answer labelled as text the library would read Latin-1
        return response

    def _sent(self, method: str, url: str, **parts: Any) -> requests.Response:
        login, departure = self._login, self._departure
        timeout = (login.connect_timeout, login.write_timeout if self._writing else login.read_timeout)
        try:
            with departure.under_way():
                return self.session.request(method, url, timeout=timeout, **parts)
        except TooLate:
            raise self._unsent("its deadline passed before it was sent") from None
        except Busy as busy:
            raise self._unsent("the request allowance is used up", retry_after=busy.wait) from None
        except Spent as spent:
            hint = "raise reads_per_month of the company in config.toml, if Intuit's plan allows it"
            raise Transient(
                "QuickBooks", self.action, str(spent), hint=hint, retry_after=spent.wait
            ) from None
        except requests.RequestException as error:
            reason = failure_of(error).reason
        # Outside the handler: the error holds the request, and with it the token.
        if self._writing and departure.left:
            raise Unknown("QuickBooks", self.action, reason, sent=True)
        raise self._unsent(reason, sent=departure.left)

    def _problem(self, verdict: Verdict, answer: Answer, token: str) -> ConnectorError:
        """The error for an unusable answer, after what it teaches about pace and token."""
        error = as_error(verdict, answer, self.action, writing=self._writing)
        if verdict.recovery is Recovery.THROTTLED:
            error.retry_after = self.session.limiter.refused(error.retry_after)
        if verdict.recovery is Recovery.EXPIRED:
            # A write is not posted again here: whether it may be is the outbox's to know.
            self.session.refused(token, self.action)
        return error

    def _unsent(self, reason: str, *, retry_after: float | None = None, sent: bool = False) -> Transient:
        return Transient("QuickBooks", self.action, reason, retry_after=retry_after, sent=sent)
