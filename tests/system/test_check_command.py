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


def test_words_of_rules_are_held_against_jira_and_against_all_that_was_read(launcher, office):
    office.epic("Search", 5.0)
    text = office.contract.read_text("utf-8")
    more = 'label = "billable", type = "Epic", status = "Done"'
    office.contract.write_text(text.replace('label = "billable"', more), "utf-8")
    assert launcher.run("plan", cwd=office.home).code == 0
    assert launcher.run("check", "--json", cwd=office.home).document["problems"] == []
    wrong = more.replace("Done", "Dome").replace("Epic", "Epik").replace("billable", "bilable")
    office.contract.write_text(text.replace('label = "billable"', wrong), "utf-8")
    outcome = launcher.run("check", "--json", cwd=office.home)
    assert outcome.code == 2
    told = [each["hint"] for each in outcome.document["problems"]]
    assert {"did you mean 'Done'?", "did you mean 'Epic'?"} <= set(told)
    assert "did you mean 'billable'?" in [each["hint"] for each in outcome.document["notices"]]


def test_a_notice_is_shown_and_is_no_failure(launcher, office):
    office.epic("Search", 5.0)
    text = office.contract.read_text("utf-8")
    assert launcher.run("plan", cwd=office.home).code == 0
    assert launcher.run("check", "--json", cwd=office.home).document["notices"] == []
    office.contract.write_text(text.replace('label = "billable"', 'label = "bilable"'), "utf-8")
    outcome = launcher.run("check", cwd=office.home)
    assert (outcome.code, outcome.err) == (0, "")
    notice, last, *_cautions = outcome.out.splitlines()
    assert "shop.toml:17:45: no epic of HPO has the label 'bilable'" in notice
    assert notice.startswith("notice: ")
    assert notice.endswith("(did you mean 'billable'?)")
    assert "no problem, 1 notice; " in last


def test_names_of_a_file_with_mistakes_come_with_its_mistakes(launcher, office):
    assert launcher.run("plan", cwd=office.home).code == 0
    text = office.contract.read_text("utf-8").replace('item = "Development"', 'item = "Developmnt"')
    text = text.replace('company = "main"', 'company = "mian"').replace('phase = "delivery"', 'phase = "x"')
    office.contract.write_text(text, "utf-8")
    messages = [
        each["message"] for each in launcher.run("check", "--json", cwd=office.home).document["problems"]
    ]
    assert any("company 'mian' is not in the configuration" in each for each in messages)
    office.contract.write_text(text.replace("mian", "main"), "utf-8")
    messages = [
        each["message"] for each in launcher.run("check", "--json", cwd=office.home).document["problems"]
    ]
    assert len(messages) == 2
    assert any("has no item 'Developmnt'" in each for each in messages)


@pytest.mark.parametrize(("kind", "key"), [("contract", "milestone"), ("shared", "rate_card")])
def test_schemas_are_printed_without_a_configuration(launcher, tmp_path, kind, key):
    outcome = launcher.run("check", "--schema", kind, cwd=tmp_path)
    assert outcome.code == 0
    assert key in outcome.document["properties"]
    assert launcher.run("check", "--schema", "else", cwd=tmp_path).code == 2
