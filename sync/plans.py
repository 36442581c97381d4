"""A plan over all contracts, what came of it, and the refusal of one that is stale."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from connectors.errors import ConnectorError
from sync.assess import Assessment
from sync.outbox.company import Drained
from sync.outbox.notices import Posting
from sync.planning.actions import Action, Held


@dataclass(frozen=True, slots=True)
class Plan:
    """What an apply would do, and what it would not and why. `digest` is what an approval names."""

    assessments: tuple[Assessment, ...]
    digest: str
    looked_at: datetime
    trouble: tuple[ConnectorError, ...] = ()

    def confirms(self, moved: Collection[str] = ()) -> frozenset[str]:
        """Contracts whose queued writes it has judged: planned, and not among those that `moved` meanwhile."""
        planned = (each.contract.id for each in self.assessments if each.plan.revision >= 0)
        return frozenset(planned).difference(moved)

    @property
    def actions(self) -> tuple[Action, ...]:
        """Every planned write, in the order of contracts."""
        return tuple(action for each in self.assessments for action in each.plan.actions)

    @property
    def held(self) -> tuple[Held, ...]:
        """Every write that waits for a person, in the same order."""
        return tuple(held for each in self.assessments for held in each.plan.held)

    @property
    def proposed(self) -> tuple[Held, ...]:
        """Every credit memo that a decision would make, in the same order."""
        return tuple(held for each in self.assessments for held in each.plan.proposed)


@dataclass(slots=True)
class Applied:
    """What an apply did: the plan it acted on, what dispatch did per company, what was said on which site, and how
    things stand after it."""

    plan: Plan
    after: Plan
    drained: dict[str, Drained] = field(default_factory=dict)
    notices: dict[str, Posting] = field(default_factory=dict)
    trouble: list[ConnectorError] = field(default_factory=list)


class StalePlan(Exception):
    """The approved plan is not what would be done now. `moved` names what changed, in sentences."""

    def __init__(self, approved: str, present: str, moved: Sequence[str]) -> None:
        self.approved, self.present, self.moved = approved, present, tuple(moved)
        super().__init__(f"plan {approved} is stale (it is {present} now): " + "; ".join(moved))
