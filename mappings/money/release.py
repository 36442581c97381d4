"""When what was withheld is let go, and how much of it is: the releases of a retainage."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from zoneinfo import ZoneInfo

from mappings.contract.calendar import start_of
from mappings.contract.rules import Contract
from mappings.contract.terms import Release, Retainage, RuleName
from mappings.money.term_charges import Sum, release_charge
from mappings.words.numbers import plain
from mappings.work.claimed import Claimed, kind_of, name_of
from mappings.work.verdict import Verdict
from model.billing import Charge
from model.money import Money, total

ALL = Decimal(100)


def released_share(contract: Contract, verdicts: Iterable[Verdict], zone: ZoneInfo, now: datetime) -> Decimal:
    """The percent of the retainage whose moment has come; `verdicts` are those of the contract's work."""
    if contract.retainage is None:
        return Decimal(0)
    work = [verdict for verdict in verdicts if verdict.work is not None]
    come = (each.share for each in contract.retainage.releases if _has_come(each, contract, work, zone, now))
    return sum(come, Decimal(0))


def release_verdicts(
    contract: Contract, verdicts: Sequence[Verdict], claimed: Claimed, zone: ZoneInfo, now: datetime
) -> Iterator[Verdict]:
    """The verdict on what is withheld in each tax code. Each payer gets back what was withheld of its bills, by the
    tax code of what it was withheld of."""
    if contract.retainage is None:
        return
    share, dates = (
        released_share(contract, verdicts, zone, now),
        _dates(contract.retainage, contract, verdicts, zone, now),
    )
    for code, withheld in _withheld(contract, claimed).items():
        if any(withheld.values()) and not _is_released(contract, code, withheld):
            yield _verdict(contract, contract.retainage, withheld, share, (*dates, code))


def _is_released(contract: Contract, code: str | None, withheld: Mapping[str, Money]) -> bool:
    """Whether all that is withheld was released before Milepost."""
    whole = total(list(withheld.values()), contract.currency)
    return contract.opening is not None and whole == contract.opening.released and code == contract.tax_code


def _verdict(
    contract: Contract,
    terms: Retainage,
    withheld: Mapping[str, Money],
    share: Decimal,
    when: tuple[datetime, date, str | None],
) -> Verdict:
    parts = tuple(
        replace(_part(contract, terms, amount, share, when), payer=payer)
        for payer, amount in withheld.items()
    )
    whole = total(list(withheld.values()), contract.currency)
    charge = _part(contract, terms, whole, share, when)
    charge = replace(charge, entitled=total([part.entitled for part in parts], contract.currency))
    waiting = not charge.entitled
    moments = " and ".join(_words(each) for each in terms.releases)
    return Verdict(
        charge_key=charge.key,
        contract=contract.id,
        work=None,
        key="retainage",
        title=charge.title,
        outcome="open" if waiting else "due",
        code="retainage.waiting" if waiting else "due",
        reason=f"{whole} is withheld, to be released {moments}" if waiting else charge.arithmetic,
        hint=f"it is released {moments}" if waiting else "",
        owner="finance",
        rule=charge.rule,
        rule_version=contract.version,
        source=f"{contract.file}:{terms.line}",
        charge=None if waiting else charge,
        amount=whole if waiting else charge.entitled,
        parts=() if waiting else parts,
    )


def _part(
    contract: Contract,
    terms: Retainage,
    withheld: Money,
    share: Decimal,
    when: tuple[datetime, date, str | None],
) -> Charge:
    amount = withheld.times(Fraction(share) / 100)
    how = f"{plain(share)} % of {withheld} withheld is released: {amount}"
    before = contract.opening.released if contract.opening and when[2] == contract.tax_code else None
    if before:
        amount = max(amount - before, Money.zero(contract.currency))
        how += f", less {before} released before Milepost = {amount}"
    return release_charge(contract, terms, Sum(amount, how, *when))


def _withheld(contract: Contract, claimed: Claimed) -> dict[str | None, dict[str, Money]]:
    """What live lines withhold by tax code of each payer, as finance left them."""
    found: dict[str | None, dict[str, Money]] = {}
    for key, claims in claimed.by_charge.items():
        if key.startswith(f"{contract.id}|") and kind_of(key) == "retainage":
            of_code = found.setdefault(name_of(key) or None, {})
            for claim in claims:
                if claim.ended is None:
                    before = of_code.get(claim.payer, Money.zero(contract.currency))
                    of_code[claim.payer] = before - claim.net
    return found


def _has_come(
    release: Release, contract: Contract, work: Sequence[Verdict], zone: ZoneInfo, now: datetime
) -> bool:
    if isinstance(release.when, date):
        return now >= start_of(release.when, zone)
    awaited = [verdict for verdict in work if verdict.rule in _rules(release, contract)]
    return bool(awaited) and all(
        verdict.outcome in ("due", "excluded") and verdict.complete for verdict in awaited
    )


def _rules(release: Release, contract: Contract) -> frozenset[str]:
    """Names of the rules whose work a release waits for."""
    if isinstance(release.when, RuleName):
        return frozenset({release.when.name})
    return frozenset(rule.rule for rule in contract.milestones if rule.phase == "closeout")


def _words(release: Release) -> str:
    match release.when:
        case date():
            moment = f"on {release.when}"
        case RuleName(name):
            moment = f"when all work of rule {name!r} is closed"
        case _:
            moment = "when all work of the closeout phase is closed"
    return moment if release.share == ALL else f"{plain(release.share)} % {moment}"


def _dates(
    terms: Retainage, contract: Contract, verdicts: Sequence[Verdict], zone: ZoneInfo, now: datetime
) -> tuple[datetime, date]:
    """When the last release that has come fell due."""
    moments = [
        start_of(each.when, zone)
        for each in terms.releases
        if isinstance(each.when, date) and start_of(each.when, zone) <= now
    ]
    names = frozenset(name for each in terms.releases for name in _rules(each, contract))
    moments += [each.closed_at for each in verdicts if each.rule in names and each.closed_at is not None]
    last = max(moments, default=now)
    return last, last.astimezone(zone).date()
