"""Rows by customer or vendor: sub-customers in the section of their parent, with its sum."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from sandbox.quickbooks.reports.shape import added, money
from sandbox.quickbooks.state import Company, Json, Row

Cells = Mapping[str, Sequence[str]]


def owner_rows(
    company: Company, kind: str, cells: Cells, amounts: Mapping[str, Sequence[Decimal]], width: int
) -> list[Json]:
    """One row for each owner that has an amount, by name; `cells` are how its amounts are written."""
    children: dict[str, list[Row]] = {}
    for row in sorted(company.rows(kind), key=lambda row: _own_name(row).casefold()):
        parent = row.body.get("ParentRef", {}).get("value") if kind == "Customer" else None
        children.setdefault(parent or "", []).append(row)
    return [made for row in children.get("", ()) for made in _rows(row, children, cells, amounts, width)[0]]


def _rows(
    row: Row,
    children: Mapping[str, list[Row]],
    cells: Cells,
    amounts: Mapping[str, Sequence[Decimal]],
    width: int,
) -> tuple[list[Json], list[Decimal]]:
    inner: list[Json] = []
    sums: list[Sequence[Decimal]] = []
    for child in children.get(row.id, ()):
        made, total = _rows(child, children, cells, amounts, width)
        inner += made
        sums.append(total)
    own = amounts.get(row.id, ())
    has_own = any(own)
    total = added([*sums, *([own] if own else [])], width)
    name = {"value": _own_name(row), "id": row.id}
    written = [{"value": cell} for cell in (cells[row.id] if has_own else [""] * width)]
    if not inner:
        return ([{"ColData": [name, *written]}] if has_own else []), total
    closing = [{"value": money(amount) if amount else ""} for amount in total]
    section: Json = {
        "Header": {"ColData": [name, *written]},
        "Rows": {"Row": inner},
        "Summary": {"ColData": [{"value": f"Total {_own_name(row)}"}, *closing]},
        "type": "Section",
    }
    return [section], total


def _own_name(row: Row) -> str:
    return str(row.body.get("DisplayName") or row.body.get("Name"))
