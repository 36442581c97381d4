"""Which scopes an app must have been granted for a request: classic ones of the platform, granular ones of agile."""

from __future__ import annotations

import re
from collections.abc import Collection

_READING = frozenset(
    ("search", "jql", "bulkfetch", "approximate-count", "list", "parse", "match", "check", "picker")
)  # the last segment of a POST that only asks
_USERS = re.compile(r"(myself|user|users|group|groups|groupuserpicker|mypreferences)(/.*)?")
_OPEN = re.compile(r"(serverInfo|mypermissions|permissions)(/.*)?")
_WEBHOOKS = re.compile(r"webhook(/.*)?")
_OF_PROJECTS = re.compile(r"(project/[^/]+(/.*)?|version(/.*)?|component(/.*)?)")
_CONFIGURATION = re.compile(
    r"(project|project/[^/]+|field.*|issuetype.*|priority.*|resolution.*|status(es)?.*|role.*|workflow.*|screens?.*"
    r"|screenscheme.*|issueLinkType.*|projectCategory.*|permissionscheme.*|notificationscheme.*|configuration.*"
    r"|issuetypescheme.*|issuesecurityschemes.*|priorityscheme.*|application-properties.*|announcementBanner)"
)
_NOUNS = {
    "issue": ("issue", "issue-details", "issue-meta", "comment", "issue-worklog", "attachment", "issue.property",
              "issue.changelog", "issue-link", "issue.remote-link", "issue.transition", "issue.watcher", "issue.vote"),
    "search": ("issue-details", "issue", "jql"),
    "changelog": ("issue.changelog", "issue-meta"),
    "worklog": ("issue-worklog", "issue-worklog.property"),
    "project": ("project", "project.property", "project-role", "project-version", "project.component"),
    "version": ("project-version", "issue-details"),
    "component": ("project.component",),
    "myself": ("user",),
    "users": ("user",),
    "groups": ("group",),
    "issuetype": ("issue-type",),
    "statuscategory": ("status",),
    "statuses": ("status", "workflow"),
    "field": ("field", "field-configuration", "custom-field-contextual-configuration"),
}  # fmt: skip
_AGILE = re.compile(r"/rest/(?:agile|software)/1\.0/([a-z]+)(?:/[^/]+)?(?:/([a-z]+))?.*")
_PLATFORM = re.compile(r"/rest/api/[^/]+/(.*)")


def allows(method: str, path: str, granted: Collection[str]) -> bool:
    """Whether what was granted is enough for a request."""
    agile = _AGILE.fullmatch(path)
    if agile:
        return set(_agile(method, agile[1], agile[2])) <= set(granted)
    platform = _PLATFORM.fullmatch(path)
    if platform is None or _OPEN.fullmatch(platform[1]):
        return True
    classic = _classic(method, platform[1])
    return set(classic) <= set(granted) or not _granular(method, platform[1]).isdisjoint(granted)


def _agile(method: str, first: str, second: str | None) -> list[str]:
    """The granular scopes of an agile path; classic ones are not enough there."""
    verb = {"GET": "read", "DELETE": "delete"}.get(method, "write")
    noun = second if first == "board" and second in ("sprint", "epic") else first
    if first == "board" and second in ("configuration", "project", "features", "version"):
        noun = "board-scope.admin"
    noun = {"board": "board-scope", "backlog": "sprint"}.get(noun or "", noun)
    if noun == "board-scope" and verb == "delete":
        verb = "write"
    needed = [f"{verb}:{noun}:jira-software"]
    if verb == "read" and second == "issue":
        needed += ["read:issue-details:jira", "read:jql:jira"]
    if noun == "board-scope.admin" or (first == "board" and second is None and verb == "read"):
        needed.append("read:project:jira" if noun == "board-scope.admin" else "read:issue-details:jira")
    return needed


def _classic(method: str, path: str) -> tuple[str, ...]:
    if _WEBHOOKS.fullmatch(path):
        return ("read:jira-work", "manage:jira-webhook")
    reads = method == "GET" or (method == "POST" and path.rsplit("/", 1)[-1] in _READING)
    if reads:
        return ("read:jira-user",) if _USERS.fullmatch(path) else ("read:jira-work",)
    if path.startswith("project/") and method == "PUT":
        return ("manage:jira-project",)
    if _CONFIGURATION.fullmatch(path) or _USERS.fullmatch(path):
        return ("manage:jira-configuration",)
    return ("manage:jira-project",) if _OF_PROJECTS.fullmatch(path) else ("write:jira-work",)


def _granular(method: str, path: str) -> set[str]:
    reads = method == "GET" or (method == "POST" and path.rsplit("/", 1)[-1] in _READING)
    verb = "read" if reads else {"DELETE": "delete"}.get(method, "write")
    first = path.split("/", maxsplit=1)[0]
    return {f"{verb}:{noun}:jira" for noun in _NOUNS.get(first, (first,))}
