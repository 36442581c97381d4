"""The decision table of billing.md §7: one row per event, one column per state of the carrying document.

What is not in the table is a finding, never a write.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from mappings.progress.claimed import REDUCING, kind_of
from mappings.progress.verdict import Verdict
from model.billing import DocumentState
from sync.planning.ledger import Standing
from sync.planning.observe import ENDED


class Event(StrEnum):
    """What happened to a charge since it was last settled."""

    NEW = "closed, nothing claimed yet"
    SAME = "closed, unchanged"
    UP = "amount up"
    DOWN = "amount down"
    REOPENED = "reopened"
    HIDDEN = "not visible"
    HELD = "a condition is missing"
    EXCLUDED = "excluded by name"
    DECLINED = "finance ended the claim"
    QUIET = "nothing claimed, nothing due"
    UNDONE = "taken back by a person"


class Verb(StrEnum):
    """What the table says. FIND is a finding and no write; WAIT means an unfinished write comes first."""

    CREATE = "create"
    UPDATE = "update"
    MERGE = "merge into the line, field by field"
    CHANGE = "a line for the difference on the next draft"
    POLICY = "by the contract's reopened policy"
    TAKE_BACK = "take our line back"
    CREDIT = "propose a credit memo"
    ISSUE = "make the credit memo"
    KEEP = "keep"
    FIND = "find"
    WAIT = "wait"


_D = DocumentState
_SEALED = (_D.QUEUED, _D.SENT, _D.PAID, _D.ACCEPTED, _D.CONVERTED)  #: not ours to write any more
_FROZEN = (_D.EDITED, *_SEALED, *ENDED)
_OUT = (_D.SENT, _D.PAID)  #: with the client, who is given a credit memo where less is owed

#: (event, state of the carrying document) → verb; state None: no document carries the charge.
TABLE: Mapping[tuple[Event, DocumentState | None], Verb] = {
    (Event.QUIET, None): Verb.KEEP,
    (Event.NEW, None): Verb.CREATE,
    (Event.HIDDEN, None): Verb.FIND,
    (Event.HELD, None): Verb.FIND,
    (Event.EXCLUDED, None): Verb.KEEP,
    (Event.DECLINED, None): Verb.FIND,
    (Event.UNDONE, None): Verb.FIND,
    (Event.UNDONE, _D.DRAFT): Verb.TAKE_BACK,
    (Event.SAME, _D.DRAFT): Verb.KEEP,
    (Event.UP, _D.DRAFT): Verb.UPDATE,
    (Event.DOWN, _D.DRAFT): Verb.UPDATE,
    (Event.REOPENED, _D.DRAFT): Verb.POLICY,
    (Event.HIDDEN, _D.DRAFT): Verb.FIND,
    (Event.HELD, _D.DRAFT): Verb.FIND,
    (Event.EXCLUDED, _D.DRAFT): Verb.FIND,
    **{(Event.SAME, state): Verb.KEEP for state in _FROZEN},
    (Event.UP, _D.EDITED): Verb.MERGE,
    (Event.DOWN, _D.EDITED): Verb.MERGE,
    **{(Event.UP, state): Verb.CHANGE for state in _SEALED},
    **{(Event.UP, state): Verb.FIND for state in ENDED},
    **{
        (event, state): Verb.FIND
        for event in (Event.REOPENED, Event.HIDDEN, Event.HELD, Event.EXCLUDED)
        for state in _FROZEN
    },
    **{(Event.DOWN, state): Verb.FIND for state in (*_SEALED, *ENDED)},
    **{(event, state): Verb.CREDIT for event in (Event.DOWN, Event.REOPENED) for state in _OUT},
    **{(event, _D.UNKNOWN): Verb.WAIT for event in Event},
}


def verb_for(event: Event, column: DocumentState | None) -> Verb:
    """What the table says; a cell it does not have is a finding."""
    return TABLE.get((event, column), Verb.FIND)


def event_of(verdict: Verdict, now: Standing) -> Event:
    """Which row of the table a verdict is on, given where its charge stands."""
    if now.declined and not now.live:
        return Event.DECLINED
    if verdict.charge is not None and verdict.outcome == "due":
        if not now.live:
            return Event.NEW
        delta = now.delta(verdict.charge.entitled).minor
        # What is taken off by agreement is a line itself: only a fee that is worth less proposes a credit.
        is_line = delta > 0 or kind_of(verdict.charge_key) in REDUCING
        return Event.SAME if delta == 0 else Event.UP if is_line else Event.DOWN
    if verdict.code == "hidden":
        return Event.HIDDEN
    if now.live and verdict.outcome == "open":
        return Event.REOPENED
    if verdict.code == "reopened":
        return Event.REOPENED if now.live else Event.QUIET
    return {"held": Event.HELD, "excluded": Event.EXCLUDED}.get(verdict.outcome, Event.QUIET)
