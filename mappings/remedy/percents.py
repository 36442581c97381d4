"""A percentage beyond 100 %: the one that still fits in its place, or its amount agreed in other words."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

from mappings.contract.orders import ChangeOrder
from mappings.contract.payers import SOLE_PAYER
from mappings.contract.prices import Fixed, Percent, PercentField, Price
from mappings.contract.rules import Milestone
from mappings.contract.triggers import EpicClosed
from mappings.progress.claimed import kind_of, settled_share
from mappings.progress.fields import FieldIndex
from mappings.progress.forward import opening_claims
from mappings.progress.site import Site
from mappings.progress.verdict import Verdict
from mappings.remedy.fitting import Told
from mappings.remedy.world import World
from mappings.words.numbers import percent_in, plain
from model.billing import Claim
from model.money import Money
from model.work import Issue

_WHO = "you and the client"  # stands where only people can say who agreed


def fit(verdict: Verdict, world: World) -> Told | None:
    """What bills the work beside all that is billed or due, which stays as it is; None where nothing alone does."""
    rule, issue = world.rule(verdict.rule), world.subject(verdict.work)
    if rule is None or rule.final:
        return None
    left = 100 - _reached(verdict, world)
    if isinstance(rule.price, PercentField) and isinstance(issue, Issue):
        told = _in_field(world, rule, rule.price.field, issue, left)
    elif isinstance(rule.price, Percent):
        told = _in_file(world, rule, rule.price.share, left)
    else:
        return None
    return told if told is not None and _stays(verdict, world, told[1]) else None


def _reached(verdict: Verdict, world: World) -> Decimal:
    """The percent that all other work of the contract has, billed or due."""
    claims: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in (*world.claims, *opening_claims(world.contract, Site(world.mirror))):
        if claim.charge_key.startswith(f"{world.contract.id}|") and kind_of(claim.charge_key) == "fee":
            claims[claim.charge_key].append(claim)
    shares = {key: settled_share(each) for key, each in claims.items()}
    for charge in (each.charge for each in world.verdicts()):
        if charge is not None and charge.share is not None:
            stays = settled_share(each for each in claims[charge.key] if not each.writable)
            shares[charge.key] = max(charge.share, stays)
    return sum((share for key, share in shares.items() if key != verdict.charge_key), Decimal(0))


def _stays(verdict: Verdict, before: World, after: World) -> bool:
    """Whether the work is billed then, with all that is new beside it, and nothing else by less or more: but for the
    minor unit that rounding to date moves among them."""
    was = {each.charge_key: each.charge for each in before.verdicts()}
    for each in after.verdicts():
        old = was.get(each.charge_key)
        if old is not None and (
            each.charge is None or abs(each.charge.entitled.minor - old.entitled.minor) > 1
        ):
            return False
        if each.outcome != "due" and (each.charge_key == verdict.charge_key or each.charge_key not in was):
            return False
    return True


def _in_field(world: World, rule: Milestone, field: str, issue: Issue, left: Decimal) -> Told | None:
    values = FieldIndex(world.mirror.catalogue).values(issue, field)
    share = percent_in(values[0]) if isinstance(values, tuple) and len(values) == 1 else None
    filled = world.filled(issue, field, str(max(left, Decimal(0))))
    if share is None or filled is None or left >= share:
        return None
    after = world.with_issues([filled])
    if left > 0:
        return f"set {field!r} to {plain(left)} on {issue.key}{_of_more(share, left)}", after
    order = _order(world, rule, issue, share)
    asked = f'value = "+{order.value.decimal}" and when = {{ epic = "{issue.key}" }}'
    told = f"set {field!r} to 0 on {issue.key}, as all 100 % are taken, and agree on a [[change_order]] with {asked}"
    orders = (*world.contract.orders, order)
    return told, after.with_contract(replace(world.contract, orders=orders))


def _in_file(world: World, rule: Milestone, share: Decimal, left: Decimal) -> Told | None:
    if left >= share:
        return None
    where = f"in rule {rule.rule!r} ({world.contract.file}:{rule.line})"
    if left > 0:
        price: Price = Percent(left)
        told = f'write price = {{ percent = "{plain(left)} %" }} {where}{_of_more(share, left)}'
    else:
        amount = _worth(world, share)
        price = Fixed(amount)
        told = f'write price = {{ fixed = "{amount.decimal}" }} {where}, as all 100 % are taken'
    changed = tuple(
        replace(each, price=price) if each is rule else each for each in world.contract.milestones
    )
    return told, world.with_contract(replace(world.contract, milestones=changed))


def _of_more(share: Decimal, left: Decimal) -> str:
    return f", what is left to 100 % (the other {plain(share - left)} % would be a [[change_order]])"


def _worth(world: World, share: Decimal) -> Money:
    value = world.contract.value
    if value is None:
        raise ValueError(f"contract {world.contract.id} has percentages and no value")
    return value.times(Fraction(share) / 100)


def _order(world: World, rule: Milestone, issue: Issue, share: Decimal) -> ChangeOrder:
    """The order that pays for the work in place of its percent."""
    taken = {order.id for order in world.contract.orders}
    name = next(f"CO-{n}" for n in range(1, len(taken) + 2) if f"CO-{n}" not in taken)
    return ChangeOrder(
        id=name, on=world.now.date(), value=_worth(world, share), when=EpicClosed(issue.key), applies="own",
        approved_by=_WHO, reason=issue.key, phase=rule.phase, item=rule.item, klass=rule.klass,
        tax_code=rule.tax_code, payer=SOLE_PAYER, text="", line=0,
    )  # fmt: skip
