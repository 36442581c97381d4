"""One random interleaving of finance, team, rules, weather, crashes and runs, through the real connectors.

Everything follows from the seed: `deeds` tells what was done, in order.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from contextlib import suppress
from datetime import timedelta
from decimal import Decimal
from random import Random

import requests
from books_witness import Witness
from breaking import Crash, breakable
from chances import AMOUNT, CHOICES, DEEDS, POINTS, PRICES, RATES, RULES, TERMS, WEATHER
from finance_hands import HANDS, NAMES, act
from real_house import PROJECT, SERVICE_ACCOUNT, House
from store_facts import rows

from connectors.quickbooks.kinds import ENTITIES
from sandbox.jira import verbs
from sandbox.jira.issue import Issue
from sandbox.quickbooks.state import Company, Row
from sandbox.world.site import ACCOUNTS
from sync.deciding.refusals import Moved, Undecidable
from sync.deciding.take import Wish, take
from sync.deciding.undo import undo
from sync.planning.actions import Action
from sync.runner import Runner
from sync.store import Store
from sync.store.codec import decode

SHORT, LONG, NIGHT = 20.0, 400.0, timedelta(hours=13).total_seconds()


class Interleaving:
    """Two epics with a price, two counted by points, one contract, one finance person, one process that may end.

    `passed` counts what happened. AssertionError from `step` as soon as something broke a promise.
    """

    shown_less = False  # its weather loses answers, and never shifts a page

    def __init__(self, seed: int, store: Store) -> None:
        self.dice = Random(seed)  # noqa: S311  chance, not secrecy
        self.deeds: list[str] = []
        self.passed: Counter[str] = Counter()
        self.terms = {name: self.dice.choice(values) for name, values in TERMS.items()}
        self.house = House(store, RULES.format(**self.terms))
        self.witness = Witness(self.house.books)
        self._broken: AssertionError | None = None
        self._ambush: tuple[int, str, int] | None = None
        self._at_door: tuple[int, int] | None = None
        self._breaking = breakable(store.engine)
        self._breaker = self._breaking.__enter__()
        self.house.before, self.house.after = self._before, self._after
        self._open_work()

    def _open_work(self) -> None:
        house, lead = self.house, self.house.lead
        self.priced = [house.epic("Search", "priced", {AMOUNT: 500.0}) for _ in range(2)]
        self.counted = [house.epic("Checkout", "counted", {}) for _ in range(2)]
        self.children = [lead.add_child(epic.key, "Story", 3.0) for epic in self.counted for _ in range(2)]
        self.amounts = {epic.key: 500 for epic in self.priced}
        self.most = dict.fromkeys(self.amounts, 0)  #: what each epic was worth at most while it was closed
        self.points = {child.key: 3 for child in self.children}  #: the most points it ever had
        self.given = Counter[str]()  #: what finance gave back of each epic of its own accord
        self.again = Counter[
            str
        ]()  #: and what of that was before it closed: work that closes again is billed again
        for epic in self.epics:
            self._close(epic)

    def close(self) -> None:
        """The house is left."""
        self._breaking.__exit__(None, None, None)

    @property
    def books(self) -> Company:
        """What stands in QuickBooks."""
        return self.house.books

    @property
    def epics(self) -> list[Issue]:
        """All four."""
        return [*self.priced, *self.counted]

    def step(self) -> None:
        """One deed by chance, and what must hold after it."""
        (deed,) = self.dice.choices(list(DEEDS), list(DEEDS.values()))
        self.deeds.append(deed)
        getattr(self, f"_{deed}")()
        self.check()

    def check(self) -> None:
        """Finance's hand won, and nothing is billed twice or again: what we wrote and did not take back, what finance
        ended of it included, is never more than the work was ever worth."""
        if self._broken is not None:
            raise self._broken
        billed = {key: amount - self.again[key] for key, amount in self.witness.billed().items()}
        for key, most in self.most.items():
            assert billed.get(key, Decimal(0)) <= most, (key, billed, self.most)
        counted = sum((billed.get(epic.key, Decimal(0)) for epic in self.counted), Decimal(0))
        assert counted <= max(RATES) * sum(self.points.values()), (billed, self.points)

    def calm(self) -> None:
        """Weather clears, books and project open, and a new process starts."""
        self.house.faults.clear()
        self._ambush = self._at_door = None
        self.house.lead.show_project(PROJECT, SERVICE_ACCOUNT)
        self.house.finance.close_books(None)
        self._restart()

    def rests(self) -> bool:
        """A run a while later: whether it found nothing in its way and nothing to do."""
        self.house.wait(LONG)
        writes = self.witness.writes.total()
        applied = self.house.apply(patience=600)
        return (applied.trouble, applied.plan.actions, self.witness.writes.total()) == ([], (), writes)

    def is_closed(self, epic: Issue) -> bool:
        """Whether the team says that it is done."""
        return self.house.site.statuses[epic.status_id].category == "done"

    def epic_of(self, charge_key: str) -> Issue:
        """The work that a charge bills."""
        return self.house.site.issues[int(charge_key.split("|")[1].rpartition("/")[2])]

    def _did(self, what: object) -> None:
        self.deeds[-1] += f" {what}"

    # ── what our writes do, told by the books themselves ─────────────────────────────────────────────────

    def _before(self, request: requests.PreparedRequest) -> None:
        if self._ambush is not None:
            left, hand, which = self._ambush
            self._ambush = (left - 1, hand, which) if left else None
            if not left:
                self.passed["hands within a run"] += self._act(hand, which)
        if self._at_door is not None and (row := self._addressed(request)) is not None:
            (hand, which), self._at_door = self._at_door, None
            self.passed["hands within a run"] += self._touch(
                row, [*HANDS[row.kind]][hand % len(HANDS[row.kind])], which
            )
        self._breaker.step()
        if _is_write(request):
            self.witness.look()

    def _addressed(self, request: requests.PreparedRequest) -> Row | None:
        """The invoice or estimate that a request reads or writes by its id."""
        found = re.search(r"/(invoice|estimate)(?:/(\d+))?$", str(request.url).partition("?")[0])
        if found is None:
            return None
        id_ = found[2] or json.loads(request.body or b"{}").get("Id")
        return self.house.books.find(found[1].capitalize(), id_) if id_ else None

    def _after(self, request: requests.PreparedRequest) -> None:
        if _is_write(request):
            try:
                self.witness.judge()
            except AssertionError as error:
                self._broken = error
                raise
        self._breaker.step()

    # ── the team ─────────────────────────────────────────────────────────────────────────────────────────

    def _close(self, epic: Issue) -> None:
        for child in self.children:
            if child.parent_id == epic.id:
                self.house.lead.close(child.key)
        self.house.lead.close(epic.key)
        self.again[epic.key] = self.given[epic.key]
        self._note_worth(epic)

    def _note_worth(self, epic: Issue) -> None:
        if epic.key in self.most and self.is_closed(epic):
            self.most[epic.key] = max(self.most[epic.key], self.amounts[epic.key])

    def _turn(self) -> None:
        """Somebody closes an epic, or reopens it."""
        epic = self.dice.choice(self.epics)
        self._did(epic.key)
        if self.is_closed(epic):
            self.house.lead.reopen(epic.key)
        else:
            self._close(epic)

    def _story(self) -> None:
        """Somebody closes a story, or reopens it: a closed epic with an open one is held."""
        child = self.dice.choice(self.children)
        self._did(child.key)
        change = self.house.lead.reopen if self.is_closed(child) else self.house.lead.close
        change(child.key)

    def _price(self) -> None:
        """Somebody types another amount into an epic."""
        epic = self.dice.choice(self.priced)
        price = self.amounts[epic.key] = self.dice.choice(PRICES)
        self._did(f"{epic.key} {price}")
        self.house.lead.set_field(epic.key, AMOUNT, float(price))
        self._note_worth(epic)

    def _estimate(self) -> None:
        """A story is estimated anew."""
        child, points = self.dice.choice(self.children), self.dice.choice(POINTS)
        self._did(f"{child.key} {points}")
        self.points[child.key] = max(self.points[child.key], points)
        self.house.lead.estimate(child.key, float(points))

    def _move(self) -> None:
        """A story goes under the other epic."""
        child = self.dice.choice(self.children)
        (target,) = (epic for epic in self.counted if epic.id != child.parent_id)
        self._did(f"{child.key} to {target.key}")
        verbs.set_parent(self.house.site, child, target.id, by=ACCOUNTS[0], at=self.house.now())

    def _retitle(self) -> None:
        epic = self.dice.choice(self.epics)
        self.house.lead.set_field(epic.key, "summary", f"Search, take {self.dice.randrange(9)}")

    def _access(self) -> None:
        hide = self.dice.random() < 0.3
        change = self.house.lead.hide_project if hide else self.house.lead.show_project
        change(PROJECT, SERVICE_ACCOUNT)
        self._did("lost" if hide else "there")

    def _rules(self) -> None:
        """An admin edits the contract; the service starts anew under it."""
        name = self.dice.choice([name for name in TERMS if name != "draft"])
        self.terms[name] = self.dice.choice(TERMS[name])
        self._did(f"{name} {self.terms[name]}")
        with self._breaker.resting():
            self._restart(RULES.format(**self.terms))

    # ── finance ──────────────────────────────────────────────────────────────────────────────────────────

    def _finance(self) -> None:
        self._act(self.dice.choice(NAMES), self.dice.randrange(12))

    def _meanwhile(self) -> None:
        """Finance steps in before one of the requests of the next run arrives, or before the next one that reads or
        writes a document, on that very document."""
        if self.dice.random() < 0.5:
            self._at_door = self.dice.randrange(99), self.dice.randrange(12)
            self._did(f"at the door {self._at_door}")
            return
        self._ambush = (self.dice.randrange(12), self.dice.choice(NAMES), self.dice.randrange(12))
        self._did(self._ambush)

    def _books(self) -> None:
        """Finance opens the books, or closes them up to some days ago."""
        closed = self.dice.choice([None, None, 0, 40])
        day = None if closed is None else (self.house.now() - timedelta(days=closed)).date()
        self._did(day)
        self.house.finance.close_books(day)

    def _act(self, hand: str, which: int) -> bool:
        found = self.witness.rows()
        if not found:
            return False
        return self._touch(found[which % len(found)], hand, which)

    def _touch(self, row: Row, hand: str, which: int) -> bool:
        with self._breaker.resting():
            taken = self._being_taken(row)  # nobody can tell whose doing it was when these are gone
        if not act(self.house.books, row, hand, which):
            return False
        self._did(f"{hand} on {row.kind} {row.id}")
        self.passed[hand] += 1
        if hand == "credit":
            self.given.update(dict.fromkeys(self.witness.epics_on(row), 40))
        there = {id(ours) for _, _, ours in self.witness.lines()}
        for ours in self.witness.ours.get((row.kind, row.id), {}).values():
            gone = row.body.get("TxnStatus") == "Rejected" or id(ours) not in there
            ours.ended |= ours.epic in taken and gone
        return True

    def _being_taken(self, row: Row) -> set[str]:
        """Epics whose lines a write of ours under way takes off a document."""
        store = self.house.store
        keys = {
            each["document_key"]
            for each in rows(store, "document")
            if (ENTITIES[each["kind"]], each["external_id"]) == (row.kind, row.id)
        }
        actions = [
            decode(each["action"], Action)
            for each in rows(store, "intent")
            if each["document_key"] in keys and each["finished_at"] is None
        ]
        return {self.epic_of(each.charge_key).key for action in actions for each in action.removals}

    def _decide(self) -> None:
        """A person decides on one of the findings; where documents become others the witness could not follow it."""
        epic, choice = self.dice.choice(self.epics), self.dice.choice(CHOICES)
        if self.terms["draft"] == "unsent_invoice":
            self._did(f"{choice} {epic.key}")
            known = self._decisions()
            self._run(lambda: self._take(epic.key, choice))
            if self._decisions() > known:  # a process that ends once it is kept has decided all the same
                self._note_decision(epic.key, choice)

    def _take(self, key: str, choice: str) -> None:
        with suppress(Moved, Undecidable):
            take(self.house.engine, Wish(key, choice, "", "ada", "as agreed by phone"))

    def _decisions(self) -> int:
        with self._breaker.resting():
            return len(rows(self.house.store, "decision"))

    def _note_decision(self, key: str, choice: str) -> None:
        self.passed[f"decided to {choice}"] += 1
        if choice == "rebill":
            self.witness.forgive(key)
        if choice == "defer":
            self.witness.defer(key)

    def _undo(self) -> None:
        """A person takes back the drafts of some run that are still as we wrote them."""
        with self._breaker.resting():
            runs = sorted(self.house.store.trail.runs(""))
        if runs:
            run = self.dice.choice(runs)
            self._did(run)
            self._run(lambda: self._take_back(run))

    def _take_back(self, run: str) -> None:
        try:
            undone = undo(self.house.engine, run, "ada", "sent by mistake", self.house.patience(60))
        except (Moved, Undecidable):
            return
        self.passed["drafts undone"] += len(undone.undoing.drafts)

    # ── the weather ──────────────────────────────────────────────────────────────────────────────────────

    def _storm(self) -> None:
        kind, of_writes = self.dice.choice(sorted(WEATHER)), self.dice.random() < 0.7
        self._did(f"{kind}{' on a write' if of_writes else ''}")
        path = "/(invoice|estimate|creditmemo)$" if of_writes else ""
        self.house.faults.add(WEATHER[kind], method="POST" if of_writes else ".*", path=path)
        self.passed["faults"] += 1

    def _crash(self) -> None:
        """The process ends at one of the next statements, commits or requests."""
        step = self.dice.randrange(200)
        self._did(step)
        self._breaker.break_at(step)

    def _wait(self) -> None:
        seconds = self.dice.choice([SHORT, LONG, LONG, NIGHT])
        self._did(seconds)
        self.house.wait(seconds)

    # ── the program ──────────────────────────────────────────────────────────────────────────────────────

    def _apply(self) -> None:
        patience = self.dice.choice([0, 60])
        self._run(lambda: self.house.apply(patience=patience))

    def _tick(self) -> None:
        runner = Runner(self.house.engine, timedelta(minutes=1), timedelta(days=1))
        self._run(runner.tick)

    def _run(self, work: Callable[[], object]) -> None:
        self.house.wait(SHORT)
        self.passed["runs"] += 1
        try:
            work()
        except Crash:
            self.passed["kills"] += 1
            self._restart()

    def _restart(self, *texts: str) -> None:
        self.house.store.engine.dispose()
        self._breaker.mend()
        self.house.restart(*texts)
        self.house.engine.put_in_force()


def _is_write(request: requests.PreparedRequest) -> bool:
    path = str(request.url).partition("?")[0]
    return request.method == "POST" and path.endswith(("/invoice", "/estimate", "/creditmemo"))
