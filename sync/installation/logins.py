"""The tables of config.toml that say how one Jira site and one QuickBooks company are reached."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal
from urllib.parse import urlsplit

from pydantic import Field, model_validator

from connectors.jira.grants import AUTHORIZATION, GATEWAY
from connectors.quickbooks.login import PRODUCTION_API, TOKEN_URL
from connectors.quickbooks.tokens import AUTHORIZE_URL
from mappings.words.mistakes import Mistake
from sync.installation import entries
from sync.installation.entries import Table
from sync.installation.fuses import Fuse

LOOPBACK = "http://localhost:8765/connected"
_PLAYGROUND = "https://developer.intuit.com/v2/OAuth2Playground/RedirectUrl"
SANDBOX_API = "https://sandbox-quickbooks.api.intuit.com"
_PAGES = {
    "production": "https://app.qbo.intuit.com/app/{kind}?txnId={id}",
    "sandbox": "https://app.sandbox.qbo.intuit.com/app/{kind}?txnId={id}",
}


class Jira(Table):
    """One Jira site, at Atlassian unless `hosting` says otherwise. With `email` the token is that account's API
    token, without it a bearer token. An app of yours at Atlassian (`client_id`, `client_secret`) stands in place of
    both: `milepost connect jira` lets it in.

    `token_expires_on` is the last day of `token`, which Jira tells nobody: a warning comes before it.
    `jql_dates`: "zone" writes times in the account's time zone, as documented; "epoch" writes milliseconds,
    which needs no zone and is not documented.
    """

    hosting: Literal["cloud", "data_center", "local"] = "cloud"
    url: entries.SiteAddress
    email: entries.Email = None
    token: entries.Credential | None = None
    token_expires_on: date | None = None
    client_id: entries.Credential | None = None
    client_secret: entries.Credential | None = None
    redirect_url: entries.RedirectUrl = LOOPBACK
    pkce: bool = True
    webhook_secret: entries.Credential | None = None
    timeout_seconds: Annotated[int, Field(ge=1, le=300)] = 30
    overlap_seconds: Annotated[int, Field(ge=60)] = 900
    jql_dates: Literal["zone", "epoch"] = "zone"

    @model_validator(mode="after")
    def _has_one_login(self) -> Jira:
        keys = (self.client_id, self.client_secret)
        if self.token is None and keys == (None, None):
            raise Mistake("a site needs a login", "token, or client_id and client_secret of your app")
        if self.token is not None and keys != (None, None):
            raise Mistake("a site has one login", "token, or client_id and client_secret, not both")
        if self.token is None:
            self._assert_app_fits()
        return self

    def _assert_app_fits(self) -> None:
        if self.client_id is None or self.client_secret is None:
            raise Mistake("client_id and client_secret stand together")
        if self.hosting == "data_center":
            raise Mistake("a server of your own takes a personal access token", "write it as token")
        if self.url.startswith(GATEWAY):
            hint = 'such as "https://example.atlassian.net"'
            raise Mistake("with an app the url is the site's own address", hint, ("url",))
        for name in ("email", "token_expires_on"):
            if getattr(self, name) is not None:
                raise Mistake("this goes with a token, and there is none", "take it out", (name,))

    @property
    def account(self) -> str:
        """What an app's tokens are kept under."""
        return f"jira/{urlsplit(self.url).netloc}"

    @property
    def authorization(self) -> str:
        """The base of the server that lets apps in."""
        return self._root if self.hosting == "local" else AUTHORIZATION

    @property
    def gateway(self) -> str:
        """The base of the addresses that an app's tokens are good at."""
        return self._root if self.hosting == "local" else GATEWAY

    @property
    def _root(self) -> str:
        parts = urlsplit(self.url)
        return f"{parts.scheme}://{parts.netloc}"


class QuickBooks(Table):
    """One QuickBooks company. `milepost connect quickbooks` connects it; a `refresh_token` that was had elsewhere
    connects it as well. The environment fixes its addresses; only "local", for trials, has own ones.

    `document_page` is where people see a document; empty: where the environment shows it, nowhere if that is "local".
    """

    environment: Literal["production", "sandbox", "local"]
    realm: entries.Realm
    client_id: entries.Credential
    client_secret: entries.Credential
    refresh_token: entries.Credential | None = None
    redirect_url: entries.RedirectUrl | None = None
    webhook_verifier: entries.Credential | None = None
    api_url: entries.OwnAddress = None
    token_url: entries.OwnAddress = None
    requests_per_minute: Annotated[int, Field(ge=1)] = 450
    requests_per_second: Annotated[int, Field(ge=1)] = 9
    reads_per_month: Annotated[int, Field(ge=0)] = 500_000
    requests_at_once: Annotated[int, Field(ge=1, le=10)] = 8
    settle_seconds: entries.SettleSeconds = 150
    send_seconds: Annotated[int, Field(ge=1, le=60)] = 10
    cdc_overlap_seconds: Annotated[int, Field(ge=60)] = 600
    fuse: Fuse | None = None
    document_page: entries.DocumentPage = ""

    @property
    def first_refresh_value(self) -> str | None:
        """The refresh token that the configuration begins with, if it has one."""
        return self.refresh_token.reveal() if self.refresh_token else None

    @property
    def authorize_address(self) -> str:
        """Where a person lets the application in."""
        return f"{self.api_url}/connect/oauth2" if self.environment == "local" else AUTHORIZE_URL

    @property
    def redirect(self) -> str:
        """Where a person is sent back. Intuit redirects to no machine of its own accord from production."""
        return self.redirect_url or (_PLAYGROUND if self.environment == "production" else LOOPBACK)

    @property
    def account(self) -> str:
        """What its tokens are kept under: those of a trial are never those of the real company."""
        return f"quickbooks/{self.environment}/{self.realm}"

    @property
    def page(self) -> str:
        """The address of a document for people, with `{kind}` and `{id}` in it; "" when there is none."""
        return self.document_page or _PAGES.get(self.environment, "")

    @property
    def api_base(self) -> str:
        """The address that companies are served from."""
        return self.api_url or (PRODUCTION_API if self.environment == "production" else SANDBOX_API)

    @property
    def token_address(self) -> str:
        """Where a refresh token is exchanged."""
        return self.token_url or TOKEN_URL
