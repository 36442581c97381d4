"""What planning needs beside facts: handed in, so that the same facts under the same terms give the same plan."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime

from model.billing import DraftLine


@dataclass(frozen=True, slots=True)
class Terms:
    """The clock as an argument, the company's zone, realm and items (name in lower case → type of the account it posts
    to), how markers are made, that what QuickBooks refused before `refused_before` is tried again, and the day through
    which its books are closed. `written` is the line of a charge (second) as we last wrote it on a document (first)."""

    now: datetime
    zone: str
    realm: str
    items: Mapping[str, str | None]
    marker: Callable[[str], str]
    refused_before: datetime
    closed_on: date | None = None
    written: Callable[[str, str], DraftLine | None] = lambda _document, _charge: None
