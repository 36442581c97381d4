"""Which functions a query may call, and whether each stands for a list or for one value."""

from __future__ import annotations

from sandbox.jira.jql.errors import JqlError
from sandbox.jira.jql.syntax import Call, Operand

_EDGES = tuple(f"{edge}Of{unit}" for edge in ("start", "end") for unit in ("Day", "Week", "Month", "Year"))
SINGLE = ("currentUser", "now", *_EDGES, "latestReleasedVersion", "earliestUnreleasedVersion")
LISTS = (
    "cascadeOption", "childIssuesOf", "closedSprints", "componentsLeadByUser", "futureSprints",
    "issueHistory", "linkedIssues", "membersOf", "openSprints", "organizationMembers", "parentEpic",
    "projectsLeadByUser", "projectsWhereUserHasPermission", "projectsWhereUserHasRole", "releasedVersions",
    "standardIssueTypes", "subTaskIssueTypes", "unreleasedVersions", "updatedBy", "votedIssues",
    "watchedIssues",
)  # fmt: skip
_TEXTS = ("membersOf", "linkedIssues", "updatedBy", "childIssuesOf", "latestReleasedVersion",
          "earliestUnreleasedVersion", "cascadeOption", "parentEpic", "projectsWhereUserHasPermission",
          "projectsWhereUserHasRole", "organizationMembers")  # fmt: skip
_LISTS = frozenset(name.lower() for name in LISTS)
_SINGLE = frozenset(name.lower() for name in SINGLE)


def offered() -> list[tuple[str, bool]]:
    """Every function as an editor offers it, and whether it is a list."""
    return sorted(
        (f'{name}("")' if name in _TEXTS else f"{name}()", name in LISTS) for name in SINGLE + LISTS
    )


def check_one(operator: str, operand: Operand, field: str) -> None:
    """Refuse a list where an operator compares with one value."""
    if operator in ("=", "!=") and isinstance(operand, Call) and operand.name.lower() in _LISTS:
        raise JqlError(
            f"Operator '{operator}' does not support the list value '{operand}' for field '{field}'."
        )


def check_list(operator: str, operand: Operand, field: str) -> None:
    """Refuse one value, not in parentheses, where an operator looks into a list."""
    if isinstance(operand, Call) and operand.name.lower() not in _SINGLE:
        return
    shown = str(operand) if isinstance(operand, Call) else getattr(operand, "text", "EMPTY")
    raise JqlError(
        f"Operator '{operator}' does not support the non-list value '{shown}' for field '{field}'."
    )


def expects(call: Call, least: int, most: int | None = None) -> None:
    """Refuse a call with too few or too many arguments (`most` None: any number above `least`)."""
    count = len(call.arguments)
    if count < least or (most is not None and count > most):
        raise JqlError(f"Function '{call.name}' expected '{least}' arguments but received '{count}'.")


def unknown(call: Call) -> JqlError:
    """A function that does not exist, or not for this field."""
    return JqlError(f"Unable to find JQL function '{call}'.")
