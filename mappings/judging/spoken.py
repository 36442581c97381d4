"""A verdict as far as its case decides it: which work, whose rules and which of them, and what is said of it."""

from __future__ import annotations

from mappings.progress.case import Case
from mappings.progress.verdict import Outcome, Verdict


def verdict_on(
    case: Case, said_by: tuple[str, int] | None, outcome: Outcome, code: str, reason: str
) -> Verdict:
    """The verdict on `case` by the rule of that name and line, None where no rule speaks."""
    rule, line = said_by or (None, 0)
    return Verdict(
        charge_key=case.charge_key,
        contract=case.rules.id,
        work=case.work,
        key=case.key,
        title=case.title,
        outcome=outcome,
        code=code,
        reason=reason,
        rule=rule,
        rule_version=case.rules.version,
        source=f"{case.rules.file}:{line}" if line else "",
        closed_at=case.closure.closed_at,
    )
