"""How much of what was withheld is let go: beside a cap, other tax codes, lowered drafts and bills by hand."""

from __future__ import annotations

from collections import defaultdict
from zoneinfo import ZoneInfo

import pytest
from acme import EPICS, HEAD, NOW, ZONE, contract, day, due, epic, fee, judged, milestone, mirror, usd
from test_opening import opening

from mappings.contract.rules import Contract
from mappings.money.release import release_verdicts
from mappings.progress.verdict import Verdict
from model.billing import Claim

HALF = '[{ share = "50 %", when = 2026-02-01 }, { share = "50 %", when = 2030-01-01 }]'
WHOLE = "2026-02-01"
PRICE = '{ amount = { field = "Amount" } }'


def terms(release: str, more: str = "", before: str = "") -> Contract:
    """A contract that withholds 10 %, with rules of two tax codes beside one without."""
    coded = [
        milestone(f'{{ epic = "ACME-{n}" }}', PRICE, f'tax_code = "{code}"', code)
        for n, code in ((8, "A"), (9, "B"))
    ]
    kept = f'[retainage]\nhold = "10 %"\nitem = "Withheld"\nrelease = {release}\n{more}\n'
    return contract(kept + before + milestone('{ epic = "ACME-1" }', PRICE) + "".join(coded))


def billed(rules: Contract, kind: str, amount: str, rule: str = "work", **more: object) -> Claim:
    """A live claim, on one draft of ours that a release meets."""
    where = {"fee": "acme|site-1/epic/10001|fee"}.get(kind, f"acme|doc|{kind}")
    values = {"document_key": "doc#1", "writable": True, "rule": rule, **more}
    return Claim(
        charge_key=where, payer=str(values.pop("payer", "client")), amount=usd(amount), share=None,
        rule_version=rules.version, recorded_at=NOW, **values,  # type: ignore[arg-type]
    )  # fmt: skip


def coded(rules: Contract, code: str, fees: str, held: str) -> list[Claim]:
    """Fees of a tax code, and what is withheld of them."""
    return [billed(rules, "fee", fees, code), billed(rules, f"retainage:{code}", held)]


def said(rules: Contract, claims: list[Claim], *verdicts: Verdict) -> list[Verdict]:
    """What is said of what these claims withhold, by tax code."""
    own: defaultdict[str, list[Claim]] = defaultdict(list)
    for each in claims:
        own[each.charge_key].append(each)
    return list(release_verdicts(rules, verdicts, own, {rules.version: rules}, ZoneInfo(ZONE), NOW))


def released(rules: Contract, claims: list[Claim], *verdicts: Verdict) -> list[tuple[str, str]]:
    """What is released, with its arithmetic, of each payer by tax code."""
    found = said(rules, claims, *verdicts)
    return [(str(part.entitled.decimal), part.arithmetic) for each in found for part in each.parts]


class TestCap:
    """The cap is for all tax codes together."""

    def test_a_part_of_what_the_cap_let_withhold_is_released(self) -> None:
        rules = terms(HALF, 'cap = "60.00"')
        claims = [billed(rules, "fee", "1000.00"), billed(rules, "retainage", "-60.00")]
        assert released(rules, claims) == [("30.00", "50 % of 60.00 USD withheld is released: 30.00 USD")]

    def test_what_other_codes_withhold_leaves_this_one_the_rest_of_the_cap(self) -> None:
        """Of 90.00 that all bills make it, 80.00 are left beside the 20.00: half of them stays withheld."""
        rules = terms(HALF, 'cap = "100.00"')
        claims = [*coded(rules, "A", "900.00", "-60.00"), *coded(rules, "B", "200.00", "-20.00")]
        first, second = released(rules, claims)
        assert first == (
            "20.00",
            "50 % of 60.00 USD withheld is released, less 10.00 USD that bills after a release were withheld "
            "less: 20.00 USD",
        )
        assert second == ("10.00", "50 % of 20.00 USD withheld is released: 10.00 USD")


def test_cents_are_rounded_to_date_and_what_finance_gave_back_is_off() -> None:
    rules = terms(HALF)
    claims = [billed(rules, "fee", "0.40"), billed(rules, "retainage", "-0.04", waived=usd("-0.01"))]
    assert released(rules, claims) == [("0.01", "50 % of 0.03 USD withheld is released: 0.01 USD")]


class TestBeforeMilepost:
    """400.00 were billed by hand, with 40.00 withheld."""

    BILLED = opening('billed = "400.00"\nretained = "40.00"')
    LET_GO = opening('billed = "400.00"\nretained = "40.00"\nreleased = "20.00"')

    def held(self, rules: Contract, amount: str) -> Claim:
        return billed(rules, "retainage", amount, document_key="acme|opening")

    def test_what_all_bills_make_it_goes_on_from_what_was_billed_by_hand(self) -> None:
        """Half was let go when 200.00 more were billed, so that 10.00 of 20.00 were withheld of them."""
        rules = terms(HALF, before=self.BILLED)
        claims = [
            self.held(rules, "-40.00"),
            billed(rules, "fee", "200.00"),
            billed(rules, "retainage", "-10.00"),
        ]
        opened = Claim("acme|opening|fee", "client", "acme|opening", usd("400.00"), None, rules.version, NOW)
        assert [amount for amount, _ in released(rules, [opened, *claims])] == ["20.00"]

    def test_another_payer_has_no_part_in_it(self) -> None:
        rules = terms(HALF, before=self.BILLED)
        claims = [
            billed(rules, "fee", "200.00", payer="labs"),
            billed(rules, "retainage", "-20.00", payer="labs"),
        ]
        assert [amount for amount, _ in released(rules, claims)] == ["10.00"]

    def test_what_was_let_go_then_is_off_its_own_tax_code_alone(self) -> None:
        rules = terms(WHOLE, before=self.LET_GO)
        claims = [self.held(rules, "-40.00"), *coded(rules, "A", "200.00", "-20.00")]
        assert released(rules, claims) == [
            (
                "20.00",
                "100 % of 40.00 USD withheld is released: 40.00 USD, less 20.00 USD released before Milepost "
                "= 20.00 USD",
            ),
            ("20.00", "100 % of 20.00 USD withheld is released: 20.00 USD"),
        ]

    def test_where_all_of_it_was_let_go_then_nothing_is_said(self) -> None:
        rules = terms(WHOLE, before=self.LET_GO.replace('"40.00"', '"20.00"'))
        assert said(rules, [self.held(rules, "-20.00")]) == []


class TestLowered:
    """A draft of ours bills more than its work is worth now."""

    def drafted(self, release: str, fees: str, held: str, worth: str) -> list[str]:
        rules = terms(release)
        verdict = judged(contract(milestone(EPICS, PRICE)), mirror(fee(1, worth)))["ACME-1"]
        claims = [billed(rules, "fee", fees), billed(rules, "retainage", held)]
        return [amount for amount, _ in released(rules, claims, verdict)]

    def test_a_part_is_released_of_what_the_lowered_draft_withholds(self) -> None:
        assert self.drafted(HALF, "100.00", "-10.00", "60.00") == ["3.00"]

    def test_of_three_cents_that_are_left_half_is_two(self) -> None:
        assert self.drafted(HALF, "0.40", "-0.04", "0.30") == ["0.02"]

    def test_of_nine_cents_that_are_left_three_tenths_are_three(self) -> None:
        tenths = HALF.replace("50 %", "30 %", 1).replace("50 %", "70 %")
        assert self.drafted(tenths, "1.00", "-0.10", "0.90") == ["0.03"]

    def test_once_all_is_let_go_it_stays_as_far_as_the_draft_bears_it(self) -> None:
        assert self.drafted(WHOLE, "100.00", "-10.00", "60.00") == ["10.00"]
        assert self.drafted(WHOLE, "100.00", "-10.00", "4.00") == ["4.00"]


class TestMoments:
    """A release waits for its own moment, and for all of it."""

    def verdict(self, rules: Contract, *seen: object) -> Verdict:
        claims = [billed(rules, "retainage", "-10.00")]
        return judged(rules, mirror(*seen), claims)["retainage"]  # type: ignore[arg-type]

    def test_work_of_the_closeout_dates_no_release_by_the_calendar(self) -> None:
        handover = milestone('{ epic = "ACME-9" }', '{ fixed = "1.00" }', rule="handover")
        text = f'[retainage]\nhold = "10 %"\nitem = "Withheld"\nrelease = {WHOLE}\n'
        rules = contract(text + handover.replace("delivery", "closeout"), head=HEAD)
        found = self.verdict(rules, epic(9, closed=day(6)))
        assert (str(due(found).service_on), found.work) == ("2026-02-01", None)

    @pytest.mark.parametrize("second", ["open", "accepted in part"])
    def test_a_rule_lets_go_when_all_its_work_is_closed_and_accepted(self, second: str) -> None:
        half = '[[accepted]]\nof = "ACME-2"\nshare = "50 %"\non = 2026-03-05\nby = "Jo"\n'
        whole = '[[accepted]]\nof = "ACME-1"\nshare = "100 %"\non = 2026-03-05\nby = "Jo"\n'
        text = '[retainage]\nhold = "10 %"\nitem = "Withheld"\nrelease = { rule = "work" }\n'
        work = milestone(EPICS, '{ fixed = "100.00" }', "accept = { recorded = true }")
        rules = contract(text + work + whole + (half if second == "accepted in part" else ""))
        closed = day(4) if second == "accepted in part" else None
        assert self.verdict(rules, epic(1, closed=day(3)), epic(2, closed=closed)).outcome == "open"
        assert self.verdict(rules, epic(1, closed=day(3))).outcome == "due"
