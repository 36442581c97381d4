"""The shape of a shared file as a person writes it: what many contracts take by name."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mappings.tables.rate import RateCardTable, RateTable
from mappings.tables.shape import HouseTable
from mappings.tables.written import CurrencyCode, MoneyText, Table, Words, says


class DefaultsTable(HouseTable):
    """`[defaults]`: keys of [contract] that a contract takes with `use = "name"`."""

    name: Annotated[Words, says('what contracts write behind use, such as "house"')]
    company: Words | None = None
    site: Words | None = None
    currency: Words | None = None
    draft: Words | None = None


class ListedTable(Table):
    """One `[[price]]` of a price list."""

    name: Annotated[Words, says('what rules write behind listed, such as "workshop"')]
    amount: Annotated[MoneyText, says('such as "4500.00"')]
    currency: CurrencyCode


class SharedFile(Table):
    """A file in the folder `shared` beside the contract files."""

    defaults: DefaultsTable | None = None
    price: Annotated[list[ListedTable], Field(default_factory=list)]
    rate_card: RateCardTable | None = None
    roles: Annotated[dict[str, list[Words]], Field(default_factory=dict)]
    rate: Annotated[list[RateTable], Field(default_factory=list)]
