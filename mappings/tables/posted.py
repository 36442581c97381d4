"""How the lines of a contract are posted where their own table does not say."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Posted:
    """The contract's own item, class and tax code, by their names in QuickBooks."""

    item: str | None
    klass: str | None
    tax_code: str | None
