"""An invoice's life in five verbs: sales.py for the one form that matters most."""

from __future__ import annotations

from sandbox.quickbooks.rules import sales
from sandbox.quickbooks.rules.sales import send
from sandbox.quickbooks.state import API_USER, Company, Json, Row

__all__ = ["create", "delete", "send", "update", "void"]


def create(company: Company, sent: Json, *, by: str = API_USER, allow_duplicate: bool = False) -> Row:
    """A new invoice: open and posted at once. `allow_duplicate` lets a taken DocNumber pass."""
    return sales.create(company, "Invoice", sent, by=by, allow_duplicate=allow_duplicate)


def update(company: Company, sent: Json, *, by: str = API_USER, allow_duplicate: bool = False) -> Row:
    """A full update, or with `sparse` true one of the named fields only."""
    return sales.update(company, "Invoice", sent, by=by, allow_duplicate=allow_duplicate)


def void(company: Company, sent: Json, *, by: str = API_USER) -> Row:
    """Zero it; it stays."""
    return sales.void(company, "Invoice", sent, by=by)


def delete(company: Company, sent: Json, *, by: str = API_USER) -> Row:
    """Remove it for good."""
    return sales.delete(company, "Invoice", sent, by=by)
