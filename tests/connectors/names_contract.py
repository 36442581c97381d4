"""What every `Tracker` keeps to about names that no scope holds, and boards by their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

from connectors.ports import Scope

if TYPE_CHECKING:
    from tracker_contract import People


class NamesContract:
    """A part of the contract of a tracker."""

    def test_names_are_all_there_is_whatever_is_in_scope_and_visible(self, people: People) -> None:
        found = people.tracker.names()
        assert found.site == people.tracker.catalogue(Scope((), (), ())).site
        assert {"ACME", "BETA"} <= {project.key for project in found.projects}
        assert {"ACME board", "BETA board"} <= {board.name for board in found.boards}
        assert {"Billing %"} <= {info.name for info in found.fields}
        assert found.cut == ()

    def test_a_hidden_project_is_not_among_all_names(self, people: People) -> None:
        people.hide_project("BETA")
        people.wait()
        assert "BETA" not in {project.key for project in people.tracker.names().projects}

    def test_a_board_may_be_named_by_its_id(self, people: People) -> None:
        (board,) = people.tracker.catalogue(Scope((), ("ACME board",), ())).boards
        assert people.tracker.catalogue(Scope((), (board.id,), ())).boards == (board,)
        assert people.tracker.catalogue(Scope((), ("4711",), ())).boards == ()
