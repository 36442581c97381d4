"""Charges that fall due by a date alone, without work: the deposit of a contract and its expenses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from mappings.contract.calendar import start_of
from mappings.contract.prices import Fixed, Percent
from mappings.contract.rules import Contract, Expense
from mappings.contract.terms import DEPOSIT_RULE, Deposit
from mappings.contract.triggers import OnDay, Trigger, words
from mappings.money.charges import expense_charge
from mappings.money.price import share_of
from mappings.money.term_charges import deposit_charge
from mappings.progress.claimed import Claimed, charge_key
from mappings.progress.former import Former
from mappings.progress.forward import before, excluded
from mappings.progress.moments import Moments
from mappings.progress.priced import Priced, alone
from mappings.progress.verdict import Verdict
from mappings.words.numbers import plain
from model.billing import Charge
from model.money import Money

_WAITING = {"deposit": "deposit.waiting", "expense": "expense.waiting"}


@dataclass(frozen=True, slots=True)
class Dated:
    """The dated charges of one contract as they stand now.

    What is billed keeps the rule version it was billed under.
    """

    contract: Contract
    recorded: Mapping[str, Contract]
    claimed: Claimed
    former: Former
    moments: Moments

    def verdicts(self) -> Iterator[Verdict]:
        """The deposit first, then the expenses in the order of the file."""
        rules = self._rules("deposit")
        if rules.deposit is not None:
            yield self._deposit(rules, rules.deposit)
        for expense in self.contract.expenses:
            yield self._expense(expense)

    def _deposit(self, rules: Contract, deposit: Deposit) -> Verdict:
        due_at = self._due_at("deposit", deposit.when)
        price, at = _deposit_price(rules, deposit), due_at or self.moments.clock.now
        charge = deposit_charge(rules, deposit, price, at, at.astimezone(self.moments.clock.zone).date())
        source = f"{rules.file}:{deposit.line}"
        return self._verdict(
            charge, "deposit", DEPOSIT_RULE, source, words(deposit.when), waits=due_at is None
        )

    def _expense(self, expense: Expense) -> Verdict:
        kind = f"expense:{expense.id}"
        rules = self._rules(kind)
        expense = next((each for each in rules.expenses if each.id == expense.id), expense)
        due_at = self._due_at(kind, OnDay(expense.on))
        charge = expense_charge(
            rules, expense, _expense_price(expense), start_of(expense.on, self.moments.clock.zone)
        )
        source = f"{rules.file}:{expense.line}"
        return self._verdict(charge, kind, kind, source, f"on {expense.on}", waits=due_at is None)

    def _verdict(
        self, charge: Charge, kind: str, key: str, source: str, awaited: str, *, waits: bool
    ) -> Verdict:
        billed = bool(self.claimed.of(charge.key))
        waiting = waits and not billed
        verdict = Verdict(
            charge_key=charge.key,
            contract=self.contract.id,
            work=None,
            key=key,
            title=charge.title,
            outcome="open" if waiting else "due",
            code=_WAITING[charge.kind] if waiting else "due",
            reason=f"due {awaited}; {charge.arithmetic}",
            hint=f"it is billed {awaited}" if waiting else "",
            owner="finance",
            rule=charge.rule,
            rule_version=charge.rule_version,
            source=source,
            charge=None if waiting else charge,
            amount=charge.entitled,
        )
        if billed:
            return verdict
        opening, zone = self.contract.opening, self.moments.clock.zone
        if opening is not None and (
            before(opening, None if waits else charge.due_at, zone) or not charge.entitled
        ):
            return excluded(verdict, opening)
        return self.former.looked_at(verdict, kind)

    def _rules(self, kind: str) -> Contract:
        claims = self.claimed.of(charge_key(self.contract.id, None, kind))
        return self.recorded.get(claims[-1].rule_version, self.contract) if claims else self.contract

    def _due_at(self, kind: str, when: Trigger) -> datetime | None:
        """When it fell due; what is billed was due when it was billed, whatever it waits for now."""
        claims = self.claimed.of(charge_key(self.contract.id, None, kind))
        return self.moments.of(when) or (claims[0].recorded_at if claims else None)


def _deposit_price(rules: Contract, deposit: Deposit) -> Priced:
    match deposit.price:
        case Fixed(amount):
            priced = alone(amount, f"fixed deposit {amount}")
        case Percent(share):
            priced = share_of(rules, share)
    billed = rules.opening.deposit if rules.opening else None
    if not billed:
        return priced
    rest = max(priced.amount - billed, Money.zero(billed.currency))
    return alone(rest, f"{priced.arithmetic}, less {billed} billed before Milepost = {rest}")


def _expense_price(expense: Expense) -> Priced:
    approved = f", approved by {expense.approved_by}"
    if expense.markup is None:
        return alone(expense.amount, f"expense of {expense.amount}{approved}")
    factor = 1 + Fraction(expense.markup) / 100
    amount = expense.amount.times(factor)
    how = "" if (expense.amount.minor * factor).denominator == 1 else ", rounded half-up"
    return alone(amount, f"expense of {expense.amount} + {plain(expense.markup)} % = {amount}{how}{approved}")
