"""The change feed (CDC): what changed since a moment, per entity, deleted objects remembered for a month."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.vocabulary.registry import KINDS, kind_called
from sandbox.quickbooks.wire.answers import shown, shown_deleted


def moment(company: Company, written: str) -> datetime:
    """A time as clients write it; without an offset it is the server's own zone. ValueError when it is none.

    A plus sign that arrived as a space (not encoded by the client) is read as a plus.
    """
    value = datetime.fromisoformat(written.strip().replace(" ", "+"))
    return value if value.tzinfo else value.replace(tzinfo=ZoneInfo(company.behaviour.server_zone))


def changes(company: Company, entities: str, since: str) -> list[Json]:
    """The members of a CDC answer, one per entity asked for, `{}` for one without changes."""
    kinds = [_entity(name.strip()) for name in entities.split(",")]
    if not entities.strip() or not since:
        raise refusals.missing("changedSince" if entities else "entities")
    start = _start(company, since)
    left = company.behaviour.cdc_cap
    groups: list[Json] = []
    for kind in kinds:
        rows = company.changed(kind, start)[:left]
        left -= len(rows)
        groups.append(_group(company, kind, rows))
    return groups


def _entity(name: str) -> str:
    kind = kind_called(name)
    if kind is None or not KINDS[kind].in_feed:
        raise refusals.invalid_query(f"Entity {name} is not supported by change data capture")
    return kind


def _start(company: Company, since: str) -> datetime:
    try:
        start = moment(company, since)
    except ValueError:
        raise refusals.invalid_value("changedSince", since) from None
    horizon = company.clock.now() - company.behaviour.cdc_horizon
    if start >= horizon:
        return start
    if company.behaviour.cdc_beyond_horizon == "clip":
        return horizon
    too_old = f"Operation cdc with changedSince date {since} which is older than fixed days is not supported."
    raise refusals.unsupported_operation(too_old)


def _group(company: Company, kind: str, rows: list[Row]) -> Json:
    if not rows:
        return {}
    living = [shown(company, row) for row in rows if not row.deleted]
    gone = [shown_deleted(company, row) for row in rows if row.deleted]
    return {
        KINDS[kind].shown_as: living + gone,
        "startPosition": 1,
        "maxResults": len(rows),
        "totalCount": len(rows),
    }
