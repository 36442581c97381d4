"""What a rule may be asked about, and what a person calls it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Literal

from mappings.contract.works import AcceptanceWork, DateWork, Work
from mappings.words.text import inert
from model.work import Issue, Sprint, Version, WorkKind


@dataclass(frozen=True, slots=True)
class Agreed:
    """A point of a contract that Jira does not know: a named date (`on`), or a named acceptance."""

    contract: str
    kind: Literal["date", "acceptance"]
    id: str
    on: date | None = None


Subject = Issue | Sprint | Version | Agreed


def agreed(contract: str, work: Work) -> Agreed | None:
    """The date or acceptance that `work` of a contract names; None for work that is in Jira."""
    match work:
        case DateWork(id_, on):
            return Agreed(contract, "date", id_, on)
        case AcceptanceWork(id_):
            return Agreed(contract, "acceptance", id_)
    return None


def kind_of(subject: Subject) -> WorkKind:
    """The kind of work that `subject` is."""
    match subject:
        case Sprint():
            return "sprint"
        case Version():
            return "version"
        case Agreed():
            return subject.kind
        case Issue():
            return "epic"


def title_of(subject: Subject) -> str:
    """Key and summary of an epic, the name of a sprint, project and name of a version; inert."""
    match subject:
        case Sprint():
            return inert(subject.name)
        case Version():
            return inert(f"{subject.project_key} {subject.name}")
        case Agreed():
            return subject.id
        case Issue():
            return inert(f"{subject.key} {subject.summary}")
