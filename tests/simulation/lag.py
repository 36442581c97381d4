"""A search over the books that has not caught up: queries and the change feed show documents as they were."""

from __future__ import annotations

from copy import deepcopy
from datetime import datetime, timedelta

from books_witness import KINDS

from sandbox.messages import Application, Request, Response
from sandbox.quickbooks.state import Company, Row


class Lag:
    """What a company's search shows `seconds` late. `note` after everything that may have changed a document."""

    def __init__(self, company: Company, seconds: float) -> None:
        self._company, self._delay = company, timedelta(seconds=seconds)
        self._past: dict[tuple[str, str], list[tuple[datetime, Row]]] = {}
        self.note()

    def note(self) -> None:
        """Remember documents that are not as they were."""
        for kind in KINDS:
            for row in self._company._rows[kind].values():
                past = self._past.setdefault((kind, row.id), [])
                last = past[-1][1] if past else None
                if last is None or (last.version, last.changed_at, last.deleted, last.body) != (
                    row.version,
                    row.changed_at,
                    row.deleted,
                    row.body,
                ):
                    past.append((self._company.clock.now(), deepcopy(row)))

    def behind(self, request: Request, ask: Application) -> Response:
        """The answer to `request` as of some seconds ago."""
        shown_at, rows = self._company.clock.now() - self._delay, self._company._rows
        present = {kind: dict(rows[kind]) for kind in KINDS}
        try:
            for (kind, id_), past in self._past.items():
                if past[-1][0] <= shown_at:
                    continue
                known = [row for at, row in past if at <= shown_at]
                if known:
                    rows[kind][id_] = known[-1]
                else:
                    rows[kind].pop(id_, None)
            return ask(request)
        finally:
            for kind in KINDS:
                rows[kind].clear()
                rows[kind].update(present[kind])
