"""What a new site comes with: the usual words, link types, roles, groups and fields, with the usual ids."""

from __future__ import annotations

from sandbox.jira.dashboards import SYSTEM_DASHBOARD, system_dashboard
from sandbox.jira.entities import CustomField, IssueType, Priority, Resolution, Status
from sandbox.jira.parts import LinkType
from sandbox.jira.schemes import (
    DEFAULT_PERMISSIONS,
    SOFTWARE_PERMISSIONS,
    default_permission_scheme,
    software_permission_scheme,
)
from sandbox.jira.settings import Group, Role
from sandbox.jira.site import Site
from sandbox.jira.state import JiraState

_LINKS = (
    ("Blocks", "is blocked by", "blocks"),
    ("Cloners", "is cloned by", "clones"),
    ("Duplicate", "is duplicated by", "duplicates"),
    ("Relates", "relates to", "relates to"),
)
_ROLES = ((10002, "Administrators"), (10003, "Member"), (10004, "Viewer"))
_ADMIN_GROUPS = {
    True: ("site-admins", "administrators", "jira-administrators"),
    False: ("jira-administrators",),
}
_WORK_GROUPS = {True: ("jira-users", "jira-software-users"), False: ("jira-software-users",)}
_RESOLUTIONS = ("Done", "Won't Do", "Duplicate", "Cannot Reproduce")
_PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")
_TYPES = (("Epic", 1), ("Story", 0), ("Task", 0), ("Sub-task", -1), ("Bug", 0))


def open_site(site: Site) -> JiraState:
    """A site without projects and people, ready for both."""
    state = JiraState(site)
    state.add_vocabulary(
        [
            Status(10000, "To Do", "new"),
            Status(3, "In Progress", "indeterminate"),
            Status(10001, "Done", "done"),
            *(IssueType(number, name, level) for number, (name, level) in enumerate(_TYPES, start=10000)),
            *(Resolution(number, name) for number, name in enumerate(_RESOLUTIONS, start=10000)),
            *(Priority(number, name) for number, name in enumerate(_PRIORITIES, start=1)),
            CustomField(10011, "Epic Name", "epic_name"),
            CustomField(10014, "Epic Link", "epic_link"),
            CustomField(10015, "Start date", "date"),
            CustomField(10016, "Story point estimate", "story_points_estimate"),
            CustomField(10018, "Parent Link", "parent_link"),
            CustomField(10019, "Rank", "rank"),
            CustomField(10020, "Sprint", "sprint"),
            CustomField(10021, "Flagged", "options", options={"Impediment": 10019}),
            CustomField(10026, "Story Points", "number"),
        ]
    )
    furnish(state)
    return state


def furnish(state: JiraState) -> None:
    """Give a site the dashboard, link types, roles and groups it has none of yet."""
    state.permission_schemes.setdefault(DEFAULT_PERMISSIONS, default_permission_scheme())
    if state.site.is_cloud:
        state.permission_schemes.setdefault(SOFTWARE_PERMISSIONS, software_permission_scheme())
    state.dashboards.setdefault(SYSTEM_DASHBOARD, system_dashboard())
    if not state.link_types:
        for number, (name, inward, outward) in enumerate(_LINKS, start=10000):
            state.link_types[number] = LinkType(number, name, inward, outward)
    if not state.groups:
        people = set(state.users)
        admins = {user.account_id for user in state.users.values() if user.admin}
        cloud = state.site.is_cloud
        for name in _ADMIN_GROUPS[cloud]:
            state.groups[f"group-{name}"] = Group(f"group-{name}", name, set(admins))
        for name in _WORK_GROUPS[cloud]:
            state.groups[f"group-{name}"] = Group(f"group-{name}", name, set(people))
    if not state.roles:
        state.roles.update({number: Role(number, name) for number, name in _ROLES})
        administrators = state.roles[_ROLES[0][0]]
        administrators.default_groups |= {"group-jira-administrators"} & state.groups.keys()
        for project_id in state.projects:
            administrators.groups[project_id] = set(administrators.default_groups)
