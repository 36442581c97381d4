"""Alerts: told once and once when over, in digests, over restarts, by one of several services, never holding up."""

from __future__ import annotations

import json
import smtplib
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any, ClassVar

import pytest
from settings_text import CANARY, SMALLEST, loaded
from structlog.testing import capture_logs
from sync_bench import Bench

from connectors.hook import HookDoor
from connectors.mail import MailDoor
from model.finding import Finding
from sync.installation.doors import doors
from sync.installation.watch import CONNECTIONS
from sync.reading.lanes import Lanes
from sync.runner import Runner
from sync.store.holder import this_process
from sync.watching.alarm import Alarm

PAUSE = timedelta(minutes=15)
TITLE = "ACME-1 Secret plans of Harbour"


class Heard:
    """A door that keeps what it is given; `broken` makes it fail."""

    def __init__(self) -> None:
        self.messages: list[tuple[str, str]] = []
        self.broken = False

    def send(self, subject: str, text: str) -> None:
        if self.broken:
            raise smtplib.SMTPServerDisconnected(CANARY)
        self.messages.append((subject, text))


@pytest.fixture
def door() -> Heard:
    return Heard()


def alarm_of(bench: Bench, door: Heard, **more: Any) -> Alarm:
    return Alarm(bench.store, bench.clock, [door], PAUSE, **more)


def parked(bench: Bench, *refs: str) -> None:
    found = [
        Finding("write.parked", TITLE, f"nobody knows of {TITLE}", "decide", "finance", ref) for ref in refs
    ]
    bench.store.journal.keep_findings("acme", found, bench.now)


def test_each_is_told_once_and_once_when_it_is_over(bench: Bench, door: Heard) -> None:
    alarm = alarm_of(bench, door)
    alarm.look()
    assert door.messages == []
    parked(bench, "one")
    for _ in range(5):
        alarm.look()
        bench.wait(3600)
    assert [subject for subject, _ in door.messages] == ["Milepost: 1 new"]
    alarm = alarm_of(bench, door)  # a restart forgets nothing
    alarm.look()
    parked(bench)
    for _ in range(3):
        alarm.look()
        bench.wait(3600)
    assert [subject for subject, _ in door.messages] == ["Milepost: 1 new", "Milepost: 1 over"]
    parked(bench, "one")  # it came back: that is news
    alarm.look()
    assert len(door.messages) == 3


def test_what_comes_within_the_pause_waits_for_the_next_message(bench: Bench, door: Heard) -> None:
    alarm = alarm_of(bench, door)
    for number in range(1, 31):
        parked(bench, *map(str, range(number)))
        alarm.look()
        bench.wait(60)
    assert [subject for subject, _ in door.messages] == ["Milepost: 1 new", "Milepost: 15 new"]


def test_what_was_over_before_anybody_was_told_is_not_told(bench: Bench, door: Heard) -> None:
    alarm = alarm_of(bench, door)
    parked(bench, "one")
    alarm.look()
    parked(bench, "one", "two")
    alarm.look()
    parked(bench, "one")
    bench.wait(3600)
    alarm.look()
    assert len(door.messages) == 1


def test_every_kind_is_told_and_no_text_of_jira_or_a_client_with_it(
    bench: Bench, door: Heard, tmp_path: Path
) -> None:
    codes = (
        "write.parked",
        "fuse.client",
        "connection.ending",
        "connection.lost",
        "rules.refused",
        "work.hidden",
    )
    found = [Finding(code, TITLE, TITLE, TITLE, "admin", code) for code in codes]
    bench.store.journal.keep_findings("acme", found, bench.now)
    bench.store.signs.put("reconciled", {"whole": False, "drifts": {}, "unread": 0}, bench.now)
    (tmp_path / "heads").write_text("")
    alarm_of(bench, door, head_file=str(tmp_path / "heads")).look()
    ((subject, text),) = door.messages
    assert subject == "Milepost: 7 new"
    assert not any(word in text for word in ("ACME", "Secret", "Harbour", "acme"))
    assert text.count("`milepost") == 8  # each names its command, and status closes it
    kinds = {"write.parked", "fuse", "connection.ending", "connection.lost", "rules.refused"}
    kinds |= {"reconcile.gap", "audit.unpublished"}
    assert bench.store.alerts.standing().keys() == kinds


def test_of_two_services_one_tells(bench: Bench, door: Heard) -> None:
    parked(bench, "one")
    first, second = alarm_of(bench, door), alarm_of(bench, door)
    first._holder, second._holder = this_process("first"), this_process("second")
    door.broken = True
    first.look()
    door.broken = False
    second.look()
    assert door.messages == []
    bench.wait(PAUSE.total_seconds())
    second.look()
    first.look()
    assert len(door.messages) == 1


def test_a_door_that_fails_is_logged_once_quotes_nothing_and_bills_all_the_same(
    bench: Bench, door: Heard
) -> None:
    door.broken = True
    runner = Runner(bench.engine, PAUSE, timedelta(days=1), alarm=alarm_of(bench, door))
    bench.store.signs.put("reconciled", {"whole": False, "drifts": {}, "unread": 0}, bench.now)
    with capture_logs() as logs:
        for number in (1, 2, 3):
            bench.close(number)
            runner._guarded(runner.tick)
            bench.wait(3600)
    assert len(bench.books.documents()) == 3
    assert [each["event"] for each in logs].count("alert.undelivered") == 1
    assert CANARY not in str(logs)
    door.broken = False
    runner._guarded(runner.tick)
    assert len(door.messages) == 1


def test_a_door_that_hangs_holds_nothing_up(bench: Bench) -> None:
    go_on = threading.Event()

    class Hung:
        def send(self, subject: str, text: str) -> None:
            go_on.wait(20)

    parked(bench, "one")
    alarm = Alarm(bench.store, bench.clock, [Hung()], PAUSE, lanes=Lanes(timedelta(0)))
    alarm.look()
    bench.wait(3600)
    alarm.look()
    go_on.set()
    alarm._lanes.rest("tell", timedelta(seconds=20))


def test_a_login_is_told_by_its_name_in_the_configuration(bench: Bench, door: Heard) -> None:
    lost = Finding("connection.lost", "jira.main", CANARY, CANARY, "admin", "connection|jira.main|lost")
    bench.store.journal.keep_findings(CONNECTIONS, [lost], bench.now)
    alarm_of(bench, door).look()
    ((_, text),) = door.messages
    assert "jira.main: this login is refused" in text
    assert CANARY not in text


class _Hook(BaseHTTPRequestHandler):
    got: ClassVar[list[tuple[str, dict[str, str]]]] = []
    status = 200

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        self.got.append((self.path, json.loads(body)))
        self.send_response(self.status)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing."""


@contextmanager
def hook(status: int) -> Iterator[str]:
    handler = type("Hook", (_Hook,), {"status": status, "got": []})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/hooks/T0-B1"
        server.shutdown()
    _Hook.got[:] = handler.got  # type: ignore[attr-defined]


def test_a_web_address_gets_the_digest_and_a_refusal_is_an_error() -> None:
    with hook(200) as url:
        HookDoor(url).send("Milepost: 1 new", "text")
    assert _Hook.got == [("/hooks/T0-B1", {"subject": "Milepost: 1 new", "text": "Milepost: 1 new\n\ntext"})]
    with hook(500) as url, pytest.raises(OSError, match="500"):
        HookDoor(url).send("a", "b")
    with pytest.raises(ValueError, match="https"):
        HookDoor("http://hooks.example.com/x")


def test_mail_is_sealed_before_anything_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    said: list[str] = []

    class Server:
        def __init__(self, host: str, port: int, timeout: float) -> None:
            said.append(f"{host}:{port}")

        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None:
            said.append("quit")

        def starttls(self, context: object) -> None:
            said.append("starttls")

        def login(self, user: str, password: str) -> None:
            said.append(f"login {user}")

        def send_message(self, message: Any) -> None:
            said.append(f"{message['To']}: {message['Subject']}")

    monkeypatch.setattr(smtplib, "SMTP", Server)
    MailDoor("smtp.example.com", 587, "m@example.com", ("a@example.com", "b@example.com"), "m", "p").send(
        "S", "T"
    )
    assert said == ["smtp.example.com:587", "starttls", "login m", "a@example.com, b@example.com: S", "quit"]


def test_the_settings_name_the_doors(tmp_path: Path) -> None:
    told = '[alerts]\nmail_to = ["a@example.com"]\nmail_from = "m@example.com"\nsmtp_host = "mail"\n'
    found = doors(loaded(tmp_path / "config.toml", SMALLEST + told))
    assert [type(each) for each in found] == [MailDoor]
    assert doors(loaded(tmp_path / "config.toml", SMALLEST)) == ()
