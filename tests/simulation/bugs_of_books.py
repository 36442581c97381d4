"""Planted bugs of what finance did and what the ledger makes of it: merging, observing, recording, reading."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from connectors.ports import LineEdits
from connectors.quickbooks import changes, render, states
from connectors.quickbooks.query import stamp
from model.billing import Document, DocumentState
from model.money import Money
from simulation.planted import Bed, Replacements
from sync.planning import observe
from sync.planning.ledger import Standing
from sync.planning.merge import Face, Merged
from sync.planning.observe import Ended, Fact, LineClaim, Waived
from sync.planning.once import still_billed

_FACTS = "sync.store.facts.facts_from"
facts_from, feed_since, edited, state_of = (
    observe.facts_from,
    changes.feed_since,
    render._edited,
    states.state_of,
)

bed = Bed()


@bed.bug("a line that finance edited is written over")
def _overwritten() -> Replacements:
    def merge(_base: Face, _actual: Face, desired: Face) -> Merged:
        return Merged(desired, frozenset(), ())

    return {"sync.planning.merge.merge": merge}


@bed.bug("what finance typed counts as what we wrote")
def _base_is_actual() -> Replacements:
    return {"sync.planning.merge._base": lambda _written, shown: shown}


@bed.bug("a document that finance edited counts as untouched")
def _never_edited() -> Replacements:
    return {"sync.store.heads.derive_state": lambda shown, _base: shown.state}


@bed.bug("a sent document counts as a draft")
def _sent_is_draft() -> Replacements:
    def told(*args: Any) -> DocumentState:
        state = state_of(*args)
        return DocumentState.DRAFT if state in (DocumentState.SENT, DocumentState.QUEUED) else state

    return {"connectors.quickbooks.observe.state_of": told}


@bed.bug("a paid document counts as a draft")
def _paid_is_draft() -> Replacements:
    def told(*args: Any) -> DocumentState:
        state = state_of(*args)
        return DocumentState.DRAFT if state is DocumentState.PAID else state

    return {"connectors.quickbooks.observe.state_of": told}


@bed.bug("what finance ended counts as withdrawn by us")
def _ended_by_us() -> Replacements:
    return {"sync.planning.observe.Ended.by": property(lambda _self: "withdrawn")}


@bed.bug("what finance ended is not noticed")
def _not_ended() -> Replacements:
    def facts(*args: Any) -> tuple[Fact, ...]:
        return tuple(fact for fact in facts_from(*args) if not isinstance(fact, Ended))

    return {_FACTS: facts}


@bed.bug("what finance reduced is not noticed")
def _not_waived() -> Replacements:
    def facts(*args: Any) -> tuple[Fact, ...]:
        return tuple(fact for fact in facts_from(*args) if not isinstance(fact, Waived))

    return {_FACTS: facts}


@bed.bug("what finance reduced is noted again at every look")
def _waived_twice() -> Replacements:
    def facts(shown: Document, claims: Sequence[LineClaim], *rest: Any) -> tuple[Fact, ...]:
        unaware = [replace(entry, claim=replace(entry.claim, waived=None)) for entry in claims]
        return facts_from(shown, unaware, *rest)

    return {_FACTS: facts}


@bed.bug("deletions are not read from the change feed")
def _no_tombstones() -> Replacements:
    return {
        "connectors.quickbooks.changes.feed_since": lambda *args: replace(feed_since(*args), tombstones=[])
    }


@bed.bug("the cursor reaches up to now")
def _no_overlap() -> Replacements:
    return {"connectors.quickbooks.changes._cursor": lambda _company, now: stamp(now)}


@bed.bug("a full change feed counts as whole")
def _full_is_whole() -> Replacements:
    return {
        "connectors.quickbooks.changes.feed_since": lambda *args: replace(feed_since(*args), complete=True)
    }


@bed.bug("a payment is no news while the version stands")
def _version_is_all() -> Replacements:
    return {"sync.store.facts._moving": lambda shown: shown.version}


@bed.bug("what is settled is claimed nowhere")
def _unclaimed() -> Replacements:
    return {"sync.store.settling.add_claims": lambda *_: None}


@bed.bug("what we took back stays claimed")
def _still_claimed() -> Replacements:
    return {"sync.store.settling.end_claims": lambda *_: None}


@bed.bug("an update leaves out the lines of finance")
def _own_lines_only() -> Replacements:
    def kept(lines: list[Any], edits: LineEdits) -> list[Any]:
        return [line for line in edited(lines, edits) if str(line.get("Id")) in edits.changed]

    return {"connectors.quickbooks.render._edited": kept}


@bed.bug("an update writes the first lines, whichever they are")
def _by_place() -> Replacements:
    def placed(lines: list[Any], edits: LineEdits) -> list[Any]:
        sales = [str(line.get("Id")) for line in lines if line.get("DetailType") == "SalesItemLineDetail"]
        changed: Mapping[str, Any] = dict(zip(sales, edits.changed.values(), strict=False))
        return edited(lines, replace(edits, changed=changed))

    return {"connectors.quickbooks.render._edited": placed}


@bed.bug("lines are known by their order, not by what they bill")
def _by_order() -> Replacements:
    def matching(action: Any, shown: Document) -> dict[str, str]:
        known = {change.line.charge_key: change.line_id for change in action.changes}
        ours = action.draft.lines if action.draft is not None else action.additions
        ids = [line.id for line in shown.lines if line.id not in action.lines_before]
        return known | {line.charge_key: ids[at] if at < len(ids) else "" for at, line in enumerate(ours)}

    return {"sync.outbox.dispatch.match_lines": matching}


@bed.bug("what may have been sent lets go of its issues")
def _lets_go() -> Replacements:
    return {
        "sync.guard.still_billed": lambda plan, verdicts, account, _: still_billed(plan, verdicts, account)
    }


@bed.bug("declined work is owed again")
def _declined_is_owed() -> Replacements:
    def settled(self: Standing) -> Money:
        return self.claimed + self.waived

    return {"sync.planning.ledger.Standing.settled": property(settled)}


@bed.bug("what finance let go is owed again")
def _waived_is_owed() -> Replacements:
    def settled(self: Standing) -> Money:
        return self.claimed + self.declined

    return {"sync.planning.ledger.Standing.settled": property(settled)}


@bed.bug("renewed tokens are not stored")
def _lost_tokens() -> Replacements:
    return {"sync.installation.tokens.StoredTokens.save": lambda _self, _tokens: None}
