"""Projects created, changed and deleted; their statuses, hierarchy and types, and what their keys may be."""

from __future__ import annotations

import re
from typing import Any

from sandbox.http import Response
from sandbox.jira.avatars import system_ids
from sandbox.jira.entities import Project
from sandbox.jira.founding import binned, found_project, put_in_bin, take_down
from sandbox.jira.schemes import DEFAULT_PERMISSIONS
from sandbox.jira.templates import DEFAULTS, TEMPLATES
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import body, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import audit

_KEY = re.compile(r"[A-Z][A-Z0-9_]{1,9}")
_NUMBER = re.compile(r"-?\d+")
_NUMBERS = ("avatarId", "issueSecurityScheme", "permissionScheme", "notificationScheme", "categoryId",
            "workflowScheme", "issueTypeScheme", "issueTypeScreenScheme", "fieldConfigurationScheme")  # fmt: skip
_SCHEMA: body.Schema = {
    **dict.fromkeys(("key", "name", "projectTypeKey", "projectTemplateKey", "description", "lead",
                     "leadAccountId", "url", "assigneeType"), str),
    **dict.fromkeys(_NUMBERS, (int, str)),
    "type": str,
    "releasedProjectKeys": list,
}  # fmt: skip
TYPES = {"software": "Software", "service_desk": "Service Desk", "business": "Business"}


def create(visit: Visit) -> Response:
    """POST project: 201 with id, key and self."""
    message = "You must have global administrator rights in order to create projects."
    visit.require("ADMINISTER", message)
    given = body.read(visit, _SCHEMA)
    errors = wrong_key(visit, given.get("key", "")) | _wrong_name(visit, given.get("name", ""), None)
    errors |= _wrong_numbers(visit, given)
    kind = given.get("projectTypeKey", "software")
    template = given.get("projectTemplateKey") or DEFAULTS.get(kind, "")
    if template not in TEMPLATES:
        errors["projectTemplateKey"] = "The project template key is not valid."
    lead = visit.find_user(given.get("leadAccountId") or given.get("lead") or "")
    if lead is None:
        errors["projectLead"] = "You must specify a valid project lead."
    if errors:
        raise Refusal(400, fields=errors)
    made = found_project(
        visit.state,
        given["key"],
        given["name"],
        template=template,
        lead=lead.account_id if lead else None,
        by=visit.user.account_id,
    )
    _change(visit, made, given)
    audit.note(visit, "projects", "Project created", made.name, "PROJECT", made.id)
    shape = {"self": visit.rest(f"project/{made.id}"), "id": made.id, "key": made.key}
    return Response.json(shape, 201)


def update(visit: Visit, key: str) -> Response:
    """PUT project/{key}: what is given changes; former keys keep leading to it."""
    project, given = projects.find(visit, key), body.read(visit, _SCHEMA)
    message = "You must have project administration rights in order to edit this project."
    visit.require("ADMINISTER_PROJECTS", message, project.id)
    errors = _wrong_numbers(visit, given)
    if given.get("key", project.key) != project.key:
        errors |= wrong_key(visit, given["key"])
    if "name" in given:
        errors |= _wrong_name(visit, given["name"], project)
    lead = given.get("leadAccountId") or given.get("lead")
    if lead and visit.find_user(lead) is None:
        errors["projectLead"] = "You must specify a valid project lead."
    if errors:
        raise Refusal(400, fields=errors)
    _change(visit, project, given)
    audit.note(visit, "projects", "Project updated", project.name, "PROJECT", project.id)
    return Response.json(projects.whole(visit, project))


def _change(visit: Visit, project: Project, given: dict[str, Any]) -> None:
    lead = visit.find_user(given.get("leadAccountId") or given.get("lead") or "")
    project.name = given.get("name", project.name)
    project.description = given.get("description", project.description)
    project.url = given.get("url", project.url)
    project.assignee_type = given.get("assigneeType", project.assignee_type)
    if lead:
        project.lead = lead.account_id
    if "categoryId" in given:
        number = int(given["categoryId"])
        if number != -1 and number not in visit.state.categories:
            raise Refusal(400, fields={"projectCategory": "A project category with this id does not exist."})
        project.category_id = None if number == -1 else number
    if "permissionScheme" in given:
        scheme = int(given["permissionScheme"])
        if scheme not in visit.state.permission_schemes:
            raise Refusal(
                400, fields={"permissionScheme": "A permission scheme with this id does not exist."}
            )
        project.permission_scheme_id = scheme
    if int(given.get("avatarId", 0)) in system_ids("project"):
        visit.state.chosen_avatars[f"project:{project.id}"] = int(given["avatarId"])
    if given.get("key", project.key) != project.key:
        visit.state.rename_project(project, given["key"])


def _wrong_numbers(visit: Visit, given: dict[str, Any]) -> dict[str, str]:
    errors = {
        name: "The value must be a number."
        for name in _NUMBERS
        if not _NUMBER.fullmatch(str(given.get(name, 0)))
    }
    if errors:
        return errors
    category, scheme = (
        int(given.get("categoryId", -1)),
        int(given.get("permissionScheme", DEFAULT_PERMISSIONS)),
    )
    if category != -1 and category not in visit.state.categories:
        errors["projectCategory"] = "A project category with this id does not exist."
    if scheme not in visit.state.permission_schemes:
        errors["permissionScheme"] = "A permission scheme with this id does not exist."
    return errors


def wrong_key(visit: Visit, key: str) -> dict[str, str]:
    """What is wrong with a key for a new project, if anything."""
    if not _KEY.fullmatch(key):
        return {
            "projectKey": "Project keys must start with an uppercase letter, followed by one or more uppercase "
            "alphanumeric characters."
        }
    taken = visit.state.project(key)
    return {"projectKey": f"Project '{taken.name}' uses this project key."} if taken else {}


def _wrong_name(visit: Visit, name: str, present: Project | None) -> dict[str, str]:
    if not name.strip():
        return {"projectName": "You must specify a valid project name."}
    others = (p for p in visit.state.projects.values() if p is not present and p.binned_at is None)
    if any(other.name.lower() == name.lower() for other in others):
        return {"projectName": "A project with that name already exists."}
    return {}


def delete(visit: Visit, key: str) -> Response:
    """DELETE project/{key} with everything in it: in the Cloud into the bin, unless enableUndo is false."""
    lost = next((p for p in binned(visit.state, visit.now) if key == str(p.id)), None)
    project = lost or projects.find(visit, key)
    visit.require("ADMINISTER", "You must have global administrator rights in order to delete projects.")
    audit.note(visit, "projects", "Project deleted", project.name, "PROJECT", project.id)
    undo = visit.state.site.is_cloud and visit.request.arg("enableUndo") != "false" and lost is None
    remove = put_in_bin if undo else take_down
    remove(visit.state, project, by=visit.user.account_id, at=visit.now)
    return Response(204)


def statuses(visit: Visit, key: str) -> Response:
    """GET project/{key}/statuses: those of each issue type."""
    project, state = projects.find(visit, key), visit.state
    own = [shapes.status(visit, entry) for entry in state.statuses_of(project.id)]
    kept = ("self", "id", "name", "subtask")
    types = [shapes.issue_type(visit, entry) for entry in state.types_of(project.id)]
    return Response.json([{name: shape[name] for name in kept} | {"statuses": own} for shape in types])


def hierarchy(visit: Visit, key: str) -> Response:
    """GET project/{key}/hierarchy: the issue types of each level, of team-managed projects."""
    project = projects.find(visit, key)
    if project.style != "next-gen":
        raise Refusal(404, f"Project {project.key} is not simplified.")
    names = {1: "Epic", 0: "Base", -1: "Subtask"}
    levels = [
        {
            "entityId": str(level),
            "level": level,
            "name": name,
            "issueTypes": [
                {"id": entry.id, "name": entry.name, "avatarId": entry.avatar_id, "entityId": str(entry.id)}
                for entry in visit.state.types_of(project.id)
                if entry.level == level
            ],
        }
        for level, name in names.items()
    ]
    return Response.json({"projectId": project.id, "hierarchy": levels})


def types(_visit: Visit) -> Response:
    """GET project/type"""
    return Response.json([type_shape(name) for name in TYPES])


def type_get(_visit: Visit, name: str) -> Response:
    """GET project/type/{key}"""
    if name not in TYPES:
        raise Refusal(404, f"The project type with key '{name}' does not exist.")
    return Response.json(type_shape(name))


def type_shape(name: str) -> Json:
    """A kind of projects."""
    return {
        "key": name,
        "formattedKey": TYPES[name],
        "descriptionI18nKey": f"jira.project.type.{name}.description",
        "icon": "",
        "color": "#F5F5F5",
    }


def valid_key(visit: Visit) -> Response:
    """GET projectvalidate/key: the errors a key would meet."""
    found = wrong_key(visit, visit.request.arg("key"))
    return Response.json({"errorMessages": [], "errors": found})


ROUTES = (
    ("POST", "project", create),
    ("PUT", "project/{key}", update),
    ("DELETE", "project/{key}", delete),
    ("GET", "project/{key}/statuses", statuses),
    ("GET", "project/{key}/hierarchy", hierarchy),
    ("GET", "project/type", types),
    ("GET", "project/type/{name}", type_get),
    ("GET", "projectvalidate/key", valid_key),
)
