"""Custom fields made by administrators: listed, changed, thrown away and fetched back."""

from __future__ import annotations

from sandbox.http import Response
from sandbox.jira.entities import CustomField
from sandbox.jira.settings import FieldContext
from sandbox.jira.wire.forms.fieldlist import CUSTOM_KINDS, SYSTEM_FIELDS, listed_custom, schema_of
from sandbox.jira.wire.http import body, paging
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.service import tasks

_ADMINS = "Only Jira administrators can access fields."


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
    found = find(visit, field_id)
    given = body.read(visit, {"name": str, "description": str, "searcherKey": str})
    found.name, found.description = given.get("name", found.name), given.get("description", found.description)
    return Response(204)


def delete(visit: Visit, field_id: str) -> Response:
    """DELETE field/{id}, perhaps out of the bin: 303 to the task that took its values along."""
    found = visit.state.trashed_fields.pop(field_id, None) or find(visit, field_id)
    visit.require("ADMINISTER", _ADMINS)
    visit.state.fields.pop(found.id, None)
    held = [issue for issue in visit.state.issues.values() if found.id in issue.values]
    for issue in held:
        del issue.values[found.id]
    return tasks.done(visit, [issue.id for issue in held])


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


def trash(visit: Visit, field_id: str) -> Response:
    """POST field/{id}/trash: gone from everywhere but the bin, with its values."""
    found = find(visit, field_id)
    visit.state.trashed_fields[found.id] = visit.state.fields.pop(found.id)
    return Response.json({})


def restore(visit: Visit, field_id: str) -> Response:
    """POST field/{id}/restore"""
    visit.require("ADMINISTER", _ADMINS)
    found = visit.state.trashed_fields.pop(field_id, None)
    if found is None:
        raise Refusal(404, "The custom field was not found in the bin.")
    visit.state.add_vocabulary([found])
    return Response.json({})


def trashed(visit: Visit) -> Response:
    """GET field/search/trashed"""
    visit.require("ADMINISTER", _ADMINS)
    ids, text = visit.names("id"), visit.request.arg("query").lower()
    found = [
        _searched(field.id, field.name, schema_of(field), field.description)
        for field in visit.state.trashed_fields.values()
        if (not ids or field.id in ids) and text in field.name.lower()
    ]
    return paging.page(visit, found, "field/search/trashed")


def find(visit: Visit, field_id: str) -> CustomField:
    """A custom field, for administrators only; or the 404."""
    visit.require("ADMINISTER", _ADMINS)
    found = visit.state.fields.get(field_id)
    if found is None:
        raise Refusal(404, "The custom field was not found.")
    return found


ROUTES = (
    ("GET", "customFields", server_list),
    ("POST", "field", create),
    ("GET", "field/search", search),
    ("PUT", "field/{field_id}", update),
    ("DELETE", "field/{field_id}", delete),
    ("POST", "field/{field_id}/trash", trash),
    ("POST", "field/{field_id}/restore", restore),
    ("GET", "field/search/trashed", trashed),
)
