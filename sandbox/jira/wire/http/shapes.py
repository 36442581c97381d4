"""The small objects that answers are made of: people, projects, statuses, types, sprints, versions."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

from sandbox.jira.avatars import AvatarKind, default_id
from sandbox.jira.entities import (
    CategoryKey,
    Component,
    IssueType,
    Priority,
    Project,
    Resolution,
    Status,
    User,
    Version,
)
from sandbox.jira.parts import LinkType
from sandbox.jira.settings import Category, Group, SecurityLevel
from sandbox.jira.wire.http.visit import Visit

Json = dict[str, Any]

CATEGORIES: dict[str, tuple[int, str, str]] = {
    "undefined": (1, "No Category", "medium-gray"),
    "new": (2, "To Do", "blue-gray"),
    "indeterminate": (4, "In Progress", "yellow"),
    "done": (3, "Done", "green"),
}


def person(visit: Visit, account_id: str | None) -> Json | None:
    """A user as issues show one."""
    return None if account_id is None else user(visit, visit.state.users[account_id])


def brief_person(visit: Visit, account_id: str) -> Json:
    """A user as filters and dashboards show one: without zone and kind of account."""
    whole = user(visit, visit.state.users[account_id])
    return {name: value for name, value in whole.items() if name not in ("timeZone", "accountType")}


def user(visit: Visit, who: User) -> Json:
    """A user: by account id, or in Data Center by name and key."""
    if not visit.state.site.is_cloud:
        return {
            "self": visit.rest(f"user?username={who.login}"),
            "name": who.login,
            "key": who.account_id,
            "emailAddress": who.email,
            "avatarUrls": _avatars(visit, "user", who.account_id),
            "displayName": who.name,
            "active": who.active,
            "timeZone": who.zone,
        }
    return {
        "self": visit.rest(f"user?accountId={who.account_id}"),
        "accountId": who.account_id,
        "avatarUrls": _avatars(visit, "user", who.account_id),
        "displayName": who.name,
        "active": who.active,
        "timeZone": who.zone,
        "accountType": "atlassian",
    }


def avatar_id(visit: Visit, kind: AvatarKind, owner: object) -> int:
    """The picture that was chosen for something, or the usual one."""
    return visit.state.chosen_avatars.get(f"{kind}:{owner}", default_id(kind))


def avatar_urls(visit: Visit, kind: AvatarKind, number: int) -> dict[str, str]:
    """Where a picture is in its four sizes; the plain address is the largest."""
    if visit.state.site.is_cloud:
        base = visit.link(f"/rest/api/2/universal_avatar/view/type/{kind}/avatar/{number}")
        small = f"{base}?size="
    else:
        home = "view" if kind == "issuetype" else kind
        base = visit.link(f"/secure/{home}avatar?avatarId={number}")
        small = visit.link(f"/secure/{home}avatar?avatarId={number}&size=")
    return {"48x48": base, **{f"{size}x{size}": small + name for size, name in _AVATAR_SIZES}}


def _avatars(visit: Visit, kind: AvatarKind, owner: object) -> dict[str, str]:
    return avatar_urls(visit, kind, avatar_id(visit, kind, owner))


_AVATAR_SIZES = ((24, "small"), (16, "xsmall"), (32, "medium"))


def category(visit: Visit, key: CategoryKey | str) -> Json:
    """A status category."""
    number, name, color = CATEGORIES[key]
    return {
        "self": visit.rest(f"statuscategory/{number}"),
        "id": number,
        "key": key,
        "colorName": color,
        "name": name,
    }


def status(visit: Visit, entry: Status) -> Json:
    """A status as issues show it."""
    return {
        "self": visit.rest(f"status/{entry.id}"),
        "description": entry.description,
        "iconUrl": visit.link("/images/icons/statuses/generic.png"),
        "name": entry.name,
        "id": str(entry.id),
        "statusCategory": category(visit, entry.category),
    }


def issue_type(visit: Visit, entry: IssueType) -> Json:
    """An issue type as issues show it."""
    level = {"hierarchyLevel": entry.level} if visit.state.site.is_cloud else {}
    return {
        "self": visit.rest(f"issuetype/{entry.id}"),
        "id": str(entry.id),
        "description": entry.description,
        "iconUrl": avatar_urls(visit, "issuetype", entry.avatar_id)["32x32"],
        "name": entry.name,
        "subtask": entry.level < 0,
        "avatarId": entry.avatar_id,
        **level,
    }


def priority(visit: Visit, entry: Priority) -> Json:
    """A priority."""
    return {
        "self": visit.rest(f"priority/{entry.id}"),
        "iconUrl": visit.link(f"/images/icons/priorities/{entry.id}.svg"),
        "name": entry.name,
        "id": str(entry.id),
    }


def resolution(visit: Visit, entry: Resolution) -> Json:
    """A resolution."""
    return {
        "self": visit.rest(f"resolution/{entry.id}"),
        "id": str(entry.id),
        "description": entry.description,
        "name": entry.name,
    }


def project(visit: Visit, entry: Project) -> Json:
    """A project as issues show it."""
    style = {"simplified": entry.style == "next-gen"} if visit.state.site.is_cloud else {}
    return {
        "self": visit.rest(f"project/{entry.id}"),
        "id": str(entry.id),
        "key": entry.key,
        "name": entry.name,
        "projectTypeKey": entry.type_key,
        **style,
        "avatarUrls": _avatars(visit, "project", entry.id),
    }


def scope(project_id: int) -> Json:
    """What marks an entry as belonging to one team-managed project."""
    return {"type": "PROJECT", "project": {"id": str(project_id)}}


def version(visit: Visit, entry: Version) -> Json:
    """A release."""
    shape: Json = {
        "self": visit.rest(f"version/{entry.id}"),
        "id": str(entry.id),
        "name": entry.name,
        "archived": entry.archived,
        "released": entry.released,
    }
    dates = {"startDate": entry.start_on, "releaseDate": entry.release_on}
    shape |= {name: day.isoformat() for name, day in dates.items() if day}
    return shape | ({"description": entry.description} if entry.description else {})


def component(visit: Visit, entry: Component) -> Json:
    """A component."""
    shape = {"self": visit.rest(f"component/{entry.id}"), "id": str(entry.id), "name": entry.name}
    return shape | ({"description": entry.description} if entry.description else {})


def group(visit: Visit, entry: Group) -> Json:
    """A group's name and address."""
    if not visit.state.site.is_cloud:
        return {"name": entry.name, "self": visit.rest(f"group?groupname={quote(entry.name)}")}
    return {
        "name": entry.name,
        "groupId": entry.id,
        "self": visit.rest(f"group?groupId={entry.id}"),
    }


def security_level(visit: Visit, entry: SecurityLevel) -> Json:
    """An issue security level."""
    return {
        "self": visit.rest(f"securitylevel/{entry.id}"),
        "id": str(entry.id),
        "name": entry.name,
        "description": entry.description,
    }


def link_type(visit: Visit, entry: LinkType) -> Json:
    """A type of issue links."""
    return {
        "id": str(entry.id),
        "name": entry.name,
        "inward": entry.inward,
        "outward": entry.outward,
        "self": visit.rest(f"issueLinkType/{entry.id}"),
    }


def project_category(visit: Visit, entry: Category) -> Json:
    """A category of projects."""
    return {
        "self": visit.rest(f"projectCategory/{entry.id}"),
        "id": str(entry.id),
        "name": entry.name,
        "description": entry.description,
    }
