"""What is decided as documents (docs/json.md). Pure."""

from __future__ import annotations

from typing import Any

from sync.deciding.inbox import Item
from sync.deciding.take import Taken
from sync.deciding.undo import Draft, Undoing
from sync.telling.explained import decision_json
from sync.telling.report import action_json, finding_json, money_json


def item_json(item: Item) -> dict[str, Any]:
    """Something that asks for a person."""
    return {
        **finding_json(item.contract, item.finding),
        "id": item.id,
        "since": item.since.isoformat(),
        "document": item.document,
        "choices": [
            {
                "choice": each.name,
                "words": each.words,
                "needs": each.needs or None,
                "before": money_json(each.before),
                "after": money_json(each.after),
            }
            for each in item.choices
        ],
    }


def undoing_json(undoing: Undoing) -> dict[str, Any]:
    """What undoing a run does, or did."""
    return {
        "run": undoing.run,
        "at": undoing.at.isoformat(),
        "drafts": [draft_json(each) for each in undoing.drafts],
        "others": [draft_json(each) for each in undoing.others],
    }


def draft_json(draft: Draft) -> dict[str, Any]:
    """A document that a run wrote."""
    return {
        "contract": draft.contract,
        "document": draft.document_key,
        "name": draft.name,
        "subject": draft.subject,
        "amount": money_json(draft.amount),
        "reason": draft.reason,
    }


def taken_json(taken: Taken) -> dict[str, Any]:
    """A decision with what the next plan does and says about its subject."""
    contract = taken.decision.contract
    return {
        "decision": decision_json(taken.decision),
        "repeated": taken.repeated,
        "actions": [action_json(action) for action in taken.actions],
        "findings": [finding_json(contract, each) for each in taken.findings],
    }
