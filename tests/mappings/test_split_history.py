"""Sharing among payers once something is billed: who was billed keeps it, and what cannot be shared is said."""

from __future__ import annotations

from dataclasses import replace

import pytest
from acme import (
    AMOUNT,
    EPICS,
    HEAD,
    SPRINTS,
    claim,
    contract,
    day,
    due,
    epic,
    issue,
    judged,
    milestone,
    mirror,
    sprint,
    usd,
)

from mappings.contract.rules import Contract
from mappings.load import parse_contract
from mappings.progress.verdict import Verdict
from model.billing import Claim
from model.finding import Finding

FEE = milestone(EPICS, '{ amount = { field = "Amount" } }')
KEY = "acme|site-1/epic/10001|fee"


def payer(name: str, more: str) -> str:
    return f'[[payer]]\nname = "{name}"\nclient = "{name.title()}"\n{more}\n'


SHARED = payer("labs", "share = 1") + payer("main", "share = 1") + payer("pier", "share = 1")
WORDED = payer("labs", 'when = { label = "labs" }') + payer("main", 'when = { label = "main" }')


def fee(number: int, amount: str, *labels: str) -> object:
    return epic(number, closed=day(number), fields={AMOUNT: amount}, labels=labels)


def shared(verdict: Verdict) -> list[tuple[str, str]]:
    return [(part.payer, str(part.entitled.decimal)) for part in verdict.parts]


PLAIN, BY_SHARE, BY_WORDS = contract(FEE), contract(SHARED + FEE), contract(WORDED + FEE)
KNOWN = [PLAIN, BY_SHARE, BY_WORDS]


def billed(rules: Contract, amount: str, **payers: str) -> list[Claim]:
    """Claims on the first epic under the rules, by payer."""
    charge = due(judged(PLAIN, mirror(fee(1, amount)))["ACME-1"])  # type: ignore[arg-type]
    claims = [claim(charge, payer=name, amount=usd(part)) for name, part in payers.items()]
    return [replace(each, rule_version=rules.version) for each in claims]


def looked_at(rules: Contract, claims: list[Claim], amount: str, *labels: str) -> Verdict:
    """What is said of the first epic, worth `amount` now."""
    return judged(rules, mirror(fee(1, amount, *labels)), claims, recorded=KNOWN)["ACME-1"]  # type: ignore[arg-type]


def test_the_next_work_evens_out_the_cents_of_what_is_billed() -> None:
    claims = billed(BY_SHARE, "100.00", labs="33.34", main="33.33", pier="33.33")
    found = judged(BY_SHARE, mirror(fee(1, "100.00"), fee(2, "100.00")), claims)  # type: ignore[arg-type]
    assert shared(found["ACME-1"]) == [("labs", "33.34"), ("main", "33.33"), ("pier", "33.33")]
    assert shared(found["ACME-2"]) == [("labs", "33.33"), ("main", "33.34"), ("pier", "33.33")]


def test_work_that_is_worth_more_later_is_shared_among_those_who_were_billed() -> None:
    claims = billed(BY_SHARE, "100.00", labs="33.34", main="33.33", pier="33.33")
    verdict = looked_at(BY_SHARE, claims, "130.00")
    assert shared(verdict) == [("labs", "43.34"), ("main", "43.33"), ("pier", "43.33")]
    assert [part.share for part in verdict.parts] == [None, None, None]
    assert verdict.notices == ()


def test_work_worth_nothing_has_no_parts() -> None:
    assert judged(contract(SHARED + FEE), mirror(fee(1, "0.00")))["ACME-1"].parts == ()  # type: ignore[arg-type]


def test_work_that_is_still_open_is_not_shared() -> None:
    assert judged(contract(SHARED + FEE), mirror(epic(1)))["ACME-1"].outcome == "open"


def test_who_left_the_file_keeps_what_was_billed_and_the_difference_is_said() -> None:
    claims = billed(BY_SHARE, "70.00", labs="40.00", pier="30.00")
    verdict = looked_at(PLAIN, claims, "100.00")
    assert shared(verdict) == [("labs", "40.00"), ("pier", "30.00")]
    assert verdict.parts[0].arithmetic.endswith("; labs pays 40.00 USD")
    assert verdict.notices == (
        Finding(
            "payer.left",
            verdict.title,
            "billed to 'labs', 'pier', who cannot be billed the difference of 30.00 USD now",
            "Put the [[payer]] back into the contract, each with a share if they share, or bill it by hand.",
            "admin",
            KEY,
        ),
    )
    assert looked_at(PLAIN, claims, "70.00").notices == ()


def test_a_payer_with_a_share_and_the_client_of_before_cannot_share_the_difference() -> None:
    claims = billed(BY_SHARE, "70.00", client="40.00", labs="30.00")
    verdict = looked_at(BY_SHARE, claims, "100.00")
    assert shared(verdict) == [("client", "40.00"), ("labs", "30.00")]
    assert [notice.code for notice in verdict.notices] == ["payer.left"]


def test_work_that_gets_the_words_of_another_payer_stays_with_the_first_and_is_said() -> None:
    rules, claims = BY_WORDS, billed(BY_WORDS, "70.00", labs="70.00")
    for labels, now in ((("main",), "'main'"), ((), "nobody"), (("labs", "main"), "'labs', 'main'")):
        verdict = looked_at(rules, claims, "100.00", *labels)
        assert shared(verdict) == [("labs", "100.00")]
        assert "pays" not in verdict.parts[0].arithmetic
        assert verdict.notices == (
            Finding(
                "payer.changed",
                verdict.title,
                f"billed to 'labs', and now {now} would pay for it",
                "What is billed stays with its payer; correct the work, or the invoice by hand.",
                "finance",
                KEY,
            ),
        )
    assert looked_at(rules, claims, "100.00", "labs").notices == ()


def test_all_who_were_billed_are_named_when_the_work_has_new_words() -> None:
    shares = SHARED.replace("share = 1", 'share = 1\nwhen = { label = "ours" }')
    rules = contract(shares + FEE)
    (notice,) = looked_at(rules, billed(rules, "70.00", labs="35.00", main="35.00"), "70.00").notices
    assert notice.reason == "billed to 'labs', 'main', and now nobody would pay for it"


def test_work_that_nobody_or_two_would_pay_for_is_held_with_what_to_do() -> None:
    for labels, code, reason in (
        (
            (),
            "payer.none",
            "no payer pays for it: the nearest, 'labs', does where label is 'labs' (it is nothing)",
        ),
        (("labs", "main"), "payer.tie", "2 payers would pay for it alone: 'labs', 'main'"),
    ):
        verdict = looked_at(BY_WORDS, [], "70.00", *labels)
        assert (verdict.outcome, verdict.code, verdict.reason) == ("held", code, reason)
        assert (verdict.hint, verdict.owner) == (
            "let exactly one [[payer]] match, or give each a share",
            "admin",
        )
        assert (verdict.charge, verdict.amount) == (None, usd("70.00"))


def test_every_word_of_a_payer_must_hold() -> None:
    rules = contract(payer("labs", 'when = { label = "labs", component = "Pump" }') + FEE)
    for labels, components, code in (
        (("labs",), ("Pump",), "due"),
        (("labs",), (), "payer.none"),
        ((), ("Pump",), "payer.none"),
    ):
        work = replace(epic(1, closed=day(1), fields={AMOUNT: "1.00"}, labels=labels), components=components)
        assert judged(rules, mirror(work))["ACME-1"].code == code


SPRINT = milestone(SPRINTS, '{ per_issue = "5.00" }', rule="sprints")
TRIP = '[[expense]]\nid = "trip"\non = 2026-02-01\namount = "5.00"\ntext = "Trip"\napproved_by = "Jo"\n'
ORDER = (
    '[[change_order]]\nid = "CO-1"\non = 2026-02-01\nvalue = "+5.00"\napproved_by = "Jo"\nreason = "more"\n'
)
DEPOSIT = '[deposit]\namount = "5.00"\nitem = "Advances"\n'


@pytest.mark.parametrize(
    "table", [SPRINT, TRIP, ORDER, DEPOSIT], ids=["sprint", "expense", "order", "deposit"]
)
def test_what_has_no_words_names_who_pays_for_it(table: str) -> None:
    found, problems = parse_contract(HEAD + WORDED + FEE + table, "acme.toml")
    assert found is None
    assert [problem.hint for problem in problems] == ['write payer = "labs" or payer = "main"']
    rules = contract(WORDED + FEE + table + 'payer = "main"\n')
    seen = mirror(sprint(1, start=day(1), completed=day(9)), issue(2, closed=day(3), sprints=["1"]))
    assert [shared(each) for each in judged(rules, seen).values()] == [[("main", "5.00")]]
    assert contract(SHARED + FEE + table)


def test_who_pays_is_somebody_of_the_file() -> None:
    for text, message in (
        (TRIP + 'payer = "pier"\n', "there is no payer 'pier' in this file"),
        (ORDER + 'applies = "remaining"\npayer = "labs"\n', "has no bill of its own"),
    ):
        percent = milestone(EPICS, '{ percent = "10 %" }')
        _, (problem,) = parse_contract(HEAD + WORDED + percent + text, "acme.toml")
        assert message in problem.message


def test_an_expense_stays_with_the_payer_that_it_named_when_it_was_billed() -> None:
    before, now = (contract(WORDED + FEE + TRIP + f'payer = "{name}"\n') for name in ("labs", "main"))
    (part,) = judged(before, mirror())["expense:trip"].parts
    found = judged(now, mirror(), [claim(part, payer="labs")], recorded=[before])["expense:trip"]
    assert (shared(found), found.notices) == ([("labs", "5.00")], ())


def test_what_was_withheld_of_one_payer_is_released_to_that_payer_alone() -> None:
    terms = '[retainage]\nhold = "10 %"\nitem = "Withheld"\nrelease = 2026-02-20\n'
    rules = contract(terms + SHARED + FEE)
    kept = replace(billed(BY_SHARE, "100.00", main="-10.00")[0], charge_key="acme|acme|retainage", share=None)
    assert shared(judged(rules, mirror(), [kept], recorded=KNOWN)["retainage"]) == [("main", "10.00")]


def test_other_shares_count_for_what_is_billed_from_then_on() -> None:
    before, now = (
        contract(payer("labs", f"share = {share}") + payer("main", "share = 1") + FEE) for share in (3, 1)
    )
    claims = billed(before, "1000.00", labs="750.00", main="250.00")
    seen = mirror(fee(1, "1004.00"), fee(2, "1000.00"), fee(3, "1000.00"))  # type: ignore[arg-type]
    found = judged(now, seen, claims, recorded=[before])
    assert shared(found["ACME-1"]) == [("labs", "753.00"), ("main", "251.00")]
    assert shared(found["ACME-2"]) == shared(found["ACME-3"]) == [("labs", "500.00"), ("main", "500.00")]
    assert all(found[key].notices == () for key in ("ACME-1", "ACME-2", "ACME-3"))


def test_what_rides_on_bills_and_what_is_passed_on_leave_the_split_of_fees_alone() -> None:
    kinds = {"draw": "acme|site-1/epic/10001|draw", "retainage": "acme|site-1/epic/10001|retainage"}
    kinds |= {"deposit": "acme|contract|deposit", "expense": "acme|contract|expense:trip"}
    fees = billed(BY_SHARE, "90.00", labs="30.00", main="30.00", pier="30.00")
    riding = [
        replace(each, charge_key=key)
        for key in kinds.values()
        for each in billed(BY_SHARE, "90.00", labs="-10.00", main="-70.00")
    ]
    seen = mirror(fee(1, "90.00"), fee(2, "90.00"))  # type: ignore[arg-type]
    found = judged(BY_SHARE, seen, [*fees, *riding])
    assert shared(found["ACME-2"]) == [("labs", "30.00"), ("main", "30.00"), ("pier", "30.00")]


def test_a_part_that_was_not_written_stays_with_its_payer() -> None:
    """QuickBooks took two drafts and refused the third: that is tried again, and nobody else is billed for it."""
    verdict = looked_at(BY_SHARE, billed(BY_SHARE, "90.00", labs="30.00", pier="30.00"), "90.00")
    assert shared(verdict) == [("labs", "30.00"), ("pier", "30.00"), ("main", "30.00")]
    assert verdict.notices == ()
    shares = contract(SHARED.replace("share = 1", 'share = 1\nwhen = { label = "ours" }') + FEE)
    claims = billed(shares, "90.00", labs="30.00", pier="30.00")
    found = judged(shares, mirror(fee(1, "90.00", "ours")), claims)["ACME-1"]  # type: ignore[arg-type]
    assert shared(found) == [("labs", "30.00"), ("pier", "30.00"), ("main", "30.00")]


def test_a_cent_that_one_payer_had_is_no_other_payers_bill() -> None:
    rules = contract(SHARED + milestone(EPICS, '{ fixed = "0.01" }'))
    claims, seen = list[Claim](), mirror(*(epic(number, closed=day(number)) for number in range(1, 7)))
    for number in range(1, 7):
        verdict = judged(rules, seen, claims)[f"ACME-{number}"]
        assert verdict.notices == ()
        (part,) = verdict.parts
        assert part.payer == ("labs", "main", "pier")[(number - 1) % 3]
        claims.append(claim(part, payer=part.payer, amount=part.entitled))


def test_who_left_the_file_is_not_billed_in_another_clients_name() -> None:
    """One of three was billed and the draft of another refused; that one leaves the file before it is tried again."""
    claims = billed(BY_SHARE, "90.00", labs="30.00", main="30.00")
    rules = contract(payer("labs", "share = 1") + payer("main", "share = 1") + FEE)
    verdict = looked_at(rules, claims, "90.00")
    assert shared(verdict) == [("labs", "30.00"), ("main", "30.00")]
    assert [notice.code for notice in verdict.notices] == ["payer.left"]


def test_what_goes_with_a_fee_goes_to_those_who_pay_the_fee() -> None:
    late = 'due = 2026-02-01\nlate = { per_day = "1 %", at_most = "10 %" }'
    rules = contract(WORDED + milestone(EPICS, '{ amount = { field = "Amount" } }', late))
    found = judged(rules, mirror(fee(1, "70.00", "main")), billed(rules, "70.00", labs="70.00"))  # type: ignore[arg-type]
    assert shared(found["late:ACME-1"]) == [("labs", "-7.00")]
