"""A login is shown to the hosts of its own service alone, and trials stay apart from the real books."""

from __future__ import annotations

from pathlib import Path

import pytest
from settings_text import BOOKS, LOCAL, SECRETS, SMALLEST, loaded, refused


@pytest.fixture
def config(tmp_path: Path) -> Path:
    return tmp_path / "config.toml"


@pytest.mark.parametrize(
    ("hosting", "url"),
    [
        ("cloud", "https://acme.atlassian.net"),
        ("cloud", "https://api.atlassian.com/ex/jira/1111-2222"),
        ("data_center", "https://jira.example.com/jira"),
        ("local", "http://127.0.0.1:8081"),
        ("local", "http://localhost:8081/jira"),
    ],
)
def test_a_site_stands_where_its_hosting_says(config: Path, hosting: str, url: str) -> None:
    jira = f'[jira.main]\nhosting = "{hosting}"\nurl = "{url}"\ntoken = "env:T"\n'
    assert loaded(config, SECRETS + jira + LOCAL).jira["main"].url == url


@pytest.mark.parametrize(
    ("hosting", "url"),
    [
        ("cloud", "https://jira.example.com"),
        ("cloud", "https://atlassian.net.example.com"),
        ("cloud", "https://example-atlassian.net"),
        ("cloud", "https://atlassian.net"),
        ("cloud", "https://api.atlassian.com"),
        ("cloud", "https://api.atlassian.com/ex/jira/1/../../x"),
        ("cloud", "https://api.atlassian.com.example.com/ex/jira/1111"),
        ("cloud", "http://127.0.0.1:8081"),
        ("cloud", "http://acme.atlassian.net"),
        ("data_center", "http://jira.example.com"),
        ("data_center", "https://127.0.0.1"),
        ("data_center", "https://localhost"),
        ("data_center", "https://169.254.169.254/latest"),
        ("data_center", "https://[fe80::1]"),
        ("data_center", "https://acme.atlassian.net"),
        ("local", "https://jira.example.com"),
        ("local", "http://192.168.1.9:8081"),
    ],
)
def test_a_login_is_shown_to_no_other_host(config: Path, hosting: str, url: str) -> None:
    jira = f'[jira.main]\nhosting = "{hosting}"\nurl = "{url}"\ntoken = "env:T"\n'
    (problem,) = refused(config, SECRETS + jira + LOCAL)
    assert problem.message.startswith("jira.main.url: ")


def test_the_real_books_stand_beside_no_trial(config: Path) -> None:
    real = BOOKS.replace("main", "real").replace('"42"', '"43"').replace("sandbox", "production")
    (problem,) = refused(config, SMALLEST + real)
    assert problem.message == "quickbooks.real.environment: production stands beside sandbox"
    made_up = '[jira.main]\nhosting = "local"\nurl = "http://127.0.0.1:1"\ntoken = "env:T"\n'
    (problem,) = refused(config, SECRETS + made_up + real)
    assert problem.message == "jira.main.hosting: a local site stands beside production"


APP = '[jira.main]\nurl = "https://acme.atlassian.net"\nclient_id = "env:ID"\nclient_secret = "env:S"\n'


def test_an_app_is_a_login_of_a_site(config: Path) -> None:
    site = loaded(config, SECRETS + APP + BOOKS).jira["main"]
    assert (site.account, site.authorization, site.gateway) == (
        "jira/acme.atlassian.net",
        "https://auth.atlassian.com",
        "https://api.atlassian.com",
    )
    assert site.redirect_url == "http://localhost:8765/connected"


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ('url = "https://a.atlassian.net"\n', "jira.main: a site needs a login"),
        (APP.partition("\n")[2] + 'token = "env:T"\n', "jira.main: a site has one login"),
        (APP.partition("\n")[2] + 'email = "a@b.c"\n', "jira.main.email: this goes with a token"),
        (APP.partition("\n")[2] + "token_expires_on = 2027-01-15\n", "jira.main.token_expires_on: this goes"),
        ('url = "https://a.atlassian.net"\nclient_id = "env:ID"\n', "jira.main: client_id and client_secret"),
        (
            APP.partition("\n")[2].replace("acme.atlassian.net", "api.atlassian.com/ex/jira/1"),
            "jira.main.url: ",
        ),
        (
            'hosting = "data_center"\n'
            + APP.partition("\n")[2].replace("acme.atlassian.net", "jira.example.com"),
            "jira.main: a server of your own takes a personal access token",
        ),
    ],
)
def test_a_login_that_does_not_fit_its_site_is_a_mistake(config: Path, lines: str, message: str) -> None:
    (problem,) = refused(config, f"{SECRETS}[jira.main]\n{lines}{BOOKS}")
    assert problem.message.startswith(message)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.com:8765/connected",
        "http://localhost/connected",
        "http://localhost:8765",
        "https://me:secret@example.com/connected",
        "https://example.com/connected?to=http://evil.example",
        "https://example.com/connected#there",
        "ftp://localhost:8765/connected",
    ],
)
def test_a_person_is_sent_back_to_this_machine_or_over_https(config: Path, url: str) -> None:
    (problem,) = refused(config, f'{SMALLEST}redirect_url = "{url}"\n')
    assert problem.message.startswith("quickbooks.main.redirect_url: a person is sent back")


def test_the_real_company_sends_nobody_back_to_this_machine_by_itself(config: Path) -> None:
    company = loaded(config, SMALLEST.replace("sandbox", "production")).quickbooks["main"]
    assert company.redirect.startswith("https://developer.intuit.com/")
    assert loaded(config, SMALLEST).quickbooks["main"].redirect == "http://localhost:8765/connected"
