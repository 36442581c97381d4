"""How finance sees invoices: the list with what became of each, and one with its lines and what can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Literal

from sandbox.pages.html import Child, Html, element, joined, said
from sandbox.pages.parts import (
    acts,
    facts,
    field,
    filters,
    folded,
    for_good,
    form,
    hidden,
    pager,
    pill,
    sheet,
    table,
)
from sandbox.quickbooks.rules.lines import SALES
from sandbox.quickbooks.state import API_USER, Company, Json, Row

PAGE = 50
Standing = Literal["draft", "edited", "queued", "sent", "part paid", "paid", "voided"]
_HEADS = ("No.", "Date", "Due", "Status", "Open", "Total")
STANDINGS: tuple[Standing, ...] = ("draft", "edited", "queued", "sent", "part paid", "paid", "voided")


def standing(company: Company, invoice: Row) -> Standing:
    """What became of an invoice, in one word: the furthest thing that happened to it."""
    body = invoice.body
    total, balance = body["TotalAmt"], body["Balance"]
    if total == 0 and str(body.get("PrivateNote", "")).startswith(company.behaviour.void_note):
        return "voided"
    if balance < total:
        return "paid" if balance == 0 else "part paid"
    if body["EmailStatus"] == "EmailSent":
        return "sent"
    if body["EmailStatus"] == "NeedToSend":
        return "queued"
    return "edited" if invoice.version and invoice.changed_by != API_USER else "draft"


def invoice_list(company: Company, path: str, wanted: str, page_number: int) -> Html:
    """The newest first, `PAGE` to a page; `wanted` is a standing or empty for all."""
    rows = [(row, standing(company, row)) for row in reversed(company.rows("Invoice"))]
    counts = Counter(word for _row, word in rows)
    shown = [(row, word) for row, word in rows if wanted in ("", word)]
    part = shown[(page_number - 1) * PAGE : page_number * PAGE]
    arguments = {"status": wanted} if wanted else {}
    return joined(
        filters(path, wanted, [(word, counts[word]) for word in STANDINGS]),
        invoice_table(path, part),
        pager(path, page_number, PAGE, len(shown), **arguments),
    )


def invoice_table(path: str, invoices: Sequence[tuple[Row, Standing]]) -> Html:
    """Invoices in a row each, with whose they are and what became of them."""
    clients = [said(row.body["CustomerRef"].get("name", "")) for row, _word in invoices]
    cells = [
        [number, client, *rest]
        for (number, *rest), client in zip(_rows(path, invoices), clients, strict=True)
    ]
    return table((_HEADS[0], "Client", *_HEADS[1:]), cells, numbers=(5, 6))


def invoices_of_one(path: str, invoices: Sequence[tuple[Row, Standing]]) -> Html:
    """The same of one client, who is not named again."""
    return table(_HEADS, list(_rows(path, invoices)), numbers=(4, 5))


def _rows(path: str, invoices: Sequence[tuple[Row, Standing]]) -> Iterator[list[Child]]:
    for row, word in invoices:
        yield [
            element("a", number_of(row), href=f"{path}/{row.id}"),
            row.body["TxnDate"],
            row.body.get("DueDate", ""),
            pill(word),
            money(row.body["Balance"], row.body),
            money(row.body["TotalAmt"], row.body),
        ]


def invoice_sheet(company: Company, path: str, invoice: Row) -> Html:
    """One invoice: what it says, its lines, each with its own form, and everything finance can do to it."""
    body, word = invoice.body, standing(company, invoice)
    email = body.get("BillEmail", {}).get("Address", "")
    content = (
        facts(
            ("Client", _client(path, body)),
            ("Status", pill(word)),
            ("Total", money(body["TotalAmt"], body)),
            ("Open", money(body["Balance"], body)),
            ("Date", body["TxnDate"]),
            ("Due", body.get("DueDate", "")),
            ("Mail", said(email) if email else "no address"),
            ("Message to the client", _text(body.get("CustomerMemo", {}).get("value", ""))),
            ("Private note", _text(body.get("PrivateNote", ""))),
            ("Made from", _source(path, body)),
            ("Id, version", f"{invoice.id}, {invoice.version}"),
        ),
        element("h2", "Lines"),
        table(("Text", "Item", "Qty", "Amount", ""), list(_lines(path, invoice, word)), numbers=(2, 3)),
    )
    return sheet(content, acts("What finance can do", _acts(path, invoice, email, word)))


def _client(path: str, body: Json) -> Html:
    client = body["CustomerRef"]
    there = path.replace("/invoices", f"/customers/{client['value']}")
    return element("a", said(client.get("name", "")), href=there)


def _source(path: str, body: Json) -> Html | None:
    made_of = next((link["TxnId"] for link in body["LinkedTxn"] if link["TxnType"] == "Estimate"), None)
    there = path.replace("/invoices", f"/estimates/{made_of}")
    return element("a", f"estimate {made_of}", href=there) if made_of else None


def _text(text: str) -> Html | None:
    return said(text) if text else None


def _lines(path: str, invoice: Row, word: Standing) -> Iterator[list[Child]]:
    sales = [line for line in invoice.body["Line"] if line["DetailType"] == SALES]
    for line in sales:
        detail: Json = line[SALES]
        yield [
            said(line.get("Description", "")),
            said(detail.get("ItemRef", {}).get("name", "")),
            str(detail.get("Qty", "")),
            money(line["Amount"], invoice.body),
            None if word == "voided" else _change(f"{path}/{invoice.id}", line, alone=len(sales) == 1),
        ]
    total = element("span", money(invoice.body["TotalAmt"], invoice.body), class_="sum")
    yield ["Total with tax", None, None, total, None]


def _change(here: str, line: Json, *, alone: bool) -> Html:
    """What can be done to one line; the only one cannot leave its invoice."""
    named = hidden("line", line["Id"])
    text, amount = line.get("Description", ""), f"{line['Amount']:f}"
    typed = form(
        f"{here}/line",
        "Save",
        named,
        field("Text", "text", text),
        field("Amount", "amount", amount, kind="amount", short=True),
    )
    apart = (
        form(f"{here}/split", "Bill it apart", named, kind="plain"),
        form(f"{here}/unline", "Take it off", named, kind="danger"),
    )
    return folded("Change", typed, *(() if alone else apart), kind="change")


def _acts(path: str, invoice: Row, email: str, word: Standing) -> Iterator[Html]:
    here, body = f"{path}/{invoice.id}", invoice.body
    if word != "voided":
        yield from _sending(here, email, word)
    if body["Balance"]:
        received = field("Money received", "amount", f"{body['Balance']:f}", kind="amount", required=True)
        yield form(f"{here}/pay", "Take payment", received, kind="" if word == "sent" else "plain")
        credited = field("Credit", "amount", f"{body['Balance']:f}", kind="amount", required=True)
        yield form(f"{here}/credit", "Credit it", credited, kind="plain")
    yield from _undoing(here, body)
    if word != "voided":
        added = field("New line", "text", required=True), field("Amount", "amount", kind="amount", short=True)
        yield form(f"{here}/add", "Add", *added, kind="plain")
    memo = body.get("CustomerMemo", {}).get("value", "")
    yield form(f"{here}/memo", "Save", field("Message to the client", "memo", memo), kind="plain")
    yield form(
        f"{here}/note", "Save", field("Private note", "note", str(body.get("PrivateNote", ""))), kind="plain"
    )
    yield form(f"{here}/number", "Renumber", field("Number", "number", number_of(invoice)), kind="plain")
    if body.get("PrintStatus") != "PrintComplete":
        yield form(f"{here}/print", "Print", kind="plain")
    if word != "voided":
        yield for_good(f"{here}/void", "Void")
    yield for_good(f"{here}/delete", "Delete")


def _sending(here: str, email: str, word: Standing) -> Iterator[Html]:
    address = field("Mail it to", "email", email, kind="email")
    yield form(f"{here}/send", "Send", address, kind="plain" if word == "sent" else "")
    if word != "sent":
        later = field("Or later, to", "email", email, kind="email", required=True)
        yield form(f"{here}/queue", "Queue", later, kind="plain")


def _undoing(here: str, body: Json) -> Iterator[Html]:
    for link in body["LinkedTxn"]:
        if link["TxnType"] == "Payment":
            named = hidden("payment", link["TxnId"])
            yield form(f"{here}/unpay", f"Undo payment {link['TxnId']}", named, kind="plain")


def number_of(row: Row) -> str:
    """A form's number, or its id where it has none."""
    return str(row.body.get("DocNumber") or f"id {row.id}")


def money(amount: Decimal, body: Json | None = None, currency: str = "") -> str:
    """An amount with thousands and its currency, e.g. "1,200.50 USD"."""
    code = body["CurrencyRef"]["value"] if body else currency
    return f"{amount:,.2f} {code}".rstrip()
