"""Random stories of team, finance, weather and crashes: never billed twice, and at rest once the weather clears.

A story runs the real engine on a real store over books and a tracker in memory. For longer runs:
MILEPOST_STORIES=5000 ./dev test tests/sync/test_converge.py -s --timeout 0
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from collections import Counter
from datetime import timedelta
from pathlib import Path

from breaking import Crash, breakable
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)
from store_facts import rows
from sync_bench import Bench, rules, usd

from connectors.errors import ConnectorError, Rejected, Transient, Unauthorized, Unknown
from model.billing import Document, DocumentLine
from model.money import Money
from sync.planning.actions import Action
from sync.planning.ledger import by_charge, standing
from sync.plans import Plan
from sync.runner import Runner
from sync.store import Store
from sync.store.codec import decode

STORIES = int(os.environ.get("MILEPOST_STORIES", "30"))
STEPS = 25
SHORT, LONG, NIGHT = 20.0, 400.0, timedelta(hours=13).total_seconds()
WEATHER: dict[str, ConnectorError] = {
    "outage": Transient("the books", "post", "no route to host"),
    "throttled": Transient("the books", "post", "too many requests", retry_after=60, sent=True),
    "lost before it arrived": Unknown("the books", "post", "the connection was lost", sent=True),
    "refused": Rejected("the books", "post", "no such item", code="2500", sent=True),
    "locked out": Unauthorized("the books", "post", "the token expired", sent=True),
}
HANDS = ("memo", "lower", "raise", "queue", "send", "pay", "void", "delete", "marker", "remove")
DEAREST = usd("150.00")  # what an epic is ever worth


class World(RuleBasedStateMachine):
    """Two epics, two prices, one finance person, and a process that may end at any moment."""

    empty: Path

    @initialize(
        reopened=st.sampled_from(["hold", "withdraw"]),
        days=st.sampled_from([0, 2]),
        group=st.sampled_from(["milestone", "phase", "run"]),
    )
    def open(self, reopened: str, days: int, group: str) -> None:
        self.folder = tempfile.mkdtemp(dir=self.empty.parent)
        store = Store(f"sqlite:///{shutil.copy(self.empty, f'{self.folder}/story.db')}")
        self.bench = Bench(
            store, texts=[rules(reopened=reopened, review_days=days, more=f'group = "{group}"')]
        )
        self.runner = self._runner()
        self.kept: Plan | None = None
        self.touched: set[str] = set()
        self.declined: set[str] = set()
        self.created: Counter[str] = Counter()
        self.ours: dict[tuple[str, str], Money] = {}
        self.breaking = breakable(store.engine)
        self.breaker = self.breaking.__enter__()
        self.bench.books.before, self.bench.books.after = self._before, self._after
        for number in (1, 2):
            self.bench.close(number)

    def _runner(self) -> Runner:
        return Runner(self.bench.engine, timedelta(minutes=1), timedelta(days=1))

    # ── what our writes do, told by the books themselves ─────────────────────────────────────────────────

    def _before(self) -> None:
        self.breaker.step()
        self.seen = {document.external_id: document for document in self.bench.books.documents()}

    def _after(self) -> None:
        for document in self.bench.books.documents():
            if document.external_id not in self.seen:
                self._check_created(document)
            elif document != self.seen[document.external_id]:
                assert document.external_id not in self.touched, "we wrote on what finance touched"
            else:
                continue
            self._note_lines(document)
        self.breaker.step()

    def _note_lines(self, document: Document) -> None:
        before = self.seen.get(document.external_id)
        known = {line.id for line in before.lines} if before else set()
        for line in document.lines:
            assert line.amount is not None
            if line.id not in known:
                assert epic_of(line) not in self.declined, "what finance declined was made again"
            self.ours[document.external_id, line.id] = line.amount

    def _check_created(self, document: Document) -> None:
        assert document.marker is not None
        self.created[document.marker] += 1
        assert self.created[document.marker] == 1, "the same document was made twice"

    # ── the team ─────────────────────────────────────────────────────────────────────────────────────────

    @rule(number=st.sampled_from([1, 2]), amount=st.sampled_from(["100.00", "150.00"]))
    def close(self, number: int, amount: str) -> None:
        self.bench.close(number, amount)

    @rule(number=st.sampled_from([1, 2]))
    def reopen(self, number: int) -> None:
        if self.bench.acme.epics[number].is_closed:
            self.bench.reopen(number)

    @rule(hide=st.booleans())
    def access(self, *, hide: bool) -> None:
        tracker = self.bench.acme.tracker
        (tracker.hide_project if hide else tracker.show_project)("1")

    # ── finance ──────────────────────────────────────────────────────────────────────────────────────────

    @precondition(lambda self: any(document.lines for document in self.bench.live()))
    @rule(hand=st.sampled_from(HANDS), which=st.integers(0, 3))
    def edit(self, hand: str, which: int) -> None:
        live = [document for document in self.bench.live() if document.lines]
        document = live[which % len(live)]
        id_, finance = document.external_id, self.bench.books.finance
        line = document.lines[which % len(document.lines)]
        with self.breaker.resting():
            taken = self._being_taken(id_)  # nobody can tell whose doing it was when these are gone
        match hand:
            case "memo":
                finance.edit(id_, memo=f"{document.version} thanks")
            case "marker":
                finance.edit(id_, note="private")
            case "lower" | "raise":
                finance.edit_line(id_, line.id, usd("60.00" if hand == "lower" else "170.00"))
            case "remove":
                finance.remove_line(id_, line.id)
                self.declined |= {epic_of(line)} - taken
            case _:
                getattr(finance, hand)(id_)
        self.touched.add(id_)
        if hand in {"void", "delete"}:
            self.declined |= {epic_of(each) for each in document.lines} - taken

    def _being_taken(self, external_id: str) -> set[str]:
        """Epics whose lines a write of ours under way takes off a document."""
        keys = {
            row["document_key"]
            for row in rows(self.bench.store, "document")
            if row["external_id"] == external_id
        }
        actions = [
            decode(row["action"], Action)
            for row in rows(self.bench.store, "intent")
            if row["document_key"] in keys and row["finished_at"] is None
        ]
        return {name_of(each.charge_key) for action in actions for each in action.removals}

    # ── the weather ──────────────────────────────────────────────────────────────────────────────────────

    @rule(kind=st.sampled_from(sorted(WEATHER)))
    def storm(self, kind: str) -> None:
        self.bench.books.fail_next.append(WEATHER[kind])

    @rule(count=st.integers(1, 2))
    def lose(self, count: int) -> None:
        self.bench.books.lose_answers += count

    @rule(kind=st.sampled_from(["outage", "refused", "locked out"]))
    def fog(self, kind: str) -> None:
        self.bench.books.trouble.append(WEATHER[kind])

    @rule(honest=st.booleans())
    def forget(self, *, honest: bool) -> None:
        self.bench.books.honours_request_ids = honest

    @rule(step=st.integers(0, 60))
    def crash_at(self, step: int) -> None:
        self.breaker.break_at(step)

    @rule(seconds=st.sampled_from([SHORT, SHORT, LONG, LONG, NIGHT]))
    def wait(self, seconds: float) -> None:
        self.bench.wait(seconds)

    # ── the program ──────────────────────────────────────────────────────────────────────────────────────

    def _run(self, work: object) -> None:
        try:
            work()  # type: ignore[operator]
        except Crash:
            self._restart()

    def _restart(self) -> None:
        self.bench.store.engine.dispose()
        self.breaker.mend()
        self.bench.restart()
        self.runner = self._runner()

    @rule(patience=st.sampled_from([0, 0, 600]))
    def apply(self, patience: float) -> None:
        self._run(lambda: self.bench.apply(patience=patience))

    @rule()
    def tick(self) -> None:
        self._run(self.runner.tick)

    @rule()
    def plan_slowly(self) -> None:
        """Another process looks, and is slow."""

        def keep() -> None:
            self.kept = self.bench.plan()

        self._run(keep)

    @precondition(lambda self: self.kept)
    @rule()
    def enqueue_late(self) -> None:
        """The slow process comes back with what it saw then."""
        self._run(lambda: self.bench.engine.enqueue(self.kept))  # type: ignore[arg-type]

    # ── what must hold ───────────────────────────────────────────────────────────────────────────────────

    @invariant()
    def never_billed_twice(self) -> None:
        billed: Counter[str] = Counter()
        for document in self.bench.live():
            epics = [epic_of(line) for line in document.lines]
            assert len(epics) == len(set(epics)), "two lines of one draft bill the same work"
            for line in document.lines:
                billed[epic_of(line)] += self.ours[document.external_id, line.id].minor
        assert all(sum_ <= DEAREST.minor for sum_ in billed.values()), billed

    def teardown(self) -> None:
        if not hasattr(self, "bench"):
            return
        try:
            self._comes_to_rest()
        finally:
            self.breaking.__exit__(None, None, None)
            self.bench.store.close()
            shutil.rmtree(self.folder)

    def _comes_to_rest(self) -> None:
        books = self.bench.books
        books.fail_next, books.lose_answers, books.trouble = [], 0, []
        self.bench.acme.tracker.show_project("1")
        self._restart()
        for _ in range(4):
            self.bench.wait(LONG)
            self.bench.apply(patience=600)
        self.never_billed_twice()
        posts = books.posts
        applied = self.bench.apply()
        assert (applied.plan.actions, books.posts) == ((), posts), "it does not come to rest"
        assert set(self.bench.store.outbox.unfinished()) <= {"parked"}
        self._adds_up()

    def _adds_up(self) -> None:
        """Ledger and books agree line by line, and every closed epic is somewhere with all its money."""
        status, account = self.bench.status(), self.bench.store.accounts.account("acme", self.bench.now)
        assert status.gap == 0
        shown = {row["document_key"]: row["external_id"] for row in rows(self.bench.store, "document")}
        documents = {document.external_id: document for document in self.bench.books.documents()}
        live = [claim for claim in account.claims if claim.ended is None]
        for claim in live:
            document = documents[str(shown[claim.document_key])]
            (line,) = (each for each in document.lines if epic_of(each) == name_of(claim.charge_key))
            assert line.amount is not None
            billed = claim.amount - (claim.waived or usd("0.00"))
            assert billed == min(line.amount, claim.amount), "the ledger does not say what the books bill"
        parked = {key for intent in account.pending for key in intent.charge_keys}
        claimed = {(shown[claim.document_key], claim.charge_key) for claim in live}
        for document in self.bench.live():
            for line in document.lines:
                key = charge_of(epic_of(line))
                assert (document.external_id, key) in claimed or key in parked
        by_key = by_charge(account.claims)
        for number, epic in self.bench.acme.epics.items():
            key = charge_of(f"ACME-{number}")
            parts = [each.amount for each in status.positions if each.charge_key == key and each.amount]
            if epic.is_closed:
                worth = max(usd(str(epic.amount)), standing(by_key.get(key, ()), "USD").settled)
                assert sum((part.minor for part in parts), 0) == worth.minor, parts


def epic_of(line: DocumentLine) -> str:
    """The epic that a line bills."""
    return line.text.split()[0]


def charge_of(epic: str) -> str:
    return f"acme|acme-cloud/epic/{10000 + int(epic.rpartition('-')[2])}|fee"


def name_of(charge_key: str) -> str:
    return f"ACME-{int(charge_key.split('|')[1].rpartition('/')[2]) - 10000}"


def test_every_story_bills_each_epic_once_and_comes_to_rest(migrated: Path) -> None:
    world = type("World", (World,), {"empty": migrated})
    few = "MILEPOST_STORIES" not in os.environ
    run_state_machine_as_test(
        world,
        settings=settings(
            max_examples=STORIES,
            stateful_step_count=STEPS,
            deadline=None,
            derandomize=few,  # a short run is the same each time; a long one is new each time
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    sys.stdout.write(f"{STORIES} stories of up to {STEPS} steps; for more set MILEPOST_STORIES\n")
