"""Apps at Atlassian (OAuth 2.0, three-legged): who issues their tokens, what they ask for, which sites a token opens.

https://developer.atlassian.com/cloud/jira/platform/oauth-2-3lo-apps/
"""

from __future__ import annotations

import re
from datetime import timedelta

import msgspec
import requests

from connectors.errors import Transient, Unauthorized
from connectors.http import CheckedSession, Route, failure_of
from connectors.jira.faults import SERVICE, fault_of
from connectors.oauth.issuer import Application, Issuer

AUTHORIZATION = "https://auth.atlassian.com"
GATEWAY = "https://api.atlassian.com"
READING = (
    "read:jira-work",
    "read:jira-user",
    "read:board-scope:jira-software",
    "read:sprint:jira-software",
    "read:project:jira",
    "read:issue-details:jira",
    "offline_access",
)
WRITING = ("write:jira-work",)  # properties and links of issues; asked for only where a contract writes back
_UNUSED, _IN_ALL = timedelta(days=90), timedelta(days=365)
_ACTION = "read which sites the connection opens"
_LISTED = "/oauth/token/accessible-resources"


class Site(msgspec.Struct, frozen=True):
    """A site that a token opens: its cloud id, and its own address."""

    id: str
    url: str
    scopes: tuple[str, ...] = ()


_SITES = msgspec.json.Decoder(tuple[Site, ...])


def atlassian(
    client_id: str, client_secret: str, authorization: str, session: requests.Session | None = None
) -> Issuer:
    """Who issues an app's tokens. `authorization` is the base of the authorization server."""
    application = Application(
        SERVICE,
        f"{authorization}/oauth/token",
        client_id,
        client_secret,
        keys_in="body",
        unused=_UNUSED,
        in_all=_IN_ALL,
    )
    return Issuer(application, session)


def sites_opened(
    access_token: str, gateway: str, session: requests.Session | None = None
) -> tuple[Site, ...]:
    """The Jira sites that a token opens. Raises Unauthorized or Transient."""
    asking = session or CheckedSession(gateway, [Route.read("GET", re.escape(_LISTED))])
    try:
        answer = asking.get(f"{gateway}{_LISTED}", headers={"Authorization": f"Bearer {access_token}"})
    except requests.RequestException as error:
        failure = failure_of(error)
    else:
        fault = fault_of(_ACTION, answer.status_code, answer.headers, answer.content)
        if fault is not None:
            raise fault
        return _of_jira(answer.content)
    # Raised outside the handler: the library's error holds the request with its token.
    raise Transient(SERVICE, _ACTION, failure.reason)


def opened(sites: tuple[Site, ...], url: str) -> Site:
    """The one of `sites` whose own address is `url`. Unauthorized when the token does not open it."""
    wanted = url.rstrip("/").casefold()
    for site in sites:
        if site.url.rstrip("/").casefold() == wanted and re.fullmatch(r"[A-Za-z0-9-]{1,64}", site.id):
            return site
    seen = ", ".join(sorted(site.url for site in sites if re.fullmatch(r"[!-~]{1,100}", site.url))) or "none"
    hint = "Choose the site of config.toml where Atlassian asks, or correct its url."
    raise Unauthorized(SERVICE, "connect", f"the consent opens {seen}, not {url}", hint=hint)


def _of_jira(body: bytes) -> tuple[Site, ...]:
    try:
        listed = _SITES.decode(body)
    except msgspec.DecodeError:
        raise Transient(SERVICE, _ACTION, "the answer is unreadable data") from None
    return tuple(site for site in listed if any("jira" in scope for scope in site.scopes))
