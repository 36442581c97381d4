"""The accounting API's endpoints: from a request for one company to the rules, and back to JSON."""

from __future__ import annotations

from sandbox.http import Request, Response
from sandbox.quickbooks.refusals import invalid_value, unsupported_operation
from sandbox.quickbooks.reports import report as make_report
from sandbox.quickbooks.rules.lookup import read
from sandbox.quickbooks.rules.rates import read_rate
from sandbox.quickbooks.rules.taxservice import create_tax_code
from sandbox.quickbooks.state import Company
from sandbox.quickbooks.vocabulary.registry import KINDS, kind_called
from sandbox.quickbooks.vocabulary.values import present
from sandbox.quickbooks.wire.answers import answer, deleted_answer, envelope, sent_in, shown
from sandbox.quickbooks.wire.changes import changes
from sandbox.quickbooks.wire.operations import Options, perform, unknown_operation
from sandbox.quickbooks.wire.operations import send as send_form
from sandbox.quickbooks.wire.pdf import PRINTABLE, printed
from sandbox.quickbooks.wire.query import parse_query
from sandbox.quickbooks.wire.selection import select

_WITHOUT_READ = ("Preferences", "ExchangeRate")


def company_info(company: Company, _request: Request, info_id: str) -> Response:
    """`GET /companyinfo/{id}`; the id is the realm's, or 1."""
    if info_id not in (company.realm, "1"):
        read(company, "CompanyInfo", info_id)
    return envelope(company, "CompanyInfo", shown(company, company.info))


def preferences(company: Company, _request: Request) -> Response:
    """`GET /preferences`."""
    return envelope(company, "Preferences", shown(company, company.preferences))


def exchange_rate(company: Company, request: Request) -> Response:
    """`GET /exchangerate?sourcecurrencycode=EUR&asofdate=…`."""
    row = read_rate(company, request.arg("sourcecurrencycode"), request.arg("asofdate"))
    return envelope(company, "ExchangeRate", shown(company, row))


def query(company: Company, request: Request) -> Response:
    """`GET /query?query=…`, or POST with the query as the body or, without one, in the address."""
    posted = request.body.decode("utf-8", "replace") if request.method == "POST" else ""
    text = posted or request.arg("query")
    return envelope(company, "QueryResponse", select(company, parse_query(text)))


def change_feed(company: Company, request: Request) -> Response:
    """`GET /cdc?entities=…&changedSince=…`."""
    groups = changes(company, request.arg("entities"), request.arg("changedSince"))
    return envelope(company, "CDCResponse", [{"QueryResponse": groups}])


def report(company: Company, request: Request, name: str) -> Response:
    """`GET /reports/{name}`: a report has no envelope."""
    return answer(make_report(company, name, dict(request.query)))


def read_one(company: Company, request: Request, entity: str, row_id: str) -> Response:
    """`GET /{entity}/{id}`; `include=invoiceLink` adds the link where payments are taken online."""
    kind = _kind(entity)
    if kind in _WITHOUT_READ:
        raise unknown_operation(entity)
    if kind != "TaxCode" and not row_id.isdecimal():
        raise invalid_value("Id", row_id)
    body = shown(company, read(company, kind, row_id))
    if kind == "Invoice" and "invoiceLink" in request.args("include") and _has_link(company, body):
        body["InvoiceLink"] = f"{request.base_url}/sandbox/company/{company.realm}/invoices/{row_id}"
    return envelope(company, KINDS[kind].shown_as, body)


def _has_link(company: Company, body: dict[str, object]) -> bool:
    return bool(company.preference("SalesFormsPrefs", "ETransactionPaymentEnabled") and body.get("BillEmail"))


def pdf(company: Company, _request: Request, entity: str, row_id: str) -> Response:
    """`GET /{entity}/{id}/pdf`: the form as a file."""
    kind = _kind(entity)
    if kind not in PRINTABLE:
        raise unsupported_operation(f"Operation pdf is not supported for {kind}.")
    return Response(200, printed(company, read(company, kind, row_id)), {"Content-Type": "application/pdf"})


def send(company: Company, request: Request, entity: str, row_id: str) -> Response:
    """`POST /{entity}/{id}/send`: records a mail. A connector of drafts never calls it."""
    kind = _kind(entity)
    row = send_form(company, kind, row_id, request.arg("sendTo") or None)
    return envelope(company, KINDS[kind].shown_as, shown(company, row))


def tax_code(company: Company, request: Request) -> Response:
    """`POST /taxservice/taxcode`: a tax code with its rates; the answer has no envelope."""
    return answer(create_tax_code(company, sent_in(request)))


def write(company: Company, request: Request, entity: str) -> Response:
    """`POST /{entity}`: create without an Id, otherwise the operation named in the query, or update."""
    kind = _kind(entity)
    sent = sent_in(request)
    named = next(iter(sent.values()), None) if kind == "RecurringTransaction" else sent
    identity = present(named, "Id") if isinstance(named, dict) else None
    changes_one = identity not in (None, 0, "0") or kind in ("Preferences", "CompanyInfo")
    if not changes_one:
        sent.pop("Id", None)
    operation = request.arg("operation", "update" if changes_one else "create").lower()
    includes = ",".join(request.args("include")).split(",")
    if operation == "update" and "void" in includes:
        operation = "void"
    options = Options(allow_duplicate="allowduplicatedocnum" in includes)
    row = perform(company, kind, operation, sent, options)
    body = deleted_answer(row) if operation == "delete" else shown(company, row)
    return envelope(company, KINDS[kind].shown_as, body)


def _kind(entity: str) -> str:
    kind = kind_called(entity)
    if kind is None:
        raise unknown_operation(entity)
    return kind
