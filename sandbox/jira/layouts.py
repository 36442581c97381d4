"""How forms are laid out: screens with their tabs, and the schemes that say which of them are used for what."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any, Literal

LayoutKind = Literal[
    "screenscheme", "issuetypescreenscheme", "fieldconfiguration", "fieldconfigurationscheme"
]
DEFAULT_SCREEN = 1


@dataclass(slots=True)
class Tab:
    """A part of a screen; `fields` None: whatever new issues may have."""

    id: int
    name: str
    fields: list[str] | None = field(default_factory=list)


@dataclass(slots=True)
class Screen:
    """A form, tab by tab."""

    id: int
    name: str
    description: str = ""
    tabs: list[Tab] = field(default_factory=list)


@dataclass(slots=True)
class Layout:
    """A scheme: `links` lead from an operation, or an issue type's id, to what is used for it ("default": else).

    `items` of a field configuration say by field what is hidden, required and described. `project_ids` use it.
    """

    id: int
    name: str
    description: str = ""
    links: dict[str, int] = field(default_factory=dict)
    items: dict[str, dict[str, Any]] = field(default_factory=dict)
    project_ids: set[int] = field(default_factory=set)


def usual_screens() -> dict[int, Screen]:
    """The screens a new site has."""
    said = (
        ("Default Screen", "Allows to update all system fields.", None),
        ("Workflow Screen", "This screen is used in the workflow and enables you to assign issues", ["assignee"]),
        ("Resolve Issue Screen", "Allows to set resolution, change fix versions and assign an issue.",
         ["resolution", "fixVersions", "assignee"]),
    )  # fmt: skip
    return {
        number: Screen(number, name, text, [Tab(10000 + number, "Field Tab", fields)])
        for number, (name, text, fields) in enumerate(said, start=DEFAULT_SCREEN)
    }


def usual_layouts() -> dict[LayoutKind, dict[int, Layout]]:
    """The one scheme of each kind that a new site has."""
    text = "The default of this site."
    return {
        "screenscheme": {1: Layout(1, "Default Screen Scheme", text, {"default": DEFAULT_SCREEN})},
        "issuetypescreenscheme": {1: Layout(1, "Default Issue Type Screen Scheme", text, {"default": 1})},
        "fieldconfiguration": {10000: Layout(10000, "Default Field Configuration", text)},
        "fieldconfigurationscheme": {},
    }
