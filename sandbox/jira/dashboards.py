"""Dashboards of a site: who sees them, and the gadgets on them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

SYSTEM_DASHBOARD = 10000


@dataclass(slots=True)
class Gadget:
    """A gadget on a dashboard, known by the key of its module or by an address."""

    id: int
    title: str
    module_key: str = ""
    uri: str = ""
    color: str = "blue"
    row: int = 0
    column: int = 0
    properties: dict[str, object] = field(default_factory=dict)


@dataclass(slots=True)
class Dashboard:
    """A page of gadgets. `owner` None: the site's own. `shares` and `editors` are share permissions."""

    id: int
    name: str
    owner: str | None = None
    description: str = ""
    shares: list[dict[str, Any]] = field(default_factory=list)
    editors: list[dict[str, Any]] = field(default_factory=list)
    favourite_of: set[str] = field(default_factory=set)
    gadgets: list[Gadget] = field(default_factory=list)
    refresh_ms: int | None = None


def system_dashboard() -> Dashboard:
    """The one every new site has."""
    gadgets = [
        Gadget(10000, "Introduction", uri="rest/gadgets/1.0/g/com.atlassian.jira.gadgets:introduction-gadget/"
               "gadgets/introduction-gadget.xml"),
        Gadget(10001, "Assigned to Me", "com.atlassian.jira.gadgets:assigned-to-me-gadget-dashboard-item",
               column=1),
    ]  # fmt: skip
    return Dashboard(
        SYSTEM_DASHBOARD, "System Dashboard", shares=[{"id": 10000, "type": "global"}], gadgets=gadgets
    )
