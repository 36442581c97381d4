"""The inbox: every finding that asks for a person, with its age, its document and what may be chosen."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from mappings.progress.verdict import Verdict
from model.decision import Decision
from model.finding import Finding
from sync.assess import Assessment
from sync.deciding.choices import Choice, Matter, choices
from sync.planning.decided import fingerprint
from sync.planning.documents import document_name
from sync.planning.findings import RULES_FOLDER
from sync.plans import Plan
from sync.store import Store

OWNERS = ("finance", "team", "admin")
_SHORTEST = 6  # characters of an id that a person may type instead of all


@dataclass(frozen=True, slots=True)
class Item:
    """One thing to decide. `id` names it with the state and the amounts behind it: once these move, it is another.
    `document` is what finance calls its document ("" without one); `matter` is None for a finding about rule files."""

    id: str
    contract: str
    finding: Finding
    since: datetime
    document: str
    choices: tuple[Choice, ...]
    names: frozenset[str]
    matter: Matter | None

    def is_called(self, name: str) -> bool:
        """Whether a person means it by `name`: its id or the beginning of it, its work, its document."""
        wanted = name.strip().casefold()
        return wanted in self.names or (len(wanted) >= _SHORTEST and self.id.startswith(wanted))


def inbox(store: Store, plan: Plan) -> tuple[Item, ...]:
    """What asks for a person in `plan`, by owner and then by age. Of the rules folder what the service said."""
    kept = store.journal.findings()
    ages = {(each.contract, each.finding.code, each.finding.ref): each.first_seen_at for each in kept}
    items = [
        Item("", RULES_FOLDER, each.finding, each.first_seen_at, "", (), frozenset(), None)
        for each in kept
        if each.contract == RULES_FOLDER
    ]
    for each in plan.assessments:
        for matter in _matters(each):
            key = (each.contract.id, matter.finding.code, matter.finding.ref)
            items.append(_item(matter, ages.get(key, plan.looked_at)))
    return tuple(sorted(items, key=lambda item: (OWNERS.index(item.finding.owner), item.since)))


def decided_before(plan: Plan, name: str, choice: str) -> Decision | None:
    """The last decision that made this choice about what a person calls `name`."""
    wanted, found = name.strip().casefold(), []
    for each in plan.assessments:
        verdicts = {verdict.charge_key: verdict for verdict in each.verdicts}
        for made in each.account.decisions:
            called = {made.subject.casefold(), *_names_of(verdicts.get(made.subject))}
            is_meant = wanted in called or (len(wanted) >= _SHORTEST and made.seen.startswith(wanted))
            if is_meant and made.choice == choice:
                found.append(made)
    return max(found, key=lambda made: made.seq, default=None)


def _matters(each: Assessment) -> Iterator[Matter]:
    verdicts = {verdict.charge_key: verdict for verdict in each.verdicts}
    for finding in dict.fromkeys(each.plan.findings):
        yield Matter(finding, each.contract, each.plan, each.account, verdicts.get(finding.ref))


def _item(matter: Matter, since: datetime) -> Item:
    finding, head = matter.finding, matter.head
    shown = head.shown if head is not None else None
    names = {finding.ref.casefold(), finding.subject.casefold(), *_names_of(matter.verdict)}
    if shown is not None and shown.number:
        names.add(shown.number.casefold())
    return Item(
        id=fingerprint(finding, matter.account),
        contract=matter.contract.id,
        finding=finding,
        since=since,
        document=document_name(head) if head is not None and shown is not None else "",
        choices=choices(matter),
        names=frozenset(names),
        matter=matter,
    )


def _names_of(verdict: Verdict | None) -> Iterator[str]:
    """What people call the work of a verdict."""
    if verdict is not None:
        yield from (verdict.key.casefold(), verdict.title.casefold())
