"""Issues that an epic rule and a sprint rule of one contract both reach: neither may bill them unseen."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mappings.leaves import SprintYield
from mappings.ownership import Case
from mappings.site import Site
from model.work import Issue, Sprint


@dataclass(slots=True)
class Overlap:
    """What stands in the way of one charge: the other work, and the issues that both reach."""

    others: dict[str, Case] = field(default_factory=dict)
    issues: list[str] = field(default_factory=list)

    def add(self, other: Case, issue: Issue) -> None:
        """Note that `other` reaches `issue` too."""
        self.others[other.charge_key] = other
        self.issues.append(issue.key)


def overlaps(cases: Iterable[Case], yields: Mapping[str, SprintYield], site: Site) -> Mapping[str, Overlap]:
    """What is held for an overlap, by charge key. Work with a claim keeps it and holds the other."""
    billable = [
        case for case in cases if case.matched and case.exclusion is None and not case.closure.rejected
    ]
    reached = {
        issue.id: case
        for case in billable
        if isinstance(case.subject, Sprint)
        for issue in (*yields[case.charge_key].done, *yields[case.charge_key].billed_by_epic)
    }
    found: dict[str, Overlap] = {}
    for case in billable if reached else ():
        if not isinstance(case.subject, Issue):
            continue
        for child in site.children(case.subject):
            sprint = reached.get(child.id)
            if sprint is None:
                continue
            if not case.claims:
                found.setdefault(case.charge_key, Overlap()).add(sprint, child)
            if not sprint.claims:
                found.setdefault(sprint.charge_key, Overlap()).add(case, child)
    return found
