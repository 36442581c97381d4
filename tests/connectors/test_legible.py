"""A document as the form shows it: every field that counts as touched has a name that people know."""

from __future__ import annotations

import json

from connectors.quickbooks import observe
from connectors.quickbooks.legible import HEADER, legible

RAW = {
    "DocNumber": "1007",
    "CustomerRef": {"value": "3", "name": "Harbor & Pine"},
    "CustomerMemo": {"value": "Thank you"},
    "BillEmail": {"Address": "ap@harbor.example"},
    "BillEmailBcc": {"Address": "boss@harbor.example"},
    "BillAddr": {"Id": "9", "Line1": "1 Quay", "City": "Salem", "Lat": "42"},
    "CustomField": [
        {"DefinitionId": "1", "Name": "Crew", "StringValue": "B"},
        {"DefinitionId": "2", "Name": ""},
    ],
    "ApplyTaxAfterDiscount": False,
    "Line": [
        {
            "Id": "1",
            "LineNum": 1,
            "Description": "HPO-1 Search",
            "Amount": 300,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {
                "ItemRef": {"value": "7", "name": "Development"},
                "Qty": 2,
                "UnitPrice": 150,
                "ServiceDate": "2026-02-03",
                "TaxCodeRef": {"value": "NON"},
            },
        },
        {"Amount": 300, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
    ],
}


def test_fields_stand_under_their_names_on_the_form() -> None:
    assert legible(json.dumps(RAW)) == {
        ("", "number"): "1007",
        ("", "client"): "Harbor & Pine",
        ("", "message"): "Thank you",
        ("", "e-mail"): "ap@harbor.example",
        ("", "e-mail bcc"): "boss@harbor.example",
        ("", "billing address"): "1 Quay, Salem",
        ("", "Crew"): "B",
        ("", "tax after discount"): "no",
        ("1", "text"): "HPO-1 Search",
        ("1", "amount"): "300",
        ("1", "item"): "Development",
        ("1", "quantity"): "2",
        ("1", "price"): "150",
        ("1", "service date"): "2026-02-03",
        ("1", "tax code"): "NON",
    }


def test_what_is_deleted_says_nothing() -> None:
    assert legible("") == {}


def test_whatever_makes_a_document_edited_has_a_name() -> None:
    told_apart = {"Line", "CustomField", "TxnTaxDetail"}  # each in a way of its own
    assert set(HEADER) | told_apart == observe.BY_HAND
