"""The seeded world: repeatable, consistent with its own history, as odd as promised, and scalable."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import tomllib
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from itertools import pairwise
from pathlib import Path

import pytest

from mappings.check.trials import run_examples
from mappings.load import load_folder
from sandbox.clock import Clock
from sandbox.jira.issue import Issue
from sandbox.jira.state import JiraState
from sandbox.world.figures import ADDED_SCOPE_SHARE, STORY_POINTS
from sandbox.world.generate import World, build
from sandbox.world.home import write_home
from sandbox.world.plots import TEAMS
from sandbox.world.texts import CONTROL
from sync.installation import settings

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
SPRINT, POINTS = "customfield_10020", ("customfield_10016", "customfield_10026")
DIGEST = """
import hashlib; from datetime import datetime, UTC; from sandbox.world.generate import build
world = build(11, datetime(2026, 11, 20, 15, 0, tzinfo=UTC), 2)
print(hashlib.sha256(repr([list(world.jira.issues.values()), world.jira.sprints]).encode()).hexdigest())
"""


@pytest.fixture(scope="module")
def world() -> World:
    return build(7, UNTIL)


@pytest.fixture(scope="module")
def larger() -> World:
    return build(7, UNTIL, 6)


def digest(world: World) -> str:
    kinds = ("Customer", "Item", "Account", "Term", "Invoice", "Class")
    books = [world.company.rows(kind) for kind in kinds]
    facts = (world.jira.issues, world.jira.sprints, world.jira.users, books, world.contracts, world.cast)
    return hashlib.sha256(repr(facts).encode()).hexdigest()


def at_level(state: JiraState, level: int) -> list[Issue]:
    return [issue for issue in state.issues.values() if state.types[issue.type_id].level == level]


def category(state: JiraState, issue: Issue) -> str:
    return state.statuses[issue.status_id].category


def test_the_same_seed_makes_the_same_world_and_another_seed_another(world):
    assert digest(build(7, UNTIL)) == digest(world)
    assert digest(build(8, UNTIL)) != digest(world)


def test_the_world_does_not_depend_on_the_order_of_hashes():
    runs = [
        subprocess.run(
            [sys.executable, "-c", DIGEST],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
        )
        for seed in ("1", "2")
    ]
    assert len(runs[0].stdout) == 65
    assert runs[0].stdout == runs[1].stdout


def test_the_clock_ends_where_the_world_does_also_one_that_flows():
    clock = Clock.real()
    build(7, UNTIL, clock=clock)
    assert timedelta(0) <= clock.now() - UNTIL < timedelta(minutes=1)


def test_a_small_factor_or_a_naive_time_is_refused():
    with pytest.raises(ValueError, match="factor"):
        build(7, UNTIL, 0.5)
    with pytest.raises(ValueError, match="aware"):
        build(7, UNTIL.replace(tzinfo=None))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_the_present_has_forty_epics_thirty_sprints_and_some_hundred_issues(seed):
    state = build(seed, UNTIL).jira
    assert len(at_level(state, 1)) == 40
    assert Counter(sprint.state for sprint in state.sprints.values()) == {
        "closed": 22,
        "active": 4,
        "future": 4,
    }
    assert 350 < len(state.issues) < 1100
    assert {type_.untranslated or type_.name for type_ in state.types.values()} == {
        "Epic", "Story", "Task", "Bug", "Sub-task",
    }  # fmt: skip
    assert Counter(project.style for project in state.projects.values()) == {"classic": 2, "next-gen": 2}


def test_names_of_fields_repeat_across_team_managed_projects(world):
    scopes = [field.project_id for field in world.jira.fields.values() if field.name == "Contract amount"]
    assert len(scopes) == 3
    assert len(set(scopes)) == 3
    assert None in scopes


def test_keys_and_ids_are_unique_and_parents_are_older(larger):
    state = larger.jira
    assert len({issue.key for issue in state.issues.values()}) == len(state.issues)
    for issue in state.issues.values():
        if issue.parent_id is not None:
            parent = state.issues[issue.parent_id]
            assert parent.created_at <= issue.created_at
            assert state.types[parent.type_id].level == state.types[issue.type_id].level + 1
            assert parent.project_id == issue.project_id


def test_nothing_happens_after_the_present_and_histories_are_in_order(larger):
    for issue in larger.jira.issues.values():
        moments = [issue.created_at, *(entry.at for entry in issue.histories), issue.updated_at]
        assert moments == sorted(moments), issue.key
        assert moments[-1] <= UNTIL
        ids = [entry.id for entry in issue.histories]
        assert ids == sorted(ids), issue.key


def test_the_history_of_every_issue_leads_to_what_it_is_now(larger):
    """Each field's items form a chain whose last link is the present value."""
    state = larger.jira
    for issue in state.issues.values():
        points = next((issue.values[field] for field in POINTS if field in issue.values), None)
        now = {
            "status": str(issue.status_id),
            "resolution": issue.resolution_id and str(issue.resolution_id),
            SPRINT: ", ".join(map(str, issue.sprint_ids)),
        }
        for field, value in now.items():
            links = [(i.old, i.new) for entry in issue.histories for i in entry.items if i.field_id == field]
            assert all(a[1] == b[0] for a, b in pairwise(links)), (issue.key, field)
            if links:
                assert links[-1][1] == value, (issue.key, field)
        estimates = [i.new_text for entry in issue.histories for i in entry.items if i.field_id in POINTS]
        if estimates:
            assert float(estimates[-1]) == points
        if not any(item.field == "status" for entry in issue.histories for item in entry.items):
            assert category(state, issue) == "new"


def test_memberships_and_indexes_agree(larger):
    state = larger.jira
    members = {(sprint_id, issue.id) for issue in state.issues.values() for sprint_id in issue.sprint_ids}
    assert members == {
        (sprint_id, issue_id) for sprint_id, ids in state.by_sprint.items() for issue_id in ids
    }
    logs = {log.id: issue.id for issue in state.issues.values() for log in issue.worklogs}
    assert logs == state.by_worklog
    assert sum(issue.time_spent or 0 for issue in state.issues.values()) == sum(
        log.seconds for issue in state.issues.values() for log in issue.worklogs
    )


def joined_after_start(state: JiraState) -> dict[int, bool]:
    """For each closed sprint, from the outside: was scope added after its start?"""
    added = {sprint.id: False for sprint in state.sprints.values() if sprint.state == "closed"}
    for issue in state.issues.values():
        for entry in issue.histories:
            for item in entry.items:
                if item.field_id == SPRINT:
                    for text in set(item.new.split(", ")) - set(item.old.split(", ")) - {""}:
                        if int(text) in added and entry.at > state.sprints[int(text)].starts_at:
                            added[int(text)] = True
    return added


@pytest.mark.parametrize("seed", [7, 21])
def test_scope_is_added_to_as_many_sprints_as_in_the_source(seed):
    added = joined_after_start(build(seed, UNTIL, 6).jira)
    assert len(added) > 120
    low, high = ADDED_SCOPE_SHARE
    assert low <= sum(added.values()) / len(added) <= high


def test_points_of_each_project_follow_its_source(larger):
    state = larger.jira
    for team in TEAMS:
        project = state.project(team.key)
        issues = [state.issues[i] for i in state.by_project[project.id]]
        estimates = [issue.values[f] for issue in issues for f in POINTS if f in issue.values]
        source = STORY_POINTS[team.points]
        mean = sum(value * count for value, count in source.counts.items()) / source.issues
        assert set(map(int, estimates)) <= set(source.counts)
        assert abs(sum(estimates) / len(estimates) / mean - 1) < 0.25, team.key


def test_sprints_close_early_and_late_and_rows_never_overlap(larger):
    state = larger.jira
    late = [s.completed_at - s.ends_at for s in state.sprints.values() if s.completed_at]
    assert any(delta < timedelta(days=-2) for delta in late)
    assert any(delta > timedelta(days=2) for delta in late)
    for board in state.boards:
        row = sorted(
            (s for s in state.sprints.values() if s.board_id == board and s.starts_at), key=lambda s: s.id
        )
        for before, after in pairwise(row):
            assert before.starts_at < before.completed_at < after.starts_at


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_every_promised_oddity_is_there_at_every_seed(seed):
    world = build(seed, UNTIL)
    state, cast = world.jira, world.cast.epics
    children = {role: [state.issues[i] for i in sorted(state.children[epic])] for role, epic in cast.items()}
    categories = {role: [category(state, child) for child in found] for role, found in children.items()}
    epic = {role: state.issues[identity] for role, identity in cast.items()}
    moves = {
        role: [
            state.statuses[int(i.new)].category for h in e.histories for i in h.items if i.field == "status"
        ]
        for role, e in epic.items()
    }
    assert moves["reopened"] == ["indeterminate", "done", "indeterminate"]
    assert moves["reclosed"] == ["indeterminate", "done", "indeterminate", "done"]
    assert moves["closing"] == ["indeterminate"]
    assert set(categories["closing"]) == {"done"}
    assert moves["open children"][-1] == "done"
    assert "new" in categories["open children"]
    assert state.resolutions[epic["rejected"].resolution_id].name == "Won't Do"
    assert state.resolutions[epic["duplicate"].resolution_id].name == "Duplicate"
    assert not epic["unpriced"].values
    assert not any(POINTS[1] in child.values for child in children["pointless"])
    assert any(POINTS[1] in child.values for child in children["growing"])
    assert epic["formula"].summary.startswith("=cmd|")
    assert "\u202e" in epic["bidi"].summary
    assert any(issue.summary == CONTROL for issue in state.issues.values())
    assert all(len(found) >= 3 for role, found in children.items() if role != "old"), categories
    for role in ("discovery", "reopening", "edited", "sent", "growing", "kick-off", "withdrawing"):
        assert moves[role] == ["indeterminate", "done"], role
        assert set(categories[role]) == {"done"}, role


@pytest.mark.parametrize("seed", [1, 2, 3, 4])
def test_the_running_support_sprint_has_done_and_open_work(seed):
    world = build(seed, UNTIL)
    state = world.jira
    assert state.sprints[world.cast.running_sprint].state == "active"
    assert state.sprints[world.cast.next_sprint].state == "future"
    members = [state.issues[i] for i in state.by_sprint[world.cast.running_sprint]]
    assert any(category(state, i) == "done" and i.values.get(POINTS[0]) for i in members)
    assert any(category(state, i) != "done" for i in members)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_work_is_carried_over_removed_reopened_and_left_without_estimate(seed):
    state = build(seed, UNTIL).jira
    leaves = at_level(state, 0)
    assert any(len(issue.sprint_ids) > 1 and category(state, issue) == "done" for issue in leaves)
    items = [(i, item) for i in leaves for h in i.histories for item in h.items]
    assert any(item.field_id == SPRINT and item.new == "" and item.old for _, item in items)
    done = [str(s.id) for s in state.statuses.values() if s.category == "done"]
    assert any(item.field == "status" and item.old in done for _, item in items)
    unestimated = [i for i in leaves if category(state, i) == "done" and not set(POINTS) & i.values.keys()]
    assert 0.03 < len(unestimated) / len(leaves) < 0.4
    assert any(issue.worklogs for issue in leaves)
    assert any(issue.component_ids and issue.labels for issue in leaves)


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_each_contract_has_closed_work_from_before_its_start(seed, tmp_path):
    world = build(seed, UNTIL)
    state = world.jira
    for name, text in world.contracts.items():
        contract = tomllib.loads(text)["contract"]
        key = {"harbor-shop.toml": "HPO", "lumiere-portal.toml": "LUM", "kestrel-care.toml": "KES"}[name]
        epics = [
            e for e in at_level(state, 1) if e.key.startswith(f"{key}-") and category(state, e) == "done"
        ]
        closed = [e.category_changed_at.date() for e in epics]
        assert any(day < contract["starts"] for day in closed), name
        assert sum(day > contract["starts"] for day in closed) >= 4, name


def test_percents_agreed_in_jira_stay_within_the_contract(world):
    percents = [
        Decimal(str(v))
        for i in world.jira.issues.values()
        for f, v in i.values.items()
        if f == "customfield_10040"
    ]
    fixed = Decimal(18000) / Decimal(120000) * 100
    assert 0 < sum(percents) + fixed + 10 <= 100


def test_the_home_loads_in_the_product_without_a_problem(world, tmp_path):
    config = write_home(world, tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2")
    loaded, problems = settings.load(config)
    assert problems == []
    assert loaded is not None
    book = load_folder(loaded.rules.folder)
    assert book.problems == ()
    for contract in book.contracts:
        assert contract.examples
        assert run_examples(contract, world.contracts[Path(contract.file).name]) == []
    assert [c.id for c in book.contracts] == ["harbor-shop", "kestrel-care", "lumiere-portal"]
    assert {c.client for c in book.contracts} <= {row.name for row in world.company.rows("Customer")}
    assert all(path.stat().st_mode & 0o077 == 0 for path in (tmp_path / "secrets").iterdir())


def test_contracts_name_only_what_the_company_has(world, tmp_path):
    write_home(world, tmp_path, "http://127.0.0.1:1", "http://127.0.0.1:2")
    company = world.company
    for contract in load_folder(tmp_path / "rules").contracts:
        assert company.named("Term", contract.terms)
        assert {c.name: c.body["CurrencyRef"]["value"] for c in company.rows("Customer")}[
            contract.client
        ] == contract.currency
        for rule in contract.milestones:
            assert company.named("Item", rule.item)
            assert rule.klass is None or company.named("Class", rule.klass)
    deposits = company.named("Item", "Client deposits")
    account = company.find("Account", deposits.body["IncomeAccountRef"]["value"])
    assert account.body["AccountType"] == "Other Current Liability"


def test_finance_wrote_invoices_by_hand_before(world):
    rows = world.company.rows("Invoice")
    assert len(rows) == 5
    assert {row.body["CurrencyRef"]["value"] for row in rows} == {"USD", "EUR"}
    assert {row.body["EmailStatus"] for row in rows} == {"EmailSent", "NotSet"}
    assert all(row.changed_at < UNTIL for row in rows)
    debits, credits_ = world.company.books.trial_balance()
    assert debits == credits_ > 0


def facts(world: World) -> Counter[tuple[object, ...]]:
    """What each issue looks like without ids and keys."""
    state = world.jira
    return Counter(
        (
            issue.summary,
            issue.created_at,
            category(state, issue),
            issue.labels,
            tuple(sorted(issue.values.items())),
            tuple(entry.at for entry in issue.histories),
        )
        for issue in state.issues.values()
    )


def test_a_larger_world_has_the_same_present_and_a_longer_past(world, larger):
    assert len(at_level(larger.jira, 1)) == 240
    assert len(larger.jira.sprints) == 180
    assert 6 * 350 < len(larger.jira.issues) < 6 * 1100
    assert not facts(world) - facts(larger)
    past = [
        s for s in larger.jira.sprints.values() if s.starts_at and s.starts_at < UNTIL - timedelta(days=365)
    ]
    assert len(past) > 60
