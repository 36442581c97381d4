"""How to reach one Jira site: address, login and the knobs that trade requests for caution."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Literal

from connectors.http import checked_base_url
from connectors.oauth.tokens import TokenSource


@dataclass(frozen=True, slots=True)
class JiraLogin:
    """One site and one account. With `email` the token is a Cloud API token, without it a personal access
    token; `tokens` in place of both hands out the tokens of an app.

    `overlap_seconds` is how far each walk looks back for what the search index showed late. `jql_dates` is
    how moments are written in queries: as a minute in the account's time zone (documented), or as epoch
    milliseconds (not documented, but free of zones). The page sizes are what is asked for; a site may give
    less. `lists_seconds` is how long field, status and board lists are believed. `history_by_field` asks the
    site for the history of billing fields only. A value that cannot work is a ValueError without the token.
    """

    url: str
    email: str | None = None
    token: str = field(default="", repr=False)
    timeout_seconds: float = 30.0
    overlap_seconds: int = 900
    jql_dates: Literal["account_zone", "epoch_ms"] = "account_zone"
    ids_per_page: int = 5000
    changes_per_page: int = 100
    issues_per_fetch: int = 1000
    history_per_page: int = 10_000
    most_pages: int = 20_000
    lists_seconds: float = 900.0
    history_by_field: bool = True
    tokens: TokenSource | None = field(default=None, repr=False)

    def __post_init__(self) -> None:
        checked_base_url(self.url)
        # A line break or a non-ASCII letter would surface in an error of the HTTP library, token and all.
        if self.tokens is None and not re.fullmatch(r"[!-~]+", self.token):
            raise ValueError("the Jira token is empty or holds characters that no token has")
        if self.email is not None and (not self.email.isprintable() or ":" in self.email):
            raise ValueError("the Jira e-mail address holds characters that no address has")
        sizes = (self.ids_per_page, self.changes_per_page, self.history_per_page, self.most_pages)
        if min(sizes) < 1 or not 1 <= self.issues_per_fetch <= 1000:
            raise ValueError("page sizes are at least 1, and Jira fetches at most 1000 issues at once")
        if self.overlap_seconds < 60:
            raise ValueError("the overlap is at least 60 seconds: queries know whole minutes only")
