"""What all answers of the service desk API are made of: pages, dates, customers, refusals."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from zoneinfo import ZoneInfo

from sandbox.http import Response
from sandbox.jira.entities import User
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

HOME = "/rest/servicedeskapi"
_PAGE = 50


class DeskRefusal(Refusal):
    """A refusal in this API's own shape."""

    def __init__(self, status: int, message: str, key: str) -> None:
        super().__init__(status, message)
        told = {"errorMessage": message, "i18nErrorMessage": {"i18nKey": key, "parameters": []}}
        self.response = Response.json(told, status)


def page(visit: Visit, values: Sequence[Json], path: str) -> Response:
    """The page that start and limit ask for; `path` is the list's own."""
    start, limit = visit.number("start", 0), visit.number("limit", _PAGE, most=_PAGE)
    shown, last = values[start : start + limit], start + limit >= len(values)
    base = visit.link(HOME)
    links = {"self": f"{base}/{path}", "base": base, "context": visit.state.site.context_path}
    steps = {"next": None if last else start + limit, "prev": max(0, start - limit) if start else None}
    links |= {name: f"{base}/{path}?limit={limit}&start={at}" for name, at in steps.items() if at is not None}
    return Response.json(
        {
            "_expands": [],
            "size": len(shown),
            "start": start,
            "limit": limit,
            "isLastPage": last,
            "_links": links,
            "values": list(shown),
        }
    )


def date(visit: Visit, at: datetime) -> Json:
    """A moment in four forms, in the caller's zone where it is text."""
    local = at.astimezone(ZoneInfo(visit.user.zone))
    return {
        "iso8601": local.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "jira": f"{local.isoformat(timespec='milliseconds')[:23]}{local:%z}",
        "friendly": f"{local:%d/%b/%y} {local.hour % 12 or 12}:{local:%M %p}",
        "epochMillis": round(at.timestamp() * 1000),
    }


def customer(visit: Visit, who: User) -> Json:
    """A person as customers see one."""
    shown = shapes.user(visit, who)
    links = {"jiraRest": shown["self"], "avatarUrls": shown["avatarUrls"], "self": shown["self"]}
    kept = ("accountId", "name", "key", "displayName", "active", "timeZone")
    named = {name: shown[name] for name in kept if name in shown}
    return named | {"emailAddress": who.email, "_links": links}


def agents_only(visit: Visit) -> None:
    """Refuse callers who are not signed in."""
    if not visit.user.account_id:
        raise DeskRefusal(401, "You must be logged in.", "sd.agent.servicedesk.error.not.logged.in")
