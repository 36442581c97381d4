"""The accounting API's endpoints: from a request for one company to the rules, and back to JSON."""

from __future__ import annotations

from collections.abc import Callable

from sandbox.http import Request, Response
from sandbox.quickbooks import invoices, lists, payments
from sandbox.quickbooks.changes import changes
from sandbox.quickbooks.lookup import read
from sandbox.quickbooks.query import parse_query
from sandbox.quickbooks.refusals import Refusal, unsupported_operation
from sandbox.quickbooks.selection import select
from sandbox.quickbooks.state import Company, Json, Row
from sandbox.quickbooks.values import present
from sandbox.quickbooks.wire import envelope, parse, shown, shown_deleted

READABLE = {
    name.casefold(): name
    for name in (
        *("Invoice", "Payment", "Customer", "Item", "Account", "Term", "Class", "Department"),
        *("TaxCode", "TaxRate"),
    )
}
_Change = Callable[..., Row]
_CREATES: dict[str, _Change] = {"Invoice": invoices.create, "Payment": payments.create}
_CHANGES: dict[tuple[str, str], _Change] = {
    ("Invoice", "update"): invoices.update,
    ("Invoice", "void"): invoices.void,
    ("Invoice", "delete"): invoices.delete,
    ("Payment", "void"): payments.void,
    ("Payment", "delete"): payments.delete,
}
_LISTS = ("Customer", "Item")


def company_info(company: Company, _request: Request, info_id: str) -> Response:
    """`GET /companyinfo/{id}`; the id is the realm's, or 1."""
    if info_id not in (company.realm, "1"):
        read(company, "CompanyInfo", info_id)
    return envelope(company, "CompanyInfo", shown(company, company.info))


def preferences(company: Company, _request: Request) -> Response:
    """`GET /preferences`."""
    return envelope(company, "Preferences", shown(company, company.preferences))


def query(company: Company, request: Request) -> Response:
    """`GET /query?query=…`, or POST with the query as the body."""
    text = request.body.decode("utf-8", "replace") if request.method == "POST" else request.arg("query")
    return envelope(company, "QueryResponse", select(company, parse_query(text)))


def change_feed(company: Company, request: Request) -> Response:
    """`GET /cdc?entities=…&changedSince=…`."""
    groups = changes(company, request.arg("entities"), request.arg("changedSince"))
    return envelope(company, "CDCResponse", [{"QueryResponse": groups}])


def read_one(company: Company, _request: Request, entity: str, row_id: str) -> Response:
    """`GET /{entity}/{id}`."""
    kind = _kind(entity)
    return envelope(company, kind, shown(company, read(company, kind, row_id)))


def send(company: Company, request: Request, row_id: str) -> Response:
    """`POST /invoice/{id}/send`: records a mail. A connector of drafts never calls it."""
    row = invoices.send(company, read(company, "Invoice", row_id), request.arg("sendTo") or None)
    return envelope(company, "Invoice", shown(company, row))


def write(company: Company, request: Request, entity: str) -> Response:
    """`POST /{entity}`: create without an Id, otherwise the operation named in the query, or update."""
    kind = _kind(entity)
    sent = parse(request.body)
    operation = request.arg("operation", "create" if present(sent, "Id") is None else "update")
    if operation == "update" and "void" in request.args("include"):
        operation = "void"
    row = _changed(company, kind, operation, sent, request)
    if operation == "delete":
        return envelope(company, kind, _without_stamp(shown_deleted(company, row)))
    return envelope(company, kind, shown(company, row))


def _changed(company: Company, kind: str, operation: str, sent: Json, request: Request) -> Row:
    if kind in _LISTS and operation in ("create", "update"):
        return (lists.create if operation == "create" else lists.update)(company, kind, sent)
    allow = "allowduplicatedocnum" in ",".join(request.args("include")).split(",")
    options = {"allow_duplicate": allow} if kind == "Invoice" and operation in ("create", "update") else {}
    change = _CREATES.get(kind) if operation == "create" else _CHANGES.get((kind, operation))
    if change is None:
        raise unsupported_operation(f"Operation {operation} is not supported for {kind}.")
    return change(company, sent, **options)


def _kind(entity: str) -> str:
    kind = READABLE.get(entity.casefold())
    if kind is None:
        raise unknown_operation(entity)
    return kind


def unknown_operation(name: str) -> Refusal:
    """What the service says to an endpoint it does not have."""
    return unsupported_operation(f"Operation {name} is not supported.")


def _without_stamp(deleted: Json) -> Json:
    return {name: value for name, value in deleted.items() if name != "MetaData"}
