"""World files as people write them who have a client to try: each answers that client as it announces."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest

from mappings.grammar.tomlfile import parse
from sandbox.http import Request, Response
from sandbox.world.digest import digest
from sandbox.world.file.opening import open_world
from sandbox.world.file.whole import WorldFile
from sandbox.world.running import RunningSandbox

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)


class Stranger:
    """Somebody with a world file and a client, who calls both services in process."""

    def __init__(self, text: str) -> None:
        file, problems = parse(text, "world.toml", WorldFile)
        assert problems == []
        assert file is not None
        self.file, self.world = file, open_world(file, UNTIL)
        self.sandbox = RunningSandbox(self.world)
        self.sandbox.stop()  # nothing here needs its sockets
        tokens = self.world.quickbooks.tokens
        self.bearer = f"Bearer {tokens.connect(self.world.realm).access_token}"

    def jira(self, path: str, secret: str = "") -> Response:
        headers = {"host": "proxy.example", "authorization": secret} if secret else {"host": "proxy.example"}
        return self.sandbox.application("jira")(Request("GET", path, (), headers))

    def books(self, path: str, body: Any = None, **arguments: str) -> Any:
        headers = {"host": "127.0.0.1:1", "authorization": self.bearer, "content-type": "application/json"}
        raw = b"" if body is None else json.dumps(body).encode()
        method = "GET" if body is None else "POST"
        place, query = f"/v3/company/{self.world.realm}{path}", tuple(arguments.items())
        answer = self.sandbox.application("quickbooks")(Request(method, place, query, headers, raw))
        return json.loads(answer.body)

    def found(self, entity: str) -> list[Any]:
        words = ("SELECT", "*", "FROM", entity)
        return self.books("/query", query=" ".join(words))["QueryResponse"].get(entity, [])

    def sell(self, **more: Any) -> Any:
        """An invoice over 100 to a new customer, under the usual tax code, as made from this company's lists."""
        income = next(row["Id"] for row in self.found("Account") if row["AccountType"] == "Income")
        item = {"Name": "Consulting", "Type": "Service", "IncomeAccountRef": {"value": income}}
        item_id = self.books("/item", item)["Item"]["Id"]
        customer = {"DisplayName": "Xavier"} | {k: v for k, v in more.items() if k == "CurrencyRef"}
        customer_id = self.books("/customer", customer)["Customer"]["Id"]
        usual = ("20.0% S", "HST ON", "GST", "Standard", "TAX")
        code = next(row["Id"] for name in usual for row in self.found("TaxCode") if row["Name"] == name)
        detail = {"ItemRef": {"value": item_id}, "TaxCodeRef": {"value": code}}
        line = {"Amount": 100, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": detail}
        answer = self.books("/invoice", {"CustomerRef": {"value": customer_id}, "Line": [line], **more})
        return answer["Invoice"]


def basic(name: str, secret: str) -> str:
    return f"Basic {base64.b64encode(f'{name}:{secret}'.encode()).decode()}"


def test_a_cloud_site_behind_a_proxy_announces_the_proxy_under_https_and_a_path():
    stranger = Stranger(
        '[jira]\nbase_url = "https://acme.example/tracker/"\nstart = "empty"\n'
        '[[jira.user]]\nname = "Ann"\nemail = "ann@acme.example"\ntoken = "tok"\npassword = "pw"\n'
        'access_token = "oauth"\n[[jira.project]]\nkey = "ABC"\nname = "Alpha"\n'
    )
    for secret in ("tok", "pw"):
        me = json.loads(stranger.jira("/rest/api/3/myself", basic("ann@acme.example", secret)).body)
        assert me["self"].startswith("https://acme.example/tracker/rest/api/3/user?")
    cloud_id = stranger.world.jira.site.cloud_id
    assert stranger.jira(f"/ex/jira/{cloud_id}/rest/api/3/myself", "Bearer oauth").status == 200
    assert stranger.jira("/rest/api/3/myself", basic("ann@acme.example", "other")).status == 401


@pytest.mark.parametrize("context", ["", 'context_path = "/jira"\n'])
def test_data_center_is_served_under_the_path_it_announces(context):
    stranger = Stranger(
        f'[jira]\nbase_url = "https://acme.example/jira"\ndeployment = "Server"\nstart = "empty"\n{context}'
        '[[jira.user]]\nname = "Boss"\nusername = "admin"\npassword = "admin"\npersonal_token = "pat"\nadmin = true\n'
        '[[jira.group]]\nname = "crew"\nmembers = ["admin"]\n'
    )
    for secret in (basic("admin", "admin"), "Bearer pat"):
        me = json.loads(stranger.jira("/jira/rest/api/2/myself", secret).body)
        assert (me["name"], me["self"]) == (
            "admin",
            "https://acme.example/jira/rest/api/2/user?username=admin",
        )
    assert stranger.jira("/rest/api/2/myself", basic("admin", "admin")).status == 404
    members = {group.name: group.members for group in stranger.world.jira.groups.values()}["crew"]
    assert [stranger.world.jira.users[one].login for one in members] == ["admin"]


@pytest.mark.parametrize(
    ("keys", "currency", "tax"),
    [
        ('country = "GB"', "GBP", 20),
        ('country = "CA"', "CAD", 13),
        ('country = "AU"', "AUD", 10),
        ('country = "FR"\ncurrency = "EUR"', "EUR", 20),
        ('country = "GB"\nsales_tax = false', "GBP", 0),
        ("automated_tax = true", "USD", 8),
        ("sales_tax = true", "USD", 0),
        ("", "USD", 0),
    ],
)
def test_a_company_of_each_country_sells_in_its_currency_under_its_tax(keys, currency, tax):
    invoice = Stranger(f'[quickbooks]\nstart = "empty"\n{keys}\n').sell()
    assert invoice["CurrencyRef"]["value"] == currency
    assert (invoice["TotalAmt"], invoice.get("TxnTaxDetail", {}).get("TotalTax", 0)) == (100 + tax, tax)


@pytest.mark.parametrize(
    "keys", ["multicurrency = true", "preferences.CurrencyPrefs = { MultiCurrencyEnabled = true }"]
)
def test_a_company_with_currencies_takes_the_rates_of_the_file(keys):
    text = f'[quickbooks]\nstart = "empty"\n{keys}\nexchange_rates = {{ EUR = 0.9, GBP = 2 }}\n'
    stranger = Stranger(text)
    assert stranger.books("/companycurrency/1")["CompanyCurrency"]["Code"] == "EUR"
    invoice = stranger.sell(CurrencyRef={"value": "GBP"})
    assert (invoice["ExchangeRate"], invoice["HomeTotalAmt"]) == (2, 200)


def test_preferences_are_those_of_the_api_and_dates_may_be_dates():
    stranger = Stranger(
        '[quickbooks]\nstart = "sample"\n[quickbooks.preferences.AccountingInfoPrefs]\n'
        "BookCloseDate = 2020-12-31\n[quickbooks.preferences.SalesFormsPrefs]\nCustomTxnNumbers = true\n"
        '[quickbooks.preferences.SalesFormsPrefs.DefaultTerms]\nvalue = "3"\n'
    )
    shown = stranger.books("/preferences")["Preferences"]
    assert shown["AccountingInfoPrefs"]["BookCloseDate"] == "2020-12-31"
    assert shown["SalesFormsPrefs"]["CustomTxnNumbers"] is True
    assert shown["SalesFormsPrefs"]["DefaultTerms"] == {"value": "3"}
    assert "BookCloseDate" not in Stranger("").books("/preferences")["Preferences"]["AccountingInfoPrefs"]


def test_an_empty_company_can_sell_what_every_new_one_has():
    names = {item["Name"] for item in Stranger('[quickbooks]\nstart = "empty"\n').found("Item")}
    assert names == {"Services", "Hours"}


def test_quickbooks_announces_the_address_of_the_file():
    stranger = Stranger('[quickbooks]\nbase_url = "https://qb.example/api"\nstart = "sample"\n')
    ask = stranger.sandbox.application("quickbooks")
    found = json.loads(ask(Request("GET", "/.well-known/openid_sandbox_configuration")).body)
    addresses = [value for name, value in found.items() if name.endswith("_endpoint")]
    assert len(addresses) == 4
    assert all(address.startswith("https://qb.example/api/") for address in addresses)
    plain = Stranger("").sandbox.application("quickbooks")
    asked = Request("GET", "/.well-known/openid_configuration", (), {"host": "localhost:9"})
    assert json.loads(plain(asked).body)["token_endpoint"] == "http://localhost:9/oauth2/v1/tokens/bearer"


def test_two_openings_of_one_file_are_one_world():
    text = (
        '[clock]\nat = 2026-11-20T15:00:00Z\nfrozen = true\n[[jira.webhook]]\nurl = "http://127.0.0.1:9/x"\n'
        '[[quickbooks.webhook]]\nurl = "http://127.0.0.1:9/y"\nverifier_token = "v"\n'
    )
    assert digest(Stranger(text).world) == digest(Stranger(text).world)
