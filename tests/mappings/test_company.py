"""What a company does by itself to unsent invoices is said to those who draft them, and to nobody else."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from acme import EPICS, HEAD, milestone
from test_check import BOOKS

from mappings.check.company import cautions
from mappings.load import load_folder


@pytest.fixture
def contracts(tmp_path: Path):
    (tmp_path / "acme.toml").write_text(HEAD + milestone(EPICS, '{ fixed = "10.00" }'))
    return load_folder(tmp_path).contracts


@pytest.mark.parametrize(
    ("changed", "code", "words"),
    [
        (
            {"automation": ("credits",)},
            "company.credits",
            "applies a client's open credits to a new invoice at once",
        ),
        ({"automation": ("payments",)}, "company.payments", "applies payments to open invoices by itself"),
        (
            {"automation": ("online_payments",)},
            "company.online_payments",
            "drafts are made with it switched off",
        ),
        ({"automation": ("automated_tax",)}, "company.automated_tax", "computes tax by the client's address"),
        (
            {"automation": ("accrual",)},
            "company.posts",
            "reports by accrual: receivables, income and tax move",
        ),
        (
            {"country": "GB", "sales_tax": True},
            "company.posts",
            "reports tax: receivables, income and VAT or GST",
        ),
    ],
)
def test_each_setting_that_touches_a_draft_is_said(contracts, changed, code, words):
    (caution,) = cautions("main", replace(BOOKS, **changed), contracts)
    assert (caution.code, caution.subject, caution.owner) == (code, "company main", "finance")
    assert words in caution.reason
    assert caution.hint


def test_a_quiet_company_is_no_reason_to_worry_but_for_what_cannot_be_read(contracts):
    assert cautions("main", BOOKS, contracts) == ()
    assert [each.code for each in cautions("main", BOOKS, contracts, unreadable=True)] == [
        "company.reminders"
    ]


def test_a_company_in_which_nobody_drafts_is_left_alone(contracts):
    loud = replace(BOOKS, automation=("credits",))
    assert cautions("other", loud, contracts, unreadable=True) == ()
