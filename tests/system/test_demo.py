"""The demo as one document and as a page: each scene shows what it promises, and at the end all three agree."""

from __future__ import annotations

import fcntl
import json
import os
import pty
import re
import struct
import subprocess
import sys
import termios
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from launcher import PRODUCT, milepost

COLUMNS = 80


@pytest.fixture(scope="module")
def document(tmp_path_factory: pytest.TempPathFactory) -> Any:
    """What `milepost demo --json` prints."""
    outcome = milepost("demo", "--json", cwd=tmp_path_factory.mktemp("demo"), seconds=100)
    assert (outcome.returncode, outcome.stderr) == (0, "")
    return json.loads(outcome.stdout)


def scene(document: Any, title: str) -> Any:
    """The one scene of that title."""
    (found,) = (each for each in document["scenes"] if each["title"] == title)
    return found


def written(found: Any) -> list[tuple[str, str, Decimal]]:
    """Kind, kind of document and amount of each write of a scene."""
    return [
        (each["kind"], each["document_kind"], Decimal(each["amount"]["amount"])) for each in found["actions"]
    ]


def said(found: Any) -> list[str]:
    """What links in Jira say since a scene, with # for the number of a document."""
    titles = [title for each in found["jira"] for title in each["says"]]
    return [re.sub(r" \d+:", " #:", title) for title in titles]


def test_every_scene_has_its_keys_and_no_trouble(document):
    for each in document["scenes"]:
        assert each.keys() >= {"title", "events", "decided", "jira", "digest", "actions", "findings"}
        assert each["trouble"] == []
    assert len(document["scenes"][0]["actions"]) == 19


def test_a_change_order_is_one_more_draft(document):
    assert written(scene(document, "A change order is agreed")) == [("create", "invoice", Decimal(8000))]


def test_what_is_accepted_in_parts_goes_on_estimates_and_is_followed_to_the_invoice(document):
    first = scene(document, "A contract by estimates, and the client accepts a part")
    converted = scene(document, "Finance makes an invoice of the estimate")
    rest = scene(document, "The client accepts the rest")
    assert written(first) == [("create", "estimate", Decimal(15_400))]
    assert written(converted) == []
    assert said(converted) == ["Invoice #: drafted by finance from our estimate (15,400.00 USD)"]
    assert written(rest) == [("create", "estimate", Decimal(6_600))]


def test_a_deleted_draft_is_made_again_only_when_a_person_says_so(document):
    deleted = scene(document, "Finance deletes a draft")
    decided = scene(document, "A person decides to bill it again")
    assert written(deleted) == []
    assert "draft.declined" in {each["code"] for each in deleted["findings"]}
    made = decided["decided"]["decision"]
    assert (made["choice"], made["who"], bool(made["why"])) == ("rebill", "Gwen Park", True)
    assert written(decided) == [("create", "invoice", Decimal(12_000))]


def test_what_the_client_has_and_is_worth_less_is_proposed_then_credited_by_decision(document):
    less = scene(document, "Less is agreed once the client has its invoice")
    credited = scene(document, "A person decides to credit it")
    assert written(less) == []
    ours = [each for each in less["proposed"] if each["subject"].startswith("HPO-130 ")]
    assert [each["amount"]["amount"] for each in ours] == ["1200.00"]
    assert credited["decided"]["decision"]["choice"] == "credit"
    assert written(credited) == [("create", "credit_memo", Decimal(1200))]
    assert said(credited) == ["Credit memo #: issued (-1,200.00 USD)"]


def test_the_epic_in_jira_says_that_it_is_paid(document):
    paid = scene(document, "An invoice is sent and paid")
    assert written(paid) == []
    assert said(paid) == ["Invoice #: paid (18,000.00 USD)"]


def test_at_the_end_all_three_agree_and_nothing_is_left_to_write(document):
    end = document["end"]
    assert end.keys() >= {"buckets", "finished", "open", "unpriced", "gap", "work", "writes", "requests"}
    assert (end["writes"], end["gap"]) == (0, 0)
    assert (end["reconciled"]["whole"], end["reconciled"]["drifts"]) == (True, [])


def test_on_a_terminal_of_eighty_columns_every_amount_is_whole(tmp_path):
    page = "".join(_on_a_terminal(tmp_path))
    lines = page.splitlines()
    assert max(map(len, lines)) <= COLUMNS
    drafts = [
        line
        for line in lines
        if line.startswith(("    new draft", "    changed", "    estimate", "    credit memo"))
    ]
    assert len(drafts) >= 25
    assert [line for line in drafts if not line.rstrip().endswith(("USD", "EUR"))] == []
    assert "Jira, the ledger and QuickBooks agree, and every sum adds up." in page


def _on_a_terminal(folder: Path) -> Iterator[str]:
    """What the demo prints on a plain terminal."""
    screen, terminal = pty.openpty()
    fcntl.ioctl(terminal, termios.TIOCSWINSZ, struct.pack("HHHH", 50, COLUMNS, 0, 0))
    environment = os.environ | {"PYTHONPATH": str(PRODUCT), "PYTHONUTF8": "1", "TERM": "dumb"}
    command = [sys.executable, "-c", "from cli import main; main()", "demo"]
    process = subprocess.Popen(
        command, cwd=folder, env=environment, stdout=terminal, stderr=subprocess.DEVNULL
    )
    os.close(terminal)
    with process, os.fdopen(screen, encoding="utf-8", errors="replace") as page:
        try:
            yield from page
        except OSError:  # how Linux says that nobody writes to the terminal any more
            return
