"""Suggestions while somebody types: issues they looked at or could mean, people and groups at once."""

from __future__ import annotations

from html import escape

from sandbox.http import Response
from sandbox.jira.issue import Issue
from sandbox.jira.jql import JqlError, check, parse, run
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.people import groups, users

_SUGGESTIONS = 20


def issues(visit: Visit) -> Response:
    """GET issue/picker: what the caller looked at last, and what `currentJQL` finds, by key or summary."""
    seen = (visit.state.issues.get(number) for number in reversed(_recent(visit)))
    history = [issue for issue in seen if issue and _fits(visit, issue)]
    sections = [_section("hs", "History Search", history)]
    jql = visit.request.arg("currentJQL")
    if jql:
        sections.append(_section("cs", "Current Search", _current(visit, jql)))
    return Response.json({"sections": sections})


def _recent(visit: Visit) -> list[int]:
    return visit.state.viewed.recent(visit.user.account_id)


def _current(visit: Visit, jql: str) -> list[Issue]:
    try:
        check(jql, visit.jql())
    except JqlError as error:
        raise Refusal(400, str(error)) from None
    return [issue for issue in run(parse(jql), visit.jql()) if _fits(visit, issue)]


def _fits(visit: Visit, issue: Issue) -> bool:
    text, left_out = visit.request.arg("query").lower(), visit.request.arg("currentIssueKey")
    project = visit.request.arg("currentProjectId")
    return (
        (text in issue.key.lower() or text in issue.summary.lower())
        and issue.key != left_out
        and project in ("", str(issue.project_id))
        and (visit.request.arg("showSubTasks") != "false" or visit.state.types[issue.type_id].level >= 0)
        and visit.state.can_see(visit.user, issue)
    )


def _section(number: str, label: str, found: list[Issue]) -> Json:
    shown = found[:_SUGGESTIONS]
    section: Json = {
        "label": label,
        "sub": f"Showing {len(shown)} of {len(found)} matching issues" if found else "",
        "id": number,
        "issues": [
            {
                "id": issue.id,
                "key": issue.key,
                "keyHtml": escape(issue.key),
                "img": "/rest/api/2/universal_avatar/view/type/issuetype/avatar/10315?size=medium",
                "summary": escape(issue.summary),
                "summaryText": issue.summary,
            }
            for issue in shown
        ],
    }
    return section if found else section | {"msg": "No matching issues found"}


def people_and_groups(visit: Visit) -> Response:
    """GET groupuserpicker"""
    if not any(name == "query" for name, _ in visit.request.query):
        raise Refusal(400, "The query parameter must be given.")
    most = visit.number("maxResults", 50, most=1000)
    found = [user for user in users.matching(visit, visit.state.people()) if user.active]
    people = [
        {
            "accountId": user.account_id,
            "accountType": "atlassian",
            "html": escape(user.name),
            "displayName": user.name,
            "avatarUrl": shapes.user(visit, user)["avatarUrls"]["24x24"],
        }
        for user in found[:most]
    ]
    header = f"Showing {len(people)} of {len(found)} matching users"
    shown = {"users": people, "total": len(found), "header": header}
    return Response.json({"users": shown, "groups": groups.picked(visit, most)})


ROUTES = (
    ("GET", "issue/picker", issues),
    ("GET", "groupuserpicker", people_and_groups),
)
