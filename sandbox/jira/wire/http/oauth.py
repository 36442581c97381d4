"""OAuth 2.0 for apps (3LO), all on the site's own address: consent, tokens, the sites a token opens, its person."""

from __future__ import annotations

import json
from html import escape
from urllib.parse import parse_qsl, urlencode

from sandbox.http import Response
from sandbox.jira.entities import User
from sandbox.jira.grants import ACCESS_LIFE, Grant, OAuthApp
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.visit import Visit

PATHS = frozenset(("/authorize", "/oauth/token", "/oauth/token/accessible-resources", "/me"))
"""Where callers say who they are in their own way, and not as the rest of the site asks."""


def authorize(visit: Visit) -> Response:
    """GET authorize: at once for the first person, or the one the sandbox's own argument `user` names.

    With the knob `consent` it is a page on which one agrees or not.
    """
    app = _app(visit)
    if app is None:
        return Response.text("unauthorized_client: the client_id or redirect_uri is not known", 403)
    if visit.request.arg("response_type") != "code" or not visit.request.arg("scope"):
        return Response.text("invalid_request: response_type and scope must be given", 400)
    if visit.state.knobs.consent == "page":
        return Response.text(_page(visit), kind="text/html")
    return _approved(visit, app, visit.request.arg("user"))


def decide(visit: Visit) -> Response:
    """POST authorize: what the person chose on the page."""
    app, form = _app(visit), dict(parse_qsl(visit.request.body.decode("utf-8", "replace")))
    if app is None:
        return Response.text("unauthorized_client", 403)
    if form.get("decision") != "accept":
        return _back(
            visit, {"error": "access_denied", "error_description": "User did not authorize the request"}
        )
    return _approved(visit, app, form.get("user", ""))


def _app(visit: Visit) -> OAuthApp | None:
    app = visit.state.grants.apps.get(visit.request.arg("client_id"))
    redirect = visit.request.arg("redirect_uri")
    return app if app and redirect and (not app.redirects or redirect in app.redirects) else None


def _people(visit: Visit) -> list[User]:
    return [user for user in visit.state.users.values() if user.active]


def _approved(visit: Visit, app: OAuthApp, name: str) -> Response:
    fitting = [user for user in _people(visit) if name in ("", user.account_id, user.email)]
    if not fitting:
        return Response.text("invalid_request: user", 400)
    given, redirect = visit.request.arg("scope").split(), visit.request.arg("redirect_uri")
    challenge = visit.request.arg("code_challenge")
    code = visit.state.grants.allow(app, fitting[0].account_id, given, redirect, visit.now, challenge)
    return _back(visit, {"code": code})


def _back(visit: Visit, told: dict[str, str]) -> Response:
    redirect, state = visit.request.arg("redirect_uri"), visit.request.arg("state")
    query = urlencode(told | ({"state": state} if state else {}))
    return Response(302, headers={"Location": f"{redirect}{'&' if '?' in redirect else '?'}{query}"})


def _page(visit: Visit) -> str:
    options = "".join(
        f'<option value="{escape(user.account_id)}">{escape(user.name)}</option>' for user in _people(visit)
    )
    wanted = "".join(f"<li>{escape(scope)}</li>" for scope in visit.request.arg("scope").split())
    return (
        "<!doctype html><title>Allow an app (sandbox)</title><h1>An app asks for access to this site</h1>"
        f"<p>This is the Milepost sandbox: no real account is involved.</p><ul>{wanted}</ul>"
        f'<form method="post" action="?{escape(urlencode(visit.request.query))}">'
        f'<label>Person <select name="user">{options}</select></label>'
        '<button name="decision" value="accept">Accept</button>'
        '<button name="decision" value="cancel">Cancel</button></form>'
    )


def token(visit: Visit) -> Response:
    """POST oauth/token: for a code or a refresh token, in JSON or as a form."""
    given = _form(visit)
    app = visit.state.grants.apps.get(given.get("client_id", ""))
    if app is None or app.secret != given.get("client_secret"):
        return _refused(401, "access_denied", "Unauthorized")
    grants = visit.state.grants
    match given.get("grant_type"):
        case "authorization_code":
            code, redirect = given.get("code", ""), given.get("redirect_uri", "")
            found = grants.exchange(app, code, redirect, visit.now, given.get("code_verifier", ""))
            wrong = "Invalid authorization code"
        case "refresh_token":
            found = grants.renew(app, given.get("refresh_token", ""), visit.now)
            wrong = "Unknown or invalid refresh token."
        case other:
            return _refused(403, "unauthorized_client", f"Grant type '{other}' not allowed for the client.")
    if found is None:
        return _refused(403, "invalid_grant", wrong)
    access, refresh, grant = found
    shape = {
        "access_token": access,
        "token_type": "Bearer",
        "expires_in": int(ACCESS_LIFE.total_seconds()),
        "scope": " ".join(grant.scopes),
    }
    answer = Response.json(shape | ({"refresh_token": refresh} if refresh else {}))
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _form(visit: Visit) -> dict[str, str]:
    text = visit.request.body.decode("utf-8", "replace")
    try:
        found = json.loads(text)
    except ValueError:
        found = dict(parse_qsl(text))
    return {name: str(value) for name, value in found.items()} if isinstance(found, dict) else {}


def _refused(status: int, error: str, description: str) -> Response:
    return Response.json({"error": error, "error_description": description}, status)


def resources(visit: Visit) -> Response:
    """GET oauth/token/accessible-resources: this site, if any of its scopes were granted."""
    grant = _grant(visit)
    if grant is None:
        return Response.json({"code": 401, "message": "Unauthorized"}, 401)
    site = visit.state.site
    scopes = [scope for scope in grant.scopes if "jira" in scope or "servicedesk" in scope]
    shown = {
        "id": site.cloud_id,
        "url": site.base_url,
        "name": site.title,
        "scopes": scopes,
        "avatarUrl": f"{site.base_url}/avatars/240/flag.png",
    }
    return Response.json([shown] if scopes else [])


def person(visit: Visit) -> Response:
    """GET me: the person behind a token, with the scope read:me."""
    grant = _grant(visit)
    if grant is None:
        return Response.json({"code": 401, "message": "Unauthorized"}, 401)
    if "read:me" not in grant.scopes:
        return Response.json({"code": 403, "message": "The app is not installed on this instance"}, 403)
    who = visit.state.users[grant.account_id]
    return Response.json(
        {
            "account_type": "atlassian",
            "account_id": who.account_id,
            "email": who.email,
            "name": who.name,
            "picture": shapes.user(visit, who)["avatarUrls"]["48x48"],
            "account_status": "active",
            "nickname": who.name,
            "zoneinfo": who.zone,
            "locale": "en-US",
            "extended_profile": {},
            "email_verified": True,
        }
    )


def _grant(visit: Visit) -> Grant | None:
    scheme, _, secret = visit.request.headers.get("authorization", "").partition(" ")
    return visit.state.grants.good(secret, visit.now) if scheme.lower() == "bearer" else None


ROUTES = (
    ("GET", "authorize", authorize),
    ("POST", "authorize", decide),
    ("POST", "oauth/token", token),
    ("GET", "oauth/token/accessible-resources", resources),
    ("GET", "me", person),
)
