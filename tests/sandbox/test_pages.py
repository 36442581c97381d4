"""The pages: one can be finance and the team by forms alone; hostile text and foreign sites do no harm."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from decimal import Decimal

import pytest
import requests

from sandbox.jira.people import Person
from sandbox.pages.html import element, said
from sandbox.quickbooks.finance import FinancePerson
from sandbox.world.generate import build
from sandbox.world.running import RunningSandbox
from sandbox.world.site import ACCOUNTS

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=y> \u202efdp\x1b[2J"


@pytest.fixture
def sandbox() -> Iterator[RunningSandbox]:
    with RunningSandbox(build(7, UNTIL)) as running:
        yield running


@pytest.fixture
def invoices(sandbox: RunningSandbox) -> str:
    return f"{sandbox.quickbooks_url}/sandbox/company/{sandbox.world.company.realm}/invoices"


def body(sandbox: RunningSandbox, invoice_id: str):
    return sandbox.world.company.find("Invoice", invoice_id).body


def draft(sandbox: RunningSandbox) -> str:
    return next(r.id for r in sandbox.world.company.rows("Invoice") if r.body["EmailStatus"] == "NotSet")


def post(url: str, headers: dict[str, str] | None = None, **form: str) -> requests.Response:
    return requests.post(url, data=form, headers=headers, timeout=5)


def text_of(answer: requests.Response) -> str:
    return html.unescape(re.sub(r"<[^>]+>", " ", answer.text))


def test_the_front_page_leads_to_the_list_of_invoices_with_number_client_and_total(sandbox, invoices):
    answer = requests.get(f"{sandbox.quickbooks_url}/sandbox", timeout=5)
    assert answer.url == invoices
    text = text_of(answer)
    for row in sandbox.world.company.rows("Invoice"):
        assert row.body["DocNumber"] in text
        assert row.body["CustomerRef"]["name"] in text
        assert f"{row.body['TotalAmt']:,.2f} {row.body['CurrencyRef']['value']}" in text


def test_finance_takes_a_draft_through_its_whole_life(sandbox, invoices):
    here = f"{invoices}/{draft(sandbox)}"
    invoice_id = here.rpartition("/")[2]
    line = body(sandbox, invoice_id)["Line"][0]["Id"]
    assert "pill draft" in requests.get(here, timeout=5).text
    edited = post(f"{here}/line", line=line, text="Care, November", amount="1,000.50")
    assert edited.url == f"{here}?done=line"
    assert [each.status_code for each in edited.history] == [303]
    assert "pill edited" in edited.text
    assert body(sandbox, invoice_id)["TotalAmt"] == Decimal("1000.50")
    assert body(sandbox, invoice_id)["Line"][0]["Description"] == "Care, November"
    post(f"{here}/memo", memo="Thank you")
    assert body(sandbox, invoice_id)["CustomerMemo"] == {"value": "Thank you"}
    assert "pill queued" in post(f"{here}/queue", email="a@b.example").text
    assert "pill sent" in post(f"{here}/send", email="c@d.example").text
    assert "c@d.example" in requests.get(here.replace(f"invoices/{invoice_id}", "mails"), timeout=5).text
    assert body(sandbox, invoice_id)["DeliveryInfo"]["DeliveryType"] == "Email"
    post(f"{here}/print")
    assert body(sandbox, invoice_id)["PrintStatus"] == "PrintComplete"
    assert "pill part-paid" in post(f"{here}/pay", amount="0.50").text
    assert "pill paid" in post(f"{here}/pay", amount="1000").text
    (first, second) = (p.id for p in sandbox.world.company.rows("Payment"))
    post(f"{here}/unpay", payment=first)
    assert "pill sent" in post(f"{here}/unpay", payment=second).text
    assert "pill voided" in post(f"{here}/void", sure="yes").text
    assert body(sandbox, invoice_id)["TotalAmt"] == 0


def test_an_invoice_is_deleted_only_on_a_clear_yes(sandbox, invoices):
    invoice_id = draft(sandbox)
    kept = post(f"{invoices}/{invoice_id}/delete", sure="no")
    assert (kept.status_code, sandbox.world.company.find("Invoice", invoice_id) is None) == (409, False)
    gone = post(f"{invoices}/{invoice_id}/delete", sure="yes")
    assert (gone.url, sandbox.world.company.find("Invoice", invoice_id)) == (f"{invoices}?done=delete", None)
    assert requests.get(f"{invoices}/{invoice_id}", timeout=5).status_code == 404


@pytest.mark.parametrize("amount", ["", "ten", "1.005", "NaN", "sNaN", "1e999999", "-5", "Infinity"])
def test_an_amount_that_is_none_is_refused_and_changes_nothing(sandbox, invoices, amount):
    invoice_id = draft(sandbox)
    before = dict(body(sandbox, invoice_id))
    answer = post(f"{invoices}/{invoice_id}/pay", amount=amount)
    assert answer.status_code == 409
    assert 'role="alert"' in answer.text
    assert body(sandbox, invoice_id) == before


def test_what_the_service_refuses_a_person_reads_why(sandbox, invoices):
    invoice_id = draft(sandbox)
    post(f"{invoices}/{invoice_id}/pay", amount="100")
    answer = post(f"{invoices}/{invoice_id}/delete", sure="yes")
    assert answer.status_code == 409
    assert "Linked transactions must be unlinked" in answer.text


def test_closed_books_hold_and_open_again(sandbox, invoices):
    invoice_id = draft(sandbox)
    books = invoices.replace("invoices", "books")
    assert post(f"{books}/close", through="soon").status_code == 409
    assert "closed through 2026-12-31" in post(f"{books}/close", through="2026-12-31").text
    assert post(f"{invoices}/{invoice_id}/memo", memo="late").status_code == 409
    assert "The books are open." in text_of(post(f"{books}/open"))
    assert post(f"{invoices}/{invoice_id}/memo", memo="late").status_code == 200


def test_the_books_page_shows_every_balance_and_that_both_sides_are_equal(sandbox, invoices):
    company = sandbox.world.company
    page = requests.get(invoices.replace("invoices", "books"), timeout=5).text
    debits, credits_ = company.books.trial_balance()
    assert debits == credits_ > 0
    assert page.count(f"{debits:,.2f}") >= 2
    assert "balanced" in page
    for amount in company.books.balances().values():
        assert not amount or f"{abs(amount):,.2f}" in page


def test_the_list_is_filtered_by_status_and_turned_page_by_page(invoices):
    with RunningSandbox(build(7, UNTIL, 3)) as running:
        path = invoices[invoices.index("/sandbox") :]
        first, third = (
            requests.get(f"{running.quickbooks_url}{path}?page={n}", timeout=5).text for n in (1, 3)
        )
        paid = requests.get(f"{running.quickbooks_url}{path}?status=paid", timeout=5).text
    assert (first.count("<tr>"), "1-50 of 125" in first, "101-125 of 125" in third) == (51, True, True)
    assert set(re.findall(r'class="pill ([a-z-]+)"', paid)) == {"paid"}


def test_hostile_text_is_shown_and_never_run(sandbox, invoices):
    invoice_id = draft(sandbox)
    finance = FinancePerson(sandbox.world.company)
    finance.edit_text(invoice_id, "1", HOSTILE)
    finance.edit_note(invoice_id, HOSTILE)
    finance.edit_memo(invoice_id, HOSTILE)
    person = Person(sandbox.world.jira, sandbox.clock, ACCOUNTS[0])
    person.set_field("HPO-1", "summary", HOSTILE)
    for url in (f"{invoices}/{invoice_id}", f"{sandbox.jira_url}/sandbox/issues/HPO-1"):
        page = requests.get(url, timeout=5).text
        assert "<script" not in page
        assert "<img" not in page
        assert "\x1b" not in page
        assert "<bdi>&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "\u241b[2J" in page


def test_markup_is_made_only_on_purpose():
    assert said("<b>") == "<bdi>&lt;b&gt;</bdi>"
    assert element("a", "<i>", href='"><x') == '<a href="&quot;&gt;&lt;x">&lt;i&gt;</a>'
    assert element("input", value="\ud800", required=True, name=None) == '<input value="?" required>'


def test_every_page_is_kept_from_caches_frames_and_scripts_and_says_what_it_is(sandbox, invoices):
    for url in (invoices, f"{sandbox.jira_url}/sandbox", f"{sandbox.jira_url}/sandbox/nowhere"):
        answer = requests.get(url, timeout=5)
        assert "sandbox" in re.findall(r'class="banner">([^<]+)<', answer.text)[0]
        assert answer.headers["X-Milepost-Sandbox"] == "true"
        assert answer.headers["Cache-Control"] == "no-store"
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert "style=" not in answer.text


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "rebound.example"},
    ],
)
def test_a_foreign_page_cannot_act(sandbox, invoices, headers):
    invoice_id = draft(sandbox)
    answer = post(f"{invoices}/{invoice_id}/void", headers, sure="yes")
    assert answer.status_code == 403
    assert body(sandbox, invoice_id)["TotalAmt"] > 0


def test_our_own_page_can_act_and_a_rebound_name_cannot_even_read(sandbox, invoices):
    own = {"Origin": sandbox.quickbooks_url, "Sec-Fetch-Site": "same-origin"}
    assert post(f"{invoices}/{draft(sandbox)}/print", own).status_code == 200
    rebound = requests.get(invoices, headers={"Host": "rebound.example"}, timeout=5)
    assert rebound.status_code == 403


def test_a_change_needs_a_form_and_not_a_link(sandbox, invoices):
    invoice_id = draft(sandbox)
    assert requests.get(f"{invoices}/{invoice_id}/void", timeout=5).status_code == 404
    assert requests.put(f"{invoices}/{invoice_id}/void", timeout=5).status_code == 405
    assert body(sandbox, invoice_id)["TotalAmt"] > 0


def test_people_at_the_pages_meet_no_scripted_fault(sandbox, invoices):
    from sandbox.faults import bad_gateway

    sandbox.quickbooks_faults.add(bad_gateway(), count=None)
    assert requests.get(invoices, timeout=5).status_code == 200
    assert requests.get(f"{sandbox.quickbooks_url}/v3/company/1/query", timeout=5).status_code == 502


def test_the_address_in_a_link_of_jira_leads_to_the_page_of_the_issue(sandbox):
    answer = requests.get(f"{sandbox.jira_url}/browse/HPO-1", timeout=5)
    assert answer.url == f"{sandbox.jira_url}/sandbox/issues/HPO-1"
    assert sandbox.world.jira.issue("HPO-1").summary in text_of(answer)
    lost = requests.get(f"{sandbox.jira_url}/browse/x%0d%0aSet-Cookie:y%C3%A4", timeout=5)
    assert lost.status_code == 404
    assert "Set-Cookie" not in lost.history[0].headers


def test_a_browser_that_asks_for_the_bare_address_is_led_to_the_pages(sandbox):
    for url in (sandbox.jira_url, sandbox.quickbooks_url):
        browser, client = (
            requests.get(url, headers={"Accept": kind}, timeout=5) for kind in ("text/html", "*/*")
        )
        assert (browser.status_code, browser.url.startswith(f"{url}/sandbox")) == (200, True)
        assert (client.status_code, client.history) == (404, [])


def test_the_team_takes_an_issue_through_its_life(sandbox):
    state = sandbox.world.jira
    epic = state.issues[sandbox.world.cast.epics["closing"]]
    here = f"{sandbox.jira_url}/sandbox/issues/{epic.key}"
    assert 'class="pill indeterminate"' in requests.get(here, timeout=5).text
    assert "Closed." in post(f"{here}/close", resolution="Won't Do").text
    assert state.resolutions[epic.resolution_id].name == "Won't Do"
    assert state.statuses[epic.status_id].category == "done"
    post(f"{here}/start")
    assert (state.statuses[epic.status_id].category, epic.resolution_id) == ("indeterminate", None)
    post(f"{here}/add", summary="One more thing", points="5")
    child = max((state.issues[i] for i in state.children[epic.id]), key=lambda issue: issue.id)
    assert child.summary == "One more thing"
    there = f"{sandbox.jira_url}/sandbox/issues/{child.key}"
    assert "<dd>5</dd>" in requests.get(there, timeout=5).text
    post(f"{there}/estimate", points="8")
    post(f"{there}/log", hours="1.5", comment="pairing")
    assert child.time_spent == 5400
    assert "<dd>8</dd>" in requests.get(there, timeout=5).text
    for bad in ({"hours": "0"}, {"hours": "many"}, {"hours": "nan"}):
        assert post(f"{there}/log", **bad).status_code == 409
    moved = post(f"{there}/move", project="KES")
    assert moved.url.endswith(f"{child.key}?done=move")
    assert child.key.startswith("KES-")
    assert post(f"{sandbox.jira_url}/sandbox/issues/{child.key}/delete", sure="yes").status_code == 200
    assert state.issue(child.key) is None


def test_a_project_is_hidden_from_a_login_and_shown_again(sandbox):
    here = f"{sandbox.jira_url}/sandbox/projects/HPO"
    account = next(user.account_id for user in sandbox.world.jira.users.values() if user.token)
    auth = ("milepost@fernwood.example", "sandbox-jira-token")
    issue = f"{sandbox.jira_url}/rest/api/2/issue/HPO-1"
    assert "Show it to Milepost" in post(f"{here}/hide", account=account).text
    assert requests.get(issue, auth=auth, timeout=5).status_code == 404
    assert "Hide it from Milepost" in post(f"{here}/show", account=account).text
    assert requests.get(issue, auth=auth, timeout=5).status_code == 200


def test_a_sprint_closes_carries_over_and_reopens(sandbox):
    state, cast = sandbox.world.jira, sandbox.world.cast
    here = f"{sandbox.jira_url}/sandbox/sprints/{cast.running_sprint}"
    unfinished = [
        i for i in state.by_sprint[cast.running_sprint]
        if state.statuses[state.issues[i].status_id].category != "done"
    ]  # fmt: skip
    assert unfinished
    assert post(f"{here}/start", days="14").status_code == 409
    assert "pill closed" in post(f"{here}/close", to=str(cast.next_sprint)).text
    assert set(unfinished) <= state.by_sprint[cast.next_sprint]
    assert "pill active" in post(f"{here}/reopen").text
    there = f"{sandbox.jira_url}/sandbox/sprints/{cast.next_sprint}"
    assert post(f"{there}/start", days="0").status_code == 409
    assert "pill active" in post(f"{there}/start", days="10").text
    sprint = state.sprints[cast.next_sprint]
    assert sprint.ends_at - sprint.starts_at == timedelta(days=10)


def test_time_passes_for_both_services_at_once(sandbox):
    before = sandbox.clock.now()
    page = post(f"{sandbox.quickbooks_url}/sandbox/time", span="day")
    assert sandbox.clock.now() - before == timedelta(days=1)
    assert "2026-11-21 15:00:00 UTC" in page.text
    assert "2026-11-21 15:00:00 UTC" in requests.get(f"{sandbox.jira_url}/sandbox/time", timeout=5).text
