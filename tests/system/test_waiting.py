"""What is due and not written yet is said in the plan, with what it waits for."""

from __future__ import annotations


def test_a_plan_names_what_waits_for_the_end_of_its_month(launcher, office):
    text = office.contract.read_text("utf-8")
    office.contract.write_text(
        text.replace('item = "Development"\n', 'item = "Development"\ngroup = "month"\n'), "utf-8"
    )
    office.epic("Search", 33.33)
    said = " ".join(launcher.run("plan", cwd=office.home).out.split())
    assert "Due, and not written now (1)" in said
    assert "HPO-1 Search · shop · 333.30 USD · due; its month is billed after " in said
    assert "Nothing to write now." in said
    office.contract.write_text(text, "utf-8")
    assert "not written now" not in launcher.run("plan", cwd=office.home).out
