"""From a release in Jira to an invoice: it moves no issue, and is noticed all the same."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

from sync_bench import Bench, rules

from model.work import Version
from sync.store import Store
from sync.telling.work import explain_work

RELEASES = """
[[milestone]]
rule = "releases"
phase = "delivery"
work = {{ versions = {{ project = "{project}", name = "2.*" }} }}
price = {{ fixed = "500.00" }}
"""


def test_a_release_makes_a_draft_and_taking_it_back_is_said(store: Store) -> None:
    bench = Bench(store, texts=[rules(milestone=RELEASES)])
    version = Version("7", "2.0", "1", "ACME", False, False, None)
    bench.acme.tracker.put_version(version)
    assert bench.apply().plan.actions == ()
    bench.acme.tracker.put_version(replace(version, released=True, released_on=date(2026, 2, 3)))
    bench.apply()
    (invoice,) = bench.live()
    assert (str(invoice.total), [line.text for line in invoice.lines]) == ("500.00 USD", ["ACME 2.0"])
    assert bench.apply().plan.actions == ()
    (told,) = explain_work(bench.engine, bench.plan(), "acme 2.0", bench.now)
    assert told.explanation.outcome == "billed"
    bench.acme.tracker.put_version(version)
    assert bench.apply().plan.actions == ()
    assert bench.codes() == {"work.reopened"}


def test_a_version_that_a_rule_names_and_nobody_made_is_said(store: Store) -> None:
    one = RELEASES.replace("versions = ", "version = ").replace("2.*", "2.0")
    bench = Bench(store, texts=[rules(milestone=one)])
    bench.plan()
    assert "rules.version_unknown" in bench.codes()
