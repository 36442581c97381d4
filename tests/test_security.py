"""Each threat of docs/security.md has tests that exist; and those of them that belong to no room."""

from __future__ import annotations

import io
import itertools
import json
import re
import time
from pathlib import Path

import pytest
from locked import differences, pinned

from connectors.http import CheckedSession, Forbidden, Route
from connectors.quickbooks import query
from mappings.words.text import inert
from sandbox.quickbooks.wire.query import parse_query
from sync import log

ROOT = Path(__file__).parents[1]
PAGE = (ROOT / "docs" / "security.md").read_text("utf-8")
ROWS = re.findall(r"(?m)^\| (T\d+) \| (.+) \|$", PAGE)
SIGNS = ("'", "\\", "\\'", "''", "%", ";--", ") OR (", "\u2019", '"', "` ")
TAILS = (
    "",
    " OR Id > '0",
    "' OR ''='",
    " STARTPOSITION 1",
    "\\",
    "'); DELETE FROM Invoice",
    "O'Brien",
    " AND",
    "%'",
    "–",
)
PAYLOADS = [first + tail for first, tail in itertools.product(SIGNS, TAILS)]
PAYLOADS += [f"Miller{payload}" for payload in PAYLOADS]


def test_every_threat_has_its_row_and_its_tests_exist() -> None:
    assert [number for number, _ in ROWS] == [f"T{number}" for number in range(1, 21)]
    named = {number: re.findall(r"`(tests/[\w/]+\.py)::(\w+)`", row) for number, row in ROWS}
    assert [number for number, tests in named.items() if not tests] == []
    missing = [
        f"{file}::{name}"
        for file, name in itertools.chain.from_iterable(named.values())
        if not re.search(rf"(?m)^ *def {name}\(", (ROOT / file).read_text("utf-8"))
    ]
    assert missing == []


def test_two_hundred_payloads_are_each_read_as_one_literal() -> None:
    assert len(set(PAYLOADS)) == 200
    for payload in PAYLOADS:
        parsed = parse_query(query.select("Customer", f"DisplayName = {query.quoted(payload)}"))
        assert [condition.values for condition in parsed.conditions] == [(payload,)]


def test_a_request_off_the_list_is_an_alarm_in_the_log() -> None:
    out = io.StringIO()
    log.configure("error", "json", out)
    session = CheckedSession("https://books.example", [Route.read("GET", "/invoice/1")])
    for method, url in (
        ("POST", "https://books.example/invoice/1/send?to=canary-token-1"),
        ("DELETE", "https://books.example/invoice/1"),
        ("GET", "https://elsewhere.example/invoice/1"),
    ):
        with pytest.raises(Forbidden):
            session.request(method, url)
    told = [json.loads(line) for line in out.getvalue().splitlines()]
    assert [(line["event"], line["level"], line["method"]) for line in told] == [
        ("request.forbidden", "error", method) for method in ("POST", "DELETE", "GET")
    ]
    assert "canary" not in out.getvalue()


def test_a_summary_of_ten_megabytes_is_a_short_line_at_once() -> None:
    began = time.process_time()
    assert len(inert("=<script>\u202e" * 1_000_000, 200)) == 200
    assert time.process_time() - began < 1


def test_every_package_is_pinned_by_its_hash() -> None:
    assert len(pinned((ROOT / "requirements.lock").read_text("utf-8"))) > 50
    for entry in ("requests>=2", "requests==2.32.3", "requests @ file:///x --hash=sha256:00"):
        with pytest.raises(ValueError, match="not pinned"):
            pinned(entry)
    assert "--require-hashes" in (ROOT / "dev").read_text("utf-8")


def test_what_is_installed_beside_the_lock_is_named() -> None:
    wanted = pinned(f"Some_Package==1.0 ; python_version < '4' \\\n --hash=sha256:{'0' * 64}\n# a remark")
    assert wanted == {"some-package": "1.0"}
    assert list(differences(wanted, {"some-package": "1.0", "milepost": "0.1"})) == []
    assert list(differences(wanted, {"some-package": "1.1", "evil": "9"})) == [
        "evil 9 is installed, and requirements.lock does not name it",
        "some-package is installed as 1.1, and requirements.lock names 1.0",
    ]
