"""Sprints that are new or may have changed, at a cost that closed ones do not add to.

https://developer.atlassian.com/cloud/jira/software/rest/api-group-board/ : sprints are listed by state and
place in the backlog, not by date, without a total, and a board without sprints answers with an error.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping

from msgspec.json import Decoder

from connectors.errors import Rejected
from connectors.jira.convert import from_jira_sprint
from connectors.jira.faults import NO_SPRINTS
from connectors.jira.session import JiraClient
from connectors.jira.values import SprintRef
from connectors.jira.wire import Listed, WireSprint
from model.work import Board, Sprint

_SPRINTS, _SPRINT = Decoder(Listed[WireSprint]), Decoder(WireSprint)


class SprintReader:
    """Reads the sprints of boards. `noticed` are sprints met in issues, kept by the issue reader."""

    def __init__(self, client: JiraClient, noticed: dict[str, SprintRef]) -> None:
        self._client = client
        self._noticed = noticed
        self._without_own: set[str] = set()

    def read(self, boards: Mapping[str, Board], known: Mapping[str, str]) -> tuple[Sprint, ...]:
        """Open sprints of `boards`; known ones that are open no more; closed ones never listed before.

        A sprint that was opened and closed unseen is found by the issues that were in it.
        """
        found: dict[str, Sprint] = {}
        for board in boards.values():
            for page in self._list(board, "active,future"):
                found.update(_of_board(page, board, boards))
        for identity in sorted(self._missed(boards, known) - found.keys(), key=int):
            found.update(self._look_up(identity, boards))
        for board in boards.values():
            if not self._was_listed(board, known, found):
                found.update(self._closed(board, boards, known))
        return tuple(sorted(found.values(), key=lambda sprint: int(sprint.id)))

    def _missed(self, boards: Mapping[str, Board], known: Mapping[str, str]) -> set[str]:
        """Sprints to look up by id unless they are listed as open."""
        for identity in known.keys() & self._noticed.keys():
            del self._noticed[identity]
        noticed = {ref.id for ref in self._noticed.values() if known and ref.board_id in boards}
        return noticed | {identity for identity, state in known.items() if state != "closed"}

    def _look_up(self, identity: str, boards: Mapping[str, Board]) -> dict[str, Sprint]:
        url = self._client.agile(f"sprint/{identity}")
        try:
            raw = self._client.get(f"read sprint {identity}", url, _SPRINT).value
        except Rejected as error:
            if error.status != 404:
                raise
            self._noticed.pop(identity, None)
            return {}
        home = boards.get(str(raw.origin_board_id)) or self._shown_on(raw.id, boards)
        return {identity: from_jira_sprint(raw, home)} if home else {}

    def _shown_on(self, identity: int, boards: Mapping[str, Board]) -> Board | None:
        """The board that shows a closed sprint made on a board we do not follow. Rare, and it may be long."""
        return next(
            (
                board
                for board in boards.values()
                for page in self._list(board, "closed")
                if any(raw.id == identity for raw in page)
            ),
            None,
        )

    def _was_listed(self, board: Board, known: Mapping[str, str], found: Mapping[str, Sprint]) -> bool:
        """Whether the caller has had all sprints of `board` before."""
        if not known:
            return False
        return board.id in self._without_own or any(
            sprint.board_id == board.id and identity in known for identity, sprint in found.items()
        )

    def _closed(
        self, board: Board, boards: Mapping[str, Board], known: Mapping[str, str]
    ) -> dict[str, Sprint]:
        """All closed sprints of `board`; nothing once one of its own turns out to be known."""
        found: dict[str, Sprint] = {}
        for page in self._list(board, "closed"):
            some = _of_board(page, board, boards)
            if any(sprint.board_id == board.id and identity in known for identity, sprint in some.items()):
                return {}
            found.update(some)
        if not any(sprint.board_id == board.id for sprint in found.values()):
            self._without_own.add(board.id)
        return found

    def _list(self, board: Board, states: str) -> Iterator[list[WireSprint]]:
        """Pages of the board's sprints in `states`; none for a board that has no sprints by its kind."""
        url = self._client.agile(f"board/{board.id}/sprint")
        try:
            yield from self._client.pages(f"list sprints of board {board.id}", url, _SPRINTS, state=states)
        except Rejected as error:
            if error.code != NO_SPRINTS:
                raise


def _of_board(page: Iterable[WireSprint], shown_on: Board, boards: Mapping[str, Board]) -> dict[str, Sprint]:
    """A sprint shown on several boards belongs to the one it was made on, where we follow that one."""
    return {
        str(raw.id): from_jira_sprint(raw, boards.get(str(raw.origin_board_id), shown_on)) for raw in page
    }
