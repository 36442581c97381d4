"""Pricing anew what is billed, as an admin does it: the money first, then exactly that."""

from __future__ import annotations

from decimal import Decimal

from office import our_line

PRICE = '{ percent = { field = "Billing %" } }'


def test_nothing_is_priced_anew_before_somebody_saw_the_money(launcher, office):
    epic = office.epic("Search", 10.0)
    assert launcher.run("apply", cwd=office.home).code == 0
    text = office.contract.read_text("utf-8")
    office.contract.write_text(text.replace(PRICE, '{ fixed = "120.00" }'), "utf-8")

    assert launcher.run("plan", "--json", cwd=office.home).document["actions"] == []
    refused = launcher.run("apply", "--reprice", cwd=office.home)
    assert (refused.code, refused.out) == (2, "")
    assert "plan --reprice" in refused.err

    shown = launcher.run("plan", "--reprice", "--json", cwd=office.home)
    (moved,) = shown.document["repriced"]
    money = {key: moved[key]["amount"] for key in ("before", "after", "difference")}
    assert money == {"before": "100.00", "after": "120.00", "difference": "20.00"}
    assert moved["becomes"] == "line changed"
    page = launcher.run("plan", "--reprice", cwd=office.home).out
    assert "100.00 USD → 120.00 USD (+20.00 USD)" in page
    assert "Harbor & Pine Outfitters: +20.00 USD in all" in page

    digest = shown.document["digest"]
    assert launcher.run("apply", "--plan", digest, cwd=office.home).code == 1  # not without the word
    assert our_line(office.invoice_for(epic))["Amount"] == Decimal("100.00")
    assert launcher.run("apply", "--reprice", "--plan", digest, cwd=office.home).code == 0
    assert our_line(office.invoice_for(epic))["Amount"] == Decimal("120.00")
    assert launcher.run("plan", "--json", cwd=office.home).document["actions"] == []
