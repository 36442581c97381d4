"""The unmodified python-quickbooks against the QuickBooks twin over HTTP, with faults in between."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Iterator
from decimal import Decimal

import pytest
import requests
from intuitlib.client import AuthClient
from intuitlib.exceptions import AuthClientError
from quickbooks import QuickBooks
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import (
    AuthorizationException,
    ObjectNotFoundException,
    QuickbooksException,
    ValidationException,
)
from quickbooks.objects import (
    Account,
    CompanyInfo,
    Customer,
    EmailAddress,
    Invoice,
    Item,
    Payment,
    Preferences,
    Ref,
    SalesItemLine,
    SalesItemLineDetail,
    TaxCode,
    Term,
)
from quickbooks_twin import REALM, Bench

from sandbox import faults as f
from sandbox.http import Server


class Session(requests.Session):
    """What python-quickbooks wants of a session: an `access_token` beside requests' own."""

    access_token = ""


@dataclasses.dataclass
class Library:
    bench: Bench
    faults: f.Faults
    server: Server
    client: QuickBooks

    def new_invoice(self, amount: str = "10.10") -> Invoice:
        detail = SalesItemLineDetail()
        detail.ItemRef = Ref()
        detail.ItemRef.value = self.bench.item.id
        line = SalesItemLine()
        line.Amount = Decimal(amount)
        line.SalesItemLineDetail = detail
        invoice = Invoice()
        invoice.CustomerRef = Ref()
        invoice.CustomerRef.value = self.bench.customer.id
        invoice.Line.append(line)
        return invoice


@pytest.fixture
def library() -> Iterator[Library]:
    bench, faults = Bench(), f.Faults()
    with Server(faults.wrap(bench.app)) as server, Session() as session:
        session.access_token = bench.token
        client = QuickBooks(company_id=REALM, minorversion=75, use_decimal=True)
        client.api_url_v3 = f"{server.url}/v3"
        client.session = session
        yield Library(bench, faults, server, client)


def test_an_invoice_made_with_the_librarys_own_defaults_is_accepted(library: Library) -> None:
    made = library.new_invoice().save(qb=library.client)
    assert (made.Id, made.TotalAmt, made.AllowIPNPayment) == ("1", Decimal("10.1"), False)
    found = Invoice.get(1, qb=library.client)
    assert (found.DocNumber, found.CustomerRef.name, found.EmailStatus) == ("1001", "Acme", "NotSet")
    assert found.Line[0].SalesItemLineDetail.ItemRef.name == "Development"


def test_a_second_save_with_the_returned_object_works_and_with_the_old_one_is_stale(library: Library) -> None:
    old = library.new_invoice()
    made = old.save(qb=library.client)
    made.PrivateNote = "changed"
    assert made.save(qb=library.client).SyncToken == "1"
    old.SyncToken = 0
    with pytest.raises(QuickbooksException) as error:
        old.save(qb=library.client)
    assert error.value.error_code == 5010


def test_lists_settings_and_counts_are_read(library: Library) -> None:
    assert [item.Name for item in Item.all(qb=library.client)] == ["Development"]
    assert Customer.filter(DisplayName="Acme", qb=library.client)[0].Id == library.bench.customer.id
    assert Customer.count("Active = true", qb=library.client) == 1
    assert Term.where("Name = 'Net 30'", qb=library.client)[0].DueDays == 30
    assert Account.choose(["1", "2"], qb=library.client)[1].Name == "Undeposited Funds"
    assert {code.Name for code in TaxCode.all(order_by="Name", qb=library.client)} >= {"TAX", "NON"}
    assert CompanyInfo.get(REALM, qb=library.client).CompanyName == "Fernwood Digital"
    assert Preferences.get(qb=library.client).SalesFormsPrefs.CustomTxnNumbers is False


def test_customer_item_and_payment_are_made_and_delete_void_and_send_work(library: Library) -> None:
    customer = Customer()
    customer.DisplayName = "O'Hara"
    assert customer.save(qb=library.client).Id == "2"
    assert Customer.filter(DisplayName="O'Hara", qb=library.client)[0].Id == "2"
    first, second = (library.new_invoice().save(qb=library.client) for _ in range(2))
    first.BillEmail = EmailAddress()
    first.BillEmail.Address = "ap@acme.example"
    first = first.save(qb=library.client)
    first.send(qb=library.client)
    assert library.bench.company.mails[0].address == "ap@acme.example"
    second.void(qb=library.client)
    assert Invoice.get(second.Id, qb=library.client).PrivateNote == "Voided"
    Invoice.get(second.Id, qb=library.client).delete(qb=library.client)
    with pytest.raises(ObjectNotFoundException):
        Invoice.get(second.Id, qb=library.client)
    paid = library.bench.finance.take_payment(first.Id)
    payment = Payment.get(paid.id, qb=library.client)
    assert payment.TotalAmt == Decimal("10.1")
    payment.void(qb=library.client)
    assert Invoice.get(first.Id, qb=library.client).Balance == Decimal("10.1")


def test_the_change_feed_is_read_by_the_library(library: Library) -> None:
    library.new_invoice().save(qb=library.client)
    gone = library.new_invoice().save(qb=library.client)
    gone.delete(qb=library.client)
    feed = change_data_capture([Invoice, Customer], "2026-03-02T00:00:00-08:00", qb=library.client)
    assert [invoice.Id for invoice in feed.Invoice] == ["1", "2"]
    assert feed.Invoice[1].status == "Deleted"
    assert len(feed.Customer) == 1


def test_the_same_request_id_gives_the_same_invoice(library: Library) -> None:
    first = library.new_invoice().save(qb=library.client, request_id="abc")
    second = library.new_invoice().save(qb=library.client, request_id="abc")
    assert first.Id == second.Id
    assert len(Invoice.all(qb=library.client)) == 1


def test_refusals_arrive_as_the_librarys_exceptions(library: Library) -> None:
    nobody = library.new_invoice()
    nobody.CustomerRef.value = "999"
    with pytest.raises(ValidationException) as error:
        nobody.save(qb=library.client)
    assert error.value.error_code == 2500
    with pytest.raises(ValidationException) as error:
        Invoice.query("SELECT * FROM Unicorn", qb=library.client)
    assert error.value.error_code == 4001
    library.client.session.access_token = "expired"
    with pytest.raises(AuthorizationException):
        Invoice.all(qb=library.client)


def test_a_commit_whose_answer_is_lost_is_made_once_with_a_request_id_and_twice_without(
    library: Library,
) -> None:
    for request_id in ("r1", None):
        library.faults.add(f.drop_after(), method="POST", path="/invoice$")
        with pytest.raises(requests.ConnectionError):
            library.new_invoice().save(qb=library.client, request_id=request_id)
        library.new_invoice().save(qb=library.client, request_id=request_id)
    assert len(library.bench.company.rows("Invoice")) == 3


def test_a_server_that_loses_request_ids_on_the_way_makes_two(library: Library) -> None:
    library.faults.add(f.without_argument("requestid"), method="POST", count=None)
    for _ in range(2):
        library.new_invoice().save(qb=library.client, request_id="r1")
    assert len(library.bench.company.rows("Invoice")) == 2


def test_an_error_after_the_effect_looks_like_a_refusal_and_is_none(library: Library) -> None:
    fault = {
        "Fault": {
            "Error": [{"Message": "x", "Detail": "(-30003)", "code": "6000"}],
            "type": "ValidationFault",
        }
    }
    library.faults.add(f.answer_after(400, json.dumps(fault)), method="POST")
    with pytest.raises(QuickbooksException):
        library.new_invoice().save(qb=library.client)
    assert len(library.bench.company.rows("Invoice")) == 1


def test_the_servers_log_shows_that_nothing_was_ever_sent_by_mail(library: Library) -> None:
    library.new_invoice().save(qb=library.client)
    assert library.server.log.count("POST", "/invoice$") == 1
    assert library.server.log.count(path="/send$") == 0
    assert library.bench.company.mails == []


def test_intuits_own_login_client_refreshes_through_the_discovery_document(library: Library) -> None:
    tokens = library.bench.state.tokens
    discovery = f"{library.server.url}/.well-known/openid_sandbox_configuration"
    login = AuthClient(tokens.client_id, tokens.client_secret, "http://127.0.0.1/back", discovery)
    login.refresh(refresh_token=tokens.connect(REALM).refresh_token)
    library.client.session.access_token = login.access_token
    assert Customer.count(qb=library.client) == 1
    assert login.revoke(token=login.refresh_token)
    with pytest.raises(AuthClientError, match="invalid_grant"):
        login.refresh(refresh_token=login.refresh_token)
