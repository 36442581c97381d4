"""The audit log: what administrators did, newest first."""

from __future__ import annotations

from datetime import datetime

from sandbox.http import Response
from sandbox.jira.settings import AuditRecord
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_MOST = 1000
_KEPT = 10_000


def note(visit: Visit, category: str, summary: str, name: str, kind: str, identity: object) -> None:
    """Write down what was done to an object of a kind ("USER", "GROUP", "PROJECT", "SCHEME")."""
    record = AuditRecord(
        visit.state.next_id("audit"),
        visit.now,
        visit.user.account_id,
        category,
        summary,
        name,
        kind,
        str(identity),
    )
    visit.state.audit_log.append(record)
    del visit.state.audit_log[:-_KEPT]


def records(visit: Visit) -> Response:
    """GET auditing/record, by text and time, from `offset` on."""
    visit.require("ADMINISTER", "You are not authorized to view audit records.")
    words = visit.request.arg("filter").lower().split()
    first, last = _moment(visit, "from"), _moment(visit, "to")
    start, count = visit.number("offset", 0), visit.number("limit", _MOST, most=_MOST)
    found = [
        record
        for record in reversed(visit.state.audit_log)
        if all(word in f"{record.summary} {record.category} {record.name}".lower() for word in words)
        and (first is None or record.at >= first)
        and (last is None or record.at <= last)
    ]
    shown = [_shape(visit, record) for record in found[start : start + count]]
    return Response.json({"offset": start, "limit": count, "total": len(found), "records": shown})


def add(visit: Visit) -> Response:
    """POST auditing/record (Data Center): 201, a record of one's own."""
    visit.require("ADMINISTER", "You are not authorized to create audit records.")
    given = body.read(
        visit,
        {"summary": str, "category": str, "description": str, "objectItem": dict, "changedValues": list,
         "associatedItems": list},
    )  # fmt: skip
    if not given.get("summary") or not given.get("category"):
        raise Refusal(400, "Summary and category are required.")
    item = given.get("objectItem", {})
    kind = str(item.get("typeName", ""))
    note(visit, given["category"], given["summary"], str(item.get("name", "")), kind, item.get("id", ""))
    return Response(201)


def _moment(visit: Visit, name: str) -> datetime | None:
    text = visit.request.arg(name)
    if not text:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        raise Refusal(400, f"The date '{text}' is not valid.") from None
    return found if found.tzinfo else found.replace(tzinfo=visit.now.tzinfo)


def _shape(visit: Visit, record: AuditRecord) -> Json:
    account = {"authorAccountId": record.by} if visit.state.site.is_cloud else {}
    return {
        "id": record.id,
        "summary": record.summary,
        "remoteAddress": "127.0.0.1",
        "authorKey": record.by,
        **account,
        "created": visit.stamp(record.at),
        "category": record.category,
        "eventSource": "",
        "objectItem": {"id": record.identity, "name": record.name, "typeName": record.kind},
        "changedValues": [],
        "associatedItems": [],
    }


ROUTES = (
    ("GET", "auditing/record", records),
    ("POST", "auditing/record", add),
)
