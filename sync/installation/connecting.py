"""Connecting an account: what a person is asked, what their consent must open, and only then the pair is kept.

The company or site is the one of the configuration: a consent for another one is refused, and nothing of it is kept.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from connectors.errors import Unauthorized
from connectors.jira.grants import READING, WRITING, atlassian, opened, sites_opened
from connectors.jira.login import JiraLogin
from connectors.jira.tracker import JiraTracker
from connectors.oauth.consent import Answer, Attempt, Door, NotOurs
from connectors.oauth.source import RefreshedTokens
from connectors.oauth.tokens import MemoryVault, Tokens
from connectors.ports import Scope
from connectors.quickbooks.client import QuickBooksBooks
from connectors.quickbooks.tokens import SCOPE, OAuthTokens, intuit
from sync.installation.connect import quickbooks_login
from sync.installation.logins import Jira, QuickBooks
from sync.installation.tokens import StoredTokens
from sync.installation.vault import Vault
from sync.store import Store

Clock = Callable[[], datetime]


@dataclass(frozen=True, slots=True)
class Connected:
    """What was connected: its service, its name in config.toml, what it is called over there, and how long it lasts
    without use and in all (None: not known)."""

    service: str
    name: str
    opens: str
    refresh_expires_at: datetime | None
    ends_at: datetime | None


class CompanyConnection:
    """A QuickBooks company about to be connected."""

    def __init__(self, name: str, company: QuickBooks, store: Store, vault: Vault, clock: Clock) -> None:
        self._name, self._company, self._clock = name, company, clock
        self._kept = StoredTokens(store, vault, company.account, company.first_refresh_value, clock)
        self.redirect_url = company.redirect

    def attempt(self) -> Attempt:
        """A new attempt for a person."""
        door = Door(
            "QuickBooks",
            self._company.authorize_address,
            self._company.client_id.reveal(),
            self.redirect_url,
            (SCOPE,),
        )
        return Attempt(door, self._clock())

    def finish(self, answer: Answer) -> Connected:
        """Exchange the code, look whether the pair opens the company of the configuration, keep it.

        NotOurs when the consent is for another company, before anything is asked for; a ConnectorError when the pair
        cannot be had, or does not open that company in that environment. Then nothing is kept.
        """
        realm, login = answer.beside.get("realmId", ""), quickbooks_login(self._company)
        if realm != login.realm:
            other = f"company {realm}" if realm.isdigit() else "no company"
            raise NotOurs(f"the consent is for {other}; config.toml names {login.realm}. Nothing was kept")
        tokens = intuit(login).exchange(answer.code, self.redirect_url, answer.verifier, self._clock())
        source = OAuthTokens(login, MemoryVault(tokens), clock=self._clock)
        try:
            called = QuickBooksBooks(login, source, clock=self._clock).catalogue().name
        except Unauthorized as error:
            hint = "Are the application's keys those of this environment?"
            raise Unauthorized(error.service, "connect", error.reason, code=error.code, hint=hint) from None
        with self._kept.lock():
            self._kept.begin(tokens)
        return _connected("QuickBooks", self._name, called, tokens)


class SiteConnection:
    """A Jira site about to be connected. With `writes` the consent lets us write properties and links of issues."""

    def __init__(
        self, name: str, site: Jira, store: Store, vault: Vault, clock: Clock, *, writes: bool
    ) -> None:
        if site.client_id is None or site.client_secret is None:
            raise ValueError(f"jira.{name} has a token: only an app is connected")
        self._name, self._site, self._clock, self._writes = name, site, clock, writes
        self._client_id, self._client_secret = site.client_id, site.client_secret
        self._kept = StoredTokens(store, vault, site.account, None, clock)
        self.redirect_url = site.redirect_url

    def attempt(self) -> Attempt:
        """A new attempt for a person."""
        door = Door(
            "Jira",
            f"{self._site.authorization}/authorize",
            self._client_id.reveal(),
            self.redirect_url,
            READING + (WRITING if self._writes else ()),
            {"audience": "api.atlassian.com", "prompt": "consent"},
            pkce=self._site.pkce,
        )
        return Attempt(door, self._clock())

    def finish(self, answer: Answer) -> Connected:
        """Exchange the code, look whether the pair opens the site of the configuration, keep it. A ConnectorError
        when it cannot be had or opens other sites; then nothing is kept."""
        site = self._site
        issuer = atlassian(self._client_id.reveal(), self._client_secret.reveal(), site.authorization)
        tokens = issuer.exchange(answer.code, self.redirect_url, answer.verifier, self._clock())
        place = opened(sites_opened(tokens.access, site.gateway), site.url).id
        source = RefreshedTokens(issuer, MemoryVault(tokens), self._clock)
        login = JiraLogin(f"{site.gateway}/ex/jira/{place}", tokens=source)
        with JiraTracker(login) as tracker:
            tracker.catalogue(Scope((), (), ()))
        with self._kept.lock():
            self._kept.begin(tokens, place)
        return _connected("Jira", self._name, site.url, tokens)


def _connected(service: str, name: str, opens: str, tokens: Tokens) -> Connected:
    return Connected(service, name, opens, tokens.refresh_expires_at, tokens.ends_at)
