"""The service's XML: the same objects as in JSON, for clients that were written before it."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from typing import Any

from sandbox.quickbooks.gateway import NAMESPACE
from sandbox.quickbooks.refusals import unsupported_property
from sandbox.quickbooks.state import Json

_ATTRIBUTES = frozenset(
    (
        *("domain", "sparse", "status", "startPosition", "maxResults", "totalCount"),
        *("bId", "code", "element", "operation", "optionsData", "time"),
    )
)
_REFERENCE = frozenset(("value", "name", "type"))
_REPEATED = frozenset(
    (
        *("Line", "LinkedTxn", "CustomField", "TaxLine", "TaxRateDetail", "TaxRateDetails", "AttachableRef"),
        *("ItemGroupLine", "BatchItemRequest", "OtherContactInfo"),
    )
)
_MEMOS = ("CustomerMemo",)


def to_xml(value: Json) -> bytes:
    """An answer's JSON object as an IntuitResponse."""
    root = ET.Element("IntuitResponse", {"xmlns": NAMESPACE})
    _fill(root, value)
    return bytes(ET.tostring(root, encoding="utf-8", xml_declaration=True))


def _fill(element: ET.Element, members: Json) -> None:
    for name, value in members.items():
        if name in _ATTRIBUTES or (name == "type" and element.tag == "Fault"):
            element.set(name, _text(value))
            continue
        for part in _flat(value):
            child = ET.SubElement(element, name)
            if isinstance(part, dict):
                _object(child, part)
            else:
                child.text = _text(part)


def _flat(value: Any) -> Iterator[Any]:
    if isinstance(value, list):
        for part in value:
            yield from _flat(part)
    else:
        yield value


def _object(element: ET.Element, value: Json) -> None:
    if "value" in value and value.keys() <= _REFERENCE:
        element.text = _text(value["value"])
        for name in ("name", "type"):
            if name in value:
                element.set(name, _text(value[name]))
    else:
        _fill(element, value)


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def from_xml(body: bytes) -> Json:
    """The JSON form of an entity, or of a batch, that was sent as XML; 2010 when it is no XML."""
    try:
        root = ET.fromstring(body)  # noqa: S314  a local sandbox reads its own user's requests
    except ET.ParseError:
        raise unsupported_property("failed to parse xml object") from None
    members = _read(root)
    return members if isinstance(members, dict) else {}


def _read(element: ET.Element) -> Any:
    children = list(element)
    tag = _name(element)
    if not children:
        text = element.text or ""
        if tag.endswith("Ref") or tag in _MEMOS:
            named = {name: value for name, value in element.attrib.items() if name in _REFERENCE}
            return {"value": text, **named}
        return text if not element.attrib else {**element.attrib}
    members: Json = {name: value for name, value in element.attrib.items() if name in _ATTRIBUTES}
    for child in children:
        name, value = _name(child), _read(child)
        if name in _REPEATED:
            members.setdefault(name, []).append(value)
        else:
            members[name] = value
    return members


def _name(element: ET.Element) -> str:
    return element.tag.rpartition("}")[2]
