"""Lines of several estimates that finance made one: what is left to decide ends it for good, and every sum adds up."""

from __future__ import annotations

from pathlib import Path

import pytest
from story_played import played

from sync.deciding.inbox import inbox
from sync.reconciling.reconcile import reconcile
from sync.store import Store


@pytest.mark.parametrize(
    "name",
    [
        "two estimates of one epic are made one line of an invoice",
        "two estimates of two epics are made one line of an invoice",
        "two estimates of two epics are made one line under words of finance's",
        "two estimates of one epic become one invoice, and a credit memo gives back of both",
        "estimates of two contracts of one client become one invoice",
    ],
)
def test_once_it_is_decided_nothing_asks_any_more_and_jira_ledger_and_books_agree(
    quick_store: Store, tmp_path: Path, name: str
) -> None:
    scene = played(quick_store, tmp_path, f"estimates: {name}")
    found = reconcile(scene.engine, repair=False)
    assert [each for each in found.sums if each.gap] == []
    assert [str(each) for each in found.drifts] == []
    assert found.is_whole
    left = {item.finding.code for item in inbox(scene.engine.store, scene.engine.plan(scene.engine.read()))}
    assert left <= {"draft.reduced"}  # of which the last story tells without deciding it
