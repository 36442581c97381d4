"""One attempt of a person to let us in: where they are sent, and whether what comes back belongs to it.

The state is ours, random, good once and for ten minutes. What comes back is the whole address of the redirect: a bare
code would tell nothing of who asked for it.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from urllib.parse import parse_qsl, urlencode, urlsplit

LASTS = timedelta(minutes=10)


class NotOurs(Exception):
    """What came back is not the answer to this attempt, or says no. Nothing was asked for or kept."""


class Over(NotOurs):
    """It was the answer to this attempt, and no connection comes of it: begin again."""


@dataclass(frozen=True, slots=True)
class Door:
    """Where a service asks people: its authorize address, our client id, and where it sends them back."""

    service: str
    authorize_url: str
    client_id: str
    redirect_url: str
    scopes: tuple[str, ...]
    more: Mapping[str, str] = field(default_factory=dict)
    pkce: bool = False


@dataclass(frozen=True, slots=True)
class Answer:
    """What a person's consent brought: the code, the verifier that goes with it, and all that came beside it."""

    code: str = field(repr=False)
    verifier: str | None = field(repr=False)
    beside: Mapping[str, str]


class Attempt:
    """One attempt at a door. Send the person to `address`; show `answer` what came back."""

    def __init__(self, door: Door, now: datetime) -> None:
        self._door, self._until = door, now + LASTS
        self._state: str | None = secrets.token_urlsafe(32)
        self._verifier = secrets.token_urlsafe(64) if door.pkce else None
        self.address = f"{door.authorize_url}?{urlencode(self._asked())}"

    def answer(self, told: str, now: datetime) -> Answer:
        """What the redirect to `told` brought. NotOurs when it is of another attempt, Over when late, used, or a no.

        Only an answer with our state uses the attempt up, so that a foreign one cannot spoil it.
        """
        given = self._given(told)
        state = self._state
        if state is None:
            raise Over("this attempt was answered already; begin again")
        if not hmac.compare_digest(given.get("state", "").encode(), state.encode()):
            raise NotOurs("this is not the answer to this attempt: its state is another, or missing")
        self._state = None
        if now >= self._until:
            minutes = int(LASTS.total_seconds() // 60)
            raise Over(f"this answer is late: an attempt lasts {minutes} minutes; begin again")
        if "error" in given or not given.get("code"):
            raise Over(f"{self._door.service} was told no: nobody agreed to the connection")
        beside = {name: value for name, value in given.items() if name not in ("code", "state")}
        return Answer(given["code"], self._verifier, beside)

    def _given(self, told: str) -> dict[str, str]:
        redirect, target = urlsplit(self._door.redirect_url), urlsplit(told.strip())
        if (target.scheme, target.netloc, target.path) != (redirect.scheme, redirect.netloc, redirect.path):
            raise NotOurs(
                "this is not the address that the browser was sent to; it begins with "
                f"{self._door.redirect_url} and has a code and a state in it"
            )
        pairs = parse_qsl(target.query, keep_blank_values=True)
        given = dict(pairs)
        if len(given) != len(pairs):
            raise NotOurs("this address says something twice")
        return given

    def _asked(self) -> dict[str, str]:
        asked = {
            **self._door.more,
            "client_id": self._door.client_id,
            "response_type": "code",
            "scope": " ".join(self._door.scopes),
            "redirect_uri": self._door.redirect_url,
            "state": self._state or "",
        }
        if self._verifier is not None:
            digest = hashlib.sha256(self._verifier.encode()).digest()
            challenge = base64.urlsafe_b64encode(digest).decode().rstrip("=")
            asked |= {"code_challenge": challenge, "code_challenge_method": "S256"}
        return asked
