"""What the books say: the trial balance, money owed, closed books, mails that would have gone out."""

from __future__ import annotations

from decimal import Decimal

from sandbox.pages.html import Child, Html, element, joined, said
from sandbox.pages.invoices import money
from sandbox.pages.parts import acts, field, form, pill, sheet, table
from sandbox.quickbooks.state import Company

_ZERO = Decimal(0)
_MAILS = 50


def trial_balance(company: Company, path: str) -> Html:
    """Every account with a balance as debit or credit, both sums, and the form that closes the books."""
    balances = company.books.balances()
    rows: list[list[Child]] = [
        [
            said(account.name),
            str(account.body["AccountType"]),
            money(amount) if amount > 0 else None,
            money(-amount) if amount < 0 else None,
        ]
        for account in company.rows("Account")
        if (amount := balances.get(account.id, _ZERO))
    ]
    debits, credits_ = company.books.trial_balance()
    word = pill("balanced") if debits == credits_ else pill("out of balance")
    rows.append([element("span", "Total", class_="sum"), word, money(debits), money(credits_)])
    closed = company.books_closed_on
    said_closed = f"closed through {closed.isoformat()}" if closed else "open"
    content = (
        element("p", f"In {company.home_currency}, to date. The books are {said_closed}.", class_="quiet"),
        table(("Account", "Type", "Debit", "Credit"), rows, numbers=(2, 3)),
    )
    through = field(
        "Through the day", "through", closed.isoformat() if closed else "", kind="date", required=True
    )
    closing = [form(f"{path}/close", "Close the books", through)]
    opening = [form(f"{path}/open", "Open them again", kind="plain")] if closed else []
    return sheet(content, acts("What finance can do", [*closing, *opening]))


def mail_list(company: Company) -> Html:
    """The newest mails that a real company would have sent."""
    rows: list[list[Child]] = [
        [mail.sent_at.strftime("%Y-%m-%d %H:%M UTC"), said(mail.address), mail.invoice_id]
        for mail in reversed(company.mails[-_MAILS:])
    ]
    return joined(
        element("p", "Nothing leaves this machine; these would have been sent.", class_="quiet"),
        table(("When", "To", "Invoice id"), rows),
    )
