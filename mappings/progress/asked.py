"""What a rule asks of a piece of work, condition by condition, with what was seen."""

from __future__ import annotations

from collections.abc import Iterable

from mappings.contract.accepts import LabelTest, StatusTest
from mappings.contract.rules import Milestone
from mappings.contract.works import EpicWork, FieldTest
from mappings.progress.acceptance import Acceptance, attested, gate_clause
from mappings.progress.case import Case
from mappings.progress.fields import FieldIndex
from mappings.progress.match import clauses
from mappings.progress.subjects import Subject
from mappings.progress.verdict import Clause
from model.work import Issue


def asked(case: Case, rule: Milestone, fields: FieldIndex) -> tuple[Clause, ...]:
    """Every condition of `rule`, an acceptance last."""
    accepted = asks_acceptance(case, rule, fields)
    return (*clauses(rule.work, case.seen, fields), *((accepted,) if accepted is not None else ()))


def asks_acceptance(case: Case, rule: Milestone, fields: FieldIndex) -> Clause | None:
    """The condition that asks for an acceptance, if `rule` has one."""
    if isinstance(case.acceptance, Acceptance):
        return case.acceptance.clause
    if not isinstance(rule.accept, FieldTest | StatusTest | LabelTest) or not isinstance(case.subject, Issue):
        return None
    clause, given = (
        gate_clause(rule.accept, case.subject, fields),
        attested(case.charge_key, case.rules.attested),
    )
    return clause if clause.holds or given is None else clause._replace(holds=True, saw=str(given))


def nearest(
    subject: Subject, rules: Iterable[Milestone], fields: FieldIndex
) -> tuple[Milestone, tuple[Clause, ...]] | None:
    """The rule with the fewest conditions that fail."""
    tried = [(rule, clauses(rule.work, subject, fields)) for rule in rules]
    # A rule for one named epic is nobody's advice for another: it comes last.
    return min(
        tried,
        key=lambda pair: (isinstance(pair[0].work, EpicWork), sum(not clause.holds for clause in pair[1])),
        default=None,
    )
