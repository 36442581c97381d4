"""Items of a company by the account they post to, and which a first contract may begin with."""

from __future__ import annotations

from collections.abc import Iterable

from mappings.contract.accounts import belongs_to
from model.billing import BookItem

_USUAL = {
    "fee": ("services", "consulting", "development", "professional", "sales", "hours"),
    "deposit": ("deposit",),
    "retainage": ("retainage", "retention"),
}


def items_for(kind: str, items: Iterable[BookItem]) -> tuple[str, ...]:
    """Names of the items that a charge of `kind` may be billed on, sorted."""
    return tuple(sorted(item.name for item in items if belongs_to(kind, item.account_type)))


def usual_item(kind: str, items: Iterable[BookItem]) -> str:
    """The item to begin with; "" when the company has none for that kind of charge."""
    names = items_for(kind, items)
    usual = [name for word in _USUAL[kind] for name in names if word in name.casefold()]
    return next(iter([*usual, *names]), "")
