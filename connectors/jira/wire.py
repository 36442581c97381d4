"""The shapes of Jira's answers that we read, and nothing else of them. Words are Jira's own.

REST v2 on Cloud; what Data Center leaves out is optional.
https://developer.atlassian.com/cloud/jira/platform/rest/v2/ and https://developer.atlassian.com/cloud/jira/software/rest/
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from decimal import Decimal
from functools import lru_cache
from typing import Annotated, Any, Generic, Literal, TypeVar

from msgspec import Meta, Struct, defstruct
from msgspec import field as named
from msgspec.json import Decoder

Moment = Annotated[datetime, Meta(tz=True)]  #: a time without a zone is not a time
Digits = Annotated[str, Meta(pattern=r"^[0-9]{1,19}\Z")]  #: ids go into queries and order history
Epoch = Annotated[int, Meta(ge=0, lt=10**14)]  #: seconds or milliseconds since 1970

T = TypeVar("T")

MAPPED = "mapped_"  #: prefix of the attributes that hold mapped fields, in the order they were asked for


class Wire(Struct, rename="camel"):
    """A part of an answer: camel case there, snake case here."""


class Named(Wire):
    """An object that we know by name (component, resolution)."""

    name: str = ""


class StatusCategory(Wire):
    key: str = ""


class Status(Wire):
    id: str
    name: str
    status_category: StatusCategory | None = None


class IssueType(Wire):
    name: str
    subtask: bool = False
    hierarchy_level: int | None = None


class ProjectRef(Wire):
    id: Digits
    key: str


class IssueRef(Wire):
    id: Digits


class VersionRef(Wire):
    id: Digits


class KnownFields(Wire):
    """What is read of every issue; mapped fields are added by `issues_shape`."""

    summary: str | None
    status: Status
    issuetype: IssueType
    project: ProjectRef
    created: Moment
    updated: Moment
    parent: IssueRef | None = None
    resolution: Named | None = None
    labels: list[str] | None = None
    components: list[Named] | None = None
    fix_versions: list[VersionRef] | None = None


class IssueError(Wire):
    id: str


KNOWN_FIELDS = KnownFields.__struct_encode_fields__


class WireIssue(Wire):
    id: Digits
    key: str
    fields: KnownFields


class BulkIssues(Wire):
    """Issues by id. `issue_errors` names those that could not be given now, not those that are hidden."""

    issues: list[Any]
    issue_errors: list[IssueError] = []


class HitFields(Wire):
    updated: Moment | None = None


class Hit(Wire):
    id: Digits
    fields: HitFields = named(default_factory=HitFields)


class SearchPage(Wire):
    issues: list[Hit]
    is_last: bool | None = None
    next_page_token: str | None = None
    warnings: list[Any] = []
    warning_messages: list[Any] = []


class Author(Wire):
    account_id: str | None = None
    name: str | None = None


class Item(Wire):
    """One changed field. `from_` and `to` are ids where the field has ids, the strings are for reading."""

    field: str = ""
    field_id: str | None = None
    from_: str | None = named(name="from", default=None)
    from_string: str | None = None
    to: str | None = None
    to_string: str | None = named(name="toString", default=None)


class History(Wire):
    id: Digits
    created: Moment | Epoch
    items: list[Item]
    author: Author | None = None


class IssueHistory(Wire):
    issue_id: Digits
    change_histories: list[History]


class BulkHistory(Wire):
    issue_change_logs: list[IssueHistory]
    next_page_token: str | None = None


class Linked(Wire):
    """What a new or renewed remote link is answered with."""

    id: int | str


class ServerInfo(Wire):
    base_url: str
    deployment_type: str = ""
    server_time: Moment | None = None


class Tenant(Wire):
    cloud_id: str


class Myself(Wire):
    account_id: str | None = None
    key: str | None = None
    time_zone: str | None = None
    active: bool = True


class WireProject(Wire):
    id: Digits
    key: str
    name: str
    style: str | None = None
    simplified: bool | None = None


class ScopedProject(Wire):
    id: Digits


class FieldScope(Wire):
    project: ScopedProject | None = None


class FieldSchema(Wire):
    type: str = ""
    items: str | None = None
    custom: str | None = None


class WireField(Wire):
    id: str
    name: str
    schema: FieldSchema | None = None
    scope: FieldScope | None = None


class BoardLocation(Wire):
    project_id: int | None = None


class WireBoard(Wire):
    id: int
    name: str
    type: str
    location: BoardLocation | None = None


class WireSprint(Wire):
    id: int
    name: str
    state: Literal["future", "active", "closed"]
    origin_board_id: int | None = None
    start_date: Moment | None = None
    end_date: Moment | None = None
    complete_date: Moment | None = None


class Listed(Wire, Generic[T]):
    """One page of a list that is counted from `startAt`."""

    values: list[T]
    is_last: bool | None = None


@lru_cache(maxsize=64)
def issues_shape(mapped: tuple[str, ...]) -> Decoder[BulkIssues]:
    """A decoder of bulk answers whose issues also carry the fields `mapped`, as attributes `mapped_0`, ….

    Numbers with a fraction arrive as Decimal, exactly as written.
    """
    attributes = {f"{MAPPED}{place}": identity for place, identity in enumerate(mapped)}
    fields = defstruct(
        "MappedFields", [(name, Any, None) for name in attributes], bases=(KnownFields,), rename=attributes
    )
    issue = defstruct("MappedIssue", [("fields", fields)], bases=(WireIssue,))
    shape = defstruct("MappedIssues", [("issues", list[issue])], bases=(BulkIssues,))  # type: ignore[valid-type] # made at run time, as the fields are
    return Decoder(shape, float_hook=Decimal)


def mapped_values(fields: KnownFields, mapped: Iterable[str]) -> Iterable[tuple[str, Any]]:
    """The mapped fields of one issue: id and raw value."""
    return ((identity, getattr(fields, f"{MAPPED}{place}")) for place, identity in enumerate(mapped))
