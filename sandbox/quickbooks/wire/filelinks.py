"""Links to attached files: signed, good for a quarter of an hour, at the address that was asked."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import datetime, timedelta
from urllib.parse import quote

from sandbox.quickbooks.state import Company, Json, Row

FILES = "/files/{realm}/{row_id}/{until}/{signature}"
_LIFETIME = timedelta(minutes=15)
_address: ContextVar[str] = ContextVar("address", default="http://127.0.0.1")


@contextmanager
def links_below(address: str) -> Iterator[None]:
    """Until the end of the block links begin with `address`."""
    token = _address.set(address)
    try:
        yield
    finally:
        _address.reset(token)


def file_members(company: Company, row: Row) -> Json:
    """What an attachable shows of its file: where to fetch it and, of a picture, its thumbnail."""
    content = company.files.get(row.id)
    if content is None:
        return {}
    members = {"TempDownloadUri": link_to(company, row)}
    if has_thumbnail(row):
        members["ThumbnailFileAccessUri"] = f"/v3/company/{company.realm}/attachable-thumbnail/{row.id}"
        members |= {"ThumbnailTempDownloadUri": link_to(company, row)} if content else {}
    return members


def has_thumbnail(row: Row) -> bool:
    """Pictures have one; here it is the picture itself."""
    return str(row.body.get("ContentType", "")).startswith("image/")


def link_to(company: Company, row: Row) -> str:
    """An address that serves the file to whoever has it."""
    until = int((company.clock.now() + _LIFETIME).timestamp())
    return _address.get() + quote(
        FILES.format(
            realm=company.realm,
            row_id=row.id,
            until=until,
            signature=_signature(company.realm, row.id, until),
        )
    )


def is_good(now: datetime, realm: str, row_id: str, until: str, signature: str) -> bool:
    """Whether this is a link that was given, and not over yet."""
    if not until.isdecimal() or signature != _signature(realm, row_id, int(until)):
        return False
    return now.timestamp() <= int(until)


def _signature(realm: str, row_id: str, until: int) -> str:
    return hashlib.sha256(f"{realm}/{row_id}/{until}".encode()).hexdigest()[:32]
