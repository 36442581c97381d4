"""What apps were allowed by people: OAuth 2.0 codes, access tokens and rotating refresh tokens."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta

OFFLINE = "offline_access"
EVERYTHING = (
    *("read:jira-work", "write:jira-work", "read:jira-user", "manage:jira-project"),
    *("manage:jira-configuration", "manage:jira-webhook", "read:me", OFFLINE),
    *("read:servicedesk-request", "write:servicedesk-request", "manage:servicedesk-customer"),
    *(
        f"read:{noun}:jira-software"
        for noun in ("board-scope", "board-scope.admin", "sprint", "epic", "issue")
    ),
    *(
        f"write:{noun}:jira-software"
        for noun in ("board-scope", "board-scope.admin", "sprint", "epic", "issue")
    ),
    *("delete:sprint:jira-software", "read:project:jira", "read:issue-details:jira", "read:jql:jira"),
)
"""What an app has that was registered without naming its scopes."""
ACCESS_LIFE = timedelta(hours=1)
_CODE_LIFE = timedelta(minutes=5)
REFRESH_LIFE = timedelta(days=90)  # of a refresh token that nobody uses


@dataclass(frozen=True, slots=True)
class OAuthApp:
    """An app of the developer console. Without redirect addresses every one is taken, without scopes too."""

    client_id: str
    secret: str
    redirects: tuple[str, ...] = ()
    scopes: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Grant:
    """What a person allowed an app; it ends at `until`."""

    client_id: str
    account_id: str
    scopes: tuple[str, ...]
    until: datetime
    redirect: str = ""  #: of a code: where it was sent
    challenge: str = ""  #: of a code: the S256 of the verifier that opens it, if one was given

    def later(self, until: datetime) -> Grant:
        """The same for longer."""
        return Grant(self.client_id, self.account_id, self.scopes, until)


@dataclass(slots=True)
class Grants:
    """Every app and token of the site."""

    apps: dict[str, OAuthApp] = field(default_factory=dict)
    codes: dict[str, Grant] = field(default_factory=dict)
    access: dict[str, Grant] = field(default_factory=dict)
    refresh: dict[str, Grant] = field(default_factory=dict)
    _made: int = 0

    def allow(
        self,
        app: OAuthApp,
        account_id: str,
        scopes: Iterable[str],
        redirect: str,
        at: datetime,
        challenge: str = "",
    ) -> str:
        """Note what a person allowed; the code tells the app."""
        code = self._new("code")
        kept = tuple(dict.fromkeys(s for s in scopes if not app.scopes or s in {*app.scopes, OFFLINE}))
        self.codes[code] = Grant(app.client_id, account_id, kept, at + _CODE_LIFE, redirect, challenge)
        return code

    def exchange(
        self, app: OAuthApp, code: str, redirect: str, at: datetime, verifier: str = ""
    ) -> tuple[str, str, Grant] | None:
        """Access and refresh token (or "") for a code, once; None for one that is not good."""
        held = self.codes.pop(code, None)
        if held is None or held.client_id != app.client_id or held.redirect != redirect or at >= held.until:
            return None
        if held.challenge and held.challenge != _s256(verifier):
            return None
        return self.issue(held, at)

    def renew(self, app: OAuthApp, token: str, at: datetime) -> tuple[str, str, Grant] | None:
        """New tokens for a refresh token, which is used up; None for one that is not good."""
        held = self.refresh.get(token)
        if held is None or held.client_id != app.client_id or at >= held.until:
            return None
        del self.refresh[token]
        return self.issue(held, at)

    def issue(self, grant: Grant, at: datetime) -> tuple[str, str, Grant]:
        """Fresh tokens for what was granted."""
        access, refresh = self._new("access"), ""
        self.access[access] = grant.later(at + ACCESS_LIFE)
        if OFFLINE in grant.scopes:
            refresh = self._new("refresh")
            self.refresh[refresh] = grant.later(at + REFRESH_LIFE)
        return access, refresh, self.access[access]

    def good(self, token: str, at: datetime) -> Grant | None:
        """What an access token stands for while it lasts."""
        held = self.access.get(token)
        return held if held and at < held.until else None

    def _new(self, kind: str) -> str:
        self._made += 1
        return f"sandbox-jira-{kind}-{self._made:06d}"


def _s256(verifier: str) -> str:
    return base64.urlsafe_b64encode(hashlib.sha256(verifier.encode()).digest()).decode().rstrip("=")
