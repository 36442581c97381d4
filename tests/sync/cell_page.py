"""Every cell of the decision table told as a small story; run as a program, it writes docs/events.md."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from plan_cases import ESTIMATED, Case, in_words, planned

from model.billing import DocumentState
from sync.planning.actions import ContractPlan
from sync.planning.observe import ENDED
from sync.planning.table import Event, Verb, verb_for

PAGE = Path(__file__).parents[2] / "docs" / "events.md"

_INTRODUCTION = """\
# What happens × how its document stands

Each cell of the decision table (`sync/planning/table.py`), told as one small story: an epic worth 100.00 that is billed
on a document (or not yet), what happens to it, what Milepost does, and what it tells people. The answers are the
planner's own; a test holds this page to them. "–" cannot come about; were it to, it would be a finding and no write."""

#: What each event is in Jira, as the words of a case.
_WORK: Mapping[Event, tuple[str, Mapping[str, Any]]] = {
    Event.NEW: ("the epic is closed for the first time, worth 100.00", {"amount": "100.00"}),
    Event.SAME: ("nothing: it is closed and worth 100.00 as before", {"amount": "100.00"}),
    Event.UP: ("it is worth 150.00 now", {"amount": "150.00"}),
    Event.DOWN: ("it is worth 80.00 now", {"amount": "80.00"}),
    Event.REOPENED: ("it is reopened", {"amount": "100.00", "is": "reopened"}),
    Event.HIDDEN: ("it is not visible in Jira any more", {"amount": "100.00", "hidden": True}),
    Event.HELD: ("one of its issues is open again", {"amount": "100.00", "child": "open"}),
    Event.EXCLUDED: ("it gets the label of an exclusion", {"amount": "100.00", "label": "goodwill"}),
    Event.DECLINED: ("nothing; finance ended the claim before", {"amount": "100.00"}),
    Event.QUIET: ("it is open work", {"amount": "100.00", "is": "open"}),
}
_UNBILLED = frozenset({Event.NEW, Event.QUIET})


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell that can come about, with its case."""

    event: Event
    state: DocumentState | None

    @property
    def verb(self) -> Verb:
        """What the table says. What ended in QuickBooks ended its claims: whatever happens, that is what counts."""
        return verb_for(Event.DECLINED, None) if self.state in ENDED else verb_for(self.event, self.state)

    @property
    def case(self) -> Case:
        """The words of its case."""
        books = _books(self.event, self.state)
        words: dict[str, Any] = {"name": str(self), "work": [{"epic": "ACME-1", **_WORK[self.event][1]}]}
        if self.state in ESTIMATED:
            words["contract"] = {"draft": "pending_estimate"}
        if self.state is DocumentState.UNKNOWN:
            made = {} if books else {"amount": "100.00"}
            problem = "its outcome is not known yet; it is looked up first"
            words["writes"] = [{"invoice": "ACME-1#1", "state": "unknown", "problem": problem, **made}]
        return Case("cells", words | {"books": books})

    def __str__(self) -> str:
        return f"{self.event} × {self.state.value if self.state else 'not posted'}"


def cells() -> list[Cell]:
    """The cells that can come about, row by row."""
    columns = (None, *DocumentState)
    return [Cell(event, state) for event in _WORK for state in columns if _comes_about(event, state)]


def _comes_about(event: Event, state: DocumentState | None) -> bool:
    """Nothing billed has no document; what is lost is the making of one, or a change of one that bills already."""
    if state is None:
        return event in {Event.NEW, Event.QUIET, Event.HELD, Event.HIDDEN, Event.EXCLUDED, Event.DECLINED}
    if state is DocumentState.UNKNOWN:
        return event not in {Event.QUIET, Event.DECLINED}
    return event not in _UNBILLED and event is not Event.DECLINED


def _books(event: Event, state: DocumentState | None) -> list[dict[str, Any]]:
    if event is Event.DECLINED:
        return [{"invoice": "ACME-1#1", "state": "deleted", "claimed": "100.00", "ended": "declined"}]
    if state is None or (state is DocumentState.UNKNOWN and event is Event.NEW):
        return []
    if state is DocumentState.UNKNOWN:
        state = DocumentState.DRAFT  # of which a change was lost
    billed = {"invoice": "ACME-1#1", "state": state.value, "claimed": "100.00"}
    return [billed | {"ended": "declined"} if state in ENDED else billed]


def page() -> str:
    """The whole page."""
    told = [_INTRODUCTION, _grid()]
    for event in _WORK:
        told.append(f"## {event.value[0].upper()}{event.value[1:]}")
        told += ["\n".join(_story(cell)) for cell in cells() if cell.event is event]
    return "\n\n".join(told) + "\n"


def _grid() -> str:
    """The table itself."""
    columns = (None, *DocumentState)
    head = ["what happens", *("not posted" if each is None else each.value for each in columns)]
    rows = [[event.value, *(_word(event, state) for state in columns)] for event in Event if event in _WORK]
    lines = ["| " + " | ".join(row) + " |" for row in ([head, ["---"] * len(head), *rows])]
    return "\n".join(lines)


def _word(event: Event, state: DocumentState | None) -> str:
    return _SHORT[Cell(event, state).verb] if _comes_about(event, state) else "–"


_SHORT: Mapping[Verb, str] = {
    Verb.CREATE: "create",
    Verb.UPDATE: "update",
    Verb.MERGE: "merge",
    Verb.CHANGE: "change line",
    Verb.POLICY: "policy",
    Verb.TAKE_BACK: "take back",
    Verb.CREDIT: "credit memo",
    Verb.KEEP: "keep",
    Verb.FIND: "finding",
    Verb.WAIT: "wait",
}


def _story(cell: Cell) -> Iterator[str]:
    plan = planned(cell.case)
    yield f"**{cell.state.value if cell.state else 'not posted'}**: {_SHORT[cell.verb]}"
    yield ""
    yield f"- Before: {_before(cell)}."
    yield f"- What happens: {_WORK[cell.event][0]}."
    yield f"- After: {_after(plan)}."
    for held in plan.proposed:
        yield f"- Proposed: a credit memo of {held.action.amount}, made once it is decided."
    for finding in plan.findings:
        yield f"- Told to {finding.owner} as `{finding.code}`: {finding.reason}. {finding.hint}".rstrip()
    for position in plan.positions:
        amount = "an amount not known yet" if position.amount is None else str(position.amount)
        yield f"- Counted as {position.bucket}: {amount}, {position.reason}."


def _before(cell: Cell) -> str:
    if cell.event is Event.DECLINED:
        return "its draft was deleted by finance"
    if cell.state is None:
        return "nothing was billed for it"
    if cell.state is DocumentState.UNKNOWN:
        lost = (
            "its draft" if cell.event is Event.NEW else "a change of invoice 1001, which bills 100.00 for it,"
        )
        return f"{lost} was sent, and the answer was lost"
    kind = "estimate" if cell.state in ESTIMATED else "invoice"
    return f"{kind} 1001 bills 100.00 for it and is {cell.state.value}"


def _after(plan: ContractPlan) -> str:
    return "; ".join(in_words(plan)["does"]).replace("#1", "").replace("#2", " anew") or "nothing is written"


if __name__ == "__main__":
    PAGE.write_text(page())
