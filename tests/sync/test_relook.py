"""A look that a notification asks for: it reads what is named, bills what that makes due, and believes nothing."""

from __future__ import annotations

from datetime import timedelta

import pytest
from real_house import PROJECT, REALM, House
from store_facts import dump

from sandbox import faults
from sandbox.jira import verbs
from sandbox.jira.issue import Issue
from sandbox.world.site import ACCOUNTS
from sync.hearing.ear import Ear, Named
from sync.runner import Runner
from sync.store import Store
from sync.telling.report import summarise

RULES = """
[contract]
id = "shop"
client = "Harbor & Pine Outfitters"
company = "main"
site = "main"
currency = "USD"
value = "1000.00"
starts = 2026-01-01
draft = "unsent_invoice"
reopened = "hold"
review_days = 5
item = "Development"

[[milestone]]
rule = "epics"
phase = "delivery"
work = { epics = { project = "HPO", label = "billable" } }
price = { percent = { field = "Billing %" } }
"""


class Hearing(Ear):
    """An ear that is told what was named, as if it had been signed."""

    def __init__(self) -> None:
        super().__init__({}, {}, lambda: None)  # type: ignore[arg-type,return-value]  # nothing comes by the door
        self.next: Named | None = None

    def take(self) -> Named | None:
        """What the test says."""
        named, self.next = self.next, None
        return named


class Place:
    """A house with a service in it that has ticked once."""

    def __init__(self, store: Store) -> None:
        self.house = House(store, RULES)
        self.ear = Hearing()
        self.runner = Runner(self.house.engine, timedelta(minutes=5), timedelta(days=1), None, "", self.ear)
        self.house.engine.put_in_force()
        self.epic = self.house.epic("Checkout", "billable", {"Billing %": 10.0})
        self.tick()

    def tick(self) -> None:
        self.runner.tick()

    def hear(self, named: Named) -> None:
        self.ear.next = named
        self.runner.hear()

    def asked(self) -> dict[str, int]:
        """Requests to each side so far."""
        engine = self.house.engine
        return {
            "jira": engine.trackers["main"].usage.requests,  # type: ignore[attr-defined]  # the real clients count
            "books": engine.companies["main"].books.usage.requests,  # type: ignore[attr-defined]
        }

    def cost(self, named: Named) -> dict[str, int]:
        before = self.asked()
        self.hear(named)
        return {side: count - before[side] for side, count in self.asked().items()}

    def made(self) -> list[str]:
        """Ids of the invoices of ours that are there."""
        rows = self.house.books.rows("Invoice")
        return [row.id for row in rows if "[MP-" in row.body.get("PrivateNote", "") and not row.deleted]

    def invoices(self) -> int:
        return len(self.made())

    def invoice(self) -> str:
        (found,) = self.made()
        return found


@pytest.fixture
def place(quick_store: Store) -> Place:
    return Place(quick_store)


def issues(*named: Issue | str) -> Named:
    return Named({"main": frozenset(each if isinstance(each, str) else str(each.id) for each in named)})


def document(kind: str, identity: str) -> Named:
    return Named(documents={REALM: frozenset({(kind, identity)})})


def test_an_epic_that_closed_is_billed_without_a_poll(place: Place) -> None:
    place.house.lead.close(place.epic.key)
    place.hear(issues(place.epic))
    assert place.invoices() == 1


def test_it_is_read_by_id_because_a_search_shows_it_later(place: Place) -> None:
    place.house.site.lag.delay = timedelta(minutes=1)
    place.house.lead.close(place.epic.key)
    place.tick()
    assert place.invoices() == 0
    place.hear(issues(place.epic))
    assert place.invoices() == 1


def test_what_is_named_and_did_not_change_costs_a_look_and_changes_nothing(place: Place) -> None:
    place.house.lead.close(place.epic.key)
    place.hear(issues(place.epic))
    place.tick()  # the draft is seen, and its contract looked at once more
    before = dump(place.house.store)
    assert place.cost(issues(place.epic)) == {"jira": 2, "books": 0}
    invoice = place.invoice()
    assert place.cost(document("invoice", invoice)) == {"jira": 0, "books": 1}
    for strange in ("999999999", "1"):
        assert place.cost(issues(strange))["books"] == 0
    assert place.cost(document("invoice", "999999")) == {
        "jira": 0,
        "books": 1,
    }  # the changes, which hold nothing
    after = dump(place.house.store)
    assert {name for name in before if before[name] != after[name]} <= {"cursor"}
    assert place.invoices() == 1


def test_a_storm_costs_what_one_look_costs(place: Place) -> None:
    place.house.lead.close(place.epic.key)
    place.hear(issues(place.epic))
    place.tick()
    named = Named(documents={REALM: frozenset(("invoice", str(number)) for number in range(1, 500))})
    assert place.cost(named)["books"] <= 2  # our one draft, and one look at what changed
    many = Named({"main": frozenset(str(number) for number in range(10_000, 10_500))})
    assert place.cost(many)["jira"] <= 8  # the changes of the site, and a hundred by id
    assert place.invoices() == 1


def test_what_finance_did_is_seen_at_once(place: Place) -> None:
    place.house.lead.close(place.epic.key)
    place.hear(issues(place.epic))
    invoice = place.invoice()
    place.house.finance.delete(invoice)
    place.hear(document("invoice", invoice))
    engine = place.house.engine
    assert summarise(engine.plan(engine.last_read()).assessments).counts["held"] == 1
    assert place.invoices() == 0  # and it stays so: what finance deleted is not made again


def test_a_payment_names_no_invoice_and_asks_for_the_changes(place: Place) -> None:
    assert place.cost(document("payment", "77")) == {"jira": 0, "books": 1}


def test_work_of_a_project_that_no_contract_reaches_is_not_kept(place: Place) -> None:
    stranger = next(each for key, each in place.house.places.items() if key != PROJECT)
    issue = verbs.create_issue(
        place.house.site,
        stranger.project.id,
        stranger.types["Epic"],
        "Elsewhere",
        by=ACCOUNTS[0],
        at=place.house.now(),
    )
    place.hear(issues(issue))
    store, site = place.house.store, place.house.site.site.cloud_id
    assert str(issue.id) not in store.mirror.issue_ids(site, store.mirror.homes(site, "issue"))


def test_a_side_that_cannot_be_reached_leaves_it_to_the_next_poll(place: Place) -> None:
    place.house.lead.close(place.epic.key)
    place.house.faults.add(faults.bad_gateway(), count=None)
    place.hear(issues(place.epic))
    assert place.invoices() == 0
    place.house.faults.clear()
    place.tick()
    assert place.invoices() == 1


def test_before_the_first_poll_nothing_is_looked_at(quick_store: Store) -> None:
    house, ear = House(quick_store, RULES), Hearing()
    ear.next = issues("10001")
    runner = Runner(house.engine, timedelta(minutes=5), timedelta(days=1), None, "", ear)
    house.engine.put_in_force()
    runner.hear()
    assert house.engine.trackers["main"].usage.requests == 0  # type: ignore[attr-defined]
