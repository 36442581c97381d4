"""The service's JSON: exact numbers, objects with stamps, envelopes, and the shape of a fault."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import msgspec

from sandbox.http import Request, Response
from sandbox.quickbooks.refusals import (
    Refusal,
    unreadable,
    unsupported_operation,
    wrong_content_type,
)
from sandbox.quickbooks.rules.taxcodes import is_built_in
from sandbox.quickbooks.state import TRANSACTIONS, Company, Json, Row
from sandbox.quickbooks.wire.view import computed

_encode = msgspec.json.Encoder(decimal_format="number").encode
_decode = msgspec.json.Decoder(float_hook=Decimal).decode
_MARK = b"\xef\xbb\xbf"  # of UTF-8, which some clients write in front
_JSON = {"Content-Type": "application/json;charset=UTF-8"}


def sent_in(request: Request) -> Json:
    """The body of a write: 1050 for a Content-Type other than JSON or XML, where it says one."""
    media = request.headers.get("content-type", "").partition(";")[0].strip().casefold()
    if media and not media.endswith(("json", "xml", "text/plain")):
        raise wrong_content_type(media)
    return parse(request.body)


def parse(body: bytes) -> Json:
    """A request body with its fractions as Decimal; 2010 when it is no JSON object, 500 when not UTF-8."""
    try:
        value = _decode(body.removeprefix(_MARK))
    except UnicodeDecodeError:
        raise unsupported_operation("The payload is not encoded in UTF-8.") from None
    except msgspec.DecodeError:
        raise unreadable() from None
    if not isinstance(value, dict):
        raise unreadable()
    return value


def answer(value: Any, status: int = 200) -> Response:
    """`value` as the service writes it: a Decimal becomes a JSON number with its own digits."""
    return Response(status, _encode(value), dict(_JSON))


def shown(company: Company, row: Row) -> Json:
    """The whole object as clients see it."""
    if row.kind == "ExchangeRate":
        stamp = company.stamp(row.changed_at)
        return {**row.body, "MetaData": {"LastUpdatedTime": stamp}}
    if is_built_in(row):
        return {**row.body, "Id": row.id, "MetaData": _stamps(company, row)}
    whole = {
        **row.body,
        **computed(company, row),
        "domain": "QBO",
        "sparse": False,
        "Id": row.id,
        "SyncToken": str(row.version),
        "MetaData": _stamps(company, row),
    }
    if row.kind == "RecurringTransaction":
        return {whole.pop("Type"): whole}
    return whole


def _stamps(company: Company, row: Row) -> Json:
    """When it was made and changed; by whom is told of transactions, but not of journal entries."""
    by = {"LastModifiedByRef": {"value": row.changed_by}}
    told = row.kind in TRANSACTIONS and row.kind != "JournalEntry"
    return {
        "CreateTime": company.stamp(row.created_at),
        **(by if told else {}),
        "LastUpdatedTime": company.stamp(row.changed_at),
    }


def shown_deleted(company: Company, row: Row) -> Json:
    """What the change feed says of a deleted object."""
    stamp = company.stamp(row.changed_at)
    return {"domain": "QBO", "status": "Deleted", "Id": row.id, "MetaData": {"LastUpdatedTime": stamp}}


def envelope(company: Company, name: str, value: Any) -> Response:
    """`value` under its entity's name, beside the server's time."""
    return answer({name: value, "time": _now(company)})


def deleted_answer(row: Row) -> Json:
    """What the answer to a deletion says of the object."""
    gone = {"domain": "QBO", "status": "Deleted", "Id": row.id}
    return {row.body["Type"]: gone} if row.kind == "RecurringTransaction" else gone


def fault(company: Company, refusal: Refusal) -> Response:
    """A refusal in the shape of the accounting service; with the knob, under status 200."""
    status = company.behaviour.fault_status if refusal.status == 400 else refusal.status
    return answer(fault_body(refusal) | {"time": _now(company)}, status)


def fault_body(refusal: Refusal) -> Json:
    """The `Fault` of a refusal, as it also stands in the item of a batch."""
    error = {"Message": refusal.message, "Detail": refusal.detail, "code": refusal.code}
    if refusal.element is not None:
        error["element"] = refusal.element
    return {"Fault": {"Error": [error], "type": refusal.kind}}


def _now(company: Company) -> str:
    return company.stamp(company.clock.now(), "milliseconds")
