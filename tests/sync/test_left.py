"""A contract file that is gone: its finished work stays in the buckets, readable, and nothing is written for it."""

from __future__ import annotations

from sync_bench import MILESTONE, Bench, book_of, rules

from mappings.contract.book import RuleBook
from sync.ruleset import left_files
from sync.store import Store

OTHER = MILESTONE.replace('label = "billable"', 'label = "other"').replace("billable epics", "other epics")
STAYING = rules("acme", milestone=OTHER)
GOING = rules("acme").replace('id = "acme"', 'id = "zeta"')


def left(store: Store) -> Bench:
    """Two contracts on one project: the file of one is taken away when it has billed one epic, and a second one is
    finished, which has no amount yet."""
    bench = Bench(store, texts=[STAYING, GOING])
    bench.close(1)
    bench.close(2, None)
    bench.apply()
    bench.restart(STAYING)
    return bench


def test_finished_work_of_a_contract_without_a_file_stays_in_its_bucket_with_its_title(store: Store) -> None:
    bench = left(store)
    bench.price(2, "70.00")
    bench.close(3)
    bench.plan()
    summary = bench.status()
    shown = {
        (each.title.split()[0], each.contract, each.bucket, str(each.amount)) for each in summary.positions
    }
    assert shown == {
        ("ACME-1", "zeta", "billed", "100.00 USD"),
        ("ACME-2", "zeta", "held", "70.00 USD"),
        ("ACME-3", "zeta", "held", "100.00 USD"),
    }
    assert summary.gap == 0
    assert {each.reason for each in summary.positions if each.bucket == "held"} == {
        "contract 'zeta' has no file any more (contract.toml)"
    }


def test_nothing_is_written_for_it_and_one_finding_says_why(store: Store) -> None:
    bench = left(store)
    bench.price(2, "70.00")
    before = len(bench.books.documents())
    applied = bench.apply()
    assert (applied.plan.actions, len(bench.books.documents())) == ((), before)
    found = [one for each in applied.after.assessments for one in each.plan.findings]
    assert [(each.code, each.subject) for each in found] == [("contract.left", "zeta")]
    assert "1 piece of finished work is held" in found[0].reason


def test_what_another_contract_reaches_is_billed_there_and_counted_once(store: Store) -> None:
    bench = left(store)
    bench.close(4, labels=("billable", "other"))
    bench.close(5, labels=("other",))
    bench.apply()
    rows = [(each.title.split()[0], each.contract, each.bucket) for each in bench.status().positions]
    assert sorted(rows) == [
        ("ACME-1", "zeta", "billed"),
        ("ACME-2", "zeta", "held"),
        ("ACME-4", "acme", "billed"),
        ("ACME-5", "acme", "billed"),
    ]


def test_the_file_put_back_bills_what_waited(store: Store) -> None:
    bench = left(store)
    bench.price(2, "70.00")
    bench.apply()
    bench.restart(STAYING, GOING)
    bench.apply()
    assert bench.sums() == {"billed": "170.00"}


def test_a_check_names_the_file_that_is_gone(store: Store) -> None:
    left(store)
    assert left_files(store, book_of(STAYING, GOING)) == []
    (notice,) = left_files(store, RuleBook(book_of(STAYING).contracts))
    assert (notice.file, "'zeta'" in notice.message) == ("contract.toml", True)
