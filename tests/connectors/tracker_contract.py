"""What every tracker must do, whatever is behind it. A site that people act on is given by the subclass."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

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


SCOPE = Scope(("ACME", "BETA"), ("ACME board",), ("Billing %",))


def walk(people: People, cursor: str | None = None, scope: Scope = SCOPE) -> tuple[Sequence[Issue], str]:
    """One whole `changed_since`."""
    batches: list[Batch] = list(people.tracker.changed_since(scope, people.tracker.catalogue(scope), cursor))
    return [issue for batch in batches for issue in batch.issues], batches[-1].cursor


def _ids(issues: Sequence[Issue]) -> list[str]:
    return [issue.id for issue in issues]


class TrackerContract:
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
