"""Request ids at the QuickBooks twin: replay byte for byte, and every plausible variant by knob."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from typing import Any

import pytest
from quickbooks_twin import Bench, encoded, error_of, identity

from sandbox.http import Response
from sandbox.quickbooks.behaviour import Behaviour


def post(bench: Bench, request_id: str, *amounts: str, **query: str) -> Response:
    return bench.ask("POST", "/invoice", encoded(bench.draft(*amounts)), requestid=request_id, **query)


def made(bench: Bench) -> int:
    return len(bench.company.rows("Invoice"))


def test_the_same_id_replays_the_same_bytes_even_after_the_invoice_changed() -> None:
    bench = Bench()
    first = post(bench, "r1")
    bench.finance.edit_memo("1", "changed since")
    bench.clock.advance(timedelta(hours=1))
    again = post(bench, "r1")
    assert (again.status, again.body) == (first.status, first.body)
    assert made(bench) == 1
    assert post(bench, "r2").body != first.body
    assert made(bench) == 2


def test_a_refusal_is_replayed_too_unless_the_knob_lets_it_run_again() -> None:
    for keeps, expected in ((True, 400), (False, 200)):
        bench = Bench(Behaviour(requestid_keeps_faults=keeps))
        bench.finance.close_books(bench.company.today())
        assert post(bench, "r1").status == 400
        bench.finance.close_books(None)
        assert post(bench, "r1").status == expected


@pytest.mark.parametrize(
    ("window", "age", "invoices"),
    [
        (timedelta(0), timedelta(0), 2),
        (timedelta(minutes=10), timedelta(minutes=9), 1),
        (timedelta(minutes=10), timedelta(minutes=10), 2),
        (timedelta(hours=24), timedelta(hours=23), 1),
        (timedelta(hours=24), timedelta(hours=25), 2),
        (None, timedelta(days=1000), 1),
    ],
)
def test_an_answer_is_replayed_for_as_long_as_the_window(
    window: timedelta | None, age: timedelta, invoices: int
) -> None:
    bench = Bench(Behaviour(requestid_window=window))
    post(bench, "r1")
    bench.clock.advance(age)
    post(bench, "r1")
    assert made(bench) == invoices


def test_answers_older_than_the_window_are_not_kept_in_memory() -> None:
    bench = Bench(Behaviour(requestid_window=timedelta(minutes=10)))
    for at in range(30):
        post(bench, f"r{at}")
        bench.clock.advance(timedelta(minutes=1))
    assert len(bench.company.replays) == 10
    post(bench, "r25")
    post(bench, "r5")
    assert made(bench) == 31


def test_a_server_that_ignores_request_ids_makes_two() -> None:
    bench = Bench(Behaviour(requestid_honoured=False))
    post(bench, "r1")
    post(bench, "r1")
    assert made(bench) == 2


def test_a_repeat_can_be_fault_600_instead_of_a_replay() -> None:
    bench = Bench(Behaviour(requestid_repeat="fault"))
    post(bench, "r1")
    assert error_of(post(bench, "r1"))["code"] == "600"
    assert made(bench) == 1


@pytest.mark.parametrize(
    ("mode", "status", "invoices"), [("replay", 200, 1), ("execute", 200, 2), ("fault", 400, 1)]
)
def test_the_same_id_with_another_body_is_a_knob(mode: Any, status: int, invoices: int) -> None:
    bench = Bench(Behaviour(requestid_changed_body=mode))
    first = post(bench, "r1", "10.00")
    second = post(bench, "r1", "20.00")
    assert second.status == status
    assert made(bench) == invoices
    assert (second.body == first.body) is (mode == "replay")


def test_another_operation_with_the_same_body_is_another_request() -> None:
    bench = Bench(Behaviour(requestid_changed_body="fault"))
    invoice = bench.invoice()
    bench.post("/invoice", identity(invoice), operation="void", requestid="r1")
    assert bench.refused("/invoice", identity(invoice), operation="delete", requestid="r1")["code"] == "600"


def test_ids_belong_to_one_realm_and_have_fifty_characters_at_most() -> None:
    bench = Bench()
    assert post(bench, "x" * 50).status == 200
    assert error_of(post(bench, "x" * 51))["code"] == "2050"
    assert made(bench) == 1
    assert bench.state.company("other").replays is not bench.company.replays


def test_two_requests_with_one_id_at_the_same_moment_make_one_invoice() -> None:
    bench = Bench()
    with ThreadPoolExecutor(8) as pool:
        answers = list(pool.map(lambda _: post(bench, "r1").body, range(32)))
    assert len(set(answers)) == 1
    assert made(bench) == 1


@pytest.mark.parametrize("what", ["void", "delete", "send", "batch"])
@pytest.mark.parametrize(("repeat", "code"), [("replay", None), ("fault", "600")])
def test_a_repeat_of_any_write_is_replayed_or_refused(what: str, repeat: Any, code: str | None) -> None:
    bench = Bench(Behaviour(requestid_repeat=repeat))
    invoice = bench.invoice(BillEmail={"Address": "a@b.example"})
    query = {"requestid": "r1"} | ({"operation": what} if what in ("void", "delete") else {})
    path = {"send": "/invoice/1/send", "batch": "/batch"}.get(what, "/invoice")
    item = {"bId": "1", "operation": "create", "Invoice": bench.draft()}
    body = encoded({"batch": {"BatchItemRequest": [item]}, "send": {}}.get(what, identity(invoice)))
    first, second = (bench.ask("POST", path, body, **query) for _ in range(2))
    assert first.status == 200
    if code is None:
        assert second.body == first.body
    else:
        assert error_of(second)["code"] == code
    assert len(bench.company.mails) == (what == "send")
    assert made(bench) == {"batch": 2, "delete": 0}.get(what, 1)
