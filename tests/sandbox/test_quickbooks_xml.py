"""The QuickBooks twin spoken to in XML: the public schema's order, envelopes and types, in both directions."""

from __future__ import annotations

import json
import xml.etree.ElementTree as ET
from datetime import timedelta
from decimal import Decimal
from typing import Any

import pytest
from quickbooks_twin import NOON, Bench

from sandbox.clock import Clock
from sandbox.http import Response
from sandbox.quickbooks.sample import open_sample_company
from sandbox.quickbooks.state import QuickBooksState
from sandbox.quickbooks.vocabulary.schema import places
from sandbox.quickbooks.wire.answers import answer, parse, shown
from sandbox.quickbooks.wire.xml_form import from_xml, to_xml

SPACE = "http://schema.intuit.com/finance/v3"
XSI = "{http://www.w3.org/2001/XMLSchema-instance}"


def xml(bench: Bench, method: str, path: str, body: str = "", **query: str) -> Any:
    """The root of an XML answer; namespaces are checked and then left away."""
    response = xml_response(bench, method, path, body, **query)
    assert response.headers["Content-Type"] == "application/xml;charset=UTF-8"
    assert response.body.startswith(b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>')
    return ET.fromstring(response.body.replace(f'xmlns="{SPACE}"'.encode(), b"", 1))  # noqa: S314


def xml_response(bench: Bench, method: str, path: str, body: str = "", **query: str) -> Response:
    headers = {"authorization": f"Bearer {bench.token}", "accept": "application/xml"}
    headers |= {"content-type": "application/xml"} if body else {}
    return bench.request(method, path, headers, body.encode(), **query)


def sent(name: str, inside: str, attributes: str = "") -> str:
    return f'<?xml version="1.0"?><ns0:{name} xmlns:ns0="{SPACE}" {attributes}>{inside}</ns0:{name}>'


def item(number: str, inside: str) -> str:
    return f'<ns0:BatchItemRequest bId="{number}" operation="create">{inside}</ns0:BatchItemRequest>'


def names(element: ET.Element) -> list[str]:
    return [child.tag for child in element]


def test_members_of_an_answer_stand_in_the_order_of_the_schema() -> None:
    bench = Bench()
    made = bench.invoice("12.50", PrivateNote="note", CustomerMemo={"value": "thanks"})
    bench.finance.take_payment(made["Id"], Decimal("2.50"))
    invoice = xml(bench, "GET", f"/invoice/{made['Id']}").find("Invoice")
    head = ["Id", "SyncToken", "MetaData", "DocNumber", "TxnDate", "CurrencyRef", "PrivateNote", "LinkedTxn"]
    assert [name for name in names(invoice) if name in head] == head
    tail = [
        "Line",
        "Line",
        "CustomerRef",
        "CustomerMemo",
        "DueDate",
        "TotalAmt",
        "PrintStatus",
        "EmailStatus",
    ]
    assert [name for name in names(invoice) if name in tail] == tail
    assert names(invoice).index("Balance") > names(invoice).index("EmailStatus")
    assert names(invoice.find("MetaData")) == ["CreateTime", "LastModifiedByRef", "LastUpdatedTime"]
    line = invoice.find("Line")
    assert names(line) == ["Id", "LineNum", "Amount", "DetailType", "SalesItemLineDetail"]
    assert len(invoice.findall("Line")[-1].find("SubTotalLineDetail")) == 0


def test_every_object_of_the_sample_company_says_the_same_in_xml_and_in_json() -> None:
    clock = Clock.at(NOON)
    company = open_sample_company(QuickBooksState(clock), "1")
    checked = 0
    for kind in company.kinds():
        if kind == "Preferences":  # its custom fields are typed by attributes that JSON lacks
            continue
        for row in company.rows(kind):
            whole = parse(answer(shown(company, row)).body)
            whole.pop("PurchaseEx", None)  # an open end, whose JSON says more than its XML
            one = to_xml({kind: whole}).split(b">", 2)[2].removesuffix(b"</IntuitResponse>")
            back = from_xml(one)
            assert texts(back) == texts(whole)
            checked += 1
    assert checked > 150


def test_every_member_within_the_sample_company_has_its_place_in_the_schema() -> None:
    clock = Clock.at(NOON)
    company = open_sample_company(QuickBooksState(clock), "1")
    for kind in company.kinds():
        for row in company.rows(kind):
            whole = ET.fromstring(to_xml({kind: shown(company, row)}))  # noqa: S314  the twin's own answer
            for element in whole.iter():
                members = {child.tag.rpartition("}")[2] for child in element}
                place = places(element.tag.rpartition("}")[2])
                assert len(members) < 2 or members <= set(place), (kind, members - set(place))


def texts(value: Any) -> Any:
    """`value` with every number and flag as XML writes it, where an empty list is nothing at all."""
    if isinstance(value, dict):
        return {key: texts(member) for key, member in value.items() if member != []} or ""
    if isinstance(value, list):
        return [texts(part) for part in value]
    return str(value).lower() if isinstance(value, bool) else str(value)


def test_types_of_an_xml_request_are_those_of_json() -> None:
    bench = Bench()
    account = bench.item.body["IncomeAccountRef"]["value"]
    body = sent(
        "Item",
        "<ns0:Name>true</ns0:Name><ns0:Type>Service</ns0:Type><ns0:Taxable>false</ns0:Taxable>"
        f"<ns0:UnitPrice>12.50</ns0:UnitPrice><ns0:IncomeAccountRef>{account}</ns0:IncomeAccountRef>",
    )
    made = xml(bench, "POST", "/item", body).find("Item")
    item = bench.get(f"/item/{made.findtext('Id')}")["Item"]
    assert (item["Name"], item["Taxable"], item["UnitPrice"]) == ("true", False, 12.5)
    assert made.findtext("Taxable") == "false"
    assert from_xml(b"<Line><Amount>1e</Amount><LineNum>2</LineNum><DiscountLineDetail/></Line>") == {
        "Amount": "1e",
        "LineNum": 2,
        "DiscountLineDetail": {},
    }
    nothing = f'<DocNumber xmlns:xsi="{XSI[1:-1]}" xsi:nil="true"/>'
    assert from_xml(f"<Invoice>{nothing}<TotalAmt>5.10</TotalAmt></Invoice>".encode()) == {
        "DocNumber": None,
        "TotalAmt": Decimal("5.10"),
    }


def test_a_sparse_update_and_a_deletion_in_xml() -> None:
    bench = Bench()
    made = bench.invoice()
    identity = f"<ns0:Id>{made['Id']}</ns0:Id><ns0:SyncToken>0</ns0:SyncToken>"
    note = sent("Invoice", f"{identity}<ns0:PrivateNote>new</ns0:PrivateNote>", 'sparse="true"')
    changed = xml(bench, "POST", "/invoice", note).find("Invoice")
    assert (changed.findtext("PrivateNote"), changed.findtext("SyncToken")) == ("new", "1")
    assert changed.findtext("TotalAmt") == "100.00"
    gone = sent("Invoice", identity.replace(">0<", ">1<"))
    removed = xml(bench, "POST", "/invoice", gone, operation="delete").find("Invoice")
    assert removed.attrib == {"domain": "QBO", "status": "Deleted"}
    assert names(removed) == ["Id"]


def test_a_batch_in_xml_is_answered_item_by_item() -> None:
    bench = Bench()
    wanted = "<ns0:DisplayName>New Client</ns0:DisplayName>"
    body = sent(
        "IntuitBatchRequest",
        item("a", f"<ns0:Customer>{wanted}</ns0:Customer>")
        + item("b", "<ns0:Query>select * from Customer</ns0:Query>")
        + item("c", f"<ns0:Customer>{wanted}</ns0:Customer>"),
    )
    items = xml(bench, "POST", "/batch", body).findall("BatchItemResponse")
    assert [item.get("bId") for item in items] == ["a", "b", "c"]
    assert items[0].findtext("Customer/DisplayName") == "New Client"
    assert items[1].find("QueryResponse").get("maxResults") == "2"
    assert items[2].find("Fault").get("type") == "ValidationFault"
    assert items[2].find("Fault/Error").get("code") == "6240"


def test_the_change_feed_in_xml_has_one_query_response_per_entity() -> None:
    bench = Bench()
    made = bench.invoice()
    bench.post("/invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete")
    since = (NOON - timedelta(days=1)).isoformat()
    feed = xml(bench, "GET", "/cdc", entities="Invoice,Bill", changedSince=since)
    invoices, bills = feed.find("CDCResponse").findall("QueryResponse")
    assert list(invoices.attrib) == ["startPosition", "maxResults", "totalCount"]
    assert invoices.find("Invoice").get("status") == "Deleted"
    assert (bills.attrib, len(bills)) == ({}, 0)
    assert feed.get("time") is not None


def test_a_report_in_xml_is_the_root_itself() -> None:
    bench = Bench()
    bench.invoice()
    report = xml(bench, "GET", "/reports/BalanceSheet")
    assert (report.tag, names(report)) == ("Report", ["Header", "Columns", "Rows"])
    section = report.find("Rows/Row")
    assert (section.get("type"), names(section)) == ("Section", ["Header", "Rows", "Summary"])
    cells = [row.findall("ColData")[1] for row in report.iter("Row") if row.get("type") == "Data"]
    assert {(cell.get("value"), cell.text) for cell in cells} == {("100.00", None)}


def test_custom_field_definitions_of_the_preferences_are_typed() -> None:
    groups = xml(Bench(), "GET", "/preferences").findall("Preferences/SalesFormsPrefs/CustomField")
    assert groups[0].get(f"{XSI}type") == "BooleanTypeCustomFieldDefinition"
    assert groups[0].findtext("CustomField/BooleanValue") == "false"


@pytest.mark.parametrize("path", ["/invoice", "/batch"])
def test_broken_xml_is_refused_in_xml(path: str) -> None:
    error = xml(Bench(), "POST", path, "<Invoice><").find("Fault/Error")
    assert error.get("code") == "2010"


def test_a_client_that_names_no_format_is_answered_in_the_one_it_writes() -> None:
    bench = Bench()
    login = {"authorization": f"Bearer {bench.token}"}

    def kind(method: str, path: str, body: bytes = b"", behaviour: str = "request", **named: str) -> str:
        bench.behaviour.plain_format = behaviour  # type: ignore[assignment]  one of the knob's three words
        headers = {name.replace("_", "-"): value for name, value in named.items()} | login
        response = bench.request(method, path, headers, body, query="select * from Item")
        return response.headers["Content-Type"].split(";")[0]

    asked_for = "application/json;charset=UTF-8"
    assert kind("GET", "/preferences") == kind("GET", "/preferences", accept="*/*") == "application/xml"
    assert kind("GET", "/preferences", accept="text/html, application/json") == "application/json"
    assert kind("GET", "/preferences", behaviour="json") == "application/json"
    assert kind("POST", "/customer", b"{}", content_type=asked_for) == "application/json"
    assert kind("POST", "/query", b"select * from Item", content_type="application/text") == "application/xml"
    assert kind("POST", "/customer", b"<Customer/>", content_type="text/xml") == "application/xml"
    assert json.loads(bench.request("GET", "/preferences", login, format="json").body)
