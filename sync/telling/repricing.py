"""What pricing by the present rules changes in what is billed already: charge by charge, before anything is written.

Pure: it compares two plans of the same moment.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from model.billing import Charge
from model.money import Money
from sync.assess import Assessment

Becomes = Literal["line changed", "line for the difference", "finding"]


@dataclass(frozen=True, slots=True)
class Repriced:
    """One billed charge whose money the present rules see differently.

    `before` is what it may have billed to date by the rules it was billed under, `after` by the present ones; None
    where these reach it no more, or hold it. `becomes` says what an apply makes of it, `arithmetic` how `after`
    came about (or why there is none).
    """

    contract: str
    client: str
    charge: str
    title: str
    rule_version: str
    before: Money
    after: Money | None
    becomes: Becomes
    arithmetic: str

    @property
    def difference(self) -> Money | None:
        """What repricing adds; negative for what it would take away."""
        return None if self.after is None else self.after - self.before


def repriced(as_billed: Sequence[Assessment], anew: Sequence[Assessment]) -> tuple[Repriced, ...]:
    """Every charge that `anew` prices otherwise than `as_billed` does, in the order of contracts and work."""
    former = {
        verdict.charge_key: verdict.charge
        for each in as_billed
        for verdict in each.verdicts
        if verdict.charge is not None
    }
    return tuple(found for each in anew for found in _of_contract(each, former))


def _of_contract(each: Assessment, former: dict[str, Charge]) -> Sequence[Repriced]:
    actions = {charge: action for action in each.plan.actions for charge in action.charges}
    result = []
    for verdict in each.verdicts:
        before = former.get(verdict.charge_key)
        if before is None or before.rule_version == each.contract.version:
            continue
        now = verdict.charge
        if now is not None and now.entitled == before.entitled:
            continue
        action = actions.get(verdict.charge_key)
        becomes: Becomes = "finding"
        if action is not None:
            changed = any(change.line.charge_key == verdict.charge_key for change in action.changes)
            becomes = "line changed" if changed else "line for the difference"
        result.append(
            Repriced(
                contract=each.contract.id,
                client=each.contract.client,
                charge=verdict.charge_key,
                title=verdict.title,
                rule_version=before.rule_version,
                before=before.entitled,
                after=None if now is None else now.entitled,
                becomes=becomes,
                arithmetic=verdict.reason if now is None else now.arithmetic,
            )
        )
    return result
