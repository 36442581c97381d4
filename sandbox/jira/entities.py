"""The nouns of a Jira site: people, projects, vocabulary, boards, sprints, issues and their history."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal

from sandbox.jira.settings import FieldContext, QuickFilter, Transition

FieldKind = Literal[
    "text", "textarea", "url", "number", "option", "options", "cascading", "date", "datetime", "user", "users",
    "group", "groups", "version", "versions", "labels", "sprint", "epic_link", "epic_name", "parent_link",
    "rank", "story_points_estimate", "organizations",
]  # fmt: skip
CategoryKey = Literal["new", "indeterminate", "done"]
_OF_CONTEXTS = 100  # how far the ids of first contexts are above those of their fields
SprintState = Literal["future", "active", "closed"]


@dataclass(slots=True)
class User:
    """A person or a service login. What they may not see is silently absent, as in Jira.

    `token` and `password` sign in by Basic with `email`, on Data Center also with the user name;
    `personal_token` by Bearer. None: cannot sign in that way.
    """

    account_id: str
    name: str
    email: str
    token: str | None = None
    personal_token: str | None = None
    zone: str = "Etc/UTC"
    active: bool = True
    admin: bool = False
    hidden_projects: set[int] = field(default_factory=set)
    security_levels: set[int] = field(default_factory=set)
    denied: set[str] = field(default_factory=set)  #: permission keys this person holds nowhere
    properties: dict[str, object] = field(default_factory=dict)
    access_tokens: set[str] = field(default_factory=set)  #: OAuth 2.0 bearers, valid under /ex/jira only
    username: str = ""  #: the name in Data Center; "": what comes before the @ of the address
    preferences: dict[str, str] = field(default_factory=dict)
    columns: tuple[str, ...] | None = None  #: of searches; None: the site's
    share_scope: str = "PRIVATE"  #: with whom new filters are shared
    removed: bool = False  #: deleted: still named by the history, found nowhere else
    password: str | None = None

    @property
    def login(self) -> str:
        """The user name of Data Center."""
        return self.username or self.email.partition("@")[0] or self.account_id

    @property
    def signs_in(self) -> bool:
        """Whether programs can work under this name."""
        return bool(self.token or self.password or self.personal_token or self.access_tokens)


@dataclass(slots=True)
class Status:
    """A workflow status. `category` is what decides "done"; names are free and may be localized."""

    id: int
    name: str
    category: CategoryKey
    project_id: int | None = None  #: scope of a team-managed project
    description: str = ""


@dataclass(slots=True)
class IssueType:
    """`level`: 1 epic, 0 story or task, -1 sub-task. `untranslated` is set when `name` is localized."""

    id: int
    name: str
    level: int
    project_id: int | None = None
    untranslated: str | None = None
    description: str = ""
    properties: dict[str, object] = field(default_factory=dict)
    avatar_id: int = 10315


@dataclass(slots=True)
class Resolution:
    """A resolution: "Done", "Won't Do"…"""

    id: int
    name: str
    description: str = ""


@dataclass(slots=True)
class Priority:
    """A priority; a lower `id` ranks higher."""

    id: int
    name: str
    description: str = ""
    color: str = "#0065ff"


@dataclass(slots=True)
class CustomField:
    """A custom field, `customfield_<number>`; `options` maps option text to option id.

    Options of a cascading field under another one are named "parent\\x1fchild". `type_key` is the exact
    custom type where a kind has several (radio buttons and lists). A field of the site without `contexts` gets
    one that is everywhere; one that lost all of them is nowhere.
    """

    number: int
    name: str
    kind: FieldKind
    project_id: int | None = None
    options: dict[str, int] = field(default_factory=dict)
    untranslated: str | None = None
    id: str = ""
    description: str = ""
    type_key: str = ""
    contexts: tuple[FieldContext, ...] = ()
    disabled_options: set[int] = field(default_factory=set)  #: kept where chosen, offered no more

    def applies(self, project_id: int, type_id: int | None = None) -> bool:
        """Whether issues of a project (and type) have this field."""
        if self.project_id is not None:
            return self.project_id == project_id
        return any(context.covers(project_id, type_id) for context in self.contexts)

    def __post_init__(self) -> None:
        self.id = f"customfield_{self.number}"
        if not self.contexts and self.project_id is None:
            name = f"Default Configuration Scheme for {self.name}"
            self.contexts = (FieldContext(self.number + _OF_CONTEXTS, name),)


@dataclass(slots=True)
class Version:
    """A release of a project (what fixVersions holds)."""

    id: int
    project_id: int
    name: str
    released: bool = False
    archived: bool = False
    release_on: date | None = None
    start_on: date | None = None
    description: str = ""
    related_work: list[dict[str, object]] = field(default_factory=list)


@dataclass(slots=True)
class Component:
    """A component of a project."""

    id: int
    project_id: int
    name: str
    description: str = ""
    lead: str | None = None
    assignee_type: str = "PROJECT_DEFAULT"


@dataclass(slots=True)
class Project:
    """`style` "classic" is company-managed, "next-gen" team-managed. `last_number` feeds issue keys."""

    id: int
    key: str
    name: str
    style: Literal["classic", "next-gen"] = "classic"
    lead: str | None = None
    type_key: str = "software"
    archived: bool = False
    last_number: int = 0
    properties: dict[str, object] = field(default_factory=dict)
    description: str = ""
    url: str = ""
    category_id: int | None = None
    assignee_type: str = "UNASSIGNED"
    email: str = ""  #: from where notices are sent; "": the site's
    features_off: set[str] = field(default_factory=set)
    required_fields: frozenset[str] = frozenset()  #: beside summary, which always is
    permission_scheme_id: int = 0
    type_scheme_id: int = 0  #: of a company-managed one; 0: what its template brought
    workflow: tuple[Transition, ...] | None = None  #: None: every status can be reached from every other
    binned_at: datetime | None = None  #: deleted, but can be restored for sixty days
    binned_by: str = ""


@dataclass(slots=True)
class Column:
    """A board column and the ids of the statuses mapped to it."""

    name: str
    status_ids: tuple[int, ...]


@dataclass(slots=True)
class Board:
    """A board over one project. `estimation` is a field id, "issueCount" or None."""

    id: int
    name: str
    kind: Literal["scrum", "kanban", "simple"]
    project_id: int
    columns: tuple[Column, ...]
    filter_id: int
    estimation: str | None = None
    sprints: bool = True  #: a "simple" (team-managed) board may have them switched off
    quick_filters: tuple[QuickFilter, ...] = ()
    features_off: set[str] = field(default_factory=set)  #: pages of a team-managed board that are hidden
    properties: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Sprint:
    """`ends_at` is the plan; `completed_at` is when a person closed it."""

    id: int
    name: str
    board_id: int
    state: SprintState = "future"
    goal: str = ""
    starts_at: datetime | None = None
    ends_at: datetime | None = None
    completed_at: datetime | None = None
    created_at: datetime | None = None
    activated_at: datetime | None = None
    position: int = 0  #: place among the board's sprints of its state; the id decides between equals
    properties: dict[str, object] = field(default_factory=dict)
