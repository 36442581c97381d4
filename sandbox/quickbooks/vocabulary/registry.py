"""Every entity by name; the one place where the parts of the vocabulary come together."""

from __future__ import annotations

from dataclasses import replace

from sandbox.quickbooks.vocabulary.entries import ENTRY_KINDS
from sandbox.quickbooks.vocabulary.fields import undocumented
from sandbox.quickbooks.vocabulary.further_kinds import FURTHER_KINDS
from sandbox.quickbooks.vocabulary.kinds import Kind
from sandbox.quickbooks.vocabulary.schema import places
from sandbox.quickbooks.vocabulary.transactions import TRANSACTION_KINDS

_EXTENSIONS = ("Ex", "Ext")  # members of the schema that only the service's own programs use
_PRICED = ("CurrencyRef", "ExchangeRate")  # every transaction with a currency of its own describes it


def _whole(kind: Kind) -> Kind:
    """The entity with all that the public schema lets clients write on it."""
    if kind.reads_only:
        return kind
    strangers = [name for name in places(kind.shown_as) if name not in (*kind.known, *_PRICED)]
    plain = {name: undocumented(name) for name in strangers if not name.endswith(_EXTENSIONS)}
    return replace(kind, fields={**kind.fields, **plain})


KINDS: dict[str, Kind] = {
    kind.name: _whole(kind) for kind in (*TRANSACTION_KINDS, *ENTRY_KINDS, *FURTHER_KINDS)
}
_BY_ANY_CASE = {name.casefold(): name for name in KINDS}
_BY_ANY_CASE |= {kind.shown_as.casefold(): kind.name for kind in KINDS.values()}


def kind_called(name: str) -> str | None:
    """The entity whose name this is in any case, as in a path or a query; None when there is none."""
    return _BY_ANY_CASE.get(name.casefold())
