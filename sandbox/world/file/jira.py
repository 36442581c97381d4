"""The [jira] table of a world file: the site, who works there, its projects, and who is told of changes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import timedelta
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit

from pydantic import AfterValidator, BeforeValidator, Field, model_validator

from sandbox.jira.jql import JqlError, parse
from sandbox.jira.knobs import Knobs
from sandbox.jira.limits import Allowances
from sandbox.world.file.faults import FaultLine
from sandbox.world.file.knobs import KnobsOf, duration
from sandbox.world.file.words import Address, HookAddress, Permission, ProjectKey, Table, Text, Zone

_FERNWOOD = "@fernwood.example"  # the addresses of the people who are there without being written
HookEvent = Literal[
    "jira:issue_created", "jira:issue_updated", "jira:issue_deleted", "comment_created", "comment_updated",
    "comment_deleted", "worklog_created", "worklog_updated", "worklog_deleted", "issuelink_created",
    "issuelink_deleted", "issue_property_set", "issue_property_deleted", "sprint_created", "sprint_started",
    "sprint_updated", "sprint_closed", "sprint_deleted",
]  # fmt: skip


def _filter(jql: str) -> str:
    try:
        parse(jql)
    except JqlError as error:
        raise ValueError(str(error)) from None
    return jql


class UserTable(Table):
    """Somebody on the site, with a mail address or a user name. Basic takes `password` and `token`.

    `username` is the login of Data Center. `hides` names projects; `denied` are permissions held nowhere.
    """

    name: Text
    email: Text | None = None
    username: Text | None = None
    account_id: Text | None = None
    password: Text | None = None
    token: Text | None = None
    personal_token: Text | None = None
    access_token: Text | None = None
    zone: Zone = "Etc/UTC"
    active: bool = True
    admin: bool = False
    hides: Sequence[ProjectKey] = ()
    denied: Sequence[Permission] = ()
    security_levels: Sequence[int] = ()

    @model_validator(mode="after")
    def _can_be_named(self) -> UserTable:
        if not (self.email or self.username):
            raise ValueError("give an email or a username: one of them is the login")
        return self

    @property
    def address(self) -> str:
        """The mail address, made of the user name where none was written."""
        return self.email or f"{self.username}@sandbox.example"


class GroupTable(Table):
    """People under one name; `members` are addresses or user names."""

    name: Text
    members: Sequence[Text] = ()


class ProjectTable(Table):
    """One more project. `work` "seeded" gives it epics, sprints and a history, "empty" nothing."""

    key: ProjectKey
    name: Text
    type: Literal["software", "business", "service_desk"] = "software"
    style: Literal["company-managed", "team-managed"] = "company-managed"
    work: Literal["empty", "seeded"] = "empty"


class OrganizationTable(GroupTable):
    """A group of customers; `desks` are keys of the projects that serve them."""

    desks: Sequence[ProjectKey] = ()


class AppTable(Table):
    """An app that people let in by OAuth 2.0. With `user` it is let in already, and its tokens are good.

    Without `redirect_uris` any is taken; without `scopes` an app may ask for all.
    """

    client_id: Text
    client_secret: Text
    redirect_uris: Sequence[Text] = ()
    scopes: Sequence[Text] = ()
    user: Text | None = None
    access_token: Text | None = None
    refresh_token: Text | None = None


class JiraHookTable(Table):
    """A webhook of the administrators. `events` none: all of them. `secret` signs what is sent."""

    url: HookAddress
    name: Text = "Webhook"
    events: Sequence[HookEvent] = ()
    jql: Annotated[str, AfterValidator(_filter)] = ""
    secret: Text | None = None


class JiraTable(Table):
    """The site. `start` "seeded" has Fernwood's four projects with their work, "empty" none of them.

    `deployment` "Server" is Data Center; `context_path` ("/jira") is where it is served then, and without
    it the path of `base_url` is.
    """

    base_url: Address | None = None
    cloud_id: Text | None = None
    deployment: Literal["Cloud", "Server"] = "Cloud"
    context_path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9_-]+)?$")] | None = None
    version: Annotated[str, Field(pattern=r"^(\d+(\.\d+){1,3}(-[A-Z]+)?)?$")] = ""
    build_number: Annotated[int, Field(ge=0)] = 0
    title: Text = "Fernwood Digital"
    zone: Zone = "America/New_York"
    start: Literal["seeded", "empty"] = "seeded"
    index_delay: Annotated[timedelta, BeforeValidator(duration)] = timedelta(0)
    knobs: Annotated[Mapping[str, Any], KnobsOf(Knobs)] = {}
    limits: Annotated[Mapping[str, Any], KnobsOf(Allowances)] = {}
    user: Sequence[UserTable] = ()
    group: Sequence[GroupTable] = ()
    project: Sequence[ProjectTable] = ()
    organization: Sequence[OrganizationTable] = ()
    app: Sequence[AppTable] = ()
    webhook: Sequence[JiraHookTable] = ()
    fault: Sequence[FaultLine] = ()

    @property
    def path(self) -> str:
        """Where the site is served, below its host: Cloud at the root, Data Center as written."""
        if self.deployment == "Cloud":
            return ""
        return urlsplit(self.base_url or "").path if self.context_path is None else self.context_path

    @model_validator(mode="after")
    def _only_data_center_has_a_context_path(self) -> JiraTable:
        if self.context_path and self.deployment == "Cloud":
            raise ValueError('Cloud has no context_path; add deployment = "Server" for Data Center')
        return self

    @model_validator(mode="after")
    def _known_projects(self) -> JiraTable:
        keys = [project.key for project in self.project]
        keys += ["HPO", "LUM", "KES", "KSUP"] if self.start == "seeded" else []
        for key in _twice(keys):
            raise ValueError(f"two projects have the key {key}")
        for user in self.user:
            for unknown in sorted(set(user.hides) - set(keys)):
                raise ValueError(f"{user.name} cannot be kept from {unknown}: there is no such project")
        desks = {project.key for project in self.project if project.type == "service_desk"}
        for organization in self.organization:
            for unknown in sorted(set(organization.desks) - desks):
                raise ValueError(
                    f"{organization.name} cannot be served by {unknown}: there is no such service desk"
                )
        return self

    @model_validator(mode="after")
    def _known_people(self) -> JiraTable:
        for address in _twice(user.address for user in self.user):
            raise ValueError(f"two users have the address {address}")
        for account in _twice(user.account_id for user in self.user if user.account_id):
            raise ValueError(f"two users have the account_id {account}")
        for username in _twice(user.username for user in self.user if user.username):
            raise ValueError(f"two users have the username {username}")
        known = {name for user in self.user for name in (user.address, user.username) if name}
        for app in self.app:
            if (app.access_token or app.refresh_token) and app.user is None:
                raise ValueError(f"{app.client_id} has a token, but no user let it in")
            if app.user is not None and app.user not in known and not app.user.endswith(_FERNWOOD):
                raise ValueError(f"{app.client_id} is let in by somebody nobody knows: {app.user}")
        for circle in (*self.group, *self.organization):
            for member in circle.members:
                if member not in known and not member.endswith(_FERNWOOD):
                    raise ValueError(f"{circle.name} has a member nobody knows: {member}")
        return self


def _twice(words: Iterable[str]) -> list[str]:
    listed = list(words)
    return sorted({word for word in listed if listed.count(word) > 1})
