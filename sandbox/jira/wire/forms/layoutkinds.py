"""The kinds of layout schemes: how each is written on the wire, found, named and linked."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.jira.layouts import Layout, LayoutKind
from sandbox.jira.wire.administration.workflows import admins_only
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

DEFAULT = "default"
_OPERATIONS = (DEFAULT, "create", "edit", "view")


@dataclass(frozen=True, slots=True)
class Kind:
    """How one kind is written on the wire, and what its links lead to."""

    name: LayoutKind
    title: str
    id_is_text: bool = False
    target: LayoutKind | None = None
    target_key: str = ""
    scheme_key: str = ""


SCREENS = Kind("screenscheme", "screen scheme")
CONFIGURATIONS = Kind("fieldconfiguration", "field configuration")
TYPE_SCREENS = Kind(
    "issuetypescreenscheme", "issue type screen scheme", True, "screenscheme", "screenSchemeId",
    "issueTypeScreenScheme",
)  # fmt: skip
CONFIGURATION_SCHEMES = Kind(
    "fieldconfigurationscheme", "field configuration scheme", True, "fieldconfiguration",
    "fieldConfigurationId", "fieldConfigurationScheme",
)  # fmt: skip
KINDS = (SCREENS, CONFIGURATIONS, TYPE_SCREENS, CONFIGURATION_SCHEMES)
BY_TYPE = (TYPE_SCREENS, CONFIGURATION_SCHEMES)


def find(kind: Kind, visit: Visit, number: str) -> Layout:
    """One of a kind, for administrators; or the 404."""
    admins_only(visit)
    found = all_of(kind, visit).get(int(number)) if str(number).isdigit() else None
    if found is None:
        raise Refusal(404, f"The {kind.title} with id '{number}' does not exist.")
    return found


def all_of(kind: Kind, visit: Visit) -> dict[int, Layout]:
    """All of a kind, by their ids."""
    return visit.state.layouts[kind.name]


def default_of(kind: Kind) -> int:
    """The id of the one a new site has; 0 where it has none."""
    return {"fieldconfiguration": 10000, "fieldconfigurationscheme": 0}.get(kind.name, 1)


def read_links(kind: Kind, visit: Visit, given: Json) -> dict[str, int]:
    """The screens of operations, or what issue types lead to, as a client writes them."""
    if kind is SCREENS:
        wanted = {name: str(number) for name, number in given.get("screens", {}).items()}
        if wanted.keys() - set(_OPERATIONS) or set(wanted.values()) - set(map(str, visit.state.screens)):
            raise Refusal(404, "The screens of a scheme are those of its operations, and exist.")
        return {name: int(number) for name, number in wanted.items()}
    links: dict[str, int] = {}
    for entry in given.get("issueTypeMappings", []) if kind in BY_TYPE else []:
        type_id, target = str(entry.get("issueTypeId")), _targeted(kind, visit, entry)
        if type_id != DEFAULT and type_id not in map(str, visit.state.types):
            raise Refusal(404, f"The issue type with id '{type_id}' does not exist.")
        links[type_id] = target
    return links


def _targeted(kind: Kind, visit: Visit, entry: Any) -> int:
    target = next(k for k in KINDS if k.name == kind.target)
    return find(target, visit, str(entry.get(kind.target_key))).id


def read_name(kind: Kind, visit: Visit, given: Json, present: Layout | None) -> str:
    """The name a client gives, or the present one; refused when another has it."""
    name = str(given.get("name", present.name if present else "")).strip()
    others = (layout for layout in all_of(kind, visit).values() if layout is not present)
    if not 1 <= len(name) <= 255 or any(layout.name.lower() == name.lower() for layout in others):
        raise Refusal(400, f"A {kind.title} needs a name that no other has, of at most 255 characters.")
    return name


def shape(kind: Kind, layout: Layout) -> Json:
    """One of a kind as lists show it."""
    number: int | str = str(layout.id) if kind.id_is_text else layout.id
    told: Json = {"id": number, "name": layout.name, "description": layout.description}
    if kind is SCREENS:
        told["screens"] = layout.links
    if kind is CONFIGURATIONS and layout.id == default_of(kind):
        told["isDefault"] = True
    return told
