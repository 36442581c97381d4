"""Where a finance person sits: the company, and as whom it acts."""

from __future__ import annotations

from sandbox.quickbooks.rules.lookup import read
from sandbox.quickbooks.state import FINANCE_USER, Company, Json, Row


class Desk:
    """One company in the hands of one user."""

    def __init__(self, company: Company, user: str = FINANCE_USER) -> None:
        self._company = company
        self._user = user

    def _invoice(self, invoice_id: str) -> Row:
        return read(self._company, "Invoice", invoice_id)


def identity(row: Row) -> Json:
    """What names the version of an object that a change is meant for."""
    return {"Id": row.id, "SyncToken": str(row.version)}
