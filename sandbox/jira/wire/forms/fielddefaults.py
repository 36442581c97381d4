"""Default values of custom fields: set for a context, told, and given to new issues that do not say otherwise."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any

from sandbox.http import Response
from sandbox.jira.entities import CustomField, FieldKind
from sandbox.jira.settings import FieldContext
from sandbox.jira.wire.forms.customfields import find
from sandbox.jira.wire.forms.fieldcontexts import become, chosen, find_context
from sandbox.jira.wire.forms.screens import Screen
from sandbox.jira.wire.http import body, paging
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import BadValue, Place
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit
from sandbox.jira.wire.ticket.fieldinput import custom_value


@dataclass(frozen=True, slots=True)
class _Form:
    """How defaults of a kind of field are written, and what an issue would be given instead."""

    type: str
    input: Callable[[Json], Any]
    keys: tuple[str, ...]


def _option(given: Json) -> Json:
    child = given.get("cascadingOptionId")
    return {"id": given["optionId"]} | ({"child": {"id": child}} if child else {})


def _each(key: str, name: str) -> Callable[[Json], Any]:
    return lambda given: [{name: value} for value in given[key]]


_TEXT = _Form("textfield", lambda given: given.get("text"), ("text",))
_NUMBER = _Form("float", lambda given: given["number"], ("number",))
_FORMS: dict[FieldKind, _Form] = {
    "text": _TEXT,
    "textarea": replace(_TEXT, type="textarea"),
    "url": _Form("url", lambda given: given["url"], ("url",)),
    "number": _NUMBER,
    "story_points_estimate": _NUMBER,
    "option": _Form("option.single", _option, ("optionId",)),
    "options": _Form("option.multiple", _each("optionIds", "id"), ("optionIds",)),
    "cascading": _Form("option.cascading", _option, ("optionId", "cascadingOptionId")),
    "date": _Form("datepicker", lambda given: given.get("date"), ("date", "useCurrent")),
    "datetime": _Form("datetimepicker", lambda given: given.get("dateTime"), ("dateTime", "useCurrent")),
    "user": _Form("single.user.select", lambda given: {"accountId": given["accountId"]}, ("accountId", "userFilter")),
    "users": _Form("multi.user.select", _each("accountIds", "accountId"), ("accountIds", "userFilter")),
    "group": _Form("grouppicker.single", lambda given: {"groupId": given["groupId"]}, ("groupId",)),
    "groups": _Form("grouppicker.multiple", _each("groupIds", "groupId"), ("groupIds",)),
    "labels": _Form("labels", lambda given: given["labels"], ("labels",)),
}  # fmt: skip


def told(visit: Visit, field_id: str) -> Response:
    """GET field/{id}/context/defaultValue: of the contexts that have one."""
    found = find(visit, field_id)
    shown = [_shape(found, context) for context in chosen(visit, found) if context.default is not None]
    return paging.page(visit, shown, f"field/{field_id}/context/defaultValue")


def write(visit: Visit, field_id: str) -> Response:
    """PUT field/{id}/context/defaultValue: all or nothing; null takes a default away."""
    found = find(visit, field_id)
    given = body.read(visit, {"defaultValues": list}, lists={"defaultValues": dict}).get("defaultValues", [])
    if not given:
        raise Refusal(400, "At least one default value must be given.")
    wanted = [
        (find_context(found, str(entry.get("contextId"))), _read(visit, found, entry)) for entry in given
    ]
    for context, default in wanted:
        become(found, context, replace(context, default=default))
    return Response(204)


def values(visit: Visit, screen: Screen, place: Place) -> dict[str, Any]:
    """What a new issue gets in the fields of its screen that nobody fills in."""
    found: dict[str, Any] = {}
    for field in screen.values():
        context = _ruling(field, place) if isinstance(field, CustomField) else None
        if context is not None and context.default is not None:
            found[field.id] = _value(visit, field, place, context.default)  # type: ignore[arg-type]  # has a context
    return found


def _ruling(field: CustomField, place: Place) -> FieldContext | None:
    """The context that covers a place; one that names the project wins over one for all of them."""
    covering = (c for c in field.contexts if c.covers(place.project_id, place.type_id))
    return min(covering, key=lambda context: not context.project_ids, default=None)


def _read(visit: Visit, field: CustomField, entry: Json) -> Json | None:
    form = _FORMS.get(field.kind)
    if form is None or entry.get("type") != form.type:
        raise Refusal(400, f"The type '{entry.get('type')}' is not that of the field '{field.name}'.")
    kept = {key: entry[key] for key in form.keys if entry.get(key) is not None}
    if not kept:
        return None
    try:
        _value(visit, field, Place(0), kept)
    except (BadValue, KeyError, TypeError) as problem:
        raise Refusal(400, f"The default value is not valid: {problem}") from None
    return kept


def _value(visit: Visit, field: CustomField, place: Place, default: Json) -> Any:
    """A default as the state holds it."""
    if field.kind in ("date", "datetime") and default.get("useCurrent"):
        return visit.now.date().isoformat() if field.kind == "date" else visit.now.isoformat()
    given = _FORMS[field.kind].input(default)
    return given if field.kind == "textarea" else custom_value(visit, place, field, given)


def _shape(field: CustomField, context: FieldContext) -> Json:
    return {"contextId": str(context.id), "type": _FORMS[field.kind].type} | (context.default or {})


ROUTES = (
    ("GET", "field/{field_id}/context/defaultValue", told),
    ("GET", "field/{field_id}/context/defaultValues", told),
    ("PUT", "field/{field_id}/context/defaultValue", write),
)
