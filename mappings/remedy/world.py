"""What a verdict was made of, and the same with something changed in it: issues, sprints, versions, rules."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from mappings.contract.book import RuleBook
from mappings.contract.calendar import Clock
from mappings.contract.orders import ChangeOrder
from mappings.contract.rules import Contract, Milestone
from mappings.progress.fields import FieldGap, FieldIndex
from mappings.progress.moments import Moments
from mappings.progress.site import Site
from mappings.progress.verdict import Verdict
from mappings.translate import translate
from model.billing import Claim
from model.work import Change, Issue, Mirror, Sprint, Version, WorkId


@dataclass(frozen=True, slots=True)
class World:
    """Everything that the verdicts on one contract are made of, see `translate`. Nothing changed in it is kept."""

    contract: Contract
    book: RuleBook
    mirror: Mirror
    recorded: Mapping[str, Contract]
    claims: tuple[Claim, ...]
    under_way: tuple[Claim, ...]
    zone: str
    now: datetime

    def verdicts(self) -> tuple[Verdict, ...]:
        """What the rules say of each piece of work."""
        facts = self.contract, self.book, self.mirror, self.recorded, self.claims, self.zone, self.now
        return translate(*facts, self.under_way)

    def verdict(self, charge_key: str) -> Verdict | None:
        """What they say of one charge; None where there is none of that key."""
        return next((each for each in self.verdicts() if each.charge_key == charge_key), None)

    def is_due(self, charge_key: str) -> bool:
        """Whether nothing is in the way of a charge."""
        found = self.verdict(charge_key)
        return found is not None and found.outcome == "due"

    def subject(self, work: WorkId | None) -> Issue | Sprint | Version | None:
        """The work as it was seen; None for what is agreed, or was not seen."""
        return None if work is None else self.mirror.work(work)

    def in_force(self, order: ChangeOrder) -> datetime | None:
        """When a change order came into force; None while it is not."""
        clock = Clock(ZoneInfo(self.zone), self.now)
        return Moments(self.contract, (), Site(self.mirror), clock).in_force(order)

    def rule(self, name: str | None) -> Milestone | None:
        """The rule of that name."""
        return next((each for each in self.contract.milestones if each.rule == name), None)

    def parts(self, work: Issue | Sprint | Version) -> list[Issue]:
        """The issues that the work gathers."""
        return [each for each in self.mirror.issues.values() if each.level == 0 and _gathers(work, each)]

    def with_issues(self, changed: Iterable[Issue]) -> World:
        """Some issues changed."""
        issues = {**self.mirror.issues, **{each.id: each for each in changed}}
        return replace(self, mirror=replace(self.mirror, issues=issues))

    def with_sprint(self, sprint: Sprint) -> World:
        """A sprint changed."""
        sprints = {**self.mirror.sprints, sprint.id: sprint}
        return replace(self, mirror=replace(self.mirror, sprints=sprints))

    def with_version(self, version: Version) -> World:
        """A version changed."""
        versions = {**self.mirror.versions, version.id: version}
        return replace(self, mirror=replace(self.mirror, versions=versions))

    def with_contract(self, contract: Contract) -> World:
        """The contract's rules changed: a version of their own, so that what is billed keeps those it was billed by."""
        contract = replace(contract, version=f"{self.contract.version}'")
        contracts = tuple(contract if each.id == contract.id else each for each in self.book.contracts)
        recorded = {**self.recorded, self.contract.version: self.contract}
        book = replace(self.book, contracts=contracts)
        return replace(self, contract=contract, book=book, recorded=recorded)

    def repriced(self) -> World:
        """The present rules decide for what was billed, too."""
        own = {version for version, rules in self.recorded.items() if rules.id == self.contract.id}
        recorded = {**self.recorded, **dict.fromkeys((*own, self.contract.version), self.contract)}
        return replace(self, recorded=recorded)

    def closed(self, issue: Issue) -> Issue:
        """The issue closed now, as delivered."""
        done = Change("0", self.now, "", "category", issue.category, "done")
        status, resolution = self._delivered(issue)
        history = issue.history if issue.category == "done" else (*issue.history, done)
        return replace(issue, category="done", status=status, resolution=resolution, history=history)

    def _delivered(self, issue: Issue) -> tuple[str, str]:
        """A status and a resolution that count as delivered: those it has, where they do."""
        refused = {name.casefold() for name in self.contract.reject_statuses}
        rejected = {name.casefold() for name in self.contract.reject_resolutions}
        status = (
            issue.status if issue.category == "done" and issue.status.casefold() not in refused else "Done"
        )
        resolution = issue.resolution or "Done"
        return status, "Done" if resolution.casefold() in rejected else resolution

    def filled(self, issue: Issue, field: str, value: str) -> Issue | None:
        """The issue with `value` in a field; None where the field means nothing in its project."""
        field_id = FieldIndex(self.mirror.catalogue).resolve(field, issue.project_id)
        return None if isinstance(field_id, FieldGap) else with_field(issue, field_id, value)


def with_field(issue: Issue, field_id: str, value: str) -> Issue:
    """The issue with `value` in the field of that id."""
    return replace(issue, fields={**issue.fields, field_id: (value,)})


def _gathers(work: Issue | Sprint | Version, issue: Issue) -> bool:
    match work:
        case Issue():
            return issue.parent_id == work.id
        case Sprint():
            return work.id in issue.sprint_ids
        case Version():
            return work.id in issue.version_ids
