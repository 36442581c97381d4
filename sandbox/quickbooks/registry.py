"""Every entity by name; the one place where the two halves of the vocabulary come together."""

from __future__ import annotations

from sandbox.quickbooks.entries import ENTRY_KINDS
from sandbox.quickbooks.kinds import Kind
from sandbox.quickbooks.transactions import TRANSACTION_KINDS

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*TRANSACTION_KINDS, *ENTRY_KINDS)}
_BY_ANY_CASE = {name.casefold(): name for name in KINDS}


def kind_called(name: str) -> str | None:
    """The entity whose name this is in any case, as in a path or a query; None when there is none."""
    return _BY_ANY_CASE.get(name.casefold())
