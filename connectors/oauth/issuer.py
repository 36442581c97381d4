"""The token endpoint of a service: exchanges a code or a refresh value for a pair, and reads what it answers.

Our own POST, because the libraries' clients fetch discovery documents without a timeout, repeat by themselves and
keep a rotated pair in memory only.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Literal
from urllib.parse import urlsplit

import requests

from connectors.errors import Transient, Unauthorized
from connectors.http import CheckedSession, Route, failure_of
from connectors.oauth.tokens import Tokens

_ANSWER_WITHIN = 30.0  # seconds
_DEAD_CLIENTS = frozenset({"invalid_client", "unauthorized_client", "access_denied"})
_MOST = 64 * 1024  # bytes of an answer that is read as one
_REFRESH, _CONNECT = "refresh the connection", "connect"


@dataclass(frozen=True, slots=True)
class Application:
    """Our application as a service knows it: its keys, where its tokens come from, and how long these live there.

    `keys_in` is how the service wants the keys: as HTTP Basic beside a form, or in the body as JSON. `unused` and
    `in_all` are how long a refresh value lives without use and whatever happens, where answers do not say it.
    """

    service: str
    token_url: str
    client_id: str
    client_secret: str = field(repr=False)
    keys_in: Literal["header", "body"] = "header"
    unused: timedelta | None = None
    in_all: timedelta | None = None


class Issuer:
    """Asks for pairs at one token endpoint. A pair that it returns is not kept anywhere yet."""

    def __init__(self, application: Application, session: requests.Session | None = None) -> None:
        self.application = application
        target = urlsplit(application.token_url)
        base, path = f"{target.scheme}://{target.netloc}", re.escape(target.path)
        routes = [Route.write("POST", path)]
        self._session = session or CheckedSession(base, routes, timeout_seconds=_ANSWER_WITHIN)

    def refresh(self, current: Tokens, value: str, now: datetime) -> Tokens | None:
        """The pair granted for a refresh value of `current`; None when the service says the value is dead."""
        answer = self._ask(_REFRESH, {"grant_type": "refresh_token", "refresh_token": value})
        return None if answer is None else self._read(answer, value, current.ends_at, now)

    def exchange(self, code: str, redirect_url: str, verifier: str | None, now: datetime) -> Tokens:
        """The first pair, for what a person's consent brought back. Unauthorized when the code is not good."""
        form = {"grant_type": "authorization_code", "code": code, "redirect_uri": redirect_url}
        answer = self._ask(_CONNECT, form | ({"code_verifier": verifier} if verifier else {}))
        if answer is None:
            raise self.unauthorized(_CONNECT, "the code is used, too old or not for us", code="invalid_grant")
        lives = self.application.in_all
        return self._read(answer, None, now + lives if lives else None, now)

    def unauthorized(
        self, action: str, reason: str, *, code: str | None = None, hint: str = ""
    ) -> Unauthorized:
        """The error of a login that does not work any more."""
        return Unauthorized(self.application.service, action, reason, code=code, hint=hint)

    def _ask(self, action: str, form: Mapping[str, str]) -> dict[str, Any] | None:
        """The endpoint's grant; None when it says that the value is dead."""
        response = self._posted(form)
        service = self.application.service
        if isinstance(response, str):
            raise Transient(service, action, f"no answer ({response})")
        answer = _object(response)
        code = answer.get("error")
        if code == "invalid_grant" or _means_the_value(answer):
            return None
        if code in _DEAD_CLIENTS:
            hint = "Check client_id and client_secret of the application."
            raise self.unauthorized(action, "the application's keys are refused", code=str(code), hint=hint)
        if response.status_code != 200 or code is not None or not _complete(answer):
            reason = f"the token service answered {response.status_code} without a token"
            raise Transient(service, action, reason, status=response.status_code)
        return answer

    def _posted(self, form: Mapping[str, str]) -> requests.Response | str:
        """The answer, or what went wrong in our words: the error itself holds the request and its secrets."""
        application = self.application
        keys = {"client_id": application.client_id, "client_secret": application.client_secret}
        in_body = application.keys_in == "body"
        headers = {"Accept": "application/json", "x-include-refresh-token-hard-expires-in": "true"}
        try:
            return self._session.post(
                application.token_url,
                data=None if in_body else form,
                json={**keys, **form} if in_body else None,
                headers=headers,
                auth=None if in_body else (application.client_id, application.client_secret),
                timeout=(5.0, _ANSWER_WITHIN),
                allow_redirects=False,
            )
        except requests.RequestException as error:
            return failure_of(error).reason

    def _read(
        self, answer: dict[str, Any], previous: str | None, ends_at: datetime | None, now: datetime
    ) -> Tokens:
        unused = _seconds(answer, "x_refresh_token_expires_in") or self.application.unused
        ends_in = _seconds(answer, "x_refresh_token_hard_expires_in")
        return Tokens(
            access=answer["access_token"],
            refresh=answer["refresh_token"],
            access_expires_at=now + timedelta(seconds=int(answer["expires_in"])),
            refresh_expires_at=now + unused if unused else None,
            previous_refresh=previous,
            ends_at=now + ends_in if ends_in else ends_at,
        )


def _object(response: requests.Response) -> dict[str, Any]:
    try:
        answer = json.loads(response.content[:_MOST])
    except ValueError:
        return {}
    return answer if isinstance(answer, dict) else {}


def _means_the_value(answer: Mapping[str, Any]) -> bool:
    """Atlassian calls a dead refresh value `unauthorized_client`, and only its description tells."""
    return answer.get("error") == "unauthorized_client" and "refresh_token" in str(
        answer.get("error_description", "")
    )


def _complete(answer: Mapping[str, Any]) -> bool:
    texts = all(
        isinstance(answer.get(name), str) and answer[name] for name in ("access_token", "refresh_token")
    )
    return texts and str(answer.get("expires_in", "")).isdigit()


def _seconds(answer: Mapping[str, Any], name: str) -> timedelta | None:
    said = str(answer.get(name, ""))
    return timedelta(seconds=int(said)) if said.isdigit() and len(said) < 12 and int(said) else None
