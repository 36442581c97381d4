"""Work as the tracker showed it: issues with the history that bills, sprints, and what names mean.

Every identity is the tracker's immutable one (site id, numeric ids); keys, names and URLs are for reading.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

WorkKind = Literal["epic", "sprint", "version", "date", "acceptance"]
Category = Literal["new", "indeterminate", "done", "unknown"]


@dataclass(frozen=True, slots=True, order=True)
class WorkId:
    """One piece of billable work: immutable site id, kind, numeric id. Text form: `site/epic/10042`.

    A date and an acceptance are agreed in a contract, and Jira knows nothing of them: their `site` is the
    contract's id, and `id` the name in its file, so that no other contract's date is the same: `acme/date/fee`.
    """

    site: str
    kind: WorkKind
    id: str

    def __str__(self) -> str:
        return f"{self.site}/{self.kind}/{self.id}"


@dataclass(frozen=True, slots=True)
class Change:
    """One line of an issue's history, sorted by (`at`, int(`id`)), oldest first.

    `field` is "status" (names), "category" (category keys), "resolution" (names), "sprint" (comma-separated
    sprint ids) or a custom field's id; `old` and `new` are "" for nothing.
    """

    id: str
    at: datetime
    by: str
    field: str
    old: str
    new: str


@dataclass(frozen=True, slots=True)
class Worklog:
    """Time that a person logged on an issue. `started_at` is when it was worked, by which it is billed;
    `author_id` is immutable, `author` the name to read. A whole number of `seconds`.

    `hidden`: it was seen once and is not visible now, restricted or perhaps deleted; all else is as last seen.
    One that the tracker says was deleted is gone.
    """

    id: str
    author_id: str
    author: str
    started_at: datetime
    seconds: int
    created_at: datetime
    updated_at: datetime
    hidden: bool = False


@dataclass(frozen=True, slots=True)
class Issue:
    """An issue of any level as last seen. `level`: 1 epic, 0 story or task, -1 sub-task.

    `fields` holds the custom fields that rules name, by field id; each value as texts ("10", "Yes"), a
    field with several values as several texts; an empty field is absent. `updated_at` moves for many
    reasons that are not billing. `version_ids` are its fix versions. `worklogs` are sorted by (`started_at`,
    `id`), and empty where no rule bills time.
    """

    id: str
    key: str
    project_id: str
    project_key: str
    summary: str
    type_name: str
    level: int
    status: str
    category: Category
    resolution: str | None
    parent_id: str | None
    labels: tuple[str, ...]
    components: tuple[str, ...]
    sprint_ids: tuple[str, ...]
    fields: Mapping[str, tuple[str, ...]]
    created_at: datetime
    updated_at: datetime
    history: tuple[Change, ...] = ()
    version_ids: tuple[str, ...] = ()
    worklogs: tuple[Worklog, ...] = ()


@dataclass(frozen=True, slots=True)
class Sprint:
    """A sprint as last seen. Billing dates it by `completed_at`, never by the planned `ends_at`."""

    id: str
    name: str
    state: Literal["future", "active", "closed"]
    board_id: str
    board_name: str
    starts_at: datetime | None
    ends_at: datetime | None
    completed_at: datetime | None


@dataclass(frozen=True, slots=True)
class Version:
    """A fix version as last seen. `released_on` is the day Jira shows, which a person may have typed; None
    while it is not released, or where nobody gave a day."""

    id: str
    name: str
    project_id: str
    project_key: str
    released: bool
    archived: bool
    released_on: date | None


@dataclass(frozen=True, slots=True)
class Project:
    """A project that the login may see. `style` decides which of two same-named fields is meant."""

    id: str
    key: str
    name: str
    style: Literal["classic", "next-gen"]


@dataclass(frozen=True, slots=True)
class Board:
    """A board. Sprint rules name it."""

    id: str
    name: str
    kind: str
    project_id: str | None


@dataclass(frozen=True, slots=True)
class FieldInfo:
    """A field as the tracker lists it. `project_id` is set for a field of one team-managed project."""

    id: str
    name: str
    kind: str
    project_id: str | None


@dataclass(frozen=True, slots=True)
class TypeInfo:
    """An issue type as the tracker lists it. `level` as of an issue; `project_id` is set for one of a team-managed
    project, which has no others."""

    name: str
    level: int
    project_id: str | None


@dataclass(frozen=True, slots=True)
class WordInfo:
    """A status or a component as the tracker lists it. `project_id` is set for a component, and for a status of
    one team-managed project, which has no others."""

    name: str
    project_id: str | None


@dataclass(frozen=True, slots=True)
class TrackerCatalogue:
    """What names mean on one site. `site` is the immutable site id; `account_zone` the login's time zone;
    `timed` are ids of the projects whose logged time is read, `named` visible projects that rules only name.

    `types`, `statuses` and `resolutions` are whole lists; an empty one was not shown to us. `components` are those
    of the projects whose components were asked for.
    """

    site: str
    base_url: str
    account_id: str
    account_zone: str
    projects: tuple[Project, ...] = ()
    boards: tuple[Board, ...] = ()
    fields: tuple[FieldInfo, ...] = ()
    timed: tuple[str, ...] = ()
    named: tuple[Project, ...] = ()
    types: tuple[TypeInfo, ...] = ()
    statuses: tuple[WordInfo, ...] = ()
    resolutions: tuple[str, ...] = ()
    components: tuple[WordInfo, ...] = ()


@dataclass(frozen=True, slots=True)
class TrackerNames:
    """What one site (its immutable id) has under any name, whether rules name it or not: projects and boards that the
    login sees, all fields, types and statuses. `cut` says which of "projects" and "boards" hold only a part, because
    there are too many or the login may not list them: what such a list does not hold may be there all the same."""

    site: str
    projects: tuple[Project, ...] = ()
    boards: tuple[Board, ...] = ()
    fields: tuple[FieldInfo, ...] = ()
    types: tuple[TypeInfo, ...] = ()
    statuses: tuple[WordInfo, ...] = ()
    cut: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Mirror:
    """Everything that was ever seen of some projects and boards: the only input of translation.

    `hidden` lists ids of issues that were seen once and are not visible now, `hidden_projects` ids of projects,
    `hidden_versions` ids of versions: absence is never evidence, so all of it stays in the mirror as last seen.
    """

    catalogue: TrackerCatalogue
    issues: Mapping[str, Issue] = field(default_factory=dict)
    sprints: Mapping[str, Sprint] = field(default_factory=dict)
    hidden: frozenset[str] = frozenset()
    hidden_projects: frozenset[str] = frozenset()
    hidden_versions: frozenset[str] = frozenset()
    versions: Mapping[str, Version] = field(default_factory=dict)

    def work(self, work: WorkId) -> Issue | Sprint | Version | None:
        """The work as last seen, None when it never was, as what a tracker does not know."""
        match work.kind:
            case "epic":
                return self.issues.get(work.id)
            case "sprint":
                return self.sprints.get(work.id)
            case "version":
                return self.versions.get(work.id)
            case "date" | "acceptance":
                return None
