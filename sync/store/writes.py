"""What we wrote on a document last, line by line, and how QuickBooks answered: the base of a merge."""

from __future__ import annotations

from collections.abc import Mapping

from sqlalchemy import Connection, select

from model.billing import Document, DocumentLine
from sync.planning.actions import Action
from sync.planning.merge import Written
from sync.store.codec import decode
from sync.store.schema import claim, document_observation, intent


def last_writes(connection: Connection, document_key: str) -> dict[str, Written]:
    """Our last write of each line of a document, by charge key, oldest write first."""
    done = intent.c.document_key == document_key, intent.c.state == "done"
    lines = _line_ids(connection, document_key)
    answers = _answers(connection, document_key)
    found: dict[str, Written] = {}
    for row in connection.execute(
        select(intent.c.action, intent.c.finished_at).where(*done).order_by(intent.c.seq)
    ):
        echoes = answers.get(row.finished_at, {})
        found |= _written(decode(row.action, Action), echoes, lines)
    return found


def _written(
    action: Action, echoes: Mapping[str, DocumentLine], lines: Mapping[str, str]
) -> dict[str, Written]:
    """What one write said of each of its lines."""
    changed = {change.line.charge_key: change.wanted for change in action.changes}
    return {
        line.charge_key: Written(
            changed.get(line.charge_key) or line, line, echoes.get(lines.get(line.charge_key, ""))
        )
        for line in action.lines
    }


def _answers(connection: Connection, document_key: str) -> dict[object, dict[str, DocumentLine]]:
    """The lines of each answer to a write of ours, by the moment at which it was settled."""
    rows = connection.execute(
        select(document_observation.c.observed_at, document_observation.c.doc).where(
            document_observation.c.document_key == document_key, document_observation.c.source == "answer"
        )
    )
    return {row.observed_at: {line.id: line for line in decode(row.doc, Document).lines} for row in rows}


def _line_ids(connection: Connection, document_key: str) -> dict[str, str]:
    rows = connection.execute(
        select(claim.c.charge_key, claim.c.line_id).where(claim.c.document_key == document_key)
    )
    return {row.charge_key: row.line_id for row in rows}


def client_written(connection: Connection, document_key: str) -> str:
    """QuickBooks' id of the client as the last answer to a write of ours showed it; "" without such an answer."""
    answered = document_observation.c.document_key == document_key, document_observation.c.source == "answer"
    newest = select(document_observation.c.doc).where(*answered).order_by(document_observation.c.seq.desc())
    found = connection.scalar(newest.limit(1))
    return "" if found is None else decode(found, Document).client_id
