"""What translation says about one piece of work: due, open, held or excluded, and why."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from mappings.contract.rates import Logged
from model.billing import Charge
from model.finding import Finding, Owner
from model.money import Money
from model.work import WorkId

Outcome = Literal["due", "open", "held", "excluded"]


class Clause(NamedTuple):
    """One condition of a rule: what it asks, whether it holds, and what was seen instead."""

    text: str
    holds: bool
    saw: str


class Rest(NamedTuple):
    """The part of a due charge that a limit holds back, and which limit."""

    amount: Money
    reason: str


@dataclass(frozen=True, slots=True)
class Verdict:
    """The one verdict on one charge of one contract.

    `key` is what a person calls the work ("ACME-12", "sprint-37", "deposit"). `code` is stable. `source` is
    file:line of the rule. `charge` is set when due; `amount` is what it is or would be, where known; `rest` what
    is held of it. `parts` are the charges of its payers where a contract names some; they sum to `charge`.
    `complete` is False while a part of the work is not accepted yet. `clauses` are those of the winning rule, or of
    the one that came nearest. `issues` are ids of those that it is about where no work gathers them. `unrated` is the
    time for which a rate card does not say one rate.
    """

    charge_key: str
    contract: str
    work: WorkId | None
    key: str
    title: str
    outcome: Outcome
    code: str
    reason: str
    hint: str = ""
    owner: Owner = "team"
    rule: str | None = None
    rule_version: str | None = None
    source: str = ""
    closed_at: datetime | None = None
    charge: Charge | None = None
    amount: Money | None = None
    rest: Rest | None = None
    complete: bool = True
    parts: tuple[Charge, ...] = ()
    clauses: tuple[Clause, ...] = ()
    notices: tuple[Finding, ...] = ()
    issues: frozenset[str] = frozenset()
    unrated: tuple[Logged, ...] = ()
