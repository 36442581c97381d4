"""From settings to open connections: the real clients behind the two ports, tokens sealed in the store."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import NoReturn, cast

from connectors.jira.login import JiraLogin
from connectors.jira.noticeboard import JiraNoticeboard
from connectors.jira.tracker import JiraTracker
from connectors.limits import Limiter
from connectors.ports import Books, Noticeboard, Tracker
from connectors.quickbooks.client import QuickBooksBooks
from connectors.quickbooks.legible import legible
from connectors.quickbooks.login import QuickBooksLogin
from connectors.quickbooks.tokens import OAuthTokens
from model.billing import Document
from sync.installation.logins import Jira, QuickBooks
from sync.installation.settings import Settings
from sync.installation.tokens import StoredTokens
from sync.installation.vault import Vault
from sync.outbox.dispatch import Company
from sync.planning.fuse import Limits
from sync.store import Store


def connect_trackers(settings: Settings) -> dict[str, Tracker]:
    """A tracker per site in the settings. Nothing is sent yet."""
    return {name: JiraTracker(_jira_login(site)) for name, site in settings.jira.items()}


def connect_noticeboards(settings: Settings) -> dict[str, Noticeboard]:
    """A noticeboard per site in the settings. Nothing is sent yet, and never for a site that no contract writes to."""
    return {name: JiraNoticeboard(_jira_login(site)) for name, site in settings.jira.items()}


def connect_companies(settings: Settings, store: Store, clock: Callable[[], datetime]) -> dict[str, Company]:
    """A company per entry in the settings. Nothing is sent yet."""
    vault = Vault(settings.secrets.key_bytes)
    return {
        name: _company(
            name,
            company,
            StoredTokens(store, vault, company.account, company.refresh_token.reveal(), clock),
            clock,
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


def _jira_login(site: Jira) -> JiraLogin:
    return JiraLogin(
        url=site.url,
        email=site.email,
        token=site.token.reveal(),
        timeout_seconds=site.timeout_seconds,
        overlap_seconds=site.overlap_seconds,
        jql_dates="account_zone" if site.jql_dates == "zone" else "epoch_ms",
    )


def _company(
    name: str, company: QuickBooks, tokens: StoredTokens, clock: Callable[[], datetime], limits: Limits
) -> Company:
    login = QuickBooksLogin(
        realm=company.realm,
        client_id=company.client_id.reveal(),
        client_secret=company.client_secret.reveal(),
        api_url=company.api_base,
        token_url=company.token_address,
        requests_per_second=company.requests_per_second,
        requests_per_minute=company.requests_per_minute,
        overlap=timedelta(seconds=company.cdc_overlap_seconds),
    )
    # The settings already stand below QuickBooks' law; the limiter adapts downwards from there.
    limiter = Limiter(company.requests_per_second, company.requests_per_minute, level=1.0)
    return Company(
        alias=name,
        realm=company.realm,
        books=QuickBooksBooks(login, OAuthTokens(login, tokens, clock=clock), limiter, clock=clock),
        settle=timedelta(seconds=company.settle_seconds),
        send_within=timedelta(seconds=company.send_seconds),
        limits=limits,
        page=company.page,
    )
