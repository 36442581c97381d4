"""The finance person's pages: paths, and from a submitted form to an action in the company."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date

from sandbox.http import Application, Request, Response, Router
from sandbox.pages import books, deeds
from sandbox.pages.customers import customer_list, customer_sheet
from sandbox.pages.estimates import STATUSES, estimate_list, estimate_sheet
from sandbox.pages.html import Child, Html, element, said
from sandbox.pages.invoices import STANDINGS, invoice_list, invoice_sheet, number_of
from sandbox.pages.parts import table
from sandbox.pages.shell import ROOT, Frame, Trouble, attempt, form_of, go_to, page, page_number
from sandbox.pages.timing import time_menu, time_routes
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.refusals import Refusal
from sandbox.quickbooks.state import Company, QuickBooksState, Row


@dataclass(frozen=True, slots=True)
class _Room:
    """One kind of thing finance works on: how all of them look, how one does, what can be done to it."""

    path: str
    kind: str
    title: str
    title_of: Callable[[Row], str]
    listing: Callable[[Company, str, str, int], Html]
    sheet: Callable[[Company, str, Row], Html]
    deeds: Mapping[str, deeds.Deed]
    words: tuple[str, ...] = ()


_ROOMS = (
    _Room(
        "invoices", "Invoice", "Invoices", lambda row: f"Invoice {number_of(row)}",
        invoice_list, invoice_sheet, deeds.INVOICES, STANDINGS,
    ),
    _Room(
        "estimates", "Estimate", "Estimates", lambda row: f"Estimate {number_of(row)}",
        estimate_list, estimate_sheet, deeds.ESTIMATES, STATUSES,
    ),
    _Room(
        "customers", "Customer", "Customers", lambda row: row.name,
        customer_list, customer_sheet, deeds.CUSTOMERS,
    ),
)  # fmt: skip


def quickbooks_pages(state: QuickBooksState) -> Application:
    """The pages over all companies of `state`, to be put before its application by shell.with_pages."""
    return _Office(state).router


class _Office:
    def __init__(self, state: QuickBooksState) -> None:
        self._state = state
        self.router = Router(self._not_found)
        company = ROOT + "/company/{realm}"
        for path in (ROOT, ROOT + "/"):
            self.router.add("GET", path, self._companies)
        for room in _ROOMS:
            self._furnish(room, f"{company}/{room.path}")
        self.router.add("GET", company + "/books", self._within(self._books))
        self.router.add("POST", company + "/books/{act:close|open}", self._within(self._close))
        self.router.add("GET", company + "/mails", self._within(self._mails))
        time_routes(self.router, state.clock, self._frame())

    def _furnish(self, room: _Room, path: str) -> None:
        def listed(company: Company, request: Request) -> Response:
            return self._list(company, room, request)

        def shown(company: Company, request: Request, row_id: str) -> Response:
            return self._sheet(company, room, request, row_id, notice=_notice(request))

        def acted(company: Company, request: Request, row_id: str, act: str) -> Response:
            return self._act(company, room, request, row_id, act)

        self.router.add("GET", path, self._within(listed))
        self.router.add("GET", path + "/{row_id}", self._within(shown))
        self.router.add("POST", path + "/{row_id}/{act}", self._within(acted))

    def _frame(self, company: Company | None = None) -> Frame:
        if company is None:
            return Frame("QuickBooks", [("Companies", ROOT), time_menu()])
        path = _path(company)
        menu = [(room.title, f"{path}/{room.path}") for room in _ROOMS]
        menu += [("Books", f"{path}/books"), ("Mails", f"{path}/mails"), time_menu()]
        several = [("Companies", ROOT)] if len(self._state.companies) > 1 else []
        return Frame("QuickBooks", [*menu, *several], str(company.info.body["CompanyName"]))

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

    def _companies(self, _request: Request) -> Response:
        companies = list(self._state.companies.values())
        if len(companies) == 1:
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
        return page(self._frame(), "Companies", table(heads, rows, numbers=(4,)), here="Companies")

    def _list(self, company: Company, room: _Room, request: Request) -> Response:
        wanted = request.arg("status") if request.arg("status") in room.words else ""
        listing = room.listing(company, f"{_path(company)}/{room.path}", wanted, page_number(request))
        return page(self._frame(company), room.title, listing, here=room.title, notice=_notice(request))

    def _sheet(
        self,
        company: Company,
        room: _Room,
        request: Request,
        row_id: str,
        *,
        notice: str = "",
        trouble: str = "",
    ) -> Response:
        row = company.find(room.kind, row_id)
        if row is None:
            return self._not_found(request)
        content = room.sheet(company, f"{_path(company)}/{room.path}", row)
        title, status = room.title_of(row), 409 if trouble else 200
        frame = self._frame(company)
        return page(frame, title, content, here=room.title, notice=notice, trouble=trouble, status=status)

    def _act(self, company: Company, room: _Room, request: Request, row_id: str, act: str) -> Response:
        deed, row = room.deeds.get(act), company.find(room.kind, row_id)
        if deed is None or row is None:
            return self._not_found(request)
        finance, form = FinancePerson(company), form_of(request)
        try:
            made = attempt(lambda: deed(finance, row_id, form), Refusal, LookupError)
        except Trouble as trouble:
            return self._sheet(company, room, request, row_id, trouble=str(trouble))
        return go_to(_after(company, room, row, made), done=act)

    def _books(self, company: Company, request: Request) -> Response:
        return self._ledger(company, notice=_notice(request))

    def _ledger(self, company: Company, *, notice: str = "", trouble: str = "") -> Response:
        content = books.trial_balance(company, f"{_path(company)}/books")
        frame, status = self._frame(company), 409 if trouble else 200
        title = "What the books say"
        return page(frame, title, content, here="Books", notice=notice, trouble=trouble, status=status)

    def _close(self, company: Company, request: Request, act: str) -> Response:
        through = form_of(request).get("through", "")
        try:
            FinancePerson(company).close_books(date.fromisoformat(through) if act == "close" else None)
        except ValueError:
            return self._ledger(company, trouble=f"“{through}” is no date; write it as 2026-03-31.")
        return go_to(f"{_path(company)}/books", done=act)

    def _mails(self, company: Company, _request: Request) -> Response:
        return page(self._frame(company), "Mails", books.mail_list(company), here="Mails")


def _after(company: Company, room: _Room, row: Row, made: Row | None) -> str:
    """Where to look next: at what a deed made or kept, at what it was done to, or at the list when that is gone."""
    there = next((r for r in _ROOMS if made is not None and r.kind == made.kind), None)
    path = _path(company)
    if made is not None and there is not None and not made.deleted:
        return f"{path}/{there.path}/{made.id}"
    return f"{path}/{room.path}" if row.deleted else f"{path}/{room.path}/{row.id}"


def _path(company: Company) -> str:
    return f"{ROOT}/company/{company.realm}"


def _notice(request: Request) -> str:
    return deeds.DONE.get(request.arg("done"), "")
