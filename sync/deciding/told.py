"""What is decided as documents (docs/json.md). Pure."""

from __future__ import annotations

from typing import Any

from sync.deciding.inbox import Item
from sync.deciding.take import Taken
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


def taken_json(taken: Taken) -> dict[str, Any]:
    """A decision with what the next plan does and says about its subject."""
    contract = taken.decision.contract
    return {
        "decision": decision_json(taken.decision),
        "repeated": taken.repeated,
        "actions": [action_json(action) for action in taken.actions],
        "findings": [finding_json(contract, each) for each in taken.findings],
    }
