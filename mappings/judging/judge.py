"""One piece of work before the rules of a contract: the first thing in its way, or its price."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from mappings.contract.rules import Milestone
from mappings.judging.notices import (
    all_done,
    early_time,
    lost_entries,
    outside_time,
    rivals,
    scope_changes,
    without_points,
)
from mappings.judging.spoken import verdict_on
from mappings.money.worth import Worth
from mappings.progress.acceptance import Acceptance, accepted_part
from mappings.progress.asked import asked, asks_acceptance, nearest
from mappings.progress.case import Case
from mappings.progress.claimed import Claimed
from mappings.progress.forward import billed_by_hand, is_named, left_out
from mappings.progress.overlap import Overlap
from mappings.progress.ownership import Ownership
from mappings.progress.priced import Delivered, Gap, Priced
from mappings.progress.site import Site
from mappings.progress.unfinished import record, unfinished
from mappings.progress.verdict import Clause, Outcome, Rest, Verdict
from mappings.words.text import listed
from model.finding import Finding, Owner
from model.money import Money
from model.work import Sprint


@dataclass(frozen=True, slots=True)
class Due:
    """Work that may be billed, with its price before the schedule of the contract is looked at."""

    case: Case
    rule: Milestone
    closed_at: datetime
    priced: Priced
    delivered: Delivered
    clauses: tuple[Clause, ...]
    notices: tuple[Finding, ...]
    rest: Rest | None = None


@dataclass(frozen=True, slots=True)
class Judge:
    """Judges cases; everything that it looks at is given to it."""

    ownership: Ownership
    site: Site
    claimed: Claimed
    worth: Worth
    overlaps: Mapping[str, Overlap]
    zone: ZoneInfo

    def judge(self, case: Case) -> Verdict | Due:
        """The verdict on `case`, or its price when nothing stands in the way."""
        checks = (
            self._lost,
            self._hidden,
            self._unclear,
            self._unfinished,
            self._excluded,
            self._unmatched,
            self._unaccepted,
        )
        for check in checks:
            verdict = check(case)
            if verdict is not None:
                return verdict
        rule, closed_at = case.rule, case.closure.closed_at
        if rule is None or closed_at is None:
            raise ValueError(f"{case.charge_key} passed without a rule and a closing")
        delivered = self.worth.delivered(case)
        billed = self._billed_elsewhere(case, delivered)
        if billed is not None:
            return billed
        priced = self.worth.priced(case, rule, delivered)
        if isinstance(priced, Gap):
            held = self._say(case, "held", priced.code, priced.reason, priced.hint, priced.owner)
            return replace(held, unrated=priced.unrated)
        notices = tuple(self._notices(case, delivered))
        due = Due(case, rule, closed_at, priced, delivered, asked(case, rule, self.site.fields), notices)
        return _as_far_as_accepted(due)

    def _lost(self, case: Case) -> Verdict | None:
        if not case.lost_version:
            return None
        reason = f"it was billed under rule version {case.lost_version}, whose source is not known here"
        return self._say(case, "held", "rule.lost", reason, "restore the recorded rules", "admin")

    def _hidden(self, case: Case) -> Verdict | None:
        if not case.hidden:
            return None
        hint = "give the login access again; nothing was withdrawn"
        reason = "it is not visible in Jira now: removed, moved away, or the login lost its access"
        return self._say(case, "held", "hidden", reason, hint, "admin", amount=_claimed_amount(case))

    def _unclear(self, case: Case) -> Verdict | None:
        gap = case.acceptance
        if not isinstance(gap, Gap) or (case.closure.closed_at is None and not case.claims):
            return None
        return self._say(case, "held", gap.code, gap.reason, gap.hint, gap.owner)

    def _unfinished(self, case: Case) -> Verdict | None:
        if case.closure.closed_at is not None:
            return None
        told = unfinished(case)
        amount = _claimed_amount(case) if case.is_billed else self.worth.alone(case)
        notices = self._all_done(case) if told.outcome == "open" else ()
        return self._say(case, *told, amount=amount, notices=notices)

    def _excluded(self, case: Case) -> Verdict | None:
        closed_at = case.closure.closed_at
        if case.claims or closed_at is None:
            return None
        closed_on, hint = closed_at.astimezone(self.zone).date(), "bill it by hand if it is owed"
        if closed_on < case.rules.starts:
            reason = f"closed on {closed_on}, before the contract starts on {case.rules.starts}"
            return self._say(case, "excluded", "excluded.before_start", reason, hint, "admin")
        if is_named(case) or closed_on < case.rules.begins:
            by = (
                "[opening] names it"
                if is_named(case)
                else f"closed on {closed_on}, before {case.rules.begins}"
            )
            reason = f"billed before Milepost: {by}"
            return self._say(case, "excluded", "excluded.opening", reason, hint, "admin")
        if case.exclusion is not None:
            rule = case.exclusion
            return self._say(
                case, "excluded", "excluded.rule", f"[[exclude]] {rule.rule!r}: {rule.reason}",
                "change the exclusion if it shall be billed", "admin", said_by=(rule.rule, rule.line),
            )  # fmt: skip
        return None

    def _unmatched(self, case: Case) -> Verdict | None:
        if case.billed_by:
            reason = f"contract {case.billed_by!r} has billed it and is no longer among the rules"
            return self._say(case, "held", "rule.other_contract", reason, "put that contract back", "admin")
        if case.claims and case.exclusion is not None:
            reason = f"billed, and now excluded by {case.exclusion.rule!r}: {case.exclusion.reason}"
            return self._say(case, "held", "rule.none", reason, "decide whether the invoice stands", "admin")
        if not case.matched:
            return self._no_rule(case)
        if len(case.matched) == 1 and (not case.rivals or case.claims):
            return None
        names = [f"{rule.rule!r} ({case.rules.file}:{rule.line})" for rule in case.matched]
        for other, rule in self.ownership.rules_of_rivals(case) if not case.claims else ():
            names.append(f"{rule.rule!r} of contract {other.id!r} ({other.file}:{rule.line})")
        reason = f"{len(names)} rules reach it: {', '.join(names)}"
        return self._say(
            case, "held", "rule.tie", reason, "exactly one rule may win: narrow the others", "admin"
        )

    def _no_rule(self, case: Case) -> Verdict:
        if case.claims:
            away = f", but those of {', '.join(map(repr, case.rivals))} do" if case.rivals else ""
            code = "rule.other_contract" if case.rivals else "rule.none"
            reason = f"billed, but no rule of the contract reaches it any more{away}"
            return self._say(case, "held", code, reason, "what is billed stays; put the rule back", "admin")
        near = nearest(case.seen, self.ownership.rules_near(case.seen), self.site.fields)
        if near is None:
            return self._say(
                case, "held", "rule.none", "no rule is for this work", "add a rule or an [[exclude]]", "admin"
            )
        rule, seen = near
        failed = next(clause for clause in seen if not clause.holds)
        reason = f"no rule reaches it; nearest is {rule.rule!r}: {failed.text}, but it is {failed.saw}"
        hint = f"make it so that {failed.text}, or add a rule or an [[exclude]]"
        return self._say(case, "held", "rule.none", reason, hint, "admin", seen=seen)

    def _unaccepted(self, case: Case) -> Verdict | None:
        return self._open_children(case) or self._overlapping(case) or self._gate(case)

    def _open_children(self, case: Case) -> Verdict | None:
        if case.rules.open_children == "bill" or case.acceptance is not None:
            return None
        unfinished = [issue.key for issue in self.site.contents(case.seen) if issue.category != "done"]
        if not unfinished:
            return None
        word = "released with open issues" if case.work.kind == "version" else "closed with open children"
        reason = f"{word}: {listed(unfinished)}"
        hint = 'close or move them, or let the contract say open_children = "bill"'
        return self._say(case, "held", "children.open", reason, hint, amount=self.worth.alone(case))

    def _overlapping(self, case: Case) -> Verdict | None:
        overlap = self.overlaps.get(case.charge_key)
        if overlap is None:
            return None
        others = listed([other.title for other in overlap.others.values()])
        reason = f"{listed(list(overlap.issues))} would be billed twice: also part of {others}"
        hint = "let only one rule reach these issues"
        return self._say(case, "held", "overlap", reason, hint, "admin", amount=self.worth.alone(case))

    def _billed_elsewhere(self, case: Case, delivered: Delivered) -> Verdict | None:
        """Issues that another contract has billed: the same work is not paid twice through two contracts."""
        if case.claims:
            return None
        found = ((leaf.key, self.claimed.elsewhere(case.rules.id, leaf)) for leaf in delivered.leaves)
        billed = {key: contract for key, contract in found if contract is not None}
        if not billed:
            return None
        by = listed(sorted({repr(contract) for contract in billed.values()}))
        reason = f"{listed(sorted(billed))} is billed already under contract {by}"
        hint = "let only one contract reach these issues"
        return self._say(case, "held", "overlap", reason, hint, "admin", amount=self.worth.alone(case))

    def _gate(self, case: Case) -> Verdict | None:
        clause = asks_acceptance(case, case.rule, self.site.fields) if case.rule is not None else None
        if clause is None or clause.holds:
            return None
        reason, hint = "nothing of it is accepted", record(case)
        if case.acceptance is None:
            reason = f"not accepted: {clause.text} is asked, it is {clause.saw}"
            hint = f"set it when the client has accepted {case.key}"
        return self._say(case, "held", "accept.missing", reason, hint, amount=self.worth.alone(case))

    def _say(
        self,
        case: Case,
        outcome: Outcome,
        code: str,
        reason: str,
        hint: str,
        owner: Owner = "team",
        *,
        amount: Money | None = None,
        notices: tuple[Finding, ...] = (),
        seen: tuple[Clause, ...] = (),
        said_by: tuple[str, int] | None = None,
    ) -> Verdict:
        rule = said_by or ((case.rule.rule, case.rule.line) if case.rule else None)
        return replace(
            verdict_on(case, rule, outcome, code, reason),
            hint=hint,
            owner=owner,
            amount=amount,
            clauses=seen or (asked(case, case.rule, self.site.fields) if case.rule else ()),
            notices=notices,
        )

    def _notices(self, case: Case, delivered: Delivered) -> Iterator[Finding]:
        if isinstance(case.subject, Sprint):
            found = self.worth.yields[case.charge_key]
            yield from scope_changes(case, found)
            yield from outside_time(case, found)
        yield from left_out(case, self._billed_by_hand(case))
        yield from without_points(case, delivered)
        yield from early_time(case, delivered)
        yield from rivals(case)
        yield from lost_entries(case, self.ownership.entries)

    def _billed_by_hand(self, case: Case) -> list[str]:
        """Issues of the work that were billed before Milepost."""
        if isinstance(case.subject, Sprint):
            issues = self.worth.yields[case.charge_key].billed_otherwise
        else:
            issues = self.site.contents(case.seen)
        return billed_by_hand(case.rules.id, self.claimed, issues)

    def _all_done(self, case: Case) -> tuple[Finding, ...]:
        return tuple(all_done(case, self.site.contents(case.seen)))


def _as_far_as_accepted(due: Due) -> Due:
    """Of work that is accepted in part: that part, and the rest as waiting."""
    acceptance = due.case.acceptance
    if not isinstance(acceptance, Acceptance) or acceptance.share == 100:
        return due
    part = accepted_part(due.priced, acceptance)
    rest = Rest(due.priced.amount - part.amount, f"not accepted yet: {acceptance.told}")
    return replace(due, priced=part, rest=rest)


def _claimed_amount(case: Case) -> Money | None:
    live = [claim.amount for claim in case.claims if claim.ended is None]
    return sum(live[1:], live[0]) if live else None
