"""Looking at a planned write as QuickBooks would: what it would refuse is held with the fix before it is sent. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeVar

from connectors.errors import Rejected
from connectors.names import client_of, pick
from mappings.words.text import inert
from model.billing import BooksCatalogue, DraftLine, InvoiceDraft
from model.finding import Finding
from sync.planning.actions import Action

Found = TypeVar("Found")

_US_CODES = ("TAX", "NON")  # what a line of a US company may say, whatever codes the company has


def preflight(action: Action, books: BooksCatalogue) -> tuple[Finding, ...]:
    """Why QuickBooks would refuse `action`, or write it wrongly; () when nothing speaks against it.

    The same missing name gives the same finding for every write that needs it.
    """
    if books.ended:
        return (_ended(books),)
    if action.kind == "withdraw":
        return ()
    new = action.draft.lines if action.draft is not None else action.additions
    found = [*_header(action, action.draft, books)] if action.draft is not None else []
    found += [one for line in new for one in _line(line, books)]
    return tuple(dict.fromkeys(found))


def _header(action: Action, draft: InvoiceDraft, books: BooksCatalogue) -> Iterator[Finding]:
    posts = draft.kind != "estimate"  # an estimate moves nothing, whatever its date
    if posts and books.books_closed_on is not None and draft.invoice_date <= books.books_closed_on:
        reason = f"it would be dated {draft.invoice_date}, and the books are closed through {books.books_closed_on}"
        hint = "Let finance open that period, or write closed_books = “next_open_day” in the contract."
        yield Finding("preflight.closed_books", action.subject, reason, hint, "finance", action.document_key)
    if not posts and not books.estimates:
        reason = f"it would be an estimate, and {inert(books.name)} has estimates switched off"
        hint = "Switch estimates on in QuickBooks, under Account and settings › Sales."
        yield Finding("preflight.estimates", draft.contract, reason, hint, "finance", "estimates")
    if not books.multicurrency and draft.currency != books.home_currency:
        reason = (
            f"it bills {draft.currency}, and {inert(books.name)} keeps books in {books.home_currency} only"
        )
        hint = "Switch on multicurrency in QuickBooks, or correct the contract's currency."
        yield Finding(
            "preflight.currency", draft.contract, reason, hint, "admin", f"currency|{draft.currency}"
        )
    else:
        yield from _client(draft, books)
    if draft.terms is not None and draft.kind != "credit_memo":
        yield from _named("terms", draft.terms, books.terms, books)
    if draft.location is not None:
        yield from _named("location", draft.location, books.locations, books)


def _client(draft: InvoiceDraft, books: BooksCatalogue) -> Iterator[Finding]:
    missing = [*_named("client", draft.client, ((each.name, each) for each in books.clients), books)]
    yield from missing
    if not missing:
        try:
            client_of(draft, books)
        except Rejected as error:
            ref = f"currency|{draft.client}"
            yield Finding("preflight.currency", draft.client, inert(error.reason), error.hint, "admin", ref)


def _line(line: DraftLine, books: BooksCatalogue) -> Iterator[Finding]:
    yield from _named("item", line.item, ((each.name, each) for each in books.items), books)
    if line.klass is not None:
        yield from _named("class", line.klass, books.classes, books)
    yield from _tax(line, books)


def _tax(line: DraftLine, books: BooksCatalogue) -> Iterator[Finding]:
    codes = books.tax_codes if books.country != "US" else tuple((code, code) for code in _US_CODES)
    if line.tax_code is not None:
        yield from _named("tax code", line.tax_code, codes, books)
        if books.sales_tax is False and line.tax_code != "NON":
            reason = f"tax code “{line.tax_code}” would be ignored: {inert(books.name)} computes no sales tax"
            hint = "Switch sales tax on in QuickBooks, or take tax_code out of the contract."
            yield Finding("preflight.tax_off", line.tax_code, reason, hint, "finance", f"tax|{line.tax_code}")
    elif books.sales_tax and books.country != "US":
        some = ", ".join(f"“{inert(name)}”" for name, _ in codes[:5])
        reason = f"a line without a tax code is refused by {inert(books.name)}, which computes tax in {books.country}"
        hint = f"Give the contract, or the rule, a tax_code{f': {some}' if some else ''}."
        yield Finding("preflight.tax_code", line.rule, reason, hint, "admin", f"tax code|{line.rule}")


def _named(
    kind: str, name: str, known: Iterable[tuple[str, Found]], books: BooksCatalogue
) -> Iterator[Finding]:
    """That the company has no `kind` of that name: because it was made inactive, or not at all."""
    try:
        pick(kind, name, known)
    except Rejected as error:
        where = "in QuickBooks, or name another in the contract."
        if _inactive(kind, name, books):
            reason, hint = f"{kind} “{name}” is inactive in QuickBooks", f"Make it active again {where}"
        else:
            reason, hint = inert(f"{kind} “{name}” is not what {books.name} has: {error.reason}"), error.hint
        code = f"preflight.{kind.replace(' ', '_')}"
        yield Finding(
            code, name, reason, hint, "finance" if _inactive(kind, name, books) else "admin", f"{kind}|{name}"
        )


def _inactive(kind: str, name: str, books: BooksCatalogue) -> bool:
    wanted = (kind, name.casefold())
    return any((of, each.casefold()) == wanted for of, each in books.inactive)


def _ended(books: BooksCatalogue) -> Finding:
    reason = f"the QuickBooks subscription of {inert(books.name)} has ended ({inert(books.ended)}): it takes no writes"
    hint = "Renew it on its billing page in QuickBooks; nothing is lost meanwhile."
    return Finding("preflight.subscription", books.name, reason, hint, "finance", f"company|{books.realm}")
