"""A price made into a charge: the identity, the text and the dates of what goes on an invoice line."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from mappings.contract.prices import Hours, PerPoint
from mappings.contract.rules import Contract, Expense, Milestone
from mappings.money.time_price import hours_in_words
from mappings.progress.case import Case
from mappings.progress.claimed import charge_key
from mappings.progress.priced import Delivered, Priced
from mappings.words.numbers import plain
from mappings.words.template import fill
from mappings.words.text import inert
from model.billing import Charge
from model.work import Issue, Sprint, Version


def fee(
    case: Case, rule: Milestone, priced: Priced, delivered: Delivered, closed_at: datetime, zone: ZoneInfo
) -> Charge:
    """The fee of closed work: by quantity with its rate, or one times the amount."""
    values = values_of(case.rules, priced, case.rules.po_for(rule.rule, case.project)) | {
        "rule": rule.rule,
        "phase": rule.phase,
        "issues": str(len({leaf.issue_id for leaf in delivered.leaves})),
        "hours": _hours(rule, delivered),
        "points": _points(rule, delivered),
        "closed_on": closed_at.astimezone(zone).date().isoformat(),
        **_work_values(case),
    }
    return Charge(
        key=case.charge_key,
        contract=case.rules.id,
        kind="fee",
        work=case.work,
        title=case.title,
        phase=rule.phase,
        rule=rule.rule,
        rule_version=case.rules.version,
        entitled=priced.amount,
        quantity=priced.quantity,
        unit_price=priced.unit_price,
        share=priced.share,
        due_at=closed_at,
        service_on=closed_at.astimezone(zone).date(),
        text=fill(rule.text, values),
        item=rule.item,
        klass=rule.klass,
        tax_code=rule.tax_code,
        payer=rule.payer,
        arithmetic=priced.arithmetic,
        leaves=delivered.leaves,
        ordered_as=rule.rule,
        project=case.project,
    )


def expense_charge(rules: Contract, expense: Expense, priced: Priced, due_at: datetime) -> Charge:
    """An expense that is passed on, outside the contract's percentages and caps."""
    text = fill(expense.text, values_of(rules, priced, rules.po_for(expense.id, "")))
    return Charge(
        key=charge_key(rules.id, None, f"expense:{expense.id}"),
        contract=rules.id,
        kind="expense",
        work=None,
        title=inert(f"Expense {expense.id}: {text}"),
        phase=expense.phase,
        rule=f"expense {expense.id}",
        rule_version=rules.version,
        entitled=priced.amount,
        quantity=priced.quantity,
        unit_price=priced.unit_price,
        share=None,
        due_at=due_at,
        service_on=expense.on,
        text=text,
        item=expense.item,
        klass=expense.klass,
        tax_code=expense.tax_code,
        payer=expense.payer,
        arithmetic=priced.arithmetic,
        ordered_as=expense.id,
    )


def values_of(rules: Contract, priced: Priced, po: str | None) -> dict[str, str]:
    """What the placeholders of any line text stand for; `po` is the purchase order of what the line bills."""
    return {
        "contract.id": rules.id,
        "contract.client": rules.client,
        "contract.po": po or "",
        "percent": f"{plain(priced.share)} %" if priced.share is not None else "",
    }


def _points(rule: Milestone, delivered: Delivered) -> str:
    counted = delivered.leaves if isinstance(rule.price, PerPoint) else ()
    return plain(sum((leaf.quantity for leaf in counted), Decimal(0))) if counted else ""


def _hours(rule: Milestone, delivered: Delivered) -> str:
    by_time = isinstance(rule.price, Hours)
    return hours_in_words(sum(each.log.seconds for each in delivered.logged)) if by_time else ""


def _work_values(case: Case) -> dict[str, str]:
    match case.subject:
        case Issue():
            return {"epic.key": case.subject.key, "epic.summary": case.subject.summary}
        case Sprint():
            return {"sprint.name": case.subject.name, "sprint.board": case.subject.board_name}
        case Version():
            return {"version.name": case.subject.name, "version.project": case.subject.project_key}
    return {}
