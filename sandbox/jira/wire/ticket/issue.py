"""A whole issue on the wire: the chosen fields, with what `expand` and `properties` add."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from sandbox.jira.entities import CustomField
from sandbox.jira.issue import Issue
from sandbox.jira.wire.forms.fieldlist import SYSTEM_FIELDS, SystemField, schema_of
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.changelogs import PAGE, embedded
from sandbox.jira.wire.ticket.values import custom_value, system_value

EXPANDABLE = "operations,versionedRepresentations,editmeta,changelog,renderedFields"
_BARE = frozenset(("id", "key"))


@dataclass(frozen=True, slots=True)
class Selection:
    """What of each issue is asked for. `bare` means nothing but id, or id and key."""

    system: tuple[SystemField, ...]
    custom: tuple[CustomField, ...]
    bare: Literal["id", "key"] | None
    named: bool  #: fields were listed one by one, not by *all or *navigable
    expand: frozenset[str] = frozenset()
    properties: tuple[str, ...] = ()
    histories: int = PAGE  #: how many entries an expanded changelog shows

    @property
    def fields(self) -> tuple[SystemField | CustomField, ...]:
        """All chosen fields."""
        return (*self.system, *self.custom)


def select(
    visit: Visit,
    names: Sequence[str],
    default: str,
    *,
    expand: Iterable[str] = (),
    properties: Iterable[str] = (),
    histories: int = PAGE,
) -> Selection:
    """The fields meant by `names`: ids, *all, *navigable, and -id to leave one out; others are ignored."""
    wanted = {name for name in names if not name.startswith("-")} or {default}
    dropped = {name[1:] for name in names if name.startswith("-")}
    whole, navigable = "*all" in wanted, "*navigable" in wanted
    system = tuple(
        field
        for field in SYSTEM_FIELDS
        if (whole or field.id in wanted or (navigable and field.navigable)) and field.id not in dropped
    )
    custom = tuple(
        field
        for field in visit.state.fields.values()
        if (whole or navigable or field.id in wanted) and field.id not in dropped
    )
    bare: Literal["id", "key"] | None = None
    if wanted <= _BARE:
        bare = "key" if "key" in wanted else "id"
    named = not (whole or navigable)
    return Selection(system, custom, bare, named, frozenset(expand), tuple(properties), histories)


def issue_shape(visit: Visit, issue: Issue, selection: Selection, *, home: str = "") -> Json:
    """One issue; `home` replaces its `self` link."""
    shape: Json = {
        "expand": EXPANDABLE,
        "id": str(issue.id),
        "self": home or visit.rest(f"issue/{issue.id}"),
        "key": issue.key,
    }
    if selection.bare == "id" and not selection.expand:
        return {"id": shape["id"]}
    if "changelog" in selection.expand:
        shape["changelog"] = embedded(visit, issue, selection.histories)
    if selection.properties:
        held = issue.properties or {}
        shape["properties"] = {key: held[key] for key in selection.properties if key in held}
    if selection.bare is None:
        shape["fields"] = _fields(visit, issue, selection)
    return shape


def _fields(visit: Visit, issue: Issue, selection: Selection) -> Json:
    values: Json = {field.id: system_value(visit, issue, field.id) for field in selection.system}
    if values.get("parent", "") is None:
        del values["parent"]
    for field in selection.custom:
        if field.applies(issue.project_id, issue.type_id):
            values[field.id] = custom_value(visit, issue, field)
    return values


def names_and_schema(selection: Selection) -> Json:
    """What `expand=names` and `expand=schema` add beside the issues."""
    added: Json = {}
    if "names" in selection.expand:
        added["names"] = {field.id: field.name for field in selection.fields}
    if "schema" in selection.expand:
        added["schema"] = {field.id: schema_of(field) for field in selection.fields}
    return added
