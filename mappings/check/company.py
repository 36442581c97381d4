"""What a QuickBooks company would do by itself to invoices that wait for finance's review."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mappings.contract.rules import Contract
from mappings.words.text import inert
from model.billing import BooksCatalogue
from model.finding import Finding

_SETTINGS = "in QuickBooks, under Account and settings"
#: By what the company does: what that means for an unsent invoice, and what to do about it.
_AUTOMATION = {
    "credits": (
        "applies a client's open credits to a new invoice at once: a draft may be settled before anybody looked at it",
        f"Switch “Automatically apply credits” off {_SETTINGS} › Advanced.",
    ),
    "payments": (
        "applies payments to open invoices by itself: a draft may be taken for an invoice that the client has",
        f"Switch “Automatically apply payments” off {_SETTINGS} › Advanced.",
    ),
    "online_payments": (
        "offers online payment: drafts are made with it switched off, so that nobody pays one that was not reviewed",
        "Finance switches it on for an invoice when it goes out.",
    ),
    "automated_tax": (
        "computes tax by the client's address: what a contract says decides only whether a line is taxed",
        "Keep the addresses of clients in QuickBooks right.",
    ),
}


def cautions(
    name: str, books: BooksCatalogue, contracts: Sequence[Contract], *, unreadable: bool = False
) -> tuple[Finding, ...]:
    """What those who draft unsent invoices in company `name` should know of its settings, `unreadable` ones too; none
    where no contract does."""
    drafting = [each for each in contracts if each.company == name and each.draft == "unsent_invoice"]
    if not drafting:
        return ()
    return (*settings_of(name, books), *([_reminders(name, books)] if unreadable else []))


def settings_of(name: str, books: BooksCatalogue) -> Iterator[Finding]:
    """What company `name` is known to do by itself to an unsent invoice."""
    taxed = bool(books.sales_tax) and books.country != "US"
    if taxed or "accrual" in books.automation:
        moves = f"receivables, income and {'VAT or GST' if taxed else 'tax'} move on the date of an unsent invoice"
        reason = f"{inert(books.name)} reports {'tax' if taxed else 'by accrual'}: {moves}"
        yield _said(
            name, books, "posts", reason, "Ask your accountant; draft = “pending_estimate” moves nothing."
        )
    for what, (does, hint) in _AUTOMATION.items():
        if what in books.automation:
            yield _said(name, books, what, f"{inert(books.name)} {does}", hint)


def _reminders(name: str, books: BooksCatalogue) -> Finding:
    reason = "whether QuickBooks mails reminders of open invoices by itself cannot be read: drafts would be among them"
    return _said(name, books, "reminders", reason, f"See “Automatic invoice reminders” {_SETTINGS} › Sales.")


def _said(name: str, books: BooksCatalogue, code: str, reason: str, hint: str) -> Finding:
    return Finding(f"company.{code}", f"company {name}", reason, hint, "finance", f"company|{books.realm}")
