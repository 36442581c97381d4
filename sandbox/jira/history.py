"""How one change of a field is written in an issue's history, as real changelogs show it.

`fieldId` is left out for Workflow, Link, RemoteIssueLink, Parent, WorklogId, IssueParentAssociation and
Epic Child; number fields put their value in the text only.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import lru_cache
from typing import Any, Protocol

from sandbox.jira.entities import CustomField, Sprint
from sandbox.jira.issue import FieldValue, Issue, Item
from sandbox.jira.state import JiraState


class _Named(Protocol):
    @property
    def name(self) -> str: ...


def plain(field: str, old: object, new: object, *, field_id: str | None = None) -> Item:
    """A system field whose value is its own text."""
    before, after = _text(old), _text(new)
    return Item(field, field_id, before, before, after, after)


@lru_cache(maxsize=4096)  # most entries of a large site repeat the same few steps: they share one Item
def named(field: str, field_id: str, old: tuple[int, str] | None, new: tuple[int, str] | None) -> Item:
    """A system field that points at something with an id and a name."""
    old_id, old_name = (str(old[0]), old[1]) if old else (None, None)
    new_id, new_name = (str(new[0]), new[1]) if new else (None, None)
    return Item(field, field_id, old_id, old_name, new_id, new_name)


def status(state: JiraState, old: int, new: int) -> Item:
    """A step in the workflow."""
    return named("status", "status", (old, state.statuses[old].name), (new, state.statuses[new].name))


def issue_type(state: JiraState, old: int, new: int) -> Item:
    """Another type of issue."""
    before, after = state.types[old], state.types[new]
    return named("issuetype", "issuetype", (before.id, before.name), (after.id, after.name))


def resolution(state: JiraState, old: int | None, new: int | None) -> Item:
    """A resolution set, replaced or cleared."""
    before = (old, state.resolutions[old].name) if old is not None else None
    after = (new, state.resolutions[new].name) if new is not None else None
    return named("resolution", "resolution", before, after)


def person(state: JiraState, field: str, old: str | None, new: str | None) -> Item:
    """Assignee or reporter."""
    return Item(field, field, old, old and state.users[old].name, new, new and state.users[new].name)


def parent(state: JiraState, issue: Issue, old: Issue | None, new: Issue | None) -> list[tuple[Item, ...]]:
    """Re-parenting: one history entry per tuple, in the order Jira writes them."""
    before = (old.id, old.key) if old else None
    after = (new.id, new.key) if new else None
    if state.types[issue.type_id].level < 0:
        return [(_unlisted("Parent", before, after),)]
    entries: list[tuple[Item, ...]] = [(_unlisted("IssueParentAssociation", before, after),)]
    epic_link = state.field_of("epic_link")
    if epic_link and state.projects[issue.project_id].style == "classic":
        entries.append((_pointer(epic_link, before, after),))
    return entries


def epic_child(child: Issue, *, added: bool) -> Item:
    """What an epic's history shows when a child arrives or leaves."""
    identity, key = str(child.id), child.key
    if added:
        return Item("Epic Child", None, None, None, identity, key, custom=True)
    return Item("Epic Child", None, identity, key, None, None, custom=True)


def sprints(field: CustomField, old: list[Sprint], new: list[Sprint]) -> Item:
    """Sprint membership: ids and names, comma-space separated, "" for none."""
    return Item(
        field.name,
        field.id,
        ", ".join(str(sprint.id) for sprint in old),
        ", ".join(sprint.name for sprint in old),
        ", ".join(str(sprint.id) for sprint in new),
        ", ".join(sprint.name for sprint in new),
        custom=True,
    )


def custom(state: JiraState, field: CustomField, old: FieldValue | None, new: FieldValue | None) -> Item:
    """A custom field of any kind."""
    (old_id, old_text), (new_id, new_text) = _shown(state, field, old), _shown(state, field, new)
    return Item(field.name, field.id, old_id, old_text, new_id, new_text, custom=True)


def _shown(state: JiraState, field: CustomField, value: FieldValue | None) -> tuple[str | None, str | None]:
    if value is None:
        return None, None
    if isinstance(value, tuple):
        return _several(state, field, value)
    if isinstance(value, str) and field.kind == "option":
        return str(field.options[value]), value
    if isinstance(value, str) and field.kind == "user":
        return value, state.users[value].name
    if isinstance(value, str) and field.kind == "version":
        return value, state.versions[int(value)].name
    if isinstance(value, str) and field.kind in ("date", "datetime"):
        return value, value
    return None, number_text(value) if isinstance(value, (int, float)) else value


def _several(state: JiraState, field: CustomField, value: tuple[str, ...]) -> tuple[str | None, str]:
    if field.kind == "cascading":
        return str(field.options["\x1f".join(value)]), " - ".join(value)
    registries: dict[str, Mapping[Any, _Named]] = {
        "users": state.users, "versions": state.versions, "organizations": state.organizations,
    }  # fmt: skip
    if field.kind in registries:
        names = {str(key): entry.name for key, entry in registries[field.kind].items()}
        return f"[{', '.join(value)}]", ",".join(names.get(entry, entry) for entry in value)
    ids = [str(field.options[text]) for text in value if text in field.options]
    return f"[{', '.join(ids)}]" if ids else None, ",".join(value)


def number_text(value: float) -> str:
    """A number as histories write it: "5", "0.5"."""
    return str(int(value)) if value == int(value) else str(value)


def _text(value: object) -> str | None:
    return None if value is None else str(value)


def _unlisted(field: str, old: tuple[int, str] | None, new: tuple[int, str] | None) -> Item:
    entry = named(field, "", old, new)
    return Item(field, None, entry.old, entry.old_text, entry.new, entry.new_text)


def _pointer(field: CustomField, old: tuple[int, str] | None, new: tuple[int, str] | None) -> Item:
    entry = named(field.name, field.id, old, new)
    return Item(field.name, field.id, entry.old, entry.old_text, entry.new, entry.new_text, custom=True)
