"""What is said of work that is not finished: why it waits, and what would finish it."""

from __future__ import annotations

from typing import NamedTuple

from mappings.progress.case import Case
from mappings.progress.subjects import Agreed
from mappings.progress.verdict import Outcome
from mappings.words.text import inert
from model.work import Version


class Waiting(NamedTuple):
    """Outcome, code, reason and hint of a verdict."""

    outcome: Outcome
    code: str
    reason: str
    hint: str


def unfinished(case: Case) -> Waiting:
    """Why `case`, which is not closed, is not billed, or what is wrong where it was."""
    if case.is_billed:
        return Waiting(
            "held", "reopened", f"billed, and now {_undone(case)}", "close it again, or correct the invoice"
        )
    if case.closure.rejected:
        reason = f"closed as {inert(case.closure.rejected)!r}, which does not count as delivered"
        hint = "nothing is due; close it with another resolution if it was delivered"
        return Waiting("excluded", "excluded.resolution", reason, hint)
    match case.subject:
        case Version():
            return _unreleased(case.subject)
        case Agreed(kind="date"):
            return Waiting("open", "open", f"due on {case.subject.on}", f"it is billed on {case.subject.on}")
        case Agreed():
            return Waiting("open", "open", "not accepted yet", record(case))
    again = " again" if case.closure.last_at else ""
    if case.acceptance is not None:
        return Waiting("open", "open", f"not closed{again} yet, and nothing of it accepted", record(case))
    return Waiting("open", "open", f"not closed{again} yet", "close it in Jira")


def record(case: Case) -> str:
    """How an acceptance is recorded."""
    return f'record what is accepted: [[accepted]] of = "{case.key}"'


def _undone(case: Case) -> str:
    rejected = case.closure.rejected
    if rejected:
        return f"it was closed as {inert(rejected)!r}"
    if isinstance(case.subject, Version):
        return "it is not released any more"
    return "its acceptance is withdrawn" if case.acceptance is not None else "it is open again"


def _unreleased(version: Version) -> Waiting:
    if not version.released:
        return Waiting("open", "open", "not released yet", "release it in Jira")
    if version.released_on is None:
        reason = "released, and Jira shows no day of it"
        return Waiting("held", "version.undated", reason, "give the version its release date in Jira")
    reason = f"its release is on {version.released_on}"
    return Waiting("open", "open", reason, f"it is billed on {version.released_on}")
