"""Refusals in the words and with the members that answers of the service were recorded with."""

from __future__ import annotations

import json
from typing import Any

import pytest
from quickbooks_twin import Bench, error_of

_LONG = "String length is either shorter or longer than supported by specification"
_ABSENT = "Check the fields with accounts, customers, items, vendors or employees."


@pytest.fixture(scope="module")
def bench() -> Bench:
    return Bench()


@pytest.mark.parametrize(
    ("fields", "told"),
    [
        (
            {"DocNumber": "x" * 45},
            (_LONG, "Min:0 Max:21 supported. Supplied length:45", "2050", "DocNumber"),
        ),
        (
            {"CustomerMemo": {"value": "x" * 1016}},
            (_LONG, "Min:0 Max:1,000 supported. Supplied length:1,016", "2050", "CustomerMemo"),
        ),
        (
            {"CustomerRef": {"value": "583"}},
            ("Invalid Reference Id", "Names element id 583 not found", "2500", "Reference Id"),
        ),
        (
            {"ClassRef": {"value": "999999"}},
            ("Invalid Reference Id", "Klasses element id 999999 not found", "2500", "Reference Id"),
        ),
        (
            {"DepositToAccountRef": {"value": "437"}},
            ("Invalid Reference Id", "Accounts element id 437 not found", "2500", "Reference Id"),
        ),
        (
            {"CustomerRef": "583"},
            (
                "Request has invalid or unsupported property",
                "Property Name:failed to parse json object; a property specified is unsupported or invalid",
                "2010",
                None,
            ),
        ),
    ],
)
def test_a_refused_write_is_told_as_recorded(
    bench: Bench, fields: dict[str, Any], told: tuple[str, str, str, str | None]
) -> None:
    error = bench.refused("/invoice", bench.draft() | fields)
    message, detail, code, element = told
    assert (error["Message"], error["code"], error.get("element")) == (message, code, element)
    assert error["Detail"].endswith(detail)


def test_an_amount_is_told_with_its_thousands(bench: Bench) -> None:
    line = bench.line("1861.07", Qty="14.5", UnitPrice="128.35")
    error = bench.refused("/invoice", bench.draft() | {"Line": [line]})
    assert error["Detail"] == "Amount is not equal to UnitPrice * Qty. Supplied value:1,861.07"


def test_a_taken_name_is_told_by_its_owner_and_that_of_an_account_in_words(bench: Bench) -> None:
    taken = bench.refused("/vendor", {"DisplayName": "Acme"})
    assert taken["Detail"] == f"The name supplied already exists. : Id={bench.customer.id}"
    account = bench.company.rows("Account")[0].name
    named = bench.refused("/account", {"Name": account, "AccountType": "Income"})
    assert named["Detail"].startswith("The name supplied already exists. : An account already has")
    assert (taken["element"], named["element"]) == ("", "")


def test_who_finished_before_is_told_by_name(bench: Bench) -> None:
    made = bench.invoice()
    bench.change(made, PrivateNote="first")
    error = bench.refused("/invoice", made | {"PrivateNote": "second"})
    assert "You and Sandbox Admin were working on this" in error["Detail"]
    assert error["element"] == ""


def test_what_is_not_there_names_no_field_and_a_query_has_none(bench: Bench) -> None:
    absent = error_of(bench.ask("GET", "/invoice/9999"))
    assert absent["Detail"].endswith(_ABSENT)
    assert absent["element"] == ""
    assert "element" not in error_of(bench.ask("GET", "/query", query="select * from Nothing"))


def test_a_mark_in_front_of_the_body_is_no_part_of_it(bench: Bench) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"DisplayName": "Marked"}).encode()
    made = json.loads(bench.ask("POST", "/customer", body).body)["Customer"]
    assert made["DisplayName"] == "Marked"
