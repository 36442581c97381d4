"""Issues that rules for work of several kinds in one contract reach: none may bill them unseen."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from mappings.progress.case import Case
from mappings.progress.leaves import Yield
from mappings.progress.site import Site
from model.work import Issue


@dataclass(slots=True)
class Overlap:
    """What stands in the way of one charge: the other work, and the keys of the issues that both reach."""

    others: dict[str, Case] = field(default_factory=dict)
    issues: dict[str, None] = field(default_factory=dict)

    def add(self, other: Case, issue: Issue) -> None:
        """Note that `other` reaches `issue` too."""
        self.others[other.charge_key] = other
        self.issues[issue.key] = None


def overlaps(cases: Iterable[Case], yields: Mapping[str, Yield], site: Site) -> Mapping[str, Overlap]:
    """What is held for an overlap, by charge key. Work with a claim keeps it and holds the other.

    Work of one kind has settled it already: an issue has one epic, and counts in one sprint and one version.
    """
    reached: defaultdict[str, list[tuple[Case, Issue]]] = defaultdict(list)
    for case in cases:
        if case.matched and case.exclusion is None and not case.closure.rejected:
            for issue in _issues(case, yields, site):
                reached[issue.id].append((case, issue))
    found: dict[str, Overlap] = {}
    for reaching in reached.values():
        for case, issue in reaching if len(reaching) > 1 else ():
            for other, _ in reaching:
                if other.work.kind != case.work.kind and not case.claims:
                    found.setdefault(case.charge_key, Overlap()).add(other, issue)
    return found


def _issues(case: Case, yields: Mapping[str, Yield], site: Site) -> Iterable[Issue]:
    if isinstance(case.subject, Issue):
        return site.children(case.subject)
    own = yields.get(case.charge_key, Yield())
    return (*own.counted, *own.billed_otherwise)
