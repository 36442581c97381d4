"""The sentences of findings that planning makes: what happened, on which object, what to do next. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from shlex import quote

from mappings.contract.accounts import belongs_to, wanted_account
from mappings.contract.payers import SOLE_PAYER
from mappings.progress.verdict import Verdict
from model.decision import Decision
from model.finding import Finding, Owner
from model.money import Money
from sync.planning.documents import billed_reason, document_name, how_it_stands
from sync.planning.fuse import Trip
from sync.planning.ledger import Standing
from sync.planning.merge import Conflict
from sync.planning.raised import Raised
from sync.planning.table import Event
from sync.planning.views import Head, Pending

RULES_FOLDER = ""  #: in place of a contract: findings about all contract files together stand under it


def named(finding: Finding, payer: str) -> Finding:
    """A finding in the name of the one of several payers whom it is about."""
    if payer in ("", SOLE_PAYER) or finding.payer:
        return finding
    return replace(finding, subject=f"{finding.subject} for {payer}", payer=payer)


def waiting(verdict: Verdict, intent: Pending) -> list[Finding]:
    """A write is unfinished. Only one that needs a person is said; a queued one is its own next step."""
    if intent.state not in {"unknown", "parked"}:
        return []
    return [
        Finding(
            f"write.{intent.state}", verdict.title, intent.problem, intent.hint, "finance", verdict.charge_key
        )
    ]


def refused(verdict: Verdict, intent: Pending) -> Finding:
    """QuickBooks said no the last time."""
    return Finding("write.refused", verdict.title, intent.problem, intent.hint, "finance", verdict.charge_key)


def nothing_to_bill(verdict: Verdict) -> Finding:
    """Closed work whose price comes to nothing is shown, not skipped."""
    hint = "Give the work a price, or name it in an [[exclude]] rule."
    return Finding(
        "price.zero",
        verdict.title,
        f"its price comes to nothing: {verdict.reason}",
        hint,
        "admin",
        verdict.charge_key,
    )


def withdrawn(verdict: Verdict, now: Standing, head: Head) -> Finding:
    """The contract's policy withdraws a draft whose work reopened; people are told all the same."""
    how = "rejected" if head.shown is not None and head.shown.kind == "estimate" else "voided"
    reason = f"reopened after {now.claimed} was drafted; the untouched draft is withdrawn ({how})"
    return Finding(
        "work.reopened",
        verdict.title,
        reason,
        "It is drafted again when the work closes.",
        "team",
        verdict.charge_key,
    )


def taken_back(decision: Decision) -> str:
    """That a person took a draft or a write back, in words."""
    what = "its draft was undone" if decision.choice == "undo" else "its write was given up"
    return f"{what} by {decision.said}"


def undone(verdict: Verdict, decision: Decision) -> Finding:
    """Work that a person took back is not billed by itself under the same rules."""
    reason = f"{taken_back(decision)}; it is not made again by itself"
    hint = "Decide that it shall be billed, or correct the rules: edited ones bill it anew."
    return Finding("work.undone", verdict.title, reason, hint, "finance", verdict.charge_key)


def elsewhere(verdict: Verdict, head: Head) -> Finding:
    """Its document is in another company than the contract names now: an id means nothing there."""
    reason = (
        f"it was drafted as {document_name(head)} in company {head.realm}, and the contract names another"
    )
    hint = "Correct that invoice by hand, or name the former company again."
    return Finding("company.changed", verdict.title, reason, hint, "admin", verdict.charge_key)


def raised(verdict: Verdict, now: Standing, lines: Sequence[Raised]) -> Finding:
    """Finance bills more than we did: theirs stands, and the ledger keeps what the rules say."""
    told = " and ".join(
        f"finance bills {each.shown} on {document_name(each.head)} where the ledger has {each.drafted}"
        for each in lines
    )
    reason = f"{told}; theirs stands"
    hint = "Nothing to do if it was agreed; the rules know nothing of the difference."
    if len({claim.document_key for claim in now.live}) > 1:
        hint = (
            "Its other documents bill the rest as the ledger has it: correct one, if this bills a part twice."
        )
    return Finding("draft.raised", verdict.title, reason, hint, "finance", verdict.charge_key)


def moved(verdict: Verdict, head: Head) -> Finding:
    """Finance gave the document to another client: nothing of this contract is billed beside it or on it."""
    reason = f"finance gave {document_name(head)} to another client than the contract bills"
    hint = "Give it back, or void it and let its work be billed again; nothing is billed for it until then."
    return Finding("draft.moved", verdict.title, reason, hint, "finance", verdict.charge_key)


def conflict(verdict: Verdict, head: Head, conflicts: Sequence[Conflict]) -> Finding:
    """Finance and the plan changed the same field of our line: nothing is written there."""
    told = "; ".join(
        f"{each.field.replace('_', ' ')}: we wrote {each.base}, finance has {each.actual}, wanted is {each.desired}"
        for each in conflicts
    )
    reason = f"finance changed our line on {document_name(head)} too, and theirs stands: {told}"
    hint = "What is owed more goes on the next draft; correct the line by hand if it shall say otherwise."
    return Finding("draft.conflict", verdict.title, reason, hint, "finance", verdict.charge_key)


def wrong_account(
    verdict: Verdict, kinds: Mapping[str, str], items: Mapping[str, str | None]
) -> Finding | None:
    """That the books would be wrong from the first invoice on, so that nothing is written. `kinds` are those of
    the charges that would be billed, by item. An unknown item is not judged here: QuickBooks' own list decides
    when it is written."""
    for item, kind in kinds.items():
        account = items.get(item.casefold(), "")
        if account == "" or belongs_to(kind, account):
            continue
        wanted = f"{'an' if wanted_account(kind)[0] in 'ai' else 'a'} {wanted_account(kind)} account"
        reason = f"item {item!r} posts to {account or 'no account'}, and a {kind} belongs on {wanted}"
        hint = "Give the item another account in QuickBooks, or the contract another item."
        return Finding("item.account", verdict.title, reason, hint, "admin", verdict.charge_key)
    return None


def reduced(verdict: Verdict, now: Standing) -> Finding:
    """Finance billed less than we did: theirs stands, and the difference is let go, not billed again."""
    reason = (
        f"finance bills {now.claimed}, {now.waived} less than drafted; theirs stands and the rest is let go"
    )
    hint = "Nothing to do; the difference is billed only if a person decides so."
    return Finding("draft.reduced", verdict.title, reason, hint, "finance", verdict.charge_key)


def given_back(verdict: Verdict, now: Standing, amount: Money, heads: Mapping[str, Head]) -> Finding:
    """Finance credited work of its own accord: theirs stands, and it is billed again when the work closes again."""
    keys = dict.fromkeys(claim.document_key for claim in now.credits if claim.given)
    memos = ", ".join(document_name(heads[key]) for key in keys)
    reason = f"finance gave {amount} back on {memos}; theirs stands, and it is not billed again by itself"
    hint = "Nothing to do if it was agreed, or decide that it shall be billed again."
    return Finding("credit.given", verdict.title, reason, hint, "finance", verdict.charge_key)


def credit_unplaced(head: Head) -> Finding:
    """A credit memo of finance's that nobody can tell to be about a line of ours."""
    name, amount = document_name(head), head.shown.total if head.shown is not None else ""
    reason = f"finance gave {amount} back on {name}, and it names no line of ours that it could be told by"
    hint = "Name the invoice's number in its memo and the work in its line, or leave it if it is about something else."
    return Finding("credit.unplaced", name, reason, hint, "finance", head.document_key)


def orphaned(key: str, title: str, now: Standing, heads: Mapping[str, Head]) -> Finding:
    """History does not follow configuration: a claim outlives the rule that made it."""
    reason = (
        f"{now.claimed} is billed {billed_reason(now, heads)} for work that no contract file reaches any more"
    )
    hint = "Put the rule back, or leave it: what is billed stays."
    return Finding("rules.unreached", title, reason, hint, "admin", key)


def cannot_write(verdict: Verdict, event: Event, now: Standing, head: Head | None) -> Finding:
    """An event that must not be written by us: the code names the event, the reason the document's state."""
    code, reason, hint, owner = _story(verdict, event, now)
    if head is not None:
        place = f"{now.claimed} is on {document_name(head)} and {how_it_stands(head)}"
        reason = f"{reason}; {place}, so nothing was changed there"
    return Finding(code, verdict.title, reason, hint, owner, verdict.charge_key)


def _story(verdict: Verdict, event: Event, now: Standing) -> tuple[str, str, str, Owner]:
    due = verdict.charge.entitled if verdict.charge else None
    match event:
        case Event.UP:
            return (
                "amount.up",
                f"worth {due} now, {now.settled} settled",
                "Bill the difference on the next invoice.",
                "finance",
            )
        case Event.DOWN:
            return (
                "amount.down",
                f"worth {due} now, {now.settled} settled",
                "Correct the invoice, or decide: a credit memo, or less on the next draft.",
                "finance",
            )
        case Event.REOPENED:
            return (
                "work.reopened",
                "the work was reopened after it was billed",
                "Close it again, or decide what becomes of the invoice.",
                "team",
            )
        case Event.HIDDEN:
            return ("work.hidden", verdict.reason, verdict.hint, "admin")
        case _:
            return (f"work.{verdict.code}", verdict.reason, verdict.hint, verdict.owner)


def fuse_blown(trip: Trip, subject: str, held: int, amount: Money, named: str) -> Finding:
    """A fuse holds `held` writes of a contract, which move `amount`; `subject` is what it watches, `named` one of
    the pieces of work that wait, as a person calls it."""
    reach = "one line" if trip.kind == "line" else "what is billed and taken back within 24 hours"
    reason = f"{reach} comes to {trip.actual}, {trip.over} more than {trip.rule} ({trip.limit})"
    writes = "1 write" if held == 1 else f"{held} writes"
    wait = "waits" if held == 1 else "wait"
    command = f"milepost decide {quote(named)} release --why …"
    hint = f"{writes} of {amount} {wait}: correct what is wrong, or let exactly these pass: `{command}`."
    return Finding(f"fuse.{trip.kind}", subject, reason, hint, "finance", trip.ref)
