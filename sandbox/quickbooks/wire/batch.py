"""Batches: up to thirty operations, queries and reports in one request, each with its own answer or fault."""

from __future__ import annotations

from urllib.parse import parse_qsl

from sandbox.http import Request, Response
from sandbox.quickbooks import refusals
from sandbox.quickbooks.refusals import Refusal
from sandbox.quickbooks.reports import report
from sandbox.quickbooks.state import Company, Json
from sandbox.quickbooks.vocabulary.registry import KINDS
from sandbox.quickbooks.vocabulary.values import choice, present
from sandbox.quickbooks.wire.answers import deleted_answer, envelope, fault_body, sent_in, shown
from sandbox.quickbooks.wire.changes import changes
from sandbox.quickbooks.wire.operations import Options, perform, send
from sandbox.quickbooks.wire.query import parse_query
from sandbox.quickbooks.wire.selection import select

_LONGEST_ID = 10  # of an item, where the batch has a request id
_LONGEST_REQUEST_ID = 36


def batch(company: Company, request: Request) -> Response:
    """`POST /batch`: one answer per item, in order; the items are independent of each other.

    Item ids are optional, as the public schema has them; an item without `operation` creates.
    """
    items = present(sent_in(request), "BatchItemRequest")
    if not isinstance(items, list) or not items:
        raise refusals.missing("BatchItemRequest")
    if len(items) > company.behaviour.batch_limit:
        raise refusals.batch_too_big(len(items), company.behaviour.batch_limit)
    _check_ids(items, request.arg("requestid"))
    answers = [_answer(company, item) for item in items]
    return envelope(company, "BatchItemResponse", answers)


def _check_ids(items: list[Json], request_id: str) -> None:
    if len(request_id) > _LONGEST_REQUEST_ID:
        raise refusals.too_long("requestid", len(request_id), _LONGEST_REQUEST_ID)
    seen: set[str] = set()
    for item in items:
        if not isinstance(item, dict):
            raise refusals.missing("BatchItemRequest")
        if present(item, "bId") is None:
            continue
        item_id = str(item["bId"])
        if request_id and len(item_id) > _LONGEST_ID:
            raise refusals.too_long("bId", len(item_id), _LONGEST_ID)
        if item_id in seen:
            raise refusals.invalid_value("bId", item_id)
        seen.add(item_id)


def _answer(company: Company, item: Json) -> Json:
    month = company.clock.now().strftime("%Y-%m")
    answered: Json = {} if present(item, "bId") is None else {"bId": str(item["bId"])}
    try:
        if not company.throttle.spend_item(company.clock.now()):
            raise refusals.throttled()
        result = _read(company, item)
        if result is not None:
            company.meter.count(month, reads=1)
        else:
            result = _changed(company, item)
            company.meter.count(month, writes=1)
    except Refusal as refusal:
        result = fault_body(refusal)
    return answered | result


def _read(company: Company, item: Json) -> Json | None:
    """What a query, a report or a question for changes finds; None of an item that asks none of them."""
    query, feed, asked = (present(item, name) for name in ("Query", "CDCQuery", "ReportQuery"))
    if query is not None:
        return {"QueryResponse": select(company, parse_query(str(query)))}
    if isinstance(feed, dict):
        groups = changes(company, str(feed.get("Entities", "")), str(feed.get("ChangedSince", "")))
        return {"CDCResponse": {"QueryResponse": groups}}
    if asked is not None:
        path, _, query_string = str(asked).partition("?")
        return {"Report": report(company, path.rpartition("/")[2], dict(parse_qsl(query_string)))}
    return None


def _changed(company: Company, item: Json) -> Json:
    kind = next((each.name for each in KINDS.values() if each.name in item or each.shown_as in item), None)
    sent = item.get(kind, item.get(KINDS[kind].shown_as)) if kind else None
    if kind is None or not isinstance(sent, dict):
        raise refusals.missing("operation")
    operation = choice(item, "operation", ("create", "update", "delete", "void", "send")) or "create"
    if operation == "send":
        return {KINDS[kind].shown_as: shown(company, send(company, kind, str(present(sent, "Id") or "")))}
    extras = [extra.strip() for extra in str(item.get("optionsData", "")).split(",")]
    if "void" in extras:
        operation = "void"
    options = Options(allow_duplicate="allowduplicatedocnum" in extras)
    row = perform(company, kind, operation, sent, options)
    return {KINDS[kind].shown_as: deleted_answer(row) if operation == "delete" else shown(company, row)}
