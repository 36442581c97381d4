"""Claims of an estimate and the invoices made of it: whatever finance does there, the sum of each charge stays."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from connectors.tombstone import tombstone
from model.billing import Claim, Document, DocumentLine, DocumentState, LinkedTxn
from model.money import Money, total
from sync.planning.following import Carrier, Shift, follow, name_of
from sync.planning.observe import LineClaim

AT = datetime(2026, 2, 3, tzinfo=UTC)
KEYS = ("acme|c/epic/1|fee", "acme|c/epic/2|fee")


def usd(minor: int) -> Money:
    return Money(minor, "USD")


def entry(key: str, at: str, line: str, minor: int, **more: object) -> LineClaim:
    claim = Claim(key, "client", at, usd(minor), Decimal(30), "v1", AT)
    return LineClaim(replace(claim, **more), line)  # type: ignore[arg-type]


def document(kind: str, lines: dict[str, int], *, closed: bool = False, gone: bool = False) -> Document:
    shown = replace(
        tombstone("1", AT),
        kind=kind,
        currency="USD",
        state=DocumentState.VOIDED
        if gone
        else DocumentState.CONVERTED
        if kind == "estimate"
        else DocumentState.DRAFT,
        lines=tuple(DocumentLine(id_, usd(minor), f"Work {id_}") for id_, minor in lines.items()),
        closed=closed,
    )
    return replace(shown, links=(LinkedTxn("invoice", "9"),))  # type: ignore[arg-type]


def moved(carriers: list[Carrier], shifts: tuple[Shift, ...]) -> list[Carrier]:
    """The carriers after these steps, as the ledger folds them."""
    result = []
    for carrier in carriers:
        entries = list(carrier.entries)
        for shift in (each for each in shifts if each.document_key == carrier.document_key):
            at = next(
                (
                    at
                    for at, each in enumerate(entries)
                    if name_of(each.claim) == name_of(shift.basis.claim) and each.round == shift.round
                ),
                None,
            )
            if at is None:
                made = replace(shift.basis.claim, amount=shift.amount, ended=None, waived=None)
                made = replace(made, share=shift.share, document_key=carrier.document_key)
                rounds = [each.round for each in entries if name_of(each.claim) == name_of(made)]
                entries.append(LineClaim(made, shift.line_id, max(rounds, default=0) + 1))
            else:
                old = entries[at].claim
                share = (old.share or Decimal(0)) + (shift.share or Decimal(0))
                entries[at] = replace(
                    entries[at], claim=replace(old, amount=old.amount + shift.amount, share=share)
                )
        result.append(replace(carrier, entries=tuple(entries)))
    return result


amounts = st.integers(0, 200_00)


@st.composite
def histories(draw: st.DrawFn) -> tuple[Carrier, list[Document], list[Document]]:
    """An estimate of two lines, and what two invoices show of them at one moment and at a later one."""
    first, second = draw(st.integers(1, 100_00)), draw(st.integers(-100_00, 100_00).filter(bool))
    closed = draw(st.booleans())
    estimate = document("estimate", {"1": first, "2": second}, closed=closed)
    ended = draw(st.sampled_from([None, "declined"]))
    claims = (entry(KEYS[0], "E", "1", first), entry(KEYS[1], "E", "2", second, ended=ended))

    def shows() -> list[Document]:
        return [
            document(
                "invoice",
                {
                    line: draw(amounts) * (1 if line == "1" or second > 0 else -1)
                    for line in draw(st.lists(st.sampled_from("12"), unique=True))
                },
                gone=draw(st.booleans()),
            )
            for _ in range(2)
        ]

    return Carrier("E", estimate, claims), shows(), shows()


def sums(carriers: list[Carrier]) -> dict[str, tuple[Money, Decimal]]:
    every = [each.claim for carrier in carriers for each in carrier.entries]
    return {
        key: (
            total([claim.amount for claim in every if claim.charge_key == key], "USD"),
            sum((claim.share or Decimal(0) for claim in every if claim.charge_key == key), Decimal(0)),
        )
        for key in KEYS
    }


def none_beyond(carriers: list[Carrier], before: dict[str, tuple[Money, Decimal]]) -> bool:
    """Whether no place holds more of a charge than there is, or less than nothing."""
    return all(
        min(usd(0), before[each.claim.charge_key][0])
        <= each.claim.amount
        <= max(usd(0), before[each.claim.charge_key][0])
        for carrier in carriers
        for each in carrier.entries
    )


@given(histories())
def test_the_sum_of_each_charge_and_its_share_never_changes(
    history: tuple[Carrier, list[Document], list[Document]],
) -> None:
    estimate, *moments = history
    carriers = [estimate, Carrier("I1", estimate.shown, ()), Carrier("I2", estimate.shown, ())]
    before = sums(carriers)
    for shown in moments:
        invoices = zip(carriers[1:], shown, strict=True)
        carriers = [carriers[0], *(replace(each, shown=now) for each, now in invoices)]
        carriers = moved(carriers, follow(carriers[0], carriers[1:]).shifts)
        assert sums(carriers) == before
        assert none_beyond(carriers, before)
        assert follow(carriers[0], carriers[1:]).shifts == ()


@given(st.integers(1, 100_00), st.integers(0, 100_00))
def test_an_open_estimate_keeps_what_no_invoice_shows(whole: int, part: int) -> None:
    estimate = Carrier("E", document("estimate", {"1": whole}), (entry(KEYS[0], "E", "1", whole),))
    carriers = [estimate, Carrier("I1", document("invoice", {"1": part}), ())]
    after = moved(carriers, follow(estimate, carriers[1:]).shifts)
    carried = total([each.claim.amount for each in after[1].entries], "USD")
    assert carried == usd(min(part, whole))


@given(st.integers(1, 100_00), st.integers(0, 100_00))
def test_a_closed_estimate_hands_everything_over(whole: int, part: int) -> None:
    shown = document("estimate", {"1": whole}, closed=True)
    carriers = [
        Carrier("E", shown, (entry(KEYS[0], "E", "1", whole),)),
        Carrier("I1", document("invoice", {"1": part}), ()),
    ]
    after = moved(carriers, follow(carriers[0], carriers[1:]).shifts)
    assert [each.claim.amount for carrier in after for each in carrier.entries] == [usd(0), usd(whole)]


def test_a_line_that_other_claims_of_ours_stand_on_is_nobodys() -> None:
    estimate = Carrier("E", document("estimate", {"1": 100}), (entry(KEYS[0], "E", "1", 100),))
    invoice = Carrier("I1", document("invoice", {"1": 100}), (), (entry(KEYS[1], "I1", "1", 100),))
    assert follow(estimate, [invoice]).shifts == ()


def test_a_line_that_may_stand_for_two_estimates_of_one_charge_is_nothing_that_finance_left_out() -> None:
    estimate = Carrier("E", document("estimate", {"1": 30}, closed=True), (entry(KEYS[0], "E", "1", 30),))
    others = (entry(KEYS[0], "I1", "8", 100),)
    invoice = Carrier("I1", document("invoice", {"8": 130}), (), others)
    assert follow(estimate, [invoice]).left_out == ()
    other_work = replace(invoice, others=(entry(KEYS[1], "I1", "8", 100),))
    assert follow(estimate, [other_work]).left_out == estimate.entries


def test_a_line_of_a_closed_estimate_that_is_on_no_invoice_was_left_out() -> None:
    claims = (entry(KEYS[0], "E", "1", 100), entry(KEYS[1], "E", "2", 50))
    estimate = Carrier("E", document("estimate", {"1": 100, "2": 50}, closed=True), claims)
    plain, strange = ({"1": 100}, {"1": 100, "7": 50})
    assert follow(estimate, [Carrier("I1", document("invoice", plain), ())]).left_out == (claims[1],)
    assert follow(estimate, [Carrier("I1", document("invoice", strange), ())]).left_out == ()
