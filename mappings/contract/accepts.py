"""What a rule asks of the client's acceptance, and what a contract file records of it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from mappings.contract.works import FieldTest


@dataclass(frozen=True, slots=True)
class StatusTest:
    """The epic's status is one of `names`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class LabelTest:
    """The epic has one of the labels `names`."""

    names: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recorded:
    """Billed by the share that the contract file records as accepted, closed or not."""


@dataclass(frozen=True, slots=True)
class ShareField:
    """Billed by the percentage that a field of the epic holds, closed or not."""

    field: str


Gate = FieldTest | StatusTest | LabelTest  # work is held until it holds
Shares = Recorded | ShareField  # work is billed as far as it is accepted
Accept = Gate | Shares


@dataclass(frozen=True, slots=True)
class Accepted:
    """One entry: from a day on `share` percent *to date* of an epic (its key) or a named acceptance is accepted.

    Entries are only ever added: the newest one that has come holds.
    """

    of: str
    share: Decimal
    on: date
    by: str

    def __str__(self) -> str:
        return f"{self.share.normalize():f} % accepted by {self.by} on {self.on}"


@dataclass(frozen=True, slots=True)
class Attested:
    """That all of the work of a charge (its key) is accepted, as a person recorded beside the contract file.

    It holds whatever a field or a label says; `why` says how the client accepted, for whom it may concern.
    """

    charge_key: str
    by: str
    at: datetime
    why: str

    def __str__(self) -> str:
        return f"accepted, as {self.by} recorded on {self.at:%Y-%m-%d}: {self.why}"
