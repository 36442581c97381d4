"""Components of projects."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira import verbs
from sandbox.jira.entities import Component
from sandbox.jira.issue import Issue
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.http import body, paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_SCHEMA: body.Schema = {
    **dict.fromkeys(("name", "description", "project", "leadAccountId", "leadUserName", "assigneeType",
                     "realAssigneeType", "self", "id"), str),
    "projectId": int,
    "isAssigneeTypeValid": bool,
    "lead": dict,
    "assignee": dict,
    "realAssignee": dict,
}  # fmt: skip


def every(visit: Visit, key: str) -> Response:
    """GET project/{key}/components"""
    return Response.json([shape(visit, entry) for entry in _own(visit, key)])


def page(visit: Visit, key: str) -> Response:
    """GET project/{key}/component, paged."""
    text = visit.request.arg("query").lower()
    found = [shape(visit, entry) for entry in _own(visit, key) if text in entry.name.lower()]
    return paging.page(visit, found, f"project/{key}/component")


def search(visit: Visit) -> Response:
    """GET component (component/page in Data Center): of some projects or all, by name or description."""
    keys = visit.names("projectIdsOrKeys") or visit.names("projectIds")
    text = visit.request.arg("query").lower()
    chosen = [projects.find(visit, key) for key in keys] or projects.visible(visit)
    ids = {project.id for project in chosen}
    show = shapes.component if visit.state.site.is_cloud else shape
    found = [
        show(visit, entry)
        for entry in visit.state.components.values()
        if entry.project_id in ids and (text in entry.name.lower() or text in entry.description.lower())
    ]
    return paging.page(visit, found, "component")


def create(visit: Visit) -> Response:
    """POST component"""
    given = body.read(visit, _SCHEMA)
    project = projects.find(visit, given.get("project", ""))
    _may_change(visit, project.id)
    _check_name(visit, project.id, given.get("name", ""), None)
    made = Component(visit.state.fresh_id("component", visit.state.components), project.id, given["name"])
    _change(visit, made, given)
    visit.state.add_vocabulary([made])
    return Response.json(shape(visit, made), 201)


def get(visit: Visit, component_id: str) -> Response:
    """GET component/{id}"""
    return Response.json(shape(visit, _find(visit, component_id)))


def update(visit: Visit, component_id: str) -> Response:
    """PUT component/{id}"""
    found, given = _find(visit, component_id), body.read(visit, _SCHEMA)
    _may_change(visit, found.project_id)
    if "name" in given:
        _check_name(visit, found.project_id, given["name"], found)
    _change(visit, found, given)
    return Response.json(shape(visit, found))


def delete(visit: Visit, component_id: str) -> Response:
    """DELETE component/{id}: issues lose it, or get the one of moveIssuesTo."""
    found, target = _find(visit, component_id), visit.request.arg("moveIssuesTo")
    _may_change(visit, found.project_id)
    instead = (_find(visit, target).id,) if target else ()
    for issue in _holders(visit, found):
        kept = tuple(number for number in issue.component_ids if number != found.id)
        ids = tuple(dict.fromkeys((*kept, *instead)))
        verbs.set_members(visit.state, issue, "components", ids, by=visit.user.account_id, at=visit.now)
    del visit.state.components[found.id]
    return Response(204)


def related(visit: Visit, component_id: str) -> Response:
    """GET component/{id}/relatedIssueCounts"""
    found = _find(visit, component_id)
    home = visit.rest(f"component/{found.id}")
    return Response.json({"self": home, "issueCount": len(_holders(visit, found))})


def shape(visit: Visit, entry: Component) -> Json:
    """A component with its project and its people."""
    project = visit.state.projects[entry.project_id]
    lead = {"lead": shapes.person(visit, entry.lead)} if entry.lead else {}
    return {
        **shapes.component(visit, entry),
        **lead,
        "assigneeType": entry.assignee_type,
        "realAssigneeType": entry.assignee_type,
        "isAssigneeTypeValid": False,
        "project": project.key,
        "projectId": project.id,
    }


def _own(visit: Visit, key: str) -> list[Component]:
    project = projects.find(visit, key)
    return [entry for entry in visit.state.components.values() if entry.project_id == project.id]


def _holders(visit: Visit, found: Component) -> list[Issue]:
    state = visit.state
    issues = (state.issues[number] for number in sorted(state.by_project[found.project_id]))
    return [issue for issue in issues if found.id in issue.component_ids]


def _may_change(visit: Visit, project_id: int) -> None:
    message = "The user does not have permission to modify components of this project."
    visit.require("ADMINISTER_PROJECTS", message, project_id)


def _check_name(visit: Visit, project_id: int, name: str, present: Component | None) -> None:
    if not name.strip():
        raise Refusal(
            400, fields={"name": "The component name specified is invalid - cannot be an empty string."}
        )
    for other in visit.state.components.values():
        if other is not present and other.project_id == project_id and other.name.lower() == name.lower():
            told = f"A component with the name {name} already exists in this project."
            raise Refusal(400, fields={"name": told})


def _change(visit: Visit, found: Component, given: dict[str, Any]) -> None:
    found.name, found.description = given.get("name", found.name), given.get("description", found.description)
    found.assignee_type = given.get("assigneeType", found.assignee_type)
    lead = given.get("leadAccountId") or given.get("leadUserName")
    if lead:
        known = visit.find_user(lead)
        if known is None:
            raise Refusal(400, fields={"leadUserName": f"The user {lead} does not exist."})
        found.lead = known.account_id


def _find(visit: Visit, component_id: str) -> Component:
    found = visit.state.components.get(int(component_id)) if component_id.isdigit() else None
    if found is None or not visit.state.can_see_project(visit.user, found.project_id):
        raise Refusal(404, f"The component with id {component_id} does not exist.")
    return found


ROUTES = (
    ("GET", "project/{key}/components", every),
    ("GET", "project/{key}/component", page),
    ("GET", "component", search),
    ("GET", "component/page", search),
    ("POST", "component", create),
    ("GET", "component/{component_id}", get),
    ("PUT", "component/{component_id}", update),
    ("DELETE", "component/{component_id}", delete),
    ("GET", "component/{component_id}/relatedIssueCounts", related),
)
