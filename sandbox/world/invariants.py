"""What is true of every world at every moment, whatever was done to it; checked after long runs."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator

from sandbox.jira.issue import Issue
from sandbox.jira.state import JiraState
from sandbox.quickbooks.invariants import broken_promises
from sandbox.quickbooks.state import Company
from sandbox.world.generate import World


def problems_of(world: World) -> list[str]:
    """Every broken invariant of both services in a sentence; none is the only right answer."""
    with world.jira.lock:
        found = list(_of_site(world.jira))
    with contextlib.ExitStack() as locks:
        for company in world.quickbooks.companies.values():
            locks.enter_context(company.lock)
            found += _of_lines(company)
        found += broken_promises(world.quickbooks)
    return found


def _of_site(state: JiraState) -> Iterator[str]:
    keys: dict[str, int] = {}
    for issue in state.issues.values():
        if issue.key in keys:
            yield f"{issue.key} is the key of two issues"
        keys[issue.key] = issue.id
        yield from _of_issue(state, issue)
    for project_id, members in state.by_project.items():
        lost = members - state.issues.keys()
        if lost:
            yield f"project {project_id} lists issues that are gone: {sorted(lost)[:3]}"
    for sprint_id, members in state.by_sprint.items():
        foreign = [i for i in members if i not in state.issues or sprint_id not in state.issues[i].sprint_ids]
        if foreign:
            yield f"sprint {sprint_id} lists issues that are not in it: {foreign[:3]}"


def _of_issue(state: JiraState, issue: Issue) -> Iterator[str]:
    at = f"issue {issue.key}"
    if state.issue(issue.key) is not issue:
        yield f"{at} is not found by its key"
    if issue.id not in state.by_project[issue.project_id]:
        yield f"{at} is missing from its project"
    if issue.parent_id is not None and issue.id not in state.children[issue.parent_id]:
        yield f"{at} is missing from its parent's children"
    times = [history.at for history in issue.histories]
    if times != sorted(times):
        yield f"{at} has a history out of order"
    if times and issue.updated_at < times[-1]:
        yield f"{at} was changed after its last update"
    if (issue.resolution_id is None) != (issue.resolved_at is None):
        yield f"{at} has a resolution without a date, or a date without one"
    if sum(log.seconds for log in issue.worklogs) != (issue.time_spent or 0):
        yield f"{at} has other time spent than its worklogs say"
    if sum(state.sprints[i].state != "closed" for i in issue.sprint_ids) > 1:
        yield f"{at} is in two open sprints"


def _of_lines(company: Company) -> Iterator[str]:
    for invoice in company.rows("Invoice"):
        ids = [line["Id"] for line in invoice.body["Line"] if "Id" in line]
        if len(ids) != len(set(ids)):
            yield f"invoice {invoice.id} has a line id twice"
