"""A sealed token opens where it belongs, under its key, unchanged; and nowhere else."""

from __future__ import annotations

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sync.installation.vault import Unsealable, Vault

KEY, OTHER = bytes(range(32)), bytes(range(1, 33))
TOKEN = "canary-refresh-token"


@given(st.text())
def test_what_is_sealed_opens_again(plaintext: str) -> None:
    sealed = Vault(KEY).seal(plaintext, account="42", field="refresh")
    assert Vault(KEY).open(sealed, account="42", field="refresh") == plaintext


def test_a_sealed_text_shows_nothing_of_the_token_and_is_never_the_same_twice() -> None:
    one, other = (Vault(KEY).seal(TOKEN, account="42", field="refresh") for _ in range(2))
    assert one != other
    assert TOKEN not in one
    assert TOKEN.encode() not in base64.urlsafe_b64decode(one.split(".")[2])


@pytest.mark.parametrize(
    ("account", "field"), [("43", "refresh"), ("42", "access"), ("4", "2|refresh"), ("", "")]
)
def test_a_row_moved_to_another_place_does_not_open(account: str, field: str) -> None:
    sealed = Vault(KEY).seal(TOKEN, account="42", field="refresh")
    with pytest.raises((Unsealable, ValueError)):
        Vault(KEY).open(sealed, account=account, field=field)


def test_another_key_is_named_by_its_id() -> None:
    sealed = Vault(KEY).seal(TOKEN, account="42", field="refresh")
    with pytest.raises(Unsealable, match=f"sealed with key {Vault(KEY).key_id}") as caught:
        Vault(OTHER).open(sealed, account="42", field="refresh")
    assert TOKEN not in str(caught.value)
    assert sealed not in str(caught.value)


def test_a_text_that_claims_another_key_does_not_open_with_it() -> None:
    sealed = Vault(KEY).seal(TOKEN, account="42", field="refresh")
    forged = sealed.replace(Vault(KEY).key_id, Vault(OTHER).key_id)
    with pytest.raises(Unsealable, match="changed or moved"):
        Vault(OTHER).open(forged, account="42", field="refresh")


def test_no_changed_byte_opens() -> None:
    vault = Vault(KEY)
    version, key_id, body = vault.seal(TOKEN, account="42", field="refresh").split(".")
    raw = base64.urlsafe_b64decode(body)
    for position in range(len(raw)):
        changed = bytearray(raw)
        changed[position] ^= 1
        text = base64.urlsafe_b64encode(bytes(changed)).decode()
        with pytest.raises(Unsealable):
            vault.open(f"{version}.{key_id}.{text}", account="42", field="refresh")


@pytest.mark.parametrize(
    "sealed", ["", TOKEN, "v2.0123456789abcdef.AAAA", "v1.short.AAAA", "v1..", "v1.{}.A"]
)
def test_a_text_that_was_never_sealed_does_not_open(sealed: str) -> None:
    with pytest.raises(Unsealable):
        Vault(KEY).open(sealed.format(Vault(KEY).key_id), account="42", field="refresh")


def test_the_key_id_does_not_give_the_key_away_and_tells_keys_apart() -> None:
    assert Vault(KEY).key_id == Vault(KEY).key_id != Vault(OTHER).key_id
    assert Vault(KEY).key_id not in KEY.hex()


@pytest.mark.parametrize("length", [0, 16, 31, 33])
def test_a_key_of_another_length_is_refused(length: int) -> None:
    with pytest.raises(ValueError, match="the key is 32 bytes"):
        Vault(bytes(length))
