"""Access to one company: Intuit's token endpoint behind the one source of tokens."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

import requests

from connectors.oauth.issuer import Application, Issuer
from connectors.oauth.source import RefreshedTokens
from connectors.oauth.tokens import TokenVault
from connectors.quickbooks.login import QuickBooksLogin

AUTHORIZE_URL = "https://appcenter.intuit.com/connect/oauth2"
SCOPE = "com.intuit.quickbooks.accounting"
_UNUSED, _IN_ALL = timedelta(days=100), timedelta(days=5 * 365)


def intuit(login: QuickBooksLogin, session: requests.Session | None = None) -> Issuer:
    """Who issues the tokens of a company."""
    application = Application(
        "QuickBooks", login.token_url, login.client_id, login.client_secret, unused=_UNUSED, in_all=_IN_ALL
    )
    return Issuer(application, session)


class OAuthTokens(RefreshedTokens):
    """The tokens of one company, kept in `vault`."""

    def __init__(
        self,
        login: QuickBooksLogin,
        vault: TokenVault,
        *,
        session: requests.Session | None = None,
        clock: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        super().__init__(intuit(login, session), vault, clock)
