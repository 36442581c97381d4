"""What a piece of work delivers, and what its rule makes of that: before schedule and cap look at all work."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from mappings.contract.prices import Counted, Hours
from mappings.contract.rules import Milestone
from mappings.money.adjust import adjusted
from mappings.money.price import price
from mappings.progress.case import Case
from mappings.progress.claimed import Claimed
from mappings.progress.leaves import Yield, of_epic, of_sprint, of_version
from mappings.progress.logged import Timesheet, as_delivered
from mappings.progress.ownership import Ownership
from mappings.progress.priced import Delivered, Gap, Priced
from mappings.progress.site import Site
from mappings.progress.subjects import Agreed
from model.money import Money
from model.work import Sprint, Version


@dataclass(frozen=True, slots=True)
class Worth:
    """Prices the cases of one contract; `yields` are what its sprints and versions finished, by charge key."""

    ownership: Ownership
    site: Site
    claimed: Claimed
    timesheet: Timesheet
    yields: Mapping[str, Yield]

    def delivered(self, case: Case) -> Delivered:
        """What counts for the price of `case`."""
        rules, subject, by_time = case.rules, case.seen, case.bills_time
        if isinstance(subject, Sprint):
            found = self.yields[case.charge_key]
            if by_time:
                return as_delivered(found.logged, rules)
            return of_sprint(case, found, rules, self.site.fields)
        if isinstance(subject, Version):
            return self._of_version(case, self.yields[case.charge_key])
        if isinstance(subject, Agreed):
            return Delivered()
        if by_time:
            return self.timesheet.of_epic(case, subject)
        return of_epic(case, subject, rules, self.site, self.claimed, self.ownership.rejects(rules))

    def _of_version(self, case: Case, found: Yield) -> Delivered:
        if case.bills_time:
            return self.timesheet.of_issues(case, found.counted)
        rules = case.rules
        return of_version(case, found, rules, self.site.fields, self.ownership.rejects(rules))

    def priced(self, case: Case, rule: Milestone, delivered: Delivered) -> Priced | Gap:
        """The price of `case` with its discount and minimum, or what is missing for it."""
        return adjusted(price(case.rules, rule, case.seen, delivered, self.site.fields), rule.adjust)

    def alone(self, case: Case) -> Money | None:
        """What the work would be worth by itself, where that is known."""
        is_open = case.closure.closed_at is None
        if case.rule is None or (is_open and isinstance(case.rule.price, Counted | Hours)):
            return None
        priced = self.priced(case, case.rule, self.delivered(case))
        return priced.amount if isinstance(priced, Priced) else None
