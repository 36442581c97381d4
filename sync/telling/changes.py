"""What other rules would change, as documents: the JSON of repricing and of backtests (docs/json.md). Pure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from sync.telling.backtest import Backtest
from sync.telling.report import action_json, finding_json, held_json, money_json
from sync.telling.repricing import Repriced


def backtest_json(found: Backtest, limit: Decimal | None) -> dict[str, Any]:
    """The document of `milepost backtest --json`."""
    beyond = found.beyond(limit) if limit is not None else ()
    pairs = ((action_json(before), action_json(after)) for before, after in found.changed)
    return {
        "question": found.question,
        "added": [action_json(action) for action in found.added],
        "removed": [action_json(action) for action in found.removed],
        "changed": [{"before": before, "after": after} for before, after in pairs],
        "same": found.same,
        "held": [held_json(held) for held in found.held],
        "clients": [
            {
                "client": each.client,
                "before": money_json(each.before),
                "after": money_json(each.after),
                "difference": money_json(each.after - each.before),
                "moved": money_json(each.moved),
                "moved_percent": None if each.percent is None else str(each.percent),
            }
            for each in found.clients
        ],
        "limit": None if limit is None else str(limit),
        "beyond": [each.client for each in beyond],
        "findings": [finding_json(contract, one) for contract, one in found.findings],
        "unread": list(found.unread),
    }


def repriced_json(each: Repriced) -> dict[str, Any]:
    """One billed charge that the present rules price otherwise."""
    return {
        "contract": each.contract,
        "client": each.client,
        "charge": each.charge,
        "title": each.title,
        "rule_version": each.rule_version,
        "before": money_json(each.before),
        "after": money_json(each.after),
        "difference": money_json(each.difference),
        "becomes": each.becomes,
        "arithmetic": each.arithmetic,
    }
