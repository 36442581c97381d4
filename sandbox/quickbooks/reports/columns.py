"""The columns of a summary: one in all, one for each part of the time, or for each customer, class and so on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sandbox.quickbooks import refusals
from sandbox.quickbooks.reports.entries import Entry
from sandbox.quickbooks.reports.period import Period, parts_of
from sandbox.quickbooks.reports.shape import column
from sandbox.quickbooks.state import Company, Json

_ZERO = Decimal(0)
_Key = Callable[[Entry], str]
_GROUPS: dict[str, tuple[str, _Key]] = {
    "customers": ("Customer", lambda entry: entry.names("Customer")),
    "vendors": ("Vendor", lambda entry: entry.names("Vendor")),
    "employees": ("Employee", lambda entry: entry.names("Employee")),
    "classes": ("Class", lambda entry: entry.class_id),
    "departments": ("Department", lambda entry: entry.department_id),
    "productsandservices": ("Item", lambda entry: entry.item_id),
}
_NAMES = {"days": "Days", "week": "Week", "month": "Month", "quarter": "Quarter", "year": "Year"}
_GROUP_NAMES = {
    "customers": "Customers",
    "vendors": "Vendors",
    "employees": "Employees",
    "classes": "Classes",
    "departments": "Departments",
    "productsandservices": "ProductsAndServices",
}


@dataclass(frozen=True, slots=True)
class Slot:
    """One column: the time it covers, and the entries it takes of that time; None for all."""

    title: str
    period: Period
    takes: _Key | None = None
    key: str = ""

    def sums(self, entries: Sequence[Entry], *, since_ever: bool = False) -> Mapping[str, Decimal]:
        """What the entries of the column add up to, by account; of a stock, all that came before too."""
        found: dict[str, Decimal] = {}
        start = date.min if since_ever else self.period.start
        for entry in entries:
            if start <= entry.on <= self.period.end and (self.takes is None or self.takes(entry) == self.key):
                found[entry.account] = found.get(entry.account, _ZERO) + entry.amount
        return found


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of a summary, the sum of all last where there are several."""

    by: str
    slots: tuple[Slot, ...]

    def heads(self) -> list[Json]:
        """How they are headed, after the column of names."""
        return [_head(slot) for slot in self.slots]


def columns_of(
    company: Company,
    period: Period,
    args: Mapping[str, str],
    entries: Sequence[Entry],
    *,
    stock: bool = False,
) -> Columns:
    """What summarize_column_by asks for; a balance sheet (`stock`) has no sum of its times."""
    asked = args.get("summarize_column_by") or "Total"
    word = asked.casefold().replace(" ", "").replace("_", "")
    whole = Slot("Total", period)
    if word == "total":
        return Columns("Total", (whole,))
    parts = parts_of(company, period, word)
    if parts is not None:
        slots = [Slot(part.title, part) for part in parts]
        name = _NAMES.get(word) or _NAMES[word.removesuffix("s")]
        return Columns(name, (*slots, *(() if stock else (whole,))))
    group = _GROUPS.get(word)
    if group is None:
        raise refusals.bad_enumeration("summarize_column_by", asked)
    return Columns(_GROUP_NAMES[word], (*_grouped(company, period, entries, *group), whole))


def _grouped(
    company: Company, period: Period, entries: Sequence[Entry], kind: str, takes: _Key
) -> list[Slot]:
    used = {takes(entry) for entry in entries if period.start <= entry.on <= period.end}
    rows = sorted((row for row in company.rows(kind) if row.id in used), key=lambda row: row.name.casefold())
    slots = [Slot(row.name, period, takes, row.id) for row in rows]
    return [*slots, *([Slot("Not Specified", period, takes, "")] if "" in used else [])]


def _head(slot: Slot) -> Json:
    if slot.title == "Total":
        return column("Total", key="total")
    if slot.takes is not None:
        return column(slot.title, key=slot.key)
    made = column(slot.title, key=slot.title)
    made["MetaData"] = [
        {"Name": "StartDate", "Value": slot.period.start.isoformat()},
        {"Name": "EndDate", "Value": slot.period.end.isoformat()},
        *made["MetaData"],
    ]
    return made
