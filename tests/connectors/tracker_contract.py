"""What every tracker must do, whatever is behind it. A site that people act on is given by the subclass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Protocol

from names_contract import NamesContract

from connectors.ports import Batch, Scope, Tracker
from model.work import Issue


class People(Protocol):
    """What people do on a site with the projects ACME, BETA and SIDE, the fields "Billing %" and "Story
    Points", and the boards "ACME board" and "BETA board". Every action happens later than the one before."""

    tracker: Tracker

    def make_issue(self, project: str, level: int = 0, parent: str | None = None) -> str:
        """Make an issue; its id."""

    def finish(self, issue_id: str) -> None:
        """Move an issue to a done status with resolution "Done"."""

    def reopen(self, issue_id: str) -> None:
        """Move an issue back to "To Do" without a resolution."""

    def set_percent(self, issue_id: str, value: str) -> None:
        """Set "Billing %"."""

    def hide_project(self, key: str) -> None:
        """The login loses sight of a project."""

    def show_project(self, key: str) -> None:
        """The login sees a project again."""

    def lose(self, issue_id: str) -> None:
        """An issue disappears."""

    def start_sprint(self, board: str) -> str:
        """Make and start a sprint; its id."""

    def close_sprint(self, sprint_id: str) -> None:
        """Close an active sprint."""

    def log(self, issue_id: str, seconds: int, started_at: datetime | None = None) -> str:
        """Log time on an issue; the worklog's id."""

    def correct_log(self, worklog_id: str, seconds: int) -> None:
        """Correct the time of a worklog."""

    def restrict_log(self, worklog_id: str) -> None:
        """Show a worklog to others only."""

    def delete_log(self, worklog_id: str) -> None:
        """Delete a worklog."""

    def make_version(self, project: str, name: str) -> str:
        """Make a fix version; its id."""

    def release(self, version_id: str, on: date | None) -> None:
        """Release a version, on a day or without one."""

    def take_back(self, version_id: str) -> None:
        """Mark a version as unreleased; its day stays as the plan."""

    def archive(self, version_id: str) -> None:
        """Archive a version."""

    def delete_version(self, version_id: str) -> None:
        """Delete a version."""

    def fix_in(self, issue_id: str, *version_ids: str) -> None:
        """Set the fix versions of an issue."""

    def wait(self) -> None:
        """More than a minute passes."""


SCOPE = Scope(("ACME", "BETA"), ("ACME board",), ("Billing %",))
TIMED = replace(SCOPE, timed_projects=("ACME",))


def walk(people: People, cursor: str | None = None, scope: Scope = SCOPE) -> tuple[Sequence[Issue], str]:
    """One whole `changed_since`."""
    batches = all_batches(people, cursor, scope)
    return [issue for batch in batches for issue in batch.issues], batches[-1].cursor


def all_batches(people: People, cursor: str | None, scope: Scope) -> list[Batch]:
    """The batches of one whole `changed_since`."""
    return list(people.tracker.changed_since(scope, people.tracker.catalogue(scope), cursor))


def deleted_since(people: People, cursor: str | None, scope: Scope = TIMED) -> tuple[set[str], str]:
    """The worklogs that one walk says were deleted."""
    batches = all_batches(people, cursor, scope)
    return {log for batch in batches for log in batch.deleted_worklogs}, batches[-1].cursor


def _ids(issues: Sequence[Issue]) -> list[str]:
    return [issue.id for issue in issues]


class TrackerContract(NamesContract):
    """Inherit, and give a fixture `people`."""

    def test_a_catalogue_lists_what_the_scope_names(self, people: People) -> None:
        found = people.tracker.catalogue(SCOPE)
        assert [project.key for project in found.projects] == ["ACME", "BETA"]
        assert [board.name for board in found.boards] == ["ACME board"]
        assert [info.name for info in found.fields] == ["Billing %"]
        assert found.site
        assert found.account_id

    def test_a_board_brings_the_project_it_stands_in(self, people: People) -> None:
        scope = Scope((), ("BETA board",), ())
        issue = people.make_issue("BETA")
        assert [project.key for project in people.tracker.catalogue(scope).projects] == ["BETA"]
        found, _ = walk(people, scope=scope)
        assert _ids(found) == [issue]

    def test_names_that_mean_nothing_are_absent(self, people: People) -> None:
        found = people.tracker.catalogue(Scope(("NONE",), ("No board",), ("No field",)))
        assert (found.projects, found.boards, found.fields) == ((), (), ())

    def test_the_first_walk_brings_everything_in_order_of_change(self, people: People) -> None:
        epic = people.make_issue("ACME", level=1)
        story = people.make_issue("ACME", parent=epic)
        other = people.make_issue("BETA")
        people.make_issue("SIDE")
        people.set_percent(epic, "12.5")
        found, _ = walk(people)
        assert set(_ids(found)) == {epic, story, other}
        updated = [issue.updated_at for issue in found]
        assert updated == sorted(updated)
        by_id = {issue.id: issue for issue in found}
        assert (by_id[epic].level, by_id[story].level, by_id[story].parent_id) == (1, 0, epic)
        assert next(iter(by_id[epic].fields.values())) == ("12.5",)

    def test_a_walk_over_nothing_ends_with_a_cursor(self, people: People) -> None:
        found, cursor = walk(people)
        assert found == []
        assert walk(people, cursor)[0] == []

    def test_a_change_is_told_once_with_its_history(self, people: People) -> None:
        issue, other = people.make_issue("ACME"), people.make_issue("ACME")
        _, cursor = walk(people)
        people.finish(issue)
        (found,), cursor = walk(people, cursor)
        assert (found.id, found.category, found.resolution) == (issue, "done", "Done")
        lines = {change.field: change.new for change in found.history}
        assert (lines["category"], lines["resolution"]) == ("done", "Done")
        assert walk(people, cursor)[0] == []
        assert other not in _ids([found])

    def test_a_reopened_issue_keeps_its_whole_history(self, people: People) -> None:
        issue = people.make_issue("ACME")
        people.finish(issue)
        _, cursor = walk(people)
        people.reopen(issue)
        (found,), _ = walk(people, cursor)
        categories = [(change.old, change.new) for change in found.history if change.field == "category"]
        assert categories == [("new", "done"), ("done", "new")]
        assert (found.category, found.resolution) == ("new", None)
        order = [(change.at, int(change.id)) for change in found.history]
        assert order == sorted(order)

    def test_the_same_cursor_gives_the_same_again(self, people: People) -> None:
        issue = people.make_issue("ACME")
        _, cursor = walk(people)
        people.finish(issue)
        assert _ids(walk(people, cursor)[0]) == _ids(walk(people, cursor)[0]) == [issue]

    def test_a_cursor_of_another_scope_means_everything(self, people: People) -> None:
        issue = people.make_issue("ACME")
        _, cursor = walk(people)
        people.make_issue("SIDE")
        wider = replace(SCOPE, projects=("ACME", "BETA", "SIDE"))
        assert len(walk(people, cursor, wider)[0]) == 2
        found, _ = walk(people, cursor, replace(SCOPE, fields=()))
        assert _ids(found) == [issue]

    def test_only_fields_of_the_scope_are_read(self, people: People) -> None:
        issue = people.make_issue("ACME")
        people.set_percent(issue, "10")
        (found,), _ = walk(people, scope=replace(SCOPE, fields=("Story Points",)))
        assert found.fields == {}

    def test_a_hidden_project_is_absent_and_comes_back_with_what_it_missed(self, people: People) -> None:
        ours, theirs = people.make_issue("ACME"), people.make_issue("BETA")
        _, cursor = walk(people)
        people.hide_project("BETA")
        assert [project.key for project in people.tracker.catalogue(SCOPE).projects] == ["ACME"]
        people.finish(theirs)
        people.finish(ours)
        found, cursor = walk(people, cursor)
        assert _ids(found) == [ours]
        people.show_project("BETA")
        found, _ = walk(people, cursor)
        assert _ids(found) == [theirs]
        assert found[0].category == "done"

    def test_with_everything_hidden_a_walk_is_empty(self, people: People) -> None:
        people.make_issue("ACME")
        for key in ("ACME", "BETA"):
            people.hide_project(key)
        assert walk(people)[0] == []

    def test_issues_are_read_by_id_and_what_is_gone_is_absent(self, people: People) -> None:
        kept, gone, hidden = people.make_issue("ACME"), people.make_issue("ACME"), people.make_issue("BETA")
        people.finish(kept)
        catalogue = people.tracker.catalogue(SCOPE)
        people.lose(gone)
        people.hide_project("BETA")
        found = people.tracker.read(catalogue, (gone, kept, hidden, "999999"))
        assert _ids(found) == [kept]
        assert found[0].history

    def test_reading_no_ids_reads_nothing(self, people: People) -> None:
        assert people.tracker.read(people.tracker.catalogue(SCOPE), ()) == ()

    def test_sprints_come_all_at_first_then_only_those_that_may_change(self, people: People) -> None:
        old = people.start_sprint("ACME board")
        people.close_sprint(old)
        now = people.start_sprint("ACME board")
        people.start_sprint("BETA board")
        catalogue = people.tracker.catalogue(SCOPE)
        first = people.tracker.sprints(catalogue, {})
        assert {sprint.id: sprint.state for sprint in first} == {old: "closed", now: "active"}
        later = people.tracker.sprints(catalogue, {sprint.id: sprint.state for sprint in first})
        assert [sprint.id for sprint in later] == [now]

    def test_a_sprint_that_closes_is_told_with_its_completion(self, people: People) -> None:
        sprint = people.start_sprint("ACME board")
        catalogue = people.tracker.catalogue(SCOPE)
        people.close_sprint(sprint)
        (found,) = people.tracker.sprints(catalogue, {sprint: "active"})
        assert (found.id, found.state, found.board_name) == (sprint, "closed", "ACME board")
        assert found.completed_at is not None
        assert people.tracker.sprints(catalogue, {sprint: "closed"}) == ()

    def test_time_is_read_where_it_is_asked_for_and_nowhere_else(self, people: People) -> None:
        ours, theirs = people.make_issue("ACME"), people.make_issue("BETA")
        log = people.log(ours, 5400, datetime(2026, 2, 27, 23, 30, tzinfo=UTC))
        people.log(theirs, 3600)
        found = {issue.id: issue for issue in walk(people, scope=TIMED)[0]}
        (worklog,) = found[ours].worklogs
        assert (worklog.id, worklog.seconds, worklog.hidden) == (log, 5400, False)
        assert worklog.started_at == datetime(2026, 2, 27, 23, 30, tzinfo=UTC)
        assert worklog.author_id == "person-1"
        assert worklog.author
        assert found[theirs].worklogs == ()
        assert all(issue.worklogs == () for issue in walk(people)[0])

    def test_time_is_asked_for_by_board_too(self, people: People) -> None:
        scope = replace(SCOPE, boards=("ACME board", "BETA board"), timed_boards=("BETA board",))
        issue = people.make_issue("BETA")
        people.log(issue, 3600)
        catalogue = people.tracker.catalogue(scope)
        assert catalogue.timed == tuple(it.id for it in catalogue.projects if it.key == "BETA")
        ((found,), _) = walk(people, scope=scope)
        assert [log.seconds for log in found.worklogs] == [3600]

    def test_all_time_of_an_issue_is_read_by_the_day_it_was_worked(self, people: People) -> None:
        issue = people.make_issue("ACME")
        days = [datetime(2026, 2, 1 + number * 7 % 28, 9, tzinfo=UTC) for number in range(27)]
        logs = {people.log(issue, 60 * (1 + number), day) for number, day in enumerate(days)}
        ((found,), _) = walk(people, scope=TIMED)
        assert {log.id for log in found.worklogs} == logs
        assert [log.started_at for log in found.worklogs] == sorted(days)
        catalogue = people.tracker.catalogue(TIMED)
        assert people.tracker.read(catalogue, (issue,))[0].worklogs == found.worklogs

    def test_time_written_or_corrected_is_a_change_of_its_issue(self, people: People) -> None:
        issue, _ = people.make_issue("ACME"), people.make_issue("ACME")
        _, cursor = walk(people, scope=TIMED)
        log = people.log(issue, 3600)
        people.wait()
        (found,), cursor = walk(people, cursor, TIMED)
        assert [(it.id, it.seconds) for it in found.worklogs] == [(log, 3600)]
        people.correct_log(log, 7200)
        people.wait()
        (found,), cursor = walk(people, cursor, TIMED)
        assert [(it.id, it.seconds) for it in found.worklogs] == [(log, 7200)]
        people.wait()
        assert walk(people, cursor, TIMED)[0] == []

    def test_deleted_time_is_told_by_id_and_restricted_time_is_only_absent(self, people: People) -> None:
        issue = people.make_issue("ACME")
        kept, gone, restricted = (people.log(issue, 3600) for _ in range(3))
        _, cursor = walk(people, scope=TIMED)
        people.delete_log(gone)
        people.restrict_log(restricted)
        people.wait()
        deleted, cursor = deleted_since(people, cursor)
        assert gone in deleted
        assert not {kept, restricted} & deleted
        catalogue = people.tracker.catalogue(TIMED)
        assert [log.id for log in people.tracker.read(catalogue, (issue,))[0].worklogs] == [kept]

    def test_time_deleted_while_nobody_asked_for_time_is_told_when_it_is_asked_for_again(
        self, people: People
    ) -> None:
        issue = people.make_issue("ACME")
        log = people.log(issue, 3600)
        _, cursor = walk(people, scope=TIMED)
        _, cursor = walk(people, cursor)
        people.delete_log(log)
        for _ in range(40):  # longer than any walk looks back
            people.wait()
        deleted, cursor = deleted_since(people, cursor, SCOPE)
        assert deleted == set()
        assert log in deleted_since(people, cursor)[0]

    def test_a_survey_shows_everything_visible_and_the_newest_issues_first(self, people: People) -> None:
        epic = people.make_issue("ACME", level=1)
        people.set_percent(epic, "12.5")
        other, last = people.make_issue("SIDE"), people.make_issue("BETA")
        people.finish(last)
        found = people.tracker.survey()
        assert [project.key for project in found.catalogue.projects] == ["ACME", "BETA", "SIDE"]
        assert {"Billing %", "Story Points"} <= {info.name for info in found.catalogue.fields}
        assert found.catalogue.boards == ()
        assert [issue.id for issue in found.sample] == [last, other, epic]
        by_id = {issue.id: issue for issue in found.sample}
        assert (by_id[last].category, by_id[last].history) == ("done", ())
        assert (by_id[epic].level, next(iter(by_id[epic].fields.values()))) == (1, ("12.5",))

    def test_a_survey_of_a_project_shows_its_boards_and_its_issues_alone(self, people: People) -> None:
        ours = people.make_issue("ACME")
        people.make_issue("BETA")
        found = people.tracker.survey("ACME")
        assert [project.key for project in found.catalogue.projects] == ["ACME", "BETA", "SIDE"]
        boards = {board.name for board in found.catalogue.boards}
        assert ("ACME board" in boards, "BETA board" in boards) == (True, False)
        assert [issue.id for issue in found.sample] == [ours]

    def test_a_survey_of_what_is_not_visible_has_no_issues(self, people: People) -> None:
        people.make_issue("BETA")
        people.hide_project("BETA")
        for key in ("BETA", "NONE"):
            found = people.tracker.survey(key)
            assert [project.key for project in found.catalogue.projects] == ["ACME", "SIDE"]
            assert (found.catalogue.boards, found.sample) == ((), ())

    def test_versions_are_listed_whole_and_a_release_shows_at_once(self, people: People) -> None:
        first, second = people.make_version("ACME", "1.0"), people.make_version("ACME", "2.0")
        people.make_version("SIDE", "1.0")
        issue = people.make_issue("ACME")
        people.fix_in(issue, first, second)
        catalogue = people.tracker.catalogue(SCOPE)
        ((found,), cursor) = walk(people)
        assert set(found.version_ids) == {first, second}
        shown = {version.id: version for version in people.tracker.versions(catalogue)}
        assert {version.name for version in shown.values()} == {"1.0", "2.0"}
        assert not any(version.released or version.archived for version in shown.values())
        people.release(first, date(2026, 3, 1))
        people.release(second, None)
        people.archive(second)
        shown = {version.id: version for version in people.tracker.versions(catalogue)}
        assert (shown[first].released, shown[first].released_on) == (True, date(2026, 3, 1))
        assert (shown[second].released, shown[second].released_on) == (True, None)
        assert (shown[first].archived, shown[second].archived) == (False, True)
        assert (shown[first].project_key, shown[first].project_id) == ("ACME", found.project_id)
        assert walk(people, cursor)[0] == []

    def test_a_planned_day_is_no_day_of_release_and_a_deleted_version_is_absent(self, people: People) -> None:
        planned, gone = people.make_version("ACME", "next"), people.make_version("ACME", "gone")
        people.release(planned, date(2026, 3, 9))
        people.take_back(planned)
        people.delete_version(gone)
        (shown,) = people.tracker.versions(people.tracker.catalogue(SCOPE))
        assert (shown.id, shown.released, shown.released_on) == (planned, False, None)

    def test_a_project_that_is_only_named_is_looked_up_and_not_read(self, people: People) -> None:
        ours, _ = people.make_issue("ACME"), people.make_issue("SIDE")
        scope = replace(SCOPE, projects=("ACME",), named_projects=("ACME", "BETA", "SIDE", "NONE"))
        people.hide_project("BETA")
        catalogue = people.tracker.catalogue(scope)
        assert [project.key for project in catalogue.projects] == ["ACME"]
        assert [project.key for project in catalogue.named] == ["SIDE"]
        assert [issue.id for issue in walk(people, scope=scope)[0]] == [ours]

    def test_versions_of_a_hidden_project_are_absent(self, people: People) -> None:
        people.make_version("BETA", "1.0")
        catalogue = people.tracker.catalogue(SCOPE)
        people.hide_project("BETA")
        assert people.tracker.versions(catalogue) == ()
