"""Workflows as administrators see them: those the projects use, read only."""

from __future__ import annotations

from uuid import NAMESPACE_URL, uuid5

from sandbox.http import Response
from sandbox.jira.entities import Project
from sandbox.jira.schemes import workflow_name
from sandbox.jira.settings import Transition
from sandbox.jira.wire.http import paging, shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.transitions import steps


def every(visit: Visit) -> Response:
    """GET workflow: all, or the one called `workflowName`."""
    admins_only(visit)
    wanted = visit.request.arg("workflowName")
    found = {workflow_name(project): project for project in _holders(visit)}
    if wanted:
        if wanted not in found:
            raise Refusal(404, f"The workflow '{wanted}' does not exist.")
        return Response.json(_plain(visit, found[wanted]))
    return Response.json([_plain(visit, project) for project in found.values()])


def search(visit: Visit) -> Response:
    """GET workflow/search, by name and text; with statuses and transitions where expand asks for them."""
    admins_only(visit)
    names, text = visit.request.args("workflowName"), visit.request.arg("queryString").lower()
    found = [
        _searched(visit, project)
        for project in _holders(visit)
        if (not names or workflow_name(project) in names) and text in workflow_name(project).lower()
    ]
    return paging.page(visit, found, "workflow/search")


def _holders(visit: Visit) -> list[Project | None]:
    """Whose workflows there are: the system's, and each company-managed project's."""
    return [None, *(p for p in visit.state.projects.values() if p.style == "classic")]


def _plain(visit: Visit, project: Project | None) -> Json:
    count = len(visit.state.statuses_of(project.id)) if project else 3
    return {
        "name": workflow_name(project),
        "description": "" if project else "The default Jira workflow.",
        "steps": count,
        "default": project is None,
    }


def entity_id(visit: Visit, project: Project | None) -> str:
    """What names a workflow for ever: the system's, or that of a project."""
    number = project.id if project else 0
    return str(uuid5(NAMESPACE_URL, f"{visit.state.site.cloud_id}/workflow/{number}"))


def _searched(visit: Visit, project: Project | None) -> Json:
    name, expand = workflow_name(project), visit.names("expand")
    shape: Json = {
        "id": {"name": name, "entityId": entity_id(visit, project)},
        "description": "" if project else "The default Jira workflow.",
        "isDefault": project is None,
        "hasDraftWorkflow": False,
    }
    own = visit.state.statuses_of(project.id) if project else []
    if "statuses" in expand:
        shape["statuses"] = [{"id": str(s.id), "name": s.name, "properties": {}} for s in own]
    if "transitions" in expand:
        taken = steps(visit, project) if project else []
        shape["transitions"] = [_transition(step) for step in taken]
    if "projects" in expand:
        shape["projects"] = [shapes.project(visit, project)] if project else []
    return shape


def _transition(step: Transition) -> Json:
    kind = "global" if step.sources is None else "directed"
    sources = [str(number) for number in sorted(step.sources or ())]
    shape = {
        "id": str(step.id),
        "name": step.name,
        "description": "",
        "from": sources,
        "to": str(step.target_id),
    }
    return shape | {"type": kind}


def admins_only(visit: Visit) -> None:
    """Refuse who does not administer the site."""
    visit.require("ADMINISTER", "Only Jira administrators can access workflows and screens.")


ROUTES = (
    ("GET", "workflow", every),
    ("GET", "workflow/search", search),
)
