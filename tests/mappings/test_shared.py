"""Shared files: defaults and price lists by name; a rule version covers all that decides its money."""

from __future__ import annotations

from pathlib import Path

import pytest
from acme import EPICS, HEAD, claim, day, due, epic, judged, milestone, mirror, usd

from mappings.bundle import pack, unpack
from mappings.check.names import check, notices
from mappings.contract.book import RuleBook
from mappings.contract.rules import Contract
from mappings.load import load_folder, parse_contract
from model.billing import BookClient, BookItem, BooksCatalogue

DEFAULTS = (
    '[defaults]\nname = "house"\ncurrency = "USD"\nterms = "Net 30"\nitem = "Services"\nreview_days = 3\n'
)
PRICE = '[[price]]\nname = "workshop"\namount = "450.00"\ncurrency = "USD"\n'
LISTED = milestone(EPICS, '{ listed = "workshop" }')
OWN = HEAD.replace('currency = "USD"\n', "").replace(
    'item = "Services"\n', 'use = "house"\nreview_days = 5\n'
)


def book(folder: Path, contract: str, **shared: str) -> RuleBook:
    """The book of a folder with one contract and some shared files."""
    (folder / "shared").mkdir(exist_ok=True)
    (folder / "acme.toml").write_text(contract)
    for name, text in shared.items():
        (folder / "shared" / f"{name}.toml").write_text(text)
    return load_folder(folder)


def said(found: RuleBook, folder: Path) -> list[str]:
    """The problems, with their files as a person in the rules folder sees them."""
    return [str(problem).removeprefix(f"{folder}/") for problem in found.problems]


def only(found: RuleBook) -> Contract:
    """The one contract of a book without problems."""
    assert [str(problem) for problem in found.problems] == []
    (contract,) = found.contracts
    return contract


def test_a_listed_price_is_the_amount_of_its_name_in_the_currency_of_the_contract(tmp_path: Path) -> None:
    euros = PRICE.replace("USD", "EUR").replace("450.00", "400.00")
    rules = only(book(tmp_path, HEAD + LISTED, prices=PRICE, euros=euros))
    charge = due(judged(rules, mirror(epic(1, closed=day(2))))["ACME-1"])
    assert charge.entitled == usd("450.00")
    assert charge.arithmetic == "price list, 'workshop': 450.00 USD"


def test_what_a_contract_says_itself_goes_before_the_defaults_it_uses(tmp_path: Path) -> None:
    rules = only(book(tmp_path, OWN + milestone(EPICS, '{ fixed = "1.00" }'), house=DEFAULTS))
    assert (rules.currency, rules.terms, rules.item, rules.review_days) == ("USD", "Net 30", "Services", 5)
    assert rules.milestones[0].item == "Services"


def test_a_change_of_a_shared_price_is_a_new_version_and_billed_work_keeps_the_old_price(
    tmp_path: Path,
) -> None:
    before = book(tmp_path, HEAD + LISTED, prices=PRICE)
    old = only(before)
    work = mirror(epic(1, closed=day(2)), epic(2, closed=day(3)))
    billed = claim(due(judged(old, work)["ACME-1"]))
    new = only(book(tmp_path, HEAD + LISTED, prices=PRICE.replace("450", "500")))
    file, source = before.sources[old.version]
    recorded, problems = parse_contract(source, file)
    assert problems == []
    assert recorded == old
    assert new.version != old.version
    verdicts = judged(new, work, [billed], recorded=[old])
    assert due(verdicts["ACME-1"]).entitled == usd("450.00")
    assert due(verdicts["ACME-2"]).entitled == usd("500.00")


def test_a_change_of_defaults_is_a_new_version_of_the_contracts_that_use_them_alone(tmp_path: Path) -> None:
    users, others = OWN + milestone(EPICS, '{ fixed = "1.00" }'), HEAD + LISTED
    for text, moves in ((users, True), (others, False)):
        before = only(book(tmp_path, text, house=DEFAULTS, prices=PRICE)).version
        after = only(book(tmp_path, text, house=DEFAULTS.replace("30", "45"), prices=PRICE)).version
        assert (before != after) is moves


def test_a_contract_that_shares_nothing_is_its_own_source(tmp_path: Path) -> None:
    text = HEAD + milestone(EPICS, '{ fixed = "1.00" }')
    found = book(tmp_path, text, house=DEFAULTS)
    assert found.sources[only(found).version] == (str(tmp_path / "acme.toml"), text)


@pytest.mark.parametrize(
    "text", ["", "{", '{"contract": 1}', '{"contract": "a", "shared": 3}', "[a]\n", "{}"]
)
def test_a_text_that_is_no_bundle_is_a_contract_file(text: str) -> None:
    assert unpack(text) == (text, {})
    assert unpack(pack(text, {"shared/a.toml": "x = 1\n"})) == (text, {"shared/a.toml": "x = 1\n"})


MISTAKES = {
    "an unknown price": (
        HEAD + milestone(EPICS, '{ listed = "workshp" }'),
        {"prices": PRICE},
        ["acme.toml:16:20: no file in the folder 'shared' has a price named 'workshp' "
         "(did you mean 'workshop'?)"],
    ),
    "a price in another currency": (
        HEAD.replace("USD", "EUR") + LISTED,
        {"prices": PRICE},
        ["acme.toml:16:20: the shared price 'workshop' is in USD, the contract in EUR "
         "(amounts are never converted: give it in EUR as well)"],
    ),
    "unknown defaults": (
        HEAD + 'use = "hause"\n',
        {"house": DEFAULTS},
        ["acme.toml:12:7: no file in the folder 'shared' has defaults named 'hause' "
         "(did you mean 'house'?)"],
    ),
    "a shared file with a mistake": (
        HEAD + LISTED,
        {"prices": PRICE.replace("amount", "amuont")},
        ["shared/prices.toml:3:1: unknown key 'amuont' in [price.1] (did you mean 'amount'?)"],
    ),
    "a price twice": (
        HEAD + LISTED,
        {"a": PRICE, "b": PRICE},
        ["shared/b.toml:2:8: price 'workshop' is already in shared/a.toml:1 (a price has one amount)"],
    ),
    "defaults twice": (
        HEAD + LISTED,
        {"a": DEFAULTS, "b": DEFAULTS, "p": PRICE},
        ["shared/b.toml:2:8: defaults 'house' are already in shared/a.toml:1"],
    ),
    "a currency that is none": (
        HEAD,
        {"a": PRICE.replace("USD", "USX")},
        ["shared/a.toml:4:12: 'USX' is not a currency of ISO 4217 (did you mean 'UZS'?)"],
    ),
    "half a cent": (
        HEAD,
        {"a": PRICE.replace("450.00", "450.005")},
        ["shared/a.toml:3:10: 450.005 has a fraction of a USD minor unit (the smallest amount is such a unit)"],
    ),
    "an id for all": (
        HEAD,
        {"a": DEFAULTS + 'id = "x"\n'},
        ["shared/a.toml:7:1: unknown key 'id' in [defaults]"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_in_what_is_shared_is_named_at_its_place(tmp_path: Path, name: str) -> None:
    contract, shared, expected = MISTAKES[name]
    found = book(tmp_path, contract, **shared)
    assert sorted(said(found, tmp_path)) == sorted(expected)


def test_a_file_with_a_mistake_gives_nothing_so_that_every_version_reads_back(tmp_path: Path) -> None:
    twice = PRICE + PRICE.replace("workshop", "review") + PRICE.replace("workshop", "review")
    found = book(tmp_path, HEAD + LISTED, prices=twice)
    assert found.contracts == ()
    assert said(found, tmp_path) == [
        "shared/prices.toml:10:8: price 'review' is already in shared/prices.toml:5 (a price has one amount)",
    ]


@pytest.mark.parametrize("mistake", ['group = "monthly"\n', "group = \n"])
def test_a_mistake_in_defaults_is_said_once_and_not_again_where_they_are_taken(
    tmp_path: Path, mistake: str
) -> None:
    more = milestone(EPICS, '{ fixd = "1.00" }')
    found = book(tmp_path, OWN + more, house=DEFAULTS + mistake)
    assert found.contracts == ()
    places = [each.split(":")[0] for each in said(found, tmp_path)]
    assert sorted(places) == ["acme.toml", "shared/house.toml"]


def test_a_default_that_the_books_do_not_know_is_said_where_it_is_taken(tmp_path: Path) -> None:
    found = book(tmp_path, OWN + milestone(EPICS, '{ fixed = "1.00" }'), house=DEFAULTS)
    only(found)
    books = BooksCatalogue(
        "1", "Main", "US", "USD", False, "UTC", None,
        (BookClient("1", "Acme Corp", "USD"),), (BookItem("1", "Services", "Income"),), (("Net 15", "1"),),
    )  # fmt: skip
    (problem,) = check(found, {}, {"main": books})
    assert (problem.line, problem.column) == (10, 7)
    assert "has no terms 'Net 30'" in problem.message


CARD = '[rate_card]\nname = "standard"\ncurrency = "USD"\n'
TIMED = milestone(EPICS, '{ rate_card = "standard" }')


def test_a_card_with_a_mistake_is_said_once_however_many_contracts_price_by_it(tmp_path: Path) -> None:
    (tmp_path / "beta.toml").write_text(HEAD.replace('"acme"', '"beta"').replace("Acme", "Beta") + TIMED)
    found = book(tmp_path, HEAD + TIMED, card=CARD + "[[rate]]\nfrom = 2026-01-01\nper_hour = 120\n")
    assert found.contracts == ()
    assert [problem.file.rpartition("/")[2] for problem in found.problems] == ["card.toml"]


def rate(first: str, last: str = "", more: str = "") -> str:
    until = f"until = {last}\n" if last else ""
    return f'[[rate]]\nfrom = {first}\n{until}{more}per_hour = "120.00"\n'


DOUBTS = {
    "a month without a rate": (
        rate("2026-01-01", "2026-03-31") + rate("2026-05-01"),
        "card.toml:9:8: from 2026-04-01 to 2026-04-30 no such rate is in force: time of these days is held"
        " (write from = 2026-04-01, or a rate of these days)",
    ),
    "a role without a rate": (
        '[roles]\ndeveloper = ["Ann"]\ntester = ["Bob"]\n' + rate("2026-01-01", more='role = "developer"\n'),
        "card.toml:6:10: no rate is for role 'tester': its people's time is held (add a [[rate]])",
    ),
    "no hole": (rate("2026-01-01", "2026-03-31") + rate("2026-04-01"), ""),
    "a hole that a wider rate fills": (
        '[roles]\ndeveloper = ["Ann"]\n'
        + rate("2026-01-01", "2026-03-31", 'role = "developer"\n')
        + rate("2026-05-01", more='role = "developer"\n')
        + rate("2026-01-01"),
        "",
    ),
    "a role whose people have rates of their own": (
        '[roles]\ntester = ["Bob"]\n' + rate("2026-01-01", more='person = "bob"\n'),
        "",
    ),
}


@pytest.mark.parametrize("name", DOUBTS)
def test_what_a_rate_card_leaves_without_a_rate_is_a_notice(tmp_path: Path, name: str) -> None:
    rates, expected = DOUBTS[name]
    found = book(tmp_path, HEAD + LISTED, card=CARD + rates, prices=PRICE)
    told = [str(each).removeprefix(f"{tmp_path}/shared/") for each in notices(found)]
    assert told == ([expected] if expected else [])
