"""Charges that fall due by a date alone, without work: the deposit of a contract and its expenses."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time
from fractions import Fraction
from zoneinfo import ZoneInfo

from mappings.charges import expense_charge
from mappings.claimed import Claimed, charge_key
from mappings.numbers import plain
from mappings.price import share_of
from mappings.priced import Priced, alone
from mappings.prices import Fixed, Percent
from mappings.rules import Contract, Expense
from mappings.term_charges import deposit_charge
from mappings.terms import DEPOSIT_RULE, Deposit
from mappings.verdict import Verdict
from model.billing import Charge

_WAITING = {"deposit": "deposit.waiting", "expense": "expense.waiting"}


@dataclass(frozen=True, slots=True)
class Dated:
    """The dated charges of one contract as they stand at `now`; `present` are ids of all contracts in the book.

    What is billed keeps the rule version it was billed under.
    """

    contract: Contract
    recorded: Mapping[str, Contract]
    claimed: Claimed
    present: frozenset[str]
    zone: ZoneInfo
    now: datetime

    def verdicts(self) -> Iterator[Verdict]:
        """The deposit first, then the expenses in the order of the file."""
        rules = self._rules("deposit")
        if rules.deposit is not None:
            yield self._deposit(rules, rules.deposit)
        for expense in self.contract.expenses:
            yield self._expense(expense)

    def _deposit(self, rules: Contract, deposit: Deposit) -> Verdict:
        charge = deposit_charge(rules, deposit, _deposit_price(rules, deposit), self._due_at(deposit.due_on))
        return self._verdict(charge, "deposit", DEPOSIT_RULE, f"{rules.file}:{deposit.line}", deposit.due_on)

    def _expense(self, expense: Expense) -> Verdict:
        kind = f"expense:{expense.id}"
        rules = self._rules(kind)
        expense = next((each for each in rules.expenses if each.id == expense.id), expense)
        charge = expense_charge(rules, expense, _expense_price(expense), self._due_at(expense.on))
        return self._verdict(charge, kind, kind, f"{rules.file}:{expense.line}", expense.on)

    def _verdict(self, charge: Charge, kind: str, key: str, source: str, due_on: date) -> Verdict:
        billed = bool(self.claimed.of(charge.key))
        waiting = charge.due_at > self.now and not billed
        verdict = Verdict(
            charge_key=charge.key,
            contract=self.contract.id,
            work=None,
            key=key,
            title=charge.title,
            outcome="open" if waiting else "due",
            code=_WAITING[charge.kind] if waiting else "due",
            reason=f"due on {due_on}; {charge.arithmetic}",
            hint=f"it is billed on {due_on}" if waiting else "",
            owner="finance",
            rule=charge.rule,
            rule_version=charge.rule_version,
            source=source,
            charge=None if waiting else charge,
            amount=charge.entitled,
        )
        former = None if billed else self._former(kind)
        return verdict if former is None else _billed_by_former(verdict, former)

    def _rules(self, kind: str) -> Contract:
        claims = self.claimed.of(charge_key(self.contract.id, None, kind))
        return self.recorded.get(claims[-1].rule_version, self.contract) if claims else self.contract

    def _former(self, kind: str) -> str | None:
        """A contract that left the rules and had billed the same client the same: most likely this one, renamed."""
        for claim in self.claimed.dated(kind):
            rules = self.recorded.get(claim.rule_version)
            if rules is not None and rules.id not in self.present and rules.client == self.contract.client:
                return rules.id
        return None

    def _due_at(self, on: date) -> datetime:
        return datetime.combine(on, time(), self.zone).astimezone(UTC)


def _billed_by_former(verdict: Verdict, former: str) -> Verdict:
    """What was billed under an id that is not among the rules any more: a person looks first."""
    what = "a deposit" if verdict.key == DEPOSIT_RULE else f"an {verdict.key.replace(':', ' ')}"
    return replace(
        verdict,
        outcome="held",
        code="rule.other_contract",
        charge=None,
        reason=f"contract {former!r}, which is not among the rules any more, has billed this client {what}",
        hint=f"give the contract its former id {former!r} back, or take it out of this one",
        owner="admin",
    )


def _deposit_price(rules: Contract, deposit: Deposit) -> Priced:
    match deposit.price:
        case Fixed(amount):
            return alone(amount, f"fixed deposit {amount}")
        case Percent(share):
            return share_of(rules, share)


def _expense_price(expense: Expense) -> Priced:
    approved = f", approved by {expense.approved_by}"
    if expense.markup is None:
        return alone(expense.amount, f"expense of {expense.amount}{approved}")
    factor = 1 + Fraction(expense.markup) / 100
    amount = expense.amount.times(factor)
    how = "" if (expense.amount.minor * factor).denominator == 1 else ", rounded half-up"
    return alone(amount, f"expense of {expense.amount} + {plain(expense.markup)} % = {amount}{how}{approved}")
