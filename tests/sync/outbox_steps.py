"""Steps of the outbox tests: how a dispatch is brought about, what may go wrong, what is looked at."""

from __future__ import annotations

from store_facts import rows
from sync_bench import Bench

from connectors.errors import Rejected, Transient, Unauthorized, Unknown
from model.billing import Document
from sync.outbox.company import Drained

ELSEWHERE = "elsewhere/boot/pid:[1]/7/100#x"
OUTAGE = Transient("the books", "post", "no route to host")
THROTTLED = Transient("the books", "post", "too many requests", retry_after=60, sent=True)
REFUSED = Rejected("the books", "post", "no such item", hint="make it", code="2500", sent=True)
LOST = Unknown("the books", "post", "the connection was lost", sent=True)
LOCKED_OUT = Unauthorized("the books", "post", "the connection was revoked", sent=True)


def queued(bench: Bench, *epics: int) -> Bench:
    """These epics closed, a second apart, and their drafts in the outbox."""
    for number in epics:
        bench.close(number)
        bench.wait(1)
    assert bench.engine.enqueue(bench.plan()) == []
    return bench


def drain(bench: Bench) -> Drained:
    """Dispatch as of a run that has planned every contract."""
    planned = {each.id for each in bench.engine.book.contracts}
    return bench.engine.dispatch(bench.acme.company.alias, planned)


def states(bench: Bench) -> list[str]:
    return [row["state"] for row in rows(bench.store, "intent")]


def until_done(bench: Bench, tries: int = 40) -> Drained:
    """Drain whenever something is due; what is proved absent needs the word of a new plan."""
    drained = drain(bench)
    for _ in range(tries):
        if drained.absent:
            assert bench.engine.enqueue(bench.plan()) == []
        elif drained.waiting_until is None:
            return drained
        else:
            bench.now = max(bench.now, drained.waiting_until)
        drained = drain(bench)
    raise AssertionError(f"still waiting: {drained}")


def only(bench: Bench) -> Document:
    """The one invoice that was ever made."""
    (document,) = bench.books.documents()
    return document


def the_same_bytes(bench: Bench, times: int) -> bool:
    return len(bench.books.sent) == times and len(set(bench.books.sent)) == 1


def kept(bench: Bench) -> list[object]:
    """Findings of a plan made now, kept."""
    plan = bench.engine.plan(bench.engine.last_read())
    bench.engine.keep(plan, {})
    return list(bench.store.journal.findings())
