"""What is let go of what was withheld, by tax code and payer: the verdicts on a retainage."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from decimal import Decimal
from fractions import Fraction
from itertools import chain
from zoneinfo import ZoneInfo

from mappings.contract.calendar import Clock
from mappings.contract.payers import SOLE_PAYER
from mappings.contract.rules import Contract
from mappings.contract.terms import Retainage
from mappings.money.release_moments import in_words, last_moment, released_share
from mappings.money.retained import ALL, left, not_borne, opened, to_hold, together
from mappings.money.staying import Own, lowered
from mappings.money.term_charges import Sum, release_charge
from mappings.progress.claimed import kind_of, name_of
from mappings.progress.forward import is_opening
from mappings.progress.verdict import Verdict
from mappings.words.numbers import plain
from model.billing import Charge, Claim
from model.money import Money, round_half_up, total


def release_verdicts(
    contract: Contract,
    verdicts: Sequence[Verdict],
    claims: Own,
    recorded: Mapping[str, Contract],
    zone: ZoneInfo,
    now: datetime,
) -> Iterator[Verdict]:
    """The verdict on what is withheld in each tax code, by the contract's own `claims` by charge. Each payer gets back
    what was withheld of its bills, by the tax code of what it was withheld of."""
    if contract.retainage is None:
        return
    clock = Clock(zone, now)
    share, dates = released_share(contract, verdicts, clock), last_moment(contract, verdicts, clock)
    as_planned = lowered(claims, verdicts, contract.currency)
    held = _withheld(contract, contract.retainage, claims, as_planned, recorded, share)
    for code, withheld in held.items():
        if any(each.stands for each in withheld.values()) and not _is_released(contract, code, withheld):
            yield _verdict(contract, contract.retainage, withheld, share, (*dates, code))


@dataclass(frozen=True, slots=True)
class _Withheld:
    """What is withheld of one payer's bills by one tax code: what `stands` on live lines as finance left them, what
    was `settled`, and what all bills make it `to_date`, which is more once a part was released."""

    stands: Money
    settled: Money
    to_date: Money

    def lowered(self, before: Money) -> _Withheld:
        """It once drafts are lowered by which it was `before` to date: as much of it goes with them."""
        return self.without(max(min(self.settled, before) - self.to_date, Money.zero(before.currency)))

    def without(self, gone: Money) -> _Withheld:
        """It once that much is not withheld any more."""
        return replace(self, stands=self.stands - gone, settled=self.settled - gone)

    def released(self, share: Decimal) -> tuple[Money, Money]:
        """What so many percent of it come to, less what later bills were withheld less; and that."""
        part, zero = Fraction(share) / 100, Money.zero(self.stands.currency)
        let_go = (self.settled - self.stands).times(part)
        # Rounded to date in one way, whatever is billed later: a bill that is withheld less moves no cent of it.
        released = self.settled - left(max(self.to_date, self.settled), share)
        amount = min(max(released - let_go, zero), self.stands)
        less = self.stands.times(part) - amount if self.to_date > self.settled else zero
        return amount, max(less, zero)


def _is_released(contract: Contract, code: str | None, withheld: Mapping[str, _Withheld]) -> bool:
    """Whether all that is withheld was released before Milepost."""
    whole = total([each.stands for each in withheld.values()], contract.currency)
    return contract.opening is not None and whole == contract.opening.released and code == contract.tax_code


def _verdict(
    contract: Contract,
    terms: Retainage,
    withheld: Mapping[str, _Withheld],
    share: Decimal,
    when: tuple[datetime, date, str | None],
) -> Verdict:
    parts = tuple(
        replace(_part(contract, terms, amount, share, when), payer=payer)
        for payer, amount in withheld.items()
    )
    of_all = _together(list(withheld.values()), contract.currency)
    whole, charge = of_all.stands, _part(contract, terms, of_all, share, when)
    charge = replace(charge, entitled=total([part.entitled for part in parts], contract.currency))
    waiting = not charge.entitled
    moments = " and ".join(in_words(each) for each in terms.releases)
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


def _together(parts: Sequence[_Withheld], currency: str) -> _Withheld:
    return _Withheld(
        total([each.stands for each in parts], currency),
        total([each.settled for each in parts], currency),
        total([each.to_date for each in parts], currency),
    )


def _part(
    contract: Contract,
    terms: Retainage,
    withheld: _Withheld,
    share: Decimal,
    when: tuple[datetime, date, str | None],
) -> Charge:
    amount, less = withheld.released(share)
    how = f"{plain(share)} % of {withheld.stands} withheld is released"
    how += f", less {less} that bills after a release were withheld less: {amount}" if less else f": {amount}"
    before = contract.opening.released if contract.opening and when[2] == contract.tax_code else None
    if before:
        amount = max(amount - before, Money.zero(contract.currency))
        how += f", less {before} released before Milepost = {amount}"
    return release_charge(contract, terms, Sum(amount, how, *when))


def _withheld(
    contract: Contract,
    terms: Retainage,
    claims: Own,
    as_planned: Own,
    recorded: Mapping[str, Contract],
    share: Decimal,
) -> dict[str | None, dict[str, _Withheld]]:
    """What is withheld by tax code of each payer, once drafts are lowered `as_planned`: what is withheld of them is
    lowered with them. Once all of it is let go it stays as it stands, as far as they bear it."""
    own, lower = _by_payer(claims), _by_payer(as_planned)
    found: defaultdict[str | None, dict[str, _Withheld]] = defaultdict(dict)
    before, after = (
        not_borne(contract, chain.from_iterable(each.values()), recorded) for each in (claims, as_planned)
    )
    for payer, of_payer in own.items():
        exact, planned = (_exact(contract, payer, each[payer], recorded) for each in (own, lower))
        now = dict(_of_payer(terms, of_payer, exact, contract.currency))
        for code, each in _of_payer(terms, of_payer, planned, contract.currency):
            found[code][payer] = (
                each.lowered(now[code].to_date)
                if share < ALL
                else each.without(after[payer, code] - before[payer, code])
            )
    return found


def _by_payer(claims: Own) -> dict[str, list[Claim]]:
    found: defaultdict[str, list[Claim]] = defaultdict(list)
    for claim in chain.from_iterable(claims.values()):
        found[claim.payer].append(claim)
    return found


def _exact(
    contract: Contract, payer: str, claims: Iterable[Claim], recorded: Mapping[str, Contract]
) -> dict[str | None, Fraction]:
    """What all bills of a payer make it, not rounded, with those before Milepost."""
    exact = to_hold(contract, (each for each in claims if not is_opening(each)), recorded)
    return together(exact, {contract.tax_code: opened(contract)}) if payer == SOLE_PAYER else exact


def _of_payer(
    terms: Retainage, claims: Iterable[Claim], exact: Mapping[str | None, Fraction], currency: str
) -> Iterator[tuple[str | None, _Withheld]]:
    """By tax code; the cap is for all of them together."""
    lines: defaultdict[str | None, list[Claim]] = defaultdict(list)
    for claim in claims:
        if kind_of(claim.charge_key) == "retainage":
            lines[name_of(claim.charge_key) or None].append(claim)
    settled = {code: -total([each.amount for each in of_code], currency) for code, of_code in lines.items()}
    whole = total(list(settled.values()), currency)
    for code, of_code in lines.items():
        to_date = Money(round_half_up(exact.get(code, Fraction(0))), currency)
        if terms.cap is not None:
            to_date = min(to_date, terms.cap - whole + settled[code])
        stands = -total([each.net for each in of_code if each.ended is None], currency)
        yield code, _Withheld(stands, settled[code], to_date)
