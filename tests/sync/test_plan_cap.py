"""A fee that crosses its cap: what fits is drafted, and the rest stands among what is held."""

from __future__ import annotations

from collections import defaultdict

from plan_cases import NOW, REALM
from sync_bench import MILESTONE, START, ZONE, Epic, book_of, rules, site_of, usd

from mappings.translate import translate
from model.work import Mirror
from sync.plan import Terms, plan_contract
from sync.views import Account

CAPPED = MILESTONE.replace('"Amount" }} }}', '"Amount" }}, cap = "250.00" }}')


def test_the_crossing_fee_stands_in_two_parts_and_all_parts_sum_to_the_work() -> None:
    book = book_of(rules(milestone=CAPPED))
    (contract,) = book.contracts
    epics = [Epic(number, "100.00", (START.replace(day=number),)) for number in (1, 2, 3, 4)]
    issues = {issue.id: issue for epic in epics for issue in epic.issues("acme")}
    verdicts = translate(contract, book, Mirror(site_of("acme"), issues), {}, (), ZONE, NOW)
    terms = Terms(NOW, ZONE, REALM, {}, str, NOW)
    plan = plan_contract(contract, verdicts, Account(1, (), {}, ()), {}, terms)
    assert [action.amount for action in plan.actions] == [usd("100.00"), usd("100.00"), usd("50.00")]
    assert {each.code for each in plan.findings} == {"cap.used", "cap.reached", "work.cap.reached"}
    stands = defaultdict(list)
    for each in plan.positions:
        stands[each.charge_key[-9:]].append((each.bucket, each.amount))
    assert list(stands.values()) == [
        [("held", usd("100.00"))],
        [("held", usd("100.00"))],
        [("held", usd("50.00")), ("held", usd("50.00"))],
        [("held", usd("100.00"))],
    ]
