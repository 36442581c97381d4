"""A person's consent belongs to one attempt: foreign, used, late and refused answers are told apart and kept out."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from urllib.parse import parse_qs, urlsplit

import pytest

from connectors.oauth.consent import LASTS, Attempt, Door, NotOurs, Over

NOW = datetime(2026, 3, 2, 15, tzinfo=UTC)
BACK = "http://localhost:8765/connected"
DOOR = Door("QuickBooks", "https://appcenter.intuit.com/connect/oauth2", "id", BACK, ("one", "two"))


def asked(attempt: Attempt) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(attempt.address).query).items()}


def back(attempt: Attempt, more: str = "code=c-1&realmId=42") -> str:
    return f"{BACK}?{more}&state={asked(attempt)['state']}"


def test_a_person_is_sent_to_the_service_with_a_state_of_ours() -> None:
    attempt, other = Attempt(DOOR, NOW), Attempt(DOOR, NOW)
    assert attempt.address.startswith("https://appcenter.intuit.com/connect/oauth2?")
    said = asked(attempt)
    assert said | {"state": ""} == {
        "client_id": "id",
        "response_type": "code",
        "scope": "one two",
        "redirect_uri": BACK,
        "state": "",
    }
    assert len(said["state"]) >= 43  # 32 random bytes
    assert said["state"] != asked(other)["state"]


def test_the_answer_brings_the_code_and_what_stands_beside_it() -> None:
    attempt = Attempt(DOOR, NOW)
    answer = attempt.answer(f"  {back(attempt)}\n", NOW)
    assert (answer.code, answer.verifier, answer.beside) == ("c-1", None, {"realmId": "42"})
    assert "c-1" not in repr(answer)


@pytest.mark.parametrize(
    "told",
    [
        "",
        "c-1",
        "code=c-1",
        f"{BACK}?code=c-1",
        f"{BACK}?code=c-1&state=",
        f"{BACK}?code=c-1&state=guessed",
        f"{BACK}?code=c-1&state=%C3%A4",
        "http://localhost:8765/other?code=c-1&state={state}",
        "http://localhost:8766/connected?code=c-1&state={state}",
        "https://localhost:8765/connected?code=c-1&state={state}",
        "http://evil.example/connected?code=c-1&state={state}",
        BACK + "?code=c-1&code=c-2&state={state}",
        BACK + "?code=c-1&state={state}&state={state}",
    ],
)
def test_what_was_not_asked_for_is_refused_and_spoils_nothing(told: str) -> None:
    attempt = Attempt(DOOR, NOW)
    with pytest.raises(NotOurs) as refused:
        attempt.answer(told.replace("{state}", asked(attempt)["state"]), NOW)
    assert not isinstance(refused.value, Over)
    assert "c-1" not in str(refused.value)
    assert attempt.answer(back(attempt), NOW).code == "c-1"


def test_the_state_of_another_attempt_is_foreign() -> None:
    attempt, other = Attempt(DOOR, NOW), Attempt(DOOR, NOW)
    with pytest.raises(NotOurs, match="state"):
        attempt.answer(back(other), NOW)


def test_an_answer_is_good_once() -> None:
    attempt = Attempt(DOOR, NOW)
    attempt.answer(back(attempt), NOW)
    with pytest.raises(Over, match="answered already"):
        attempt.answer(back(attempt), NOW)


def test_an_answer_is_good_for_ten_minutes() -> None:
    assert timedelta(minutes=10) == LASTS
    attempt = Attempt(DOOR, NOW)
    attempt.answer(back(attempt), NOW + LASTS - timedelta(seconds=1))
    late = Attempt(DOOR, NOW)
    with pytest.raises(Over, match="late"):
        late.answer(back(late), NOW + LASTS)
    with pytest.raises(Over):
        late.answer(back(late), NOW)


@pytest.mark.parametrize("more", ["error=access_denied", "error=access_denied&code=c-1", "x=y", "code="])
def test_a_no_ends_the_attempt(more: str) -> None:
    attempt = Attempt(DOOR, NOW)
    with pytest.raises(Over, match="told no"):
        attempt.answer(back(attempt, more), NOW)


def test_where_proof_keys_are_offered_only_the_digest_of_the_verifier_is_shown() -> None:
    attempt = Attempt(Door("Jira", "https://auth.atlassian.com/authorize", "id", BACK, (), pkce=True), NOW)
    said = asked(attempt)
    verifier = attempt.answer(back(attempt), NOW).verifier
    assert said["code_challenge_method"] == "S256"
    assert verifier is not None
    assert 43 <= len(verifier) <= 128
    assert verifier not in attempt.address
