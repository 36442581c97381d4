"""The site's words one by one: status categories, issue types, labels, security levels."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, TypeVar

from sandbox.http import Response
from sandbox.jira import verbs
from sandbox.jira.entities import IssueType, Priority, Resolution, Status
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import site

Entry = TypeVar("Entry", Status, IssueType, Priority, Resolution)


def category_get(visit: Visit, name: str) -> Response:
    """GET statuscategory/{id or key}"""
    for key, (number, _, _) in shapes.CATEGORIES.items():
        if name in (str(number), key):
            return Response.json(shapes.category(visit, key))
    raise Refusal(404, f"The status category with id '{name}' does not exist.")


def type_get(visit: Visit, number: str) -> Response:
    """GET issuetype/{id}"""
    return Response.json(site.type_shape(visit, find(visit, "issue type", visit.state.types, number)))


def types_of_project(visit: Visit) -> Response:
    """GET issuetype/project?projectId="""
    project = projects.find(visit, visit.request.arg("projectId"))
    types = visit.state.types_of(project.id)
    level = visit.request.arg("level")
    return Response.json([site.type_shape(visit, t) for t in types if level in ("", str(t.level))])


def type_create(visit: Visit) -> Response:
    """POST issuetype"""
    visit.require("ADMINISTER", "Only Jira administrators can create issue types.")
    given = body.read(visit, {"name": str, "description": str, "type": str, "hierarchyLevel": int})
    name = new_name(given, visit.state.types)
    level = given.get("hierarchyLevel", -1 if given.get("type") == "subtask" else 0)
    if level not in (0, -1):
        raise Refusal(400, fields={"hierarchyLevel": "The hierarchy level must be 0 or -1."})
    number = visit.state.fresh_id("issuetype", visit.state.types)
    made = IssueType(number, name, level, description=given.get("description", ""))
    visit.state.add_vocabulary([made])
    return Response.json(site.type_shape(visit, made), 201)


def type_update(visit: Visit, number: str) -> Response:
    """PUT issuetype/{id}"""
    visit.require("ADMINISTER", "Only Jira administrators can update issue types.")
    found = find(visit, "issue type", visit.state.types, number)
    given = body.read(visit, {"name": str, "description": str, "avatarId": int})
    if "name" in given and given["name"] != found.name:
        found.name = new_name(given, visit.state.types)
    found.description = given.get("description", found.description)
    found.avatar_id = given.get("avatarId", found.avatar_id)
    return Response.json(site.type_shape(visit, found))


def alternatives(visit: Visit, number: str) -> Response:
    """GET issuetype/{id}/alternatives: the types of the same level that issues of it can turn into."""
    return Response.json([site.type_shape(visit, entry) for entry in _alternatives(visit, number)])


def type_delete(visit: Visit, number: str) -> Response:
    """DELETE issuetype/{id}: its issues turn into `alternativeIssueTypeId`, a must when there are any."""
    visit.require("ADMINISTER", "Only Jira administrators can delete issue types.")
    found = find(visit, "issue type", visit.state.types, number)
    instead = visit.request.arg("alternativeIssueTypeId")
    fitting = {str(entry.id): entry for entry in _alternatives(visit, number)}
    if instead and instead not in fitting:
        raise Refusal(404, "The alternative issue type does not exist or cannot stand for this one.")
    held = [issue for issue in visit.state.issues.values() if issue.type_id == found.id]
    if held and not instead:
        raise Refusal(409, "The issue type is in use and an alternative issue type was not provided.")
    for issue in held:
        target = fitting[instead].id
        verbs.change_type(visit.state, issue, target, by=visit.user.account_id, at=visit.now)
    del visit.state.types[found.id]
    return Response(204)


def _alternatives(visit: Visit, number: str) -> list[IssueType]:
    found = find(visit, "issue type", visit.state.types, number)
    others = (entry for entry in visit.state.types.values() if entry is not found)
    return [e for e in others if (e.level, e.project_id) == (found.level, found.project_id)]


def labels(visit: Visit) -> Response:
    """GET label: every label of visible issues."""
    state = visit.state
    seen = {text for issue in state.issues.values() if issue.labels and state.can_see(visit.user, issue)
            for text in issue.labels}  # fmt: skip
    found: list[Any] = sorted(seen, key=str.lower)
    return paging.page(visit, found, "label", size=1000)


def security_level(visit: Visit, number: str) -> Response:
    """GET securitylevel/{id}"""
    found = visit.state.security_levels.get(int(number)) if number.isdigit() else None
    if found is None:
        raise Refusal(404, "The security level does not exist.")
    return Response.json(shapes.security_level(visit, found))


def security_levels(visit: Visit, key: str) -> Response:
    """GET project/{key}/securitylevel: those the login may set."""
    projects.find(visit, key)
    held = visit.state.security_levels.values()
    usable = [level for level in held if level.id in visit.user.security_levels]
    return Response.json({"levels": [shapes.security_level(visit, level) for level in usable]})


def sees(visit: Visit, entry: Status | IssueType) -> bool:
    """Whether an entry is the site's, or of a project that the caller sees."""
    return entry.project_id is None or visit.state.can_see_project(visit.user, entry.project_id)


def find(visit: Visit, what: str, registry: Mapping[int, Entry], number: str) -> Entry:
    """An entry that the caller sees, or the 404."""
    found = registry.get(int(number)) if number.isdigit() else None
    if found is None or (isinstance(found, (Status, IssueType)) and not sees(visit, found)):
        raise Refusal(404, f"The {what} with id '{number}' does not exist")
    return found


def new_name(given: dict[str, Any], registry: Mapping[int, Entry]) -> str:
    """The name in a request, which must be there and be nobody else's."""
    name: str = given.get("name", "").strip()
    if not name:
        raise Refusal(400, fields={"name": "You must specify a name."})
    if any(entry.name.lower() == name.lower() for entry in registry.values()):
        raise Refusal(409, fields={"name": "An entry with this name already exists."})
    return name


Handler = Callable[..., Response]
ROUTES: tuple[tuple[str, str, Handler], ...] = (
    ("GET", "statuscategory/{name}", category_get),
    ("GET", "issuetype/{number}", type_get),
    ("GET", "issuetype/project", types_of_project),
    ("POST", "issuetype", type_create),
    ("PUT", "issuetype/{number}", type_update),
    ("DELETE", "issuetype/{number}", type_delete),
    ("GET", "issuetype/{number}/alternatives", alternatives),
    ("GET", "label", labels),
    ("GET", "securitylevel/{number}", security_level),
    ("GET", "project/{key}/securitylevel", security_levels),
)
