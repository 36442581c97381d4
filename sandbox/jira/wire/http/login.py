"""Who asks: mail address and API token, personal access token, OAuth 2.0, or Data Center's password and cookie."""

from __future__ import annotations

import base64
import binascii
import hashlib
from dataclasses import dataclass
from datetime import datetime
from http.cookies import CookieError, SimpleCookie

from sandbox.http import Request
from sandbox.jira.entities import User
from sandbox.jira.state import JiraState

COOKIE = "JSESSIONID"


@dataclass(frozen=True, slots=True)
class Login:
    """A caller, and whether an app calls for them."""

    user: User
    by_app: bool = False
    scopes: tuple[str, ...] | None = None  #: what the app was granted; None: everything
    refused: bool = False  #: came with wrong credentials and is served as nobody


def identify(state: JiraState, request: Request, now: datetime, *, through_gateway: bool) -> Login | None:
    """The caller: nobody in particular without credentials, None with wrong ones.

    OAuth 2.0 tokens are good only through the gateway (/ex/jira/{cloudId}), and there Basic is too.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        return None if through_gateway else Login(_by_cookie(state, request) or nobody())
    if scheme.lower() == "bearer":
        return _by_bearer(state, secret, now, through_gateway=through_gateway)
    try:
        name, _, token = base64.b64decode(secret).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    user = by_password(state, name, token)
    return Login(user) if user else None


def in_vain(state: JiraState, request: Request, *, through_gateway: bool) -> Login | None:
    """How wrong credentials are taken: the Cloud serves those of Basic as nobody's, all others are refused."""
    basic = request.headers.get("authorization", "").lower().startswith("basic ")
    served = basic and state.site.is_cloud and not through_gateway
    lenient = state.knobs.wrong_credentials == "anonymous"
    return Login(nobody(), refused=True) if served and lenient else None


def by_password(state: JiraState, name: str, secret: str) -> User | None:
    """Whoever signs in by mail address and API token, or in Data Center by user name and password."""
    server = not state.site.is_cloud
    names = (
        user
        for user in _active(state)
        if user.email == name or (server and user.login.lower() == name.lower())
    )
    return next((user for user in names if secret and secret in (user.token, user.password)), None)


def open_session(state: JiraState, user: User) -> str:
    """A new cookie that signs `user` in."""
    number = state.next_id("session")
    cookie = hashlib.sha256(f"{state.site.cloud_id}/{number}".encode()).hexdigest()[:32].upper()
    state.sessions[cookie] = user.account_id
    return cookie


def session_cookie(request: Request) -> str:
    """The session that a request names; "" when it names none."""
    try:
        found = SimpleCookie(request.headers.get("cookie", "")).get(COOKIE)
    except CookieError:
        return ""
    return found.value if found else ""


def _by_cookie(state: JiraState, request: Request) -> User | None:
    user = state.users.get(state.sessions.get(session_cookie(request), ""))
    return user if user and user.active else None


def nobody() -> User:
    """Whoever says nothing of themselves, and may do what a scheme lets anyone do."""
    return User("", "Anonymous", "")


def _active(state: JiraState) -> list[User]:
    return [user for user in state.users.values() if user.active]


def _by_bearer(state: JiraState, secret: str, now: datetime, *, through_gateway: bool) -> Login | None:
    for user in _active(state):
        if through_gateway and secret in user.access_tokens:
            return Login(user, by_app=True)
        if not through_gateway and secret and user.personal_token == secret:
            return Login(user)
    grant = state.grants.good(secret, now) if through_gateway else None
    if grant and state.users[grant.account_id].active:
        return Login(state.users[grant.account_id], by_app=True, scopes=grant.scopes)
    for token in () if through_gateway else state.personal_tokens.values():
        owner = state.users[token.owner]
        if token.secret == secret and owner.active and (token.expires_at is None or now < token.expires_at):
            return Login(owner)
    return None
