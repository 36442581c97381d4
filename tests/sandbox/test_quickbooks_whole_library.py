"""python-quickbooks over its whole surface on the sample company, as its own live tests use it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
import requests
from quickbooks import QuickBooks, objects
from quickbooks.batch import batch_create, batch_delete, batch_update
from quickbooks.cdc import change_data_capture
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects import detailline
from quickbooks.objects.attachable import Attachable
from quickbooks.objects.base import AttachableRef
from quickbooks.objects.bill import Bill
from quickbooks.objects.billpayment import BillPayment, BillPaymentLine, CheckPayment
from quickbooks.objects.companycurrency import CompanyCurrency
from quickbooks.objects.creditmemo import CreditMemo
from quickbooks.objects.deposit import Deposit, DepositLine, DepositLineDetail
from quickbooks.objects.exchangerate import ExchangeRate
from quickbooks.objects.journalentry import JournalEntry, JournalEntryLine, JournalEntryLineDetail
from quickbooks.objects.payment import Payment, PaymentLine
from quickbooks.objects.purchase import Purchase
from quickbooks.objects.purchaseorder import PurchaseOrder
from quickbooks.objects.refundreceipt import RefundReceipt
from quickbooks.objects.salesreceipt import SalesReceipt
from quickbooks.objects.taxservice import TaxRateDetails, TaxService
from quickbooks.objects.timeactivity import TimeActivity
from quickbooks.objects.transfer import Transfer
from quickbooks.objects.vendorcredit import VendorCredit

from sandbox.clock import Clock
from sandbox.http import Server
from sandbox.quickbooks.invariants import broken_promises
from sandbox.quickbooks.sample import open_sample_company
from sandbox.quickbooks.state import QuickBooksState
from sandbox.quickbooks.wire.app import QuickBooksApp

REALM = "4620816365333333330"
Make = Callable[["Shop"], Any]


class Session(requests.Session):
    access_token = ""


class Shop:
    """The sample company with a client of the library, and makers of the objects that others need."""

    def __init__(self, server: Server, state: QuickBooksState, session: Session) -> None:
        self.state = state
        self.company = state.companies[REALM]
        self.client = QuickBooks(company_id=REALM, minorversion=75)
        self.client.api_url_v3 = f"{server.url}/v3"
        self.client.session = session

    def save(self, thing: Any) -> Any:
        return thing.save(qb=self.client)

    def get(self, kind: type, row_id: Any) -> Any:
        return kind.get(row_id, qb=self.client)  # type: ignore[attr-defined]

    def first(self, kind: type) -> Any:
        return kind.all(max_results=1, qb=self.client)[0]  # type: ignore[attr-defined]

    def account(self, name: str) -> Any:
        return objects.Account.filter(Name=name, qb=self.client)[0]

    def sale(self, form: Any, amount: int = 100) -> Any:
        line = detailline.SalesItemLine()
        line.Description, line.Amount = "work", amount
        line.SalesItemLineDetail = detailline.SalesItemLineDetail()
        line.SalesItemLineDetail.ItemRef = self.get(objects.Item, 1).to_ref()
        form.Line.append(line)
        form.CustomerRef = self.get(objects.Customer, 1).to_ref()
        return form

    def cost(self, form: Any, amount: int = 200) -> Any:
        line = detailline.AccountBasedExpenseLine()
        line.Amount, line.DetailType = amount, "AccountBasedExpenseLineDetail"
        line.AccountBasedExpenseLineDetail = detailline.AccountBasedExpenseLineDetail()
        line.AccountBasedExpenseLineDetail.AccountRef = self.account("Advertising").to_ref()
        form.Line.append(line)
        return form

    def bill(self, amount: int = 200) -> Any:
        bill = self.cost(Bill(), amount)
        bill.VendorRef = self.first(objects.Vendor).to_ref()
        return self.save(bill)


@pytest.fixture
def shop() -> Iterator[Shop]:
    clock = Clock.at(datetime(2026, 3, 2, 20, tzinfo=UTC))
    state = QuickBooksState(clock)
    company = open_sample_company(state, REALM, multicurrency=True)
    company.exchange_rates["EUR"] = Decimal("1.10")
    with Server(QuickBooksApp(state, clock)) as server, Session() as session:
        session.access_token = state.tokens.connect(REALM).access_token
        yield Shop(server, state, session)
    assert broken_promises(state) == []


def named(kind: Any, **fields: Any) -> Any:
    thing = kind()
    for name, value in fields.items():
        setattr(thing, name, value)
    return thing


LISTS: dict[str, tuple[Make, str, str]] = {
    "customer": (lambda s: named(objects.Customer, DisplayName="New"), "CompanyName", "Changed"),
    "vendor": (lambda s: named(objects.Vendor, DisplayName="New"), "CompanyName", "Changed"),
    "employee": (lambda s: named(objects.Employee, GivenName="Ann", FamilyName="Lee"), "GivenName", "Anna"),
    "item": (
        lambda s: named(
            objects.Item, Name="New", Type="Service", IncomeAccountRef=s.account("Services").to_ref()
        ),
        "Description",
        "Changed",
    ),
    "account": (
        lambda s: named(
            objects.Account, Name="New", AccountSubType="AdvertisingPromotional", AccountType="Expense"
        ),
        "Description",
        "Changed",
    ),
    "term": (lambda s: named(objects.Term, Name="Net 7", DueDays=7), "Name", "Net seven"),
    "department": (lambda s: named(objects.Department, Name="North"), "Name", "South"),
    "class": (lambda s: named(objects.Class, Name="North"), "Name", "South"),
    "method": (lambda s: named(objects.PaymentMethod, Name="Barter"), "Name", "Swap"),
}


@pytest.mark.parametrize("name", LISTS)
def test_list_entries_are_made_read_found_changed_and_put_to_rest(shop: Shop, name: str) -> None:
    make, field, value = LISTS[name]
    made = shop.save(make(shop))
    kind = type(made)
    assert shop.get(kind, made.Id).Id == made.Id
    count = kind.count(qb=shop.client)
    assert [row.Id for row in kind.choose([made.Id], qb=shop.client)] == [made.Id]
    setattr(made, field, value)
    changed = shop.save(made)
    assert getattr(shop.get(kind, made.Id), field) == value
    changed.Active = False
    shop.save(changed)
    assert kind.count(qb=shop.client) == count - 1
    assert kind.filter(Active=False, qb=shop.client)[0].Id == made.Id


SALES = [objects.Invoice, objects.Estimate, CreditMemo, SalesReceipt, RefundReceipt]


@pytest.mark.parametrize("kind", SALES)
def test_sales_forms_are_made_changed_printed_and_deleted(shop: Shop, kind: Any) -> None:
    form = shop.sale(kind())
    form.DepositToAccountRef = shop.account("Checking").to_ref()
    made = shop.save(form)
    assert (made.TotalAmt, made.CustomerRef.name) == (100, "Amy's Bird Sanctuary")
    made.PrivateNote = "changed"
    changed = shop.save(made)
    assert shop.get(kind, made.Id).PrivateNote == "changed"
    assert shop.client.download_pdf(kind.qbo_object_name, made.Id).startswith(b"%PDF-1.4")
    changed.delete(qb=shop.client)
    assert kind.filter(Id=made.Id, qb=shop.client) == []


def test_an_invoice_is_sent_voided_and_made_once_under_one_request_id(shop: Shop) -> None:
    first = shop.sale(objects.Invoice()).save(qb=shop.client, request_id="r-1")
    again = shop.sale(objects.Invoice()).save(qb=shop.client, request_id="r-1")
    assert first.Id == again.Id
    first.send(qb=shop.client, send_to="ap@client.example")
    assert shop.company.mails[-1].address == "ap@client.example"
    sent = shop.get(objects.Invoice, first.Id)
    assert sent.EmailStatus == "EmailSent"
    sent.void(qb=shop.client)
    voided = shop.get(objects.Invoice, first.Id)
    assert (voided.Balance, voided.PrivateNote) == (0, "Voided")


def test_a_payment_is_made_on_an_invoice_and_voided(shop: Shop) -> None:
    invoice = shop.save(shop.sale(objects.Invoice()))
    payment = named(Payment, TotalAmt=60, CustomerRef=invoice.CustomerRef)
    line = named(PaymentLine, Amount=60)
    line.LinkedTxn.append(invoice.to_linked_txn())
    payment.Line.append(line)
    made = shop.save(payment)
    assert shop.get(objects.Invoice, invoice.Id).Balance == 40
    made.void(qb=shop.client)
    assert shop.get(Payment, made.Id).TotalAmt == 0
    assert shop.get(objects.Invoice, invoice.Id).Balance == 100


def test_bills_are_paid_and_the_payment_is_voided(shop: Shop) -> None:
    bill = shop.bill()
    payment = named(BillPayment, PayType="Check", TotalAmt=200, PrivateNote="note", VendorRef=bill.VendorRef)
    payment.CheckPayment = CheckPayment()
    payment.CheckPayment.BankAccountRef = shop.account("Checking").to_ref()
    line = named(BillPaymentLine, Amount=200)
    line.LinkedTxn.append(bill.to_linked_txn())
    payment.Line.append(line)
    made = shop.save(payment)
    assert shop.get(Bill, bill.Id).Balance == 0
    assert "Voided" not in shop.get(BillPayment, made.Id).PrivateNote
    made.void(qb=shop.client)
    voided = shop.get(BillPayment, made.Id)
    assert (voided.TotalAmt, voided.PrivateNote) == (0, "Voided - note")
    assert shop.get(Bill, bill.Id).Balance == 200


def test_what_the_company_buys(shop: Shop) -> None:
    credit = shop.cost(VendorCredit())
    credit.VendorRef = shop.first(objects.Vendor).to_ref()
    assert shop.save(credit).TotalAmt == 200
    purchase = shop.cost(named(Purchase, PaymentType="CreditCard", DocNumber="Doc123"))
    purchase.AccountRef = shop.account("Visa").to_ref()
    saved = purchase.save(qb=shop.client, params={"include": "allowduplicatedocnum"})
    assert shop.get(Purchase, saved.Id).DocNumber == "Doc123"
    assert shop.account("Visa").CurrentBalance == -200
    order = shop.cost(PurchaseOrder())
    order.VendorRef = shop.first(objects.Vendor).to_ref()
    order.APAccountRef = shop.account("Accounts Payable (A/P)").to_ref()
    assert shop.save(order).POStatus == "Open"
    for thing in (saved, shop.get(VendorCredit, credit.Id), shop.get(PurchaseOrder, order.Id)):
        thing.delete(qb=shop.client)
    assert shop.account("Visa").CurrentBalance == 0


def test_money_is_moved_between_accounts(shop: Shop) -> None:
    detail = DepositLineDetail()
    detail.AccountRef = shop.account("Savings").to_ref()
    deposit = named(Deposit, DepositToAccountRef=shop.account("Checking").to_ref())
    deposit.Line.append(
        named(DepositLine, Amount=20, DetailType="DepositLineDetail", DepositLineDetail=detail)
    )
    shop.save(deposit)
    transfer = named(Transfer, Amount=5)
    transfer.FromAccountRef = shop.account("Checking").to_ref()
    transfer.ToAccountRef = shop.account("Savings").to_ref()
    shop.save(transfer)
    assert (shop.account("Checking").CurrentBalance, shop.account("Savings").CurrentBalance) == (1216, 785)
    entry = JournalEntry()
    for side, name in (("Debit", "Checking"), ("Credit", "Services")):
        part = named(JournalEntryLineDetail, PostingType=side, AccountRef=shop.account(name).to_ref())
        entry.Line.append(named(JournalEntryLine, Amount=7, JournalEntryLineDetail=part))
    shop.save(entry)
    assert shop.account("Checking").CurrentBalance == 1223


def test_time_taxes_currencies_and_rates(shop: Shop) -> None:
    worked = named(TimeActivity, NameOf="Employee", Description="work", Hours=2, CostRate=50)
    worked.EmployeeRef = shop.first(objects.Employee).to_ref()
    made = shop.save(worked)
    assert (shop.get(TimeActivity, made.Id).Hours, made.EmployeeRef.name) == (2, "Emily Platt")
    agency = shop.save(named(objects.TaxAgency, DisplayName="County"))
    rate = named(TaxRateDetails, TaxRateName="County tax", RateValue=3, TaxAgencyId=agency.Id)
    service = named(TaxService, TaxCode="County")
    service.TaxRateDetails.append(rate)
    service.save(qb=shop.client)
    assert objects.TaxCode.filter(Name="County", qb=shop.client)[0].Taxable is True
    assert objects.TaxRate.filter(Name="County tax", qb=shop.client)[0].RateValue == 3
    assert shop.save(named(CompanyCurrency, Code="EUR")).Name == "Euro"
    euro = ExchangeRate.where("SourceCurrencyCode = 'EUR'", qb=shop.client)[0]
    assert (euro.TargetCurrencyCode, euro.Rate) == ("USD", 1.1)
    euro.Rate = 1.2
    shop.save(euro)
    assert ExchangeRate.where("SourceCurrencyCode = 'EUR'", qb=shop.client)[0].Rate == 1.2


def test_notes_and_files_are_attached_changed_and_downloaded(shop: Shop, tmp_path: Path) -> None:
    vendor = AttachableRef()
    vendor.EntityRef = shop.first(objects.Vendor).to_ref()
    note = named(Attachable, Note="a note")
    note.AttachableRef.append(vendor)
    made = shop.save(note)
    made.Note = "another"
    assert shop.save(made).Note == "another"
    path = tmp_path / "evidence.txt"
    path.write_bytes(b"line one\r\n\r\n--line two\n\x00\xff")
    for source in ({"_FilePath": str(path)}, {"_FileBytes": path.read_bytes()}):
        file = named(Attachable, FileName="evidence.txt", ContentType="text/plain", **source)
        file.AttachableRef.append(vendor)
        stored = shop.save(file)
        assert stored.Size == path.stat().st_size
        address = shop.client.session.get(
            f"{shop.client.api_url}/company/{REALM}/download/{stored.Id}",
            headers={"Authorization": f"Bearer {shop.client.session.access_token}"},
        ).text
        assert requests.get(address, timeout=5).content == path.read_bytes()
    found = Attachable.where(
        f"AttachableRef.EntityRef.Type = 'vendor' and AttachableRef.EntityRef.value = '{vendor.EntityRef.value}'",
        qb=shop.client,
    )
    assert len(found) == 3
    found[0].delete(qb=shop.client)
    assert Attachable.count(qb=shop.client) == 2


def test_batches_create_update_delete_and_answer_for_each_item(shop: Shop) -> None:
    customers = [named(objects.Customer, DisplayName=f"Batch {at}") for at in range(35)]
    customers.append(named(objects.Customer, DisplayName="Cool Cars"))
    made = batch_create(customers, qb=shop.client)
    assert (len(made.successes), len(made.faults)) == (35, 1)
    assert made.faults[0].Error[0].code == "6240"
    for customer in made.successes:
        customer.Notes = "changed"
    assert len(batch_update(made.successes, qb=shop.client).successes) == 35
    invoices = [shop.save(shop.sale(objects.Invoice())) for _ in range(2)]
    assert len(batch_delete(invoices, qb=shop.client).successes) == 2


def test_changes_reports_settings_and_the_user(shop: Shop) -> None:
    shop.save(shop.sale(objects.Invoice()))
    changes = change_data_capture(
        [objects.Invoice, objects.Estimate, objects.Customer], "2026-03-01T00:00:00Z", qb=shop.client
    )
    assert len(changes.Invoice) == 1
    assert not hasattr(changes, "Customer")
    assert shop.client.get_report("ProfitAndLoss")["Header"]["ReportName"] == "ProfitAndLoss"
    preferences = objects.Preferences.get(qb=shop.client)
    assert preferences.SalesFormsPrefs.AllowEstimates is True
    preferences.SalesFormsPrefs.CustomTxnNumbers = True
    preferences.save(qb=shop.client)
    assert objects.Preferences.get(qb=shop.client).SalesFormsPrefs.CustomTxnNumbers is True
    assert objects.CompanyInfo.get(1, qb=shop.client).Country == "US"
    with pytest.raises(QuickbooksException) as error:
        shop.client.get_report("NoSuchReport")
    assert error.value.error_code == 5020


def test_the_sample_companys_invoice_is_the_one_of_the_reference(shop: Shop) -> None:
    invoice = shop.get(objects.Invoice, 130)
    assert (invoice.DocNumber, invoice.TotalAmt, invoice.TxnTaxDetail.TotalTax) == ("1037", 362.07, 26.82)
    assert invoice.CustomField[0].Name == "Crew #"
    assert next(item.Name for item in objects.Item.where("Type = 'Inventory'", qb=shop.client)) == "Pump"
    names = {kind.__name__: kind.get(row_id, qb=shop.client).Name for kind, row_id in NAMED}
    assert names == {"Account": "Checking", "Term": "Net 30", "TaxCode": "California", "Item": "Pest Control"}


NAMED = ((objects.Account, 35), (objects.Term, 3), (objects.TaxCode, 2), (objects.Item, 10))
