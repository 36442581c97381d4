"""Invoices that look as if they billed a planned draft already: made by hand, or by another Milepost. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from mappings.words.text import inert
from model.billing import Document, InvoiceDraft
from model.finding import Finding
from model.money import Money, total
from sync.planning.actions import Action
from sync.planning.documents import document_title
from sync.planning.observe import GONE

CODE = "looks_billed"
DIFFERENT, SAME = "different", "same"
_AROUND = timedelta(days=45)
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_]*-\d+")
_SHOWN = 5  # invoices that a reason names


def window(drafts: Iterable[InvoiceDraft]) -> tuple[date, date]:
    """The first and the last day of invoices that may bill the same as one of these drafts."""
    days = [draft.invoice_date for draft in drafts]
    return min(days) - _AROUND, max(days) + _AROUND


def compared(action: Action) -> InvoiceDraft | None:
    """The draft of a write that may bill what is billed already; None for one that bills nothing anew."""
    draft = action.draft
    return draft if draft is not None and draft.kind != "credit_memo" and draft.total.minor > 0 else None


def looks_billed(action: Action, keys: Mapping[str, str], invoices: Iterable[Document]) -> Finding | None:
    """That invoices of the same client look like the planned draft; None when none does. `keys` are the keys of the
    works by charge; none of `invoices` is one that this ledger made."""
    draft = compared(action)
    if draft is None:
        return None
    found = [
        (each, sign)
        for each in invoices
        if each.state not in GONE and _is_near(each, draft)
        if (sign := next(_signs(each, draft, keys), ""))
    ]
    if not found:
        return None
    said = [f"{document_title(each)} of {each.invoice_date} ({net(each)}) {sign}" for each, sign in found]
    more = f" and {len(said) - _SHOWN} more" if len(said) > _SHOWN else ""
    reason = f"it may be billed already: {'; '.join(said[:_SHOWN])}{more}"
    hint = "Decide: `same` with the number of the invoice that bills it, or `different`."
    return Finding(CODE, action.subject, reason, hint, "finance", action.document_key)


def net(shown: Document) -> Money:
    """What the lines of an invoice come to."""
    return total([line.amount for line in shown.lines if line.amount is not None], shown.currency)


def _is_near(shown: Document, draft: InvoiceDraft) -> bool:
    dated = shown.invoice_date
    return (
        shown.currency == draft.currency and dated is not None and abs(dated - draft.invoice_date) <= _AROUND
    )


def _signs(shown: Document, draft: InvoiceDraft, keys: Mapping[str, str]) -> Iterator[str]:
    """In what it looks like the draft."""
    other = ", made by another Milepost ledger" if shown.marker else ""
    written = "\n".join((shown.raw, *(line.text for line in shown.lines)))
    for key in dict.fromkeys(keys.get(line.charge_key, "") for line in draft.lines):
        if _KEY.fullmatch(key) and re.search(rf"(?<![\w-]){re.escape(key)}(?![\w-])", written):
            yield f"names {inert(key)}{other}"
    amounts = {line.amount for line in draft.lines if line.amount.minor > 0}
    if net(shown) == draft.total:
        yield f"comes to the same{other}"
    elif amounts & {line.amount for line in shown.lines}:
        yield f"has a line of the same amount{other}"
