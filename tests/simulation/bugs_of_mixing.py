"""Planted bugs that mix up two clients of one store: whose login, whose document."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from sqlalchemy import Connection, select

from connectors.oauth.source import RefreshedTokens
from model.billing import Document
from simulation.planted import Bed, Replacements
from sync.store.rows import AnyRow
from sync.store.schema import document

access_token = RefreshedTokens.access_token

bed = Bed()


@bed.bug("one company's login opens them all")
def _global_login() -> Replacements:
    used: list[RefreshedTokens] = []

    def first_of_all(self: RefreshedTokens) -> str:
        used[1:] = [self]
        return access_token(used[0])

    return {"connectors.oauth.source.RefreshedTokens.access_token": first_of_all}


@bed.bug("a document is known by its id, whoever's it is")
def _anybodys_document() -> Replacements:
    def ours(
        connection: Connection, _realm: str, shown: Sequence[Document]
    ) -> Iterator[tuple[AnyRow, Document]]:
        for each in shown:
            found = select(document).where(
                document.c.kind == each.kind, document.c.external_id == each.external_id
            )
            for row in connection.execute(found):
                yield row, each

    return {"sync.store.accounts._ours": ours}
