"""By which tax code a claim was billed: each kind of charge has its own place in the file that says so."""

from __future__ import annotations

from dataclasses import replace

import pytest
from acme import EPICS, HEAD, NOW, contract, milestone, usd

from mappings.money.taxes import tax_code_of
from model.billing import Claim

DEPOSIT = '[deposit]\namount = "5.00"\nitem = "Advances"\ntax_code = "Deposits"\n'
SIGNED = 'approved_by = "Jo"\non = 2026-02-01\n'
TRIP = f'[[expense]]\nid = "trip"\namount = "5.00"\ntext = "Trip"\ntax_code = "Travel"\n{SIGNED}'
ORDER = f'[[change_order]]\nid = "CO-1"\nvalue = "+5.00"\nreason = "more"\ntax_code = "Orders"\n{SIGNED}'
WORK = milestone(EPICS, '{ fixed = "70.00" }', 'tax_code = "Work"')
RULES = contract(DEPOSIT + TRIP + ORDER + WORK, head=f'{HEAD}tax_code = "All"\n')


@pytest.mark.parametrize(
    ("kind", "rule", "code"),
    [
        ("fee", "work", "Work"),
        ("late", "work (late)", "Work"),
        ("fee", "a former rule", "All"),
        ("deposit", "deposit", "Deposits"),
        ("expense:trip", "expense trip", "Travel"),
        ("expense:hotel", "work", "All"),
        ("change:CO-1", "change order CO-1", "Orders"),
        ("change:CO-9", "work", "All"),
        ("retainage:Reduced", "work", "Reduced"),
        ("retainage", "work", None),
        ("release:Reduced", "work", "Reduced"),
        ("release", "work", None),
    ],
)
def test_a_line_has_the_tax_code_of_what_it_was_billed_for(kind: str, rule: str, code: str | None) -> None:
    billed = Claim(
        f"acme|contract|{kind}", "client", "doc#1", usd("5.00"), None, RULES.version, NOW, rule=rule
    )
    assert tax_code_of(RULES, billed) == code


def test_a_deposit_that_the_file_names_no_more_has_the_code_of_the_contract() -> None:
    billed = Claim("acme|contract|deposit", "client", "doc#1", usd("5.00"), None, RULES.version, NOW)
    assert tax_code_of(replace(RULES, deposit=None), billed) == "All"
