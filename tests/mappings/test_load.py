"""A contract file with mistakes: every one at once, at its line and column, with what was probably meant."""

from __future__ import annotations

import hashlib
import os
from functools import partial
from pathlib import Path

import pytest
from acme import EPICS, HEAD, contract, milestone

from mappings.contract.book import reach_of
from mappings.contract.rules import POINT_FIELDS
from mappings.load import load_folder, parse_contract

FIVE_MISTAKES = """\
[contract]
id = "acme"
client = "Acme"
company = "main"
site = "main"
currncy = "USD"
value = 120000.00
starts = 2026-01-15
draft = "unsent_invoice"
item = "Services"

[[milestone]]
rule = "epics"
phase = "intial"
work = { epics = { project = "ACME", lable = "billable" } }
price = { percent = "10 %" }

[[milestone]]
rule = "sprints"
phase = "delivery"
work = { sprints = { board = "B" } }
price = { amount = { field = "Price" } }
text = "{sprint.nam}"
"""


def problems(text: str) -> list[str]:
    found, listed = parse_contract(text, "acme.toml")
    assert found is None
    return [str(problem).removeprefix("acme.toml:") for problem in listed]


def test_planted_mistakes_are_all_named_at_once_at_their_place() -> None:
    assert problems(FIVE_MISTAKES) == [
        "6:1: unknown key 'currncy' in [contract] (did you mean 'currency'?)",
        '7:9: contract.value: money is never a bare number: 120000.00 (write it in quotes: "120000.00")',
        "14:9: milestone.1.phase: 'intial' is not known (did you mean 'initial'?)",
        "15:38: milestone.1.work.epics.lable: unknown word 'lable': \"billable\" (did you mean 'label'?)",
        "22:9: a sprint has no field to take a price from",
        "23:8: unknown placeholder {sprint.nam} (did you mean 'sprint.name'?)",
    ]


FIXED = '{ fixed = "1.00" }'
ONE = milestone(EPICS, FIXED)
PAYER = '[[payer]]\nname = "labs"\nclient = "Labs"\n'
SOME = PAYER + 'when = { label = "labs" }\n'
DEPOSIT = '[deposit]\namount = "10.00"\nitem = "D"\n'
RETAINAGE = '[retainage]\nhold = "5 %"\nitem = "R"\n'
OTHER = partial(milestone, price=FIXED, rule="b")
MISTAKES = {
    "an unknown draft kind": (HEAD.replace("unsent_invoice", "estimate") + ONE, "'estimate' is not known"),
    "no draft kind": (HEAD.replace('draft = "unsent_invoice"\n', "") + ONE, "'draft' is missing"),
    "days of grace without a month": (HEAD + "month_grace = 3\n" + ONE, 'only for group = "month"'),
    "an unknown grouping": (HEAD + 'group = "weekday"\n' + ONE, "'weekday' is not known"),
    "retainage without an end": (
        HEAD + ONE + '[retainage]\nhold = "5 %"\nitem = "R"\n',
        "'release' is missing",
    ),
    "what a draw leaves, where nothing is drawn": (
        HEAD + RETAINAGE + 'base = "work_after_draw"\nrelease = 2026-12-01\n' + DEPOSIT + ONE,
        "no deposit is drawn down by this file",
    ),
    "an unknown base": (
        HEAD + RETAINAGE + 'base = "expenses"\nrelease = 2026-12-01\n' + ONE,
        "'expenses' is not known",
    ),
    "an acceptance that nothing waits for": (
        HEAD
        + RETAINAGE
        + 'release = { acceptance = "handover" }\n'
        + ONE
        + '[[accepted]]\nof = "handovr"\non = 2026-02-01\nby = "Ann"\n',
        "nothing here waits for the acceptance of 'handovr'",
    ),
    "a share of a field beside the whole": (
        HEAD
        + milestone('{ epic = "ACME-1" }', '{ percent = "100 %" }')
        + milestone('{ epics = { project = "OTHER" } }', '{ percent = { field = "P" } }', rule="b"),
        "single works have 100 % of the contract: no share is left for this rule",
    ),
    "a capped share": (
        HEAD + milestone(EPICS, '{ percent = "1 %", cap = "2.00" }'),
        "a percentage of the contract takes no cap",
    ),
    "a discount beyond the price": (
        HEAD + milestone(EPICS, '{ fixed = "1.00", discount = "1.01" }'),
        "1.01 is more than the price of 1.00",
    ),
    "a discount beyond the whole": (
        HEAD + milestone(EPICS, '{ per_issue = "1.00", discount = "101 %" }'),
        "101 % is more than the price",
    ),
    "a minimum beyond the cap": (
        HEAD + milestone(EPICS, '{ per_issue = "1.00", minimum = "9.00", cap = "8.00" }'),
        "the minimum is more than the cap of 8.00",
    ),
    "a cap of half a cent": (
        HEAD + milestone(EPICS, '{ fixed = "1.00", cap = "2.005" }'),
        "2.005 has a fraction of a USD minor unit",
    ),
    "a cap without a price": (
        HEAD + milestone(EPICS, '{ cap = "8.00" }'),
        "rate_card is needed, not none",
    ),
    "a payer twice": (HEAD + SOME + SOME + ONE, "the payer name 'labs' is already taken in this file"),
    "a payer of our own name": (HEAD + PAYER.replace("labs", "client") + ONE, "Milepost's own word"),
    "two payers of everything": (
        HEAD + PAYER + PAYER.replace("labs", "other") + ONE,
        "two payers would each pay for all work",
    ),
    "a share beside none": (
        HEAD + PAYER + PAYER.replace("labs", "other") + "share = 1\n" + ONE,
        "either every payer has a share, or none has",
    ),
    "a payer with a share of nothing": (HEAD + PAYER + "share = 0\n" + ONE, "a share is a number above zero"),
    "a condition without words": (HEAD + PAYER + "when = {}\n" + ONE, "no condition is given"),
    "a cap beside percentages": (
        HEAD + 'cap = "10.00"\n' + milestone(EPICS, '{ percent = "1 %" }'),
        "takes no cap",
    ),
    "a draw that needs a value": (
        HEAD.replace('value = "1000.00"\n', "") + DEPOSIT + 'draw = "last"\n' + ONE,
        "drawing 'last' needs the contract's value",
    ),
    "words of a draw without one": (HEAD + DEPOSIT + 'draw_from = "paid"\n' + ONE, "draw_from without draw"),
    "more released than withheld": (
        HEAD
        + RETAINAGE
        + "release = [{ share = '60 %', when = 2026-12-31 }, { share = '60 %', when = 2027-12-31 }]\n"
        + ONE,
        "120 % would be released",
    ),
    "a release by an unknown rule": (
        HEAD + RETAINAGE + "release = { rule = 'wrok' }\n" + ONE,
        "there is no rule 'wrok'",
    ),
    "a release without a closeout": (
        HEAD + RETAINAGE + 'release = "closeout"\n' + ONE,
        "no milestone is in the closeout phase",
    ),
    "a release before the start": (
        HEAD + RETAINAGE + "release = 2025-12-31\n" + ONE,
        "is before the contract starts",
    ),
    "all of a bill and more": (
        HEAD + RETAINAGE.replace("5 %", "101 %") + "release = 2026-12-31\n" + ONE,
        "cannot be withheld",
    ),
    "a negative window": (HEAD + "review_days = -1\n" + ONE, "must be 0 or more, not -1"),
    "a currency that is none": (HEAD.replace("USD", "USX") + ONE, "'USX' is not a currency"),
    "half a cent": (
        HEAD + milestone(EPICS, '{ fixed = "1.005" }'),
        "1.005 has a fraction of a USD minor unit",
    ),
    "a bare price": (HEAD + milestone(EPICS, "{ fixed = 5 }"), "money is never a bare number: 5"),
    "a bare share": (HEAD + milestone(EPICS, "{ percent = 12.5 }"), "never a bare number: 12.5"),
    "a share without a sign": (HEAD + milestone(EPICS, '{ percent = "12.5" }'), "not a percentage"),
    "digits of another script": (HEAD + milestone(EPICS, '{ fixed = "\u0661\u0662" }'), "not an amount"),
    "a share in other digits": (
        HEAD + milestone(EPICS, '{ percent = "\uff11\uff10 %" }'),
        "not a percentage",
    ),
    "money in words": (HEAD + milestone(EPICS, '{ fixed = "1,000.00" }'), "not an amount"),
    "two prices": (
        HEAD + milestone(EPICS, '{ fixed = "1.00", per_point = "1.00" }'),
        "not fixed and per_point",
    ),
    "no price": (HEAD + milestone(EPICS, "{}"), "exactly one of fixed, percent, amount, per_point"),
    "two works": (HEAD + OTHER('{ epic = "A-1", epics = { project = "A" } }'), "not epic and epics"),
    "no project": (HEAD + OTHER('{ epics = { label = "x" } }'), "'project' is missing"),
    "a key that is none": (HEAD + OTHER('{ epic = "ACME" }'), 'not "ACME" (such as "ACME-12")'),
    "a taken name": (HEAD + ONE + milestone('{ epic = "B-1" }', FIXED), "'work' is already taken"),
    "the deposit's name": (HEAD + milestone(EPICS, FIXED, rule="deposit"), "the deposit's own"),
    "no item": (HEAD.replace('item = "Services"\n', "") + ONE, "no item to bill on"),
    "beyond the whole": (
        HEAD
        + milestone('{ epic = "A-1" }', '{ percent = "60 %" }')
        + milestone('{ epic = "A-2" }', '{ percent = "60 %" }', rule="b"),
        "reach 120 % here",
    ),
    "a share of nothing": (
        HEAD.replace('value = "1000.00"\n', "") + milestone(EPICS, '{ percent = "60 %" }'),
        "needs the contract's value",
    ),
    "a deposit too early": (
        HEAD + ONE + '[deposit]\namount = "1.00"\nwhen = 2025-12-31\nitem = "D"\n',
        "before the contract starts",
    ),
    "a deposit too large": (
        HEAD + ONE + '[deposit]\namount = "101 %"\nitem = "D"\n',
        "more than the contract",
    ),
    "nowhere to write on": (
        HEAD + OTHER('{ sprints = { board = "B" } }') + "[write_back]\namount = true\n",
        "no milestone bills epics, and only they have a place to write on",
    ),
    "whether amounts are shown": (HEAD + ONE + "[write_back]\n", "'amount' is missing"),
    "a date in quotes": (
        HEAD.replace("2026-01-01", '"2026-01-01"') + ONE,
        "write it without: 2026-01-01",
    ),
    "accepted sprints": (
        HEAD + OTHER('{ sprints = { board = "B" } }', more='accept = { field = "A", is = "Y" }'),
        "could say accepted",
    ),
    "a stray brace": (HEAD + milestone(EPICS, FIXED, 'text = "{epic.key"'), "a brace stands alone"),
    "code in a text": (HEAD + milestone(EPICS, FIXED, 'text = "{epic.__class__}"'), "unknown placeholder"),
    "one table twice": (HEAD + ONE + OTHER('{ epics = { projects = ["acme"] } }'), "reach the same work"),
    "a table in another": (
        HEAD + ONE + OTHER('{ epics = { project = "ACME", label = "x" } }'),
        "reach the same work",
    ),
    "tables that share a project": (
        HEAD
        + milestone('{ epics = { project = ["A", "B"] } }', FIXED)
        + OTHER('{ epics = { project = ["B", "C"] } }'),
        "reach the same work",
    ),
    "an epic in a table": (HEAD + ONE + OTHER('{ epic = "ACME-4" }'), "reach the same work"),
    "broken grammar": (HEAD + "[[milestone]\n", "Expected ']]'"),
    "too deep": ("a = " + "[" * 20_000, "nested too deeply"),
}


@pytest.mark.parametrize("name", MISTAKES)
def test_a_mistake_is_named(name: str) -> None:
    text, message = MISTAKES[name]
    (found,) = problems(text)
    assert message in found


def test_tables_that_differ_are_no_tie() -> None:
    contract(
        milestone('{ epics = { project = "ACME", label = "a" } }', FIXED, rule="a")
        + milestone('{ epics = { project = "ACME", label = "b" } }', FIXED, rule="b")
        + milestone('{ epics = { project = "BETA", label = ["a", "b"] } }', FIXED, rule="c")
        + milestone('{ sprints = { board = "B", name = "x*" } }', FIXED, rule="d")
        + milestone('{ sprints = { board = "B", name = "y*" } }', FIXED, rule="e")
    )


def test_the_version_is_the_hash_of_the_text() -> None:
    text = HEAD + ONE
    assert contract(ONE).version == hashlib.sha256(text.encode()).hexdigest()[:12]
    assert contract(ONE + "# a remark\n").version != contract(ONE).version


def test_rules_say_what_they_read_on_a_site() -> None:
    rules = contract(
        milestone(
            '{ epics = { project = ["ACME", "beta"], Team = "Red" } }',
            '{ amount = { field = "Price" } }',
            rule="a",
        )
        + milestone('{ sprints = { board = "B" } }', '{ per_point = "1.00" }', rule="b")
        + milestone('{ epic = "GAMMA-7" }', FIXED, 'accept = { field = "Done?", is = ["Y", 1] }', rule="c")
        + '[[exclude]]\nrule = "x"\nwork = { epics = { project = "DELTA", Area = "Ops" } }\nreason = "r"\n'
    )
    reach = reach_of([rules])
    assert reach.projects == ("ACME", "BETA", "DELTA", "GAMMA")
    assert reach.boards == ("B",)
    assert set(reach.fields) == {"Team", "Price", "Done?", "Area", *POINT_FIELDS.values()}
    own = contract(milestone(EPICS, '{ per_point = "1.00" }'), head=HEAD + 'points_field = "Size"\n')
    assert reach_of([own]).fields == ("Size",)


class TestFolder:
    def test_reads_every_file_and_every_problem(self, tmp_path: Path) -> None:
        (tmp_path / "a.toml").write_text(HEAD + ONE)
        (tmp_path / "b.toml").write_text(HEAD.replace('"acme"', '"beta"').replace("client", "cleint") + ONE)
        (tmp_path / "c.toml").write_bytes(b"\xff\xfe")
        (tmp_path / "notes.txt").write_text("not a contract")
        book = load_folder(tmp_path)
        assert [each.id for each in book.contracts] == ["acme"]
        assert [Path(problem.file).name for problem in book.problems] == ["b.toml", "c.toml"]
        (source,) = book.sources.items()
        assert source == (book.contracts[0].version, (str(tmp_path / "a.toml"), HEAD + ONE))

    def test_one_id_twice_and_one_work_twice_are_problems_of_the_later_file(self, tmp_path: Path) -> None:
        (tmp_path / "a.toml").write_text(HEAD + ONE)
        (tmp_path / "b.toml").write_text(HEAD + milestone('{ epic = "BETA-1" }', FIXED))
        (tmp_path / "c.toml").write_text(HEAD.replace('"acme"', '"gamma"') + ONE)
        texts = [str(problem) for problem in load_folder(tmp_path).problems]
        assert len(texts) == 2
        assert texts[0].startswith(f"{tmp_path}/b.toml:3:6: contract 'acme' is already in")
        assert "c.toml:15:8: rule 'work' reaches the same work as 'work' of contract 'acme'" in texts[1]

    def test_a_byte_order_mark_is_forgiven_and_windows_lines_are_read(self, tmp_path: Path) -> None:
        (tmp_path / "a.toml").write_bytes(b"\xef\xbb\xbf" + (HEAD + ONE).replace("\n", "\r\n").encode())
        assert not load_folder(tmp_path).problems

    def test_an_empty_folder_a_missing_one_and_a_file_in_its_place_are_told_apart(
        self, tmp_path: Path
    ) -> None:
        (tmp_path / "taken").write_text("")
        said = {
            tmp_path: "no contract file (*.toml) in this folder",
            tmp_path / "none": "there is no such folder",
            tmp_path / "taken": "this is no folder",
        }
        for folder, message in said.items():
            assert [each.message for each in load_folder(folder).problems] == [message]

    def test_files_that_look_like_contracts_and_are_not_read_are_named(self, tmp_path: Path) -> None:
        for name in ("old/a.toml", "B.TOML", "c.toml.txt", "shared/deep/d.toml", ".git/e.toml", "notes.txt"):
            (tmp_path / name).parent.mkdir(exist_ok=True, parents=True)
            (tmp_path / name).write_text(HEAD + ONE)
        (tmp_path / "a.toml").write_text(HEAD + ONE)
        book = load_folder(tmp_path)
        assert not book.problems
        ignored = [str(Path(each).relative_to(tmp_path)) for each in book.ignored]
        assert ignored == ["B.TOML", "c.toml.txt", "old/a.toml", "shared/deep/d.toml"]

    def test_a_pipe_or_a_folder_that_is_called_like_a_contract_is_not_waited_for(
        self, tmp_path: Path
    ) -> None:
        os.mkfifo(tmp_path / "a.toml")
        (tmp_path / "b.toml").mkdir()
        assert [each.message for each in load_folder(tmp_path).problems] == ["this is no file"] * 2
