"""Work that was finished after its agreed day: how late, and what that takes off its fee."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from mappings.contract.calendar import Clock
from mappings.contract.timeline import Late
from mappings.progress.case import Case
from mappings.progress.claimed import Claimed, charge_key, kept
from mappings.progress.verdict import Verdict
from mappings.words.numbers import plain
from mappings.words.text import LINE_LIMIT, inert
from model.billing import Charge
from model.finding import Finding

#: What the name of a rule ends with on what lateness takes off: a cap of the rule counts fees, so this leaves no room.
OF_LATE = " (late)"


@dataclass(frozen=True, slots=True)
class Lateness:
    """Looks at the verdicts on fees of one contract, whose work is `cases` by the keys of their fees."""

    cases: Mapping[str, Case]
    claimed: Claimed
    clock: Clock

    def beside(self, verdicts: Iterable[Verdict]) -> Iterator[Verdict]:
        """`verdicts`, each late one followed by its reduction; open work past its day is told."""
        for verdict in verdicts:
            case = self.cases.get(verdict.charge_key)
            rule = case.rule if case is not None else None
            if case is None or rule is None or rule.due_on is None:
                yield verdict
                continue
            yield self._told(verdict, rule.due_on) if verdict.outcome == "open" else verdict
            if rule.late is not None:
                yield from self._reduction(case, verdict, rule.due_on, rule.late)

    def _told(self, verdict: Verdict, due_on: date) -> Verdict:
        days = (self.clock.now.astimezone(self.clock.zone).date() - due_on).days
        if days <= 0:
            return verdict
        told = Finding(
            "work.overdue",
            verdict.title,
            f"it was due on {due_on}, {_days(days)} ago",
            "finish it, or agree on another day",
            "team",
            verdict.charge_key,
        )
        return replace(verdict, notices=(*verdict.notices, told))

    def _reduction(self, case: Case, fee: Verdict, due_on: date, late: Late) -> Iterator[Verdict]:
        key = charge_key(case.rules.id, case.work, "late")
        billed = bool(self.claimed.of(key))
        title = inert(f"Late delivery of {fee.title}")
        own = replace(
            fee, charge_key=key, key=f"late:{fee.key}", title=title, notices=(), rest=None, amount=None
        )
        if fee.charge is not None and fee.closed_at is not None:
            days = (fee.closed_at.astimezone(self.clock.zone).date() - due_on).days
            stays = kept(self.claimed.of(fee.charge_key), fee.charge.entitled.currency)
            standing = replace(fee.charge, entitled=max(fee.charge.entitled, stays))
            charge = _charge(standing, key, title, late, max(days, 0), due_on)
            if charge.entitled or billed:
                yield replace(own, charge=charge, amount=charge.entitled, reason=charge.arithmetic)
        elif billed:
            yield replace(own, charge=None)


def _charge(fee: Charge, key: str, title: str, late: Late, days: int, due_on: date) -> Charge:
    """What lateness takes off the fee to date, on the document of the fee."""
    rate = days * late.per_day
    share = min(rate, late.at_most)
    exact = Fraction(fee.entitled.minor) * Fraction(share) / 100
    amount = -fee.entitled.times(Fraction(share) / 100)
    how = "" if exact.denominator == 1 else ", rounded half-up"
    limit = f", at most {plain(late.at_most)} %" if rate > late.at_most else ""
    told = (
        f"{_days(days)} after {due_on}: {days} × {plain(late.per_day)} % = {plain(rate)} %{limit} "
        f"of {fee.entitled} = {amount}{how}"
    )
    return replace(
        fee,
        key=key,
        kind="late",
        title=title,
        rule=fee.rule + OF_LATE,
        entitled=amount,
        quantity=Decimal(1),
        unit_price=amount.decimal,
        share=None,
        text=inert(f"Late delivery, {_days(days)} after {due_on}: {fee.text}", LINE_LIMIT),
        arithmetic=told,
        leaves=(),
        anchor=fee.key,
    )


def _days(days: int) -> str:
    return "1 day" if days == 1 else f"{days} days"
