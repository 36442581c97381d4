"""The tables of config.toml that say how one Jira site and one QuickBooks company are reached."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from connectors.quickbooks.login import PRODUCTION_API, TOKEN_URL
from sync.installation import entries
from sync.installation.entries import Table
from sync.installation.fuses import Fuse

SANDBOX_API = "https://sandbox-quickbooks.api.intuit.com"
_PAGES = {
    "production": "https://app.qbo.intuit.com/app/{kind}?txnId={id}",
    "sandbox": "https://app.sandbox.qbo.intuit.com/app/{kind}?txnId={id}",
}


class Jira(Table):
    """One Jira site, at Atlassian unless `hosting` says otherwise. With `email` the token is that account's API
    token, without it a bearer token.

    `jql_dates`: "zone" writes times in the account's time zone, as documented; "epoch" writes milliseconds,
    which needs no zone and is not documented.
    """

    hosting: Literal["cloud", "data_center", "local"] = "cloud"
    url: entries.SiteAddress
    email: entries.Email = None
    token: entries.Credential
    timeout_seconds: Annotated[int, Field(ge=1, le=300)] = 30
    overlap_seconds: Annotated[int, Field(ge=60)] = 900
    jql_dates: Literal["zone", "epoch"] = "zone"


class QuickBooks(Table):
    """One QuickBooks company. The environment fixes its addresses; only "local", for trials, has own ones.

    `document_page` is where people see a document; empty: where the environment shows it, nowhere if that is "local".
    """

    environment: Literal["production", "sandbox", "local"]
    realm: entries.Realm
    client_id: entries.Credential
    client_secret: entries.Credential
    refresh_token: entries.Credential
    api_url: entries.OwnAddress = None
    token_url: entries.OwnAddress = None
    requests_per_minute: Annotated[int, Field(ge=1)] = 450
    requests_per_second: Annotated[int, Field(ge=1)] = 9
    settle_seconds: entries.SettleSeconds = 150
    send_seconds: Annotated[int, Field(ge=1, le=60)] = 10
    cdc_overlap_seconds: Annotated[int, Field(ge=60)] = 600
    fuse: Fuse | None = None
    document_page: entries.DocumentPage = ""

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
