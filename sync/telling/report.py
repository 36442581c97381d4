"""Plans and sums as documents: the JSON that scripts read (docs/json.md) and the figures that pages show. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, get_args

from connectors.errors import ConnectorError
from model.billing import DraftLine, Position
from model.finding import Bucket, Finding
from model.money import Money
from sync.assess import Assessment
from sync.outbox.company import Drained
from sync.outbox.notices import Posting
from sync.planning.actions import Action, Held
from sync.plans import Applied, Plan

BUCKETS: tuple[Bucket, ...] = get_args(Bucket)
_RANK = {bucket: rank for rank, bucket in enumerate(("billed", "failed", "held", "excluded"))}


@dataclass(frozen=True, slots=True)
class Summary:
    """The four buckets of all finished work, in charges and in money per currency.

    A charge counts once, in the bucket of its most advanced part; its money counts part by part.
    `unpriced` counts parts whose amount is not known yet. `gap` is what no bucket holds: it must be 0.
    """

    counts: Mapping[str, int]
    amounts: Mapping[str, Mapping[str, Money]]
    finished: int
    open: int
    unpriced: int
    gap: int
    positions: tuple[Position, ...]


def summarise(assessments: Iterable[Assessment]) -> Summary:
    """Sum positions by bucket. The gap compares them with the verdicts, which are counted independently."""
    looked_at = tuple(assessments)
    positions = tuple(position for each in looked_at for position in each.plan.positions)
    main: dict[str, Bucket] = {}
    amounts: dict[str, dict[str, Money]] = {bucket: {} for bucket in BUCKETS}
    for position in positions:
        best = main.get(position.charge_key, position.bucket)
        main[position.charge_key] = min(best, position.bucket, key=lambda bucket: _RANK[bucket])
        if position.amount is not None:
            sums, currency = amounts[position.bucket], position.amount.currency
            sums[currency] = sums.get(currency, Money.zero(currency)) + position.amount
    judged = {verdict.charge_key for each in looked_at for verdict in each.verdicts}
    still_open = sum(each.plan.open_work for each in looked_at)
    return Summary(
        counts={bucket: sum(found == bucket for found in main.values()) for bucket in BUCKETS},
        amounts=amounts,
        finished=len(main),
        open=still_open,
        unpriced=sum(position.amount is None for position in positions),
        gap=len(judged | set(main)) - len(main) - still_open,
        positions=positions,
    )


def needs_person(trouble: Sequence[ConnectorError], drained: Mapping[str, Drained], gap: int = 0) -> bool:
    """Whether a command could not finish by itself. Held work alone is a normal state, not a failure."""
    return bool(trouble) or any(each.is_unfinished for each in drained.values()) or gap != 0


def plan_json(plan: Plan) -> dict[str, Any]:
    """The document of `milepost plan --json`."""
    return {
        "digest": plan.digest,
        "actions": [action_json(action) for action in plan.actions],
        "held": [held_json(held) for held in plan.held],
        "proposed": [held_json(held) for held in plan.proposed],
        "findings": [
            finding_json(each.contract.id, one) for each in plan.assessments for one in each.plan.findings
        ],
        "trouble": [trouble_json(error) for error in plan.trouble],
    }


def applied_json(applied: Applied) -> dict[str, Any]:
    """The document of `milepost apply --json`."""
    return {
        "digest": applied.plan.digest,
        "actions": [action_json(action) for action in applied.plan.actions],
        "held": [held_json(held) for held in applied.after.held],
        "proposed": [held_json(held) for held in applied.after.proposed],
        "companies": {alias: drained_json(each) for alias, each in applied.drained.items()},
        "write_back": {alias: posting_json(each) for alias, each in applied.notices.items()},
        "findings": [
            finding_json(each.contract.id, one)
            for each in applied.after.assessments
            for one in each.plan.findings
        ],
        "trouble": [trouble_json(error) for error in applied.trouble],
    }


def drained_json(drained: Drained) -> dict[str, Any]:
    """What dispatch did for one company."""
    return {
        "written": drained.done,
        "refused": drained.refused,
        "dropped": drained.dropped,
        "parked": drained.parked,
        "busy": drained.busy,
        "waiting_until": drained.waiting_until.isoformat() if drained.waiting_until else None,
    }


def posting_json(posting: Posting) -> dict[str, Any]:
    """What was said on the issues of one site."""
    return {
        "put": posting.put,
        "taken_away": posting.taken_away,
        "denied": posting.denied,
        "refused": posting.refused,
        "waiting": posting.waiting,
        "trouble": [trouble_json(error) for error in posting.trouble],
    }


def status_json(summary: Summary) -> dict[str, Any]:
    """The document of `milepost status --json`."""
    return {
        "buckets": {
            bucket: {
                "work": summary.counts[bucket],
                "amounts": {
                    currency: str(sum_.decimal) for currency, sum_ in summary.amounts[bucket].items()
                },
            }
            for bucket in BUCKETS
        },
        "finished": summary.finished,
        "open": summary.open,
        "unpriced": summary.unpriced,
        "gap": summary.gap,
        "work": [
            {
                "contract": each.contract,
                "charge": each.charge_key,
                "title": each.title,
                "bucket": each.bucket,
                "amount": money_json(each.amount),
                "reason": each.reason,
            }
            for each in summary.positions
        ],
    }


def action_json(action: Action) -> dict[str, Any]:
    """One planned write with its exact lines and money."""
    return {
        "kind": action.kind,
        "document": action.document_key,
        "document_kind": action.document_kind,
        "corrects": action.corrects or None,
        "contract": action.contract,
        "company": action.company,
        "client": action.client,
        "subject": action.subject,
        "reason": action.reason,
        "amount": money_json(action.amount),
        "invoice": action.external_id,
        "invoice_date": action.draft.invoice_date.isoformat() if action.draft else None,
        "marker": action.draft.marker if action.draft else None,
        "lines": [line_json(line) for line in action.lines],
        "removed": [each.charge_key for each in action.removals],
    }


def held_json(held: Held) -> dict[str, Any]:
    """A write that waits, with the findings that hold it; of a credit memo that is proposed, those to decide on."""
    return action_json(held.action) | {"held_by": list(held.by)}


def line_json(line: DraftLine) -> dict[str, Any]:
    """One line. Amounts and quantities are exact decimal text."""
    return {
        "charge": line.charge_key,
        "text": line.text,
        "quantity": str(line.quantity),
        "unit_price": str(line.unit_price),
        "amount": money_json(line.amount),
        "item": line.item,
        "class": line.klass,
        "service_date": line.service_on.isoformat(),
        "rule": line.rule,
        "rule_version": line.rule_version,
        "issues": list(dict.fromkeys(leaf.key for leaf in line.leaves)),
    }


def money_json(amount: Money | None) -> dict[str, str] | None:
    """An amount as exact decimal text with its currency."""
    return None if amount is None else {"amount": str(amount.decimal), "currency": amount.currency}


def finding_json(contract: str, finding: Finding) -> dict[str, str]:
    """Something a person should look at."""
    return {
        "contract": contract,
        "code": finding.code,
        "subject": finding.subject,
        "reason": finding.reason,
        "hint": finding.hint,
        "owner": finding.owner,
        "ref": finding.ref,
    }


def trouble_json(error: ConnectorError) -> dict[str, Any]:
    """A call to a service that failed, by what to do about it."""
    return {
        "kind": type(error).__name__.lower(),
        "service": error.service,
        "action": error.action,
        "reason": error.reason,
        "hint": error.hint,
        "status": error.status,
        "code": error.code,
        "retry_after_seconds": error.retry_after,
    }
