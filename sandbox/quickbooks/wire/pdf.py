"""Sales forms as PDF files: plain pages of text, valid, and marked as coming from a sandbox."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sandbox.quickbooks.rules.lines import SALES, SUBTOTAL
from sandbox.quickbooks.state import Company, Json, Row

PRINTABLE = ("Invoice", "Estimate", "CreditMemo", "SalesReceipt", "RefundReceipt", "Payment", "PurchaseOrder")
_LINES_ON_A_PAGE = 48
_LEADING = 15


def printed(company: Company, row: Row) -> bytes:
    """The form as a PDF 1.4 file of one or more pages."""
    lines = list(_text(company, row))
    pages = [lines[at : at + _LINES_ON_A_PAGE] for at in range(0, len(lines), _LINES_ON_A_PAGE)]
    return _file([_content(page) for page in pages])


def _text(company: Company, row: Row) -> Iterator[str]:
    body = row.body
    yield str(company.info.body["CompanyName"])
    yield f"{row.kind.upper()} {body.get('DocNumber', '')}".rstrip()
    yield f"Date {body['TxnDate']}" + (f"   Due {body['DueDate']}" if "DueDate" in body else "")
    whose: Json = body.get("CustomerRef") or body.get("VendorRef") or {}
    yield f"To {whose.get('name', '')}"
    yield ""
    for line in body.get("Line", ()):
        yield from _line(line)
    yield ""
    yield f"Total {body['TotalAmt']} {body['CurrencyRef']['value']}"
    if "Balance" in body:
        yield f"Balance due {body['Balance']}"
    yield ""
    yield "Made by a sandbox. Nobody owes anybody this money."


def _line(line: Json) -> Iterator[str]:
    if line.get("DetailType") == SUBTOTAL:
        return
    item = line.get(SALES, {}).get("ItemRef", {}).get("name", "")
    words = [part for part in (item, line.get("Description", "")) if part]
    first, *more = "  ".join(words).splitlines() or [""]
    yield f"{first[:80]:<80} {line.get('Amount', '')}"
    yield from (f"  {rest[:90]}" for rest in more)


def _content(lines: Sequence[str]) -> bytes:
    shown = [b"(%s) '" % _escaped(line) for line in lines]
    start = b"BT /F1 10 Tf %d TL 50 800 Td" % _LEADING
    return b"\n".join([start, *shown, b"ET"])


def _escaped(text: str) -> bytes:
    raw = text.encode("cp1252", "replace")
    return raw.replace(b"\\", rb"\\").replace(b"(", rb"\(").replace(b")", rb"\)")


def _file(contents: Sequence[bytes]) -> bytes:
    """Objects 1 catalogue, 2 page tree, 3 font, then a page and its content for each page."""
    numbers = [4 + 2 * at for at in range(len(contents))]
    kids = b" ".join(b"%d 0 R" % number for number in numbers)
    objects = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [%s] /Count %d >>" % (kids, len(contents)),
        b"<< /Type /Font /Subtype /Type1 /BaseFont /Courier /Encoding /WinAnsiEncoding >>",
    ]
    for number, content in zip(numbers, contents, strict=True):
        page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842]"
        page += b" /Resources << /Font << /F1 3 0 R >> >> /Contents %d 0 R >>" % (number + 1)
        objects += [page, b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)]
    return _written(objects)


def _written(objects: Sequence[bytes]) -> bytes:
    out = bytearray(b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n")
    offsets = []
    for number, content in enumerate(objects, 1):
        offsets.append(len(out))
        out += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % offset for offset in offsets)
    out += b"trailer\n<< /Size %d /Root 1 0 R >>\nstartxref\n%d\n%%%%EOF\n" % (len(objects) + 1, start)
    return bytes(out)
