"""Well-shaped, linted `[deposit]` and `[retainage]` tables to the terms of a contract."""

from __future__ import annotations

from datetime import date

from mappings.contract.payers import SOLE_PAYER
from mappings.contract.prices import Fixed, Percent
from mappings.contract.terms import Deposit, Release, Retainage, RuleName
from mappings.contract.triggers import AcceptanceOf, FirstWork, OnDay, Trigger
from mappings.tables.posted import Posted
from mappings.tables.terms import Accepts, DepositTable, ReleaseTable, RetainageTable, RuleRef, WorkStarts
from mappings.tables.written import percent
from model.money import Money


def deposit_of(table: DepositTable, currency: str, starts: date, posted: Posted, line: int) -> Deposit:
    """The deposit; `starts` is when the contract does, `posted` how its lines are posted."""
    price = Percent(percent(table.amount)) if "%" in table.amount else Fixed(Money.of(table.amount, currency))
    return Deposit(
        price=price,
        when=_trigger(table.when, starts),
        item=table.item,
        klass=table.class_ or posted.klass,
        text=table.text or "Deposit",
        tax_code=table.tax_code or posted.tax_code,
        payer=table.payer or SOLE_PAYER,
        draw=table.draw,
        draw_from=table.draw_from,
        draw_text=table.draw_text or "Deposit applied",
        line=line,
    )


def _trigger(when: object, starts: date) -> Trigger:
    match when:
        case date():
            return OnDay(when)
        case WorkStarts():
            return FirstWork()
        case Accepts():
            return AcceptanceOf(when.acceptance)
    return OnDay(starts)


def retainage_of(table: RetainageTable, currency: str, posted: Posted, line: int) -> Retainage:
    """The retainage; `posted` says how the contract's lines are posted."""
    return Retainage(
        hold=percent(table.hold),
        base=table.base,
        cap=Money.of(table.cap, currency) if table.cap else None,
        releases=tuple(_release(each) for each in table.release),
        item=table.item,
        klass=table.class_ or posted.klass,
        text=table.text or "Retainage withheld",
        release_text=table.release_text or "Retainage released",
        line=line,
    )


def _release(table: ReleaseTable) -> Release:
    share = percent(table.share)
    match table.when:
        case RuleRef():
            return Release(share, RuleName(table.when.rule))
        case Accepts():
            return Release(share, AcceptanceOf(table.when.acceptance))
    return Release(share, table.when)
