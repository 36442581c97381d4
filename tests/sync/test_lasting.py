"""A login that ends is said 14, 7 and 1 days before, once each, over restarts; and until it is renewed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from settings_text import BOOKS, JIRA, SECRETS, loaded
from structlog.testing import capture_logs

from connectors.errors import Transient, Unauthorized
from connectors.oauth.tokens import Tokens
from sync.installation.lasting import endings
from sync.installation.settings import Settings
from sync.installation.tokens import StoredTokens
from sync.installation.vault import Vault
from sync.installation.watch import ConnectionWatch, connected_again, kept, standing
from sync.store import Store

NOW = datetime(2026, 3, 2, 12, tzinfo=UTC)
APP = '[jira.other]\nurl = "https://acme.atlassian.net"\nclient_id = "env:ID"\nclient_secret = "env:S"\n'


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    dated = f"{JIRA}token_expires_on = 2026-12-31\n"
    return loaded(tmp_path / "config.toml", SECRETS + dated + APP + BOOKS)


def grant(
    store: Store,
    account: str,
    unused: timedelta | None,
    ends: timedelta | None,
    configured: str | None = None,
) -> None:
    pair = Tokens(
        "access",
        "refresh",
        NOW,
        None if unused is None else NOW + unused,
        None,
        None if ends is None else NOW + ends,
    )
    StoredTokens(store, Vault(bytes(range(32))), account, configured, lambda: NOW).begin(pair)


def of_company(store: Store, unused: timedelta | None, ends: timedelta | None) -> None:
    grant(store, "quickbooks/sandbox/42", unused, ends, "rrr")


def test_the_next_end_of_each_login_is_known_without_a_secret(settings: Settings, store: Store) -> None:
    of_company(store, timedelta(days=100), timedelta(days=1800))
    grant(store, "jira/acme.atlassian.net", timedelta(days=90), timedelta(days=60))
    assert [(each.name, each.at, each.why) for each in endings(settings, store)] == [
        ("jira.other", NOW + timedelta(days=60), "a consent lasts no longer"),
        ("quickbooks.main", NOW + timedelta(days=100), "nothing used it since"),
        ("jira.main", datetime(2027, 1, 1, tzinfo=UTC), "the last day of its token"),
    ]


def test_a_login_of_which_nothing_is_known_is_not_said_to_end(settings: Settings, store: Store) -> None:
    of_company(store, None, None)
    assert [each.name for each in endings(settings, store)] == ["jira.main"]


def test_each_stage_is_told_once_over_restarts_until_it_is_renewed(settings: Settings, store: Store) -> None:
    of_company(store, timedelta(days=100), timedelta(days=20))
    told: list[tuple[int, str]] = []
    for hours in range(0, 22 * 24, 6):
        with capture_logs() as logs:
            ConnectionWatch(settings, store).look((), NOW + timedelta(hours=hours))  # each time a new process
        told += [(hours // 24, each["reason"].partition(":")[0]) for each in logs]
    assert told == [
        (6, "it ends on 2026-03-22, in 14 days"),
        (13, "it ends on 2026-03-22, in 7 days"),
        (19, "it ends on 2026-03-22, in 1 day"),
        (20, "it ended on 2026-03-22"),
    ]
    (finding,) = standing(settings, store, NOW + timedelta(days=21))
    assert (finding.subject, finding.owner) == ("quickbooks.main", "admin")
    assert "milepost connect quickbooks main" in finding.hint
    of_company(store, timedelta(days=121), timedelta(days=1800))
    assert ConnectionWatch(settings, store).look((), NOW + timedelta(days=21)) == ()
    assert kept(store) == []


def test_a_token_of_jira_is_said_to_end_with_its_last_day(settings: Settings, store: Store) -> None:
    assert standing(settings, store, datetime(2026, 12, 17, 23, tzinfo=UTC)) == ()
    (soon,) = standing(settings, store, datetime(2026, 12, 18, 1, tzinfo=UTC))
    assert soon.reason.startswith("it ends on 2027-01-01, in 13 days")
    (last,) = standing(settings, store, datetime(2026, 12, 31, 23, tzinfo=UTC))
    assert "in less than a day" in last.reason


def test_who_refuses_a_login_is_kept_by_its_name_until_it_works(settings: Settings, store: Store) -> None:
    watch = ConnectionWatch(settings, store)
    refused = Unauthorized(
        "QuickBooks", "refresh the connection", "the connection was revoked or has expired"
    )
    refused.account = "quickbooks.main"
    down = Transient("Jira", "read issues", "no route to host")
    (lost,) = watch.look([refused, down], NOW)
    assert (lost.code, lost.subject) == ("connection.lost", "quickbooks.main")
    assert watch.look([refused], NOW + timedelta(hours=1)) == ()
    (aged,) = kept(store)
    assert aged.first_seen_at == NOW
    assert [each.code for each in standing(settings, store, NOW)] == ["connection.lost"]
    connected_again(store, "quickbooks.main", NOW)
    assert kept(store) == []
    (again,) = watch.look([refused], NOW)
    assert again.code == "connection.lost"
    watch.look([], NOW)
    assert kept(store) == []
