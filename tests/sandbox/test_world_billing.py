"""Each promised kind of work ends as its role says when the product reads and prices the world."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors.jira.login import JiraLogin
from connectors.jira.tracker import JiraTracker
from connectors.ports import Scope
from mappings.contract.book import reach_of
from mappings.load import load_folder
from mappings.progress.verdict import Verdict
from mappings.translate import translate
from model.work import Mirror
from sandbox.world import story
from sandbox.world.generate import World, build
from sandbox.world.running import RunningSandbox
from sandbox.world.site import LOGIN, TOKEN

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
OUTCOMES = {
    "old": ("excluded", "excluded.before_start"),
    "discovery": ("due", "due"),
    "edited": ("due", "due"),
    "open children": ("held", "children.open"),
    "rejected": ("excluded", "excluded.resolution"),
    "internal": ("excluded", "excluded.rule"),
    "unmatched": ("held", "rule.none"),
    "closing": ("open", "open"),
    "reopened": ("open", "open"),
    "launch": ("open", "open"),
    "kick-off": ("due", "due"),
    "bidi": ("due", "due"),
    "unpriced": ("held", "field.missing"),
    "reclosed": ("due", "due"),
    "duplicate": ("excluded", "excluded.resolution"),
    "growing": ("due", "due"),
    "unestimated": ("due", "due"),
    "formula": ("due", "due"),
    "pointless": ("held", "points.missing"),
    "support epic": ("excluded", "excluded.rule"),
}


def verdicts(running: RunningSandbox, home: Path) -> dict[str, Verdict]:
    """Every verdict of every contract, by Jira's numeric id of the work, or by contract for deposits."""
    running.write_home(home)
    book = load_folder(home / "rules")
    reach = reach_of(book.contracts)
    scope = Scope(reach.projects, reach.boards, reach.fields)
    with JiraTracker(JiraLogin(running.jira_url, LOGIN, TOKEN)) as tracker:
        catalogue = tracker.catalogue(scope)
        batches = tracker.changed_since(scope, catalogue, None)
        issues = {issue.id: issue for batch in batches for issue in batch.issues}
        sprints = {sprint.id: sprint for sprint in tracker.sprints(catalogue, {})}
    mirror, now = Mirror(catalogue, issues, sprints), running.clock.now()
    found = {}
    for contract in book.contracts:
        versions = {contract.version: contract}
        for verdict in translate(contract, book, mirror, versions, [], "America/New_York", now):
            found[f"{verdict.work.kind} {verdict.work.id}" if verdict.work else contract.id] = verdict
    return found


def of(found: dict[str, Verdict], world: World, role: str) -> Verdict:
    return found[f"epic {world.cast.epics[role]}"]


@pytest.mark.parametrize("seed", [2, 7])
def test_every_role_ends_as_promised(seed, tmp_path):
    with RunningSandbox(build(seed, UNTIL)) as running:
        found = verdicts(running, tmp_path)
        world = running.world
    ends = {role: (of(found, world, role).outcome, of(found, world, role).code) for role in OUTCOMES}
    assert ends == OUTCOMES
    assert found["harbor-shop"].charge is not None
    assert str(found["harbor-shop"].charge.entitled) == "24,000.00 USD"
    assert str(of(found, world, "bidi").charge.entitled) == "6,180.00 EUR"
    assert str(of(found, world, "kick-off").charge.entitled) == "8,600.00 EUR"
    sprints = [v for key, v in found.items() if key.startswith("sprint ") and v.outcome == "due"]
    assert len(sprints) >= 2


def test_the_scenes_change_what_is_due(tmp_path):
    with RunningSandbox(build(7, UNTIL)) as running:
        world, before = running.world, verdicts(running, tmp_path)
        story.an_epic_closes(world)
        story.an_epic_reopens(world)
        story.scope_is_added(world, points=8)
        story.a_sprint_closes(world)
        after = verdicts(running, tmp_path)
    assert str(of(after, world, "closing").charge.entitled) == "10,800.00 USD"
    assert of(after, world, "reopening").outcome != "due"
    grown = of(after, world, "growing").charge.entitled - of(before, world, "growing").charge.entitled
    assert str(grown) == "1,200.00 USD"
    sprint = f"sprint {world.cast.running_sprint}"
    assert (before[sprint].outcome, after[sprint].outcome) == ("open", "due")


def test_the_present_bills_the_same_at_every_factor(tmp_path):
    sums = []
    for factor in (1, 3):
        with RunningSandbox(build(7, UNTIL, factor)) as running:
            found = verdicts(running, tmp_path)
        sums.append(sorted(str(v.charge.entitled) for v in found.values() if v.outcome == "due" and v.charge))
    assert sums[0] == sums[1]
    assert len(sums[0]) > 15
