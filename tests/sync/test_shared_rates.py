"""A rate card from end to end: hours become a draft, and a new rate leaves what is billed as it was."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from sync_bench import MILESTONE, START, Bench, Epic, rules

from mappings.bundle import pack
from model.work import Issue, Worklog
from sync.store import Store

TIMED = MILESTONE.replace('{{ amount = {{ field = "Amount" }} }}', '{{ rate_card = "standard" }}')
CARD = '[rate_card]\nname = "standard"\ncurrency = "USD"\n\n[[rate]]\nfrom = 2026-01-01\nper_hour = "{}"\n'


def source(per_hour: str) -> str:
    """A contract of time and materials at this rate."""
    return pack(rules(milestone=TIMED, review_days=9), {"shared/card.toml": CARD.format(per_hour)})


def worked(bench: Bench, number: int, *hours: int) -> None:
    """A closed epic on whose only issue somebody logged hours."""
    epic, story = Epic(number, None, (START,), child="done").issues("acme")
    logs = tuple(
        Worklog(f"{number}{at}", "id-ann", "Ann", START, time * 3600, START, START)
        for at, time in enumerate(hours)
    )
    bench.acme.tracker.put(epic, _with(story, logs, bench))


def _with(story: Issue, logs: tuple[Worklog, ...], bench: Bench) -> Issue:
    return replace(story, worklogs=logs, updated_at=bench.now)


def amounts(bench: Bench) -> list[str]:
    """The totals of all drafts."""
    return [str(document.total) for document in bench.live()]


def test_a_new_rate_prices_new_work_and_leaves_billed_work_and_its_late_hours_alone(store: Store) -> None:
    bench = Bench(store, texts=[source("120.00")])
    worked(bench, 1, 2)
    bench.apply()
    assert amounts(bench) == ["240.00 USD"]

    bench.restart(source("200.00"))
    bench.wait(timedelta(hours=1).total_seconds())
    assert bench.plan().actions == ()
    worked(bench, 1, 2, 3)
    worked(bench, 5, 1)
    bench.apply()
    assert amounts(bench) == ["600.00 USD", "200.00 USD"]
    recorded = {each.text for each in store.rules.recorded().values()}
    assert recorded == {source("120.00"), source("200.00")}
    assert bench.plan().actions == ()
