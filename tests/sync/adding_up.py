"""Ledger, books and work held against each other once everything is at rest: line by line, and to the cent."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from decimal import Decimal
from typing import Protocol

from books_witness import Witness

from connectors.quickbooks.kinds import ENTITIES
from model.money import Money, total
from sandbox.jira.issue import Issue
from sandbox.quickbooks.state import Company
from sync.planning.ledger import by_charge, standing
from sync.planning.observe import ENDED
from sync.planning.views import Account
from sync.plans import Plan
from sync.telling.report import Summary, summarise

_IS_ASKED = "it may be billed already"
IN_DOUBT = {"estimate.unfollowed", "estimate.taken_up"}  #: findings that say what finance made of an estimate


class Scene(Protocol):
    """What is held against the ledger: the books, what we wrote there, and the work with its worth."""

    terms: Mapping[str, object]
    amounts: Mapping[str, int]  #: what each epic with a price is worth, by key
    shown_less: bool  #: whether a look of ours was shown a list without something that stands there

    @property
    def books(self) -> Company: ...

    @property
    def witness(self) -> Witness: ...

    def epic_of(self, charge_key: str) -> Issue: ...

    def is_closed(self, epic: Issue) -> bool: ...


def everything_adds_up(scene: Scene, plan: Plan, account: Account) -> None:
    """All of it, by `plan`, which finds nothing to do any more."""
    status = summarise(plan.assessments)
    assert status.gap == 0
    said = {each.ref for one in plan.assessments for each in one.plan.findings if each.code in IN_DOUBT}
    standing_at = ledger_is_in_the_books(scene, account, said)
    held = [each for each in status.positions if each.bucket == "held" and _IS_ASKED in each.reason]
    asked = {scene.epic_of(each.charge_key).key for each in held if scene.shown_less}
    books_are_in_the_ledger(scene, account, standing_at, said, asked)
    all_work_is_somewhere(scene, account, status)


def ledger_is_in_the_books(
    scene: Scene, account: Account, said: Collection[str]
) -> set[tuple[str, str, str]]:
    """Each live claim stands on a line that is there, less what finance let go, but for those on the documents that
    are `said` to be in doubt. Returns these lines."""
    found: set[tuple[str, str, str]] = set()
    for claim in account.claims:
        if claim.ended is not None or not claim.amount:
            continue
        head = account.heads[claim.document_key]
        assert head.shown is not None
        if head.shown.state in ENDED:  # a person has to say first whether a write of ours was before it
            assert account.writing(claim.document_key), claim
            continue
        place = (ENTITIES[head.shown.kind], head.shown.external_id)
        row = scene.books.find(*place)
        assert row is not None, f"{claim} stands on {place}, which is gone"
        lines = [each for each in row.body["Line"] if each.get("Id") == head.line_ids[claim.charge_key]]
        if not lines and claim.document_key in said:
            continue
        (line,) = lines
        found.add((*place, line["Id"]))
        if scene.terms["draft"] == "unsent_invoice":  # an estimate's line also shows what invoices took over
            shows = -line["Amount"] if claim.is_credit else line["Amount"]
            assert claim.net.decimal == let_go(shows, claim.amount.decimal), (claim, line)
    return found


def books_are_in_the_ledger(
    scene: Scene,
    account: Account,
    standing_at: set[tuple[str, str, str]],
    said: Collection[str],
    asked: Collection[str],
) -> None:
    """Each line of ours that stands in the books is claimed, waits for an answer, is on an answered estimate, on a
    document that is `said` to be in doubt, or of an epic of which a person is `asked` whether it bills it."""
    heads = {head.shown.external_id: key for key, head in account.heads.items() if head.shown}
    waiting = {scene.epic_of(key).key for intent in account.pending for key in intent.charge_keys}
    for row, line, ours in scene.witness.lines():
        answered = row.body.get("TxnStatus") in ("Rejected", "Closed")
        converted = any(link["TxnType"] == "Invoice" for link in row.body["LinkedTxn"])
        listed = (row.kind, row.id, line["Id"]) in standing_at or ours.epic in waiting
        doubted = heads.get(row.id) in said or ours.epic in asked
        assert listed or answered or converted or doubted, (
            f"a line of ours without a claim: {row.kind} {row.id} {line}"
        )


def all_work_is_somewhere(scene: Scene, account: Account, status: Summary) -> None:
    """The buckets of each closed epic with a price hold what it is worth, or what was settled if that is more."""
    by_key = by_charge(account.claims)
    for key in {each.charge_key for each in status.positions}:
        epic = scene.epic_of(key)
        if epic.key not in scene.amounts or not scene.is_closed(epic):
            continue
        parts = [each for each in status.positions if each.charge_key == key]
        worth = Money(scene.amounts[epic.key] * 100, "USD")
        now = standing(by_key.get(key, ()), "USD", epic.category_changed_at).against(worth)
        assert total([each.amount for each in parts if each.amount], "USD") == max(now.settled, worth), parts


def let_go(shows: Decimal, ours: Decimal) -> Decimal:
    """What of our amount finance bills: between nothing and all of it, whichever way that lies."""
    return min(max(shows, min(ours, Decimal(0))), max(ours, Decimal(0)))
