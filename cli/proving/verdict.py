"""What became of the work of a scenario: read off the books themselves, and the ledger held against them."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from decimal import Decimal
from typing import Any

from cli.proving.house import House
from sandbox.quickbooks.state import Row
from sandbox.world.small import is_voided


@dataclass(slots=True)
class Verdict:
    """Counts of one scenario. `violations` say each thing that must not be, with the step it began at.

    `disturbed` is how often an apply was killed or overtaken; `duplicates` invoices beyond the first of an epic;
    `lost` epics that are billed less than is due, or not at all; `overwritten` fields that finance typed and that
    stand no more; `astray` invoices of which the ledger says another amount than the books.
    """

    scenario: str
    disturbed: int = 0
    invoices: int = 0
    duplicates: int = 0
    lost: int = 0
    overwritten: int = 0
    astray: int = 0
    seconds: float = 0.0
    violations: list[str] = field(default_factory=list)

    def violated(self, kind: str, what: str) -> None:
        """Count one; `kind` is the name of its column."""
        setattr(self, kind, getattr(self, kind) + 1)
        self.violations.append(what)

    def as_json(self) -> dict[str, Any]:
        """All of it."""
        return {each.name: getattr(self, each.name) for each in fields(self)}


@dataclass(slots=True)
class Work:
    """What one scenario made people do: `due` by epic key, 0 for what was taken back; what finance `typed` by
    invoice id; and `began_at`, the step before which each epic's apply was disturbed."""

    due: dict[str, Decimal] = field(default_factory=dict)
    typed: dict[str, Mapping[str, Any]] = field(default_factory=dict)
    began_at: dict[str, str] = field(default_factory=dict)


def judge(house: House, work: Work, verdict: Verdict) -> None:
    """Count everything into `verdict`."""
    made = house.office.made()
    verdict.invoices = len(made)
    copies: Counter[str] = Counter()
    billed: defaultdict[str, Decimal] = defaultdict(Decimal)
    for row in made:
        key = key_of(row)
        copies[key] += 1
        billed[key] += Decimal(0) if row.deleted or is_voided(row) else _our_amount(row)
    for key in sorted(copies.keys() | work.due.keys()):
        due, when = work.due.get(key, Decimal(0)), work.began_at.get(key, "")
        if copies[key] > 1 or billed[key] > due:
            verdict.violated(
                "duplicates", f"{key} has {copies[key]} invoices of {billed[key]}, {due} is due; {when}"
            )
        elif billed[key] < due or not copies[key]:
            verdict.violated("lost", f"{key} is billed {billed[key]}, {due} is due; {when}")
    _look_at_finance(made, work, verdict)
    _compare_with_ledger(house, made, verdict)


def _look_at_finance(made: list[Row], work: Work, verdict: Verdict) -> None:
    shown = {row.id: row for row in made}
    for id_, typed in work.typed.items():
        row = shown.get(id_)
        for name, text in typed.items():
            if row is None or finance_text(row, name) != text:
                when = work.began_at.get(id_, "")
                verdict.violated("overwritten", f"the {name} that finance typed on invoice {id_}; {when}")


def _compare_with_ledger(house: House, made: list[Row], verdict: Verdict) -> None:
    ledger = house.ledger()
    books = {row.id: _our_amount(row) for row in made if not (row.deleted or is_voided(row))}
    for id_ in sorted(ledger.keys() | books.keys()):
        if ledger.get(id_) != books.get(id_):
            told = f"invoice {id_}: {books.get(id_)} in the books, {ledger.get(id_)} in the ledger"
            verdict.violated("astray", told)


def key_of(row: Row) -> str:
    """The epic that an invoice bills."""
    return str(row.body["Line"][0]["Description"]).split()[0]


def finance_text(row: Row, name: str) -> Any:
    """What stands in one of the places that finance types into."""
    if name == "message":
        return row.body.get("CustomerMemo", {}).get("value")
    return row.body["Line"][0 if name == "text" else 1]["Description"]


def _our_amount(row: Row) -> Decimal:
    amount: Decimal = row.body["Line"][0]["Amount"]
    return amount
