"""The small objects that answers are made of: people, projects, statuses, types, sprints, versions."""

from __future__ import annotations

from typing import Any

from sandbox.jira.durations import duration_text
from sandbox.jira.entities import (
    CategoryKey,
    Component,
    Issue,
    IssueType,
    Priority,
    Project,
    Resolution,
    Sprint,
    Status,
    User,
    Version,
    Worklog,
)
from sandbox.jira.parts import Attachment, Comment, LinkType
from sandbox.jira.richtext import to_document
from sandbox.jira.settings import Category, Group, SecurityLevel
from sandbox.jira.wire.visit import Visit, utc_stamp

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


def _avatars(visit: Visit, kind: str, identity: object) -> dict[str, str]:
    base = visit.link(f"/rest/api/2/universal_avatar/view/type/{kind}/avatar/{identity}")
    return {
        "48x48": base,
        **{f"{size}x{size}": f"{base}?size={name}" for size, name in _AVATAR_SIZES},
    }


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
    return {
        "self": visit.rest(f"issuetype/{entry.id}"),
        "id": str(entry.id),
        "description": entry.description,
        "iconUrl": visit.link("/rest/api/2/universal_avatar/view/type/issuetype/avatar/10315?size=medium"),
        "name": entry.name,
        "subtask": entry.level < 0,
        "avatarId": 10315,
        "hierarchyLevel": entry.level,
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
    return {
        "self": visit.rest(f"project/{entry.id}"),
        "id": str(entry.id),
        "key": entry.key,
        "name": entry.name,
        "projectTypeKey": entry.type_key,
        "simplified": entry.style == "next-gen",
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


def sprint(visit: Visit, entry: Sprint) -> Json:
    """A sprint as the agile API shows it: dates that do not exist yet are absent."""
    shape: Json = {
        "id": entry.id,
        "self": visit.link(f"/rest/agile/1.0/sprint/{entry.id}"),
        "state": entry.state,
        "name": entry.name,
        **_sprint_dates(entry),
        "createdDate": utc_stamp(entry.created_at),
        "originBoardId": entry.board_id,
        "goal": entry.goal,
    }
    return {key: value for key, value in shape.items() if value is not None}


def sprint_in_field(entry: Sprint) -> Json:
    """A sprint inside an issue's sprint field, where the board is called `boardId`."""
    return {
        "id": entry.id,
        "name": entry.name,
        "state": entry.state,
        "boardId": entry.board_id,
        "goal": entry.goal,
        **_sprint_dates(entry),
    }


def sprint_text(entry: Sprint) -> str:
    """A sprint inside an issue's sprint field, as Data Center prints the Java object."""
    dates = {"startDate": entry.starts_at, "endDate": entry.ends_at, "completeDate": entry.completed_at}
    shown = {
        "id": entry.id,
        "rapidViewId": entry.board_id,
        "state": entry.state.upper(),
        "name": entry.name,
        **{name: utc_stamp(at) or "<null>" for name, at in dates.items()},
        "activatedDate": utc_stamp(entry.activated_at) or "<null>",
        "sequence": entry.position or entry.id,
        "goal": entry.goal or "<null>",
        "autoStartStop": "false",
    }
    inner = ",".join(f"{name}={value}" for name, value in shown.items())
    return f"com.atlassian.greenhopper.service.sprint.Sprint@{entry.id:08x}[{inner}]"


def _sprint_dates(entry: Sprint) -> dict[str, str]:
    stamps = {
        "startDate": utc_stamp(entry.starts_at),
        "endDate": utc_stamp(entry.ends_at),
        "completeDate": utc_stamp(entry.completed_at),
    }
    return {key: value for key, value in stamps.items() if value is not None}


def rich_text(visit: Visit, text: str | None) -> Json | str | None:
    """Rich text: wiki text in version 2, an Atlassian document in version 3."""
    if text is None or visit.version == "2":
        return text
    return to_document(text)


def comment_shape(visit: Visit, issue: Issue, comment: Comment) -> Json:
    """One comment."""
    shape: Json = {
        "self": visit.rest(f"issue/{issue.id}/comment/{comment.id}"),
        "id": str(comment.id),
        "author": person(visit, comment.author),
        "body": rich_text(visit, comment.body),
        "updateAuthor": person(visit, comment.update_author),
        "created": visit.stamp(comment.created_at),
        "updated": visit.stamp(comment.updated_at),
        "jsdPublic": True,
    }
    if comment.visibility:
        shape["visibility"] = comment.visibility
    return shape


def worklog_shape(visit: Visit, issue: Issue, worklog: Worklog) -> Json:
    """One worklog."""
    shape: Json = {
        "self": visit.rest(f"issue/{issue.id}/worklog/{worklog.id}"),
        "author": person(visit, worklog.author),
        "updateAuthor": person(visit, worklog.update_author or worklog.author),
        "created": visit.stamp(worklog.created_at),
        "updated": visit.stamp(worklog.updated_at),
        "started": visit.stamp(worklog.started_at),
        "timeSpent": duration_text(worklog.seconds),
        "timeSpentSeconds": worklog.seconds,
        "id": str(worklog.id),
        "issueId": str(issue.id),
    }
    if worklog.comment:
        shape["comment"] = rich_text(visit, worklog.comment)
    if worklog.visibility:
        shape["visibility"] = worklog.visibility
    return shape


def attachment_shape(visit: Visit, entry: Attachment) -> Json:
    """A file's description, with the address of its bytes."""
    return {
        "self": visit.rest(f"attachment/{entry.id}"),
        "id": str(entry.id),
        "filename": entry.name,
        "author": person(visit, entry.author),
        "created": visit.stamp(entry.created_at),
        "size": len(entry.content),
        "mimeType": entry.media_type,
        "content": visit.rest(f"attachment/content/{entry.id}"),
    }


def group(visit: Visit, entry: Group) -> Json:
    """A group's name and address."""
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
