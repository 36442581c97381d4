"""Every entity by name; the one place where the parts of the vocabulary come together."""

from __future__ import annotations

from sandbox.quickbooks.vocabulary.entries import ENTRY_KINDS
from sandbox.quickbooks.vocabulary.further_kinds import FURTHER_KINDS
from sandbox.quickbooks.vocabulary.kinds import Kind
from sandbox.quickbooks.vocabulary.transactions import TRANSACTION_KINDS

KINDS: dict[str, Kind] = {kind.name: kind for kind in (*TRANSACTION_KINDS, *ENTRY_KINDS, *FURTHER_KINDS)}
_BY_ANY_CASE = {name.casefold(): name for name in KINDS}
_BY_ANY_CASE |= {kind.shown_as.casefold(): kind.name for kind in KINDS.values()}


def kind_called(name: str) -> str | None:
    """The entity whose name this is in any case, as in a path or a query; None when there is none."""
    return _BY_ANY_CASE.get(name.casefold())
