"""Custom fields made by administrators, their contexts and options."""

from __future__ import annotations

from dataclasses import replace

from sandbox.http import Response
from sandbox.jira.entities import CustomField
from sandbox.jira.settings import FieldContext
from sandbox.jira.wire import body, paging
from sandbox.jira.wire.errors import Refusal
from sandbox.jira.wire.fieldlist import CUSTOM_KINDS, SYSTEM_FIELDS, listed_custom, schema_of
from sandbox.jira.wire.inputs import SEPARATOR
from sandbox.jira.wire.shapes import Json
from sandbox.jira.wire.visit import Visit

_ADMINS = "Only Jira administrators can access fields."
_WITH_OPTIONS = ("option", "options", "cascading")


def create(visit: Visit) -> Response:
    """POST field: 201; the new field applies everywhere."""
    visit.require("ADMINISTER", "Only Jira administrators can create custom fields.")
    given = body.read(visit, {"name": str, "description": str, "type": str, "searcherKey": str})
    if not given.get("name", "").strip():
        raise Refusal(400, fields={"name": "The name of the custom field must not be empty."})
    kind = CUSTOM_KINDS.get(given.get("type", ""))
    if kind is None:
        raise Refusal(400, fields={"type": "The custom field type is not valid."})
    number = visit.state.next_id("customfield")
    while f"customfield_{number}" in visit.state.fields:
        number = visit.state.next_id("customfield")
    everywhere = FieldContext(
        visit.state.next_id("context"), f"Default Configuration Scheme for {given['name']}"
    )
    made = CustomField(
        number,
        given["name"],
        kind,
        description=given.get("description", ""),
        type_key=given["type"],
        contexts=(everywhere,),
    )
    visit.state.add_vocabulary([made])
    return Response.json(listed_custom(made), 201)


def update(visit: Visit, field_id: str) -> Response:
    """PUT field/{id}: name and description."""
    found = _find(visit, field_id)
    given = body.read(visit, {"name": str, "description": str, "searcherKey": str})
    found.name, found.description = given.get("name", found.name), given.get("description", found.description)
    return Response(204)


def delete(visit: Visit, field_id: str) -> Response:
    """DELETE field/{id}; its values go with it. (The real site answers 303 to a task; unverified.)"""
    found = _find(visit, field_id)
    del visit.state.fields[found.id]
    for issue in visit.state.issues.values():
        issue.values.pop(found.id, None)
    return Response(204)


def search(visit: Visit) -> Response:
    """GET field/search, for administrators only: by type, id and name."""
    visit.require("ADMINISTER", _ADMINS)
    kinds, ids = visit.names("type"), visit.names("id")
    text = visit.request.arg("query").lower()
    system = [_searched(field.id, field.name, schema_of(field), "") for field in SYSTEM_FIELDS]
    custom = [
        _searched(field.id, field.name, schema_of(field), field.description)
        for field in visit.state.fields.values()
    ]
    pool = (system if "system" in kinds else []) + (custom if "custom" in kinds or not kinds else [])
    found = [f for f in pool if (not ids or f["id"] in ids) and text in f["name"].lower()]
    return paging.page(visit, found, "field/search")


def server_list(visit: Visit) -> Response:
    """GET customFields (Data Center), for administrators: a page, by `search`."""
    visit.require("ADMINISTER", _ADMINS)
    text = visit.request.arg("search").lower()
    found = [
        {
            "id": field.id,
            "name": field.name,
            "description": field.description,
            "type": str(schema_of(field)["custom"]).rpartition(":")[2],
            "self": visit.rest(f"customFields/{field.id}"),
            "numericId": field.number,
            "isLocked": field.kind in ("rank", "sprint", "epic_link", "epic_name"),
            "isManaged": field.kind in ("rank", "sprint", "epic_link", "epic_name"),
            "isAllProjects": not any(context.project_ids for context in field.contexts),
            "isTrusted": True,
            "projectsCount": sum(len(context.project_ids) for context in field.contexts),
            "screensCount": 1,
            "issuesWithValue": sum(field.id in issue.values for issue in visit.state.issues.values()),
        }
        for field in visit.state.fields.values()
        if text in field.name.lower()
    ]
    return paging.page(visit, found, "customFields")


def _searched(field_id: str, name: str, schema: Json, description: str) -> Json:
    return {"id": field_id, "name": name, "schema": schema, "description": description, "key": field_id}


def contexts(visit: Visit, field_id: str) -> Response:
    """GET field/{id}/context"""
    found = [_context(context) for context in _find(visit, field_id).contexts]
    return paging.page(visit, found, f"field/{field_id}/context")


def context_create(visit: Visit, field_id: str) -> Response:
    """POST field/{id}/context"""
    found = _find(visit, field_id)
    given = body.read(
        visit, {"name": str, "description": str, "projectIds": list, "issueTypeIds": list, "id": str}
    )
    if not given.get("name"):
        raise Refusal(400, "The context name is required.")
    made = FieldContext(
        visit.state.next_id("context"),
        given["name"],
        given.get("description", ""),
        frozenset(map(int, given.get("projectIds", []))),
        frozenset(map(int, given.get("issueTypeIds", []))),
    )
    if made.project_ids - visit.state.projects.keys():
        raise Refusal(404, "The project was not found.")
    found.contexts = (*found.contexts, made)
    ids = {"projectIds": [*map(str, made.project_ids)], "issueTypeIds": [*map(str, made.type_ids)]}
    shape = {"id": str(made.id), "name": made.name, "description": made.description}
    return Response.json(shape | ids, 201)


def context_delete(visit: Visit, field_id: str, context_id: str) -> Response:
    """DELETE field/{id}/context/{id}"""
    found = _find(visit, field_id)
    gone = _find_context(found, context_id)
    found.contexts = tuple(context for context in found.contexts if context is not gone)
    return Response(204)


def assign_projects(visit: Visit, field_id: str, context_id: str) -> Response:
    """PUT field/{id}/context/{id}/project: the context covers these projects too."""
    found = _find(visit, field_id)
    context = _find_context(found, context_id)
    ids = frozenset(map(int, body.read(visit, {"projectIds": list}).get("projectIds", [])))
    if ids - visit.state.projects.keys():
        raise Refusal(404, "The project was not found.")
    wider = replace(context, project_ids=context.project_ids | ids)
    found.contexts = tuple(wider if held is context else held for held in found.contexts)
    return Response(204)


def mapping(visit: Visit, field_id: str) -> Response:
    """GET field/{id}/context/projectmapping"""
    found: list[Json] = []
    for context in _find(visit, field_id).contexts:
        if not context.project_ids:
            found.append({"contextId": str(context.id), "isGlobalContext": True})
        found += [{"contextId": str(context.id), "projectId": str(n)} for n in sorted(context.project_ids)]
    return paging.page(visit, found, f"field/{field_id}/context/projectmapping")


def options(visit: Visit, field_id: str, context_id: str) -> Response:
    """GET field/{id}/context/{id}/option"""
    found = _find(visit, field_id)
    _find_context(found, context_id)
    shown = [_option_shape(found, text) for text in found.options]
    return paging.page(visit, shown, f"field/{field_id}/context/{context_id}/option", size=100)


def options_create(visit: Visit, field_id: str, context_id: str) -> Response:
    """POST field/{id}/context/{id}/option: up to 1000 new options, some perhaps under a parent's id."""
    found = _find(visit, field_id)
    _find_context(found, context_id)
    if found.kind not in _WITH_OPTIONS:
        raise Refusal(400, "The custom field does not support options.")
    given = body.read(visit, {"options": list}, lists={"options": dict}).get("options", [])
    made = []
    for entry in given:
        text = entry.get("value", "")
        if "optionId" in entry:
            parents = {str(number): name for name, number in found.options.items()}
            text = f"{parents[entry['optionId']]}{SEPARATOR}{text}"
        if not text or text in found.options:
            raise Refusal(400, f"The option '{text}' is empty or exists already.")
        found.options[text] = visit.state.next_id("option")
        made.append(_option_shape(found, text))
    return Response.json({"options": made})


def option_get(visit: Visit, number: str) -> Response:
    """GET customFieldOption/{id}"""
    for field in visit.state.fields.values():
        for text, identity in field.options.items():
            if str(identity) == number:
                home = visit.rest(f"customFieldOption/{identity}")
                return Response.json({"self": home, "value": text.rpartition(SEPARATOR)[2]})
    raise Refusal(404, f"A custom field option with id '{number}' does not exist")


def _option_shape(field: CustomField, text: str) -> Json:
    parent, separator, value = text.rpartition(SEPARATOR)
    shape: Json = {"id": str(field.options[text]), "value": value, "disabled": False}
    return shape | ({"optionId": str(field.options[parent])} if separator else {})


def _context(context: FieldContext) -> Json:
    return {
        "id": str(context.id),
        "name": context.name,
        "description": context.description,
        "isGlobalContext": not context.project_ids,
        "isAnyIssueType": not context.type_ids,
    }


def _find(visit: Visit, field_id: str) -> CustomField:
    visit.require("ADMINISTER", _ADMINS)
    found = visit.state.fields.get(field_id)
    if found is None:
        raise Refusal(404, "The custom field was not found.")
    return found


def _find_context(field: CustomField, context_id: str) -> FieldContext:
    for context in field.contexts:
        if str(context.id) == context_id:
            return context
    raise Refusal(404, "The custom field context was not found.")


ROUTES = (
    ("GET", "customFields", server_list),
    ("POST", "field", create),
    ("GET", "field/search", search),
    ("PUT", "field/{field_id}", update),
    ("DELETE", "field/{field_id}", delete),
    ("GET", "field/{field_id}/context", contexts),
    ("POST", "field/{field_id}/context", context_create),
    ("GET", "field/{field_id}/context/projectmapping", mapping),
    ("DELETE", "field/{field_id}/context/{context_id}", context_delete),
    ("PUT", "field/{field_id}/context/{context_id}/project", assign_projects),
    ("GET", "field/{field_id}/context/{context_id}/option", options),
    ("POST", "field/{field_id}/context/{context_id}/option", options_create),
    ("GET", "customFieldOption/{number}", option_get),
)
