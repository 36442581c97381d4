"""Charges of the terms beside prices: a deposit, what is withheld of a bill or drawn on it, what is released."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal

from mappings.contract.rules import Contract
from mappings.contract.terms import DEPOSIT_RULE, RETAINAGE_RULE, Deposit, Retainage
from mappings.money.charges import values_of
from mappings.progress.claimed import charge_key, coded
from mappings.progress.priced import Priced, alone
from mappings.words.template import fill
from mappings.words.text import inert
from model.billing import Charge, ChargeKind
from model.money import Money


@dataclass(frozen=True, slots=True)
class Sum:
    """An amount with the words on how it was found, when it fell due and was earned, and its tax code."""

    amount: Money
    how: str
    due_at: datetime
    service_on: date
    tax_code: str | None


def deposit_charge(
    rules: Contract, deposit: Deposit, priced: Priced, due_at: datetime, service_on: date
) -> Charge:
    """The deposit. It has no share: deposits stand outside the contract's sum."""
    found = Sum(priced.amount, priced.arithmetic, due_at, service_on, deposit.tax_code)
    text = fill(deposit.text, values_of(rules, priced, rules.po))
    charge = _charge(rules, deposit, "deposit", charge_key(rules.id, None, "deposit"), found, text)
    return replace(charge, payer=deposit.payer)


def draw_charge(rules: Contract, deposit: Deposit, anchor: str, found: Sum) -> Charge:
    """What the deposit pays of one document, below zero; `anchor` says what the document is about."""
    text = fill(deposit.draw_text, values_of(rules, alone(found.amount, found.how), rules.po))
    return _charge(rules, deposit, "draw", f"{rules.id}|{anchor}|draw", found, text)


def retainage_charge(rules: Contract, terms: Retainage, anchor: str, found: Sum) -> Charge:
    """What is withheld of one document in one tax code, below zero; `anchor` says what the document is about."""
    text = fill(terms.text, values_of(rules, alone(found.amount, found.how, terms.hold), rules.po))
    key = f"{rules.id}|{anchor}|{coded('retainage', found.tax_code)}"
    return _charge(rules, terms, "retainage", key, found, text)


def release_charge(rules: Contract, terms: Retainage, found: Sum) -> Charge:
    """What is let go of the retainage in one tax code."""
    text = fill(terms.release_text, values_of(rules, alone(found.amount, found.how), rules.po))
    key = charge_key(rules.id, None, coded("release", found.tax_code))
    return _charge(rules, terms, "release", key, found, text)


_PHASES = {"deposit": "initial", "draw": "delivery", "retainage": "delivery", "release": "closeout"}


def _charge(
    rules: Contract, terms: Deposit | Retainage, kind: ChargeKind, key: str, found: Sum, text: str
) -> Charge:
    name = "Deposit" if kind == "deposit" else text
    return Charge(
        key=key,
        contract=rules.id,
        kind=kind,
        work=None,
        title=inert(f"{name} of {rules.id}"),
        phase=_PHASES[kind],
        rule=DEPOSIT_RULE if isinstance(terms, Deposit) else RETAINAGE_RULE,
        rule_version=rules.version,
        entitled=found.amount,
        quantity=Decimal(1),
        unit_price=found.amount.decimal,
        share=None,
        due_at=found.due_at,
        service_on=found.service_on,
        text=text,
        item=terms.item,
        klass=terms.klass,
        arithmetic=found.how,
        tax_code=found.tax_code,
    )
