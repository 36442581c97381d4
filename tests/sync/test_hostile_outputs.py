"""One sweep of payloads over what leaves Milepost beside documents: exports, logs, messages, its own JSON.

What lands in bodies and on screens is tried with a whole office, in `tests/system/test_hostile.py`.
"""

from __future__ import annotations

import csv
import io
import itertools
import json
import unicodedata
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

import pytest
import structlog
from store_facts import NOW, in_force, revision_of

from cli.screen import print_json
from connectors import mail
from connectors.mail import MailDoor
from mappings.words.template import fill
from model.finding import Finding
from sync import log
from sync.auditing.export import ENTRIES, TABLE, export
from sync.store import Store
from sync.store.decisions import Made
from sync.watching.alarm import Alarm

FORMULAS = ("=1+1", "+1", "-1+1", "@SUM(1)", "\t=1", "\r=1", "\n=1", "＝1", "＋1", "－1", "＠1", " =1")
MARKUP = (
    "<script>x</script>",
    "<img src=x onerror=x>",
    "[x](javascript:x)",
    "{{7*7}}",
    "${7*7}",
    "${jndi:x}",
)
SIGNS = ("\x1b[31m", "\x07", "\x9b31m", "\u202e", "\u2066", "\u200b", "\ufeff", "\u2028", "\r\n", "\x00")
PAYLOADS = [
    *FORMULAS,
    *(formula + markup for formula, markup in itertools.product(FORMULAS, MARKUP)),
    *(f"{sign}{formula}Search{sign}" for sign, formula in itertools.product(SIGNS, FORMULAS[:4])),
    *(f"{markup}{sign}" for markup, sign in itertools.product(MARKUP, SIGNS)),
]
COMPUTED = tuple("=+-@\t\r\n\0＝＋－＠")


def unseen(text: str) -> list[str]:
    """What of a text nobody sees, or what moves what is around it; ends of lines are the writer's own."""
    return [repr(sign) for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Zl") and sign != "\n"]


def test_lines_of_documents() -> None:
    for payload in PAYLOADS:
        shown = fill("{epic.summary}", {"epic.summary": payload})
        assert (unseen(shown), "\n" in shown, shown.startswith(COMPUTED)) == ([], False, False), repr(payload)


def test_tables_and_lines_of_an_export(quick_store: Store, tmp_path: Path) -> None:
    in_force(quick_store)
    for number, payload in enumerate(PAYLOADS[::7]):
        said = payload.replace("\x00", "")  # no column of a database takes it
        made = Made("acme", said, "keep", {"said": said}, said, f"{number} {said}")
        assert quick_store.decisions.record(made, revision_of(quick_store), NOW) is not None
    folder = export(quick_store, tmp_path / "all", NOW).folder
    with (folder / TABLE).open(encoding="utf-8", newline="") as table:
        cells = [cell for row in csv.reader(table) for cell in row]
    assert [cell for cell in cells if cell.startswith(COMPUTED)] == []
    assert [cell for cell in cells if unseen(cell) or "\n" in cell] == []
    raw = (folder / ENTRIES).read_bytes()
    assert all(byte >= 32 or byte == 10 for byte in raw)
    assert raw.isascii()
    assert all(isinstance(json.loads(line), dict) for line in raw.splitlines())


@pytest.mark.parametrize("style", ["json", "console"])
def test_lines_of_the_log(style: str) -> None:
    out = io.StringIO()
    log.configure("info", "json" if style == "json" else "console", out)
    for payload in PAYLOADS:
        structlog.get_logger().info("work.seen", title=payload, nested={payload: [payload]})
    lines = out.getvalue().splitlines()
    assert len(lines) == len(PAYLOADS)
    assert unseen(out.getvalue()) == []
    if style == "json":
        assert all(json.loads(line)["event"] == "work.seen" for line in lines)


def test_json_on_standard_output(capsys: pytest.CaptureFixture[str]) -> None:
    print_json({"titles": PAYLOADS})
    out = capsys.readouterr().out
    assert unseen(out) == []
    assert json.loads(out)["titles"] == PAYLOADS


def test_messages_to_people_quote_nothing(quick_store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not a payload arrives, in the subject or in the text: only what a finding is, never what it says."""
    sent: list[EmailMessage] = []

    class Server:
        def __init__(self, *_: object, **__: object) -> None: ...
        def __enter__(self) -> Server:
            return self

        def __exit__(self, *_: object) -> None: ...
        def send_message(self, message: EmailMessage) -> None:
            sent.append(message)

    monkeypatch.setattr(mail.smtplib, "SMTP", Server)
    found = [Finding("write.parked", each, each, each, "admin", each) for each in PAYLOADS[:40:3]]
    quick_store.journal.keep_findings("acme", found, NOW)
    door = MailDoor("localhost", 25, "m@example.com", ("a@example.com",))
    Alarm(quick_store, lambda: NOW, [door], timedelta(minutes=1)).look()
    (message,) = sent
    text = str(message)
    assert "=1" not in message["Subject"] + message.get_content()
    assert "script" not in text
    assert unseen(text) == []
