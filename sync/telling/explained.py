"""Explanations as documents: of work, of one invoice, of where a contract stands (docs/json.md). Pure."""

from __future__ import annotations

from typing import Any

from mappings.money.statement import Deposited, Statement
from model.decision import Decision
from sync.telling.document import DocumentExplained
from sync.telling.fields import FieldSet
from sync.telling.report import action_json, money_json
from sync.telling.work import Explained


def explanation_json(explained: Explained) -> dict[str, Any]:
    """Why one piece of work is billed or not."""
    told = explained.explanation
    return {
        "contract": explained.contract,
        "title": told.title,
        "outcome": told.outcome,
        "code": told.code,
        "steps": list(told.steps),
        "change": told.change,
        "changes": list(told.changes),
        "left": told.left,
        "pending": list(explained.pending),
        "decided": [decision_json(each) for each in explained.decided],
        "planned": [action_json(action) for action in explained.planned],
    }


def decision_json(decision: Decision) -> dict[str, Any]:
    """A decision as it was recorded."""
    return {
        "contract": decision.contract,
        "subject": decision.subject,
        "code": decision.code,
        "choice": decision.choice,
        "who": decision.who,
        "why": decision.why,
        "decided_at": decision.decided_at.isoformat(),
    }


def statement_json(stated: Statement) -> dict[str, Any]:
    """Where a contract stands."""
    names = (
        "original",
        "changes",
        "revised",
        "billed",
        "issued",
        "estimated",
        "let_go",
        "this_bill",
        "balance",
        "late",
    )
    return {
        "contract": stated.contract,
        **{name: money_json(getattr(stated, name)) for name in names},
        "deposit": _deposit_json(stated.deposit),
        "orders": [
            {
                "id": order.id,
                "on": order.on.isoformat(),
                "value": money_json(order.value),
                "applies": order.applies,
                "approved_by": order.approved_by,
                "reason": order.reason,
            }
            for order in stated.orders
        ],
    }


def _deposit_json(deposit: Deposited | None) -> dict[str, Any] | None:
    names = ("received", "drawn", "available")
    return None if deposit is None else {name: money_json(getattr(deposit, name)) for name in names}


def _field_json(each: FieldSet) -> dict[str, str]:
    return {
        "field": each.field,
        "value": each.value,
        "who": each.who,
        "by": each.by,
        "at": each.at.isoformat(),
    }


def document_json(explained: DocumentExplained) -> dict[str, Any]:
    """What one document of ours bills, line by line, and what became of it."""
    return {
        "contract": explained.contract,
        "document": explained.document,
        "document_kind": explained.kind,
        "name": explained.name,
        "invoice": explained.invoice,
        "marker": explained.marker,
        "state": explained.state,
        "total": money_json(explained.total),
        "lines": [
            {
                "contract": line.contract,
                "text": line.text,
                "charge": line.charge,
                "billed": money_json(line.billed),
                "shown": money_json(line.shown),
                "steps": list(line.steps),
                "fields": [_field_json(each) for each in line.fields],
            }
            for line in explained.lines
        ],
        "fields": [_field_json(each) for each in explained.fields],
        "history": [
            {"at": each.at.isoformat(), "who": each.who, "what": each.what} for each in explained.history
        ],
    }
