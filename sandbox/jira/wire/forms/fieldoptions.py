"""What select fields offer: options made, renamed, switched off, ordered and deleted. A field has one set of them."""

from __future__ import annotations

from typing import Any

from sandbox.http import Response
from sandbox.jira.entities import CustomField
from sandbox.jira.wire.forms.customfields import find
from sandbox.jira.wire.forms.fieldcontexts import find_context
from sandbox.jira.wire.http import body, paging
from sandbox.jira.wire.http.errors import Refusal
from sandbox.jira.wire.http.inputs import SEPARATOR
from sandbox.jira.wire.http.shapes import Json
from sandbox.jira.wire.http.visit import Visit

_WITH_OPTIONS = ("option", "options", "cascading")


def every(visit: Visit, field_id: str, context_id: str) -> Response:
    """GET field/{id}/context/{id}/option, perhaps one by its id."""
    found, wanted = _field(visit, field_id, context_id), visit.request.arg("optionId")
    shown = [_shape(found, text) for text, number in found.options.items() if wanted in ("", str(number))]
    return paging.page(visit, shown, f"field/{field_id}/context/{context_id}/option", size=100)


def create(visit: Visit, field_id: str, context_id: str) -> Response:
    """POST field/{id}/context/{id}/option: up to 1000 new options, some perhaps under a parent's id."""
    found = _field(visit, field_id, context_id)
    made = []
    for entry in _given(visit):
        text = entry.get("value", "")
        if "optionId" in entry:
            text = f"{_text(found, entry['optionId'])}{SEPARATOR}{text}"
        if not text.rpartition(SEPARATOR)[2] or text in found.options:
            raise Refusal(400, f"The option '{text}' is empty or exists already.")
        found.options[text] = visit.state.next_id("option")
        _switch(found, text, entry)
        made.append(_shape(found, text))
    return Response.json({"options": made})


def update(visit: Visit, field_id: str, context_id: str) -> Response:
    """PUT field/{id}/context/{id}/option: new names, which issues follow, and which may be chosen no more."""
    found = _field(visit, field_id, context_id)
    changed = []
    for entry in _given(visit):
        text = _text(found, entry.get("id"))
        if "value" in entry:
            text = _rename(visit, found, text, entry["value"])
        _switch(found, text, entry)
        changed.append(_shape(found, text))
    return Response.json({"options": changed})


def move(visit: Visit, field_id: str, context_id: str) -> Response:
    """PUT field/{id}/context/{id}/option/move: after another one, or to an end."""
    found = _field(visit, field_id, context_id)
    given = body.read(visit, {"customFieldOptionIds": list, "after": str, "position": str})
    moved = [_text(found, number) for number in given.get("customFieldOptionIds", [])]
    rest = [text for text in found.options if text not in moved]
    position = given.get("position")
    if "after" in given:
        place = rest.index(_text(found, given["after"])) + 1
    elif position in ("First", "Last"):
        place = 0 if position == "First" else len(rest)
    else:
        raise Refusal(400, "Either 'after' or a valid 'position' must be given.")
    order = [*rest[:place], *moved, *rest[place:]]
    found.options = {text: found.options[text] for text in order}
    return Response(204)


def delete(visit: Visit, field_id: str, context_id: str, number: str) -> Response:
    """DELETE field/{id}/context/{id}/option/{id}: one that no issue has."""
    found = _field(visit, field_id, context_id)
    text = _text(found, number)
    if any(text in _chosen(found, issue.values.get(found.id)) for issue in visit.state.issues.values()):
        raise Refusal(409, "The option is used by issues and cannot be deleted.")
    for gone in [held for held in found.options if held == text or held.startswith(text + SEPARATOR)]:
        found.disabled_options.discard(found.options.pop(gone))
    return Response(204)


def get(visit: Visit, number: str) -> Response:
    """GET customFieldOption/{id}"""
    for field in visit.state.fields.values():
        for text, identity in field.options.items():
            if str(identity) == number:
                home = visit.rest(f"customFieldOption/{identity}")
                return Response.json({"self": home, "value": text.rpartition(SEPARATOR)[2]})
    raise Refusal(404, f"A custom field option with id '{number}' does not exist")


def _field(visit: Visit, field_id: str, context_id: str) -> CustomField:
    found = find(visit, field_id)
    find_context(found, context_id)
    if found.kind not in _WITH_OPTIONS:
        raise Refusal(400, "The custom field does not support options.")
    return found


def _given(visit: Visit) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = body.read(visit, {"options": list}, lists={"options": dict}).get(
        "options", []
    )
    return found


def _text(field: CustomField, number: object) -> str:
    for text, identity in field.options.items():
        if str(identity) == str(number):
            return text
    raise Refusal(404, f"The option with id '{number}' was not found.")


def _switch(field: CustomField, text: str, entry: dict[str, Any]) -> None:
    if "disabled" in entry:
        change = field.disabled_options.add if entry["disabled"] else field.disabled_options.discard
        change(field.options[text])


def _rename(visit: Visit, field: CustomField, text: str, value: str) -> str:
    parent, separator, _ = text.rpartition(SEPARATOR)
    new = f"{parent}{separator}{value}"
    if new == text:
        return text
    if not value or new in field.options:
        raise Refusal(400, f"The option '{value}' is empty or exists already.")
    field.options = {_renamed(held, text, new): number for held, number in field.options.items()}
    for issue in visit.state.issues.values():
        held = issue.values.get(field.id)
        if text in _chosen(field, held):
            issue.values[field.id] = _with_name(field, held, text, value)
    return new


def _renamed(held: str, text: str, new: str) -> str:
    return new + held.removeprefix(text) if held == text or held.startswith(text + SEPARATOR) else held


def _chosen(field: CustomField, held: object) -> tuple[str, ...]:
    """The options a value stands for: itself, each of several, or a parent and its child."""
    if isinstance(held, str):
        return (held,)
    parts = tuple(str(part) for part in held) if isinstance(held, tuple) else ()
    return (parts[0], SEPARATOR.join(parts)) if field.kind == "cascading" and parts else parts


def _with_name(field: CustomField, held: Any, text: str, value: str) -> Any:
    """A value with one of its options named anew."""
    if not isinstance(held, tuple):
        return value
    old = text.rpartition(SEPARATOR)[2]
    if field.kind == "cascading":
        place = text.count(SEPARATOR)
        return (*held[:place], value, *held[place + 1 :])
    return tuple(value if part == old else part for part in held)


def _shape(field: CustomField, text: str) -> Json:
    parent, separator, value = text.rpartition(SEPARATOR)
    number = field.options[text]
    shape: Json = {"id": str(number), "value": value, "disabled": number in field.disabled_options}
    return shape | ({"optionId": str(field.options[parent])} if separator else {})


ROUTES = (
    ("GET", "field/{field_id}/context/{context_id}/option", every),
    ("POST", "field/{field_id}/context/{context_id}/option", create),
    ("PUT", "field/{field_id}/context/{context_id}/option", update),
    ("PUT", "field/{field_id}/context/{context_id}/option/move", move),
    ("DELETE", "field/{field_id}/context/{context_id}/option/{number}", delete),
    ("GET", "customFieldOption/{number}", get),
)
