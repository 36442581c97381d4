"""The inbox: every finding that asks for a person, with its age, its document and what may be chosen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from difflib import get_close_matches
from shlex import quote

from mappings.progress.verdict import Verdict
from model.decision import Decision
from model.finding import Finding
from sync.assess import Assessment
from sync.deciding.choices import Choice, Matter, choices
from sync.installation.watch import CONNECTIONS
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
    `document` is what finance calls its document ("" without one), `names` what people call it; `matter` is None for a
    finding about rule files."""

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
        is_id = len(wanted) >= _SHORTEST and self.id.startswith(wanted)
        return is_id or wanted in map(str.casefold, self.names)


def inbox(store: Store, plan: Plan) -> tuple[Item, ...]:
    """What asks for a person in `plan`, by owner and then by age. Of the rules folder and the
    connections what the service said."""
    kept = store.journal.findings()
    ages = {(each.contract, each.finding.code, each.finding.ref): each.first_seen_at for each in kept}
    items = [
        Item("", each.contract, each.finding, each.first_seen_at, "", (), frozenset(), None)
        for each in kept
        if each.contract in (RULES_FOLDER, CONNECTIONS)
    ]
    for each in plan.assessments:
        for matter in _matters(each):
            key = (each.contract.id, matter.finding.code, matter.finding.ref)
            items.append(_item(matter, ages.get(key, plan.looked_at)))
    return tuple(sorted(items, key=lambda item: (OWNERS.index(item.finding.owner), item.since)))


def is_work(plan: Plan, name: str) -> bool:
    """Whether a piece of work that a contract reaches is called so."""
    wanted = name.strip().casefold()
    verdicts = (verdict for each in plan.assessments for verdict in each.verdicts)
    return any(wanted == called.casefold() for verdict in verdicts for called in _names_of(verdict))


def nothing_called(plan: Plan, items: Iterable[Item], name: str) -> str:
    """Why none of `items` is called so, with what a person may have meant."""
    if is_work(plan, name):
        return f"{name} needs no decision; `milepost explain {quote(name)}` says how it stands"
    spelled = {called.casefold(): called for item in items for called in item.names if "|" not in called}
    near = " or ".join(spelled[each] for each in get_close_matches(name.strip().casefold(), spelled))
    meant = f"did you mean {near}?" if near else "`milepost decide` lists what does"
    return f"nothing that asks for a decision is called {name!r}; {meant}"


def decided_before(plan: Plan, name: str, choice: str) -> Decision | None:
    """The last decision that made this choice about what a person calls `name`."""
    wanted, found = name.strip().casefold(), []
    for each in plan.assessments:
        verdicts = {verdict.charge_key: verdict for verdict in each.verdicts}
        for made in each.account.decisions:
            called = (made.subject, *_names_of(verdicts.get(made.subject)))
            is_meant = wanted in map(str.casefold, called) or (
                len(wanted) >= _SHORTEST and made.seen.startswith(wanted)
            )
            if is_meant and made.choice == choice:
                found.append(made)
    return max(found, key=lambda made: made.seq, default=None)


def _matters(each: Assessment) -> Iterator[Matter]:
    verdicts = {verdict.charge_key: verdict for verdict in each.verdicts}
    for finding in dict.fromkeys(each.plan.findings):
        waiting = (
            charge for held in each.plan.held if finding.ref in held.by for charge in held.action.charges
        )
        works = tuple(verdicts[charge] for charge in sorted(waiting) if charge in verdicts)
        yield Matter(finding, each.contract, each.plan, each.account, verdicts.get(finding.ref), works)


def _item(matter: Matter, since: datetime) -> Item:
    finding, head = matter.finding, matter.head
    shown = head.shown if head is not None else None
    works = (matter.verdict, *matter.waiting)
    names = {finding.ref, finding.subject, *(name for work in works for name in _names_of(work))}
    if finding.payer:
        names |= {f"{work.key} for {finding.payer}" for work in works if work is not None}
    if head is not None and shown is not None:
        names |= {document_name(head), shown.number or shown.external_id}
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
        yield from (verdict.key, verdict.title)
