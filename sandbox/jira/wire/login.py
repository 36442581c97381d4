"""Who asks: mail address and API token, personal access token, password of Data Center, or OAuth 2.0."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from sandbox.http import Request
from sandbox.jira.entities import User
from sandbox.jira.state import JiraState


@dataclass(frozen=True, slots=True)
class Login:
    """A caller, and whether an app calls for them."""

    user: User
    by_app: bool = False


def identify(state: JiraState, request: Request, *, through_gateway: bool) -> Login | None:
    """The caller: nobody in particular without credentials, None with wrong ones.

    OAuth 2.0 tokens are good only through the gateway (/ex/jira/{cloudId}), and there Basic is too.
    """
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if not scheme:
        if through_gateway:
            return None
        return Login(User("", "Anonymous", "", hidden_projects=set(state.projects)))
    active = [user for user in state.users.values() if user.active]
    if scheme.lower() == "bearer":
        return _by_bearer(active, secret, through_gateway=through_gateway)
    try:
        name, _, token = base64.b64decode(secret).decode().partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    server = not state.site.is_cloud
    found = (
        u for u in active if token and u.token == token and (u.email == name or (server and u.login == name))
    )
    return next((Login(user) for user in found), None)


def _by_bearer(active: list[User], secret: str, *, through_gateway: bool) -> Login | None:
    for user in active:
        if through_gateway and secret in user.access_tokens:
            return Login(user, by_app=True)
        if not through_gateway and secret and user.personal_token == secret:
            return Login(user)
    return None
