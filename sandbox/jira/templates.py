"""The templates that projects are founded from, by the keys of the public API."""

from __future__ import annotations

from typing import Literal

from sandbox.jira.entities import CustomField
from sandbox.jira.state import JiraState

Style = Literal["classic", "next-gen"]
BoardKind = Literal["scrum", "kanban", "simple"]
_SOFTWARE = "com.pyxis.greenhopper.jira:"
_BUSINESS = "com.atlassian.jira-core-project-templates:jira-core-"
_DESK = "com.atlassian.servicedesk:"
_TEAM_DESKS = ("analytics", "design", "facilities", "finance", "hr", "it", "legal", "marketing", "sales")
_DESKS = (*(name for name in _TEAM_DESKS if name != "it"), "external", "halp", "internal")
_IT = ("it-service-management", "it-service-management-basic", "it-service-management-operations",
       "it-service-desk")  # fmt: skip
_BUSINESSES = ("content-management", "document-approval", "lead-tracking", "process-control", "procurement",
               "project-management", "recruitment", "task-tracking")  # fmt: skip

TEMPLATES: dict[str, tuple[str, Style, BoardKind | None]] = {
    f"{_SOFTWARE}gh-simplified-agility-kanban": ("software", "next-gen", "simple"),
    f"{_SOFTWARE}gh-simplified-agility-scrum": ("software", "next-gen", "simple"),
    f"{_SOFTWARE}gh-simplified-basic": ("software", "classic", "kanban"),
    f"{_SOFTWARE}gh-simplified-kanban-classic": ("software", "classic", "kanban"),
    f"{_SOFTWARE}gh-simplified-scrum-classic": ("software", "classic", "scrum"),
    f"{_SOFTWARE}gh-cross-team-template": ("software", "classic", "kanban"),
    f"{_SOFTWARE}gh-cross-team-planning-template": ("software", "classic", "kanban"),
    f"{_SOFTWARE}basic-software-development-template": ("software", "classic", None),
    f"{_SOFTWARE}gh-scrum-template": ("software", "classic", "scrum"),
    f"{_SOFTWARE}gh-kanban-template": ("software", "classic", "kanban"),
    f"{_BUSINESS}project-management": ("business", "classic", None),
    f"{_BUSINESS}task-management": ("business", "classic", None),
    f"{_BUSINESS}process-management": ("business", "classic", None),
    **{f"{_BUSINESS}simplified-{name}": ("business", "classic", None) for name in _BUSINESSES},
    **{f"{_DESK}next-gen-{name}-service-desk": ("service_desk", "next-gen", None) for name in _TEAM_DESKS},
    f"{_DESK}team-managed-general-service-project": ("service_desk", "next-gen", None),
    **{f"{_DESK}simplified-{name}-service-desk": ("service_desk", "classic", None) for name in _DESKS},
    **{f"{_DESK}simplified-{name}": ("service_desk", "classic", None) for name in _IT},
    f"{_DESK}company-managed-blank-service-project": ("service_desk", "classic", None),
    f"{_DESK}company-managed-general-service-project": ("service_desk", "classic", None),
}
"""Template key: project type, style, and the kind of board that comes with it."""

DEFAULTS = {
    "software": f"{_SOFTWARE}gh-simplified-kanban-classic",
    "business": f"{_BUSINESS}simplified-project-management",
    "service_desk": f"{_DESK}simplified-internal-service-desk",
}
"""The template of each project type where none is named."""


def serve_customers(state: JiraState) -> None:
    """Give the site what its first service desk brings: the field that says whose request an issue is."""
    if state.field_of("organizations") is None:
        number = 10002
        while f"customfield_{number}" in state.fields:
            number += 1
        state.add_vocabulary([CustomField(number, "Organizations", "organizations")])
