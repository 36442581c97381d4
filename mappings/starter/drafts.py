"""Which kind of draft suits a company, and what to say of it in a first file."""

from __future__ import annotations

from typing import get_args

from mappings.contract.rules import Draft
from model.billing import BooksCatalogue

DRAFTS: tuple[Draft, ...] = get_args(Draft)
_MOVES = "An unsent invoice is a posted invoice: receivables, income and tax move on its date, though nobody mailed it."
_WAITS = (
    "An estimate moves nothing in the books until finance makes an invoice of it; Milepost follows it there."
)


def usual_draft(books: BooksCatalogue) -> Draft:
    """Estimates where sales tax is due by the date of the invoice (VAT, GST): everywhere but in the United States."""
    return "unsent_invoice" if books.country in ("", "US") else "pending_estimate"


def said_of(draft: str) -> tuple[str, ...]:
    """What a person should know before the first apply."""
    if draft == "pending_estimate":
        return (
            _WAITS,
            f'Else write "unsent_invoice". {_MOVES}',
            "Ask your accountant before the first apply.",
        )
    return (
        _MOVES,
        f'Else write "pending_estimate". {_WAITS}',
        "That suits companies with VAT or accrual reports better. Ask your accountant before the first apply.",
    )
