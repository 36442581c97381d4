"""Workflows in the Cloud's newer form: statuses and transitions by reference, each status told once."""

from __future__ import annotations

import json
from uuid import NAMESPACE_URL, uuid5

from sandbox.http import Response
from sandbox.jira.entities import Project, Status
from sandbox.jira.schemes import workflow_name
from sandbox.jira.settings import Transition
from sandbox.jira.wire.administration import statuses, workflows
from sandbox.jira.wire.http import paging
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.transitions import steps

_INITIAL = 1  # the transition that creates an issue


def search(visit: Visit) -> Response:
    """GET workflows/search, by name and text."""
    workflows.admins_only(visit)
    text = visit.request.arg("queryString").lower()
    chosen = [p for p in _holders(visit) if text in workflow_name(p).lower()]
    found = paging.page(visit, [_shape(visit, project) for project in chosen], "workflows/search")
    used = {status.id: status for project in chosen for status in visit.state.statuses_of(project.id)}
    told = [
        statuses.shape(visit, status) | {"statusReference": _reference(visit, status.id)}
        for status in used.values()
    ]
    return Response.json({**json.loads(found.body), "statuses": told})


def usages(visit: Visit, number: str) -> Response:
    """GET statuses/{id}/workflowUsages"""
    (entry,) = statuses.named(visit, [number])
    held = [project for project in _holders(visit) if entry in visit.state.statuses_of(project.id)]
    values = [{"id": _identity(visit, project)} for project in held]
    return Response.json({"statusId": number, "workflows": {"values": values}})


def _holders(visit: Visit) -> list[Project]:
    return [project for project in visit.state.projects.values() if project.style == "classic"]


def _shape(visit: Visit, project: Project) -> Json:
    own = visit.state.statuses_of(project.id)
    identity = _identity(visit, project)
    return {
        "id": identity,
        "name": workflow_name(project),
        "description": "",
        "scope": {"type": "GLOBAL"},
        "isEditable": True,
        "version": {"id": str(uuid5(NAMESPACE_URL, f"{identity}/1")), "versionNumber": 1},
        "statuses": [{"statusReference": _reference(visit, s.id), "properties": {}} for s in own],
        "transitions": [_first(visit, own[0]), *(_transition(visit, step) for step in steps(visit, project))],
    }


def _first(visit: Visit, status: Status) -> Json:
    made = Transition(_INITIAL, "Create", status.id)
    return _transition(visit, made) | {"type": "INITIAL"}


def _transition(visit: Visit, step: Transition) -> Json:
    links = [{"fromStatusReference": _reference(visit, n)} for n in sorted(step.sources or ())]
    return {
        "id": str(step.id),
        "name": step.name,
        "description": "",
        "type": "DIRECTED" if step.sources else "GLOBAL",
        "toStatusReference": _reference(visit, step.target_id),
        "links": links,
        "properties": {},
        "actions": [],
        "validators": [],
        "triggers": [],
    }


def _reference(visit: Visit, number: int) -> str:
    return str(uuid5(NAMESPACE_URL, f"{visit.state.site.cloud_id}/status/{number}"))


def _identity(visit: Visit, project: Project) -> str:
    return workflows.entity_id(visit, project)


ROUTES = (
    ("GET", "workflows/search", search),
    ("GET", "statuses/{number}/workflowUsages", usages),
)
