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
