"""What still counts of what was billed once a plan takes drafts of ours back, or lowers them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace

import pytest
from acme import EPICS, HEAD, claim, contract, due, fee, judged, milestone, mirror, usd

from mappings.contract.rules import Contract
from mappings.money.staying import lowered, staying
from mappings.progress.claimed import Claimed
from mappings.progress.verdict import Verdict
from model.billing import Claim

FEES = milestone(EPICS, '{ amount = { field = "Amount" } }')
PLAIN = contract(FEES)


def rules(policy: str = "withdraw", base: str = "work") -> Contract:
    terms = f'[retainage]\nhold = "10 %"\nitem = "Withheld"\nrelease = 2030-01-01\nbase = "{base}"\n'
    return contract(terms + FEES, head=f'{HEAD}reopened = "{policy}"\n')


def due_fee(number: int, amount: str = "100.00") -> Verdict:
    return judged(PLAIN, mirror(fee(number, amount)))[f"ACME-{number}"]


def reopened(number: int) -> Verdict:
    return replace(due_fee(number), outcome="open", code="reopened", charge=None)


def billed(number: int, amount: str, *, draft: bool = True, on: str = "doc#1", kind: str = "fee") -> Claim:
    charge = due(due_fee(number))
    key = charge.key.replace("|fee", f"|{kind}") if kind != "retainage" else f"acme|{on}|retainage"
    return claim(replace(charge, key=key), amount=usd(amount), writable=draft, document_key=on)


def stays(contract: Contract, claims: Sequence[Claim], *verdicts: Verdict) -> list[Claim]:
    found = staying(contract, Claimed(claims), verdicts)
    return [each for of_key in found.values() for each in of_key]


def amounts(claims: Iterable[Claim]) -> list[str]:
    return [str(each.amount.decimal) for each in claims]


class TestTakenBack:
    """Drafts of reopened work are taken back where the contract says so."""

    def test_the_draft_of_reopened_work_counts_no_more_but_what_the_client_holds_does(self) -> None:
        claims = [
            billed(1, "60.00"),
            billed(1, "40.00", draft=False, on="doc#2"),
            billed(2, "70.00", on="doc#3"),
        ]
        assert stays(rules(), claims, reopened(1), due_fee(2)) == claims[1:]

    def test_it_stays_where_the_contract_holds_it_or_nothing_was_reopened(self) -> None:
        claims = [billed(1, "60.00"), billed(1, "-6.00", kind="retainage")]
        assert stays(rules("hold"), claims, reopened(1)) == claims
        assert stays(rules(), claims, due_fee(1)) == claims

    def test_what_other_contracts_billed_is_none_of_it(self) -> None:
        strange = replace(billed(2, "70.00"), charge_key="other|site-1/epic/10002|fee")
        assert stays(rules(), [strange, billed(3, "1.00", on="doc#2")], reopened(3)) == []
        assert stays(rules(), [strange]) == []

    def test_what_was_withheld_goes_with_the_last_work_of_its_draft(self) -> None:
        withheld, elsewhere = (billed(1, "-6.00", kind="retainage", on=on) for on in ("doc#1", "doc#2"))
        claims = [billed(1, "60.00"), withheld, billed(1, "-5.00", kind="draw"), elsewhere]
        assert stays(rules(), claims, reopened(1)) == [claims[2], elsewhere]

    @pytest.mark.parametrize(
        ("other", "ended", "base", "left"),
        [
            ("fee", None, "work", ["-9.00"]),
            ("fee", "declined", "work", []),
            ("expense:trip", None, "work", []),
            ("expense:trip", None, "work_and_expenses", ["-9.00"]),
        ],
    )
    def test_it_stays_while_something_lives_there_of_which_a_part_is_withheld(
        self, other: str, ended: str | None, base: str, left: list[str]
    ) -> None:
        beside = replace(billed(2, "30.00", kind=other), ended=ended)  # type: ignore[arg-type]
        withheld = billed(1, "-9.00", kind="retainage")
        found = stays(rules(base=base), [billed(1, "60.00"), beside, withheld], reopened(1))
        assert amounts(found) == ["30.00", *left]

    @pytest.mark.parametrize("ended", [None, "declined"])
    def test_what_was_withheld_of_an_invoice_the_client_holds_stays(self, ended: str | None) -> None:
        sent = replace(billed(1, "60.00", draft=False), ended=ended)  # type: ignore[arg-type]
        claims = [sent, billed(1, "-6.00", kind="retainage", draft=False)]
        assert stays(rules(), claims, reopened(1)) == claims


def less(worth: str, *claims: Claim) -> list[str]:
    """The amounts of claims on the first epic once it is worth so much."""
    found: Mapping[str, Sequence[Claim]] = lowered({claims[0].charge_key: claims}, [due_fee(1, worth)], "USD")
    return amounts(found[claims[0].charge_key])


class TestLowered:
    """Drafts that bill more than their work is worth now."""

    def test_the_draft_gives_what_is_too_much_and_the_invoice_stays(self) -> None:
        assert less("90.00", billed(1, "40.00"), billed(1, "60.00", draft=False)) == ["30.00", "60.00"]
        assert less("99.99", billed(1, "100.00")) == ["99.99"]
        assert less("0.00", billed(1, "0.01")) == ["0.00"]

    def test_it_gives_no_more_than_it_has(self) -> None:
        assert less("10.00", billed(1, "40.00"), billed(1, "60.00", draft=False)) == ["0.00", "60.00"]

    def test_what_is_worth_more_is_raised_by_nothing(self) -> None:
        assert less("150.00", billed(1, "100.00")) == ["100.00"]

    def test_each_payers_part_is_lowered_in_step(self) -> None:
        claims = [replace(billed(1, amount), payer=name) for name, amount in (("a", "75.00"), ("b", "25.00"))]
        assert less("60.00", *claims) == ["45.00", "15.00"]

    def test_where_nothing_is_on_a_draft_nothing_is_lowered(self) -> None:
        assert less("10.00", billed(1, "60.00", draft=False)) == ["60.00"]
        assert less("10.00", billed(1, "-5.00"), billed(1, "60.00", draft=False)) == ["-5.00", "60.00"]

    def test_what_is_not_due_now_stays_as_it_is(self) -> None:
        own = {each.charge_key: (each,) for each in (billed(1, "60.00"), billed(2, "70.00"))}
        assert lowered(own, [reopened(1)], "USD") == own
