"""What subscribers are to hear: endpoints, changes collected for them, letters on their way, attempts made."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from sandbox.quickbooks.state import Happening

Format = Literal["legacy", "cloudevents"]
_SILENT = frozenset(("CompanyInfo", "TaxCode", "TaxRate", "TaxAgency", "CompanyCurrency", "CustomerType"))
_KEPT = 1000  # attempts that are remembered


@dataclass(frozen=True, slots=True)
class Endpoint:
    """Where notifications go: a loopback URL, the verifier token that signs them, and their format."""

    url: str
    verifier_token: str
    format: Format = "cloudevents"


@dataclass(slots=True)
class Letter:
    """One notification on its way: its bytes, and when it is tried next."""

    endpoint: Endpoint
    body: bytes
    due_at: datetime
    attempts: int = 0


@dataclass(frozen=True, slots=True)
class Delivery:
    """One attempt that was made, with the status it met (0 where nobody answered)."""

    url: str
    body: bytes
    status: int
    at: datetime


@dataclass(frozen=True, slots=True)
class Collected:
    """A change of one company that no letter tells yet."""

    realm: str
    happening: Happening


@dataclass(slots=True)
class Outbox:
    """Everything a server owes its subscribers. Take `lock` around anything but collect()."""

    endpoints: list[Endpoint] = field(default_factory=list)
    collected: list[Collected] = field(default_factory=list)
    letters: list[Letter] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    made: int = 0
    lock: threading.Lock = field(default_factory=threading.Lock)

    def collect(self, realm: str, happening: Happening) -> None:
        """Keep a change until it is told; nobody is told who subscribes later."""
        if self.endpoints and happening.kind not in _SILENT:
            with self.lock:
                self.collected.append(Collected(realm, happening))

    def settle(self, letter: Letter, delivery: Delivery, next_at: datetime | None) -> None:
        """Note an attempt; the letter goes again at `next_at`, or never where that is None."""
        with self.lock:
            self.deliveries.append(delivery)
            del self.deliveries[:-_KEPT]
            letter.attempts += 1
            if next_at is not None:
                letter.due_at = next_at
            elif letter in self.letters:
                self.letters.remove(letter)
