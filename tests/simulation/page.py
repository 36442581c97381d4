"""docs/trust.md: the figures of what was played, made from the records beside it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from simulation.compose import STORMS
from simulation.endured import endured
from simulation.record import Run, read, total
from simulation.weather import KINDS

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs" / "trust.md"
FOLDER = ROOT / "docs" / "trust"
RECORD, PLANTED = FOLDER / "record.jsonl", FOLDER / "planted.json"
_YEAR = 365.25 * 86400
_ENOUGH = 30


def page() -> str:
    """The whole page."""
    runs = read(RECORD)
    whole = total(runs)
    parts = (
        _opening(),
        _figures(whole, runs),
        _faults(whole.passed),
        _cells(whole.passed),
        _planted(),
        endured(),
        _closing(),
    )
    return "\n".join(line for part in parts for line in part) + "\n"


def _opening() -> Iterator[str]:
    yield from (
        "# What was proven, and how to prove it again",
        "",
        "Milepost is played as a whole, in one process, under one seed: two processes of the service over one store,",
        "the real `jira` and `python-quickbooks` clients, the sandbox's Jira and QuickBooks without a socket, and one",
        "virtual clock. A seed decides how the two services behave where nobody could verify it, who does what, and",
        "what goes wrong at which request, statement or commit. Every write is judged by QuickBooks' own rows before",
        "and after it, never by what Milepost believes; the same seed tells the same story on any machine.",
        "",
        "What breaks a law is mended, and counted only once its seeds were played again.",
        "This page is written by `./dev simulate --page` from the counts in `docs/trust/`; a test holds it to them.",
        "",
    )


def _figures(whole: Run, runs: list[Run]) -> Iterator[str]:
    passed = whole.passed
    yield from (
        "## What was played",
        "",
        "| Figure | Counted | Command |",
        "|---|---:|---|",
        f"| Stories (seeds), in {len(runs)} runs | {whole.seeds:,} |"
        " `./dev simulate --seeds 1000 --from 1 --record docs/trust/record.jsonl` |",
        f"| Laws broken | {len(whole.broken)} | the same; one story again: `./dev simulate --story SEED` |",
        f"| Simulated time | {whole.simulated / _YEAR:,.1f} years | |",
        f"| Runs of the service (ticks and applies) | {passed['runs']:,} | |",
        f"| Requests | {passed['requests']:,} | |",
        f"| Statements and commits, each a place to end or to be overtaken |"
        f" {passed['statement'] + passed['commit']:,} | |",
        f"| Processes killed in the middle | {passed['kill']:,} | |",
        f"| Turns between two processes in the middle | {passed['switch']:,} | |",
        f"| Faults of the wire and of servers | {sum(_named(passed, 'fault ').values()):,} | |",
        f"| Deeds of finance in the books | {sum(_named(passed, 'finance ').values()):,} | |",
        f"| Documents made, updated, taken back |"
        f" {passed['we made']:,}, {passed['we updated']:,}, {passed['we taken back']:,} | |",
        f"| Writes that a mail or payment overtook unseen, see the end | {passed['we overtaken']:,} | |",
        f"| Writes that were left to a person, each with its reason | {passed['parked']:,} | |",
        "",
    )


def _faults(passed: Counter[str]) -> Iterator[str]:
    found = _named(passed, "fault ")
    by_site: dict[str, Counter[str]] = {}
    for name, count in found.items():
        site, _, kind = name.partition(" × ")
        by_site.setdefault(site, Counter())[kind] += count
    rare = sum(count < _ENOUGH for site in by_site.values() for kind in KINDS for count in (site[kind],))
    yield from (
        "## Faults by call site",
        "",
        f"{len(KINDS)} kinds: {', '.join(KINDS)}. Of {len(by_site) * len(KINDS):,} pairs of call site and kind"
        f" {rare:,} were met fewer than {_ENOUGH} times so far. Stories of seeds above {STORMS:,} do nothing else than"
        " let every call meet every kind.",
        "",
        "| Call site | Faults | Kinds | Fewest of a kind |",
        "|---|---:|---:|---:|",
    )
    for site, kinds in sorted(by_site.items()):
        yield f"| `{site}` | {kinds.total():,} | {len(kinds)} | {min(kinds[kind] for kind in KINDS):,} |"
    yield ""


def _cells(passed: Counter[str]) -> Iterator[str]:
    found = _named(passed, "cell ")
    yield from (
        "## Cells of the table of events and states",
        "",
        f"{len(found)} cells of [the table](events.md) were decided by, the rarest first:",
        "",
        ", ".join(
            f"{name} {count:,}" for name, count in sorted(found.items(), key=lambda item: (item[1], item[0]))
        ),
        "",
    )


def _planted() -> Iterator[str]:
    bugs: Mapping[str, Mapping[str, object]] = json.loads(PLANTED.read_text()) if PLANTED.exists() else {}
    chance = [bug for bug in bugs.values() if bug["seed"] is not None]
    yield from (
        "## Bugs planted, and how they were seen",
        "",
        "Does the simulation see anything at all? One function of the product at a time is replaced by one that",
        "makes a mistake of the protocol. Each bug has a story of a few deeds that must break a law with it, and must",
        f"not without it: {sum(bool(bug['law']) for bug in bugs.values())} of {len(bugs)} do, and a test plays them.",
        f"Then stories by chance are played from seed 1 on; {len(chance)} bugs were seen by one of those.",
        "Command: `./dev simulate --planted --seeds 500`.",
        "",
        "| Planted | The law that its story breaks | Seen by seed |",
        "|---|---|---|",
    )
    for name, bug in bugs.items():
        seed = bug["seed"] if bug["seed"] is not None else f"none of {bug['stories']}"
        yield f"| {name} | {bug['law'] or 'none'} | {seed} |"
    yield ""


def _closing() -> Iterator[str]:
    yield from (
        "## The laws",
        "",
        "| Law | What holds, and when it is looked at |",
        "|---|---|",
        *(f"| {law} | {text} |" for law, text in LAWS.items()),
        "",
        "## What is assumed, and what is not played here",
        "",
        "A write that reached QuickBooks takes effect within 120 s, as its own limit says, and searches show it half a",
        "minute later at most; `settle_seconds` covers both. Both processes tell the same time (one machine, or clocks",
        "that agree). Where the wire delivers one request twice, QuickBooks knows the request id for that moment; and",
        "where a pair of tokens was lost on its way, or with an older store, a person connects again. One contract",
        "with epics by price and by points is played, and in one story of ten a second client beside it, with a site",
        "and a company of its own in the same store: sprints, time, webhooks, PostgreSQL and real sockets have tests",
        "of their own. Where QuickBooks does not raise a document's version with a mail or a payment (nobody could",
        "verify it, so it is played both ways), no client can see one that comes between its last look and its write:",
        "such a write is counted above and told to finance, and breaks no law here. `milepost selftest` puts the main",
        "promise to the proof with real processes, on any machine:",
        "[how it went](selftest.md).",
    )


LAWS: Mapping[str, str] = {
    "I1": "Each marker is made once ever; no work is billed twice, what finance ended included (every write and deed)",
    "I2": "The buckets of finished work hold what it is worth, or what was settled if that is more (at rest)",
    "I3": "What we wrote for work is never more than it was ever worth (every deed)",
    "I4": "What is made follows byte by byte from its stored plan, by rules that are on record (every write)",
    "I5": "What finance typed is never written over or removed (every write)",
    "I6": "What is sent, paid, voided, answered or in closed books is never written (every write)",
    "I7": "What finance ended is not made again but by a decision (every deed)",
    "I8": "Only listed requests leave: never one that sends, pays or deletes (every request)",
    "I9": "When the weather clears nothing is left unfinished; what is parked says why, all work has a bucket",
    "I10": "Then there is nothing more to do (at rest)",
    "I11": "Ledger and books agree line by line, both ways (at rest)",
    "I12": "Nothing leaves that is not stored with its bytes, its id and its try; one id, one body; the audit verifies",
    "I13": "Two clients of one store stay apart: whose login opens what, whose words and documents are where (always)",
    "I14": "Each line of the log is JSON and holds no key, token or address (at rest)",
    "I15": "Money on the wire is whole cents in the contract's currency (every write)",
    "I16": "Nothing leaves after its deadline (every write)",
    "I17": "No process asks QuickBooks more than 10 times a second or 500 times a minute (every request)",
    "I18": "A store put back from an older copy bills nothing again (I1, I3 and I7 in stories that restore one)",
    "I19": "Where the contract writes back, epics show each of their standing documents in Jira, and once (at rest)",
}


def _named(passed: Counter[str], beginning: str) -> dict[str, int]:
    return {
        name.removeprefix(beginning): count for name, count in passed.items() if name.startswith(beginning)
    }


def keep_planted(found: Iterable[tuple[str, Mapping[str, object]]]) -> None:
    """Write down what became of each planted bug."""
    PLANTED.parent.mkdir(parents=True, exist_ok=True)
    PLANTED.write_text(json.dumps(dict(found), indent=1) + "\n")
