"""What was billed counts for the contract value that its rule version was agreed on, and is priced anew only whole."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from typing import NamedTuple

from acme import EPICS, HEAD, NOW, contract, day, milestone, usd

from mappings.contract.rules import Contract
from mappings.money.schedule import Entitled, Part, Schedule
from model.billing import Claim
from model.money import Money

RULES = milestone(EPICS, '{ percent = { field = "Billing %" } }')
OLD = contract(RULES)
NEW = contract(RULES, head=HEAD.replace("1000.00", "1200.00"))


class Found(NamedTuple):
    """What a schedule says of one part."""

    amount: Money | None
    arithmetic: str


def key(number: int) -> str:
    return f"acme|site-1/epic/{number}|fee"


def billed(number: int, share: str | None, amount: str, version: str, **more: object) -> Claim:
    percent = None if share is None else Decimal(share)
    made = Claim(key(number), "client", "doc#1", usd(amount), percent, version, NOW)
    return replace(made, **more)  # type: ignore[arg-type]


def part(number: int, share: str, value: str, *claims: Claim) -> Part:
    return Part(key(number), Decimal(share), usd(value), day(number), claims)


def settled(
    rules: Contract, parts: Sequence[Part], claims: Sequence[Claim], recorded: Mapping[str, Contract]
) -> list[Found]:
    by_key: dict[str, list[Claim]] = {}
    for claim in claims:
        by_key.setdefault(claim.charge_key, []).append(claim)
    found = Schedule(rules, by_key, recorded).settle(parts)
    return [Found(found[each.charge_key].amount, found[each.charge_key].arithmetic) for each in parts]


def test_what_was_billed_under_rules_that_nobody_knows_counts_for_no_value() -> None:
    lost = billed(1, "50", "500.00", "lost")
    (found,) = settled(OLD, [part(2, "60", "1000.00")], [lost], {})
    assert found == Found(usd("600.00"), "60 % of 1,000.00 USD = 600.00 USD")


def test_what_was_billed_under_the_present_rules_counts_though_they_are_not_recorded_yet() -> None:
    own = billed(1, "50", "500.00", OLD.version)
    (found,) = settled(OLD, [part(2, "60", "1000.00")], [own], {})
    assert found == Found(None, "110 % of the contract would be billed")


def test_the_newest_claim_says_for_which_value_a_charge_counts() -> None:
    claims = [billed(1, "10", "100.00", OLD.version), billed(1, "5", "60.00", NEW.version)]
    recorded = {each.version: each for each in (OLD, NEW)}
    (found,) = settled(NEW, [part(2, "50", "1200.00")], claims, recorded)
    assert found.amount == usd("620.00")  # 65 % of 1,200.00 less the 160.00 that are billed
    assert found.arithmetic == (
        "50 % of 1,200.00 USD; 65 % to date = 780.00 USD, less 160.00 USD billed before = 620.00 USD"
    )


def test_percents_of_two_values_together_never_pass_the_whole() -> None:
    claims = [billed(1, "50", "500.00", OLD.version)]
    recorded = {each.version: each for each in (OLD, NEW)}
    fits, too_much = settled(NEW, [part(2, "50", "1200.00"), part(3, "1", "1200.00")], claims, recorded)
    assert fits.amount == usd("600.00")
    assert too_much == Found(None, "101 % of the contract would be billed")


def test_pricing_anew_counts_every_charge_once_in_the_order_of_closing() -> None:
    claims = [billed(1, "30", "300.00", OLD.version), billed(2, "20", "200.00", OLD.version)]
    parts = [part(1, "30", "1200.00", claims[0]), part(2, "20", "1200.00", claims[1])]
    found = settled(NEW, parts, claims, {OLD.version: NEW})
    assert [each.amount for each in found] == [usd("360.00"), usd("240.00")]
    assert found[0].arithmetic == "30 % of 1,200.00 USD = 360.00 USD"


def test_what_finance_declined_is_not_priced_anew() -> None:
    declined = billed(1, "30", "300.00", OLD.version, ended="declined")
    (found,) = settled(NEW, [part(1, "30", "1200.00", declined)], [declined], {OLD.version: NEW})
    assert found == Found(usd("300.00"), "30 % of 1,200.00 USD, settled at 300.00 USD")


def test_rules_without_a_value_price_no_percent_anew() -> None:
    priceless = contract(milestone(EPICS, '{ fixed = "1.00" }'), head=HEAD.replace('value = "1000.00"\n', ""))
    once = billed(1, "30", "300.00", OLD.version)
    assert settled(priceless, [], [once], {OLD.version: priceless}) == []


def test_a_part_without_a_share_is_worth_nothing_whatever_is_billed() -> None:
    short = billed(1, "50", "499.00", OLD.version)
    (found,) = settled(OLD, [part(2, "0", "1000.00")], [short], {OLD.version: OLD})
    assert found == Found(
        usd("0.00"),
        "0 % of 1,000.00 USD; 50 % to date = 500.00 USD, less 499.00 USD billed before = 0.00 USD",
    )


def test_a_share_that_shrinks_to_less_than_was_billed_never_falls_below_nothing() -> None:
    dear = billed(1, "10", "900.00", OLD.version)
    (found,) = settled(OLD, [part(2, "10", "1000.00")], [dear], {OLD.version: OLD})
    assert found.amount == usd("0.00")
    assert found.arithmetic.endswith("less 900.00 USD billed before = 0.00 USD")


class TestRemaining:
    """What change orders add is spread over the percents that nobody has billed yet."""

    RECORDED: Mapping[str, Contract] = {OLD.version: OLD, NEW.version: NEW}

    def settled(self, rules: Contract, parts: Sequence[Part], *claims: Claim) -> list[Found]:
        by_key = {claim.charge_key: [claim] for claim in claims}
        found = Schedule(rules, by_key, self.RECORDED, usd("90.00")).settle(parts)
        return [Found(found[each.charge_key].amount, found[each.charge_key].arithmetic) for each in parts]

    def test_percents_billed_on_a_former_value_are_not_billed_again_on_the_new_one(self) -> None:
        half = billed(1, "50", "500.00", OLD.version)
        found = self.settled(NEW, [part(2, "20", "1200.00"), part(3, "30", "1200.00")], half)
        assert [each.amount for each in found] == [usd("276.00"), usd("414.00")]  # 600.00 + 90.00
        assert found[1].arithmetic == (
            "30 of the 30 % not billed yet; these come to 414.00 USD with change orders of 90.00 USD = 414.00 USD"
        )

    def test_a_share_agreed_on_a_former_value_grows_by_that_value(self) -> None:
        quarter = billed(1, "25", "250.00", OLD.version)
        (found,) = self.settled(NEW, [part(1, "35", "1000.00", quarter)], quarter)
        assert found.amount == usd("350.00")

    def test_a_share_that_grows_says_what_was_billed_before(self) -> None:
        quarter = billed(1, "25", "250.00", OLD.version)
        (found,) = self.settled(OLD, [part(1, "25.5", "1000.00", quarter)], quarter)
        assert found == Found(
            usd("255.60"),
            "0.5 of the 75 % not billed yet; these come to 840.00 USD with change orders of 90.00 USD = 5.60 USD, "
            "and 250.00 USD billed before",
        )

    def test_a_share_that_shrinks_gives_back_its_part_of_what_was_billed(self) -> None:
        quarter = billed(1, "25", "250.00", OLD.version, writable=True)
        found = self.settled(OLD, [part(1, "20", "1000.00", quarter), part(2, "40", "1000.00")], quarter)
        assert found == [
            Found(usd("200.00"), "20 of the 25 % billed before at 250.00 USD = 200.00 USD"),
            Found(
                usd("445.00"),
                "40 of the 80 % not billed yet; these come to 890.00 USD with change orders of 90.00 USD = 445.00 USD",
            ),
        ]

    def test_what_the_client_has_of_a_share_that_shrinks_is_left_to_nobody_else(self) -> None:
        quarter = billed(1, "25", "250.00", OLD.version)
        found = self.settled(OLD, [part(1, "20", "1000.00", quarter), part(2, "40", "1000.00")], quarter)
        assert [each.amount for each in found] == [
            usd("200.00"),
            usd("448.00"),
        ]  # 40 of the 75 % not billed yet, of 1,090.00 less 250.00

    def test_a_part_without_a_share_is_worth_nothing_though_no_percent_is_left(self) -> None:
        every = billed(1, "100", "1000.00", OLD.version)
        (found,) = self.settled(OLD, [part(2, "0", "1000.00")], every)
        assert found.amount == usd("0.00")


def test_a_charge_is_settled_though_only_its_last_claim_was_declined() -> None:
    claims = [
        billed(1, "10", "100.00", OLD.version),
        billed(1, "5", "50.00", OLD.version, ended="declined"),
    ]
    (found,) = settled(OLD, [part(1, "40", "1000.00", *claims)], claims, {OLD.version: OLD})
    assert found == Found(usd("150.00"), "15 % of 1,000.00 USD, settled at 150.00 USD")


def test_the_newest_claim_says_whether_a_charge_is_priced_anew() -> None:
    claims = [billed(1, "10", "100.00", OLD.version), billed(1, "5", "60.00", NEW.version)]
    (found,) = settled(NEW, [part(1, "15", "1200.00", *claims)], claims, {OLD.version: NEW, NEW.version: NEW})
    assert found == Found(usd("160.00"), "15 % of 1,200.00 USD, settled at 160.00 USD")


def test_a_charge_priced_anew_to_no_share_is_computed_and_not_settled() -> None:
    once = billed(1, "30", "300.00", OLD.version)
    (found,) = settled(NEW, [part(1, "0", "1200.00", once)], [once], {OLD.version: NEW})
    assert found == Found(usd("0.00"), "0 % of 1,200.00 USD = 0.00 USD")


class TestFinal:
    """A final part takes what is left to 100 %."""

    def final(
        self, rules: Contract, value: str, own: Sequence[Claim], others: Sequence[Claim] = ()
    ) -> Entitled:
        recorded = {OLD.version: rules}
        claims = {key(1): list(own)} if own else {}
        claims |= {claim.charge_key: [claim] for claim in others}
        last = replace(part(1, "10", value, *own), final=True)
        return Schedule(rules, claims, recorded).settle([last])[key(1)]

    def test_what_finance_declined_of_it_takes_no_more(self) -> None:
        declined = billed(1, "10", "100.00", OLD.version, ended="declined")
        assert self.final(OLD, "1000.00", [declined]) == Entitled(
            usd("100.00"), "10 % of 1,000.00 USD, settled at 100.00 USD", Decimal(10)
        )

    def test_priced_anew_it_takes_all_that_the_others_leave(self) -> None:
        once = billed(1, "30", "300.00", OLD.version)
        found = self.final(NEW, "1200.00", [once])
        assert (found.amount, found.share) == (usd("1200.00"), 100)

    def test_where_nothing_is_left_it_takes_nothing(self) -> None:
        found = self.final(OLD, "1000.00", [], [billed(2, "100", "1000.00", OLD.version)])
        assert (found.amount, found.share) == (usd("0.00"), 0)


def test_a_billed_share_that_rounding_left_a_cent_short_is_settled_and_not_topped_up() -> None:
    first, second = billed(1, "50", "499.99", OLD.version), billed(2, "10", "100.00", OLD.version)
    parts = [part(1, "50", "1000.00", first), part(2, "10", "1000.00", second)]
    found = settled(OLD, parts, [first, second], {OLD.version: OLD})
    assert [each.amount for each in found] == [usd("499.99"), usd("100.00")]


def test_a_rounded_part_says_so() -> None:
    (found,) = settled(OLD, [part(1, "33.3333", "1000.00")], [], {})
    assert found == Found(usd("333.33"), "33.3333 % of 1,000.00 USD = 333.33 USD, rounded half-up")
