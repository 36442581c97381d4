"""Batches, request limits and metering at the QuickBooks twin."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from quickbooks_twin import Bench, encoded, good, identity

from sandbox.quickbooks.behaviour import Behaviour


def batch(bench: Bench, *items: dict[str, Any], **query: str) -> list[dict[str, Any]]:
    answers: list[dict[str, Any]] = bench.post("/batch", {"BatchItemRequest": list(items)}, **query)[
        "BatchItemResponse"
    ]
    return answers


def create(bench: Bench, item_id: str, **fields: Any) -> dict[str, Any]:
    return {"bId": item_id, "operation": "create", "Invoice": bench.draft(**fields)}


def test_items_are_independent_and_each_has_its_own_answer() -> None:
    bench = Bench()
    old = bench.invoice("10.00")
    answers = batch(
        bench,
        create(bench, "a"),
        {"bId": "b", "operation": "update", "Invoice": identity(old) | {"sparse": True, "PrivateNote": "x"}},
        {"bId": "c", "Query": "SELECT COUNT(*) FROM Invoice"},
        {"bId": "d", "operation": "delete", "Invoice": {"Id": "99", "SyncToken": "0"}},
        {"bId": "e", "operation": "update", "Invoice": {"Id": "2", "SyncToken": "0"}, "optionsData": "void"},
        {"bId": "f", "Query": "SELECT nonsense"},
        {"bId": "g", "operation": "destroy", "Invoice": {}},
    )
    assert [answer["bId"] for answer in answers] == list("abcdefg")
    assert answers[1]["Invoice"]["PrivateNote"] == "x"
    assert answers[2]["QueryResponse"] == {"totalCount": 2}
    assert answers[3]["Fault"]["Error"][0]["code"] == "610"
    assert (answers[4]["Invoice"]["Id"], answers[4]["Invoice"]["TotalAmt"]) == ("2", 0)
    assert [answer["Fault"]["Error"][0]["code"] for answer in answers[5:]] == ["4000", "2170"]
    assert (bench.company.meter.reads, bench.company.meter.writes) == (1, 4)


def test_items_may_lack_ids_and_those_without_an_operation_create() -> None:
    bench = Bench()
    made = batch(bench, *({"Attachable": {"Note": note, "Tag": "batch"}} for note in "ab"))
    assert [answer["Attachable"]["Note"] for answer in made] == ["a", "b"]
    assert not any("bId" in answer for answer in made)
    assert len(bench.query("SELECT * FROM Attachable WHERE Tag = 'batch'")["Attachable"]) == 2


def test_an_item_may_ask_what_changed() -> None:
    bench = Bench()
    bench.clock.advance(timedelta(hours=1))
    since = bench.clock.now().isoformat()
    bench.invoice("10.00")
    asked = {"Entities": "Invoice,Customer", "ChangedSince": since}
    told, wrong = batch(bench, {"bId": "1", "CDCQuery": asked}, {"bId": "2", "CDCQuery": {"Entities": "X"}})
    first = told["CDCResponse"]["QueryResponse"][0]
    assert [invoice["Id"] for invoice in first["Invoice"]] == ["1"]
    assert wrong["Fault"]["Error"][0]["code"]
    assert (bench.company.meter.reads, bench.company.meter.writes) == (1, 1)


@pytest.mark.parametrize(
    ("items", "query", "code"),
    [
        ([], {}, "2020"),
        (["Invoice"], {}, "2020"),
        ([{"bId": "1", "Query": "x"}, {"bId": "1", "Query": "x"}], {}, "2030"),
        ([{"bId": str(at), "Query": "x"} for at in range(31)], {}, "1040"),
        ([{"bId": "12345678901", "Query": "x"}], {"requestid": "r"}, "2050"),
        ([{"bId": "1", "Query": "x"}], {"requestid": "r" * 37}, "2050"),
    ],
)
def test_a_batch_that_breaks_its_rules_is_refused_whole(
    items: list[Any], query: dict[str, str], code: str
) -> None:
    assert Bench().refused("/batch", {"BatchItemRequest": items}, **query)["code"] == code


def test_a_batch_is_replayed_under_its_request_id() -> None:
    bench = Bench()
    body = encoded({"BatchItemRequest": [create(bench, "1"), create(bench, "2")]})
    first = bench.ask("POST", "/batch", body, requestid="r-1")
    assert bench.ask("POST", "/batch", body, requestid="r-1").body == first.body
    assert len(bench.company.rows("Invoice")) == 2


def test_a_duplicate_number_passes_by_an_option_of_the_item() -> None:
    bench = Bench(custom_numbers=True)
    bench.invoice(DocNumber="7")
    refused, taken = batch(
        bench,
        create(bench, "1", DocNumber="7"),
        create(bench, "2", DocNumber="7") | {"optionsData": "allowduplicatedocnum"},
    )
    assert refused["Fault"]["Error"][0]["code"] == "6140"
    assert taken["Invoice"]["DocNumber"] == "7"


def throttled(bench: Bench, accept: str = "application/json", path: str = "/preferences") -> Any:
    headers = {"authorization": f"Bearer {bench.token}", "accept": accept}
    return bench.request("GET", path, headers)


def test_limits_by_the_minute_and_by_the_second_are_lifted_by_the_clock() -> None:
    bench = Bench(Behaviour(requests_per_minute=3, requests_per_second=2, retry_after=60))
    assert [throttled(bench).status for _ in range(3)] == [200, 200, 429]
    bench.clock.advance(timedelta(seconds=1))
    assert [throttled(bench).status for _ in range(2)] == [200, 429]
    refused = throttled(bench)
    error = json.loads(refused.body)["fault"]
    assert (error["type"], error["error"][0]["code"]) == ("SERVICE", "3001")
    assert refused.headers["Retry-After"] == "60"
    assert b'<Error code="3001">' in throttled(bench, "application/xml").body
    bench.clock.advance(timedelta(minutes=1))
    assert throttled(bench).status == 200


def test_the_shape_of_a_429_is_a_knob() -> None:
    bench = Bench(Behaviour(requests_per_minute=0, lower_case_faults=False))
    assert json.loads(throttled(bench).body)["Fault"]["Error"][0]["code"] == "3001"


def test_batches_have_a_limit_of_their_own_and_items_may_count() -> None:
    bench = Bench(Behaviour(batches_per_minute=1, requests_per_minute=3, batch_items_count=True))
    answers = batch(bench, *({"bId": str(at), "Query": "SELECT * FROM Term"} for at in range(4)))
    codes = [answer.get("Fault", {}).get("Error", [{}])[0].get("code") for answer in answers]
    assert codes == [None, None, "3001", "3001"]
    bench.clock.advance(timedelta(seconds=30))
    refused = bench.ask("POST", "/batch", encoded({"BatchItemRequest": [{"bId": "1", "Query": "x"}]}))
    assert refused.status == 429


def test_only_so_many_requests_are_served_at_once() -> None:
    bench = Bench(Behaviour(requests_at_once=1))
    assert bench.company.throttle.enter(bench.clock.now())
    assert throttled(bench).status == 429
    bench.company.throttle.leave()
    assert throttled(bench).status == 200


def test_reads_are_blocked_when_the_months_allowance_is_used_up_and_writes_are_not() -> None:
    bench = Bench(Behaviour(monthly_reads=2))
    assert [throttled(bench).status for _ in range(3)] == [200, 200, 403]
    assert bench.state.reads_this_month() == 2
    assert good(bench.ask("POST", "/customer", b'{"DisplayName":"New"}'))
    bench.clock.advance(timedelta(days=30))
    bench.token = bench.state.tokens.connect(bench.company.realm).access_token
    assert throttled(bench).status == 200


def test_a_batch_sends_forms_and_makes_reports() -> None:
    bench = Bench()
    made = bench.invoice(BillEmail={"Address": "ap@acme.example"})
    sent, unsent, told, strange = batch(
        bench,
        {"bId": "1", "operation": "send", "Invoice": {"Id": made["Id"], "SyncToken": "0"}},
        {"bId": "2", "operation": "send", "Payment": {"Id": "1"}},
        {"bId": "3", "ReportQuery": "ProfitAndLoss?start_date=2026-03-01&end_date=2026-03-31"},
        {"bId": "4", "ReportQuery": "reports/Nothing"},
    )
    assert sent["Invoice"]["EmailStatus"] == "EmailSent"
    assert unsent["Fault"]["Error"][0]["code"] == "500"
    assert told["Report"]["Header"]["StartPeriod"] == "2026-03-01"
    assert strange["Fault"]["Error"][0]["code"] == "5020"
