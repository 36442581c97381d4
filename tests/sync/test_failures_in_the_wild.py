"""What went wrong with other tools, each under the name of the failure, through the real connectors.

docs/failures.md lists all of them, with the tests that stand elsewhere.
"""

from __future__ import annotations

import json
import re
from copy import deepcopy
from datetime import date, timedelta
from pathlib import Path

import pytest
import requests
from interleaving import RULES, TERMS
from real_house import House
from sync_bench import Bench, Epic, usd

from sandbox import faults
from sandbox.jira import verbs
from sandbox.quickbooks.state import Row
from sandbox.world.site import ACCOUNTS
from sync.runner import Runner
from sync.store import Store

ROOT = Path(__file__).parents[2]


@pytest.fixture
def house(quick_store: Store) -> House:
    """A closed epic of 500.00, billed on an untouched draft."""
    terms = {name: values[0] for name, values in TERMS.items()} | {"days": 40}
    made = House(quick_store, RULES.format(**terms))
    close(made, "Search")
    made.apply()
    assert len(drafts(made)) == 1
    made.wait(60)
    return made


def close(house: House, title: str) -> str:
    """Another epic of 500.00; its key."""
    return house.lead.close(house.epic(title, "priced", {"Contract amount": 500.0}).key).key


def drafts(house: House) -> list[Row]:
    """Our invoices that are there, oldest first."""
    return [row for row in house.books.rows("Invoice") if "[MP-" in row.body.get("PrivateNote", "")]


def codes(house: House) -> list[str]:
    """What a plan made now has to say."""
    plan = house.engine.plan(house.engine.last_read())
    return [finding.code for each in plan.assessments for finding in each.plan.findings]


def at_the_next_write(house: House, deed: str, *given: object) -> None:
    """Let finance do something right before our next write arrives."""

    def step_in(request: requests.PreparedRequest) -> None:
        if request.method == "POST" and "/invoice" in str(request.url):
            house.before = lambda _request: None
            getattr(house.finance, deed)(*given)

    house.before = step_in


def assert_declined(house: House) -> None:
    """The one draft is known to be gone, and is not made again."""
    for _ in range(2):
        house.apply()
        assert (drafts(house), codes(house)) == ([], ["draft.declined"])


def test_deleted_draft(house: House) -> None:
    house.finance.delete(drafts(house)[0].id)
    assert_declined(house)


def test_cdc_saturated(house: House) -> None:
    """A thousand other changes: the feed is full, and what was deleted is not in it."""
    (draft,) = drafts(house)
    house.finance.delete(draft.id)
    for number in range(1000):
        house.books.add("Invoice", deepcopy(draft.body) | {"DocNumber": f"R{number}", "PrivateNote": ""})
    assert_declined(house)


@pytest.mark.parametrize("beyond", ["fault", "clip"])
def test_offline_31_days(house: House, beyond: str) -> None:
    """The feed has forgotten the deletion, whether it says so or not."""
    house.state.behaviour.cdc_beyond_horizon = beyond  # type: ignore[assignment]
    house.finance.delete(drafts(house)[0].id)
    house.wait(timedelta(days=31).total_seconds())
    assert_declined(house)


def test_stale_token_merge(house: House) -> None:
    """Finance saves between our reading and our writing: the write is refused, merged anew, and both stand."""
    (draft,) = drafts(house)
    house.lead.set_field("HPO-1", "Contract amount", 650.0)
    at_the_next_write(house, "edit_memo", draft.id, "Thank you for your business")
    house.apply()
    assert draft.body["CustomerMemo"] == {"value": "Thank you for your business"}
    assert (draft.body["Line"][0]["Amount"], len(drafts(house))) == (650, 1)


def test_a_draft_sent_between_our_reading_and_our_writing_is_never_written(house: House) -> None:
    """The difference goes on a draft of its own."""
    (draft,) = drafts(house)
    house.lead.set_field("HPO-1", "Contract amount", 650.0)
    at_the_next_write(house, "send", draft.id, "ap@harborpine.example")
    house.apply()
    assert [row.body["TotalAmt"] for row in drafts(house)] == [500, 150]


def test_fault_with_effect(house: House) -> None:
    """An error says that nothing happened, and the invoice is there all the same."""
    error = {"Message": "Unexpected Internal Error", "Detail": "(-30003)", "code": "6000"}
    fault = json.dumps({"Fault": {"Error": [error], "type": "ValidationFault"}})
    said = {"Content-Type": "application/json"}
    script = house.faults.add(faults.answer_after(400, fault, said), method="POST", path="/invoice$")
    close(house, "Checkout")
    house.apply(patience=600)
    house.apply()
    assert (script.fired, [row.body["TotalAmt"] for row in drafts(house)]) == (1, [500, 500])


def test_full_resync_zero_writes(house: House) -> None:
    """Everything is read again by id, as the service does daily; nothing is written for it."""
    house.wait(timedelta(days=2).total_seconds())
    before = house.books.revision
    Runner(house.engine, timedelta(minutes=1), timedelta(days=1)).tick()
    house.wait(timedelta(days=2).total_seconds())
    Runner(house.engine, timedelta(minutes=1), timedelta(days=1)).tick()
    assert house.books.revision == before


def test_midnight_company_tz(house: House) -> None:
    """Half past ten in the evening in New York is tomorrow in UTC, and the invoice is of that evening."""
    house.wait(timedelta(hours=12, minutes=30).total_seconds())
    assert house.now().date() == date(2026, 3, 3)
    close(house, "Checkout")
    house.apply()
    body = drafts(house)[1].body
    assert body["TxnDate"] == body["Line"][0]["SalesItemLineDetail"]["ServiceDate"] == "2026-03-02"


def test_a_story_that_leaves_a_reopened_epic_is_billed_once(house: House) -> None:
    """The draft of a reopened epic is kept as it is: what stands on it is billed by no other epic meanwhile."""
    left, joined = (house.epic(title, "counted", {}) for title in ("Checkout", "Basket"))
    stories = [house.lead.add_child(epic.key, "Story", 3.0) for epic in (left, joined)]
    for issue in (*stories, left, joined):
        house.lead.close(issue.key)
    house.apply()
    house.wait(60)
    house.lead.reopen(left.key)
    verbs.set_parent(house.site, stories[0], joined.id, by=ACCOUNTS[0], at=house.now())
    house.apply()
    assert [row.body["TotalAmt"] for row in drafts(house)] == [500, 300, 300]


def test_two_tenants_interleaved(quick_store: Store) -> None:
    """Two companies give their invoices the same ids: what happens to one concerns the other in nothing."""
    bench = Bench(quick_store, "acme", "zenith")
    acme, zenith = bench.clients.values()
    for client in (acme, zenith):
        client.show(Epic(1, turns=(bench.now,)))
    bench.apply()
    mine, other = acme.books.documents(), zenith.books.documents()
    assert [each.external_id for each in mine] == [each.external_id for each in other]
    acme.books.finance.delete(mine[0].external_id)
    zenith.books.finance.send(other[0].external_id)
    acme.show(Epic(2, turns=(bench.now,)))
    bench.apply()
    assert (len(acme.books.documents()), len(zenith.books.documents())) == (2, 1)
    live = {
        name: sum(
            (c.amount for c in quick_store.accounts.account(name, bench.now).claims if not c.ended),
            usd("0.00"),
        )
        for name in bench.clients
    }
    assert live == {"acme": usd("100.00"), "zenith": usd("100.00")}


def test_every_failure_on_the_page_has_the_test_that_it_names() -> None:
    file, named = "", 0
    for word in re.findall(r"`((?:tests/\S+\.py)|test_\w+)`", (ROOT / "docs/failures.md").read_text("utf-8")):
        if word.startswith("tests/"):
            file = (ROOT / word).read_text("utf-8")
        else:
            assert f"def {word}(" in file, word
            named += 1
    assert named >= 40
