"""`issued = …` as a person writes it, and what it means."""

from __future__ import annotations

from typing import Annotated

from pydantic import Discriminator, Field, Tag

from mappings.contract.issued import Issued, Sign
from mappings.tables.written import AnyOf, Table, Words


class IssuedTable(Table):
    """`{ field = "Approved", is = "Yes" }`"""

    field: Words
    is_: Annotated[AnyOf, Field(alias="is")]


def _kind(value: object) -> str:
    return "word" if isinstance(value, str) else "field"


IssuedSign = Annotated[
    Annotated[Sign, Tag("word")] | Annotated[IssuedTable, Tag("field")], Discriminator(_kind)
]


def issued_of(written: Sign | IssuedTable) -> Issued:
    """What a sound `issued` asks for."""
    if isinstance(written, IssuedTable):
        return Issued(field=written.field, values=tuple(written.is_))
    return Issued(written)
