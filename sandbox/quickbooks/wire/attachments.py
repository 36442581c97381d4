"""Files and notes attached to objects: uploads, their metadata, and what is served of them."""

from __future__ import annotations

from sandbox.http import Handler, Request, Response
from sandbox.multipart import Part, boundary_of, parts_of
from sandbox.quickbooks import refusals
from sandbox.quickbooks.refusals import Refusal
from sandbox.quickbooks.rules.lists import create
from sandbox.quickbooks.rules.lookup import read
from sandbox.quickbooks.state import Company, Json, QuickBooksState
from sandbox.quickbooks.wire.answers import envelope, fault_body, parse, shown
from sandbox.quickbooks.wire.filelinks import has_thumbnail, is_good, link_to
from sandbox.quickbooks.wire.xml_form import from_xml

_MOST_BYTES = 100 * 1024 * 1024
_TYPES = frozenset(
    (
        *("ai", "csv", "doc", "docx", "eps", "gif", "jpeg", "jpg", "ods", "pdf", "png", "rtf"),
        *("tif", "tiff", "txt", "xls", "xlsx", "xml", "json", "zip"),
    )
)


def upload(company: Company, request: Request) -> Response:
    """`POST /upload`: parts `file_metadata_NN` (may lack) and `file_content_NN`; an answer for each file."""
    content_type = request.headers.get("content-type", "")
    boundary = boundary_of(content_type)
    if boundary is None:
        raise refusals.wrong_content_type(content_type)
    if len(request.body) > _MOST_BYTES:
        raise refusals.file_too_big()
    parts = {part.name: part for part in parts_of(request.body, boundary)}
    contents = [name for name in parts if name.startswith("file_content")]
    if not contents:
        raise refusals.missing("file_content_01")
    answers = []
    for name in contents:
        metadata = parts.get(name.replace("content", "metadata"))
        answers.append(_stored(company, parts[name], metadata))
    return envelope(company, "AttachableResponse", answers)


def _stored(company: Company, content: Part, metadata: Part | None) -> Json:
    try:
        sent = _sent(metadata.content) if metadata else {}
        name = str(sent.get("FileName") or content.filename)
        if not name:
            raise refusals.missing("FileName")
        if name.rpartition(".")[2].lower() not in _TYPES:
            raise refusals.business(f"The file type of {name} is not supported.", "FileName")
        kind = str(sent.get("ContentType") or content.media_type)
        sent |= {"FileName": name, "ContentType": kind}
        sent.pop("Id", None)
        row = create(company, "Attachable", sent)
    except Refusal as refusal:
        return fault_body(refusal)
    company.files[row.id] = content.content
    row.body["Size"] = len(content.content)
    row.body["FileAccessUri"] = f"/v3/company/{company.realm}/download/{row.id}"
    return {"Attachable": shown(company, row)}


def _sent(metadata: bytes) -> Json:
    return from_xml(metadata.strip()) if metadata.lstrip().startswith(b"<") else parse(metadata)


def download(company: Company, _request: Request, row_id: str) -> Response:
    """`GET /download/{id}`: a URL, as text, that works for a quarter of an hour."""
    row = read(company, "Attachable", row_id)
    if row.id not in company.files:
        raise refusals.not_found("The attachment is a note without a file.")
    return Response.text(link_to(company, row))


def thumbnail(company: Company, request: Request, row_id: str) -> Response:
    """`GET /attachable-thumbnail/{id}`: likewise, of a picture."""
    if not has_thumbnail(read(company, "Attachable", row_id)):
        raise refusals.not_found("The attachment is no picture.")
    return download(company, request, row_id)


def file_route(state: QuickBooksState) -> Handler:
    """The handler of links to files: the file, or 403 once the link is over."""

    def serve(_request: Request, realm: str, row_id: str, until: str, signature: str) -> Response:
        if not is_good(state.clock.now(), realm, row_id, until, signature):
            return Response.text("This link is not valid any more.", 403)
        company = state.companies[realm]
        row, content = company.find("Attachable", row_id), company.files.get(row_id)
        if row is None or content is None:
            return Response.text("No such file.", 404)
        return Response(200, content, {"Content-Type": str(row.body["ContentType"])})

    return serve
