"""Who pays for a piece of work by its words: its labels, components and fields."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from mappings.contract.payers import Payer
from mappings.progress.fields import FieldIndex
from mappings.progress.match import field_clause, word_clause
from mappings.progress.subjects import Subject
from mappings.progress.verdict import Clause
from model.work import Issue


def pays(payer: Payer, subject: Subject | None, fields: FieldIndex) -> bool:
    """Whether `payer` pays for such work; what is no issue has no words, and goes to those who pay for all work."""
    if payer.when is None:
        return True
    return isinstance(subject, Issue) and all(clause.holds for clause in _clauses(payer, subject, fields))


def nearest_payer(payers: Iterable[Payer], issue: Issue, fields: FieldIndex) -> Payer | None:
    """The one of whose words the fewest do not hold."""
    return min(payers, key=lambda payer: len(_failing(payer, issue, fields)), default=None)


def why_nobody(payers: Sequence[Payer], subject: Subject | None, fields: FieldIndex) -> str:
    """Why none of `payers` pays for the work: the words of the nearest that do not hold."""
    near = nearest_payer(payers, subject, fields) if isinstance(subject, Issue) else None
    if near is None or not isinstance(subject, Issue):
        return "no payer pays for it: it has no words that a payer could be chosen by"
    failing = " and ".join(f"{each.text} (it is {each.saw})" for each in _failing(near, subject, fields))
    return (
        f"no payer pays for it: the nearest, {near.name!r}, does where {failing}"
        if failing
        else "no payer pays for it"
    )


def _failing(payer: Payer, issue: Issue, fields: FieldIndex) -> list[Clause]:
    return [clause for clause in _clauses(payer, issue, fields) if not clause.holds]


def _clauses(payer: Payer, issue: Issue, fields: FieldIndex) -> list[Clause]:
    if payer.when is None:
        return []
    labels, components = payer.when.labels, payer.when.components
    clauses = [field_clause(test, issue, fields) for test in payer.when.fields]
    clauses += [word_clause("label is", labels, issue.labels)] if labels else []
    return clauses + ([word_clause("component is", components, issue.components)] if components else [])
