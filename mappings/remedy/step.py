"""The next thing that a person would have to do about a verdict, with the world as it would be after it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from decimal import Decimal

from mappings.contract.accepts import Accepted, LabelTest, Recorded, ShareField, StatusTest
from mappings.contract.prices import AmountField, PercentField
from mappings.contract.rules import Milestone
from mappings.contract.works import AcceptanceWork, FieldTest, epic_projects, version_projects
from mappings.progress.asked import nearest
from mappings.progress.fields import FieldGap, FieldIndex
from mappings.progress.match import reaches
from mappings.progress.verdict import Verdict
from mappings.remedy.fitting import Told, fitted, passed
from mappings.remedy.paying import find_payer, leave_one_payer
from mappings.remedy.percents import fit
from mappings.remedy.rating import add_rates, tell_apart
from mappings.remedy.world import World, with_field
from mappings.words.numbers import number_in, percent_in
from mappings.words.text import listed
from model.work import Issue, Sprint, Version

_ANY = "1"  # for a field that only a person can fill: a number that any price takes


def step(verdict: Verdict, world: World) -> Told | None:
    """What to do next; None where nobody can say what would help, or only a day that comes does."""
    known = _STEPS.get(verdict.code)
    return known(verdict, world) if known is not None else None


def _finish(verdict: Verdict, world: World) -> Told | None:
    rule = world.rule(verdict.rule)
    if rule is not None and _by_share(rule) and verdict.code != "excluded.resolution":
        return _accept(verdict, world)
    match world.subject(verdict.work):
        case Issue() as issue:
            how = " with a resolution that counts as delivered" if verdict.outcome == "excluded" else ""
            return f"close {issue.key}{how}", world.with_issues([world.closed(issue)])
        case Sprint() as sprint:
            closed = replace(sprint, state="closed", completed_at=world.now)
            return f"complete the sprint {verdict.title!r}", world.with_sprint(closed)
        case Version() as version if version.released_on is None or not version.released:
            day = world.now.date()
            what = "give it its release date" if version.released else "release it"
            return f"{what} in Jira", world.with_version(replace(version, released=True, released_on=day))
    return None


def _by_share(rule: Milestone) -> bool:
    return isinstance(rule.accept, Recorded | ShareField) or isinstance(rule.work, AcceptanceWork)


def _include(verdict: Verdict, world: World) -> Told:
    kept = tuple(each for each in world.contract.exclusions if each.rule != verdict.rule)
    told = f"narrow [[exclude]] {verdict.rule!r} ({verdict.source}), or take it out"
    return told, world.with_contract(replace(world.contract, exclusions=kept))


def _reach(verdict: Verdict, world: World) -> Told | None:
    subject = world.subject(verdict.work)
    if subject is None or not verdict.clauses:
        return None
    near = nearest(subject, _rules_near(world, subject), FieldIndex(world.mirror.catalogue))
    return fitted(world, near[0], subject) if near is not None else None


def _rules_near(world: World, subject: Issue | Sprint | Version) -> list[Milestone]:
    """The contract's rules for work of that kind in that place."""
    if isinstance(subject, Sprint):
        return list(world.contract.milestones)
    projects_of = epic_projects if isinstance(subject, Issue) else version_projects
    key = subject.project_key.upper()
    return [rule for rule in world.contract.milestones if key in projects_of(rule.work)]


def _untie(verdict: Verdict, world: World) -> Told | None:
    """All rules that reach the work but one are taken out: which one is left, only a person knows."""
    subject, fields = world.subject(verdict.work), FieldIndex(world.mirror.catalogue)
    if subject is None:
        return None
    own = [rule for rule in world.contract.milestones if reaches(rule.work, subject, fields)]
    if not own:
        return None
    others = tuple(
        replace(each, milestones=tuple(r for r in each.milestones if not reaches(r.work, subject, fields)))
        for each in world.book.contracts
        if each.site == world.contract.site and each.id != world.contract.id
    )
    kept = tuple(rule for rule in world.contract.milestones if rule is own[0] or rule not in own)
    left = {each.id: each for each in others}
    book = replace(world.book, contracts=tuple(left.get(each.id, each) for each in world.book.contracts))
    told = f"narrow the rules so that one is left: {verdict.reason.partition(': ')[2]}"
    return told, replace(world, book=book).with_contract(replace(world.contract, milestones=kept))


def _fill(verdict: Verdict, world: World) -> Told | None:
    rule, issue = world.rule(verdict.rule), world.subject(verdict.work)
    if rule is None or not isinstance(issue, Issue):
        return None
    field = _wanting(world, rule, issue)
    filled = world.filled(issue, field, _ANY) if field else None
    if filled is None:
        return None
    what = "fill in" if verdict.code == "field.missing" else "correct"
    return f"{what} {field!r} on {issue.key}", world.with_issues([filled])


def _wanting(world: World, rule: Milestone, issue: Issue) -> str:
    """The field that is empty or holds no number: the acceptance's, else the price's."""
    names = [rule.accept.field] if isinstance(rule.accept, ShareField) else []
    names += [rule.price.field] if isinstance(rule.price, PercentField | AmountField) else []
    fields = FieldIndex(world.mirror.catalogue)
    for name in names:
        values = fields.values(issue, name)
        if isinstance(values, FieldGap):
            return ""
        read = percent_in if isinstance(rule.price, PercentField) else number_in
        if len(values) != 1 or read(values[0]) is None:
            return name
    return names[-1] if names else ""


def _estimate(verdict: Verdict, world: World) -> Told | None:
    subject, fields = world.subject(verdict.work), FieldIndex(world.mirror.catalogue)
    estimated = []
    for issue in world.parts(subject) if subject is not None else ():
        field_id = fields.points(world.contract.points_field, issue.project_id)
        if isinstance(field_id, str) and not issue.fields.get(field_id):
            estimated.append(with_field(issue, field_id, _ANY))
    keys = listed([issue.key for issue in estimated])
    return (f"estimate {keys}", world.with_issues(estimated)) if estimated else None


def _accept(verdict: Verdict, world: World) -> Told | None:
    rule, issue = world.rule(verdict.rule), world.subject(verdict.work)
    accept = rule.accept if rule is not None else None
    if isinstance(issue, Issue) and isinstance(accept, FieldTest | StatusTest | LabelTest):
        return passed(world, accept, issue)
    if isinstance(issue, Issue) and isinstance(accept, ShareField):
        filled = world.filled(issue, accept.field, "100")
        told = f"say in {accept.field!r} on {issue.key} how much of it is accepted"
        return (told, world.with_issues([filled])) if filled is not None else None
    entry = Accepted(verdict.key, Decimal(100), world.now.date(), "")
    accepted = (*world.contract.accepted, entry)
    told = f'record what is accepted: [[accepted]] of = "{verdict.key}"'
    return told, world.with_contract(replace(world.contract, accepted=accepted))


def _close_parts(verdict: Verdict, world: World) -> Told | None:
    subject = world.subject(verdict.work)
    unfinished = [each for each in world.parts(subject) if each.category != "done"] if subject else []
    if not unfinished:
        return None
    keys = listed([issue.key for issue in unfinished])
    told = f'close or move {keys} (or let the contract say open_children = "bill")'
    return told, world.with_issues(map(world.closed, unfinished))


_STEPS: Mapping[str, Callable[[Verdict, World], Told | None]] = {
    "open": _finish,
    "reopened": _finish,
    "excluded.resolution": _finish,
    "version.undated": _finish,
    "excluded.rule": _include,
    "rule.none": _reach,
    "rule.tie": _untie,
    "field.missing": _fill,
    "field.invalid": _fill,
    "points.missing": _estimate,
    "accept.missing": _accept,
    "children.open": _close_parts,
    "payer.none": find_payer,
    "payer.tie": leave_one_payer,
    "schedule.beyond": fit,
    "rate.missing": add_rates,
    "rate.tie": tell_apart,
}
