"""The contract of noticeboards, kept by the fake in memory and by the real client against the sandbox."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import Any, Protocol

import pytest
from served_jira import ACME, BOT, EPIC, Site, running_site, small_state, walk

from connectors.errors import Rejected, Transient, Unauthorized
from connectors.http import Forbidden
from connectors.jira.noticeboard import JiraNoticeboard
from connectors.memory_noticeboard import MemoryNoticeboard
from connectors.ports import Noticeboard, WebLink
from sandbox.faults import (
    answer,
    drop_after,
    drop_before,
    empty_answer,
    html_page,
    truncated_body,
    wrong_object,
)

NAME = "milepost.acme"
LINK = WebLink("milepost:1", "https://books.example/invoice/7", "Invoice 7: drafted", "contract acme", False)


class Hall(Protocol):
    """A site with an issue on which notices are put, and a way to look at them as people do."""

    board: Noticeboard
    issue: str

    def marks(self) -> dict[str, Any]:
        """What is kept on the issue, by name."""

    def links(self) -> list[tuple[str, str, str, bool]]:
        """Name, address, title and whether it is over, of each link on the issue."""

    def lock(self) -> None:
        """The login may look at the issue and change nothing."""

    def lose(self) -> None:
        """The issue is deleted, or hidden from the login."""


class MemoryHall:
    """An issue in memory."""

    def __init__(self) -> None:
        self.issue = "10042"
        self.board = MemoryNoticeboard(self.issue)

    def marks(self) -> dict[str, Any]:
        return dict(self.board.marks.get(self.issue, {}))

    def links(self) -> list[tuple[str, str, str, bool]]:
        found = self.board.links.get(self.issue, {}).values()
        return [(each.name, each.url, each.title, each.resolved) for each in found]

    def lock(self) -> None:
        self.board.closed.add(self.issue)

    def lose(self) -> None:
        self.board.issues.discard(self.issue)


class ServedHall:
    """An epic on the sandbox's site."""

    def __init__(self, site: Site, board: JiraNoticeboard) -> None:
        self.site, self.board = site, board
        self._epic = site.issue(kind=EPIC)
        self.issue = str(self._epic.id)

    def marks(self) -> dict[str, Any]:
        return dict(self._epic.properties or {})

    def links(self) -> list[tuple[str, str, str, bool]]:
        bodies: list[dict[str, Any]] = [link.body for link in self._epic.remote_links or []]
        return [
            (each["globalId"], shown["url"], shown["title"], shown["status"]["resolved"])
            for each in bodies
            for shown in [each["object"]]
        ]

    def lock(self) -> None:
        self.site.state.users[BOT].denied |= {"EDIT_ISSUES", "LINK_ISSUES"}

    def lose(self) -> None:
        self.site.hide(ACME)


class NoticeboardContract:
    """Inherit, and give a fixture `hall`."""

    def test_what_is_kept_stands_there_and_a_repeat_replaces_it(self, hall: Hall) -> None:
        for value in ({"state": "draft", "number": "7"}, {"state": "sent"}, {"state": "sent"}):
            assert hall.board.mark(hall.issue, NAME, value) == "done"
            assert hall.marks() == {NAME: value}

    def test_several_names_stand_beside_each_other(self, hall: Hall) -> None:
        hall.board.mark(hall.issue, NAME, {"state": "draft"})
        hall.board.mark(hall.issue, "milepost.other", {"state": "paid"})
        assert hall.board.unmark(hall.issue, NAME) == "done"
        assert hall.marks() == {"milepost.other": {"state": "paid"}}

    def test_a_link_is_one_however_often_it_is_put_there(self, hall: Hall) -> None:
        assert hall.board.link(hall.issue, LINK) == "done"
        later = replace(LINK, title="Invoice 7: paid", resolved=True)
        for _ in range(2):
            assert hall.board.link(hall.issue, later) == "done"
        hall.board.link(hall.issue, replace(LINK, name="milepost:2"))
        assert hall.links() == [
            ("milepost:1", LINK.url, "Invoice 7: paid", True),
            ("milepost:2", LINK.url, "Invoice 7: drafted", False),
        ]
        assert hall.board.unlink(hall.issue, "milepost:1") == "done"
        assert [name for name, *_ in hall.links()] == ["milepost:2"]

    def test_taking_away_what_is_not_there_is_no_trouble(self, hall: Hall) -> None:
        assert hall.board.unmark(hall.issue, NAME) == "gone"
        assert hall.board.unlink(hall.issue, "milepost:1") == "gone"

    def test_where_the_login_may_write_nothing_it_is_denied(self, hall: Hall) -> None:
        hall.lock()
        assert hall.board.mark(hall.issue, NAME, {"state": "draft"}) == "denied"
        assert hall.board.link(hall.issue, LINK) == "denied"
        assert (hall.marks(), hall.links()) == ({}, [])

    def test_an_issue_that_is_not_to_be_seen_is_gone(self, hall: Hall) -> None:
        hall.lose()
        assert hall.board.mark(hall.issue, NAME, {"state": "draft"}) == "gone"
        assert hall.board.link(hall.issue, LINK) == "gone"
        assert hall.board.unmark(hall.issue, NAME) == "gone"
        assert hall.board.unlink(hall.issue, "milepost:1") == "gone"


class TestMemory(NoticeboardContract):
    """In memory."""

    @pytest.fixture
    def hall(self) -> Hall:
        return MemoryHall()

    def test_a_failure_is_raised_by_each_verb(self) -> None:
        board = MemoryHall().board
        board.failure = Transient("Jira", "write", "the service is not available")
        with pytest.raises(Transient):
            board.link("10042", LINK)


class TestJira(NoticeboardContract):
    """Jira Cloud, as the sandbox plays it."""

    @pytest.fixture
    def site(self) -> Iterator[Site]:
        with running_site() as running:
            yield running

    @pytest.fixture
    def hall(self, site: Site) -> Iterator[ServedHall]:
        board = JiraNoticeboard(site.login)
        yield ServedHall(site, board)
        board.close()

    def test_each_verb_is_one_request_and_all_of_them_write(self, hall: ServedHall) -> None:
        hall.board.mark(hall.issue, NAME, {})
        hall.board.link(hall.issue, LINK)
        hall.board.unlink(hall.issue, LINK.name)
        hall.board.unmark(hall.issue, NAME)
        assert (hall.board.usage.requests, hall.board.usage.writes) == (4, 4)

    def test_nothing_else_can_be_written_or_read(self, hall: ServedHall) -> None:
        for issue, name in (
            (hall.issue, "other.app"),
            (hall.issue, "milepost.a/../b"),
            ("ACME-1", NAME),
            ("1/2", NAME),
        ):
            with pytest.raises(Forbidden):
                hall.board.mark(issue, name, {})
        assert hall.board.usage.requests == 0

    def test_a_lost_answer_is_passing_and_a_repeat_settles_it(self, hall: ServedHall, site: Site) -> None:
        for fault in (drop_before(), drop_after()):
            site.faults.add(fault)
            with pytest.raises(Transient):
                hall.board.link(hall.issue, LINK)
        assert hall.board.link(hall.issue, LINK) == "done"
        assert len(hall.links()) == 1

    def test_an_answer_that_is_not_jiras_own_is_no_word_of_success(
        self, hall: ServedHall, site: Site
    ) -> None:
        """What stands between answers 200 with a page of its own: nothing is on the issue yet."""
        hall.board.link(hall.issue, LINK)
        hall.board.mark(hall.issue, NAME, {"state": "draft"})
        later = replace(LINK, title="Invoice 7: paid")
        for verb in (
            lambda: hall.board.link(hall.issue, later),
            lambda: hall.board.mark(hall.issue, NAME, {"state": "paid"}),
            lambda: hall.board.unlink(hall.issue, LINK.name),
            lambda: hall.board.unmark(hall.issue, NAME),
        ):
            site.faults.add(html_page())
            with pytest.raises(Transient, match="a web page instead of data"):
                verb()
        assert (hall.marks(), len(hall.links())) == ({NAME: {"state": "draft"}}, 1)

    def test_a_link_is_there_when_its_answer_names_it(self, hall: ServedHall, site: Site) -> None:
        for fault in (wrong_object(), empty_answer(), truncated_body()):
            site.faults.add(fault)
            with pytest.raises(Transient, match="unreadable"):
                hall.board.link(hall.issue, LINK)
        assert hall.board.link(hall.issue, LINK) == "done"
        assert len(hall.links()) == 1

    def test_throttling_is_passing_and_a_refused_login_is_not_a_refused_right(
        self, hall: ServedHall, site: Site
    ) -> None:
        site.faults.add(answer(429, headers={"RateLimit-Reason": "jira-per-issue-on-write"}))
        with pytest.raises(Transient, match="too many writes to one issue"):
            hall.board.mark(hall.issue, NAME, {})
        locked = {"X-Authentication-Denied-Reason": "CAPTCHA_CHALLENGE; login-url=x"}
        for refusal in (answer(401), answer(403, headers=locked)):
            site.faults.add(refusal)
            with pytest.raises(Unauthorized):
                hall.board.mark(hall.issue, NAME, {})

    def test_a_full_issue_is_rejected(self, hall: ServedHall, site: Site) -> None:
        site.faults.add(answer(413))
        with pytest.raises(Rejected) as full:
            hall.board.link(hall.issue, LINK)
        assert full.value.status == 413

    def test_a_site_that_switched_links_off_denies_them_and_keeps_the_rest(
        self, hall: ServedHall, site: Site
    ) -> None:
        site.state.knobs.remote_links_allowed = False
        assert hall.board.link(hall.issue, LINK) == "denied"
        assert hall.board.mark(hall.issue, NAME, {}) == "done"

    @pytest.mark.parametrize("touches", [False, True])
    def test_our_own_notices_change_nothing_that_bills(
        self, hall: ServedHall, site: Site, *, touches: bool
    ) -> None:
        """A link moves the issue and stands in its history; a property may move it. Both are read as nothing new."""
        site.state.knobs.property_touches_issue = touches
        with site.tracker() as tracker:
            (before,), cursor = walk(tracker)
            site.now()
            hall.board.mark(hall.issue, NAME, {"state": "draft"})
            hall.board.link(hall.issue, LINK)
            (after,), _ = walk(tracker, cursor)
            assert after.updated_at > before.updated_at
            assert replace(after, updated_at=before.updated_at) == before


def test_a_data_center_site_takes_the_same_requests() -> None:
    state = small_state()
    state.site.deployment = "Server"
    with running_site(state) as site:
        login = replace(site.login, email=None, token="pat-of-the-bot")
        hall = ServedHall(site, JiraNoticeboard(login))
        assert hall.board.mark(hall.issue, NAME, {"state": "draft"}) == "done"
        assert hall.board.link(hall.issue, LINK) == "done"
        assert (len(hall.marks()), len(hall.links())) == (1, 1)
        hall.board.close()
