"""Issues that are done and that no sprint counts, though a contract bills their board by sprints: held, in sight."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from zoneinfo import ZoneInfo

from mappings.contract.prices import Hours, PerIssue, PerPoint
from mappings.contract.rules import Contract, Milestone
from mappings.contract.works import SprintsWork
from mappings.money.adjust import adjusted
from mappings.money.price import price
from mappings.progress.claimed import Claimed, charge_key
from mappings.progress.closing import ever_in, finished, sprints_at
from mappings.progress.leaves import by_themselves, counts_in
from mappings.progress.ownership import Ownership
from mappings.progress.priced import Priced
from mappings.progress.site import LEAF_LEVEL, Site
from mappings.progress.verdict import Verdict
from mappings.words.text import inert, listed
from model.billing import Leaf
from model.money import Money
from model.work import Board, Issue

_NEVER, _BEFORE, _BETWEEN = "never in a sprint", "done before their sprint began", "done while in none"
_HINT = "close them in a sprint, let a rule reach their epic, or bill them by hand"


@dataclass(frozen=True, slots=True)
class _Stray:
    """One such issue: when it was done, and how it missed every sprint."""

    issue: Issue
    done_at: datetime
    how: str


@dataclass(frozen=True, slots=True)
class Outside:
    """Looks for what one contract would have billed by sprints. An issue that other work bills is none of it, nor
    one that is done in a sprint of a board that the contract does not name."""

    contract: Contract
    ownership: Ownership
    site: Site
    claimed: Claimed
    zone: ZoneInfo

    def verdicts(self) -> Iterator[Verdict]:
        """One for each board that has any."""
        seen: set[str] = set()
        for board in self.site.mirror.catalogue.boards:
            rules = _sprint_rules(self.contract, _names(board))
            found = [each for each in self._strays(board) if each.issue.id not in seen] if rules else []
            seen |= {each.issue.id for each in found}
            if found:
                yield self._held(board, rules, found)

    def _strays(self, board: Board) -> Iterator[_Stray]:
        """The issues of a board that miss its sprints: those that ever were in one, and those of its project that
        never were in any."""
        sprints = {each.id: each for each in self.site.mirror.sprints.values() if each.board_id == board.id}
        billing = [each for each in self.ownership.contracts if _sprint_rules(each, _names(board))]
        rejects = self.ownership.rejects(self.contract)
        for issue in self.site.mirror.issues.values():
            done_at = finished(issue, rejects).closed_at if issue.level == LEAF_LEVEL else None
            if done_at is None:
                continue
            ever = ever_in(issue)
            own = [sprints[id_] for id_ in ever if id_ in sprints]
            if not own and (ever or issue.project_id != board.project_id):
                continue
            if any(counts_in(issue, sprint, rejects) for sprint in own):
                continue
            if self._counting(billing, done_at) is not self.contract or self._is_anothers(issue, done_at):
                continue
            before = any(each.starts_at is not None and done_at < each.starts_at for each in own)
            yield _Stray(issue, done_at, _NEVER if not own else _BEFORE if before else _BETWEEN)

    def _counting(self, billing: Sequence[Contract], done_at: datetime) -> Contract | None:
        """Of the contracts that bill a board's sprints the one for what was done then: that began last."""
        begun = (each for each in billing if each.begins <= done_at.astimezone(self.zone).date())
        return max(begun, key=lambda each: each.begins, default=None)

    def _is_anothers(self, issue: Issue, done_at: datetime) -> bool:
        """Whether something else answers for the issue: another board or rule, or a bill."""
        if sprints_at(issue, done_at) - self.site.mirror.sprints.keys():
            return True
        leaf, id_ = Leaf(issue.id, issue.key, Decimal(1)), self.contract.id
        if self.claimed.leaf_owner(id_, issue.id) or self.claimed.elsewhere(id_, leaf):
            return True
        epic = self.site.mirror.issues.get(issue.parent_id or "")
        if epic is not None and epic.key.upper() in self.contract.awaited_epics:
            return True
        versions = (self.site.mirror.versions.get(each) for each in issue.version_ids)
        return any(each is not None and self.ownership.is_reached(each) for each in (epic, *versions))

    def _held(self, board: Board, rules: Sequence[Milestone], found: Sequence[_Stray]) -> Verdict:
        rule, priced = rules[0], self._priced(rules, found)
        kinds = (
            (how, [each.issue.key for each in found if each.how == how])
            for how in (_NEVER, _BEFORE, _BETWEEN)
        )
        said = "; ".join(f"{how}: {listed(keys)}" for how, keys in kinds if keys)
        worth = f"; rule {rule.rule!r} would make it {priced.arithmetic}" if priced else ""
        return Verdict(
            charge_key=charge_key(self.contract.id, None, f"outside:{board.id}"),
            contract=self.contract.id,
            work=None,
            key=f"board-{board.id}",
            title=inert(board.name),
            outcome="held",
            code="sprint.outside",
            reason=f"done in no sprint that bills them; {said}{worth}",
            hint=_HINT,
            rule_version=self.contract.version,
            source=f"{self.contract.file}:{rule.line}",
            closed_at=max(each.done_at for each in found),
            amount=priced.amount if priced else None,
            issues=frozenset(each.issue.id for each in found),
        )

    def _priced(self, rules: Sequence[Milestone], found: Sequence[_Stray]) -> Priced | None:
        """What they are worth by the one rule for the board; None where that is not known: several rules, a price
        that counts no issues, or an adjustment of each sprint as a whole."""
        rule = rules[0]
        if len(rules) > 1 or not isinstance(rule.price, PerPoint | PerIssue):
            return None
        if rule.adjust.minimum is not None or isinstance(rule.adjust.discount, Money):
            return None
        done = [(each.issue, each.done_at) for each in found]
        delivered = by_themselves(done, rule.price, self.contract, self.site.fields)
        alone = price(self.contract, rule, found[0].issue, delivered, self.site.fields)
        priced = adjusted(alone, rule.adjust)
        return priced if isinstance(priced, Priced) else None


def _sprint_rules(contract: Contract, board: frozenset[str]) -> list[Milestone]:
    """The rules by which a contract bills sprints of a board (its names in lower case), those for time apart."""
    return [
        rule
        for rule in contract.milestones
        if isinstance(rule.work, SprintsWork)
        and rule.work.board.casefold() in board
        and not isinstance(rule.price, Hours)
    ]


def _names(board: Board) -> frozenset[str]:
    return frozenset((board.name.casefold(), board.id))
