from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from quickbooks_bench import NOON, Bench, bench

from connectors.errors import Transient, Unauthorized
from connectors.oauth.tokens import MemoryVault, Tokens
from connectors.quickbooks import OAuthTokens
from sandbox import faults

REFRESH = "/oauth2/v1/tokens/bearer"


@pytest.fixture
def shop() -> Iterator[Bench]:
    with bench() as made:
        made.state.behaviour.refresh_rotates_after = timedelta(0)
        made.state.behaviour.refresh_grace = timedelta(0)
        yield made


def refreshes(shop: Bench) -> int:
    return shop.server.log.count("POST", REFRESH)


def another_process(shop: Bench, vault: Any = None) -> OAuthTokens:
    return OAuthTokens(shop.login, vault or shop.vault, clock=shop.clock.now)


def held(shop: Bench) -> Tokens:
    tokens = shop.vault.load()
    assert tokens is not None
    return tokens


def test_a_token_with_time_left_is_used_without_asking(shop: Bench) -> None:
    first = shop.tokens.access_token()
    shop.clock.advance(timedelta(minutes=49))
    assert shop.tokens.access_token() == first
    assert refreshes(shop) == 0


def test_ten_minutes_before_its_end_a_token_is_refreshed_once(shop: Bench) -> None:
    first = shop.tokens.access_token()
    shop.clock.advance(timedelta(minutes=50))
    second = shop.tokens.access_token()
    assert second != first
    assert shop.tokens.access_token() == second
    assert refreshes(shop) == 1
    assert held(shop).access == second
    assert held(shop).access_expires_at == NOON + timedelta(minutes=110)
    assert held(shop).refresh_expires_at == NOON + timedelta(minutes=50, days=101)


def test_the_rotated_pair_is_stored_before_it_is_used(shop: Bench) -> None:
    class Full(MemoryVault):
        def save(self, tokens: Tokens) -> None:
            raise OSError(28, "No space left on device")

    source = another_process(shop, Full(shop.vault.load()))
    shop.clock.advance(timedelta(hours=1))
    with pytest.raises(OSError, match="No space"):
        source.access_token()
    with pytest.raises((OSError, Unauthorized)):
        source.access_token()  # never the unsaved pair


def test_fifty_threads_refresh_once_and_share_the_result(shop: Bench) -> None:
    shop.clock.advance(timedelta(hours=1))
    start = threading.Barrier(50)
    seen: list[str] = []

    def ask(source: OAuthTokens) -> None:
        start.wait(10)
        seen.append(source.access_token())

    sources = [another_process(shop) for _ in range(5)]  # five processes on one vault, ten threads each
    threads = [threading.Thread(target=ask, args=(sources[number % 5],)) for number in range(50)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(seen) == 50
    assert set(seen) == {held(shop).access}
    assert refreshes(shop) == 1


def test_a_race_that_the_lock_did_not_prevent_is_won_by_reading_again(shop: Bench) -> None:
    class Unlocked(MemoryVault):
        """A vault whose lock does not hold: another process refreshes between our load and our post."""

        @contextmanager
        def lock(self) -> Iterator[None]:  # type: ignore[override]  # another kind of context manager
            yield

    vault = Unlocked(shop.vault.load())
    ours, theirs = another_process(shop, vault), another_process(shop, vault)
    shop.clock.advance(timedelta(hours=1))

    def they_win(request: Any, ask: Any) -> Any:
        theirs.access_token()
        return ask(request)

    shop.faults.add(they_win, path=REFRESH)
    assert ours.access_token() == theirs.access_token()
    assert refreshes(shop) == 2


def test_a_revoked_connection_says_connect_again(shop: Bench) -> None:
    shop.state.tokens.revoke(held(shop).refresh)
    shop.clock.advance(timedelta(hours=1))
    with pytest.raises(Unauthorized, match="Connect again") as revoked:
        shop.tokens.access_token()
    assert revoked.value.code == "invalid_grant"


def test_the_value_before_is_tried_once_when_the_new_one_is_dead(shop: Bench) -> None:
    good = held(shop)
    shop.vault.save(replace(good, refresh="lost-on-the-way", previous_refresh=good.refresh))
    shop.clock.advance(timedelta(hours=1))
    source = another_process(shop)
    assert source.access_token() == held(shop).access
    assert refreshes(shop) == 2
    assert held(shop).previous_refresh == good.refresh


def test_an_answer_lost_after_rotation_is_healed_by_the_grace_of_the_service(shop: Bench) -> None:
    shop.state.behaviour.refresh_grace = timedelta(hours=24)
    shop.clock.advance(timedelta(hours=1))
    shop.faults.add(faults.drop_after(), path=REFRESH)
    with pytest.raises(Transient):
        shop.tokens.access_token()
    assert shop.tokens.access_token() == held(shop).access


@pytest.mark.parametrize(
    "fault",
    [
        faults.bad_gateway(),
        faults.drop_before(),
        faults.too_many_requests(),
        faults.answer(200, "{"),
        faults.answer(200, '{"access_token":"a"}'),
        faults.answer(200, '{"access_token":"a","refresh_token":null,"expires_in":3600}'),
        faults.answer(
            200, '{"error":"server_error","access_token":"a","refresh_token":"b","expires_in":3600}'
        ),
    ],
)
def test_an_answer_without_a_whole_pair_is_never_stored(shop: Bench, fault: faults.Fault) -> None:
    before = held(shop)
    shop.clock.advance(timedelta(hours=1))
    shop.faults.add(fault, path=REFRESH)
    with pytest.raises(Transient):
        shop.tokens.access_token()
    assert held(shop) == before
    assert shop.tokens.access_token() == held(shop).access


def test_invalid_grant_with_status_200_is_no_success(shop: Bench) -> None:
    before = held(shop)
    shop.clock.advance(timedelta(hours=1))
    shop.faults.add(faults.answer(200, '{"error":"invalid_grant"}'), path=REFRESH)
    with pytest.raises(Unauthorized):
        shop.tokens.access_token()
    assert held(shop) == before


def test_while_the_old_token_lasts_an_outage_of_the_token_service_does_not_matter(shop: Bench) -> None:
    first = shop.tokens.access_token()
    shop.clock.advance(timedelta(minutes=55))
    shop.faults.add(faults.bad_gateway(), path=REFRESH)
    assert shop.tokens.access_token() == first
    assert shop.tokens.access_token() != first


def test_refused_application_keys_name_themselves(shop: Bench) -> None:
    shop.login = replace(shop.login, client_secret="wrong")
    shop.clock.advance(timedelta(hours=1))
    with pytest.raises(Unauthorized, match="Check client_id and client_secret"):
        another_process(shop).access_token()


def test_a_company_never_connected_says_so(shop: Bench) -> None:
    with pytest.raises(Unauthorized, match="never connected"):
        another_process(shop, MemoryVault()).access_token()


def test_a_refused_token_is_replaced_once_for_all_who_held_it(shop: Bench) -> None:
    first = shop.tokens.access_token()
    second = shop.tokens.refreshed(first)
    assert second != first
    assert shop.tokens.refreshed(first) == second
    assert refreshes(shop) == 1


def test_a_token_that_another_process_replaced_is_taken_from_the_vault(shop: Bench) -> None:
    ours, theirs = another_process(shop), another_process(shop)
    first = ours.access_token()
    second = theirs.refreshed(first)
    assert ours.refreshed(first) == second
    assert refreshes(shop) == 1


def test_secrets_are_in_no_text_trace_or_log(shop: Bench, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    tokens = held(shop)
    shop.clock.advance(timedelta(hours=1))
    shop.faults.add(faults.drop_before(), path=REFRESH)
    with pytest.raises(Transient) as failed:
        shop.tokens.access_token()
    shop.tokens.access_token()
    error = failed.value
    seen = "".join(traceback.format_exception(error)) + repr(tokens) + repr(shop.login) + caplog.text
    seen += f"{error.__dict__} {error.__context__!r} {error.__cause__!r}"
    for secret in (tokens.access, tokens.refresh, shop.login.client_secret):
        assert secret
        assert secret not in seen
