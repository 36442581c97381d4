"""Logging in at the QuickBooks twin: tokens by the clock, the gateway's own faults, companies kept apart."""

from __future__ import annotations

import json
from base64 import b64encode
from datetime import timedelta
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from quickbooks_twin import REALM, Bench, error_of

from sandbox.http import Request, Response
from sandbox.quickbooks import starter
from sandbox.quickbooks.behaviour import Behaviour


@pytest.fixture
def bench() -> Bench:
    return Bench()


def ask(bench: Bench, token: str | None, realm: str = REALM) -> Response:
    headers = {"accept": "application/json"} | ({} if token is None else {"authorization": f"Bearer {token}"})
    return bench.app(Request("GET", f"/v3/company/{realm}/preferences", headers=headers))


def token_request(bench: Bench, secret: str | None = None, **form: str) -> Response:
    tokens = bench.state.tokens
    login = b64encode(f"{tokens.client_id}:{secret or tokens.client_secret}".encode()).decode()
    headers = {"authorization": f"Basic {login}"}
    return bench.app(
        Request("POST", "/oauth2/v1/tokens/bearer", headers=headers, body=urlencode(form).encode())
    )


def refresh(bench: Bench, value: str) -> Response:
    return token_request(bench, grant_type="refresh_token", refresh_token=value)


def test_an_access_token_works_for_an_hour_and_no_longer(bench: Bench) -> None:
    bench.clock.advance(timedelta(seconds=3599))
    assert ask(bench, bench.token).status == 200
    bench.clock.advance(timedelta(seconds=1))
    response = ask(bench, bench.token)
    assert response.status == 401
    body = json.loads(response.body)
    assert "Fault" not in body
    assert body["fault"]["type"] == "AUTHENTICATION"
    assert body["fault"]["error"][0]["code"] == "3200"
    assert body["warnings"] is None


@pytest.mark.parametrize("token", [None, "", "stranger"])
def test_no_token_or_a_strange_one_is_401(bench: Bench, token: str | None) -> None:
    refused = ask(bench, token)
    assert (refused.status, refused.headers["WWW-Authenticate"].split()[0]) == (401, "Bearer")


def test_a_token_opens_its_own_company_only(bench: Bench) -> None:
    starter.open_company(bench.state, "777", "Other")
    other = bench.state.tokens.connect("777").access_token
    assert ask(bench, other, "777").status == 200
    for token, realm in ((bench.token, "777"), (other, REALM), (bench.token, "none")):
        response = ask(bench, token, realm)
        assert response.status == 403
        assert json.loads(response.body)["fault"]["error"][0]["code"] == "3100"


def test_a_refresh_value_rotates_after_a_day_and_the_old_one_works_a_day_longer(bench: Bench) -> None:
    first = bench.state.tokens.connect(REALM).refresh_token
    early = json.loads(refresh(bench, first).body)
    assert (early["refresh_token"], early["expires_in"], early["token_type"]) == (first, 3600, "bearer")
    assert early["x_refresh_token_expires_in"] == 8726400
    assert ask(bench, early["access_token"]).status == 200
    bench.clock.advance(timedelta(hours=24))
    second = json.loads(refresh(bench, first).body)["refresh_token"]
    assert second != first
    bench.clock.advance(timedelta(hours=23, minutes=59))
    assert json.loads(refresh(bench, first).body)["refresh_token"] == second
    bench.clock.advance(timedelta(minutes=1))
    refused = refresh(bench, first)
    assert refused.status == 400
    assert json.loads(refused.body)["error"] == "invalid_grant"
    assert refresh(bench, second).status == 200


def test_refresh_values_can_be_single_use() -> None:
    bench = Bench(Behaviour(refresh_rotates_after=timedelta(0), refresh_grace=timedelta(0)))
    first = bench.state.tokens.connect(REALM, "known-from-the-start").refresh_token
    assert first == "known-from-the-start"
    second = json.loads(refresh(bench, first).body)["refresh_token"]
    assert refresh(bench, first).status == 400
    assert refresh(bench, second).status == 200


def test_an_unused_refresh_value_expires(bench: Bench) -> None:
    value = bench.state.tokens.connect(REALM).refresh_token
    bench.clock.advance(timedelta(days=100))
    assert refresh(bench, value).status == 200
    bench.clock.advance(timedelta(days=101))
    assert refresh(bench, value).status == 400


def test_a_wrong_secret_is_invalid_client_and_a_strange_grant_is_refused(bench: Bench) -> None:
    response = token_request(bench, secret="wrong", grant_type="refresh_token", refresh_token="x")
    assert (response.status, json.loads(response.body)) == (401, {"error": "invalid_client"})
    for form, error in (({"grant_type": "password"}, "unsupported_grant_type"), ({}, "invalid_request")):
        refused = token_request(bench, **form)
        assert (refused.status, json.loads(refused.body)) == (400, {"error": error})
    broken = Request("POST", "/oauth2/v1/tokens/bearer", headers={"authorization": "Basic ???"})
    assert bench.app(broken).status == 401


def test_consent_approves_itself_and_its_code_works_once(bench: Bench) -> None:
    query = {
        "client_id": bench.state.tokens.client_id,
        "redirect_uri": "http://127.0.0.1/back?a=1",
        "scope": "com.intuit.quickbooks.accounting",
        "state": "s",
    }
    response = bench.app(Request("GET", "/connect/oauth2", tuple(query.items())))
    assert response.status == 302
    answer = parse_qs(urlsplit(response.headers["Location"]).query)
    assert (answer["state"], answer["realmId"], answer["a"]) == (["s"], [REALM], ["1"])
    form = {
        "grant_type": "authorization_code",
        "code": answer["code"][0],
        "redirect_uri": query["redirect_uri"],
    }
    granted = json.loads(token_request(bench, **form).body)
    assert ask(bench, granted["access_token"]).status == 200
    assert token_request(bench, **form).status == 400
    assert bench.app(Request("GET", "/connect/oauth2")).status == 400


@pytest.mark.parametrize("which", ["refresh_token", "access_token"])
def test_revoking_ends_the_connection(bench: Bench, which: str) -> None:
    grant = bench.state.tokens.connect(REALM)
    tokens = bench.state.tokens
    login = b64encode(f"{tokens.client_id}:{tokens.client_secret}".encode()).decode()
    body = json.dumps({"token": getattr(grant, which)}).encode()
    request = Request(
        "POST", "/v2/oauth2/tokens/revoke", headers={"authorization": f"Basic {login}"}, body=body
    )
    assert bench.app(request).status == 200
    assert ask(bench, grant.access_token).status == 401
    assert refresh(bench, grant.refresh_token).status == 400
    assert bench.app(request).status == 400


def test_an_unpaid_subscription_stops_every_call(bench: Bench) -> None:
    bench.company.subscribed = False
    assert error_of(bench.ask("GET", "/preferences"))["code"] == "6190"
    assert bench.refused("/invoice", bench.draft())["code"] == "6190"


def test_successful_calls_are_metered_and_refused_ones_are_not(bench: Bench) -> None:
    bench.invoice()
    bench.get("/preferences")
    bench.query("SELECT * FROM Item")
    bench.get("/cdc", entities="Invoice", changedSince="2026-03-02")
    bench.ask("GET", "/invoice/99")
    bench.refused("/invoice", {})
    assert (bench.company.meter.reads, bench.company.meter.writes) == (3, 1)


def test_an_address_the_service_does_not_have_is_said_so(bench: Bench) -> None:
    for method, path in (
        *(("GET", "/unicorn/1"), ("GET", "/customer/1/pdf"), ("POST", "/term/1/send")),
        *(("GET", "/exchangerate/1"), ("DELETE", "/invoice/1"), ("GET", "/invoice/1/2/3")),
    ):
        assert error_of(bench.ask(method, path))["code"] == "500"
    assert bench.app(Request("GET", "/v4/else")).status == 404


def test_a_body_that_is_no_json_object_is_2010(bench: Bench) -> None:
    for body in (b"{", b"[]", b"\xff", b""):
        assert error_of(bench.ask("POST", "/invoice", body))["code"] == "2010"


def test_answers_are_dated_by_the_sandboxs_clock_and_carry_a_trace(bench: Bench) -> None:
    first, second = ask(bench, bench.token), ask(bench, bench.token)
    assert first.headers["Date"] == "Mon, 02 Mar 2026 20:00:00 GMT"
    assert first.headers["intuit_tid"] != second.headers["intuit_tid"]
