"""The shape of a world file: what the two services are told to be before they are served."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Annotated, Any, Literal
from urllib.parse import urlsplit
from zoneinfo import available_timezones

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    model_validator,
)

from sandbox.jira.knobs import Knobs
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.world.faultlines import FaultLine
from sandbox.world.knobs import KnobsOf, Number, duration


def _zone(name: str) -> str:
    if name not in available_timezones():
        raise ValueError("no zone of this name; they are written as Europe/Berlin or Etc/UTC")
    return name


def _address(url: str) -> str:
    parts = urlsplit(url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.query or parts.fragment:
        raise ValueError('an address is written as "https://jira.example" or "http://127.0.0.1:8080/jira"')
    return url.rstrip("/")


def _project_key(key: str) -> str:
    if not re.fullmatch(r"[A-Z][A-Z0-9_]{1,9}", key):
        raise ValueError("a project key is 2 to 10 capital letters and digits, a letter first")
    return key


_FERNWOOD = "@fernwood.example"  # the addresses of the people who are there without being written
Zone = Annotated[str, AfterValidator(_zone)]
Address = Annotated[str, AfterValidator(_address)]
ProjectKey = Annotated[str, AfterValidator(_project_key)]
Text = Annotated[str, Field(min_length=1, max_length=500)]
Permission = Annotated[str, Field(pattern=r"^[A-Z_]{2,60}$")]
Realm = Annotated[str, Field(pattern=r"^\d{1,20}$")]
Country = Annotated[str, Field(pattern=r"^[A-Z]{2}$")]
Currency = Annotated[str, Field(pattern=r"^[A-Z]{3}$")]
PreferenceGroup = Literal[
    "AccountingInfoPrefs", "ProductAndServicesPrefs", "SalesFormsPrefs", "EmailMessagesPrefs", "TaxPrefs",
    "VendorAndPurchasesPrefs", "TimeTrackingPrefs", "CurrencyPrefs", "ReportPrefs", "OtherPrefs",
]  # fmt: skip


class Table(BaseModel):
    """A table of the file: unknown keys and loose types are problems."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class ClockTable(Table):
    """When it is: the machine's time, or `at`; `frozen` stands still there, otherwise time flows on from it."""

    at: AwareDatetime | None = None
    frozen: bool = False


class UserTable(Table):
    """Somebody on the site. `password` and `token` both are what Basic takes; `hides` names projects.

    On Data Center the `account_id` is the user name. `denied` are permission keys held nowhere.
    """

    name: Text
    email: Text
    account_id: Text | None = None
    password: Text | None = None
    token: Text | None = None
    personal_token: Text | None = None
    zone: Zone = "Etc/UTC"
    active: bool = True
    admin: bool = False
    hides: list[ProjectKey] = []
    denied: list[Permission] = []
    security_levels: list[int] = []

    @model_validator(mode="after")
    def _one_secret(self) -> UserTable:
        if self.password and self.token:
            raise ValueError("give either a password or a token: Basic takes one secret")
        return self


class GroupTable(Table):
    """People under one name; `members` are addresses of users."""

    name: Text
    members: list[Text] = []


class ProjectTable(Table):
    """One more project. `work` "seeded" gives it epics, sprints and a history, "empty" nothing."""

    key: ProjectKey
    name: Text
    style: Literal["company-managed", "team-managed"] = "company-managed"
    work: Literal["empty", "seeded"] = "empty"


class JiraTable(Table):
    """The site. `start` "seeded" has Fernwood's four projects with their work, "empty" none of them.

    `deployment` "Server" is Data Center; `context_path` ("/jira") is where it is served then.
    """

    base_url: Address | None = None
    cloud_id: Text | None = None
    deployment: Literal["Cloud", "Server"] = "Cloud"
    context_path: Annotated[str, Field(pattern=r"^(/[A-Za-z0-9_-]+)?$")] = ""
    version: Annotated[str, Field(pattern=r"^(\d+(\.\d+){1,3}(-[A-Z]+)?)?$")] = ""
    build_number: Annotated[int, Field(ge=0)] = 0
    title: Text = "Fernwood Digital"
    zone: Zone = "America/New_York"
    start: Literal["seeded", "empty"] = "seeded"
    index_delay: Annotated[timedelta, BeforeValidator(duration)] = timedelta(0)
    knobs: Annotated[Mapping[str, Any], KnobsOf(Knobs)] = {}
    user: list[UserTable] = []
    group: list[GroupTable] = []
    project: list[ProjectTable] = []
    fault: list[FaultLine] = []

    @model_validator(mode="after")
    def _known_projects(self) -> JiraTable:
        keys = [project.key for project in self.project]
        keys += ["HPO", "LUM", "KES", "KSUP"] if self.start == "seeded" else []
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"two projects have the key {twice[0]}")
        for user in self.user:
            unknown = sorted(set(user.hides) - set(keys))
            if unknown:
                raise ValueError(f"{user.name} cannot be kept from {unknown[0]}: there is no such project")
        return self

    @model_validator(mode="after")
    def _known_people(self) -> JiraTable:
        emails = [user.email for user in self.user]
        twice = sorted({email for email in emails if emails.count(email) > 1})
        if twice:
            raise ValueError(f"two users have the address {twice[0]}")
        for group in self.group:
            unknown = [m for m in group.members if m not in emails and not m.endswith(_FERNWOOD)]
            if unknown:
                raise ValueError(f"{group.name} has a member nobody knows: {unknown[0]}")
        return self


class QuickBooksTable(Table):
    """The company and the app that reaches it.

    `start` "seeded" is Fernwood's, "sample" is like Intuit's own US sample company, "empty" has lists only.
    """

    realm: Realm = "9341452870351234"
    start: Literal["seeded", "sample", "empty"] = "seeded"
    name: Text | None = None
    country: Country = "US"
    currency: Currency = "USD"
    multicurrency: bool | None = None
    sales_tax: bool = False
    automated_tax: bool = False
    zone: Zone | None = None
    books_closed_on: date | None = None
    client_id: Text | None = None
    client_secret: Text | None = None
    refresh_token: Text | None = None
    access_token: Text | None = None
    exchange_rates: Mapping[Currency, Decimal] = {}
    preferences: Mapping[PreferenceGroup, Mapping[str, Any]] = {}
    behaviour: Annotated[Mapping[str, Any], KnobsOf(Behaviour)] = {}
    fault: list[FaultLine] = []

    @model_validator(mode="after")
    def _known_companies_are_american(self) -> QuickBooksTable:
        if self.start != "empty" and (self.country, self.currency) != ("US", "USD"):
            raise ValueError(
                f'the {self.start} company keeps its books in the US in USD; use start = "empty"'
            )
        return self


class WorldFile(Table):
    """The whole file. Everything has a default: an empty file is the world of seed 1."""

    seed: Annotated[int, Field(ge=0)] = 1
    factor: Annotated[Number, Field(ge=1, le=1000)] = Decimal(1)
    clock: ClockTable = ClockTable()
    jira: JiraTable = JiraTable()
    quickbooks: QuickBooksTable = QuickBooksTable()
