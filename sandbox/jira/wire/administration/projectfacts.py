"""What clients ask around projects: keys and names still free, who they mail, their features, types, looks."""

from __future__ import annotations

from itertools import count

from sandbox.http import Response
from sandbox.jira.wire.administration import project_admin, projects
from sandbox.jira.wire.http import body
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

# feature: (its name, what it needs); of team-managed projects, whose admins switch them.
_FEATURES = {
    "jsw.agility.roadmap": ("Timeline", ()),
    "jsw.agility.board": ("Board", ()),
    "jsw.agility.backlog": ("Backlog", ("jsw.agility.board",)),
    "jsw.agility.sprints": ("Sprints", ("jsw.agility.backlog",)),
    "jsw.agility.estimation": ("Estimation", ()),
    "jsw.agility.reports": ("Reports", ()),
    "jsw.agility.releases": ("Releases", ()),
    "jsw.agility.pages": ("Project pages", ()),
}
_RECENT = 20


def valid_key(visit: Visit) -> Response:
    """GET projectvalidate/validProjectKey: the key, or one like it that is free."""
    wanted = visit.request.arg("key")
    letters = "".join(c for c in wanted.upper() if c.isascii() and c.isalnum()).lstrip("0123456789")[:8]
    base = letters if len(letters) > 1 else f"{letters}PROJECT"
    tried = (wanted, base, *(f"{base}{number}" for number in range(2, 100)))
    free = next((key for key in tried if not project_admin.wrong_key(visit, key)), None)
    if free is None:
        raise Refusal(404, "No valid key could be found.")
    return Response.json(free)


def valid_name(visit: Visit) -> Response:
    """GET projectvalidate/validProjectName: the name, or one with a number that is free."""
    wanted = visit.request.arg("name").strip()
    if not wanted:
        raise Refusal(400, "The name of the project must be given.")
    taken = {project.name.lower() for project in visit.state.projects.values()}
    names = (wanted if number == 1 else f"{wanted} {number}" for number in count(1))
    return Response.json(next(name for name in names if name.lower() not in taken))


def features(visit: Visit, key: str) -> Response:
    """GET project/{key}/features"""
    return Response.json(_features(visit, key))


def toggle(visit: Visit, key: str, feature: str) -> Response:
    """PUT project/{key}/features/{feature}: of a team-managed project."""
    project = projects.find(visit, key)
    visit.require("ADMINISTER_PROJECTS", "You cannot change the features of this project.", project.id)
    state = body.read(visit, {"state": str}).get("state")
    if feature not in _FEATURES or project.style != "next-gen" or state not in ("ENABLED", "DISABLED"):
        raise Refusal(400, f"The feature '{feature}' cannot be set to '{state}' in this project.")
    (project.features_off.discard if state == "ENABLED" else project.features_off.add)(feature)
    return Response.json(_features(visit, key))


def _features(visit: Visit, key: str) -> Json:
    project = projects.find(visit, key)
    return {
        "features": [
            {
                "projectId": project.id,
                "state": "DISABLED" if feature in project.features_off else "ENABLED",
                "toggleLocked": project.style != "next-gen",
                "feature": feature,
                "prerequisites": list(needs),
                "localisedName": name,
                "localisedDescription": f"{name} of this project.",
                "imageUri": "",
            }
            for feature, (name, needs) in _FEATURES.items()
        ]
    }


def email(visit: Visit, key: str) -> Response:
    """GET project/{id}/email: from where its notices are sent."""
    return Response.json({"emailAddress": projects.find(visit, key).email})


def set_email(visit: Visit, key: str) -> Response:
    """PUT project/{id}/email; an empty address means the site's."""
    project = projects.find(visit, key)
    visit.require("ADMINISTER_PROJECTS", "You cannot change the address of this project.", project.id)
    address = body.read(visit, {"emailAddress": str, "emailAddressStatus": list}).get("emailAddress", "")
    if address and "@" not in address:
        raise Refusal(400, "The address is not valid.")
    project.email = address
    return Response(204)


def recent(visit: Visit) -> Response:
    """GET project/recent: those whose issues the caller looked at last."""
    issues = (visit.state.issues.get(n) for n in reversed(visit.state.viewed.recent(visit.user.account_id)))
    ids = dict.fromkeys(
        issue.project_id for issue in issues if issue and visit.state.can_see(visit.user, issue)
    )
    shown = [projects.listed(visit, visit.state.projects[number]) for number in ids]
    return Response.json(shown[:_RECENT])


def accessible_types(_visit: Visit) -> Response:
    """GET project/type/accessible"""
    return Response.json([project_admin.type_shape(name) for name in project_admin.TYPES])


def accessible_type(visit: Visit, name: str) -> Response:
    """GET project/type/{key}/accessible"""
    return project_admin.type_get(visit, name)


ROUTES = (
    ("GET", "projectvalidate/validProjectKey", valid_key),
    ("GET", "projectvalidate/validProjectName", valid_name),
    ("GET", "project/{key}/features", features),
    ("PUT", "project/{key}/features/{feature}", toggle),
    ("GET", "project/{key}/email", email),
    ("PUT", "project/{key}/email", set_email),
    ("GET", "project/recent", recent),
    ("GET", "project/type/accessible", accessible_types),
    ("GET", "project/type/{name}/accessible", accessible_type),
)
