"""Pages on which one can be the finance person in a browser: invoices, one invoice, and what to do with it."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal, InvalidOperation
from html import escape
from urllib.parse import parse_qsl, urlsplit

from sandbox.http import Request, Response, Router
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.posting import what_the_books_say
from sandbox.quickbooks.refusals import Refusal
from sandbox.quickbooks.state import Json, QuickBooksState, Row

_STYLE = (
    "body{font:16px system-ui;max-width:60rem;margin:2rem auto;padding:0 1rem}"
    "table{border-collapse:collapse;width:100%}td,th{padding:.3rem .6rem;text-align:left;"
    "border-bottom:1px solid #ccc}form{display:inline}.note{background:#fff3bf;padding:.5rem}"
)
_Action = Callable[[FinancePerson, str, Json], object]
_ACTIONS: dict[str, _Action] = {
    "edit": lambda person, row_id, form: person.edit_amount(row_id, form["line"], Decimal(form["amount"])),
    "queue": lambda person, row_id, form: person.queue(row_id, form["email"]),
    "send": lambda person, row_id, form: person.send(row_id, form.get("email") or None),
    "print": lambda person, row_id, _form: person.print_out(row_id),
    "pay": lambda person, row_id, form: person.take_payment(
        row_id, Decimal(form["amount"]) if form.get("amount") else None
    ),
    "void": lambda person, row_id, _form: person.void(row_id),
    "delete": lambda person, row_id, _form: person.delete(row_id),
}


def add_pages(router: Router, state: QuickBooksState) -> None:
    """Let `router` answer the finance person's pages below `/sandbox`."""
    pages = _Pages(state)
    for path in ("/", "/sandbox"):
        router.add("GET", path, pages.companies)
    router.add("GET", "/sandbox/company/{realm}", pages.invoices)
    router.add("GET", "/sandbox/company/{realm}/invoice/{row_id}", pages.invoice)
    router.add("POST", "/sandbox/company/{realm}/invoice/{row_id}/{action}", pages.act)


class _Pages:
    def __init__(self, state: QuickBooksState) -> None:
        self._state = state

    def companies(self, _request: Request) -> Response:
        links = "".join(
            f'<li><a href="/sandbox/company/{escape(realm)}">{escape(str(company.info.body["CompanyName"]))}</a>'
            for realm, company in self._state.companies.items()
        )
        return _page("Companies", f"<ul>{links}</ul>")

    def invoices(self, _request: Request, realm: str) -> Response:
        company = self._state.companies.get(realm)
        if company is None:
            return _page("No such company", "", 404)
        with company.lock:
            rows = "".join(_row(realm, row) for row in reversed(company.rows("Invoice")))
            books = "".join(
                f"<tr><td>{escape(each.account)}<td>{each.balance:.2f}"
                for each in what_the_books_say(company)
            )
        heads = "<tr><th>No.<th>Customer<th>Date<th>Due<th>Total<th>Open<th>Status"
        body = f"<table>{heads}{rows}</table><h2>Books</h2><table>{books}</table>"
        return _page(f"Invoices of {company.info.body['CompanyName']}", body)

    def invoice(self, _request: Request, realm: str, row_id: str, problem: str = "") -> Response:
        company = self._state.companies.get(realm)
        row = company.find("Invoice", row_id) if company else None
        if row is None:
            return _page("No such invoice", "", 404)
        note = f'<p class="note">{escape(problem)}</p>' if problem else ""
        return _page(f"Invoice {row.name}", note + _one(realm, row), 400 if problem else 200)

    def act(self, request: Request, realm: str, row_id: str, action: str) -> Response:
        company, do = self._state.companies.get(realm), _ACTIONS.get(action)
        if company is None or do is None or not _same_site(request):
            return _page("Not possible", "", 404)
        form = dict(parse_qsl(request.body.decode("utf-8", "replace")))
        try:
            do(FinancePerson(company), row_id, form)
        except Refusal as refusal:
            return self.invoice(request, realm, row_id, refusal.detail)
        except (KeyError, LookupError, InvalidOperation):
            return self.invoice(request, realm, row_id, "Something is missing, or no amount.")
        where = f"/sandbox/company/{realm}" + ("" if action == "delete" else f"/invoice/{row_id}")
        return Response(303, headers={"Location": where})


def _row(realm: str, row: Row) -> str:
    body = row.body
    link = f'<a href="/sandbox/company/{escape(realm)}/invoice/{row.id}">{escape(row.name)}</a>'
    cells = (body["CustomerRef"]["name"], body["TxnDate"], body["DueDate"], body["TotalAmt"], body["Balance"])
    shown = "".join(f"<td>{escape(str(cell))}" for cell in cells)
    return f"<tr><td>{link}{shown}<td>{_word(body)}"


def _word(body: Json) -> str:
    if not body["TotalAmt"]:
        return "voided or empty"
    if not body["Balance"]:
        return "paid"
    if body["Balance"] < body["TotalAmt"]:
        return "partly paid"
    return {"EmailSent": "sent", "NeedToSend": "send later"}.get(body["EmailStatus"], "not sent")


def _one(realm: str, row: Row) -> str:
    body = row.body
    base = f"/sandbox/company/{escape(realm)}/invoice/{row.id}"
    lines = "".join(_line(base, line) for line in body["Line"] if "Id" in line)
    email = escape(str(body.get("BillEmail", {}).get("Address", "")))
    mail = f'<input name="email" type="email" value="{email}">'
    buttons = (
        _form(base, "send", "Send", mail)
        + _form(base, "queue", "Send later", mail)
        + _form(base, "print", "Print")
        + _form(base, "pay", "Receive payment", f'<input name="amount" placeholder="{body["Balance"]}">')
        + _form(base, "void", "Void")
        + _form(base, "delete", "Delete")
    )
    head = (
        f"<p>{escape(body['CustomerRef']['name'])}, {body['TxnDate']}, due {body['DueDate']}: {_word(body)}"
    )
    total = f"<p>Total {body['TotalAmt']}, open {body['Balance']} {body['CurrencyRef']['value']}"
    back = f'<p><a href="/sandbox/company/{escape(realm)}">All invoices</a>'
    return f"{head}<table>{lines}</table>{total}<p>{buttons}{back}"


def _line(base: str, line: Json) -> str:
    text, amount = escape(str(line.get("Description", ""))), line.get("Amount", "")
    if line["DetailType"] != "SalesItemLineDetail":
        return f"<tr><td>{text}<td>{amount}<td>"
    item = escape(line["SalesItemLineDetail"]["ItemRef"].get("name", ""))
    field = f'<input type="hidden" name="line" value="{line["Id"]}"><input name="amount" value="{amount}">'
    return f"<tr><td>{item}: {text}<td>{amount}<td>{_form(base, 'edit', 'Change', field)}"


def _form(base: str, action: str, label: str, fields: str = "") -> str:
    return f'<form method="post" action="{base}/{action}">{fields}<button>{label}</button></form> '


def _same_site(request: Request) -> bool:
    """A form of another site must not act here, though it can reach loopback through the browser."""
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


def _page(title: str, body: str, status: int = 200) -> Response:
    page = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><title>{escape(title)} (sandbox)</title>'
        f'<style>{_STYLE}</style><p class="note">Milepost sandbox: made-up books, no mail leaves.</p>'
        f"<h1>{escape(title)}</h1>{body}</html>"
    )
    return Response.text(page, status, "text/html")
