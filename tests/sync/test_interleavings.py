"""Random interleavings of finance, team, rules, weather, crashes and runs, through the real connectors.

The sandbox's own rows are the witness: what finance typed stands, what is out of our hands is never written, what
finance ended is not made again, and the sums hold. For longer runs, from a seed of one's choice:
MILEPOST_INTERLEAVINGS=10000 MILEPOST_SEED=1 ./dev test tests/sync/test_interleavings.py -s --timeout 0
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Collection
from contextlib import closing
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from interleaving import Interleaving

from connectors.quickbooks.kinds import ENTITIES
from model.money import Money, total
from sync.planning.ledger import by_charge, standing
from sync.planning.observe import ENDED
from sync.planning.views import Account
from sync.store import Store
from sync.telling.report import Summary, summarise

INTERLEAVINGS = int(os.environ.get("MILEPOST_INTERLEAVINGS", "60"))
FIRST = int(os.environ.get("MILEPOST_SEED", "1"))
STEPS = 24
IN_DOUBT = {"estimate.unfollowed", "estimate.taken_up"}  #: findings that say what finance made of an estimate


@pytest.mark.timeout(900)
def test_no_interleaving_costs_finance_an_edit_or_the_client_a_cent(migrated: Path) -> None:
    passed, began, broken = Counter[str](), time.monotonic(), list[str]()
    with TemporaryDirectory(dir=migrated.parent) as folder:
        house = Path(shutil.copy(migrated, folder))
        with closing(Store(f"sqlite:///{house}")) as store:
            for seed in range(FIRST, FIRST + INTERLEAVINGS):
                try:
                    play(seed, store, passed)
                except AssertionError as error:
                    broken.append(str(error))
                store.close()  # one store for all, emptied: what SQLAlchemy has compiled stays
                shutil.copy(migrated, house)
    passed["interleavings"], passed["seconds"] = INTERLEAVINGS, round(time.monotonic() - began)
    passed["first seed"], passed["violations"] = FIRST, len(broken)
    sys.stdout.write("\n" + json.dumps(passed, sort_keys=True) + "\n")
    assert not broken, "\n\n".join(broken)
    assert passed["we made"] > INTERLEAVINGS, passed


def play(seed: int, store: Store, passed: Counter[str]) -> None:
    """One interleaving to its rest. A failure names the seed and tells every deed."""
    story = Interleaving(seed, store)
    try:
        for _ in range(STEPS):
            story.step()
        come_to_rest(story)
    except Exception as error:
        told = "\n".join(f"  {deed}" for deed in story.deeds)
        raise AssertionError(f"seed {seed}, {story.terms}: {error!r} after\n{told}") from error
    finally:
        story.close()
    passed.update(story.passed)
    passed.update({f"we {deed}": count for deed, count in story.witness.writes.items()})


def come_to_rest(story: Interleaving) -> None:
    """Once the weather clears a few runs are enough: then nothing is left to do, and everything adds up."""
    story.calm()
    assert any(story.rests() for _ in range(4))
    story.check()
    account = story.house.store.accounts.account("shop", story.house.now())
    plan = story.house.engine.plan(story.house.engine.last_read())
    status = summarise(plan.assessments)
    assert status.gap == 0
    said = {each.ref for one in plan.assessments for each in one.plan.findings if each.code in IN_DOUBT}
    standing_at = ledger_is_in_the_books(story, account, said)
    books_are_in_the_ledger(story, account, standing_at, said)
    all_work_is_somewhere(story, account, status)


def ledger_is_in_the_books(
    story: Interleaving, account: Account, said: Collection[str]
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
        row = story.house.books.find(*place)
        assert row is not None, f"{claim} stands on {place}, which is gone"
        lines = [each for each in row.body["Line"] if each.get("Id") == head.line_ids[claim.charge_key]]
        if not lines and claim.document_key in said:
            continue
        (line,) = lines
        found.add((*place, line["Id"]))
        if story.terms["draft"] == "unsent_invoice":  # an estimate's line also shows what invoices took over
            shows = -line["Amount"] if claim.is_credit else line["Amount"]
            assert claim.net.decimal == let_go(shows, claim.amount.decimal), (claim, line)
    return found


def books_are_in_the_ledger(
    story: Interleaving, account: Account, standing_at: set[tuple[str, str, str]], said: Collection[str]
) -> None:
    """Each line of ours that stands in the books is claimed, waits for an answer, is on an answered estimate, or on a
    document that is `said` to be in doubt."""
    heads = {head.shown.external_id: key for key, head in account.heads.items() if head.shown}
    waiting = {story.epic_of(key).key for intent in account.pending for key in intent.charge_keys}
    for row, line, ours in story.witness.lines():
        answered = row.body.get("TxnStatus") in ("Rejected", "Closed")
        converted = any(link["TxnType"] == "Invoice" for link in row.body["LinkedTxn"])
        listed = (row.kind, row.id, line["Id"]) in standing_at or ours.epic in waiting
        doubted = heads.get(row.id) in said
        assert listed or answered or converted or doubted, (
            f"a line of ours without a claim: {row.kind} {row.id} {line}"
        )


def all_work_is_somewhere(story: Interleaving, account: Account, status: Summary) -> None:
    """The buckets of each closed epic with a price hold what it is worth, or what was settled if that is more."""
    by_key = by_charge(account.claims)
    for key in {each.charge_key for each in status.positions}:
        epic = story.epic_of(key)
        if epic.key not in story.amounts or not story.is_closed(epic):
            continue
        parts = [each for each in status.positions if each.charge_key == key]
        worth = Money(story.amounts[epic.key] * 100, "USD")
        now = standing(by_key.get(key, ()), "USD").against(worth)
        assert total([each.amount for each in parts if each.amount], "USD") == max(now.settled, worth), parts


def let_go(shows: Decimal, ours: Decimal) -> Decimal:
    """What of our amount finance bills: between nothing and all of it, whichever way that lies."""
    return min(max(shows, min(ours, Decimal(0))), max(ours, Decimal(0)))
