"""Tax classifications of items: a list of the service's own, the same for every company; a selection here."""

from __future__ import annotations

from sandbox.http import Request, Response
from sandbox.quickbooks import refusals
from sandbox.quickbooks.state import Company, Json
from sandbox.quickbooks.wire.answers import envelope

_ALL = ["Inventory", "NonInventory", "Service", "Bundle"]
_PARENTS = (
    ("V1-00010000", "Retail"),
    ("V1-00020000", "General services"),
    ("V1-00100000", "Professional Services"),
)
_CHILDREN = (
    ("EUC-09020802", "V1-00010000", "Clothing", "Clothing and accessories for general use."),
    ("EUC-20140102", "V1-00010000", "General tangible goods", "Goods that no other class describes."),
    ("EUC-99990201", "V1-00020000", "General services", "Services that no other class describes."),
    ("EUC-01010101", "V1-00100000", "Tangible, custom software", "Made for the buyer, on a medium."),
    ("EUC-01010201", "V1-00100000", "Tangible, canned software", "Off the shelf, on a medium."),
)


def _listed() -> list[Json]:
    parents: list[Json] = [
        {"id": row_id, "code": row_id, "name": name, "description": name, "level": "1", "applicableTo": _ALL}
        for row_id, name in _PARENTS
    ]
    names = dict(_PARENTS)
    children: list[Json] = [
        {
            "id": f"{code}-{parent}",
            "code": code,
            "name": name,
            "description": text,
            "level": "2",
            "applicableTo": _ALL,
            "ParentRef": {"value": parent, "name": names[parent]},
        }
        for code, parent, name, text in _CHILDREN
    ]
    return parents + children


def all_classes(company: Company, request: Request) -> Response:
    """`GET /taxclassification`, all or with `level` those of one level."""
    level = request.arg("level")
    return _answered(company, [each for each in _listed() if level in ("", each["level"])])


def one_class(company: Company, _request: Request, class_id: str) -> Response:
    """`GET /taxclassification/{id}`."""
    found = next((each for each in _listed() if each["id"].casefold() == class_id.casefold()), None)
    if found is None:
        raise refusals.not_found()
    return envelope(company, "TaxClassification", found)


def children(company: Company, _request: Request, parent_id: str) -> Response:
    """`GET /taxclassification/{parent}/children`."""
    wanted = parent_id.casefold()
    found = [e for e in _listed() if str(e.get("ParentRef", {}).get("value", "")).casefold() == wanted]
    return _answered(company, found)


def _answered(company: Company, found: list[Json]) -> Response:
    return envelope(company, "QueryResponse", {"TaxClassification": found} if found else {})
