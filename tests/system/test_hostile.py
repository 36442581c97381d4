"""Whatever somebody types into Jira lands as inert, bounded text: in each body that is sent, and on each screen."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from launcher import Launcher
from office import PERCENT, Office
from test_hours import CARD

from mappings.words.text import LINE_LIMIT, inert
from sandbox.jira import sprints, verbs
from sandbox.jira.entities import Version
from sandbox.jira.issue import Issue

HOSTILE = (
    "=cmd|'/C calc'!A0 \u202egnp.exe\u202c \x1b[31m\x07 <script>alert(1)</script> {{7*7}} {contract.po} "
    "\u2066Z\u0489\u0489\u0489\u0489\u200b\u200d\ufeff\r\n@SUM(1) "
)
NOVEL = HOSTILE + "x" * 1_000_000
MORE = """
{head}credits = "issue"
memo = "{{contract.po}}"
po = "=1+1"
[write_back]
amount = true
[[milestone]]
rule = "epics"
phase = "delivery"
work = {{ epics = {{ project = "HPO", label = "billable" }} }}
price = {{ percent = {{ field = "Billing %" }} }}
text = "{{epic.summary}} {{epic.key}} {{epic.summary}} {{contract.po}}"
"""
ESTIMATES = """
{head}[[milestone]]
rule = "sprints"
phase = "delivery"
work = {{ sprints = {{ board = {board} }} }}
price = {{ rate_card = "standard" }}
text = "{{sprint.name}} {{sprint.board}} {{hours}}"
[[milestone]]
rule = "versions"
phase = "delivery"
work = {{ versions = {{ project = "KES", name = "*" }} }}
price = {{ fixed = "10.00" }}
text = "{{version.name}}"
"""


@pytest.fixture
def strange(office: Office) -> tuple[Office, Issue]:
    """An office where everybody names everything as badly as can be, with an epic, a sprint and a version done."""
    head, _, _ = office.contract.read_text("utf-8").partition("[[milestone]]")
    office.contract.write_text(MORE.format(head=head), "utf-8")
    jira = office.sandbox.world.jira
    board = next(each for each in jira.boards.values() if jira.projects[each.project_id].key == "KES")
    other = head.replace('"shop"', '"care"').replace("Harbor & Pine Outfitters", "Kestrel Health Inc")
    other = other.replace("unsent_invoice", "pending_estimate")
    (office.contract.parent / "care.toml").write_text(ESTIMATES.format(head=other, board=board.id), "utf-8")
    (office.contract.parent / "shared").mkdir()
    (office.contract.parent / "shared" / "card.toml").write_text(CARD, "utf-8")
    epic = office.epic("Search", 30.0, labels=("billable", HOSTILE))
    epic.summary = NOVEL
    jira.users[epic.creator].name = HOSTILE
    for named in (
        *jira.projects.values(),
        *jira.boards.values(),
        *jira.statuses.values(),
        *jira.components.values(),
    ):
        named.name = f"{HOSTILE} {named.id}"
    _finish(office, board.id, board.project_id, epic.creator)
    return office, epic


def _finish(office: Office, board: int, project: int, who: str) -> None:
    """A story with logged time, done in a sprint and in a version, all of bad names."""
    jira, now = office.sandbox.world.jira, office.sandbox.clock.now()
    kind = next(each.id for each in jira.types.values() if each.level == 0 and each.project_id is None)
    begun = now - timedelta(days=1)
    story = verbs.create_issue(jira, project, kind, NOVEL[:5000], by=who, at=begun)
    sprint = sprints.create_sprint(jira, board, NOVEL[:5000], at=begun, ends_at=now + timedelta(days=1))
    sprints.start_sprint(sprint, at=begun)
    sprints.put_in_sprint(jira, story, sprint, by=who, at=begun)
    office.lead.log_work(story.key, 2, comment=NOVEL[:5000])
    office.lead.close(story.key)
    sprints.close_sprint(jira, sprint, by=who, at=now)
    other = verbs.create_issue(jira, project, kind, NOVEL[:5000], by=who, at=begun)
    office.lead.close(other.key)
    jira.add_vocabulary([Version(77, project, NOVEL[:5000], released=True, release_on=begun.date())])
    verbs.set_members(jira, other, "fixVersions", (77,), by=who, at=now)


def texts_in(value: Any) -> Iterator[str]:
    """Every text of a JSON value, its keys too."""
    if isinstance(value, dict):
        for key, each in value.items():
            yield str(key)
            yield from texts_in(each)
    elif isinstance(value, list):
        for each in value:
            yield from texts_in(each)
    elif isinstance(value, str):
        yield value


def ours(office: Office) -> list[tuple[str, dict[str, Any]]]:
    """Every document that was made, with its kind."""
    kinds = ("Invoice", "Estimate", "CreditMemo")
    rows = [(kind, row.body) for kind in kinds for row in office.books.rows(kind)]
    return [(kind, body) for kind, body in rows if "[MP-" in str(body.get("PrivateNote", ""))]


def unseen(text: str) -> list[str]:
    """What of `text` nobody sees, or what moves the text around it."""
    return [repr(sign) for sign in text if unicodedata.category(sign) in ("Cc", "Cf", "Cs") and sign != "\n"]


def test_every_body_and_every_screen_holds_inert_and_bounded_text(
    launcher: Launcher, strange: tuple[Office, Issue]
) -> None:
    office, epic = strange
    assert launcher.run("apply", "--json", cwd=office.home).code == 0
    (invoice,) = office.made()
    office.finance.send(invoice.id, "client@harbor.example")
    office.lead.set_field(epic.key, PERCENT, 20.0)
    applied = launcher.run("apply", "--json", cwd=office.home)
    assert sorted(kind for kind, _ in ours(office)) == ["CreditMemo", "Estimate", "Estimate", "Invoice"], (
        applied
    )
    for _, body in ours(office):
        for line in body["Line"]:
            shown = line.get("Description", "")
            assert (shown, shown[:1] in "=+-@") == (inert(shown, LINE_LIMIT), not shown)
            assert len(shown) <= LINE_LIMIT
        memo = body.get("CustomerMemo", {}).get("value", "'")
        assert (memo, memo[0] in "=+-@") == (inert(memo, LINE_LIMIT), False)
        assert body["PrivateNote"].startswith("[MP-")
        assert [sign for text in texts_in(body) for sign in unseen(text)] == []
    assert epic.remote_links
    for text in texts_in([*(link.body for link in epic.remote_links), epic.properties]):
        assert (unseen(text), len(text) < LINE_LIMIT) == ([], True)
    for words in (("plan",), ("explain", epic.key), ("explain", str(invoice.body["DocNumber"]))):
        screen = launcher.run(*words, cwd=office.home)
        assert (unseen(screen.out), unseen(screen.err)) == ([], [])
        assert len(screen.out) < 20_000
