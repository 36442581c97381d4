"""What a contract file alone can have wrong beyond its shape: money, percents, dates, texts, names."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from datetime import date
from decimal import Decimal

from mappings.contract.terms import DEPOSIT_RULE, RETAINAGE_RULE
from mappings.grammar.positions import Positions
from mappings.lint.acceptance import lint_acceptance
from mappings.lint.contradictions import lint_contradictions
from mappings.lint.order import lint_orders
from mappings.lint.payers import lint_who_pays
from mappings.lint.terms import amounts_of, lint_terms, texts_of
from mappings.lint.timeline import lint_timeline
from mappings.tables.currencies import CURRENCIES, no_amount_of, unknown_currency
from mappings.tables.opening import amounts_of_opening, lint_opening
from mappings.tables.parts import Parts
from mappings.tables.price import BESIDE
from mappings.tables.purchase import lint_purchases
from mappings.tables.written import FieldRef, percent
from mappings.words.mistakes import Mistake
from mappings.words.numbers import plain
from mappings.words.template import EXPENSE, PLACEHOLDERS, check_template
from model.finding import Problem

_Loc = tuple[str | int, ...]
_Found = Iterator[tuple[_Loc, str, str]]
_Check = Callable[[Parts], _Found]


def lint(parts: Parts, positions: Positions, file: str, checks: Sequence[_Check] = ()) -> list[Problem]:
    """Every problem of the sound parts of a file, with positions: what `checks` find, by default all of them."""
    problems = []
    for check in checks or _ALL:
        for loc, message, hint in check(parts):
            line, column = positions.of(*loc)
            problems.append(Problem(file, line, column, message, hint))
    return problems


def _currency(parts: Parts) -> _Found:
    code = parts.written("currency")
    strange = unknown_currency(code) if code is not None else None
    if strange is not None:
        yield ("contract", "currency"), *strange


def _grace(parts: Parts) -> _Found:
    if "month_grace" in parts.contract and parts.contract.get("group") != "month":
        yield (
            ("contract", "month_grace"),
            'month_grace is only for group = "month"',
            'write group = "month", or leave it out',
        )


def _write_back(parts: Parts) -> _Found:
    bills_epics = any(rule.work.epic or rule.work.epics for _, rule in parts.milestones)
    if parts.write_back is not None and parts.milestones and not bills_epics:
        message = "no milestone bills epics, and only they have a place to write on"
        yield ("write_back",), message, "leave [write_back] out"


def _amounts(parts: Parts) -> _Found:
    written: list[tuple[_Loc, str | None]] = [(("contract", "value"), parts.written("value"))]
    written += [(("contract", "cap"), parts.written("cap")), *amounts_of(parts)]
    written += amounts_of_opening(parts.opening)
    for index, rule in parts.milestones:
        written += [(("milestone", index, "price", key), text) for key, text in rule.price.amounts()]
    written += [(("expense", index, "amount"), each.amount) for index, each in parts.expenses]
    written += [(("change_order", index, "value"), each.value) for index, each in parts.orders]
    written += [
        (("example", index, "expect", "amount"), each.expect.amount) for index, each in parts.examples
    ]
    currency = parts.written("currency")
    for loc, text in written:
        strange = no_amount_of(currency or "", text) if text is not None and currency in CURRENCIES else None
        if strange is not None:
            yield loc, *strange


def _percents(parts: Parts) -> _Found:
    yield from _beside_the_whole(parts)
    reached = Decimal(0)
    for index, rule in parts.milestones:
        loc: _Loc = ("milestone", index, "price", "percent")
        if rule.price.percent is not None and "value" not in parts.contract:
            yield loc, "a percentage needs the contract's value", 'give [contract] a value = "…"'
        if not isinstance(rule.price.percent, str):
            continue
        share = percent(rule.price.percent)
        if rule.work.is_single:
            reached += share
        if share > 100 or (rule.work.is_single and reached > 100):
            message = f"the percentages reach {max(share, reached)} % here, beyond 100 %"
            yield loc, message, "the shares of a contract sum to 100 % at most"


def _beside_the_whole(parts: Parts) -> _Found:
    """Rules of further shares where single works have the whole contract among them."""
    single = (rule for _, rule in parts.milestones if rule.work.is_single and not rule.final)
    whole = sum(
        (percent(rule.price.percent) for rule in single if isinstance(rule.price.percent, str)), Decimal(0)
    )
    for index, rule in parts.milestones if whole >= 100 else ():
        share = rule.price.percent
        if share is not None and not (isinstance(share, str) and rule.work.is_single):
            message = f"single works have {plain(whole)} % of the contract: no share is left for this rule"
            yield ("milestone", index, "price", "percent"), message, "lower theirs, or give it another price"


def _adjustments(parts: Parts) -> _Found:
    for index, rule in parts.milestones:
        at: _Loc = ("milestone", index, "price")
        price, discount = rule.price, rule.price.discount or ""
        beside = next((key for key in BESIDE if getattr(price, key) is not None), None)
        if price.percent is not None and beside is not None:
            message = f"a percentage of the contract takes no {beside}: its shares would not sum to the whole"
            yield (*at, beside), message, "write the percentage that is meant"
        if "%" in discount and percent(discount) > 100:
            yield (*at, "discount"), f"{discount} is more than the price", ""
        if discount and price.fixed and "%" not in discount and Decimal(discount) > Decimal(price.fixed):
            yield (*at, "discount"), f"{discount} is more than the price of {price.fixed}", ""
        if price.minimum and price.cap and Decimal(price.minimum) > Decimal(price.cap):
            yield (*at, "minimum"), f"the minimum is more than the cap of {price.cap}", ""


def _expenses(parts: Parts) -> _Found:
    starts, seen = parts.contract.get("starts"), set()
    for index, expense in parts.expenses:
        at: _Loc = ("expense", index)
        if expense.id in seen:
            yield (*at, "id"), f"expense {expense.id!r} is already in this file", "an id is unique for ever"
        seen.add(expense.id)
        if isinstance(starts, date) and expense.on < starts:
            message = f"the expense is of {expense.on}, before the contract starts ({starts})"
            yield (*at, "on"), message, "bill it by hand, or let the contract start earlier"
        if expense.item is None and "item" not in parts.contract:
            yield at, "no item to bill on", 'give the expense or the contract item = "…"'


def _names(parts: Parts) -> _Found:
    named: list[tuple[_Loc, str]] = [(("milestone", i, "rule"), rule.rule) for i, rule in parts.milestones]
    named += [(("exclude", i, "rule"), rule.rule) for i, rule in parts.exclusions]
    seen = {DEPOSIT_RULE: "the deposit's own", RETAINAGE_RULE: "the retainage's own"}
    for loc, name in named:
        folded = name.casefold()
        if folded in seen:
            yield loc, f"the rule name {name!r} is {seen[folded]}", "each rule has a name of its own"
        seen.setdefault(folded, "already taken in this file")


def _items(parts: Parts) -> _Found:
    for index, rule in parts.milestones:
        if rule.item is None and "item" not in parts.contract:
            yield ("milestone", index), "no item to bill on", 'give the milestone or the contract item = "…"'


def _fit(parts: Parts) -> _Found:
    for index, rule in parts.milestones:
        if rule.work.has_fields:
            continue
        kind = rule.work.kind
        if isinstance(rule.price.percent, FieldRef) or rule.price.amount is not None:
            yield ("milestone", index, "price"), f"a {kind} has no field to take a price from", ""
        if rule.accept is not None:
            yield ("milestone", index, "accept"), f"a {kind} has nothing that could say accepted", ""


def _texts(parts: Parts) -> _Found:
    texts: list[tuple[_Loc, str | None, frozenset[str]]] = [
        (("milestone", index, "text"), rule.text, PLACEHOLDERS[rule.work.kind])
        for index, rule in parts.milestones
    ]
    texts += [(("expense", index, "text"), each.text, EXPENSE) for index, each in parts.expenses]
    texts += [(("change_order", index, "text"), each.text, EXPENSE) for index, each in parts.orders]
    texts += [(("contract", "memo"), parts.written("memo"), EXPENSE), *texts_of(parts)]
    for loc, text, allowed in texts:
        try:
            check_template(text or "", allowed)
        except Mistake as mistake:
            yield loc, str(mistake), mistake.hint


#: What no other part of the file can make right: it is looked for also where a file can be read in part alone.
BY_ITSELF: tuple[_Check, ...] = (_currency, _amounts, _adjustments, _fit, _texts)
_ALL: tuple[_Check, ...] = (
    *BY_ITSELF,
    _grace,
    _percents,
    lint_terms,
    lint_opening,
    lint_acceptance,
    lint_orders,
    lint_timeline,
    _write_back,
    lint_who_pays,
    lint_purchases,
    lint_contradictions,
    _expenses,
    _names,
    _items,
)
