"""Time that a rate card says no rate for, or several: the [[rate]] to add, or what tells the tied ones apart."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import timedelta
from itertools import chain

from mappings.contract.prices import Hours
from mappings.contract.rates import Logged, Rate, RateCard
from mappings.progress.verdict import Verdict
from mappings.remedy.fitting import Told
from mappings.remedy.world import World
from mappings.tables.rate import meet, ties
from mappings.words.text import inert
from model.money import Money

_Written = tuple[str, Rate]  # a rate, and its keys as the file would have them


def add_rates(verdict: Verdict, world: World) -> Told | None:
    """The rates to add for time that has none: for each person one, where no other rate is in its way. What an hour
    costs, only people know."""
    card = _card(verdict, world)
    if card is None:
        return None
    unit, lacking = Money(1, world.contract.currency), [t for t in verdict.unrated if not card.strictest(t)]
    if not lacking:
        return _by_present_rules(verdict, world, [])
    people = _grouped(lacking, lambda each: (each.log.author_id,))
    added = list(chain.from_iterable(_for_person(card, times, unit) for times in people))
    entries = " and ".join(f"[[rate]] {keys}" for keys, _ in added)
    told = f"add to rate card {card.name!r} ({card.file}), with what an hour costs as per_hour: {entries}"
    after = _with_card(world, replace(card, rates=(*card.rates, *(rate for _, rate in added))))
    return _by_present_rules(verdict, after, [told])


def tell_apart(verdict: Verdict, world: World) -> Told | None:
    """For each of the tied rates, what makes it the stricter one or ends it before: which one shall hold, only people
    know."""
    card = _card(verdict, world)
    if card is None:
        return None
    tied = [time for time in verdict.unrated if _is_tied(card, time)]
    ways = [way for time in tied for rate in card.strictest(time) for way in _apart(card, rate, time)]
    if not ways:
        return _by_present_rules(verdict, world, [])
    return _by_present_rules(verdict, _with_card(world, ways[0][1]), ["; or ".join(told for told, _ in ways)])


def _by_present_rules(verdict: Verdict, world: World, told: list[str]) -> Told | None:
    """What was `told`, and of work that is billed that the rules as they are then shall price it."""
    if any(claim.charge_key == verdict.charge_key for claim in world.claims):
        told, world = (
            [*told, "price what is billed by the present rules: milepost plan --reprice"],
            world.repriced(),
        )
    return ("; then ".join(told), world) if told else None


def _card(verdict: Verdict, world: World) -> RateCard | None:
    """The present card of the rule; None where that is priced in another way by now."""
    rule = world.rule(verdict.rule)
    return rule.price.card if rule is not None and isinstance(rule.price, Hours) else None


def _with_card(world: World, card: RateCard) -> World:
    """All rules that take the card with it as it is now."""

    def is_it(price: object) -> bool:
        return isinstance(price, Hours) and price.card.name == card.name

    rules = world.contract.milestones
    changed = tuple(replace(rule, price=Hours(card)) if is_it(rule.price) else rule for rule in rules)
    return world.with_contract(replace(world.contract, milestones=changed))


def _for_person(card: RateCard, times: Sequence[Logged], unit: Money) -> list[_Written]:
    """Rates for the time of one person that are in the way of no other: as few and as wide as that allows."""
    plans = list(_plans(times, unit))
    fitting = (plan for plan in plans if not any(meet(rate, old) for _, rate in plan for old in card.rates))
    return next(fitting, plans[-1])


def _plans(times: Sequence[Logged], unit: Money) -> Iterator[list[_Written]]:
    """The person's rate; one for each project; for each type of issue there; for each of its days."""
    places: tuple[Callable[[Logged], tuple[str, ...]], ...] = (
        lambda _: (),
        lambda each: (each.issue.project_key,),
        lambda each: (each.issue.project_key, each.issue.type_name),
    )
    for place in places:
        groups = _grouped(times, place)
        yield [_rate(group, place(group[0]), unit, ends=False) for group in groups]
        yield [_rate(group, place(group[0]), unit, ends=True) for group in groups]
    days = _grouped(times, lambda each: (*places[-1](each), str(each.day)))
    yield [_rate(group, places[-1](group[0]), unit, ends=True) for group in days]


def _rate(times: Sequence[Logged], place: tuple[str, ...], unit: Money, *, ends: bool) -> _Written:
    days, log = sorted(each.day for each in times), times[0].log
    person = log.author if log.author and inert(log.author) == log.author else log.author_id
    words = {"person": person, **dict(zip(("project", "issue_type"), place, strict=False))}
    keys = [f"from = {days[0]}", *([f"until = {days[-1]}"] if ends else [])]
    keys += [f"{key} = {_text(value)}" for key, value in words.items()]
    folded = [frozenset({each.casefold()}) for each in place]
    projects, types = (*folded, None, None)[:2]
    people = frozenset({log.author.casefold(), log.author_id.casefold()})
    until = days[-1] if ends else None
    return ", ".join(keys), Rate(unit, days[0], until, people, projects, types, 1 + len(place), 0)


def _apart(card: RateCard, rate: Rate, time: Logged) -> Iterator[tuple[str, RateCard]]:
    """The first change of one of several rates after which one alone fits the time, and no two others tie."""
    where = f"the [[rate]] of {rate.per_hour} ({card.file}:{rate.line})"
    for told, changed in _changes(rate, time, where):
        after = replace(card, rates=tuple(changed if each is rate else each for each in card.rates))
        if not _is_tied(after, time) and not any(ties(after)):
            yield told, after
            return


def _is_tied(card: RateCard, time: Logged) -> bool:
    return len({rate.per_hour for rate in card.strictest(time)}) > 1


def _changes(rate: Rate, time: Logged, where: str) -> Iterator[tuple[str, Rate]]:
    project, kind, stricter = time.issue.project_key, time.issue.type_name, rate.strictness + 1
    if rate.projects is None:
        asked = frozenset({project.casefold()})
        yield (
            f"add project = {_text(project)} to {where}, which then holds",
            replace(rate, projects=asked, strictness=stricter),
        )
    if rate.types is None:
        asked = frozenset({kind.casefold()})
        yield (
            f"add issue_type = {_text(kind)} to {where}, which then holds",
            replace(rate, types=asked, strictness=stricter),
        )
    if rate.from_on < time.day:
        last = time.day - timedelta(days=1)
        yield f"write until = {last} in {where}, which then gives way", replace(rate, until_on=last)


def _grouped(times: Iterable[Logged], key: Callable[[Logged], tuple[str, ...]]) -> list[list[Logged]]:
    found: defaultdict[tuple[str, ...], list[Logged]] = defaultdict(list)
    for each in times:
        found[key(each)].append(each)
    return list(found.values())


def _text(words: str) -> str:
    return json.dumps(inert(words), ensure_ascii=False)
