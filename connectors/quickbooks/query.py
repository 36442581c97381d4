"""QuickBooks' query language: quoting that cannot be broken out of, and walks over more rows than one page.

https://developer.intuit.com/app/developer/qbo/docs/learn/explore-the-quickbooks-online-api/data-queries
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import datetime

from connectors.quickbooks.figures import JsonObject

PAGE = 1000  # the service's maximum; without MAXRESULTS it silently gives 100
_NAME = re.compile(r"[A-Za-z][A-Za-z.]*")

Ask = Callable[[str], list[JsonObject]]  #: runs one query, returns its rows


def quoted(value: str) -> str:
    """`value` as a string literal. The backslash is escaped first, else `\\\\'` would close the literal."""
    if any(ord(sign) < 32 for sign in value):
        raise ValueError("a query literal holds no control characters")
    escaped = value.replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def stamp(moment: datetime) -> str:
    """An aware time with its offset. The library drops it, and the service then assumes its own."""
    if moment.tzinfo is None:
        raise ValueError(f"a time without an offset means another moment elsewhere: {moment!r}")
    return moment.isoformat(timespec="seconds")


def select(entity: str, where: str = "", order: str = "Id", start: int = 1) -> str:
    """One page of `entity`, always with order, start and size."""
    if not (_NAME.fullmatch(entity) and _NAME.fullmatch(order)):
        raise ValueError(f"not a name of the query language: {entity!r}, {order!r}")
    condition = f" WHERE {where}" if where else ""
    page = f"ORDERBY {order} STARTPOSITION {start} MAXRESULTS {PAGE}"
    return f"SELECT * FROM {entity}{condition} {page}"  # noqa: S608  names are checked, values quoted


def all_rows(ask: Ask, entity: str, where: str = "") -> Iterator[JsonObject]:
    """Every row of a list entity that meets the condition, page by page; without one every active row."""
    start = 1
    while True:
        rows = ask(select(entity, where, start=start))
        yield from rows
        if len(rows) < PAGE:
            return
        start += PAGE


def rows_since(ask: Ask, entity: str, field: str, since: datetime, where: str = "") -> Iterator[JsonObject]:
    """Rows that meet the condition and whose time `field` ("MetaData.CreateTime") is `since` or later, oldest first;
    may repeat rows.

    Each page begins at the last stamp of the one before, not at a position: positions shift when a row
    changes or goes while we walk, and a shifted row would be missed.
    """
    start = 1
    while True:
        late = f"{field} >= {quoted(stamp(since))}"
        rows = ask(select(entity, f"{where} AND {late}" if where else late, field, start))
        yield from rows
        if len(rows) < PAGE:
            return
        oldest, newest = _time_of(rows[0], field), _time_of(rows[-1], field)
        # A whole page of one stamp: only positions lead on.
        start, since = (start + PAGE, since) if newest == oldest else (1, newest)


def _time_of(row: JsonObject, field: str) -> datetime:
    value: object = row
    for part in field.split("."):
        value = value[part] if isinstance(value, dict) else None
    return datetime.fromisoformat(str(value))
