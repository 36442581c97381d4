"""What a rule may be asked about, and what a person calls it."""

from __future__ import annotations

from mappings.text import inert
from model.work import Issue, Sprint, Version, WorkKind

Subject = Issue | Sprint | Version


def kind_of(subject: Subject) -> WorkKind:
    """The kind of work that `subject` is."""
    match subject:
        case Sprint():
            return "sprint"
        case Version():
            return "version"
        case Issue():
            return "epic"


def title_of(subject: Subject) -> str:
    """Key and summary of an epic, the name of a sprint, project and name of a version; inert."""
    match subject:
        case Sprint():
            return inert(subject.name)
        case Version():
            return inert(f"{subject.project_key} {subject.name}")
        case Issue():
            return inert(f"{subject.key} {subject.summary}")
