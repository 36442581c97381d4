"""The finance person's pages: paths, and from a submitted form to an action in the company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal, InvalidOperation

from sandbox.http import Application, Request, Response, Router
from sandbox.pages import books
from sandbox.pages.html import Child, Html, element, said
from sandbox.pages.invoices import STANDINGS, invoice_list, invoice_sheet, number_of
from sandbox.pages.shell import ROOT, Frame, Trouble, attempt, form_of, go_to, page, page_number, table
from sandbox.pages.timing import time_menu, time_routes
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.refusals import Refusal
from sandbox.quickbooks.state import Company, QuickBooksState, Row

_Form = Mapping[str, str]
_DONE = {
    "line": "The line was changed.",
    "memo": "The message was changed.",
    "number": "The number was changed.",
    "queue": "Queued to be sent later.",
    "send": "Sent; nobody was mailed.",
    "print": "Printed.",
    "pay": "The payment was recorded.",
    "unpay": "The payment was undone.",
    "void": "Voided.",
    "delete": "Deleted.",
    "close": "The books are closed.",
    "open": "The books are open.",
}


def quickbooks_pages(state: QuickBooksState) -> Application:
    """The pages over all companies of `state`, to be put before its application by shell.with_pages."""
    return _Office(state).router


class _Office:
    def __init__(self, state: QuickBooksState) -> None:
        self._state = state
        self.router = Router(self._not_found)
        company = ROOT + "/company/{realm}"
        self._add("GET", ROOT, self._companies)
        self._add("GET", ROOT + "/", self._companies)
        self._add("GET", company + "/invoices", self._within(self._invoices))
        self._add("GET", company + "/invoices/{invoice_id}", self._within(self._invoice))
        self._add("POST", company + "/invoices/{invoice_id}/{act}", self._within(self._act))
        self._add("GET", company + "/books", self._within(self._books))
        self._add("POST", company + "/books/{act:close|open}", self._within(self._close))
        self._add("GET", company + "/mails", self._within(self._mails))
        time_routes(self.router, state.clock, self._frame())

    def _add(self, method: str, template: str, handler: Callable[..., Response]) -> None:
        self.router.add(method, template, handler)

    def _frame(self, company: Company | None = None) -> Frame:
        if company is None:
            return Frame("QuickBooks", [("Companies", ROOT), time_menu()])
        path = _path(company)
        menu = [("Invoices", f"{path}/invoices"), ("Books", f"{path}/books"), ("Mails", f"{path}/mails")]
        return Frame("QuickBooks", [*menu, time_menu(), ("Companies", f"{ROOT}/?all=1")])

    def _not_found(self, _request: Request) -> Response:
        return page(self._frame(), "There is no such page", status=404)

    def _within(self, handler: Callable[..., Response]) -> Callable[..., Response]:
        """`handler` with the company, locked, in place of the realm's id."""

        def within(request: Request, realm: str, **parameters: str) -> Response:
            company = self._state.companies.get(realm)
            if company is None:
                return self._not_found(request)
            with company.lock:
                return handler(company, request, **parameters)

        return within

    def _companies(self, request: Request) -> Response:
        companies = list(self._state.companies.values())
        if len(companies) == 1 and not request.arg("all"):
            return go_to(f"{_path(companies[0])}/invoices")
        rows: list[list[Child]] = [
            [
                element("a", said(company.info.body["CompanyName"]), href=f"{_path(company)}/invoices"),
                company.realm,
                company.country,
                company.home_currency,
                len(company.rows("Invoice")),
            ]
            for company in companies
        ]
        heads = ("Company", "Realm", "Country", "Currency", "Invoices")
        return page(self._frame(), "Companies", table(heads, rows, numbers=(4,)))

    def _invoices(self, company: Company, request: Request) -> Response:
        wanted = request.arg("status") if request.arg("status") in STANDINGS else ""
        listing = invoice_list(company, f"{_path(company)}/invoices", wanted, page_number(request))
        return page(self._frame(company), "Invoices", listing, notice=_DONE.get(request.arg("done"), ""))

    def _invoice(self, company: Company, request: Request, invoice_id: str) -> Response:
        return self._sheet(company, request, invoice_id, notice=_DONE.get(request.arg("done"), ""))

    def _sheet(
        self, company: Company, request: Request, invoice_id: str, *, notice: str = "", trouble: str = ""
    ) -> Response:
        invoice = company.find("Invoice", invoice_id)
        if invoice is None:
            return self._not_found(request)
        sheet = invoice_sheet(company, f"{_path(company)}/invoices", invoice)
        title, status = f"Invoice {number_of(invoice)}", 409 if trouble else 200
        return page(self._frame(company), title, sheet, notice=notice, trouble=trouble, status=status)

    def _act(self, company: Company, request: Request, invoice_id: str, act: str) -> Response:
        deed = _DEEDS.get(act)
        if deed is None or company.find("Invoice", invoice_id) is None:
            return self._not_found(request)
        finance, form = FinancePerson(company), form_of(request)
        try:
            attempt(lambda: deed(finance, invoice_id, form), Refusal, LookupError)
        except Trouble as trouble:
            return self._sheet(company, request, invoice_id, trouble=str(trouble))
        path = f"{_path(company)}/invoices"
        return go_to(path if act == "delete" else f"{path}/{invoice_id}", done=act)

    def _books(self, company: Company, request: Request) -> Response:
        return self._ledger(company, notice=_DONE.get(request.arg("done"), ""))

    def _ledger(self, company: Company, *, notice: str = "", trouble: str = "") -> Response:
        content = books.trial_balance(company, f"{_path(company)}/books")
        frame, status = self._frame(company), 409 if trouble else 200
        return page(frame, "What the books say", content, notice=notice, trouble=trouble, status=status)

    def _close(self, company: Company, request: Request, act: str) -> Response:
        through = form_of(request).get("through", "")
        try:
            FinancePerson(company).close_books(date.fromisoformat(through) if act == "close" else None)
        except ValueError:
            return self._ledger(company, trouble=f"“{through}” is no date; write it as 2026-03-31.")
        return go_to(f"{_path(company)}/books", done=act)

    def _mails(self, company: Company, _request: Request) -> Response:
        content: Html = books.mail_list(company)
        return page(self._frame(company), "Mails", content)


def _path(company: Company) -> str:
    return f"{ROOT}/company/{company.realm}"


def _amount(form: _Form) -> Decimal:
    text = form.get("amount", "").replace(",", "")
    try:
        amount = Decimal(text)
        if amount == amount.quantize(Decimal("0.01")):
            return amount
    except InvalidOperation:
        pass
    raise Trouble(f"“{text}” is no amount; write it as 1200.50.")


def _edit_line(finance: FinancePerson, invoice_id: str, form: _Form) -> None:
    amount, line_id = _amount(form), form.get("line", "")
    row = finance.edit_text(invoice_id, line_id, form.get("text", ""))
    line = next(line for line in row.body["Line"] if line.get("Id") == line_id)
    if line["Amount"] != amount:
        finance.edit_amount(invoice_id, line_id, amount)


def _delete(finance: FinancePerson, invoice_id: str, form: _Form) -> Row:
    if form.get("sure") != "yes":
        raise Trouble("Nothing was deleted: choose “yes, for good” to do it.")
    return finance.delete(invoice_id)


_DEEDS: dict[str, Callable[[FinancePerson, str, _Form], object]] = {
    "line": _edit_line,
    "memo": lambda finance, invoice_id, form: finance.edit_memo(invoice_id, form.get("memo", "")),
    "number": lambda finance, invoice_id, form: finance.renumber(invoice_id, form.get("number", "")),
    "queue": lambda finance, invoice_id, form: finance.queue(invoice_id, form.get("email", "")),
    "send": lambda finance, invoice_id, form: finance.send(invoice_id, form.get("email") or None),
    "print": lambda finance, invoice_id, _form: finance.print_out(invoice_id),
    "pay": lambda finance, invoice_id, form: finance.take_payment(invoice_id, _amount(form)),
    "unpay": lambda finance, _invoice_id, form: finance.undo_payment(form.get("payment", "")),
    "void": lambda finance, invoice_id, _form: finance.void(invoice_id),
    "delete": _delete,
}
