"""Several purchase orders in one contract: what each covers, and that no draft mixes them."""

from __future__ import annotations

from zoneinfo import ZoneInfo

import pytest
from acme import (
    HEAD,
    NOW,
    POINTS,
    SPRINTS,
    contract,
    day,
    due,
    epic,
    issue,
    judged,
    milestone,
    mirror,
    sprint,
    version,
)

from mappings.compose import compose, whole
from mappings.contract.grouping import group_of, po_of
from mappings.load import parse_contract
from model.billing import Charge

BERLIN = ZoneInfo("Europe/Berlin")
OWN = HEAD.replace('item = "Services"', 'item = "Services"\npo = "PO-1"')
ORDERS = """
[[purchase_order]]
number = "PO-2"
project = "beta"
[[purchase_order]]
number = "PO-3"
project = ["GAMMA", "DELTA"]
covers = ["handover", "laptop"]
"""
RULES = (
    milestone('{ epics = { projects = ["ACME", "BETA"] } }', '{ fixed = "9.00" }', rule="epics")
    + milestone('{ version = { project = "BETA", name = "2.0" } }', '{ fixed = "9.00" }', rule="release")
    + milestone('{ date = 2026-02-01, id = "handover-day" }', '{ fixed = "9.00" }', rule="handover")
    + milestone('{ date = 2026-02-01, id = "fee" }', '{ fixed = "9.00" }', rule="fee")
    + '[[expense]]\nid = "laptop"\non = 2026-02-01\namount = "5.00"\ntext = "{contract.po}"\napproved_by = "us"\n'
)


def charges(group: str = "phase") -> dict[str, tuple[str | None, str]]:
    """The order and the group of each charge."""
    rules = contract(ORDERS + RULES, head=OWN + f'group = "{group}"\n')
    far = epic(2, closed=day(2), project=("2", "BETA"))
    found = judged(rules, mirror(epic(1, closed=day(2)), far, version(3, "2.0")))
    ready = {key: each.charge for key, each in found.items() if each.charge is not None}
    return {key: (po_of(rules, each), group_of(rules, each, BERLIN, NOW).key) for key, each in ready.items()}


def test_work_goes_by_its_project_and_what_is_named_by_its_name() -> None:
    assert charges() == {
        "ACME-1": ("PO-1", "acme|phase:delivery"),
        "BETA-2": ("PO-2", "acme|phase:delivery@PO-2"),
        "handover-day": ("PO-3", "acme|phase:delivery@PO-3"),
        "fee": ("PO-1", "acme|phase:delivery"),
        "expense:laptop": ("PO-3", "acme|phase:delivery@PO-3"),
    }


def test_a_document_of_one_charge_needs_no_further_name() -> None:
    assert charges("milestone")["BETA-2"] == ("PO-2", "acme|site-1/epic/10002|fee")


def test_a_sprint_goes_by_the_project_of_its_board_and_a_version_by_its_own() -> None:
    orders = '[[purchase_order]]\nnumber = "PO-9"\nproject = "ACME"\n'
    rules = contract(orders + milestone(SPRINTS, '{ per_point = "1.00" }'), head=OWN)
    first = sprint(1, start=day(1), completed=day(14))
    seen = mirror(first, issue(1, closed=day(5), sprints=["1"], fields={POINTS: "3"}))
    assert po_of(rules, due(judged(rules, seen)["sprint-1"])) == "PO-9"
    release = milestone('{ version = { project = "ACME", name = "2.0" } }', '{ fixed = "9.00" }')
    rules = contract(orders + release, head=OWN)
    released = version(3, "2.0", day(2).date())
    assert po_of(rules, due(judged(rules, mirror(released))["version-3"])) == "PO-9"


def test_the_draft_and_its_lines_carry_the_number() -> None:
    rules = contract(ORDERS + RULES, head=OWN)
    charge: Charge = due(judged(rules, mirror())["expense:laptop"])
    draft = compose(rules, "k", [whole(charge)], "m", "Europe/Berlin", NOW)
    assert (draft.memo, draft.lines[0].text) == ("Purchase order PO-3", "PO-3")


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('[[purchase_order]]\nnumber = "A"\n', "covers nothing"),
        ('[[purchase_order]]\nnumber = "A|B"\nproject = "X"\n', "number"),
        ('[[purchase_order]]\nnumber = "A"\ncovers = ["wrok"]\n', "did you mean 'work'"),
        (
            '[[purchase_order]]\nnumber = "A"\nproject = "X"\n[[purchase_order]]\nnumber = "A"\nproject = "Y"\n',
            "already in this file",
        ),
        (
            '[[purchase_order]]\nnumber = "A"\nproject = "X"\n[[purchase_order]]\nnumber = "B"\nproject = "x"\n',
            "'X' is on order 'A' already",
        ),
        (
            '[[purchase_order]]\nnumber = "A"\nproject = "X"\n[[payer]]\nname = "one"\nclient = "One"\n',
            "write po in its [[payer]]",
        ),
    ],
)
def test_what_can_be_wrong_is_said(text: str, said: str) -> None:
    found, problems = parse_contract(OWN + text + milestone(SPRINTS, '{ fixed = "1.00" }'), "acme.toml")
    assert found is None
    assert said in " ".join(map(str, problems))
