"""Terms that cannot all be meant are problems; those that most likely are not meant are notices."""

from __future__ import annotations

from pathlib import Path

import pytest
from acme import HEAD, milestone

from mappings.check.names import notices
from mappings.load import load_folder, parse_contract

ONE = HEAD + milestone('{ epic = "ACME-1" }', '{ fixed = "10.00" }')
DEPOSIT = '[deposit]\namount = "{}"\nitem = "{}"\n'
RETAINAGE = '[retainage]\nhold = "5 %"\nitem = "{}"\nrelease = [{{ share = "{}", when = 2026-12-01 }}]\n'
ORDER = '[[change_order]]\nid = "{}"\non = 2026-02-01\nvalue = "{}"\napproved_by = "mail"\nreason = "less"\n'
PAYER = '[[payer]]\nname = "{}"\nclient = "{}"\nwhen = {{ label = "{}" }}\n'
ENTRY = '[[accepted]]\nof = "handover"\non = 2026-03-01\nshare = "{}"\nby = "mail"\n'
HANDOVER = milestone('{ acceptance = "handover" }', '{ fixed = "10.00" }').replace('"work"', '"hand over"')

PROBLEMS = {
    "another century": (ONE.replace("2026-01-01", "2206-01-01"), "the contract starts in the year 2206"),
    "a cap of nothing": (ONE.replace("starts", 'cap = "0.00"\nstarts', 1), "a cap of nothing bills nothing"),
    "orders that take too much": (
        ONE + ORDER.format("a", "-800.00") + ORDER.format("b", "-300.00"),
        "-300.00 is more than the contract is worth: it would be -100.00",
    ),
    "two acceptances of one day": (
        ONE + HANDOVER + ENTRY.format("50 %") + ENTRY.format("60 %"),
        "'handover' was accepted to 50 % on the same day",
    ),
}
NOTICES = {
    "payers by the same words": (
        HEAD
        + milestone('{ epics = { project = "ACME" } }', '{ fixed = "10.00" }')
        + PAYER.format("p", "Acme", "a")
        + PAYER.format("q", "Beta", "A"),
        "payer 'p' has the same words",
    ),
    "a minimum above the price": (
        ONE.replace('fixed = "10.00"', 'fixed = "10.00", minimum = "100.00"'),
        'a minimum of 100.00 is always billed in place of 10.00 (write fixed = "100.00"',
    ),
    "a cap below the price": (
        ONE.replace('fixed = "10.00"', 'fixed = "10.00", cap = "1.00"'),
        "a cap of 1.00 is always billed in place of 10.00",
    ),
    "a price of nothing": (ONE.replace('fixed = "10.00"', 'fixed = "0.00"'), "0.00 bills nothing"),
    "a share of nothing": (
        HEAD + milestone('{ epics = { project = "ACME" } }', '{ percent = "0 %" }'),
        "0 % bills nothing",
    ),
    "a contract of nothing": (
        HEAD.replace('"1000.00"', '"0"') + milestone('{ epic = "ACME-1" }', '{ per_issue = "1.00" }'),
        ":8:9: 0 bills nothing",
    ),
    "a deposit of nothing": (ONE + DEPOSIT.format("0 %", "Advances"), "0 % bills nothing"),
    "a deposit above the value": (
        ONE + DEPOSIT.format("500000.00", "Advances"),
        "500000.00 is more than the contract (1000.00)",
    ),
    "a deposit on the fees' item": (
        ONE + DEPOSIT.format("10 %", "Services"),
        "fees are billed on 'Services'",
    ),
    "retainage on the deposit's item": (
        ONE + DEPOSIT.format("10 %", "Advances") + RETAINAGE.format("Advances", "100 %"),
        "the deposit is on 'Advances' as well",
    ),
    "nothing to bill": (HEAD, "nothing in this file bills anything"),
    "half released": (
        ONE + RETAINAGE.format("Retainage", "50 %"),
        "50 % of what is withheld is let go, the rest never",
    ),
    "a price above the value": (
        ONE.replace('"10.00"', '"999999.00"'),
        "a price of 999999.00 in a contract of 1000.00",
    ),
    "a cap above the value": (
        ONE.replace("starts", 'cap = "200000.00"\nstarts', 1),
        "a cap of 200000.00 never holds in a contract of 1000.00",
    ),
    "more billed before than agreed": (
        ONE + '[opening]\non = 2026-02-01\nbilled = "500000.00"\ninvoices = ["1"]\n',
        "500000.00 was billed before, in a contract of 1000.00",
    ),
}


@pytest.mark.parametrize("name", PROBLEMS)
def test_what_cannot_be_meant_is_a_problem(name: str) -> None:
    text, said = PROBLEMS[name]
    found = [str(problem) for problem in parse_contract(text, "acme.toml")[1]]
    assert len(found) == 1, found
    assert said in found[0]


@pytest.mark.parametrize("name", NOTICES)
def test_what_is_most_likely_not_meant_is_a_notice(name: str, tmp_path: Path) -> None:
    text, said = NOTICES[name]
    (tmp_path / "acme.toml").write_text(text)
    book = load_folder(tmp_path)
    assert [str(problem) for problem in book.problems] == []
    found = [str(notice) for notice in notices(book)]
    assert len(found) == 1, found
    assert said in found[0]


def test_a_change_order_raises_what_is_agreed(tmp_path: Path) -> None:
    text = ONE.replace('"10.00"', '"8500.00"') + ORDER.format("more", "+8000.00")
    (tmp_path / "acme.toml").write_text(text)
    assert notices(load_folder(tmp_path)) == []
