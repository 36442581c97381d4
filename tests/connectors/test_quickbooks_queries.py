from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from quickbooks_bench import Bench, bench

from connectors.quickbooks import query
from sandbox.quickbooks import starter
from sandbox.quickbooks.state import Row
from sandbox.quickbooks.wire.query import parse_query

PAYLOADS = [
    "\\' OR Id > '0",
    "'",
    "\\",
    "\\\\'",
    "' OR ''='",
    "O'Brien \\",
    "%",
    "';--",
    "\u2019",
    "'' STARTPOSITION 1",
]


@pytest.fixture
def shop() -> Iterator[Bench]:
    with bench() as made:
        yield made


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_hostile_value_stays_one_literal(payload: str) -> None:
    parsed = parse_query(query.select("Customer", f"DisplayName = {query.quoted(payload)}"))
    assert [condition.values for condition in parsed.conditions] == [(payload,)]


@given(st.text(st.characters(exclude_categories=("Cs", "Cc"))) | st.text("\\' OR="))
def test_any_value_comes_back_from_its_literal(value: str) -> None:
    parsed = parse_query(query.select("Invoice", f"DocNumber = {query.quoted(value)}"))
    assert [condition.values for condition in parsed.conditions] == [(value,)]


@pytest.mark.parametrize("value", ["a\nb", "a\x00b"])
def test_control_characters_are_refused(value: str) -> None:
    with pytest.raises(ValueError, match="control"):
        query.quoted(value)


@pytest.mark.parametrize("entity", ["Invoice; DROP", "", "Invoice WHERE"])
def test_names_are_not_taken_from_outside(entity: str) -> None:
    with pytest.raises(ValueError, match="not a name"):
        query.select(entity)


def test_a_naive_time_is_refused() -> None:
    with pytest.raises(ValueError, match="without an offset"):
        query.stamp(datetime(2026, 2, 3))  # noqa: DTZ001  the point of the test


def service(stamps: list[int]) -> tuple[query.Ask, list[str]]:
    """Rows stamped by minute numbers, answered by the sandbox's own parser; and what was asked."""
    start = datetime(2026, 1, 1, tzinfo=UTC)
    asked: list[str] = []

    def ask(text: str) -> list[dict[str, Any]]:
        asked.append(text)
        parsed = parse_query(text)
        rows = [
            {"Id": str(number), "MetaData": {"CreateTime": (start + timedelta(minutes=minute)).isoformat()}}
            for number, minute in enumerate(stamps)
        ]
        for condition in parsed.conditions:
            rows = [
                row
                for row in rows
                if datetime.fromisoformat(row["MetaData"]["CreateTime"])
                >= datetime.fromisoformat(condition.values[0])
            ]
        rows.sort(key=lambda row: row["MetaData"]["CreateTime"])
        return rows[parsed.start - 1 :][: parsed.limit]

    return ask, asked


@pytest.mark.parametrize(
    ("stamps", "requests"),
    [
        ([], 1),
        ([5], 1),
        (list(range(999)), 1),
        (list(range(1000)), 2),
        (list(range(1001)), 2),
        (list(range(2500)), 3),
        ([7] * 1000, 2),
        ([7] * 2500, 3),
        ([7] * 1500 + [8] * 700, 3),
    ],
)
def test_a_walk_by_time_misses_nothing_at_the_edges_of_pages(stamps: list[int], requests: int) -> None:
    ask, asked = service(stamps)
    since = datetime(2026, 1, 1, tzinfo=UTC)
    ids = {row["Id"] for row in query.rows_since(ask, "Invoice", "MetaData.CreateTime", since)}
    assert ids == {str(number) for number in range(len(stamps))}
    assert len(asked) == requests


def test_a_row_that_goes_while_we_walk_hides_no_other() -> None:
    stamps = list(range(1500))
    ask, asked = service(stamps)

    def losing(text: str) -> list[dict[str, Any]]:
        rows = ask(text)
        if len(asked) == 1:
            del stamps[:10]  # ids shift with it, so count by time below
        return rows

    since = datetime(2026, 1, 1, tzinfo=UTC)
    seen = {
        row["MetaData"]["CreateTime"]
        for row in query.rows_since(losing, "Invoice", "MetaData.CreateTime", since)
    }
    assert len(seen) == 1500


@pytest.mark.parametrize("count", [0, 1, 999, 1000, 1001])
def test_lists_are_read_whole_whatever_their_length(shop: Bench, count: int) -> None:
    company = shop.company
    for row in company.rows("Class"):
        row.body["Active"] = False
    for number in range(count):
        starter.add_class(company, f"Class {number}")
    assert len(shop.client().catalogue().classes) == count


def by_name(pairs: tuple[tuple[str, str], ...]) -> dict[str, str]:
    return dict(pairs)


def test_the_catalogue_says_what_the_company_has(shop: Bench) -> None:
    catalogue = shop.client().catalogue()
    assert (catalogue.name, catalogue.country, catalogue.home_currency) == (
        "Main Street Software",
        "US",
        "USD",
    )
    assert (catalogue.multicurrency, catalogue.zone) == (False, "America/Los_Angeles")
    assert [(client.name, client.currency) for client in catalogue.clients] == [("Acme Corp", "USD")]
    kinds = {item.name: item.account_type for item in catalogue.items}
    assert kinds == {"Consulting": "Income", "Client deposits": "Other Current Liability"}
    assert "Net 30" in by_name(catalogue.terms)
    assert list(by_name(catalogue.classes)) == ["Delivery"]
    assert {"TAX", "NON"} <= by_name(catalogue.tax_codes).keys()


def test_the_catalogue_is_read_once(shop: Bench) -> None:
    client = shop.client()
    first = client.catalogue()
    asked = len(shop.server.log)
    assert client.catalogue() is first
    assert len(shop.server.log) == asked


def test_inactive_names_and_categories_are_absent(shop: Bench) -> None:
    gone: Row = starter.add_item(shop.company, "Old")
    starter.add_item(shop.company, "Folder", kind="Category")
    shop.finance.deactivate_item(gone.id)
    assert {item.name for item in shop.client().catalogue().items} == {"Consulting", "Client deposits"}


def test_closed_books_and_currencies_are_in_the_catalogue() -> None:
    with bench(country="GB", home_currency="GBP", multicurrency=True, zone="Europe/London") as shop:
        starter.add_customer(shop.company, "Globex", currency="EUR")
        shop.finance.close_books(datetime(2026, 1, 31, tzinfo=UTC).date())
        catalogue = shop.client().catalogue()
        assert (catalogue.multicurrency, catalogue.home_currency) == (True, "GBP")
        assert str(catalogue.books_closed_on) == "2026-01-31"
        assert {client.name: client.currency for client in catalogue.clients} == {
            "Acme Corp": "GBP",
            "Globex": "EUR",
        }


@pytest.mark.parametrize("zone", ["", "Mars/Olympus", "../etc/passwd"])
def test_a_company_without_a_usable_zone_works_in_utc_and_says_so(
    shop: Bench, zone: str, capsys: pytest.CaptureFixture[str]
) -> None:
    shop.company.info.body["DefaultTimeZone"] = zone
    assert shop.client().catalogue().zone == "UTC"
    assert "company.zone_missing" in capsys.readouterr().out


def test_a_company_without_classes_and_locations_is_not_asked_for_them(shop: Bench) -> None:
    untracked = {"ClassTrackingPerTxnLine": False, "TrackDepartments": False}
    shop.company.preferences.body["AccountingInfoPrefs"] |= untracked
    found = shop.client().catalogue()
    assert (found.classes, found.locations) == ((), ())
    assert shop.server.log.count("POST", "/query") == 5
