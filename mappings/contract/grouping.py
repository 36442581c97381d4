"""Which charges share a document: the group of a charge, and from when on its document may be made."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from mappings.contract.payers import SOLE_PAYER
from mappings.contract.purchases import number_for
from mappings.contract.rules import Contract
from model.billing import Charge


@dataclass(frozen=True, slots=True)
class Group:
    """`key` is what document keys begin with (`<contract>|<group>`). Before `ready_at` (None: at once) nothing is
    made for it: charges gather."""

    key: str
    ready_at: datetime | None = None


def group_of(
    contract: Contract, charge: Charge, zone: ZoneInfo, now: datetime, billed_at: datetime | None = None
) -> Group:
    """The group of `charge`; with `billed_at` that of a change to what was put on documents then, or before. Each payer
    has documents of its own, and so has each `[[purchase_order]]`."""
    group = _group(contract, charge, zone, now, billed_at)
    po = po_of(contract, charge)
    if po != contract.payer(charge.payer).po and contract.group != "milestone":
        group = replace(group, key=f"{group.key}@{po}")
    return group if charge.payer == SOLE_PAYER else replace(group, key=f"{group.key}|{charge.payer}")


def po_of(contract: Contract, charge: Charge) -> str | None:
    """The purchase order that a charge is billed under: one that covers it, else its payer's."""
    return (
        number_for(contract.purchases, charge.ordered_as, charge.project) or contract.payer(charge.payer).po
    )


def _group(
    contract: Contract, charge: Charge, zone: ZoneInfo, now: datetime, billed_at: datetime | None
) -> Group:
    """A deposit asks for money before the work and goes out alone. A month gathers by the day its work closed. The
    month of that work is billed when it changes: a change gathers in the month that was running then. By the present
    month it would gather for ever, for that one is never over.
    """
    if contract.group == "milestone" or charge.kind == "deposit":
        return Group(charge.anchor or charge.key)
    if contract.group == "phase":
        return Group(f"{contract.id}|phase:{charge.phase}")
    if contract.group == "run":
        return Group(f"{contract.id}|run:{now.astimezone(zone).date()}")
    day = (billed_at or charge.due_at).astimezone(zone).date()
    return Group(f"{contract.id}|month:{day:%Y-%m}", month_ready_at(contract, day, zone))


def month_ready_at(contract: Contract, day: date, zone: ZoneInfo) -> datetime:
    """When the month of `day` is billed: at its end, and `month_grace` days for those who close late."""
    first = (day.replace(day=1) + timedelta(days=32)).replace(day=1)
    return datetime.combine(first + timedelta(days=contract.month_grace), time(), zone).astimezone(UTC)
