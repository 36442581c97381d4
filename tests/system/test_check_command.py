"""`check` at the terminal: names of sound contracts beside the mistakes of others, and schemas for editors."""

from __future__ import annotations

import pytest


def test_names_are_compared_in_sound_contracts_while_others_have_mistakes(launcher, office):
    assert launcher.run("plan", cwd=office.home).code == 0
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text.replace('item = "Development"', 'item = "Developmnt"'), "utf-8")
    office.contract.with_name("broken.toml").write_text("x = = 1\n", "utf-8")
    outcome = launcher.run("check", "--json", cwd=office.home)
    assert outcome.code == 2
    told = [(each["file"].rpartition("/")[2], each["hint"]) for each in outcome.document["problems"]]
    assert [name for name, _ in told] == ["broken.toml", "shop.toml"]
    assert told[1][1] == "did you mean 'Development'?"


@pytest.mark.parametrize(("kind", "key"), [("contract", "milestone"), ("shared", "rate_card")])
def test_schemas_are_printed_without_a_configuration(launcher, tmp_path, kind, key):
    outcome = launcher.run("check", "--schema", kind, cwd=tmp_path)
    assert outcome.code == 0
    assert key in outcome.document["properties"]
    assert launcher.run("check", "--schema", "else", cwd=tmp_path).code == 2
