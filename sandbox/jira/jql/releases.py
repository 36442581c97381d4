"""The versions and sprints that operands name, one by one or by a function."""

from __future__ import annotations

from collections.abc import Hashable

from sandbox.jira.entities import Sprint, Version
from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.functions import expects, unknown
from sandbox.jira.jql.kinds import Context, Filled
from sandbox.jira.jql.resolve import Names, named, project
from sandbox.jira.jql.syntax import Call, Value

_ALL = {"releasedversions": True, "unreleasedversions": False}
_ONE = {"latestreleasedversion": True, "earliestunreleasedversion": False}
_SPRINTS = {"opensprints": "active", "closedsprints": "closed", "futuresprints": "future"}


def version(context: Context, operand: Filled) -> Names:
    """Versions by id or name, or by what became of them in some projects."""
    if not isinstance(operand, Call):
        return named("fixVersion", lambda c: c.state.versions)(context, operand)
    name = operand.name.lower()
    if name in _ALL:
        return frozenset(entry.id for entry in _in_projects(context, operand) if entry.released is _ALL[name])
    if name not in _ONE:
        raise unknown(operand)
    expects(operand, 1, 1)
    held = [v for v in _in_projects(context, operand) if v.released is _ONE[name] and not v.archived]
    return frozenset(entry.id for entry in (held[-1:] if _ONE[name] else held[:1]))


def _in_projects(context: Context, call: Call) -> list[Version]:
    """The versions of the named projects, of all visible ones when none is named, in their order."""
    ids: set[Hashable] = set()
    for name in call.arguments:
        try:
            ids |= project(context, Value(name))
        except JqlError:
            raise JqlError(
                f"Could not resolve the project '{name}' provided to function '{call.name}'."
            ) from None
    state, user = context.state, context.user
    seen = (v for v in state.versions.values() if state.can_see_project(user, v.project_id))
    return [v for v in seen if not ids or v.project_id in ids]


def sprint(context: Context, operand: Filled) -> Names:
    """Sprints of visible boards by id or name, or all in a state by function."""
    visible = [s for s in context.state.sprints.values() if _sees(context, s)]
    if isinstance(operand, Call):
        wanted = _SPRINTS.get(operand.name.lower())
        if wanted is None:
            raise unknown(operand)
        expects(operand, 0, 0)
        return frozenset(s.id for s in visible if s.state == wanted)
    text = operand.text
    found = frozenset(s.id for s in visible if s.name.lower() == text.lower() or str(s.id) == text)
    if not found:
        what = "id" if text.isdigit() else "name"
        raise JqlError(
            f"Sprint with {what} '{text}' does not exist or you do not have permission to view it."
        )
    return found


def _sees(context: Context, candidate: Sprint) -> bool:
    board = context.state.boards.get(candidate.board_id)
    return board is not None and context.state.can_see_project(context.user, board.project_id)
