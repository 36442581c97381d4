"""Who pays for a piece of work by its words: its labels, components and fields."""

from __future__ import annotations

from mappings.contract.payers import Payer
from mappings.progress.fields import FieldIndex
from mappings.progress.match import field_clause, word_clause
from mappings.progress.subjects import Subject
from model.work import Issue


def pays(payer: Payer, subject: Subject | None, fields: FieldIndex) -> bool:
    """Whether `payer` pays for such work; what is no issue has no words, and goes to those who pay for all work."""
    if payer.when is None:
        return True
    if not isinstance(subject, Issue):
        return False
    labels, components = payer.when.labels, payer.when.components
    clauses = [field_clause(test, subject, fields) for test in payer.when.fields]
    clauses += [word_clause("label is", labels, subject.labels)] if labels else []
    clauses += [word_clause("component is", components, subject.components)] if components else []
    return all(clause.holds for clause in clauses)
