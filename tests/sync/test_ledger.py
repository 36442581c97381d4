"""The one formula over random histories of claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from model.billing import Claim
from model.money import Money, total
from sync.planning.ledger import by_charge, standing

AT = datetime(2026, 2, 3, tzinfo=UTC)
minor = st.integers(-10_000, 1_000_000)


@st.composite
def claims(draw: st.DrawFn) -> list[Claim]:
    """Claims of one charge on different documents, each ended by somebody or alive, some reduced."""
    made = []
    for number in range(draw(st.integers(0, 5))):
        amount = draw(st.integers(0, 1_000_000))
        waived = draw(st.none() | st.integers(0, amount))
        made.append(
            Claim(
                charge_key="acme|cloud/epic/1|fee",
                payer="client",
                document_key=f"acme|cloud/epic/1|fee#{number}",
                amount=Money(amount, "USD"),
                share=draw(st.none() | st.decimals(0, 100, places=2)),
                rule_version="v1",
                recorded_at=AT + timedelta(days=number),
                ended=draw(st.sampled_from([None, None, "withdrawn", "declined"])),
                waived=None if waived is None else Money(waived, "USD"),
            )
        )
    return made


@given(claims(), minor)
def test_delta_is_entitled_less_claimed_less_declined_less_waived(found: list[Claim], entitled: int) -> None:
    live = [claim for claim in found if claim.ended is None]
    waived = sum(claim.waived.minor for claim in live if claim.waived)
    claimed = sum(claim.amount.minor for claim in live) - waived
    declined = sum(claim.amount.minor for claim in found if claim.ended == "declined")
    now = standing(found, "USD")
    assert (now.claimed.minor, now.declined.minor, now.waived.minor) == (claimed, declined, waived)
    assert now.delta(Money(entitled, "USD")).minor == entitled - claimed - declined - waived


@given(claims(), minor)
def test_billing_the_delta_leaves_none(found: list[Claim], entitled: int) -> None:
    whole = Money(entitled, "USD")
    step = standing(found, "USD").delta(whole)
    billed = Claim("acme|cloud/epic/1|fee", "client", "next#1", step, None, "v1", AT)
    assert not standing([*found, billed], "USD").delta(whole)


@given(claims(), st.data())
def test_what_finance_ends_or_reduces_is_never_owed_again(found: list[Claim], data: st.DataObject) -> None:
    live = [at for at, claim in enumerate(found) if claim.ended is None]
    if not live:
        return
    at = data.draw(st.sampled_from(live))
    part = Money(data.draw(st.integers(0, found[at].amount.minor)), "USD")
    ended = replace(found[at], ended="declined")
    reduced = replace(found[at], waived=part)
    before = standing(found, "USD").settled
    for changed in (ended, reduced):
        assert standing([*found[:at], changed, *found[at + 1 :]], "USD").settled == before


@given(claims(), st.data())
def test_what_we_withdraw_is_owed_again_in_full(found: list[Claim], data: st.DataObject) -> None:
    live = [at for at, claim in enumerate(found) if claim.ended is None]
    if not live:
        return
    at = data.draw(st.sampled_from(live))
    withdrawn = [*found[:at], replace(found[at], ended="withdrawn"), *found[at + 1 :]]
    assert standing(withdrawn, "USD").settled == standing(found, "USD").settled - found[at].amount


@given(claims(), st.randoms())
def test_the_standing_does_not_depend_on_the_order_of_claims(found: list[Claim], random: object) -> None:
    shuffled = list(found)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    before, after = standing(found, "USD"), standing(shuffled, "USD")
    assert (before.claimed, before.waived, before.declined) == (after.claimed, after.waived, after.declined)
    assert before.share == after.share


@given(claims())
def test_shares_add_up_over_all_claims_but_those_that_we_withdrew(found: list[Claim]) -> None:
    shares = [claim.share for claim in found if claim.ended != "withdrawn" and claim.share is not None]
    assert standing(found, "USD").share == (sum(shares, Decimal(0)) if shares else None)


@given(st.lists(claims(), max_size=4))
def test_grouping_by_charge_keeps_every_claim_in_its_order(groups: list[list[Claim]]) -> None:
    named = [replace(claim, charge_key=f"charge {at}") for at, group in enumerate(groups) for claim in group]
    grouped = by_charge(named)
    assert [claim for group in grouped.values() for claim in group] == named
    assert all({claim.charge_key for claim in group} == {key} for key, group in grouped.items())


def test_a_withdrawn_claim_brings_neither_money_nor_share() -> None:
    made = Claim("acme|cloud/epic/1|fee", "client", "doc#1", Money(100, "USD"), Decimal(10), "v1", AT)
    plain = replace(made, share=None)
    for found, settled, share in (
        ([], 0, None),
        ([plain], 100, None),
        ([made], 100, Decimal(10)),
        ([made, replace(made, ended="withdrawn")], 100, Decimal(10)),
        ([made, replace(made, ended="declined"), plain], 300, Decimal(20)),
    ):
        now = standing(found, "USD")
        assert (now.settled.minor, now.share) == (settled, share)


@given(
    drafted=st.integers(1, 10**6),
    waived=st.integers(0, 10**6),
    entitled=st.integers(0, 10**6),
    sign=st.sampled_from([1, -1]),
)
def test_what_finance_reduced_counts_for_a_lowered_amount_first(
    drafted: int, waived: int, entitled: int, sign: int
) -> None:
    waived = min(waived, drafted)
    amount, less = Money(sign * drafted, "USD"), Money(sign * waived, "USD")
    claim = Claim("acme|cloud/epic/1|fee", "client", "first#1", amount, None, "v1", AT, waived=less)
    now = standing([claim], "USD")
    owed = Money(sign * entitled, "USD")
    against = now.against(owed)
    assert against.claimed == now.claimed
    assert 0 <= sign * against.waived.minor <= waived
    rest = sign * against.delta(owed).minor
    if entitled >= drafted:
        assert (rest, against) == (entitled - drafted, now)
    else:  # finance's line is at what is owed or below: nothing is left to correct
        assert rest == min(entitled - (drafted - waived), 0)


@given(
    steps=st.lists(
        st.tuples(st.integers(1, 500), st.integers(0, 500), st.booleans()), min_size=1, max_size=5
    ),
    back=st.integers(0, 4),
    sign=st.sampled_from([1, -1]),
)
def test_additions_that_are_taken_back_leave_what_finance_did_before_them(
    steps: list[tuple[int, int, bool]], back: int, sign: int
) -> None:
    made = [
        Claim(
            "acme|cloud/epic/1|fee",
            "client",
            f"doc#{at}",
            Money(sign * amount, "USD"),
            None,
            "v1",
            AT,
            waived=Money(sign * min(amount, waived), "USD"),
            ended="declined" if ended and at else None,
        )
        for at, (amount, waived, ended) in enumerate(steps)
    ]
    first = made[: 1 + back]
    owed = total([claim.amount for claim in first], "USD")
    before, after = standing(first, "USD"), standing(made, "USD").against(owed)
    later = [claim.net for claim in made[1 + back :] if claim.ended is None]
    assert (after.waived, after.declined) == (before.waived, before.declined)
    assert after.delta(owed) == -total(later, "USD")


class TestGiven:
    """40.00 of 100.00 were given back by a credit memo that finance made of its own accord."""

    BILLED = Claim("acme|cloud/epic/1|fee", "client", "doc#1", Money(10_000, "USD"), None, "v1", AT)
    CREDIT = replace(
        BILLED, document_key="memo#1", amount=Money(-4_000, "USD"), document_kind="credit_memo", given=True
    )

    def test_it_is_let_go_and_not_billed_again(self) -> None:
        for closed_at in (None, AT, AT - timedelta(days=1)):
            now = standing([self.BILLED, self.CREDIT], "USD", closed_at)
            assert (now.claimed.minor, now.waived.minor, now.forgone) == (6_000, 4_000, Money(4_000, "USD"))
            assert not now.delta(Money(10_000, "USD"))
            assert (now.live, now.credits) == ((self.BILLED,), (self.CREDIT,))

    def test_work_that_closes_again_after_it_is_billed_again(self) -> None:
        now = standing([self.BILLED, self.CREDIT], "USD", AT + timedelta(seconds=1))
        assert (now.forgone, now.delta(Money(10_000, "USD")).minor) == (None, 4_000)

    def test_what_stands_elsewhere_than_on_a_document_counts_its_credits_and_what_was_declined(self) -> None:
        declined = replace(self.BILLED, document_key="doc#2", amount=Money(700, "USD"), ended="declined")
        now = standing([self.BILLED, self.CREDIT, declined], "USD")
        assert (now.off("doc#1").minor, now.off("memo#1").minor) == (-3_300, 10_700)
        assert now.gone == (declined,)

    def test_what_finance_gave_back_less_of_later_is_let_go_no_more(self) -> None:
        now = standing([self.BILLED, replace(self.CREDIT, waived=Money(-1_000, "USD"))], "USD")
        assert (now.claimed.minor, now.waived.minor, now.forgone) == (7_000, 3_000, Money(3_000, "USD"))

    def test_nothing_bills_any_more_once_all_of_it_is_given_back(self) -> None:
        back = replace(self.CREDIT, amount=Money(-10_000, "USD"), given=False)
        assert standing([self.BILLED, back], "USD").live == ()
