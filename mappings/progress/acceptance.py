"""How far work is accepted now, and what that leaves of its price."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from fractions import Fraction

from mappings.contract.accepts import (
    Accepted,
    Attested,
    Gate,
    LabelTest,
    Recorded,
    ShareField,
    Shares,
    StatusTest,
)
from mappings.contract.calendar import Clock
from mappings.progress.fields import FieldGap, FieldIndex
from mappings.progress.match import field_clause, word_clause
from mappings.progress.priced import Gap, Priced, alone
from mappings.progress.subjects import Agreed, Subject
from mappings.progress.verdict import Clause
from mappings.words.numbers import percent_in, plain
from mappings.words.text import inert
from model.work import Issue

WHOLE = Decimal(100)


@dataclass(frozen=True, slots=True)
class Acceptance:
    """`share` percent is accepted to date, since `at`; `told` says by what. Nothing: 0 since None."""

    share: Decimal
    at: datetime | None
    told: str

    @property
    def clause(self) -> Clause:
        """It as a condition of a rule."""
        return Clause("a share of it is accepted", self.share > 0, self.told)


_NOTHING = Acceptance(Decimal(0), None, "nothing")


@dataclass(frozen=True, slots=True)
class Acceptances:
    """What is accepted under one contract: by its `entries` now, and by fields in Jira."""

    entries: tuple[Accepted, ...]
    clock: Clock
    fields: FieldIndex

    def of(self, shares: Shares, subject: Subject) -> Acceptance | Gap:
        """How far `subject` is accepted, or what is wrong with the field that says so."""
        match shares, subject:
            case Recorded(), Issue():
                return recorded(self.entries, self.clock, subject.key)
            case ShareField(field), Issue():
                return self._by_field(field, subject)
            case Recorded(), Agreed():
                return recorded(self.entries, self.clock, subject.id)
        return _NOTHING

    def _by_field(self, field: str, issue: Issue) -> Acceptance | Gap:
        field_id = self.fields.resolve(field, issue.project_id)
        if isinstance(field_id, FieldGap):
            return Gap("field.missing", field_id.reason, field_id.hint, "admin")
        values = issue.fields.get(field_id, ())
        if not values:
            return _NOTHING
        share = percent_in(values[0]) if len(values) == 1 else None
        if share is None or not 0 <= share <= WHOLE:
            shown = inert(", ".join(values), 60)
            reason = f"the field {field!r} holds {shown!r}, not a percentage from 0 to 100"
            return Gap("field.invalid", reason, f"correct {field!r} in Jira")
        changed = (change.at for change in reversed(issue.history) if change.field == field_id)
        at = next(changed, issue.created_at)
        return Acceptance(share, at if share else None, f"{field!r} says {plain(share)} %")


def recorded(entries: Iterable[Accepted], clock: Clock, of: str) -> Acceptance:
    """What a file says: the newest of its `entries` for `of` whose day has come, the later one of two on a day."""
    found = _NOTHING
    for entry in sorted(entries, key=lambda entry: entry.on):
        began = clock.began(entry.on)
        if entry.of.casefold() == of.casefold() and began is not None:
            found = Acceptance(entry.share, began if entry.share else None, str(entry))
    return found


def attested(charge_key: str, given: Iterable[Attested]) -> Attested | None:
    """The newest record of a person that the work of a charge is accepted."""
    return max(
        (each for each in given if each.charge_key == charge_key), key=lambda each: each.at, default=None
    )


def gate_clause(gate: Gate, issue: Issue, fields: FieldIndex) -> Clause:
    """The condition that holds once `issue` is accepted."""
    match gate:
        case StatusTest(names):
            return word_clause("status is", names, (issue.status,))
        case LabelTest(names):
            return word_clause("label is", names, issue.labels)
    return field_clause(gate, issue, fields)


def accepted_part(priced: Priced, acceptance: Acceptance) -> Priced:
    """What of a price is accepted: to date, so that the parts sum to the whole."""
    if acceptance.share == WHOLE:
        return priced
    kept = Fraction(acceptance.share) / 100
    amount = priced.amount.times(kept)
    how = "" if (priced.amount.minor * kept).denominator == 1 else ", rounded half-up"
    share = None if priced.share is None else priced.share * acceptance.share / 100
    return alone(amount, f"{priced.arithmetic}; {acceptance.told}: {amount}{how}", share)


def withdrawn(of: str, billed: Iterable[Accepted], now: Iterable[Accepted]) -> Iterator[Accepted]:
    """Entries of `of` that were `billed` by and are not among those of `now`: they are only ever added."""
    kept = set(now)
    yield from (entry for entry in billed if entry.of.casefold() == of.casefold() and entry not in kept)
