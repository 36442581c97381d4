"""What the caller set for themselves: preferences, stored as the text they were given, and the locale."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal, unauthenticated
from sandbox.jira.wire.http.visit import Visit

LOCALE = "jira.user.locale"


def get(visit: Visit) -> Response:
    """GET mypreferences?key="""
    found = visit.user.preferences.get(_key(visit))
    if found is None:
        raise Refusal(404, f"The preference with key '{_key(visit)}' does not exist.")
    return Response.json(found)


def put(visit: Visit) -> Response:
    """PUT mypreferences?key=: the body as it is, or the string it is as JSON."""
    key = _key(visit)
    try:
        given = visit.request.json()
    except ValueError:
        given = None
    text = visit.request.body.decode("utf-8", "replace")
    visit.user.preferences[key] = given if isinstance(given, str) else text
    return Response(204)


def delete(visit: Visit) -> Response:
    """DELETE mypreferences?key="""
    if visit.user.preferences.pop(_key(visit), None) is None:
        raise Refusal(404, f"The preference with key '{_key(visit)}' does not exist.")
    return Response(204)


def locale(visit: Visit) -> Response:
    """GET mypreferences/locale"""
    if not visit.user.account_id:
        return unauthenticated()
    return Response.json({"locale": locale_of(visit)})


def set_locale(visit: Visit) -> Response:
    """PUT mypreferences/locale; without one, the site's."""
    _signed_in(visit)
    wanted = body.read(visit, {"locale": str}).get("locale", "")
    visit.user.preferences.pop(LOCALE, None)
    if wanted:
        visit.user.preferences[LOCALE] = wanted
    return Response(204)


def reset_locale(visit: Visit) -> Response:
    """DELETE mypreferences/locale"""
    _signed_in(visit)
    visit.user.preferences.pop(LOCALE, None)
    return Response(204)


def locale_of(visit: Visit) -> str:
    """The language the caller reads."""
    return visit.user.preferences.get(LOCALE, "en_US")


def _key(visit: Visit) -> str:
    _signed_in(visit)
    key = visit.request.arg("key")
    if not key:
        raise Refusal(404, "The key of the preference must be given.")
    return key


def _signed_in(visit: Visit) -> None:
    if not visit.user.account_id:
        raise Refusal(401, "Client must be authenticated to access this resource.")


ROUTES = (
    ("GET", "mypreferences", get),
    ("PUT", "mypreferences", put),
    ("DELETE", "mypreferences", delete),
    ("GET", "mypreferences/locale", locale),
    ("PUT", "mypreferences/locale", set_locale),
    ("DELETE", "mypreferences/locale", reset_locale),
)
