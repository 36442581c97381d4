"""The edges of the QuickBooks twin: faults in every shape, XML, consent, files, pages, snapshots."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from base64 import b64encode
from datetime import timedelta
from decimal import Decimal
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from quickbooks_twin import REALM, Bench, encoded, error_of, good

from sandbox.http import Request, Response
from sandbox.quickbooks.behaviour import Behaviour
from sandbox.quickbooks.invariants import broken_promises
from sandbox.quickbooks.wire import gateway

NS = "{http://schema.intuit.com/finance/v3}"


def parsed(response: Response) -> ET.Element:
    assert response.headers["Content-Type"].startswith("application/xml")
    return ET.fromstring(response.body)  # noqa: S314  the twin's own answer


def asked(bench: Bench, method: str, path: str, body: bytes = b"", **headers: str) -> Response:
    given = {"authorization": f"Bearer {bench.token}", "accept": "application/xml"}
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return bench.request(method, path, given | named, body)


@pytest.mark.parametrize("code", ["100", "110", "120", "130", "140", "150"])
def test_the_older_codes_of_the_gateway_come_as_xml_whatever_was_asked_for(code: str) -> None:
    bench = Bench()
    bench.company.barrier = code
    response = asked(bench, "GET", "/preferences", accept="application/json")
    error = parsed(response).find(f"{NS}Fault/{NS}Error")
    assert response.status == 401
    assert error is not None
    assert error.get("code") == code


def test_a_business_fault_can_come_with_status_200() -> None:
    bench = Bench(Behaviour(fault_status=200))
    response = bench.ask("GET", "/invoice/99")
    assert (response.status, json.loads(response.body)["Fault"]["Error"][0]["code"]) == (200, "610")


def test_the_gateways_other_answers_have_their_shapes() -> None:
    assert gateway.failing(503).headers["Content-Type"].startswith("text/html")
    assert gateway.scope_missing().as_json(Bench().clock.now()).status == 403


def test_a_client_that_speaks_xml_creates_reads_queries_and_is_refused_in_xml() -> None:
    bench = Bench()
    sent = (
        '<?xml version="1.0"?><Invoice xmlns="http://schema.intuit.com/finance/v3">'
        f'<CustomerRef name="Acme">{bench.customer.id}</CustomerRef>'
        "<CustomerMemo>thanks &amp; bye</CustomerMemo>"
        "<Line><Amount>12.50</Amount><DetailType>SalesItemLineDetail</DetailType>"
        f"<SalesItemLineDetail><ItemRef>{bench.item.id}</ItemRef></SalesItemLineDetail></Line></Invoice>"
    )
    made = parsed(asked(bench, "POST", "/invoice", sent.encode(), content_type="application/xml"))
    invoice = made.find(f"{NS}Invoice")
    assert invoice is not None
    assert (invoice.get("domain"), invoice.get("sparse")) == ("QBO", "false")
    assert invoice.findtext(f"{NS}TotalAmt") == "12.50"
    assert invoice.findtext(f"{NS}CustomerMemo") == "thanks & bye"
    customer = invoice.find(f"{NS}CustomerRef")
    assert customer is not None
    assert (customer.text, customer.get("name")) == (bench.customer.id, "Acme")
    assert len(invoice.findall(f"{NS}Line")) == 2
    refused = asked(bench, "GET", "/invoice/99")
    error = parsed(refused).find(f"{NS}Fault/{NS}Error")
    assert refused.status == 400
    assert error is not None
    assert error.get("code") == "610"
    found = parsed(asked(bench, "POST", "/query", b"SELECT * FROM Invoice")).find(f"{NS}QueryResponse")
    assert found is not None
    assert (found.get("maxResults"), len(found)) == ("1", 1)
    broken = asked(bench, "POST", "/invoice", b"<Invoice>", content_type="application/xml")
    assert broken.status == 400


AUTHORIZE = {
    "redirect_uri": "http://127.0.0.1:9/back",
    "response_type": "code",
    "state": "s",
    "scope": "com.intuit.quickbooks.accounting openid email",
}


def consent(bench: Bench, decision: str, **changes: str) -> Response:
    query = tuple((AUTHORIZE | {"client_id": bench.state.tokens.client_id} | changes).items())
    page = bench.app(Request("GET", "/connect/oauth2", query))
    if page.status != 200:
        return page
    assert b"Fernwood Digital" in page.body
    form = urlencode({"realm": REALM, "decision": decision}).encode()
    return bench.app(Request("POST", "/connect/oauth2", query, body=form))


def token(bench: Bench, code: str, uri: str, **headers: str) -> Response:
    tokens = bench.state.tokens
    login = b64encode(f"{tokens.client_id}:{tokens.client_secret}".encode()).decode()
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": uri}
    given = {"authorization": f"Basic {login}", **headers}
    return bench.app(Request("POST", "/oauth2/v1/tokens/bearer", (), given, urlencode(form).encode()))


def test_a_person_agrees_or_declines_on_the_consent_page() -> None:
    bench = Bench(Behaviour(consent="page"))
    declined = parse_qs(urlsplit(consent(bench, "cancel").headers["Location"]).query)
    assert (declined["error"], declined["state"]) == (["access_denied"], ["s"])
    agreed = parse_qs(urlsplit(consent(bench, "connect").headers["Location"]).query)
    code = agreed["code"][0]
    assert token(bench, code, "http://127.0.0.1:9/elsewhere").status == 400
    code = parse_qs(urlsplit(consent(bench, "connect").headers["Location"]).query)["code"][0]
    header = {"x-include-refresh-token-hard-expires-in": "true"}
    granted = good(token(bench, code, AUTHORIZE["redirect_uri"], **header))
    assert granted["x_refresh_token_hard_expires_in"] == 5 * 365 * 86400
    person = bench.app(
        Request(
            "GET",
            "/v1/openid_connect/userinfo",
            headers={"authorization": f"Bearer {granted['access_token']}"},
        )
    )
    assert good(person)["emailVerified"] is True
    assert bench.app(Request("GET", "/v1/openid_connect/userinfo")).status == 401


def test_a_late_code_and_a_strange_request_are_refused() -> None:
    bench = Bench(Behaviour(consent="page"))
    code = parse_qs(urlsplit(consent(bench, "connect").headers["Location"]).query)["code"][0]
    bench.clock.advance(timedelta(minutes=10))
    late = token(bench, code, AUTHORIZE["redirect_uri"])
    assert json.loads(late.body)["error"] == "invalid_grant"
    for changes in ({"client_id": "other"}, {"response_type": "token"}, {"redirect_uri": ""}):
        assert consent(bench, "connect", **changes).status == 400


def test_a_connection_ends_after_five_years_however_often_it_is_refreshed() -> None:
    bench = Bench()
    value = bench.state.tokens.connect(REALM).refresh_token
    for _ in range(21):
        bench.clock.advance(timedelta(days=90))
        grant = bench.state.tokens.refresh(value)
        value = grant.refresh_token if grant else ""
    assert value == ""


def multipart(*parts: tuple[str, bytes], boundary: str = "B") -> bytes:
    body = b"".join(
        b"--%s\r\n%s\r\n\r\n%s\r\n" % (boundary.encode(), head.encode(), content) for head, content in parts
    )
    return body + f"--{boundary}--\r\n".encode()


def upload(bench: Bench, body: bytes, kind: str = "multipart/form-data; boundary=B") -> Response:
    return asked(bench, "POST", "/upload", body, content_type=kind, accept="application/json")


CONTENT = 'Content-Disposition: form-data; name="file_content_{}"; filename="{}"\r\nContent-Type: text/plain'


def test_a_file_without_metadata_gets_one_and_each_file_its_own_answer() -> None:
    bench = Bench()
    body = multipart((CONTENT.format("01", "a.txt"), b"one\r\n"), (CONTENT.format("02", "b.exe"), b"two"))
    first, second = good(upload(bench, body))["AttachableResponse"]
    assert (first["Attachable"]["FileName"], first["Attachable"]["Size"]) == ("a.txt", 5)
    assert second["Fault"]["Error"][0]["code"] == "6000"
    link = urlsplit(first["Attachable"]["TempDownloadUri"]).path
    assert bench.app(Request("GET", link)).body == b"one\r\n"
    assert bench.app(Request("GET", link[:-1] + "x")).status == 403
    bench.clock.advance(timedelta(minutes=16))
    assert bench.app(Request("GET", link)).status == 403


def test_what_is_said_of_a_file_may_be_xml() -> None:
    bench = Bench()
    head = 'Content-Disposition: form-data; name="file_metadata_01"\r\nContent-Type: text/xml;charset=UTF-8'
    said = b"""<?xml version="1.0" encoding="UTF-8"?>
        <ns0:Attachable xmlns:ns0="http://schema.intuit.com/finance/v3"><ns0:FileName>b.txt</ns0:FileName>
        <ns0:AttachableRef><ns0:EntityRef type="Invoice">7</ns0:EntityRef></ns0:AttachableRef></ns0:Attachable>"""
    (stored,) = good(upload(bench, multipart((head, said), (CONTENT.format("01", "a.txt"), b"one"))))[
        "AttachableResponse"
    ]
    assert stored["Attachable"]["FileName"] == "b.txt"
    assert stored["Attachable"]["AttachableRef"] == [
        {"IncludeOnSend": False, "EntityRef": {"value": "7", "type": "Invoice"}}
    ]


def test_a_file_is_found_by_whoever_reads_of_it_and_a_picture_has_a_thumbnail() -> None:
    bench = Bench()
    picture = CONTENT.format("02", "b.png").replace("text/plain", "image/png")
    good(upload(bench, multipart((CONTENT.format("01", "a.txt"), b"one"), (picture, b"two"))))
    headers = {
        "authorization": f"Bearer {bench.token}",
        "accept": "application/json",
        "host": "books.test:81",
    }
    text, image = good(bench.request("GET", "/query", headers, query="SELECT * FROM Attachable"))[
        "QueryResponse"
    ]["Attachable"]
    assert text["TempDownloadUri"].startswith("http://books.test:81/files/")
    assert "ThumbnailFileAccessUri" not in text
    for link in (image["TempDownloadUri"], image["ThumbnailTempDownloadUri"]):
        assert bench.app(Request("GET", urlsplit(link).path)).body == b"two"
    there = bench.ask("GET", f"/attachable-thumbnail/{image['Id']}")
    assert there.body.startswith(b"http://127.0.0.1/files/")
    assert error_of(bench.ask("GET", f"/attachable-thumbnail/{text['Id']}"))["code"] == "610"
    assert bench.refused("/attachable", {"Note": "x", "AttachableRef": "7"})["code"] == "2030"


def test_an_upload_without_a_file_or_in_another_type_is_refused() -> None:
    bench = Bench()
    assert error_of(upload(bench, b"{}", "application/json"))["code"] == "1050"
    assert error_of(upload(bench, multipart()))["code"] == "2020"
    note = bench.post("/attachable", {"Note": "x" * 2000})["Attachable"]
    assert error_of(bench.ask("GET", f"/download/{note['Id']}"))["code"] == "610"
    assert bench.refused("/attachable", {"Note": "x" * 2001})["code"] == "2050"


def test_broken_books_are_noticed() -> None:
    bench = Bench()
    invoice = bench.company.find("Invoice", bench.invoice("100.00")["Id"])
    assert invoice is not None
    bench.finance.take_payment(invoice.id, Decimal(10))
    harm: list[tuple[str, Any]] = [
        ("open where", lambda: invoice.body.update(Balance=Decimal(1))),
        ("does not name it", lambda: invoice.body.update(LinkedTxn=[])),
        ("is not posted", lambda: bench.company.books.remove(("Invoice", invoice.id))),
        ("taken name", lambda: bench.company.add("Vendor", {"DisplayName": "ACME"})),
    ]
    for words, damage in harm:
        damage()
        assert any(words in problem for problem in broken_promises(bench.state)), words


def test_numbers_of_a_json_request_keep_their_digits_and_xml_stays_out_of_json() -> None:
    bench = Bench()
    made = good(
        bench.ask("POST", "/item", encoded({"Name": "Fine", "UnitPrice": "0.5306667"} | income(bench)))
    )
    assert made["Item"]["UnitPrice"] == Decimal("0.5306667")


def income(bench: Bench) -> dict[str, Any]:
    return {"IncomeAccountRef": bench.item.body["IncomeAccountRef"]}


def test_a_body_in_another_encoding_or_type_and_an_id_that_is_no_number_are_refused() -> None:
    bench = Bench()
    latin = b'{"DisplayName": "Caf\xe9"}'
    assert error_of(bench.ask("POST", "/customer", latin))["code"] == "500"
    headers = {"authorization": f"Bearer {bench.token}", "accept": "application/json"}
    csv = bench.request("POST", "/customer", headers | {"content-type": "text/csv"}, b"{}")
    assert error_of(csv)["code"] == "1050"
    assert error_of(bench.ask("GET", "/invoice/abc"))["code"] == "2030"


def test_a_refused_token_is_challenged() -> None:
    answer = Bench().request("GET", "/companyinfo/1", {"accept": "application/json"})
    assert answer.headers["WWW-Authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'
