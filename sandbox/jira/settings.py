"""What administrators set up: groups, roles, categories, security levels, filters, contexts, transitions."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

OWN_SCHEME = 10_000  # how far the ids of schemes that templates bring are above those of their projects
DONE_SCREEN = ("resolution",)


@dataclass(slots=True)
class Group:
    """People under one name."""

    id: str
    name: str
    members: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Role:
    """A project role of the site; who plays it is kept by project id, as account ids and group ids.

    New projects begin with the `default_people` and `default_groups`.
    """

    id: int
    name: str
    description: str = ""
    people: dict[int, set[str]] = field(default_factory=dict)
    groups: dict[int, set[str]] = field(default_factory=dict)
    default_people: set[str] = field(default_factory=set)
    default_groups: set[str] = field(default_factory=set)


@dataclass(slots=True)
class Task:
    """A bulk operation: who asked for it and when, and what came of each issue."""

    by: str
    at: datetime
    done: list[int] = field(default_factory=list)
    failed: dict[int, list[str]] = field(default_factory=dict)
    unknown: int = 0


@dataclass(frozen=True, slots=True)
class AuditRecord:
    """What an administrator did to what: the object's name, kind and id are those of that moment."""

    id: int
    at: datetime
    by: str
    category: str
    summary: str
    name: str
    kind: str
    identity: str


@dataclass(slots=True)
class PersonalToken:
    """A personal access token of Data Center; `expires_at` None: never."""

    id: int
    name: str
    owner: str
    secret: str
    created_at: datetime
    expires_at: datetime | None = None


@dataclass(slots=True)
class Organization:
    """Customers of service desks under one name; `desks` are the projects that serve it."""

    id: int
    name: str
    members: set[str] = field(default_factory=set)
    desks: set[int] = field(default_factory=set)
    made_at: datetime | None = None
    properties: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True, frozen=True)
class QuickFilter:
    """A button of a board that narrows what it shows."""

    id: int
    name: str
    jql: str
    description: str = ""


@dataclass(slots=True)
class Category:
    """A category of projects."""

    id: int
    name: str
    description: str = ""


@dataclass(slots=True)
class SecurityLevel:
    """An issue security level: only its members (User.security_levels) see issues that carry it."""

    id: int
    name: str
    description: str = ""


@dataclass(frozen=True, slots=True)
class Scheme:
    """A scheme of issue types or workflows. `project_id` is whose template brought it.

    `type_ids` None: all the site's types, in their order; `default_id` is the type that forms begin with.
    """

    id: int
    name: str
    description: str
    project_id: int | None = None
    type_ids: tuple[int, ...] | None = None
    default_id: int | None = None


@dataclass(slots=True)
class Grant:
    """A permission given to a holder: its type ("group", "projectRole", "anyone", …) and who that is."""

    id: int
    permission: str
    holder: str
    parameter: str = ""


@dataclass(slots=True)
class PermissionScheme:
    """Who may do what in the projects that use it; `Rights.holds` goes by it."""

    id: int
    name: str
    description: str = ""
    grants: list[Grant] = field(default_factory=list)


@dataclass(slots=True)
class Filter:
    """A saved query. `shares` and `editors` are share permissions; `columns` None: it has none of its own."""

    id: int
    name: str
    jql: str
    owner: str
    description: str = ""
    shares: list[dict[str, Any]] = field(default_factory=list)
    editors: list[dict[str, Any]] = field(default_factory=list)
    columns: tuple[str, ...] | None = None
    favourite_of: set[str] = field(default_factory=set)


@dataclass(slots=True, frozen=True)
class FieldContext:
    """Where a custom field applies: everywhere, or in some projects and for some issue types."""

    id: int
    name: str
    description: str = ""
    project_ids: frozenset[int] = frozenset()
    type_ids: frozenset[int] = frozenset()
    default: dict[str, Any] | None = None  #: what new issues get, as its administrators wrote it

    def covers(self, project_id: int, type_id: int | None) -> bool:
        """Whether the field is there for issues of this project and type (None: of any type)."""
        here = not self.project_ids or project_id in self.project_ids
        return here and (not self.type_ids or type_id is None or type_id in self.type_ids)


@dataclass(slots=True, frozen=True)
class Transition:
    """A step of a workflow. `sources` None: from everywhere. `screen` names fields it asks for."""

    id: int
    name: str
    target_id: int
    sources: frozenset[int] | None = None
    screen: tuple[str, ...] = ()
    required: frozenset[str] = frozenset()
