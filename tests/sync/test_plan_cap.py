"""A fee that crosses its cap: what fits is drafted, and the rest stands among what is held."""

from __future__ import annotations

from collections import defaultdict
from datetime import timedelta

from plan_cases import NOW, REALM
from sync_bench import MILESTONE, START, ZONE, Bench, Epic, book_of, rules, site_of, usd

from connectors.errors import Rejected, Transient
from mappings.translate import translate
from model.work import Mirror
from sync.planning.plan import Terms, plan_contract
from sync.planning.views import Account
from sync.store import Store

OUTAGE = Transient("the books", "look", "no route to host")
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


def test_a_cap_counts_a_write_of_which_nobody_knows_yet_whether_it_happened(store: Store) -> None:
    bench = Bench(store, texts=[rules(milestone=CAPPED)])
    bench.acme.show(Epic(5, "200.00", (START,)))
    bench.books.lose_answers = 1
    bench.books.after = lambda: bench.books.trouble.extend([OUTAGE] * 20)
    bench.apply()
    assert [str(document.total) for document in bench.live()] == ["200.00 USD"]
    bench.acme.show(Epic(1, "200.00", (START - timedelta(hours=1),)))
    bench.books.trouble = []
    assert [action.amount for action in bench.plan().actions] == [usd("50.00")]


def test_what_a_refused_lowering_would_have_freed_is_billed_by_no_other_write_of_the_run(
    quick_store: Store,
) -> None:
    tight = CAPPED.replace("250.00", "100.00")
    bench = Bench(quick_store, texts=[rules(milestone=tight)])
    bench.close(1, "100.00")
    bench.apply()
    bench.price(1, "60.00")
    bench.close(2, "40.00")
    assert [action.kind for action in bench.plan().actions] == ["update", "create"]
    bench.books.fail_next = [Rejected("the books", "update invoice 1", "not today", code="6000", sent=True)]
    bench.apply()
    assert [str(each.total.decimal) for each in bench.live()] == ["100.00"]
    assert bench.codes() >= {"write.refused"}
    bench.wait(60)
    bench.apply()
    bench.apply()  # only now has it given something back
    assert [str(each.total.decimal) for each in bench.live()] == ["60.00", "40.00"]
