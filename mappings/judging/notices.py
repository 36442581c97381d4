"""Findings beside a verdict: what a person should know about work though it does not change its bill."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from mappings.contract.accepts import Accepted
from mappings.money.time_price import hours_in_words
from mappings.progress.acceptance import withdrawn
from mappings.progress.case import Case
from mappings.progress.leaves import Yield, scope_notes
from mappings.progress.priced import Delivered
from mappings.words.text import listed
from model.finding import Finding, Owner
from model.work import Issue


def all_done(case: Case, children: Sequence[Issue]) -> Iterator[Finding]:
    """An epic or version that is open though all its children are done, so that a rule waits for it."""
    if case.rule is not None and children and all(child.category == "done" for child in children):
        verb = "release" if case.work.kind == "version" else "close"
        reason = f"all {len(children)} of its issues are done and the {case.work.kind} is open"
        yield _notice("children.done", case, reason, f"{verb} the {case.work.kind} to bill it")


def scope_changes(case: Case, found: Yield) -> Iterator[Finding]:
    """Scope that came to a sprint late or went; said until the sprint is billed."""
    notes = scope_notes(found)
    if notes and not case.claims:
        yield _notice("sprint.scope", case, "; ".join(notes), "look whether the client agreed to it")


def without_points(case: Case, delivered: Delivered) -> Iterator[Finding]:
    """Finished issues that a price by points cannot count."""
    if delivered.without_points:
        shown = listed(list(delivered.without_points))
        reason = f"done without story points, so not billed: {shown}"
        yield _notice("points.missing", case, reason, "estimate issues before they are closed")


def early_time(case: Case, delivered: Delivered) -> Iterator[Finding]:
    """Time that was worked before the contract starts."""
    if delivered.early:
        hours = hours_in_words(sum(each.log.seconds for each in delivered.early))
        keys = listed(sorted({each.issue.key for each in delivered.early}))
        reason = f"{hours} hours worked before {_beginning(case)} are not billed: {keys}"
        yield _notice("time.before_start", case, reason, "bill them by hand if they are owed", "admin")


def _beginning(case: Case) -> str:
    rules = case.rules
    return f"the {'contract starts' if rules.begins == rules.starts else 'opening'} on {rules.begins}"


def outside_time(case: Case, found: Yield) -> Iterator[Finding]:
    """Time on issues of a sprint that was worked on no day of any sprint, so that none bills it."""
    if found.outside:
        hours = hours_in_words(sum(each.log.seconds for each in found.outside))
        keys = listed(sorted({each.issue.key for each in found.outside}))
        reason = f"{hours} hours on its issues were worked on no day of any sprint, so not billed: {keys}"
        yield _notice("time.outside", case, reason, "correct the day in Jira, or bill them by hand")


def rivals(case: Case) -> Iterator[Finding]:
    """Billed work that only the rules of other contracts reach now."""
    if case.claims and case.rivals:
        others = ", ".join(map(repr, case.rivals))
        reason = f"billed under {case.rules.id!r}, and now the rules of {others} reach it"
        yield _notice("rule.other_contract", case, reason, "what is billed stays where it is", "admin")


def lost_entries(case: Case, now: Sequence[Accepted]) -> Iterator[Finding]:
    """Acceptances by which work was billed, and which the file does not record so any more."""
    if case.claims and case.acceptance is not None:
        for entry in withdrawn(case.key, case.rules.accepted, now):
            reason = f"billed as {entry}, and the file does not record that any more"
            hint = "put the entry back, and add a new one with what is accepted now"
            yield _notice("accept.changed", case, reason, hint, "admin")


def _notice(code: str, case: Case, reason: str, hint: str, owner: Owner = "team") -> Finding:
    return Finding(code, case.title, reason, hint, owner, case.charge_key)
