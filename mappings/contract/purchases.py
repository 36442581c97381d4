"""The client's purchase orders where there are several: which number covers which part of a contract."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PurchaseOrder:
    """One order of the client by its `number`: for the work of these projects (keys), and for what it `covers` by
    name, be it a rule, a change order or an expense. A name goes before a project."""

    number: str
    projects: tuple[str, ...]
    covers: tuple[str, ...]


def number_for(orders: tuple[PurchaseOrder, ...], name: str, project: str) -> str | None:
    """The order for something of that name and project ("" for none); None where no order is for it."""
    named = (each.number for each in orders if name in each.covers)
    return next(named, None) or next((each.number for each in orders if project in each.projects), None)
