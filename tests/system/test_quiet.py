"""A run with nothing to do: no write, and as many requests on a long history as on a short one."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from launcher import Launcher
from office import WRITES

from cli.opening import open_files
from cli.work import open_engine
from mappings.contract.rules import Contract
from model.work import TrackerCatalogue
from sandbox.clock import Clock
from sandbox.world.generate import build
from sandbox.world.running import RunningSandbox
from sync.runner import Runner

Requests = Counter[tuple[str, str]]
LONG = 5  # times as much history: some 3,000 issues


@dataclass(frozen=True, slots=True)
class Quiet:
    """Requests of quiet runs by method and path: of a fresh process, and of a service that has run before."""

    applied: Requests
    ticked: Requests


def quiet_runs(launcher: Launcher, home: Path, factor: float) -> Quiet:
    """Do everything there is to do in a world, then look twice more."""
    world = build(1, datetime.now(UTC), factor, Clock.real())
    with RunningSandbox(world) as sandbox:
        config = sandbox.write_home(home)
        first = launcher.run("apply", "--json", cwd=home)
        planned = len(first.document["actions"])  # how much its sprints had in them depends on the hour
        assert (first.code, first.document["companies"]["main"]["written"]) == (0, planned)
        assert planned > 0
        launcher.run("apply", cwd=home)  # our own links on epics moved them: they are read back once
        _forget(sandbox)
        again = launcher.run("apply", "--json", cwd=home)
        assert (again.code, again.document["actions"]) == (0, [])
        applied = _asked(sandbox)
        with open_engine(open_files(config, as_json=False)) as engine:
            service = Runner(engine, timedelta(seconds=1), timedelta(hours=1))
            service.tick()
            _forget(sandbox)
            assert [drained.done for drained in service.tick().values()] == [0]
        return Quiet(applied, _asked(sandbox))


@pytest.mark.timeout(300)
def test_a_quiet_run_writes_nothing_and_costs_the_same_however_long_the_history_is(launcher, tmp_path):
    short, long = (quiet_runs(launcher, tmp_path / str(factor), factor) for factor in (1, LONG))
    for quiet in (short, long):
        for requests in (quiet.applied, quiet.ticked):
            assert not any(path.endswith(WRITES.rstrip("$")) for _, path in requests)
    assert long.applied == short.applied
    assert long.ticked == short.ticked
    assert short.applied.total() <= 21
    assert short.ticked.total() <= 7


def quiet_tick(home: Path, factor: float) -> Requests:
    """Read a world, and look once more with nothing done in between."""
    world = build(1, datetime.now(UTC), factor, Clock.real())
    with RunningSandbox(world) as sandbox:
        config = sandbox.write_home(home)
        with open_engine(open_files(config, as_json=False)) as engine:
            engine.read()
            engine.read()  # what was logged in the last minutes is told by the feed once more
            _forget(sandbox)
            engine.read()
            site = engine.store.mirror.catalogue("tracker", "main", TrackerCatalogue)
            assert site is not None
            projects = [project.id for project in site.projects]
            mirror = engine.store.mirror.load(site, projects, (), ())
            assert sum(len(issue.worklogs) for issue in mirror.issues.values()) > 200 * factor
            assert mirror.versions
        return _asked(sandbox)


@pytest.mark.timeout(300)
def test_reading_time_and_versions_costs_two_feeds_and_a_list_for_each_project_however_long_the_history_is(
    tmp_path, monkeypatch
):
    for need in ("bills_time", "bills_versions"):
        monkeypatch.setattr(Contract, need, property(lambda _: True))
    short, long = (quiet_tick(tmp_path / str(factor), factor) for factor in (1, LONG))
    assert long == short
    feeds = {path: count for (_, path), count in short.items() if "worklog" in path}
    assert feeds == {"/rest/api/2/worklog/updated": 1, "/rest/api/2/worklog/deleted": 1}
    assert sum(count for (_, path), count in short.items() if path.endswith("/versions")) == 4
    assert short.total() <= 20


def _forget(sandbox: RunningSandbox) -> None:
    sandbox.jira_log.clear()
    sandbox.quickbooks_log.clear()


def _asked(sandbox: RunningSandbox) -> Requests:
    return Counter(
        (call.method, call.path) for log in (sandbox.jira_log, sandbox.quickbooks_log) for call in log
    )
