"""How finance sees invoices: the list with what became of each, and one with its lines and what can be done."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Literal

from sandbox.pages.html import Child, Html, element, joined, said
from sandbox.pages.shell import choice, facts, field, form, pager, pill, table
from sandbox.quickbooks.state import API_USER, Company, Json, Row

PAGE = 50
Standing = Literal["draft", "edited", "queued", "sent", "part paid", "paid", "voided"]
STANDINGS: tuple[Standing, ...] = ("draft", "edited", "queued", "sent", "part paid", "paid", "voided")
_SALES = "SalesItemLineDetail"


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
    heads = ("No.", "Client", "Date", "Due", "Status", "Open", "Total")
    cells: list[list[Child]] = [
        [
            element("a", number_of(row), href=f"{path}/{row.id}"),
            said(row.body["CustomerRef"].get("name", "")),
            row.body["TxnDate"],
            row.body.get("DueDate", ""),
            pill(word),
            money(row.body["Balance"], row.body),
            money(row.body["TotalAmt"], row.body),
        ]
        for row, word in part
    ]
    arguments = {"status": wanted} if wanted else {}
    return joined(
        _filters(path, wanted, counts, len(rows)),
        table(heads, cells, numbers=(5, 6)),
        pager(path, page_number, PAGE, len(shown), **arguments),
    )


def _filters(path: str, wanted: str, counts: Counter[Standing], every: int) -> Html:
    links = [element("a", f"all {every:,}", href=path, aria_current=None if wanted else "true")]
    links += [
        element(
            "a",
            f"{word} {counts[word]:,}",
            href=f"{path}?status={word.replace(' ', '+')}",
            aria_current="true" if wanted == word else None,
        )
        for word in STANDINGS
        if counts[word]
    ]
    return element("p", links, class_="filters")


def invoice_sheet(company: Company, path: str, invoice: Row) -> Html:
    """One invoice: what it says, its lines, each with its own form, and everything finance can do to it."""
    body, word = invoice.body, standing(company, invoice)
    email = body.get("BillEmail", {}).get("Address", "")
    return joined(
        facts(
            ("Client", said(body["CustomerRef"].get("name", ""))),
            ("Status", pill(word)),
            ("Date", body["TxnDate"]),
            ("Due", body.get("DueDate", "")),
            ("Total", money(body["TotalAmt"], body)),
            ("Open", money(body["Balance"], body)),
            ("Mail", said(email) if email else "no address"),
            ("Message to the client", said(body.get("CustomerMemo", {}).get("value", ""))),
            ("Private note", said(body.get("PrivateNote", ""))),
            ("Id, version", f"{invoice.id}, {invoice.version}"),
        ),
        element("h2", "Lines"),
        table(("Text", "Item", "Qty", "Amount", "Type over"), list(_lines(path, invoice)), numbers=(2, 3)),
        element("h2", "What finance can do"),
        element("div", list(_acts(path, invoice, email, word)), class_="acts"),
    )


def _lines(path: str, invoice: Row) -> Iterator[list[Child]]:
    for line in invoice.body["Line"]:
        if line["DetailType"] == _SALES:
            detail: Json = line[_SALES]
            amount, text = line["Amount"], line.get("Description", "")
            yield [
                said(text),
                said(detail.get("ItemRef", {}).get("name", "")),
                str(detail.get("Qty", "")),
                money(amount, invoice.body),
                form(
                    f"{path}/{invoice.id}/line",
                    "Save",
                    element("input", type="hidden", name="line", value=line["Id"]),
                    field("Text", "text", text),
                    field("Amount", "amount", f"{amount:f}", width="short"),
                    kind="plain",
                ),
            ]
    total = element("span", money(invoice.body["TotalAmt"], invoice.body), class_="sum")
    yield ["Total with tax", None, None, total, None]


def _acts(path: str, invoice: Row, email: str, word: Standing) -> Iterator[Html]:
    here, body = f"{path}/{invoice.id}", invoice.body
    if word != "voided":
        yield form(f"{here}/send", "Send", field("Mail it to", "email", email))
        if word != "sent":
            yield form(f"{here}/queue", "Send later", field("To", "email", email, required=True))
    if body["Balance"]:
        amount = field("Money received", "amount", f"{body['Balance']:f}", width="short", required=True)
        yield form(f"{here}/pay", "Take payment", amount)
    yield form(
        f"{here}/memo", "Save", field("Message", "memo", body.get("CustomerMemo", {}).get("value", ""))
    )
    yield form(f"{here}/number", "Renumber", field("Number", "number", number_of(invoice), width="short"))
    if body.get("PrintStatus") != "PrintComplete":
        yield form(f"{here}/print", "Print")
    for link in body["LinkedTxn"]:
        if link["TxnType"] == "Payment":
            named = element("input", type="hidden", name="payment", value=link["TxnId"])
            yield form(f"{here}/unpay", f"Undo payment {link['TxnId']}", named, kind="plain")
    if word != "voided":
        yield form(f"{here}/void", "Void", kind="danger")
    yield form(f"{here}/delete", "Delete", _sure(), kind="danger")


def _sure() -> Html:
    return choice("Sure?", "sure", [("no", "no, keep it"), ("yes", "yes, for good")])


def number_of(invoice: Row) -> str:
    """The invoice's number, or its id where it has none."""
    return str(invoice.body.get("DocNumber") or f"id {invoice.id}")


def money(amount: Decimal, body: Json | None = None, currency: str = "") -> str:
    """An amount with thousands and its currency, e.g. "1,200.50 USD"."""
    code = body["CurrencyRef"]["value"] if body else currency
    return f"{amount:,.2f} {code}".rstrip()
