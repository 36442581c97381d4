"""What a site has beside issues: people, projects, vocabulary, boards, settings."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable

from sandbox.jira.avatars import Avatar
from sandbox.jira.dashboards import Dashboard
from sandbox.jira.entities import (
    Board,
    Component,
    CustomField,
    FieldKind,
    IssueType,
    Priority,
    Project,
    Resolution,
    Sprint,
    Status,
    User,
    Version,
)
from sandbox.jira.grants import Grants
from sandbox.jira.knobs import Knobs
from sandbox.jira.layouts import usual_layouts, usual_screens
from sandbox.jira.parts import LinkType
from sandbox.jira.settings import (
    OWN_SCHEME,
    AuditRecord,
    Category,
    Filter,
    Group,
    Organization,
    PermissionScheme,
    PersonalToken,
    QuickFilter,
    Role,
    Scheme,
    SecurityLevel,
    Task,
)
from sandbox.jira.site import Site

DEFAULT_COLUMNS = (
    "issuetype", "issuekey", "summary", "assignee", "reporter", "priority", "status", "resolution", "created",
    "updated", "duedate",
)  # fmt: skip
_QUICK_FILTERS = (
    (
        "Only My Issues",
        "assignee = currentUser()",
        "Displays issues which are currently assigned to the current user",
    ),
    ("Recently Updated", "updatedDate >= -1d", "Displays issues which have been updated in the last day"),
)


class Arranged:
    """The schemes and screens that administrators arrange, by their ids."""

    def __init__(self) -> None:
        self.screens = usual_screens()
        self.layouts = usual_layouts()
        self.type_schemes: dict[int, Scheme] = {}  #: those that were made or changed
        self.permission_schemes: dict[int, PermissionScheme] = {}


class Registries(Arranged):
    """Plain dicts by id, which may be read freely; add through the methods."""

    def __init__(self, site: Site) -> None:
        super().__init__()
        self.site = site
        self.knobs = Knobs()
        self.users: dict[str, User] = {}
        self.projects: dict[int, Project] = {}
        self.statuses: dict[int, Status] = {}
        self.types: dict[int, IssueType] = {}
        self.resolutions: dict[int, Resolution] = {}
        self.priorities: dict[int, Priority] = {}
        self.default_priority: int | None = None
        self.default_resolution: int | None = None
        self.fields: dict[str, CustomField] = {}
        self.trashed_fields: dict[str, CustomField] = {}
        self.versions: dict[int, Version] = {}
        self.components: dict[int, Component] = {}
        self.boards: dict[int, Board] = {}
        self.sprints: dict[int, Sprint] = {}
        self.link_types: dict[int, LinkType] = {}
        self.groups: dict[str, Group] = {}
        self.roles: dict[int, Role] = {}
        self.categories: dict[int, Category] = {}
        self.security_levels: dict[int, SecurityLevel] = {}
        self.filters: dict[int, Filter] = {}
        self.dashboards: dict[int, Dashboard] = {}
        self.avatars: dict[int, Avatar] = {}
        self.avatar_drafts: dict[str, Avatar] = {}  #: uploaded, not confirmed yet, by "kind:owner"
        self.chosen_avatars: dict[str, int] = {}  #: by "kind:owner"
        self.banner: dict[str, object] = {}  #: what was changed of the announcement banner
        self.app_settings: dict[str, str] = {}  #: application properties that were changed
        self.columns: tuple[str, ...] = DEFAULT_COLUMNS  #: of searches, for all who set no others
        self.personal_tokens: dict[int, PersonalToken] = {}
        self.tasks: dict[str, Task] = {}
        self.audit_log: list[AuditRecord] = []
        self.sessions: dict[str, str] = {}  #: account ids by the cookie of Data Center
        self.organizations: dict[int, Organization] = {}
        self.grants = Grants()
        self._project_keys: dict[str, int] = {}
        self._counters: defaultdict[str, int] = defaultdict(lambda: 10_000)

    def next_id(self, kind: str) -> int:
        """The next numeric id of `kind` ("issue", "history", "worklog", …)."""
        self._counters[kind] += 1
        return self._counters[kind]

    def fresh_id(self, kind: str, registry: Container[int]) -> int:
        """The next id of `kind` that `registry`, which may have been filled with any ids, does not hold."""
        while (number := self.next_id(kind)) in registry:
            pass
        return number

    def add_user(self, user: User) -> User:
        """Register a person by account id."""
        self.users[user.account_id] = user
        return user

    def people(self) -> list[User]:
        """Everybody who was not removed."""
        return [user for user in self.users.values() if not user.removed]

    def add_project(self, project: Project) -> Project:
        """Register a project under its key."""
        self.projects[project.id] = project
        self._project_keys[project.key.upper()] = project.id
        return project

    def keys_of(self, project: Project) -> list[str]:
        """The present and former keys of a project."""
        return [key for key, number in self._project_keys.items() if number == project.id]

    def drop_project(self, project: Project) -> None:
        """Forget a project and the keys that led to it."""
        del self.projects[project.id]
        self.forget_keys(project)

    def forget_keys(self, project: Project) -> None:
        """Let no key lead to a project any more."""
        self._project_keys = {
            key: number for key, number in self._project_keys.items() if number != project.id
        }

    def add_vocabulary(
        self,
        entries: Iterable[Status | IssueType | Resolution | Priority | CustomField | Version | Component],
    ) -> None:
        """Register statuses, issue types, resolutions, priorities, fields, versions and components."""
        for entry in entries:
            match entry:
                case Status():
                    self.statuses[entry.id] = entry
                case IssueType():
                    self.types[entry.id] = entry
                case Resolution():
                    self.resolutions[entry.id] = entry
                case Priority():
                    self.priorities[entry.id] = entry
                case CustomField():
                    self.fields[entry.id] = entry
                case Version():
                    self.versions[entry.id] = entry
                case Component():
                    self.components[entry.id] = entry

    def add_board(self, board: Board) -> Board:
        """Register a board; one of a company-managed project starts with the usual quick filters."""
        if board.kind != "simple" and not board.quick_filters:
            board.quick_filters = tuple(
                QuickFilter(self.next_id("quickfilter") - 10_000, *entry) for entry in _QUICK_FILTERS
            )
        self.boards[board.id] = board
        return board

    def field_of(self, kind: FieldKind) -> CustomField | None:
        """The site's field of a kind that exists once (sprint, rank, epic link…)."""
        return next((field for field in self.fields.values() if field.kind == kind), None)

    def project(self, id_or_key: str) -> Project | None:
        """A project by id, or by its present or a former key."""
        if id_or_key.isdigit():
            return self.projects.get(int(id_or_key))
        return self.projects.get(self._project_keys.get(id_or_key.upper(), -1))

    def group(self, id_or_name: str) -> Group | None:
        """A group by its id or its name."""
        named = (group for group in self.groups.values() if group.name == id_or_name)
        return self.groups.get(id_or_name) or next(named, None)

    def types_of(self, project_id: int) -> list[IssueType]:
        """The issue types of a project: its own, or where it is company-managed those of its scheme."""
        project = self.projects[project_id]
        if project.style == "next-gen":
            return [entry for entry in self.types.values() if entry.project_id == project_id]
        shared = {entry.id: entry for entry in self.types.values() if entry.project_id is None}
        scheme = self.type_schemes.get(project.type_scheme_id or OWN_SCHEME + project_id)
        chosen = scheme.type_ids if scheme else None
        return [shared[number] for number in chosen or shared if number in shared]

    def statuses_of(self, project_id: int) -> list[Status]:
        """The statuses of a project, by the same rule; of its workflow when it has one of its own."""
        project = self.projects[project_id]
        if project.workflow is not None:
            used = {step.target_id for step in project.workflow}
            used |= {source for step in project.workflow for source in step.sources or ()}
            return [status for status in self.statuses.values() if status.id in used]
        scope = project_id if project.style == "next-gen" else None
        return [status for status in self.statuses.values() if status.project_id == scope]

    def initial_status(self, project_id: int) -> int:
        """The status new issues of a project start in: its own first "new" one, else the site's."""
        fitting = [
            s for s in self.statuses.values() if s.category == "new" and s.project_id in (None, project_id)
        ]
        return next((s for s in fitting if s.project_id == project_id), fitting[0]).id
