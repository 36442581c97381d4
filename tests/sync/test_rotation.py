"""A new key: everything that is sealed goes over to it at once, or stays as it is, whatever breaks in between."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from breaking import Crash, breakable

from connectors.errors import Unauthorized
from connectors.oauth.tokens import Tokens
from sync.installation.rotation import rotate_key
from sync.installation.tokens import StoredTokens
from sync.installation.vault import Unsealable, Vault
from sync.store import Store

NOW = datetime(2026, 3, 2, tzinfo=UTC)
FORMER, PRESENT = Vault(bytes(32)), Vault(bytes(range(32)))
ACCOUNTS = ("jira/acme.atlassian.net", "quickbooks/production/42", "quickbooks/production/43")
PAIR = Tokens("access", "refresh-1", NOW + timedelta(hours=1))


def kept(store: Store, vault: Vault, account: str) -> StoredTokens:
    return StoredTokens(store, vault, account, None, lambda: NOW)


@pytest.fixture
def filled(store: Store) -> Store:
    for account in ACCOUNTS:
        kept(store, FORMER, account).begin(PAIR, place=f"place of {account}")
    return store


def opens(store: Store, vault: Vault) -> list[str]:
    """The accounts that open under a key."""
    found = []
    for account in ACCOUNTS:
        try:
            assert kept(store, vault, account).load() == PAIR
        except Unauthorized:
            continue
        found.append(account)
    return found


def test_all_that_is_sealed_goes_over_and_a_repeat_changes_nothing(filled: Store) -> None:
    assert rotate_key(filled, FORMER, PRESENT, lambda: NOW) == 3
    assert opens(filled, PRESENT) == list(ACCOUNTS)
    assert opens(filled, FORMER) == []
    assert kept(filled, PRESENT, ACCOUNTS[1]).place() == f"place of {ACCOUNTS[1]}"
    assert rotate_key(filled, FORMER, PRESENT, lambda: NOW) == 3
    assert opens(filled, PRESENT) == list(ACCOUNTS)


def test_one_text_that_does_not_open_stops_the_whole(filled: Store) -> None:
    kept(filled, Vault(bytes(range(1, 33))), ACCOUNTS[2]).begin(PAIR)
    with pytest.raises(Unsealable, match=f"stored tokens of {ACCOUNTS[2]}"):
        rotate_key(filled, FORMER, PRESENT, lambda: NOW)
    assert opens(filled, FORMER) == list(ACCOUNTS[:2])


def test_a_rotation_that_breaks_anywhere_loses_nothing(filled: Store) -> None:
    with breakable(filled.engine) as breaker:
        for step in range(200):
            breaker.mend()
            breaker.break_at(step)
            try:
                rotate_key(filled, FORMER, PRESENT, lambda: NOW)
            except Crash:
                breaker.mend()
                assert opens(filled, FORMER) in ([], list(ACCOUNTS))
                assert len(opens(filled, FORMER)) + len(opens(filled, PRESENT)) == len(ACCOUNTS)
            else:
                breaker.mend()
                break
    assert opens(filled, PRESENT) == list(ACCOUNTS)


def test_a_process_with_the_former_key_stops_before_it_asks_for_anything(filled: Store) -> None:
    running = kept(filled, FORMER, ACCOUNTS[1])
    rotate_key(filled, FORMER, PRESENT, lambda: NOW)
    with running.lock(), pytest.raises(Unauthorized, match="do not open") as stopped:
        running.load()
    assert "rotate-key" in stopped.value.hint
    assert opens(filled, PRESENT) == list(ACCOUNTS)


def test_rows_of_two_accounts_cannot_be_swapped(filled: Store) -> None:
    one, other = (filled.connections.sealed(account) or "" for account in ACCOUNTS[1:])
    filled.connections.keep(ACCOUNTS[1], other, NOW)
    filled.connections.keep(ACCOUNTS[2], one, NOW)
    assert opens(filled, FORMER) == [ACCOUNTS[0]]
    with pytest.raises(Unsealable):
        rotate_key(filled, FORMER, PRESENT, lambda: NOW)
