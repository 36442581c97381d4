"""The inbox in words: what a thing to decide may be called, how a draft ended, which command a hint names."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from outbox_steps import LOST, drain
from sync_bench import Bench, rules, usd

from connectors.memory_shelf import PretendFinance
from model.billing import DocumentState
from sync.deciding.inbox import Item, inbox, nothing_called
from sync.deciding.take import Wish, take
from sync.planning.fuse import Limits

EXPENSE = """
[[expense]]
id = "hosting"
on = 2026-02-01
amount = "40.00"
text = "Hosting"
approved_by = "client"
"""


def items(bench: Bench) -> list[Item]:
    """What asks for a person after an apply."""
    bench.apply()
    return list(inbox(bench.store, bench.engine.plan(bench.engine.last_read())))


def billed(bench: Bench, number: int = 1, amount: str = "100.00") -> None:
    bench.close(number, amount)
    bench.apply()


@pytest.mark.parametrize(
    ("ends", "said"),
    [
        (lambda finance: finance.void("1"), "finance voided invoice 1001 on 2026-02-03"),
        (lambda finance: finance.delete("1"), "finance deleted invoice 1001 on 2026-02-03"),
        (
            lambda finance: finance.remove_line("1", "1"),
            "finance took our line out of invoice 1001 (seen 2026-02-03)",
        ),
    ],
)
def test_it_says_how_and_when_finance_ended_a_draft(
    bench: Bench, ends: Callable[[PretendFinance], object], said: str
) -> None:
    billed(bench)
    ends(bench.books.finance)
    (item,) = items(bench)
    assert item.finding.reason == f"{said}; 100.00 USD is not billed again by itself"
    assert item.finding.hint == "Decide: `rebill` makes a new draft for it, `keep` leaves it unbilled."
    assert item.is_called("1001")
    assert item.is_called("Invoice 1001")


def test_a_rejected_estimate_says_when(bench: Bench) -> None:
    bench.restart(rules(draft="pending_estimate"))
    billed(bench)
    bench.books.finance.answer("1", DocumentState.REJECTED)
    (item,) = items(bench)
    assert item.finding.reason.startswith("estimate 1001 was rejected on 2026-02-03; 100.00 USD is not")


def test_a_fuse_is_found_by_its_work_and_its_hint_names_the_very_command(bench: Bench) -> None:
    bench.acme.company = replace(bench.acme.company, limits=Limits(line={"USD": usd("500.00")}))
    bench.restart()
    bench.close(1, "700.00")
    bench.close(2, "900.00")
    blown = {item.matter.waiting[0].key: item for item in items(bench) if item.matter is not None}
    assert blown["ACME-1"].finding.hint == (
        "1 write of 700.00 USD waits: correct what is wrong, or let exactly these pass: "
        "`milepost decide ACME-1 release --why …`."
    )
    assert [key for key, item in blown.items() if item.is_called("acme-2")] == ["ACME-2"]
    take(bench.engine, Wish("ACME-1", "release", "", "ada", "agreed"))
    bench.apply()
    assert [str(each.total) for each in bench.live()] == ["700.00 USD"]


def test_billed_work_whose_project_no_rule_reads_any_more_is_named_by_its_line(bench: Bench) -> None:
    billed(bench)
    bench.restart(rules(milestone=""))
    (item,) = items(bench)
    assert (item.finding.code, item.finding.subject) == ("work.hidden", bench.live()[0].lines[0].text)


def test_a_charge_that_no_contract_file_has_any_more_is_named_by_its_line_and_its_invoice(
    bench: Bench,
) -> None:
    bench.restart(rules(more=EXPENSE))
    bench.apply()
    bench.restart(rules())
    (item,) = items(bench)
    line = bench.live()[0].lines[0].text
    assert (item.finding.code, item.finding.subject) == ("rules.unreached", line)
    assert item.finding.reason == (
        "40.00 USD is billed on invoice 1001 (draft) for work that no contract file reaches any more"
    )


def test_a_parked_write_names_what_may_be_chosen(one: Bench) -> None:
    one.books.fail_next = [LOST]
    drain(one)
    one.wait(13 * 3600)
    assert drain(one).parked == 1
    (item,) = items(one)
    for choice in item.choices:
        assert f"`{choice.name}`" in item.finding.hint


def test_a_name_that_fits_nothing_brings_near_ones_or_what_explains_it(bench: Bench) -> None:
    billed(bench)
    billed(bench, 2)
    bench.books.finance.void("1")
    found = items(bench)
    plan = bench.engine.plan(bench.engine.last_read())
    assert "did you mean ACME-1?" in nothing_called(plan, found, "ACMI-1")
    assert nothing_called(plan, found, "acme-2") == (
        "acme-2 needs no decision; `milepost explain acme-2` says how it stands"
    )
    assert nothing_called(plan, found, "zzz").endswith("`milepost decide` lists what does")
