"""Where custom fields apply: contexts of projects and issue types."""

from __future__ import annotations

from dataclasses import replace

from sandbox.http import Response
from sandbox.jira.entities import CustomField
from sandbox.jira.settings import FieldContext
from sandbox.jira.wire.forms.customfields import find
from sandbox.jira.wire.http import body, paging
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_SCHEMA: body.Schema = {
    "name": str, "description": str, "projectIds": list, "issueTypeIds": list, "id": str,
}  # fmt: skip


def every(visit: Visit, field_id: str) -> Response:
    """GET field/{id}/context, perhaps only global ones, or those of any issue type."""
    everywhere, any_type = visit.request.arg("isGlobalContext"), visit.request.arg("isAnyIssueType")
    found = [
        shape
        for context in chosen(visit, find(visit, field_id))
        if (shape := _shape(context))
        and everywhere in ("", str(shape["isGlobalContext"]).lower())
        and any_type in ("", str(shape["isAnyIssueType"]).lower())
    ]
    return paging.page(visit, found, f"field/{field_id}/context")


def create(visit: Visit, field_id: str) -> Response:
    """POST field/{id}/context"""
    found, given = find(visit, field_id), body.read(visit, _SCHEMA)
    if not given.get("name"):
        raise Refusal(400, "The context name is required.")
    made = FieldContext(
        visit.state.next_id("context"),
        given["name"],
        given.get("description", ""),
        _ids(given.get("projectIds", [])),
        _ids(given.get("issueTypeIds", [])),
    )
    _check(visit, made)
    found.contexts = (*found.contexts, made)
    ids = {"projectIds": [*map(str, made.project_ids)], "issueTypeIds": [*map(str, made.type_ids)]}
    shape = {"id": str(made.id), "name": made.name, "description": made.description}
    return Response.json(shape | ids, 201)


def update(visit: Visit, field_id: str, context_id: str) -> Response:
    """PUT field/{id}/context/{id}: name and description."""
    found = find(visit, field_id)
    context, given = find_context(found, context_id), body.read(visit, {"name": str, "description": str})
    name, text = given.get("name", context.name), given.get("description", context.description)
    if not name.strip():
        raise Refusal(400, "The context name is required.")
    return become(found, context, replace(context, name=name, description=text))


def delete(visit: Visit, field_id: str, context_id: str) -> Response:
    """DELETE field/{id}/context/{id}"""
    found = find(visit, field_id)
    context = find_context(found, context_id)
    found.contexts = tuple(kept for kept in found.contexts if kept is not context)
    return Response(204)


def assign_projects(visit: Visit, field_id: str, context_id: str) -> Response:
    """PUT field/{id}/context/{id}/project"""
    found = find(visit, field_id)
    context = find_context(found, context_id)
    wider = replace(context, project_ids=context.project_ids | _named(visit, "projectIds"))
    _check(visit, wider)
    return become(found, context, wider)


def remove_projects(visit: Visit, field_id: str, context_id: str) -> Response:
    """POST field/{id}/context/{id}/project/remove; without any left, the context is global."""
    found = find(visit, field_id)
    context, gone = find_context(found, context_id), _named(visit, "projectIds")
    if gone - context.project_ids:
        raise Refusal(400, "The project is not assigned to the custom field context.")
    return become(found, context, replace(context, project_ids=context.project_ids - gone))


def add_types(visit: Visit, field_id: str, context_id: str) -> Response:
    """PUT field/{id}/context/{id}/issuetype"""
    found = find(visit, field_id)
    context = find_context(found, context_id)
    wider = replace(context, type_ids=context.type_ids | _named(visit, "issueTypeIds"))
    _check(visit, wider)
    return become(found, context, wider)


def remove_types(visit: Visit, field_id: str, context_id: str) -> Response:
    """POST field/{id}/context/{id}/issuetype/remove; without any left, it is for all types."""
    found = find(visit, field_id)
    context, gone = find_context(found, context_id), _named(visit, "issueTypeIds")
    if gone - context.type_ids:
        raise Refusal(400, "The issue type is not assigned to the custom field context.")
    return become(found, context, replace(context, type_ids=context.type_ids - gone))


def projects(visit: Visit, field_id: str) -> Response:
    """GET field/{id}/context/projectmapping"""
    found: list[Json] = []
    for context in chosen(visit, find(visit, field_id)):
        if not context.project_ids:
            found.append({"contextId": str(context.id), "isGlobalContext": True})
        found += [{"contextId": str(context.id), "projectId": str(n)} for n in sorted(context.project_ids)]
    return paging.page(visit, found, f"field/{field_id}/context/projectmapping")


def types(visit: Visit, field_id: str) -> Response:
    """GET field/{id}/context/issuetypemapping"""
    found: list[Json] = []
    for context in chosen(visit, find(visit, field_id)):
        if not context.type_ids:
            found.append({"contextId": str(context.id), "isAnyIssueType": True})
        found += [{"contextId": str(context.id), "issueTypeId": str(n)} for n in sorted(context.type_ids)]
    return paging.page(visit, found, f"field/{field_id}/context/issuetypemapping")


def mapping(visit: Visit, field_id: str) -> Response:
    """POST field/{id}/context/mapping: the context of each pair of project and issue type, if there is one."""
    found = find(visit, field_id)
    given = body.read(visit, {"mappings": list}, lists={"mappings": dict}).get("mappings", [])
    pairs = [(int(entry.get("projectId", 0)), int(entry.get("issueTypeId", 0))) for entry in given]
    # A context that names the project wins over one for all of them.
    ranked = sorted(found.contexts, key=lambda context: not context.project_ids)
    shown: list[Json] = []
    for project_id, type_id in pairs:
        fits = next((context for context in ranked if context.covers(project_id, type_id)), None)
        number = str(fits.id) if fits else None
        shown.append({"projectId": str(project_id), "issueTypeId": str(type_id), "contextId": number})
    return paging.page(visit, shown, f"field/{field_id}/context/mapping")


def find_context(field: CustomField, context_id: str) -> FieldContext:
    """A context of a field, or the 404."""
    for context in field.contexts:
        if str(context.id) == context_id:
            return context
    raise Refusal(404, "The custom field context was not found.")


def become(field: CustomField, old: FieldContext, new: FieldContext) -> Response:
    """Put a changed context in the place of the old one."""
    field.contexts = tuple(new if held is old else held for held in field.contexts)
    return Response(204)


def chosen(visit: Visit, field: CustomField) -> list[FieldContext]:
    """The contexts that `contextId` names, else all."""
    ids = visit.names("contextId")
    return [context for context in field.contexts if not ids or str(context.id) in ids]


def _named(visit: Visit, name: str) -> frozenset[int]:
    found = _ids(body.read(visit, {name: list}).get(name, []))
    if not found:
        raise Refusal(400, f"At least one of {name} must be given.")
    return found


def _ids(given: list[object]) -> frozenset[int]:
    return frozenset(int(str(number)) for number in given)


def _check(visit: Visit, context: FieldContext) -> None:
    if context.project_ids - visit.state.projects.keys():
        raise Refusal(404, "The project was not found.")
    if context.type_ids - visit.state.types.keys():
        raise Refusal(404, "The issue type was not found.")


def _shape(context: FieldContext) -> Json:
    return {
        "id": str(context.id),
        "name": context.name,
        "description": context.description,
        "isGlobalContext": not context.project_ids,
        "isAnyIssueType": not context.type_ids,
    }


ROUTES = (
    ("GET", "field/{field_id}/context", every),
    ("POST", "field/{field_id}/context", create),
    ("POST", "field/{field_id}/context/mapping", mapping),
    ("GET", "field/{field_id}/context/projectmapping", projects),
    ("GET", "field/{field_id}/context/issuetypemapping", types),
    ("PUT", "field/{field_id}/context/{context_id}", update),
    ("DELETE", "field/{field_id}/context/{context_id}", delete),
    ("PUT", "field/{field_id}/context/{context_id}/project", assign_projects),
    ("POST", "field/{field_id}/context/{context_id}/project/remove", remove_projects),
    ("PUT", "field/{field_id}/context/{context_id}/issuetype", add_types),
    ("POST", "field/{field_id}/context/{context_id}/issuetype/remove", remove_types),
)
