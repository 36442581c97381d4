"""OpenID Connect at the QuickBooks twin: scopes, the identity token and its key, where the servers are."""

from __future__ import annotations

import hashlib
import json
from base64 import b64encode, urlsafe_b64decode
from datetime import timedelta
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from quickbooks_twin import REALM, Bench

from sandbox.http import Request, Response

BACK = "https://app.example/back"
ACCOUNTING = "com.intuit.quickbooks.accounting"


@pytest.fixture
def bench() -> Bench:
    return Bench()


def get(bench: Bench, path: str, token: str = "", **query: str) -> Response:
    headers = {"accept": "application/json", "host": "127.0.0.1:8181", "authorization": f"Bearer {token}"}
    return bench.app(Request("GET", path, tuple(query.items()), headers))


def token_request(bench: Bench, **form: str) -> Response:
    tokens = bench.state.tokens
    login = b64encode(f"{tokens.client_id}:{tokens.client_secret}".encode()).decode()
    body = urlencode(form).encode()
    return bench.app(
        Request("POST", "/oauth2/v1/tokens/bearer", headers={"authorization": f"Basic {login}"}, body=body)
    )


def consent(bench: Bench, scope: str) -> dict[str, list[str]]:
    client = bench.state.tokens.client_id
    asked = {"client_id": client, "redirect_uri": BACK, "response_type": "code", "state": "s", "scope": scope}
    return parse_qs(urlsplit(get(bench, "/connect/oauth2", **asked).headers["Location"]).query)


def granted(bench: Bench, scope: str) -> dict[str, Any]:
    code = consent(bench, scope)["code"][0]
    answer = token_request(bench, grant_type="authorization_code", code=code, redirect_uri=BACK)
    assert (answer.status, answer.headers["Cache-Control"]) == (200, "no-cache, no-store")
    body: dict[str, Any] = json.loads(answer.body)
    return body


def decoded(part: str) -> bytes:
    return urlsafe_b64decode(part + "=" * (-len(part) % 4))


def test_an_identity_token_is_signed_by_the_published_key(bench: Bench) -> None:
    header, claims, signature = granted(bench, f"{ACCOUNTING} openid")["id_token"].split(".")
    (key,) = json.loads(get(bench, "/op/v1/jwks").body)["keys"]
    named = json.loads(decoded(header))
    assert (named["alg"], named["kid"]) == (key["alg"], key["kid"])
    modulus, exponent = (int.from_bytes(decoded(key[name]), "big") for name in ("n", "e"))
    opened = pow(int.from_bytes(decoded(signature), "big"), exponent, modulus)
    digest = hashlib.sha256(f"{header}.{claims}".encode()).digest()
    assert opened.to_bytes(256, "big").startswith(b"\x00\x01\xff\xff")
    assert opened.to_bytes(256, "big").endswith(b"\x04\x20" + digest)


def test_the_claims_name_the_app_the_company_and_the_vendor(bench: Bench) -> None:
    claims = json.loads(decoded(granted(bench, f"{ACCOUNTING} openid")["id_token"].split(".")[1]))
    assert claims["aud"] == [bench.state.tokens.client_id]
    assert claims["iss"] == json.loads(get(bench, "/.well-known/openid_configuration/").body)["issuer"]
    assert claims["realmid"] == REALM
    assert claims["exp"] - claims["iat"] == 3600


def test_an_identity_token_comes_for_a_code_with_openid_and_never_else(bench: Bench) -> None:
    assert "id_token" not in granted(bench, ACCOUNTING)
    value = granted(bench, f"{ACCOUNTING} openid")["refresh_token"]
    again = token_request(bench, grant_type="refresh_token", refresh_token=value)
    assert again.status == 200
    assert "id_token" not in json.loads(again.body)


def test_a_person_who_only_signs_in_reaches_no_company(bench: Bench) -> None:
    assert "realmId" not in consent(bench, "openid profile")
    token = granted(bench, "openid profile")["access_token"]
    refused = get(bench, f"/v3/company/{REALM}/preferences", token)
    assert refused.status == 403
    told = json.loads(get(bench, "/v1/openid_connect/userinfo", token).body)
    assert told["givenName"]
    assert "email" not in told


def test_the_vendors_hosts_are_announced_to_those_who_came_through_one(bench: Bench) -> None:
    path = "/.well-known/openid_sandbox_configuration"
    here = json.loads(get(bench, path).body)
    assert here["token_endpoint"] == "http://127.0.0.1:8181/oauth2/v1/tokens/bearer"
    through = Request("GET", path, headers={"host": "developer.api.intuit.com:443"})
    vendor = json.loads(bench.app(through).body)
    assert vendor["token_endpoint"] == "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
    bench.state.base_url = "https://books.example"
    named = json.loads(bench.app(through).body)
    assert named["revocation_endpoint"] == "https://books.example/v2/oauth2/tokens/revoke"


def test_a_refused_refresh_says_what_was_wrong_with_the_value(bench: Bench) -> None:
    grant = bench.state.tokens.connect(REALM)

    def refused(value: str) -> Any:
        answer = token_request(bench, grant_type="refresh_token", refresh_token=value)
        assert answer.status == 400
        return json.loads(answer.body)

    stranger = "Incorrect or invalid refresh token"
    assert refused("AB11stranger") == {"error": "invalid_grant", "error_description": stranger}
    assert refused(grant.access_token)["error_description"] == "Incorrect Token type or clientID"
    bench.clock.advance(timedelta(days=101))
    assert refused(grant.refresh_token) == {"error": "invalid_grant"}
