"""An invoice explained: each line by its rule and arithmetic, what finance changed, who did what."""

from __future__ import annotations

from decimal import Decimal

from office import marker_of


def test_every_line_is_explained_and_what_finance_changed_is_told(launcher, office):
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text.replace("review_days = 5", 'group = "run"'), "utf-8")
    first, second = office.epic("Search", 33.33), office.epic("Checkout", 12.5)
    assert launcher.run("apply", cwd=office.home).code == 0
    (row,) = office.made()
    office.finance.edit_amount(row.id, "1", Decimal("300.00"))
    office.finance.add_line(row.id, None, Decimal("20.00"), "Courier")
    assert launcher.run("apply", cwd=office.home).code == 0

    names = [str(row.body["DocNumber"]), row.id, marker_of(row), marker_of(row).strip("[]").lower()]
    told = [launcher.run("explain", name, "--json", cwd=office.home).document for name in names]
    assert all(each["documents"] == told[0]["documents"] for each in told)
    (document,) = told[0]["documents"]
    assert (document["state"], document["invoice"]) == ("edited", row.id)
    ours, other, theirs = document["lines"]
    assert [line["text"].split()[0] for line in (ours, other, theirs)] == [first.key, second.key, "Courier"]
    assert [ours[key]["amount"] for key in ("billed", "shown")] == ["333.30", "300.00"]
    assert [theirs[key] for key in ("charge", "billed")] == [None, None]
    steps = "\n".join(ours["steps"])
    for said in (
        "billed by rule 'epics', version ",
        "written as 1 × 333.30 = 333.30 USD on item 'Development'",
        "finance bills 300.00 USD, 33.30 USD less than drafted; theirs stands",
        "holds: label is 'billable'",
        "33.33 % of 1,000.00 USD",
        "nothing is left to bill",
    ):
        assert said in steps
    history = [(each["who"], each["what"]) for each in document["history"]]
    assert [who for who, _ in history] == ["milepost", "finance"]
    assert history[0][1].startswith("create of 458.30 USD, plan ")
    assert "333.30 USD → 300.00 USD" in history[1][1]
    assert "added 'Courier' of 20.00 USD" in history[1][1]
    page = launcher.run("explain", names[0], cwd=office.home).out
    assert f"invoice {names[0]}" in page
    assert "finance added this line" in page


def test_a_document_that_finance_voided_says_so(launcher, office):
    office.epic("Search", 10.0)
    assert launcher.run("apply", cwd=office.home).code == 0
    (row,) = office.made()
    office.finance.void(row.id)
    assert launcher.run("apply", cwd=office.home).code == 0
    (document,) = launcher.run("explain", row.id, "--json", cwd=office.home).document["documents"]
    assert document["state"] == "voided"
    (line,) = document["lines"]
    assert "it bills nothing any more: finance ended it; a decision is due" in line["steps"]
    assert [each["who"] for each in document["history"]] == ["milepost", "finance"]
    assert document["history"][1]["what"].startswith("draft → voided")
