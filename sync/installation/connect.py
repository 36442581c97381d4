"""From settings to open connections: the real clients behind the two ports, tokens sealed in the store."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from typing import NoReturn, TypeVar, cast

from connectors.jira.grants import atlassian
from connectors.jira.login import JiraLogin
from connectors.jira.noticeboard import JiraNoticeboard
from connectors.jira.tracker import JiraTracker
from connectors.oauth.source import RefreshedTokens
from connectors.ports import Books, Noticeboard, Tracker
from connectors.quickbooks.client import QuickBooksBooks
from connectors.quickbooks.legible import legible
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.tokens import OAuthTokens
from model.billing import Document
from sync.installation.allowance import Allowance
from sync.installation.logins import Jira, QuickBooks
from sync.installation.settings import Settings
from sync.installation.tokens import StoredTokens
from sync.installation.vault import Vault
from sync.outbox.company import Company
from sync.planning.fuse import Limits
from sync.store import Store

_NONE = "none"  # stands for the token of a login that hands out its tokens itself

Clock = Callable[[], datetime]
Client = TypeVar("Client")


class OnDemand(Mapping[str, Client]):
    """Clients by name, each made when it is first asked for. One that was never connected is Unauthorized then, and
    tried again when it is asked for again: who connects need not restart anything."""

    def __init__(
        self, make: Callable[[JiraLogin], Client], logins: Mapping[str, Callable[[], JiraLogin]]
    ) -> None:
        self._make, self._logins, self._made = make, logins, dict[str, Client]()

    def __getitem__(self, name: str) -> Client:
        if name not in self._made:
            self._made[name] = self._make(self._logins[name]())
        return self._made[name]

    def __contains__(self, name: object) -> bool:
        return name in self._logins

    def __iter__(self) -> Iterator[str]:
        return iter(self._logins)

    def __len__(self) -> int:
        return len(self._logins)


def connect_trackers(settings: Settings, store: Store, clock: Clock) -> Mapping[str, Tracker]:
    """A tracker per site in the settings. Nothing is sent yet."""
    return OnDemand(JiraTracker, _logins(settings, store, clock))


def connect_noticeboards(settings: Settings, store: Store, clock: Clock) -> Mapping[str, Noticeboard]:
    """A noticeboard per site in the settings. Nothing is sent yet, and never for a site that no contract writes to."""
    return OnDemand(JiraNoticeboard, _logins(settings, store, clock))


def connect_companies(settings: Settings, store: Store, clock: Clock) -> dict[str, Company]:
    """A company per entry in the settings. Nothing is sent yet."""
    vault = Vault(settings.secrets.key_bytes)
    return {
        name: _company(
            name,
            company,
            StoredTokens(store, vault, company.account, company.first_refresh_value, clock),
            Allowance(store, company, clock),
            settings.limits_of(name),
        )
        for name, company in settings.quickbooks.items()
    }


def companies_apart(settings: Settings) -> dict[str, Company]:
    """The companies of the settings for looking alone: whoever speaks to their books is told that they cannot."""
    return {
        name: Company(
            alias=name,
            realm=company.realm,
            books=cast("Books", _Apart(name)),
            settle=timedelta(seconds=company.settle_seconds),
            send_within=timedelta(seconds=company.send_seconds),
            limits=settings.limits_of(name),
            page=company.page,
        )
        for name, company in settings.quickbooks.items()
    }


class _Apart:
    """Stands where books would, in commands that send nothing and need no login. It still reads what was kept."""

    def __init__(self, name: str) -> None:
        self._name = name

    def legible(self, shown: Document) -> Mapping[tuple[str, str], str]:
        """See `Books`."""
        return legible(shown.raw)

    def __getattr__(self, verb: str) -> NoReturn:
        raise RuntimeError(f"{verb}: nothing is asked of company {self._name} here")


def _logins(settings: Settings, store: Store, clock: Clock) -> dict[str, Callable[[], JiraLogin]]:
    vault = Vault(settings.secrets.key_bytes)
    return {name: partial(_jira_login, site, store, vault, clock) for name, site in settings.jira.items()}


def _jira_login(site: Jira, store: Store, vault: Vault, clock: Clock) -> JiraLogin:
    plain = JiraLogin(
        url=site.url,
        email=site.email,
        token=site.token.reveal() if site.token else _NONE,
        timeout_seconds=site.timeout_seconds,
        overlap_seconds=site.overlap_seconds,
        jql_dates="account_zone" if site.jql_dates == "zone" else "epoch_ms",
    )
    if site.token is not None or site.client_id is None or site.client_secret is None:
        return plain
    kept = StoredTokens(store, vault, site.account, None, clock)
    issuer = atlassian(site.client_id.reveal(), site.client_secret.reveal(), site.authorization)
    url = f"{site.gateway}/ex/jira/{kept.place()}"
    return replace(plain, url=url, tokens=RefreshedTokens(issuer, kept, clock))


def quickbooks_login(company: QuickBooks) -> QuickBooksLogin:
    """How the company of the settings is reached."""
    return QuickBooksLogin(
        realm=company.realm,
        client_id=company.client_id.reveal(),
        client_secret=company.client_secret.reveal(),
        api_url=company.api_base,
        token_url=company.token_address,
        requests_per_second=company.requests_per_second,
        requests_per_minute=company.requests_per_minute,
        requests_at_once=company.requests_at_once,
        overlap=timedelta(seconds=company.cdc_overlap_seconds),
    )


def _company(
    name: str, company: QuickBooks, tokens: StoredTokens, allowance: Allowance, limits: Limits
) -> Company:
    login, clock = quickbooks_login(company), allowance.clock
    books = QuickBooksBooks(
        login,
        OAuthTokens(login, tokens, clock=clock),
        allowance.limiter,
        budget=allowance.budget,
        clock=clock,
    )
    return Company(
        alias=name,
        realm=company.realm,
        books=books,
        settle=timedelta(seconds=company.settle_seconds),
        send_within=timedelta(seconds=company.send_seconds),
        limits=limits,
        page=company.page,
        at_once=company.requests_at_once,
        keep=allowance.keep,
        glance=allowance.glance,
    )
