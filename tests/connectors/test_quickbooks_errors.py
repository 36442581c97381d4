"""Every way a call can go wrong ends in the class that says what to do, with the facts kept."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from billing_examples import a_draft
from quickbooks_bench import WRITES, Bench, bench

from connectors.errors import ConnectorError, Rejected, Stale, Transient, Unauthorized, Unknown
from connectors.ports import LineEdits
from connectors.quickbooks.faults import RULES, FaultError, Recovery, errors_in, rule_for
from model.billing import Document
from sandbox import faults
from sandbox.faults import Fault


@pytest.fixture
def shop() -> Iterator[Bench]:
    with bench() as made:
        yield made


def business(code: str, message: str = "Something", detail: str = "") -> str:
    error = {"Message": message, "Detail": detail, "code": code, "element": ""}
    return json.dumps(
        {"Fault": {"Error": [error], "type": "ValidationFault"}, "time": "2026-02-03T12:00:00-08:00"}
    )


def gateway(code: str, message: str = "message=Refused; errorCode=00") -> str:
    error = {"message": message, "detail": "a detail", "code": code, "element": None}
    return json.dumps(
        {"warnings": None, "fault": {"error": [error], "type": "AUTHENTICATION"}, "requestId": None}
    )


XML_FAULT = (
    '<?xml version="1.0"?><IntuitResponse xmlns="http://schema.intuit.com/finance/v3"><Fault type='
    '"AuthenticationFault"><Error code="{code}"><Message>{message}</Message><Detail>d</Detail></Error></Fault>'
    "</IntuitResponse>"
)


def xml(code: str, message: str) -> str:
    return XML_FAULT.format(code=code, message=message)


def write(shop: Bench, client: Any = None) -> Document:
    client = client or shop.client()
    request = client.render_create(a_draft())
    document: Document = client.send(request, "r-1", shop.soon())
    return document


def write_error(shop: Bench, fault: Fault) -> ConnectorError:
    shop.faults.add(fault, method="POST", path=WRITES)
    with pytest.raises(ConnectorError) as raised:
        write(shop)
    assert shop.posts() == 1, "a write is never repeated inside"
    return raised.value


INTERNAL = business("6000", "A business validation error", "Unexpected Internal Error (-30003)")
WRITE_ERRORS: list[tuple[Fault, type[ConnectorError], str | None]] = [
    (faults.answer(400, business("5010", "Stale Object Error")), Stale, "5010"),
    (faults.answer(200, business("5010", "Stale Object Error")), Stale, "5010"),
    *(
        (faults.answer(400, business(code)), Rejected, code)
        for code in ("610", "620", "2010", "2020", "2030", "2050", "2080", "2170", "2390", "2500")
    ),
    *(
        (faults.answer(400, business(code)), Rejected, code)
        for code in ("5020", "5030", "6070", "6100", "6140")
    ),
    (faults.answer(400, business("6210", "Account Period Closed")), Rejected, "6210"),
    (faults.answer(400, business("6200", "Closing date", "the books are closed")), Rejected, "6200"),
    (faults.answer(400, business("6210", "Duplicate Document Number")), Rejected, "6210"),
    (faults.answer(400, business("6000", "x", "…all your transactions have a GST rate")), Rejected, "6000"),
    (faults.answer(200, business("2500")), Rejected, "2500"),
    (faults.answer(400, business("6210", "Something else entirely")), Unknown, "6210"),
    (faults.answer(400, business("6000", "A business validation error")), Unknown, "6000"),
    (faults.answer_after(400, INTERNAL), Unknown, "6000"),
    (faults.answer(400, business("600", "Duplicate Request ID")), Unknown, "600"),
    (faults.answer(400, business("31337")), Unknown, "31337"),
    (faults.answer(400, business("ABC-1")), Unknown, "ABC-1"),
    (faults.answer(500, business("10000", "An application error")), Unknown, "10000"),
    (faults.answer(500, business("2500")), Unknown, "2500"),
    (faults.answer(400, '{"Fault":{}}'), Unknown, None),
    (faults.answer(400, '{"Fault":null}'), Unknown, None),
    (faults.answer(400, "no json"), Unknown, None),
    (faults.answer(404, "<html>nothing here</html>"), Unknown, None),
    (faults.answer(302, "", {"Location": "http://127.0.0.1:9/elsewhere"}), Unknown, None),
    (faults.answer(201, '{"Invoice":{}}'), Unknown, None),
    (faults.bad_gateway(), Unknown, None),
    (faults.answer_after(503, ""), Unknown, None),
    (faults.answer_after(200, ""), Unknown, None),
    (faults.answer_after(200, "[]"), Unknown, None),
    (faults.answer_after(200, "{}"), Unknown, None),
    (faults.answer_after(200, '{"Invoice":null}'), Unknown, None),
    (faults.answer_after(200, '{"Invoice":{"Id":"1"}}'), Unknown, None),
    (faults.truncated_body(), Unknown, None),
    (faults.cut_off(), Unknown, None),
    (faults.drop_after(), Unknown, None),
    (faults.drop_before(), Unknown, None),
    (faults.answer(401, gateway("3200")), Transient, "3200"),
    (faults.answer(401, xml("100", "General")), Transient, "100"),
    (faults.answer(401, ""), Transient, None),
    (faults.answer(401, gateway("120")), Unauthorized, "120"),
    (faults.answer(401, xml("130", "Accessing Wrong Cluster")), Unauthorized, "130"),
    (faults.answer(401, gateway("150")), Transient, "150"),
    (faults.answer(403, gateway("3100")), Unauthorized, "3100"),
    (faults.answer(403, "<html>forbidden</html>"), Unauthorized, None),
    (faults.answer(400, business("6190", "Invalid Company Status")), Unauthorized, "6190"),
    (faults.answer(429, business("3001", "ThrottleExceeded")), Transient, "3001"),
    (faults.answer(403, gateway("3001")), Transient, "3001"),
    (faults.answer(429, gateway("3001")), Transient, "3001"),
    (faults.too_many_requests(), Transient, None),
]


@pytest.mark.parametrize(("fault", "kind", "code"), WRITE_ERRORS)
def test_a_write_that_went_wrong_is_classed_by_status_and_body(
    shop: Bench, fault: Fault, kind: type[ConnectorError], code: str | None
) -> None:
    error = write_error(shop, fault)
    assert type(error) is kind
    assert (error.code, error.sent) == (code, True)
    assert error.service == "QuickBooks"
    assert error.action == "create invoice"


def test_a_throttled_write_waits_a_minute_at_least(shop: Bench) -> None:
    assert write_error(shop, faults.too_many_requests()).retry_after == 60.0


def test_a_longer_retry_after_is_kept(shop: Bench) -> None:
    assert write_error(shop, faults.too_many_requests("95")).retry_after == 95.0


def test_a_retry_after_as_a_date_is_read(shop: Bench) -> None:
    headers = {"Retry-After": "Tue, 03 Feb 2026 20:02:30 GMT", "Date": "Tue, 03 Feb 2026 20:00:00 GMT"}
    assert write_error(shop, faults.answer(429, "", headers)).retry_after == 150.0


def test_after_a_throttled_answer_other_writes_wait_too(shop: Bench) -> None:
    client = shop.client()
    shop.faults.add(faults.too_many_requests(), method="POST", path=WRITES)
    with pytest.raises(Transient):
        write(shop, client)
    with pytest.raises(Transient) as held:
        client.send(client.render_create(a_draft()), "r-2", shop.clock.now() + timedelta(seconds=5))
    assert not held.value.sent
    assert held.value.retry_after is not None
    assert shop.posts() == 1


def test_the_services_own_request_id_is_kept_for_its_support(shop: Bench) -> None:
    error = write_error(shop, faults.answer(400, business("2500"), {"intuit_tid": "1-66-abc"}))
    assert (error.trace, error.status) == ("1-66-abc", 400)


def test_a_definite_answer_says_what_to_do(shop: Bench) -> None:
    error = write_error(shop, faults.answer(400, business("6210", "Account Period Closed", "See the site.")))
    assert str(error) == (
        "QuickBooks: cannot create invoice: Account Period Closed: See the site. (code 6210). "
        "The books are closed on that date: ask finance for an open date or to reopen the period."
    )


def test_two_errors_of_which_one_is_not_listed_are_unknown(shop: Bench) -> None:
    both = json.loads(business("2500"))
    both["Fault"]["Error"].append({"Message": "?", "code": "77777"})
    assert type(write_error(shop, faults.answer(400, json.dumps(both)))) is Unknown


def with_invoice(change: Callable[[dict[str, Any]], None]) -> Fault:
    def fault(request: Any, ask: Any) -> Any:
        response = ask(request)
        envelope = json.loads(response.body)
        change(envelope["Invoice"])
        return replace(response, body=json.dumps(envelope).encode())

    return fault


@pytest.mark.parametrize(
    "change",
    [
        {"PrivateNote": ""},
        {"PrivateNote": "[MP-9999999999]"},
        {"TotalAmt": 1200.01},
        {"TxnTaxDetail": {"TotalTax": 100}},
        {"Id": None, "Line": None},
        {"MetaData": {}},
    ],
)
def test_an_answer_that_shows_another_document_is_unknown(shop: Bench, change: dict[str, Any]) -> None:
    assert type(write_error(shop, with_invoice(lambda invoice: invoice.update(change)))) is Unknown


def test_tax_on_top_is_no_doubt(shop: Bench) -> None:
    taxed = {"TotalAmt": 1296, "TxnTaxDetail": {"TotalTax": 96}}
    shop.faults.add(with_invoice(lambda invoice: invoice.update(taxed)), method="POST", path=WRITES)
    assert write(shop).total.minor == 129600


def test_an_update_answered_with_another_amount_is_unknown(shop: Bench) -> None:
    client = shop.client()
    document = write(shop, client)
    request = client.render_update(document, LineEdits({document.lines[0].id: a_draft().lines[0]}))
    wrong = with_invoice(lambda invoice: invoice["Line"][0].update(Amount=1))
    shop.faults.add(wrong, method="POST", path=WRITES)
    with pytest.raises(Unknown, match="the answer shows 1 on line 1 instead of 1200"):
        client.send(request, "r-2", shop.soon())


def test_a_void_answered_with_money_on_it_is_unknown(shop: Bench) -> None:
    client = shop.client()
    document = write(shop, client)
    shop.faults.add(with_invoice(lambda invoice: invoice.update(TotalAmt=5)), method="POST", path=WRITES)
    with pytest.raises(Unknown, match="does not show it voided"):
        client.send(client.render_withdrawal(document), "r-2", shop.soon())


def test_a_service_that_is_not_there_got_nothing(shop: Bench) -> None:
    client = shop.client()
    request = client.render_create(a_draft())
    shop.server.stop()
    with pytest.raises(Transient) as failed:
        client.send(request, "r-1", shop.soon())
    assert not failed.value.sent
    assert "refused" in failed.value.reason


def test_a_host_without_an_address_got_nothing(shop: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
    client = shop.client()
    request = client.render_create(a_draft())
    shop.server.stop()

    def no_address(*_: Any, **__: Any) -> Any:
        raise socket.gaierror(-2, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", no_address)
    with pytest.raises(Transient) as failed:
        client.send(request, "r-1", shop.soon())
    assert not failed.value.sent


def test_a_service_that_never_answers_is_unknown_in_bounded_time(shop: Bench) -> None:
    shop.login = replace(shop.login, write_timeout=0.05)
    shop.faults.add(faults.delayed(0.3), method="POST", path=WRITES)
    client = shop.client()
    request = client.render_create(a_draft())
    with pytest.raises(Unknown, match="no answer within the time allowed") as lost:
        client.send(request, "r-1", shop.soon())
    assert lost.value.sent


def test_a_read_before_the_write_that_fails_did_not_send_the_write(shop: Bench) -> None:
    request = shop.client().render_create(a_draft())
    shop.faults.add(faults.bad_gateway(), path="/preferences", count=None)
    with pytest.raises(Transient) as failed:
        shop.client().send(request, "r-1", shop.soon())
    assert not failed.value.sent
    assert shop.posts() == 0


READ_ERRORS: list[tuple[Fault, type[ConnectorError]]] = [
    (faults.bad_gateway(), Transient),
    (faults.answer(500, business("10000")), Transient),
    (faults.answer(400, INTERNAL), Transient),
    (faults.answer(200, "{"), Transient),
    (faults.answer(200, "[]"), Transient),
    (faults.answer(200, "{}"), Transient),
    (faults.answer(200, '{"Invoice":{"Id":"777"}}'), Transient),
    (faults.truncated_body(), Transient),
    (faults.cut_off(), Transient),
    (faults.drop_before(), Transient),
    (faults.too_many_requests(), Transient),
    (faults.answer(401, gateway("3200")), Unauthorized),
    (faults.answer(403, gateway("3100")), Unauthorized),
    (faults.answer(404, "<html>nothing</html>"), Rejected),
    (faults.answer(400, business("31337")), Rejected),
    (faults.answer(400, business("4001", "Invalid query")), Rejected),
]


@pytest.mark.parametrize(("fault", "kind"), READ_ERRORS)
def test_a_read_that_keeps_going_wrong_ends_in_its_class(
    shop: Bench, fault: Fault, kind: type[ConnectorError]
) -> None:
    client = shop.client()
    id_ = write(shop, client).external_id
    shop.faults.add(fault, path=f"/invoice/{id_}", count=None)
    with pytest.raises(ConnectorError) as failed:
        client.read(id_)
    assert type(failed.value) is kind


@pytest.mark.parametrize(
    "fault", [faults.bad_gateway(), faults.drop_before(), faults.answer(401, ""), faults.cut_off()]
)
def test_a_read_that_fails_once_is_repeated(shop: Bench, fault: Fault) -> None:
    client = shop.client()
    document = write(shop, client)
    shop.faults.add(fault, path=f"/invoice/{document.external_id}")
    assert client.read(document.external_id) == document


def test_after_a_401_a_write_is_not_posted_again_but_the_next_one_has_a_fresh_token(shop: Bench) -> None:
    client = shop.client()
    before = shop.tokens.access_token()
    shop.faults.add(faults.answer(401, gateway("3200")), method="POST", path=WRITES)
    with pytest.raises(Transient) as refused:
        write(shop, client)
    assert refused.value.sent
    assert shop.posts() == 1
    assert shop.tokens.access_token() != before
    assert write(shop, client).marker is not None


def test_a_fresh_token_that_is_refused_too_stops_the_connector(shop: Bench) -> None:
    client = shop.client()
    shop.faults.add(faults.answer(401, gateway("3200")), method="POST", path=WRITES, count=None)
    with pytest.raises(Transient):
        write(shop, client)
    with pytest.raises(Unauthorized, match="freshly issued access token is refused as well"):
        write(shop, client)


def test_no_error_text_holds_a_token_a_body_or_an_address(shop: Bench) -> None:
    secret = "Bearer-canary-in-body"
    for fault in (faults.answer(502, secret), faults.answer(200, secret), faults.drop_after()):
        error = write_error(shop, fault)
        shop.server.log.clear()
        seen = f"{error} {error!r} {error.__dict__} {error.__cause__!r} {error.__context__!r}"
        for hidden in (secret, shop.tokens.access_token(), shop.login.client_secret, shop.server.url):
            assert hidden not in seen


def test_what_a_fault_quotes_of_what_was_sent_is_not_repeated() -> None:
    titles = ("Q3 layoffs at Fernwood", "=HYPERLINK(1)", "it's Ann's", "a" * 280)
    for title in titles:
        for said in (
            f'Line 1: "{title}" is invalid',
            f"Property Description, value '{title}'",
            f"“{title}”!",
        ):
            told = FaultError(
                "2010", "Invalid\u202e\x1b[31m value", f"{said}, told to ann.lee@fernwood.example"
            ).told
            assert title not in told
            assert "fernwood.example" not in told
            assert told.isprintable()
            assert told.startswith(("Invalid[31m value: ", "Invalid [31m value: "))
    plain = "Duplicate Document Number Error: This number doesn't fit. DocNumber=1037 is TxnId=145, isn't it"
    assert FaultError("6140", plain, "").told == plain


def test_every_listed_code_is_found_in_every_shape() -> None:
    for rule in RULES:
        words = {"period|closed|closing": "closed", r"period.*closed|closed.*period": "period closed"}
        message = words.get(rule.words, rule.words.split("|")[-1].replace(".?", ""))
        for body in (business(rule.code, message), gateway(rule.code, message), xml(rule.code, message)):
            (error,) = errors_in(body.encode())
            assert error.code == rule.code
            assert rule_for(error).recovery is rule.recovery


def test_an_internal_error_is_never_definite_whatever_its_code() -> None:
    for rule in RULES:
        error = FaultError(rule.code, "Unexpected Internal Error", "(-30003)")
        assert rule_for(error).recovery is Recovery.BROKEN


def test_a_text_that_speaks_of_faults_is_none() -> None:
    assert errors_in(b'{"Invoice":{"Description":"Fault tolerant default"}}') == ()
    assert errors_in(b"a default page") == ()
