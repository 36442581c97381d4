"""A well-shaped, linted contract file to the typed contract. Nothing can go wrong any more here."""

from __future__ import annotations

from collections.abc import Mapping

from mappings.contract.opening import Opening
from mappings.contract.orders import ChangeOrder
from mappings.contract.payers import SOLE_PAYER, Payer
from mappings.contract.prices import Offers
from mappings.contract.rules import Contract, Example, Exclusion, Expense, Milestone
from mappings.contract.terms import Deposit, Retainage
from mappings.grammar.positions import Positions
from mappings.tables.accept import accept_of, accepted_of
from mappings.tables.issued import issued_of
from mappings.tables.opening import opening_of
from mappings.tables.order import order_of
from mappings.tables.payer import payer_of
from mappings.tables.posted import Posted
from mappings.tables.price import PriceTable, adjustments_of, price_of
from mappings.tables.purchase import purchase_order_of
from mappings.tables.shape import (
    ContractFile,
    ContractTable,
    ExpenseTable,
    MilestoneTable,
)
from mappings.tables.terms_build import deposit_of, retainage_of
from mappings.tables.timeline import late_of
from mappings.tables.work import work_of
from mappings.tables.write_back import write_back_of
from mappings.tables.written import percent
from model.money import Money
from model.work import WorkKind

_TEXTS: Mapping[WorkKind, str] = {
    "epic": "{epic.key} {epic.summary}",
    "sprint": "{sprint.name}",
    "version": "{version.project} {version.name}",
    "date": "{rule}",
    "acceptance": "{rule}",
}
_COUNTED = {
    "per_point": ": {points} points",
    "per_issue": ": {issues} issues",
    "rate_card": ": {hours} hours",
}


def build(shape: ContractFile, offers: Offers, positions: Positions, version: str, file: str) -> Contract:
    """The contract of `shape` with what it takes of `offers`; `positions` gives its rules their lines."""
    table = shape.contract
    return Contract(
        id=table.id,
        client=table.client,
        company=table.company,
        site=table.site,
        currency=table.currency,
        value=Money.of(table.value, table.currency) if table.value else None,
        starts=table.starts,
        terms=table.terms,
        po=table.po,
        draft=table.draft,
        invoice_date=table.invoice_date,
        group=table.group,
        month_grace=table.month_grace,
        reopened=table.reopened,
        credits=table.credits,
        closed_books=table.closed_books,
        issued=issued_of(table.issued),
        review_days=table.review_days,
        open_children=table.open_children,
        reject_resolutions=tuple(table.reject_resolutions),
        reject_statuses=tuple(table.reject_statuses),
        points_field=table.points_field,
        item=table.item,
        klass=table.class_,
        tax_code=table.tax_code,
        location=table.location,
        memo=table.memo,
        cap=Money.of(table.cap, table.currency) if table.cap else None,
        deposit=_deposit(shape, positions.of("deposit")[0]),
        retainage=_retainage(shape, positions.of("retainage")[0]),
        opening=_opening(shape, positions.of("opening")[0]),
        payers=_payers(shape, positions),
        purchases=tuple(purchase_order_of(each) for each in shape.purchase_order),
        milestones=tuple(
            _milestone(rule, table, offers, index, positions.of("milestone", index)[0])
            for index, rule in enumerate(shape.milestone)
        ),
        exclusions=_exclusions(shape, positions),
        expenses=_expenses(shape, positions),
        accepted=tuple(accepted_of(each) for each in shape.accepted),
        orders=_orders(shape, positions),
        write_back=write_back_of(shape.write_back),
        examples=_examples(shape),
        version=version,
        file=file,
    )


def _exclusions(shape: ContractFile, positions: Positions) -> tuple[Exclusion, ...]:
    return tuple(
        Exclusion(each.rule, work_of(each.work), each.reason, index, positions.of("exclude", index)[0])
        for index, each in enumerate(shape.exclude)
    )


def _expenses(shape: ContractFile, positions: Positions) -> tuple[Expense, ...]:
    return tuple(
        _expense(each, shape.contract, index, positions.of("expense", index)[0])
        for index, each in enumerate(shape.expense)
    )


def _orders(shape: ContractFile, positions: Positions) -> tuple[ChangeOrder, ...]:
    table = shape.contract
    return tuple(
        order_of(each, table.currency, _posted(table), positions.of("change_order", index)[0])
        for index, each in enumerate(shape.change_order)
    )


def _posted(table: ContractTable) -> Posted:
    return Posted(table.item, table.class_, table.tax_code)


def _examples(shape: ContractFile) -> tuple[Example, ...]:
    return tuple(
        Example(each.given, each.expect.model_dump(exclude_none=True), index)
        for index, each in enumerate(shape.example)
    )


def _payers(shape: ContractFile, positions: Positions) -> tuple[Payer, ...]:
    terms, po = shape.contract.terms, shape.contract.po
    return tuple(
        payer_of(each, terms, po, index, positions.of("payer", index)[0])
        for index, each in enumerate(shape.payer)
    )


def _milestone(
    rule: MilestoneTable, table: ContractTable, offers: Offers, index: int, line: int
) -> Milestone:
    return Milestone(
        rule=rule.rule,
        phase=rule.phase,
        work=work_of(rule.work),
        price=price_of(rule.price, table.currency, offers),
        adjust=adjustments_of(rule.price, table.currency),
        item=rule.item or table.item or "",
        klass=rule.class_ or table.class_,
        tax_code=rule.tax_code or table.tax_code,
        payer=rule.payer or SOLE_PAYER,
        text=rule.text or _TEXTS[rule.work.kind] + _counted(rule.price),
        accept=accept_of(rule.accept) if rule.accept else None,
        final=rule.final is not None,
        due_on=rule.due,
        late=late_of(rule.late) if rule.late else None,
        index=index,
        line=line,
    )


def _counted(price: PriceTable) -> str:
    return "".join(text for key, text in _COUNTED.items() if key in price.model_fields_set)


def _deposit(shape: ContractFile, line: int) -> Deposit | None:
    table, own = shape.contract, shape.deposit
    return deposit_of(own, table.currency, table.starts, _posted(table), line) if own else None


def _retainage(shape: ContractFile, line: int) -> Retainage | None:
    table, own = shape.contract, shape.retainage
    return retainage_of(own, table.currency, _posted(table), line) if own else None


def _opening(shape: ContractFile, line: int) -> Opening | None:
    return opening_of(shape.opening, shape.contract.currency, line) if shape.opening else None


def _expense(expense: ExpenseTable, table: ContractTable, index: int, line: int) -> Expense:
    return Expense(
        id=expense.id,
        on=expense.on,
        amount=Money.of(expense.amount, table.currency),
        markup=percent(expense.markup) if expense.markup else None,
        approved_by=expense.approved_by,
        phase=expense.phase,
        item=expense.item or table.item or "",
        klass=expense.class_ or table.class_,
        tax_code=expense.tax_code or table.tax_code,
        payer=expense.payer or SOLE_PAYER,
        text=expense.text,
        index=index,
        line=line,
    )
