"""Signing in and out of Data Center: sessions by cookie, administrator access, personal access tokens."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from sandbox.http import Response
from sandbox.jira.settings import PersonalToken
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal, unauthenticated
from sandbox.jira.wire.http.login import COOKIE, by_password, open_session, session_cookie
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_TOKENS_EACH = 10


def current(visit: Visit) -> Response:
    """GET auth session: who is signed in."""
    if not visit.user.account_id:
        return unauthenticated()
    cloud = visit.state.site.is_cloud
    query = f"accountId={visit.user.account_id}" if cloud else f"username={visit.user.login}"
    home = visit.link(f"/rest/api/latest/user?{query}")
    return Response.json({"self": home, "name": visit.user.login, "loginInfo": _login_info(visit)})


def sign_in(visit: Visit) -> Response:
    """POST auth session: a cookie for a user name and password; the Cloud takes none (its 401 is unverified)."""
    given = body.read(visit, {"username": str, "password": str})
    user = by_password(visit.state, given.get("username", ""), given.get("password", ""))
    if user is None or visit.state.site.is_cloud:
        raise Refusal(401, "Login failed")
    cookie = open_session(visit.state, user)
    path = visit.state.site.context_path or "/"
    return Response.json(
        {"session": {"name": COOKIE, "value": cookie}, "loginInfo": _login_info(visit)},
        headers={"Set-Cookie": f"{COOKIE}={cookie}; Path={path}; HttpOnly"},
    )


def sign_out(visit: Visit) -> Response:
    """DELETE auth session: the cookie is good no more."""
    if not visit.user.account_id:
        return unauthenticated()
    visit.state.sessions.pop(session_cookie(visit.request), None)
    return Response(204)


def give_up_access(visit: Visit) -> Response:
    """DELETE auth/1/websudo: administrator access ends; here it is never asked for."""
    return Response(204) if visit.user.account_id else unauthenticated()


def tokens(visit: Visit) -> Response:
    """GET personal access tokens of the login, without their secrets."""
    return Response.json([_shape(visit, token) for token in _own(visit)])


def token_create(visit: Visit) -> Response:
    """POST a personal access token: its secret is shown this once."""
    given = body.read(visit, {"name": str, "expirationDuration": int})
    if not visit.user.account_id:
        return unauthenticated()
    if not given.get("name", "").strip():
        raise Refusal(400, fields={"name": "You must specify a token name."})
    if len(_own(visit)) >= _TOKENS_EACH:
        raise Refusal(409, "You have reached the maximum number of tokens.")
    number = visit.state.fresh_id("personal token", visit.state.personal_tokens)
    secret = hashlib.sha256(f"{visit.state.site.cloud_id}/token/{number}".encode()).hexdigest()[:44]
    days = given.get("expirationDuration")
    ends = None if days is None else visit.now + timedelta(days=days)
    made = PersonalToken(number, given["name"], visit.user.account_id, secret, visit.now, ends)
    visit.state.personal_tokens[number] = made
    return Response.json(_shape(visit, made) | {"rawToken": secret}, 201)


def token_delete(visit: Visit, number: str) -> Response:
    """DELETE a personal access token"""
    found = next((token for token in _own(visit) if str(token.id) == number), None)
    if found is None:
        raise Refusal(404, "Personal access token not found.")
    del visit.state.personal_tokens[found.id]
    return Response(204)


def _own(visit: Visit) -> list[PersonalToken]:
    held = visit.state.personal_tokens.values()
    return [token for token in held if token.owner == visit.user.account_id]


def _login_info(visit: Visit) -> Json:
    return {"failedLoginCount": 0, "loginCount": 1, "previousLoginTime": visit.stamp(visit.now)}


def _shape(visit: Visit, token: PersonalToken) -> Json:
    return {
        "id": token.id,
        "name": token.name,
        "createdAt": visit.stamp(token.created_at),
        "expiringAt": visit.stamp(token.expires_at),
    }


ROUTES = (
    ("GET", "rest/auth/{version:1|latest}/session", current),
    ("POST", "rest/auth/{version:1|latest}/session", sign_in),
    ("DELETE", "rest/auth/{version:1|latest}/session", sign_out),
    ("DELETE", "rest/auth/{version:1|latest}/websudo", give_up_access),
    ("GET", "rest/pat/{version:1.0|latest}/tokens", tokens),
    ("POST", "rest/pat/{version:1.0|latest}/tokens", token_create),
    ("DELETE", "rest/pat/{version:1.0|latest}/tokens/{number}", token_delete),
)
