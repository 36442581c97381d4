"""Which work a rule is for: a closed grammar, names as the file writes them, resolved elsewhere."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class FieldTest:
    """A custom field, by name or id, has one of `values`."""

    name: str
    values: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class MatchTable:
    """Which epics: every given word must hold; of several values for one word any is enough."""

    projects: tuple[str, ...]
    labels: tuple[str, ...] = ()
    components: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    statuses: tuple[str, ...] = ()
    summary: str | None = None
    fields: tuple[FieldTest, ...] = ()


@dataclass(frozen=True, slots=True)
class EpicWork:
    """One epic, by key."""

    key: str


@dataclass(frozen=True, slots=True)
class EpicsWork:
    """Every epic that the table matches."""

    table: MatchTable


@dataclass(frozen=True, slots=True)
class SprintsWork:
    """Every sprint of a board (its name or id) whose name fits the pattern."""

    board: str
    name: str = "*"


@dataclass(frozen=True, slots=True)
class VersionWork:
    """One fix version of a project, by its name."""

    project: str
    name: str


@dataclass(frozen=True, slots=True)
class VersionsWork:
    """Every fix version of a project whose name fits the pattern."""

    project: str
    name: str


@dataclass(frozen=True, slots=True)
class DateWork:
    """A day that makes something due. `id` is its identity: moving the day bills nothing twice."""

    id: str
    on: date


@dataclass(frozen=True, slots=True)
class AcceptanceWork:
    """An acceptance that the contract file records by this name."""

    id: str


Work = EpicWork | EpicsWork | SprintsWork | VersionWork | VersionsWork | DateWork | AcceptanceWork


def projects_of(work: Work) -> tuple[str, ...]:
    """Keys of the projects that `work` names."""
    return epic_projects(work) or version_projects(work)


def epic_projects(work: Work) -> tuple[str, ...]:
    """Keys of the projects whose epics `work` may name."""
    match work:
        case EpicWork(key):
            return (key.rpartition("-")[0],)
        case EpicsWork(table):
            return table.projects
    return ()


def version_projects(work: Work) -> tuple[str, ...]:
    """Keys of the projects whose fix versions `work` may name."""
    return (work.project,) if isinstance(work, VersionWork | VersionsWork) else ()


def tests_of(work: Work) -> tuple[FieldTest, ...]:
    """The custom field tests of `work`."""
    return work.table.fields if isinstance(work, EpicsWork) else ()
