"""What epics say in Jira about their money: it follows each document from run to run, and never stands in its way."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sync_bench import MILESTONE, Bench, rules, usd

from connectors.errors import Rejected, Transient
from connectors.memory_noticeboard import MemoryNoticeboard
from connectors.ports import Posted, WebLink
from sync.outbox import notices as poster
from sync.outbox.notices import Posting, lease_of
from sync.planning.notices import FORMAT
from sync.runner import Runner
from sync.store import Store

EPIC = "10001"
QUIET, OPEN = "[write_back]\namount = false\n", "[write_back]\namount = true\n"
DOWN = Transient("Jira", "link an issue to its invoice", "the service is not available (503)")


def telling(store: Store, more: str = OPEN, **terms: Any) -> Bench:
    """One client whose contract writes back."""
    return Bench(store, texts=[rules(more=more, **terms)])


@pytest.fixture
def told(quick_store: Store) -> Bench:
    """One closed epic of 100.00 whose draft is made and told."""
    bench = telling(quick_store)
    bench.close(1)
    bench.apply()
    return bench


def links(bench: Bench, epic: str = EPIC) -> list[WebLink]:
    """The links on an epic."""
    return list(bench.acme.board.links.get(epic, {}).values())


def titles(bench: Bench, epic: str = EPIC) -> list[str]:
    """What the links on an epic say."""
    return [link.title for link in links(bench, epic)]


def record(bench: Bench, epic: str = EPIC) -> Any:
    """What the epic keeps for scripts."""
    return bench.acme.board.marks[epic]["milepost.acme"]


def posted(bench: Bench) -> Posting:
    """What the notices of one apply came to."""
    return bench.apply().notices.get("acme-site", Posting())


def requests_of(bench: Bench) -> int:
    """How many requests one apply makes to the noticeboard."""
    before = bench.acme.board.requests
    bench.apply()
    return bench.acme.board.requests - before


def test_a_draft_is_told_on_its_epic_in_words_and_as_a_record(told: Bench) -> None:
    (link,) = links(told)
    assert link.title == "Invoice 1001: drafted (100.00 USD)"
    assert (link.url, link.summary, link.resolved) == (
        "https://books.example/invoice/1",
        "contract acme",
        False,
    )
    assert link.name.startswith("milepost:MP-")
    (document,) = told.books.documents()
    assert document.marker == f"[{link.name.removeprefix('milepost:')}]"
    kept = record(told)
    assert (kept["version"], kept["contract"], kept["updated_at"]) == (FORMAT, "acme", told.now.isoformat())
    assert kept["documents"] == [
        {
            "document": next(iter(told.store.accounts.account("acme", told.now).heads)),
            "kind": "invoice",
            "company": "9000",
            "id": "1",
            "number": "1001",
            "state": "draft",
            "charges": ["acme|acme-cloud/epic/10001|fee"],
            "amount": "100.00",
            "currency": "USD",
        }
    ]


def test_without_the_table_nothing_is_written_to_jira(bench: Bench) -> None:
    bench.close(1)
    assert bench.apply().notices == {}
    assert bench.acme.board.requests == 0


def test_amounts_stay_out_where_the_contract_says_so(quick_store: Store) -> None:
    bench = telling(quick_store, QUIET)
    bench.close(1, "1234.50")
    bench.apply()
    assert titles(bench) == ["Invoice 1001: drafted"]
    assert "1234" not in str(record(bench)) + str(links(bench))


def test_a_second_run_with_nothing_new_makes_no_request(told: Bench) -> None:
    assert told.acme.board.requests == 2
    for _ in range(2):
        told.wait(3600)
        assert requests_of(told) == 0


LIFE: dict[str, tuple[Callable[[Bench], object], str, str, bool]] = {
    "edited": (
        lambda it: it.books.finance.edit("1", memo="x"), "edited", "drafted, edited by finance", False,
    ),
    "queued": (lambda it: it.books.finance.queue("1"), "queued", "about to be sent", False),
    "sent": (lambda it: it.books.finance.send("1"), "sent", "sent", False),
    "paid in part": (
        lambda it: it.books.finance.pay("1", usd("40.00")), "part_paid", "paid in part", False,
    ),
    "paid": (lambda it: it.books.finance.pay("1"), "paid", "paid", True),
    "voided": (lambda it: it.books.finance.void("1"), "voided", "voided", True),
    "line removed": (
        lambda it: it.books.finance.remove_line("1", "1"), "declined", "taken out by finance", True,
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", LIFE)
def test_the_epic_follows_its_document(told: Bench, name: str) -> None:
    act, state, words, is_over = LIFE[name]
    act(told)
    assert requests_of(told) == 2
    (link,) = links(told)
    assert (link.title, link.resolved) == (f"Invoice 1001: {words} (100.00 USD)", is_over)
    assert record(told)["documents"][0]["state"] == state
    assert requests_of(told) == 0


def test_a_deleted_invoice_is_told_by_the_number_it_had(told: Bench) -> None:
    told.books.finance.delete("1")
    told.apply()
    (link,) = links(told)
    assert (link.title, link.resolved) == ("Invoice 1001: deleted (100.00 USD)", True)


def test_what_finance_let_go_is_not_told_as_billed(told: Bench) -> None:
    told.books.finance.edit_line("1", "1", usd("80.00"))
    told.apply()
    assert titles(told) == ["Invoice 1001: drafted, edited by finance (80.00 USD)"]


def test_a_second_document_stands_beside_the_first(told: Bench) -> None:
    told.books.finance.send("1")
    told.price(1, "150.00")
    told.apply()
    assert titles(told) == ["Invoice 1001: sent (100.00 USD)", "Invoice 1002: drafted (50.00 USD)"]
    assert [each["number"] for each in record(told)["documents"]] == ["1001", "1002"]


def test_what_we_take_back_goes_away_and_comes_anew(quick_store: Store) -> None:
    bench = telling(quick_store, reopened="withdraw", review_days=5)
    bench.close(1)
    bench.apply()
    bench.wait(60)
    bench.reopen(1)
    outcome = posted(bench)
    assert (outcome.put, outcome.taken_away) == (0, 2)
    assert (links(bench), bench.acme.board.marks[EPIC]) == ([], {})
    assert requests_of(bench) == 0
    bench.wait(60)
    bench.close(1)
    bench.apply()
    assert titles(bench) == ["Invoice 1002: drafted (100.00 USD)"]


def test_held_work_says_nothing(quick_store: Store) -> None:
    bench = telling(quick_store)
    bench.close(1, None)
    bench.apply()
    assert bench.acme.board.requests == 0


def test_taking_the_table_out_takes_the_notices_away(told: Bench) -> None:
    told.restart(rules())
    told.apply()
    assert (links(told), told.acme.board.marks[EPIC]) == ([], {})
    assert requests_of(told) == 0


def test_a_contract_whose_file_is_gone_is_told_to_its_end(told: Bench) -> None:
    other = rules(milestone=MILESTONE.replace('"billable"', '"other"')).replace('id = "acme"', 'id = "next"')
    told.restart(other)
    told.books.finance.pay("1")
    told.apply()
    assert titles(told) == ["Invoice 1001: paid (100.00 USD)"]


def test_words_of_strangers_are_inert(told: Bench) -> None:
    entry = told.books._shelf.entries["1"]
    number = "1\u202e00\x001\n<b>" + "x" * 300
    told.books._shelf.put(replace(entry, document=replace(entry.document, number=number)))
    told.apply()
    (title,) = titles(told)
    assert title.isprintable()
    assert len(title) <= 120
    assert str(record(told)["documents"][0]["number"]).isprintable()


class TestTrouble:
    """What goes wrong in Jira is Jira's: the money goes on."""

    def test_a_passing_failure_leaves_the_rest_to_the_next_run(self, quick_store: Store) -> None:
        bench = telling(quick_store)
        bench.close(1)
        bench.acme.board.failure = DOWN
        applied = bench.apply()
        assert bench.sums() == {"billed": "100.00"}
        assert applied.trouble == []
        (outcome,) = applied.notices.values()
        assert (outcome.put, outcome.waiting, outcome.trouble) == (0, 2, [DOWN])
        assert bench.acme.board.requests == 1
        assert bench.store.notices.backlog() == {"waiting": 2}
        bench.acme.board.failure = None
        assert posted(bench).put == 2
        assert bench.store.notices.backlog() == {}

    def test_an_issue_that_always_fails_stands_in_no_other_issues_way(self, quick_store: Store) -> None:
        class Sick(MemoryNoticeboard):
            def mark(self, issue_id: str, name: str, value: Any) -> Posted:
                if issue_id == EPIC:
                    raise DOWN
                return super().mark(issue_id, name, value)

        bench = telling(quick_store)
        bench.acme.board = Sick()
        bench.restart()
        for number in (1, 2, 3):
            bench.close(number)
        for _ in range(3):
            bench.apply()
            bench.wait(60)
        assert set(bench.acme.board.marks) == {"10002", "10003"}
        assert bench.store.notices.backlog() == {"waiting": 1}

    def test_a_missing_right_is_said_once_for_a_project_and_asked_for_once_a_run(
        self, quick_store: Store
    ) -> None:
        bench = telling(quick_store)
        for number in (1, 2, 3):
            bench.close(number)
        bench.acme.board.closed |= {"10001", "10002", "10003"}
        applied = bench.apply()
        assert bench.sums() == {"billed": "300.00"}
        (finding,) = [
            each for it in applied.after.assessments for each in it.plan.findings if "notice" in each.code
        ]
        assert (finding.code, finding.subject, finding.owner) == (
            "notice.denied",
            "epics of project ACME",
            "admin",
        )
        assert "link issues and edit issues" in finding.reason
        assert bench.acme.board.requests == 2  # one for a link, one for a record
        assert bench.store.notices.backlog() == {"denied": 6}
        bench.wait(60)
        assert requests_of(bench) == 2
        bench.acme.board.closed.clear()
        bench.wait(60)
        assert posted(bench).put == 6
        assert "notice.denied" not in bench.codes()

    def test_the_service_asks_for_a_missing_right_only_now_and_then(self, quick_store: Store) -> None:
        bench = telling(quick_store)
        bench.close(1)
        bench.acme.board.closed.add(EPIC)
        runner = Runner(bench.engine, timedelta(minutes=1), timedelta(days=1))
        for _ in range(5):
            runner.tick()
            bench.wait(300)
        assert bench.acme.board.requests == 2
        bench.wait(7 * 3600)
        runner.tick()
        assert bench.acme.board.requests == 4

    def test_what_jira_refuses_is_a_finding_with_its_reason(self, quick_store: Store) -> None:
        bench = telling(quick_store)
        bench.close(1)
        bench.acme.board.failure = Rejected("Jira", "link", "the request was refused (413)", status=413)
        bench.apply()
        assert "notice.refused" in bench.codes()
        assert bench.store.notices.backlog() == {"refused": 2}
        bench.acme.board.failure = None
        bench.wait(60)
        bench.apply()
        assert (titles(bench), bench.store.notices.backlog()) == (["Invoice 1001: drafted (100.00 USD)"], {})

    def test_an_issue_that_cannot_be_seen_is_told_once_it_can_and_is_nobodys_trouble(
        self, told: Bench
    ) -> None:
        seen = set(told.acme.board.issues)
        told.acme.board.issues.clear()
        told.books.finance.send("1")
        runner, before = (
            Runner(told.engine, timedelta(minutes=1), timedelta(days=1)),
            told.acme.board.requests,
        )
        for _ in range(3):
            told.wait(300)
            runner.tick()
        assert told.acme.board.requests - before == 2
        assert (told.store.notices.backlog(), [it for it in told.codes() if "notice" in it]) == ({}, [])
        told.acme.board.issues |= seen
        told.wait(7 * 3600)
        runner.tick()
        assert titles(told) == ["Invoice 1001: sent (100.00 USD)"]

    def test_a_process_that_dies_before_it_hears_the_answer_says_it_again(
        self, quick_store: Store, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        bench = telling(quick_store, reopened="withdraw", review_days=5)
        bench.close(1)
        died = RuntimeError("killed")

        def dies(*_: object) -> None:
            raise died

        with monkeypatch.context() as patched:
            patched.setattr(type(quick_store.notices), "done", dies)
            with pytest.raises(RuntimeError):
                bench.apply()
        assert len(links(bench)) + len(bench.acme.board.marks) == 1  # it stands there, and nobody knows
        bench.wait(60)
        bench.reopen(1)
        bench.apply()
        assert (links(bench), bench.acme.board.marks.get(EPIC, {})) == ([], {})

    def test_another_process_at_the_same_site_is_not_waited_for(self, told: Bench) -> None:
        told.books.finance.send("1")
        lease, now = lease_of("acme-cloud"), told.now
        assert told.store.leases.acquire(lease, "another-machine/1/1", now, timedelta(minutes=5)) is not None
        assert told.apply().notices == {}
        told.store.leases.release(lease, "another-machine/1/1", now)
        assert posted(told).put == 2


def test_a_run_has_an_allowance_and_the_next_goes_on(
    quick_store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(poster, "_ALLOWANCE", 5)
    monkeypatch.setattr(poster, "_AT_ONCE", 2)
    bench = telling(quick_store)
    for number in range(1, 5):
        bench.close(number)
    outcomes = [posted(bench) for _ in range(3)]
    assert [(each.put, each.waiting) for each in outcomes] == [(5, 3), (3, 0), (0, 0)]
    assert all(titles(bench, str(10000 + number)) for number in range(1, 5))


def test_the_service_says_it_in_the_tick_that_wrote_the_draft(quick_store: Store) -> None:
    bench = telling(quick_store)
    bench.close(1)
    runner = Runner(bench.engine, timedelta(minutes=1), timedelta(days=1))
    runner.tick()
    assert titles(bench) == ["Invoice 1001: drafted (100.00 USD)"]
    bench.books.finance.send("1")
    runner.tick()
    assert titles(bench) == ["Invoice 1001: sent (100.00 USD)"]
    before = bench.acme.board.requests
    for _ in range(3):
        runner.tick()
    assert bench.acme.board.requests == before


def test_only_work_with_a_place_in_jira_is_told(quick_store: Store) -> None:
    fee = '\n[[milestone]]\nrule = "fee"\nphase = "delivery"\nwork = {{ date = 2026-02-01, id = "fee" }}\n'
    fee += 'price = {{ fixed = "10.00" }}\n'
    bench = telling(quick_store, milestone=MILESTONE + fee)
    bench.close(1)
    bench.apply()
    assert len(bench.live()) == 2
    assert list(bench.acme.board.links) == [EPIC]
