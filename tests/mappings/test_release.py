"""When what was withheld is let go, how much of it, and what is said until then."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from zoneinfo import ZoneInfo

from acme import EPICS, NOW, claim, contract, day, due, epic, judged, milestone, mirror, usd

from mappings.contract.calendar import Clock
from mappings.contract.rules import Contract
from mappings.money.release_moments import released_share
from model.billing import Claim
from model.work import Issue

FEES = milestone(EPICS, '{ fixed = "100.00" }')
HANDOVER = milestone('{ epic = "ACME-9" }', '{ fixed = "1.00" }', rule="handover").replace(
    "delivery", "closeout"
)
LABELLED = milestone('{ epics = { project = "ACME", label = "x" } }', '{ fixed = "100.00" }')


def terms(release: str, work: str = LABELLED + HANDOVER) -> Contract:
    return contract(f'[retainage]\nhold = "10 %"\nitem = "Withheld"\nrelease = {release}\n{work}')


PLAIN = contract(FEES)


def kept(amount: str = "-10.00", about: str = "acme|acme|retainage", **more: object) -> Claim:
    """A live line that withholds."""
    charge = due(judged(PLAIN, mirror(epic(1, closed=day(1))))["ACME-1"])
    return claim(replace(charge, key=about, entitled=usd(amount)), **more)


def work(number: int, closed: int | None) -> Issue:
    return epic(number, closed=day(closed) if closed else None, labels=("x",))


def test_what_is_withheld_waits_in_sight_for_its_day() -> None:
    rules = terms("2026-09-01")
    found = judged(rules, mirror(), [kept()])["retainage"]
    assert (found.outcome, found.code, found.charge, found.parts) == ("open", "retainage.waiting", None, ())
    assert (found.reason, found.hint) == (
        "10.00 USD is withheld, to be released on 2026-09-01",
        "it is released on 2026-09-01",
    )
    assert (found.amount, found.owner, found.rule) == (usd("10.00"), "finance", "retainage")
    assert (found.rule_version, found.source) == (rules.version, "acme.toml:12")
    assert found.title == "Retainage released of acme"


def test_on_its_day_it_is_due_with_its_arithmetic() -> None:
    rules = terms("2026-06-01")
    found = judged(rules, mirror(), [kept()])["retainage"]
    assert (found.outcome, found.code, found.hint, found.key) == ("due", "due", "", "retainage")
    assert found.reason == due(found).arithmetic == "100 % of 10.00 USD withheld is released: 10.00 USD"
    assert (due(found).service_on, found.amount) == (date(2026, 6, 1), usd("10.00"))
    assert found.charge_key == "acme|contract|release"


def test_it_is_due_from_the_first_moment_of_the_day_in_the_company_s_zone() -> None:
    start = NOW.replace(month=5, day=31, hour=22)  # midnight in Berlin
    rules = terms("2026-06-01")
    found = judged(rules, mirror(), [kept()], now=start)["retainage"]
    assert (found.outcome, due(found).service_on) == ("due", date(2026, 6, 1))
    assert due(found).due_at == start


def test_each_step_says_its_share_and_its_moment() -> None:
    rules = terms(
        '[{ share = "50 %", when = { rule = "work" } }, { share = "30 %", when = 2026-09-01 }, '
        '{ share = "20 %", when = "closeout" }]'
    )
    found = judged(rules, mirror(work(1, None)), [kept()])["retainage"]
    assert found.hint == (
        "it is released 50 % when all work of rule 'work' is closed and 30 % on 2026-09-01 "
        "and 20 % when all work of the closeout phase is closed"
    )
    half = judged(rules, mirror(work(1, 4)), [kept()])["retainage"]
    assert due(half).arithmetic == "50 % of 10.00 USD withheld is released: 5.00 USD"
    assert due(half).service_on == date(2026, 3, 4)
    assert half.amount == usd("5.00")


def test_the_closeout_phase_lets_go_when_all_its_work_and_some_is_due() -> None:
    rules = terms('"closeout"')
    for seen, outcome in (
        ((), "open"),
        ((work(1, 4),), "open"),
        ((work(1, 4), epic(9)), "open"),
        ((work(1, None), epic(9, closed=day(6))), "due"),
    ):
        assert judged(rules, mirror(*seen), [kept()])["retainage"].outcome == outcome
    found = judged(rules, mirror(work(1, 8), epic(9, closed=day(6))), [kept()])["retainage"]
    assert due(found).service_on == date(2026, 3, 6)


def test_work_that_is_excluded_keeps_nothing_back() -> None:
    rules = terms('"closeout"')
    before = day(6).replace(year=2025)
    found = judged(rules, mirror(epic(9, closed=before)), [kept()])["retainage"]
    assert (found.outcome, found.code) == ("due", "due")


def test_each_payer_gets_back_what_was_withheld_of_its_bills_to_the_cent() -> None:
    rules = terms('[{ share = "50 %", when = 2026-02-01 }, { share = "50 %", when = 2026-09-01 }]')
    claims = [
        kept("-0.05", payer="a"),
        kept("-0.05", "acme|acme2|retainage", payer="b"),
        kept("-1.00", payer="a"),
    ]
    found = judged(rules, mirror(), claims)["retainage"]
    assert [(part.payer, part.entitled) for part in found.parts] == [("a", usd("0.53")), ("b", usd("0.03"))]
    assert due(found).entitled == usd("0.56")  # the halves of each, not half of the whole
    assert found.amount == usd("0.56")


def test_only_live_lines_of_this_contract_withhold() -> None:
    rules = terms("2026-02-01")
    fee = kept("100.00", "acme|site-1/epic/10001|fee")
    strange = kept("-7.00", "other|other|retainage")
    ended = kept("-5.00", ended="declined")
    assert "retainage" not in judged(rules, mirror(), [fee, strange, ended])
    found = judged(rules, mirror(), [fee, strange, ended, kept("-3.00", waived=usd("-1.00"))])["retainage"]
    assert due(found).entitled == usd("2.00")


def test_a_contract_that_withholds_no_more_releases_nothing() -> None:
    assert "retainage" not in judged(PLAIN, mirror(), [kept()])


def test_a_contract_without_retainage_has_let_go_of_none() -> None:
    assert released_share(PLAIN, (), Clock(ZoneInfo("UTC"), NOW)) == 0


def test_a_charge_that_is_no_work_keeps_nothing_back_though_it_is_named_like_a_rule() -> None:
    order = '[[change_order]]\nid = "CO-1"\non = 2026-09-01\nvalue = "+80.00"\napproved_by = "Jo"\nreason = "more"\n'
    rules = terms('{ rule = "change order CO-1" }', LABELLED.replace('"work"', '"change order CO-1"') + order)
    found = judged(rules, mirror(work(1, 4)), [kept()])
    assert found["change:CO-1"].outcome == "open"
    assert found["retainage"].outcome == "due"


def test_the_last_release_that_has_come_dates_it() -> None:
    rules = terms('[{ share = "50 %", when = 2026-02-01 }, { share = "50 %", when = 2026-06-01 }]')
    midnight = NOW.replace(month=5, day=31, hour=22)
    found = judged(rules, mirror(), [kept()], now=midnight)["retainage"]
    assert (due(found).due_at, due(found).entitled) == (midnight, usd("10.00"))


def test_less_than_half_a_cent_waits() -> None:
    rules = terms('[{ share = "1 %", when = 2026-02-01 }, { share = "99 %", when = 2026-09-01 }]')
    assert judged(rules, mirror(), [kept("-0.10")])["retainage"].outcome == "open"


def test_nothing_is_said_while_nothing_is_withheld() -> None:
    rules = terms("2026-02-01")
    assert "retainage" not in judged(rules, mirror())
    let_go = kept("-3.00", waived=usd("-3.00"), payer="b")
    assert "retainage" not in judged(rules, mirror(), [let_go])
    assert due(judged(rules, mirror(), [let_go, kept(payer="a")])["retainage"]).entitled == usd("10.00")


ACCEPTED = '[[accepted]]\nof = "handover"\nshare = "{}"\non = 2026-05-04\nby = "Ann Lee"\n'


def test_the_whole_acceptance_lets_go_on_its_day() -> None:
    rules = terms('{ acceptance = "handover" }', LABELLED + HANDOVER + ACCEPTED.format("100 %"))
    found = judged(rules, mirror(), [kept()])["retainage"]
    assert (found.outcome, due(found).entitled, due(found).service_on) == (
        "due",
        usd("10.00"),
        date(2026, 5, 4),
    )


def test_less_than_the_whole_acceptance_lets_nothing_go() -> None:
    for work in (ACCEPTED.format("99 %"), ACCEPTED.format("100 %").replace("2026", "2027"), ""):
        rules = terms('{ acceptance = "handover" }', LABELLED + HANDOVER + work)
        found = judged(rules, mirror(), [kept()])["retainage"]
        assert (found.outcome, found.hint) == ("open", "it is released when 'handover' is accepted")
