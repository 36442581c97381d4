"""What people do, deed by deed: the team in Jira, finance in the books, an admin on the rules, somebody who decides."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from books_witness import Witness
from chances import AMOUNT, CHOICES, POINTS, PRICES, RATES, TERMS
from finance_hands import NAMES, act

from connectors.quickbooks.kinds import ENTITIES
from sandbox.jira import verbs
from sandbox.jira.issue import FieldValue, Issue
from sandbox.jira.people import Person
from sandbox.quickbooks.finance import FinancePerson
from sandbox.quickbooks.state import Company as Books
from sandbox.quickbooks.state import Row
from sandbox.world.site import ACCOUNTS
from simulation import knobs
from sync.deciding.refusals import Moved, Undecidable
from sync.deciding.take import Wish, take
from sync.engine import Engine
from sync.planning.actions import Action
from sync.store.codec import decode

if TYPE_CHECKING:
    from simulation.town import Town

SERVICE_ACCOUNT = "712020:milepost"
_WAITS = (20.0, 400.0, 400.0, timedelta(hours=13).total_seconds(), timedelta(days=3).total_seconds())


class People:
    """Two epics with a price, two counted by points, and who works on them. `most` is what each priced epic was
    worth at most while it was closed, `points` the most that each child ever had."""

    def __init__(self, town: Town) -> None:
        self._town = town
        self.terms = dict(town.story.terms)
        self.lead = Person(town.main.site, town.stage.clock, ACCOUNTS[0])
        self.finance_person = FinancePerson(town.main.books)
        self.priced = [self._epic("Search", "priced", {AMOUNT: 500.0}) for _ in range(2)]
        self.counted = [self._epic("Checkout", "counted", {}) for _ in range(2)]
        self.children = [
            self.lead.add_child(epic.key, "Story", 3.0) for epic in self.counted for _ in range(2)
        ]
        self.amounts = {epic.key: 500 for epic in self.priced}
        self.most = dict.fromkeys(self.amounts, 0)
        self.points = {child.key: 3 for child in self.children}
        self._given, self._again = Counter[str](), Counter[str]()
        for epic in self.epics:
            self.close(epic)

    @property
    def books(self) -> Books:
        """What stands in QuickBooks."""
        return self._town.main.books

    @property
    def witness(self) -> Witness:
        """Who saw what we wrote there."""
        return self._town.door.witness

    @property
    def epics(self) -> list[Issue]:
        """All four."""
        return [*self.priced, *self.counted]

    @property
    def shown_less(self) -> bool:
        """Whether a page of a list was shifted: a look for a lost write may have missed it then."""
        return any(name.endswith("× page shifted") for name in self._town.stage.passed)

    def do(self, what: str, dice: Random) -> None:
        """One deed that needs no process of the product."""
        deeds: Mapping[str, Callable[[Random], None]] = {
            "turn": self._turn,
            "price": self._price,
            "estimate": self._estimate,
            "move": self._move,
            "retitle": self._retitle,
            "access": self._access,
            "rules": self._rules,
            "finance": self._finance,
            "books": self._books,
            "wait": lambda dice: self._town.stage.elapse(dice.choice(_WAITS)),
        }
        self._town.come_due()
        deeds[what](dice)
        self._town.door.people_acted()

    def is_closed(self, epic: Issue) -> bool:
        """Whether the team says that it is done."""
        return self._town.main.site.statuses[epic.status_id].category == "done"

    def epic_of(self, charge_key: str) -> Issue:
        """The work that a charge bills."""
        return self._town.main.site.issues[int(charge_key.split("|")[1].rpartition("/")[2])]

    def close(self, epic: Issue) -> None:
        """An epic is done, with all that is under it."""
        for child in self.children:
            if child.parent_id == epic.id:
                self.lead.close(child.key)
        self.lead.close(epic.key)
        self._again[epic.key] = self._given[epic.key]
        self._note_worth(epic)

    def most_of_all_points(self) -> int:
        """More than what is counted can never come to."""
        return max(RATES) * sum(self.points.values())

    def _epic(self, title: str, label: str, values: Mapping[str, FieldValue]) -> Issue:
        place = self._town.main.place
        return verbs.create_issue(
            self._town.main.site,
            place.project.id,
            place.types["Epic"],
            title,
            by=ACCOUNTS[0],
            at=self._town.stage.clock.now(),
            labels=(label,),
            values={place.fields[name]: value for name, value in values.items()},
        )

    def _note_worth(self, epic: Issue) -> None:
        if epic.key in self.most and self.is_closed(epic):
            self.most[epic.key] = max(self.most[epic.key], self.amounts[epic.key])

    def _turn(self, dice: Random) -> None:
        """Somebody closes an epic, or reopens it."""
        epic = dice.choice(self.epics)
        if self.is_closed(epic):
            self.lead.reopen(epic.key)
        else:
            self.close(epic)

    def _price(self, dice: Random) -> None:
        """Somebody types another amount into an epic."""
        epic = dice.choice(self.priced)
        price = self.amounts[epic.key] = dice.choice(PRICES)
        self.lead.set_field(epic.key, AMOUNT, float(price))
        self._note_worth(epic)

    def _estimate(self, dice: Random) -> None:
        """A story is estimated anew."""
        child, points = dice.choice(self.children), dice.choice(POINTS)
        self.points[child.key] = max(self.points[child.key], points)
        self.lead.estimate(child.key, float(points))

    def _move(self, dice: Random) -> None:
        """A story goes under the other epic."""
        child = dice.choice(self.children)
        (target,) = (epic for epic in self.counted if epic.id != child.parent_id)
        now = self._town.stage.clock.now()
        verbs.set_parent(self._town.main.site, child, target.id, by=ACCOUNTS[0], at=now)

    def _retitle(self, dice: Random) -> None:
        self.lead.set_field(dice.choice(self.epics).key, "summary", f"Search, take {dice.randrange(9)}")

    def _access(self, dice: Random) -> None:
        hide = dice.random() < 0.3
        change = self.lead.hide_project if hide else self.lead.show_project
        change("HPO", SERVICE_ACCOUNT)

    def _rules(self, dice: Random) -> None:
        """An admin edits the contract; the service starts anew under it."""
        name = dice.choice([name for name in TERMS if name != "draft"])
        self.terms[name] = dice.choice(TERMS[name])
        self._town.rules = knobs.rules(self.terms, self._town.story.knobs)
        self._town.restart("a", "b")

    def _finance(self, dice: Random) -> None:
        """Finance does something to one of our documents."""
        hand, which = dice.choice(NAMES), dice.randrange(12)
        witness = self._town.door.witness
        found = witness.rows()
        if not found:
            return
        row = found[which % len(found)]
        taken = self._being_taken(row)  # nobody can tell whose doing it was when these are gone
        if not act(self.books, row, hand, which):
            return
        self._town.stage.passed[f"finance {hand}"] += 1
        if hand == "credit":
            self._given.update(dict.fromkeys(witness.epics_on(row), 40))
        there = {id(ours) for _, _, ours in witness.lines()}
        for ours in witness.ours.get((row.kind, row.id), {}).values():
            gone = row.body.get("TxnStatus") == "Rejected" or id(ours) not in there
            ours.ended |= ours.epic in taken and gone

    def _being_taken(self, row: Row) -> set[str]:
        """Epics whose lines a write of ours under way takes off a document."""
        (kind,) = (kind for kind, entity in ENTITIES.items() if entity == row.kind)
        found = self._town.peek(
            "SELECT i.action FROM intent i JOIN document d USING (document_key)"
            " WHERE d.realm = :realm AND d.kind = :kind AND d.external_id = :id AND i.finished_at IS NULL",
            realm=self._town.main.realm,
            kind=kind,
            id=row.id,
        )
        actions = [decode(each["action"], Action) for each in found]
        return {self.epic_of(each.charge_key).key for action in actions for each in action.removals}

    def _books(self, dice: Random) -> None:
        """Finance opens the books, or closes them up to some days ago."""
        closed = dice.choice([None, None, 0, 40])
        now = self._town.stage.clock.now()
        self.finance_person.close_books(None if closed is None else (now - timedelta(days=closed)).date())

    def decide(self, engine: Engine, dice: Random) -> None:
        """A person decides on one of the findings; where documents become others the witness could not follow it."""
        epic, choice = dice.choice(self.epics), dice.choice(CHOICES)
        if self.terms["draft"] != "unsent_invoice":
            return
        try:
            taken = take(engine, Wish(epic.key, choice, "", "ada", "as agreed by phone"))
        except (Moved, Undecidable):
            return
        self._town.stage.passed[f"decided to {choice}"] += 1
        if not taken.repeated and choice == "rebill":
            self._town.door.witness.forgive(epic.key)
        if not taken.repeated and choice == "defer":
            self._town.door.witness.defer(epic.key)

    def billed_too_much(self) -> list[str]:
        """Work for which we wrote more than it was ever worth: what finance ended of it included, what we took back
        not, nor what finance gave back of it before it closed again: that is owed once more."""
        billed = {key: amount - self._again[key] for key, amount in self._town.door.witness.billed().items()}
        over = [
            f"{key} {billed[key]} of {most}" for key, most in self.most.items() if billed.get(key, 0) > most
        ]
        counted = sum((billed.get(epic.key, Decimal(0)) for epic in self.counted), Decimal(0))
        if counted > self.most_of_all_points():
            over.append(f"counted work {counted} of {self.most_of_all_points()}")
        return over
