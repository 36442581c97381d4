"""What creating an issue asks for: the old expandable tree, and the paged lists that replace it."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.entities import IssueType, Project
from sandbox.jira.issue import Issue
from sandbox.jira.wire.administration import projects
from sandbox.jira.wire.forms.screens import create_meta, create_screen, edit_screen, meta
from sandbox.jira.wire.http import shapes
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import site

_PAGE, _MOST = 50, 200


def tree(visit: Visit) -> Response:
    """GET issue/createmeta, filtered by projects and types; fields only with
    expand=projects.issuetypes.fields."""
    ids, keys = visit.names("projectIds"), [key.upper() for key in visit.names("projectKeys")]
    type_ids, type_names = visit.names("issuetypeIds"), visit.request.args("issuetypeNames")
    with_fields = "projects.issuetypes.fields" in visit.names("expand")
    found = []
    for project in projects.visible(visit):
        if (ids or keys) and str(project.id) not in ids and project.key not in keys:
            continue
        types = [
            _type_with_fields(visit, project, entry, with_fields=with_fields)
            for entry in visit.state.types_of(project.id)
            if (not type_ids or str(entry.id) in type_ids) and (not type_names or entry.name in type_names)
        ]
        found.append(_project(visit, project) | {"issuetypes": types})
    return Response.json({"expand": "projects", "projects": found})


def _project(visit: Visit, project: Project) -> Json:
    whole = shapes.project(visit, project)
    kept = {key: whole[key] for key in ("self", "id", "key", "name", "avatarUrls")}
    return {"expand": "issuetypes", **kept}


def _type_with_fields(visit: Visit, project: Project, entry: IssueType, *, with_fields: bool) -> Json:
    shape = {**site.type_shape(visit, entry), "expand": "fields"}
    if with_fields:
        screen = create_screen(visit, project.id, entry.id)
        shape["fields"] = {name: create_meta(visit, project.id, known) for name, known in screen.items()}
        if visit.state.site.is_cloud:
            for told in shape["fields"].values():
                del told["fieldId"]
    return shape


def types(visit: Visit, key: str) -> Response:
    """GET issue/createmeta/{project}/issuetypes"""
    project = projects.find(visit, key)
    found = [site.type_shape(visit, entry) for entry in visit.state.types_of(project.id)]
    return _paged(visit, "issueTypes", found)


def fields(visit: Visit, key: str, type_id: str) -> Response:
    """GET issue/createmeta/{project}/issuetypes/{type}"""
    project = projects.find(visit, key)
    entry = next((t for t in visit.state.types_of(project.id) if str(t.id) == type_id), None)
    if entry is None:
        raise Refusal(400, f"Issue type with ID {type_id} could not be found in project {project.key}.")
    screen = create_screen(visit, project.id, entry.id)
    return _paged(visit, "fields", [create_meta(visit, project.id, known) for known in screen.values()])


def _paged(visit: Visit, name: str, found: list[Json]) -> Response:
    """A page; Data Center calls its entries `values` and says whether it is the last."""
    start, count = visit.number("startAt", 0), visit.number("maxResults", _PAGE, most=_MOST)
    page = found[start : start + count]
    shape: Json = {"startAt": start, "maxResults": count, "total": len(found)}
    if not visit.state.site.is_cloud:
        return Response.json({**shape, "isLast": start + len(page) >= len(found), "values": page})
    return Response.json({**shape, name: page})


def edit(visit: Visit, key: str) -> Response:
    """GET issue/{key}/editmeta"""
    return Response.json({"fields": edit_fields(visit, visit.issue(key))})


def edit_fields(visit: Visit, issue: Issue) -> Json:
    """The edit screen of an issue."""
    screen = edit_screen(visit, issue.project_id, issue.type_id)
    return {name: meta(visit, issue.project_id, known) for name, known in screen.items()}


ROUTES = (
    ("GET", "issue/createmeta", tree),
    ("GET", "issue/createmeta/{key}/issuetypes", types),
    ("GET", "issue/createmeta/{key}/issuetypes/{type_id}", fields),
    ("GET", "issue/{key}/editmeta", edit),
)
