"""The columns of search results: of the site, of a person, of a saved filter."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qs

from sandbox.http import Response
from sandbox.jira.entities import User
from sandbox.jira.registries import DEFAULT_COLUMNS
from sandbox.jira.wire.forms.fieldlist import SYSTEM_FIELDS
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.people import users
from sandbox.jira.wire.views import filters

_LABELS = {"issuekey": "Key", "issuetype": "Issue Type", **{field.id: field.name for field in SYSTEM_FIELDS}}


def of_site(visit: Visit) -> Response:
    """GET settings/columns"""
    visit.require("ADMINISTER", "You are not authorized to see the columns of the site.")
    return _shown(visit, visit.state.columns)


def set_of_site(visit: Visit) -> Response:
    """PUT settings/columns"""
    visit.require("ADMINISTER", "You are not authorized to change the columns of the site.")
    visit.state.columns = _given(visit) or DEFAULT_COLUMNS
    return Response(200)


def of_user(visit: Visit) -> Response:
    """GET user/columns: their own, or the site's."""
    return _shown(visit, _user(visit).columns or visit.state.columns)


def set_of_user(visit: Visit) -> Response:
    """PUT user/columns; none at all means the site's."""
    _user(visit).columns = (_given(visit) if visit.request.body else ()) or None
    return Response(200)


def reset_of_user(visit: Visit) -> Response:
    """DELETE user/columns"""
    _user(visit).columns = None
    return Response(204)


def of_filter(visit: Visit, filter_id: str) -> Response:
    """GET filter/{id}/columns: 404 when it has none of its own."""
    found = filters.find(visit, filter_id)
    if found.columns is None:
        raise Refusal(404, "The filter has no columns of its own.")
    return _shown(visit, found.columns)


def set_of_filter(visit: Visit, filter_id: str) -> Response:
    """PUT filter/{id}/columns"""
    filters.changeable(visit, filter_id).columns = _given(visit) or None
    return Response(200)


def reset_of_filter(visit: Visit, filter_id: str) -> Response:
    """DELETE filter/{id}/columns"""
    filters.changeable(visit, filter_id).columns = None
    return Response(204)


def _user(visit: Visit) -> User:
    name = users.identifier(visit)
    if not name or name in (visit.user.account_id, visit.user.login):
        return visit.user
    visit.require("ADMINISTER", "You are not authorized to see or change the columns of others.")
    found = visit.find_user(name)
    if found is None:
        raise Refusal(404, "The user does not exist.")
    return found


def _given(visit: Visit) -> tuple[str, ...]:
    """The columns of a request: JSON, or in Data Center a form with one parameter for each."""
    if visit.request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        names = parse_qs(visit.request.body.decode("utf-8", "replace")).get("columns", [])
    else:
        names = body.read(visit, {"columns": list}, lists={"columns": str}).get("columns", [])
    for name in names:
        if name not in _LABELS and name not in visit.state.fields:
            raise Refusal(400, f"The column '{name}' does not exist.")
    return tuple(names)


def _shown(visit: Visit, names: Iterable[str]) -> Response:
    known = (name for name in names if name in _LABELS or name in visit.state.fields)
    return Response.json(
        [{"label": _LABELS.get(name) or visit.state.fields[name].name, "value": name} for name in known]
    )


ROUTES = (
    ("GET", "settings/columns", of_site),
    ("PUT", "settings/columns", set_of_site),
    ("GET", "user/columns", of_user),
    ("PUT", "user/columns", set_of_user),
    ("DELETE", "user/columns", reset_of_user),
    ("GET", "filter/{filter_id}/columns", of_filter),
    ("PUT", "filter/{filter_id}/columns", set_of_filter),
    ("DELETE", "filter/{filter_id}/columns", reset_of_filter),
)
