"""Logs tell what happened and never a secret, whoever writes them and however it is wrapped."""

from __future__ import annotations

import base64
import io
import json
import logging
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import pytest
import structlog
import urllib3

from sync import log
from sync.installation.secret import Secret

CANARY = "canary-7b1d+/secret=value"
EVENTS = structlog.get_logger()


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def out() -> io.StringIO:
    stream = io.StringIO()
    log.configure("debug", "json", stream)
    return stream


def lines(out: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in out.getvalue().splitlines()]


def test_an_event_is_one_json_object_with_time_level_and_values(out: io.StringIO) -> None:
    EVENTS.info("intent.settled", intent=7, document="acme|m#1", ok=True, parts=("a", 1))
    (line,) = lines(out)
    assert line.pop("at").endswith("Z")
    assert line == {
        "event": "intent.settled",
        "level": "info",
        "intent": 7,
        "document": "acme|m#1",
        "ok": True,
        "parts": ["a", 1],
    }


def test_the_run_id_stands_on_every_event_inside_and_on_none_outside(out: io.StringIO) -> None:
    with log.in_run():
        EVENTS.info("tick.began")
        logging.getLogger("urllib3").warning("retrying")
    with log.in_run("given"):
        EVENTS.info("tick.began")
    EVENTS.info("service.stopped")
    first, second, third, last = (line.get("run_id") for line in lines(out))
    assert first == second is not None
    assert (third, last) == ("given", None)


@pytest.mark.parametrize(
    "given",
    [
        {"refresh_token": CANARY},
        {"client_secret": [CANARY]},
        {"Authorization": f"Bearer {CANARY}"},
        {"password": CANARY},
        {"body": {"Line": CANARY}},
        {"author_email": CANARY},
        {"headers": {"authorization": CANARY, "Cookie": CANARY}},
        {"answer": [{"deep": ({"access_token": CANARY},)}]},
        {"sealed": CANARY.encode()},
        {"holder": Secret(CANARY, "env:T")},
        {"reason": f"header Authorization: Bearer {CANARY} was refused"},
        {"reason": f"basic {base64.b64encode(CANARY.encode()).decode()}"},
        {"reason": f'{{"refresh_token": "{CANARY}", "expires_in": 3600}}'},
        {"url": f"https://x.example/cb?access_token={CANARY}&state=1"},
        {"url": "postgresql://me:canary-7b1d@db/books"},
        {"reason": "mail to canary-7b1d.person+x@example.co.uk failed"},
    ],
)
@pytest.mark.parametrize("style", ["json", "console"])
def test_a_secret_is_hidden_by_its_key_or_its_look(given: dict[str, Any], style: Any) -> None:
    stream = io.StringIO()
    log.configure("info", style, stream)
    EVENTS.info("something.happened", **given)
    assert "something.happened" in stream.getvalue()
    for part in ("canary-7b1d", "secret=value", base64.b64encode(CANARY.encode()).decode()):
        assert part not in stream.getvalue()


def test_a_known_secret_is_hidden_wherever_it_turns_up(out: io.StringIO) -> None:
    log.conceal("plainword", "with/slash", "abc")
    EVENTS.info("a plainword b", title="xplainwordx", url="https://h/?q=with%2Fslash", short="abc")
    logging.getLogger("jira").warning("the value %s", "plainword")
    assert "plainword" not in json.dumps([list(line.values()) for line in lines(out)])
    assert "slash" not in out.getvalue()
    assert '"abc"' in out.getvalue(), "a secret of three letters would hide half of every line"


@contextmanager
def _told() -> Iterator[None]:
    try:
        yield
    except RuntimeError:
        EVENTS.exception("tick.failed")
        raise


def test_exceptions_are_told_without_their_secrets(out: io.StringIO) -> None:
    log.conceal("plainword")
    error = RuntimeError(f"plainword; Authorization: Bearer {CANARY}")
    with pytest.raises(RuntimeError), _told():
        raise error
    (line,) = lines(out)
    assert line["exception"].startswith("Traceback (most recent call last):\n")
    assert "RuntimeError: [hidden]; Authorization: Bearer [hidden]" in line["exception"]


def test_an_unknown_object_is_told_as_redacted_text(out: io.StringIO) -> None:
    @dataclass
    class Answer:
        access_token: str

    EVENTS.info("answer.read", answer=Answer(CANARY))
    assert "Answer(access_token='[hidden]')" in lines(out)[0]["answer"]


def test_what_is_not_secret_is_told_unchanged(out: io.StringIO) -> None:
    given = {
        "code": "6140",
        "reason": "Duplicate Document Number",
        "key": "ACME-12",
        "client": "Größe & Söhne",
    }
    given |= {"amount": "1,200.50 USD", "hint": "Basic authentication failed", "sync": "3", "tokens_left": 12}
    EVENTS.info("intent.refused", **given)
    assert given.items() <= lines(out)[0].items()


def test_a_hostile_title_cannot_forge_a_line_or_fill_the_disk() -> None:
    stream = Terminal()
    log.configure("info", "console", stream)
    EVENTS.info("work.closed", title="x\n2026 [error] forged\x1b[2J\u202e\ud800", long="y" * 100_000)
    written = stream.getvalue()
    assert written.count("\n") == 1
    assert "\\x1b[2J" in written
    assert "\x1b[2J" not in written
    assert len(written) < 10_000


def test_a_hostile_title_cannot_make_redaction_slow(out: io.StringIO) -> None:
    began = time.process_time()
    for text in ("a" * 100_000, "token" * 20_000, "://" + "x" * 100_000, "token=" * 9_000, "a.b@" * 20_000):
        EVENTS.info("work.closed", title=text)
    assert time.process_time() - began < 0.5


def test_libraries_are_heard_from_warnings_on_only(out: io.StringIO) -> None:
    for name in ("urllib3.connectionpool", "jira", "quickbooks.client", "requests_oauthlib", "apscheduler"):
        logging.getLogger(name).setLevel(logging.DEBUG)
        logging.getLogger(name).debug("headers %s", {"Authorization": CANARY})
        logging.getLogger(name).info("body %s", CANARY)
        logging.getLogger(name).warning("retry with Bearer %s", CANARY)
        logging.getLogger(name).setLevel(logging.NOTSET)
    assert [line["level"] for line in lines(out)] == ["warning"] * 5
    assert lines(out)[0]["logger"] == "urllib3.connectionpool"
    assert CANARY not in out.getvalue()


def test_a_real_request_leaves_no_trace_of_its_headers(out: io.StringIO) -> None:
    logging.getLogger("urllib3").setLevel(logging.DEBUG)
    with urllib3.PoolManager(retries=1) as pool, pytest.raises(urllib3.exceptions.HTTPError):
        pool.request("GET", f"http://127.0.0.1:1/?access_token={CANARY}", headers={"Authorization": CANARY})
    logging.getLogger("urllib3").setLevel(logging.NOTSET)
    assert lines(out), "urllib3 warns when it tries again"
    assert "canary" not in out.getvalue()


def test_a_malformed_call_of_a_library_shows_nothing(
    out: io.StringIO, capsys: pytest.CaptureFixture[str]
) -> None:
    logging.getLogger("jira").warning("%d items", CANARY)
    shown = capsys.readouterr()
    assert CANARY not in out.getvalue() + shown.err + shown.out


def test_the_level_cuts_off_what_is_below(out: io.StringIO) -> None:
    log.configure("warning", "json", out)
    EVENTS.info("tick.finished")
    EVENTS.warning("intent.postponed")
    assert [line["event"] for line in lines(out)] == ["intent.postponed"]


def test_a_second_call_replaces_the_first() -> None:
    first, second = io.StringIO(), io.StringIO()
    log.configure("info", "json", first)
    log.configure("info", "json", second)
    logging.getLogger("jira").warning("once")
    assert (first.getvalue(), len(lines(second))) == ("", 1)


def test_auto_is_a_console_on_a_terminal_and_json_elsewhere() -> None:
    terminal, pipe = Terminal(), io.StringIO()
    for stream in (terminal, pipe):
        log.configure("info", "auto", stream)
        EVENTS.info("tick.finished")
    assert "\x1b[" in terminal.getvalue()
    assert lines(pipe)[0]["event"] == "tick.finished"


def test_standard_output_stays_clean(capsys: pytest.CaptureFixture[str]) -> None:
    log.configure()
    EVENTS.info("tick.finished")
    logging.getLogger("jira").warning("late")
    shown = capsys.readouterr()
    assert shown.out == ""
    assert len(shown.err.splitlines()) == 2


def test_the_newest_of_many_passing_tokens_are_hidden_and_a_year_of_them_is_not_kept(
    out: io.StringIO,
) -> None:
    for number in range(10_000):
        log.conceal_passing(f"passing-{number}-token", f"passing-{number}-token")
    EVENTS.info("something.happened", newest="a passing-9999-token b")
    assert lines(out)[0]["newest"] == f"a {log.HIDDEN} b"
    assert len(log._passing) == 256
