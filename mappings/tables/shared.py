"""The shape of a shared file as a person writes it: what many contracts take by name."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from mappings.tables.rate import RateCardTable, RateTable
from mappings.tables.shape import HouseTable
from mappings.tables.written import MoneyText, Table, Words


class DefaultsTable(HouseTable):
    """`[defaults]`: keys of [contract] that a contract takes with `use = "name"`."""

    name: Words
    company: Words | None = None
    site: Words | None = None
    currency: Words | None = None
    draft: Words | None = None


class ListedTable(Table):
    """One `[[price]]` of a price list."""

    name: Words
    amount: MoneyText
    currency: Words


class SharedFile(Table):
    """A file in the folder `shared` beside the contract files."""

    defaults: DefaultsTable | None = None
    price: Annotated[list[ListedTable], Field(default_factory=list)]
    rate_card: RateCardTable | None = None
    roles: Annotated[dict[str, list[Words]], Field(default_factory=dict)]
    rate: Annotated[list[RateTable], Field(default_factory=list)]
