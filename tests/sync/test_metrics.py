"""What monitoring reads: healthy while ticks end well, figures that are true, and no label that says too much."""

from __future__ import annotations

import re
import socket
from datetime import timedelta
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest
from settings_text import SMALLEST, loaded
from sync_bench import START, Bench

from connectors.errors import Unauthorized
from sync.runner import Runner
from sync.watching.metrics import exposition
from sync.watching.serving import Health, serving
from sync.watching.watch import Watch

POLL, DAILY = timedelta(minutes=5), timedelta(days=1)


def values(text: str) -> dict[str, float]:
    """Each figure with its labels."""
    lines = [line.rpartition(" ") for line in text.splitlines() if not line.startswith("#")]
    return {name: float(value) for name, _, value in lines}


def watched(bench: Bench) -> tuple[Runner, Watch]:
    watch = Watch(bench.store, bench.clock)
    return Runner(bench.engine, POLL, DAILY, watch=watch, reconcile_every=DAILY), watch


def test_it_is_healthy_while_ticks_end_well(bench: Bench) -> None:
    runner, watch = watched(bench)
    health = Health(lambda: watch.figures, bench.clock, POLL)
    assert health.page()[0] == 200  # the first tick has its time
    runner.tick()
    for minutes, status in ((15, 200), (1, 503)):
        bench.wait(minutes * 60)
        assert health.page()[0] == status
    bench.engine.trackers["acme-site"] = None  # type: ignore[index]
    runner._guarded(runner.tick)
    status, _, said = health.page()
    assert (status, b"the last tick failed: AttributeError" in said) == (503, True)


def test_the_figures_are_true(bench: Bench, tmp_path: Path) -> None:
    runner, watch = watched(bench)
    text = exposition(loaded(tmp_path / "config.toml", SMALLEST), bench.engine, watch)
    bench.close(1)
    bench.close(2, None)
    runner.tick()
    found = values(text().decode())
    assert found["milepost_ticks_total"] == 1
    assert found["milepost_last_tick_timestamp_seconds"] == START.timestamp()
    assert found['milepost_writes_total{outcome="done"}'] == 1
    assert found['milepost_side_reached_timestamp_seconds{side="jira.acme-site"}'] == START.timestamp()
    assert found['milepost_login_refused{side="jira.acme-site"}'] == 0
    assert found['milepost_findings{owner="team"}'] + found['milepost_findings{owner="admin"}'] == 1
    bench.books.lose_answers = 1
    bench.close(3)
    runner.tick()
    bench.acme.tracker.failure = Unauthorized("Jira", "read issues", "revoked")
    bench.wait(5)
    runner.tick()
    found = values(text().decode())
    assert found['milepost_unfinished_writes{state="unknown"}'] == 1
    assert found["milepost_oldest_write_seconds"] == 5
    assert found['milepost_login_refused{side="jira.acme-site"}'] == 1


def test_no_label_tells_of_work_or_clients(bench: Bench, tmp_path: Path) -> None:
    runner, watch = watched(bench)
    bench.close(1, None)
    runner.tick()
    labels = dict(
        re.findall(
            r'(\w+)="([^"]*)"',
            exposition(loaded(tmp_path / "config.toml", SMALLEST), bench.engine, watch)().decode(),
        )
    )
    assert labels.keys() <= {"side", "effect", "outcome", "state", "owner", "kind", "company"}
    assert (
        "ACME" not in exposition(loaded(tmp_path / "config.toml", SMALLEST), bench.engine, watch)().decode()
    )


def test_both_pages_are_served_and_nothing_else(bench: Bench, tmp_path: Path) -> None:
    runner, watch = watched(bench)
    runner.tick()
    health = Health(lambda: watch.figures, bench.clock, POLL)
    with serving(
        ("127.0.0.1", 0), health, exposition(loaded(tmp_path / "config.toml", SMALLEST), bench.engine, watch)
    ) as port:
        with urlopen(f"http://127.0.0.1:{port}/healthz") as answer:
            assert (answer.status, answer.read()) == (200, b"ok\n")
        with urlopen(f"http://127.0.0.1:{port}/metrics") as answer:
            assert b"milepost_ticks_total 1.0" in answer.read()
        for path in ("/", "/metrics/..", "/config.toml"):
            with pytest.raises(HTTPError, match="404") as refused:
                urlopen(f"http://127.0.0.1:{port}{path}")
            refused.value.close()
    with socket.socket() as probe:
        assert probe.connect_ex(("127.0.0.1", port)) != 0
