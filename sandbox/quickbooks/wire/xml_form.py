"""The service's XML: the objects of its JSON in the order of the public schema, for clients that speak it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from decimal import Decimal, InvalidOperation
from typing import Any
from xml.sax.saxutils import escape, quoteattr

from sandbox.quickbooks.refusals import unreadable
from sandbox.quickbooks.state import Json
from sandbox.quickbooks.vocabulary.schema import places
from sandbox.quickbooks.wire.xml_types import FLAGS, NAMESPACE, NUMBERS, REPEATED, is_reference

_PROLOGUE = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
_INSTANCE = "http://www.w3.org/2001/XMLSchema-instance"
_OF_ENTITIES = ("domain", "status", "sparse")
_ATTRIBUTES = {  # members that are attributes, by the element that has them
    "IntuitResponse": ("time",),
    "QueryResponse": ("startPosition", "maxResults", "totalCount"),
    "BatchItemRequest": ("bId", "operation", "optionsData"),
    "BatchItemResponse": ("bId",),
    "Fault": ("type",),
    "Error": ("code", "element"),
    "Row": ("type", "group"),
    "ColData": ("value", "id", "href"),
}
_REFERENCE = ("name", "type")


def to_xml(value: Json) -> bytes:
    """An answer's JSON object as XML: a report and a tax service stand alone, all else in an IntuitResponse."""
    root = "Report" if "Columns" in value else "TaxService" if "TaxRateDetails" in value else "IntuitResponse"
    return (_PROLOGUE + "".join(_written(root, value, f' xmlns="{NAMESPACE}"'))).encode()


def _written(name: str, value: Any, extra: str = "") -> Iterator[str]:
    """The element `name`, or one for each entry of a list."""
    if isinstance(value, list):
        for part in value:
            yield from _written(name, part, extra)
        return
    if not isinstance(value, dict):
        yield _element(name, extra, escape(_text(value)))
        return
    if name not in _ATTRIBUTES and _is_reference(value):
        attributes = "".join(f" {key}={quoteattr(str(value[key]))}" for key in _REFERENCE if key in value)
        yield _element(name, extra + attributes, escape(_text(value["value"])))
        return
    inside = "".join(part for key, member in _members(name, value) for part in _written(key, member))
    yield _element(name, extra + _attributes(name, value), inside)


def _element(name: str, attributes: str, inside: str) -> str:
    return f"<{name}{attributes}>{inside}</{name}>" if inside else f"<{name}{attributes}/>"


def _attributes(name: str, value: Json) -> str:
    names = _ATTRIBUTES.get(name, _OF_ENTITIES)
    given = "".join(f" {key}={quoteattr(_text(value[key]))}" for key in names if key in value)
    return given + _definition(name, value)


def _definition(name: str, value: Json) -> str:
    """The type of a group of custom fields in the preferences, which only its fields tell."""
    if not name.endswith("CustomField") or "CustomField" not in value:
        return ""
    kind = next((field.get("Type", "StringType") for field in value["CustomField"]), "StringType")
    return f' xmlns:xsi="{_INSTANCE}" xsi:type="{kind}CustomFieldDefinition"'


def _members(name: str, value: Json) -> Iterator[tuple[str, Any]]:
    """What stands inside an element: in the order of the schema, and what that does not know after it."""
    attributes = _ATTRIBUTES.get(name, _OF_ENTITIES)
    order = places(name)
    inside = [(key, member) for key, member in value.items() if key not in attributes]
    inside.sort(key=lambda item: order.get(item[0], len(order)))
    for key, member in inside:
        if key == "any":  # an open end of the schema: elements that name themselves
            for part in member:
                yield str(part["name"]).rpartition("}")[2], part["value"]
        else:
            yield key, member


def _is_reference(value: Json) -> bool:
    return "value" in value and value.keys() <= {"value", *_REFERENCE}


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def from_xml(body: bytes) -> Json:
    """The JSON form of an entity, or of a batch, that was sent as XML; 2010 when it is no XML."""
    try:
        root = ET.fromstring(body)  # noqa: S314  a local sandbox reads its own user's requests
    except ET.ParseError:
        raise unreadable("xml") from None
    members = _read(root)
    return members if isinstance(members, dict) else {}


def _read(element: ET.Element) -> Any:
    tag = _name(element.tag)
    if not len(element):
        return _leaf(tag, element)
    kept = _ATTRIBUTES.get(tag, _OF_ENTITIES)
    members: Json = {name: value for name, value in element.attrib.items() if name in kept}
    for child in element:
        name, value = _name(child.tag), _read(child)
        if name in REPEATED:
            members.setdefault(name, []).append(value)
        else:
            members[name] = value
    return members


def _leaf(tag: str, element: ET.Element) -> Any:
    """An element without others inside: a reference, an empty object, or a text of its type."""
    text = element.text or ""
    if element.get(f"{{{_INSTANCE}}}nil") == "true":
        return None
    if is_reference(tag):
        named = {name: value for name, value in element.attrib.items() if name in _REFERENCE}
        return {"value": text, **named}
    if not text.strip() and places(tag):
        return {}
    if tag in FLAGS and text in ("true", "false"):
        return text == "true"
    return _number(text) if tag in NUMBERS else text


def _number(text: str) -> Decimal | int | str:
    """A number as JSON would have it; what is none stays a text, which the rules refuse."""
    try:
        value = Decimal(text.strip())
    except InvalidOperation:
        return text
    return int(value) if text.strip().lstrip("-").isdigit() else value


def _name(tag: str) -> str:
    return tag.rpartition("}")[2]
