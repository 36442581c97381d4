"""A reconciliation as a document: the JSON of `milepost reconcile` (docs/json.md). Pure."""

from __future__ import annotations

from typing import Any

from sync.reconciling.drift import Drift
from sync.reconciling.reconcile import Reconciled
from sync.reconciling.sums import Sum
from sync.telling.report import money_json, status_json, trouble_json


def reconciled_json(found: Reconciled) -> dict[str, Any]:
    """The document of `milepost reconcile --json`."""
    status = status_json(found.summary)
    return {
        "whole": found.is_whole,
        "read": {"issues": found.issues, "documents": found.documents},
        "repaired": found.repaired,
        "drifts": [_drift(each) for each in found.drifts],
        "sums": [_sum(each) for each in found.sums],
        "buckets": status["buckets"],
        "finished": status["finished"],
        "gap": status["gap"],
        "trouble": [trouble_json(error) for error in found.trouble],
    }


def _drift(each: Drift) -> dict[str, Any]:
    return {
        "kind": each.kind.value,
        "contract": each.contract,
        "subject": each.subject,
        "reason": each.reason,
        "hint": each.hint,
        "owner": each.owner,
        "repairable": each.repairable,
    }


def _sum(each: Sum) -> dict[str, Any]:
    return {
        "contract": each.contract,
        "name": each.name,
        "whole": money_json(each.whole),
        "parts": {name: money_json(amount) for name, amount in each.parts},
        "told": money_json(each.told),
        "gap": money_json(each.gap),
    }
