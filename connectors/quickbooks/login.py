"""How one company is reached: realm, addresses, application keys and the knobs of the connection."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import timedelta

from connectors.http import checked_base_url

PRODUCTION_API = "https://quickbooks.api.intuit.com"
TOKEN_URL = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"  # noqa: S105  an address, no secret


@dataclass(frozen=True, slots=True)
class QuickBooksLogin:
    """One company's connection. Addresses are https, or http on loopback; else ValueError.

    Times are seconds. `write_timeout` stays above the service's own limit of 120 s, so that a slow write is
    answered rather than unknown. `overlap` is how far cursors and look-ups reach back; `horizon` how long
    the service remembers changes. `void_words` begin the private note of a voided document (other languages
    unverified).
    """

    realm: str
    client_id: str = ""
    client_secret: str = field(default="", repr=False)
    api_url: str = PRODUCTION_API
    token_url: str = TOKEN_URL
    connect_timeout: float = 5.0
    read_timeout: float = 60.0
    write_timeout: float = 130.0
    requests_per_second: int = 10
    requests_per_minute: int = 500
    requests_at_once: int = 4
    overlap: timedelta = timedelta(minutes=10)
    horizon: timedelta = timedelta(days=30)
    void_words: tuple[str, ...] = ("Voided",)

    def __post_init__(self) -> None:
        if not self.realm.isdigit():
            raise ValueError(f"a QuickBooks realm is a number, not {self.realm!r}")
        checked_base_url(self.api_url)
        checked_base_url(self.token_url)
