"""What docs/trust.md says of real processes that were killed, and of the month, from the records beside it."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator

from simulation.kills import kept
from simulation.month import KEPT


def endured() -> Iterator[str]:
    """Both sections."""
    yield from _kills()
    yield from _month()


def _kills() -> Iterator[str]:
    stories = kept()
    points = sum((each.points for each in stories), Counter[str]())
    ticks = sum((each.ticks for each in stories), Counter[str]())
    yield from (
        "## Processes killed at every point",
        "",
        "Here processes are real: one is forked over a copy of the store as a file, ends itself with SIGKILL at one",
        "point of a run, and a new one goes on. Request ids are never honoured. Documents and ledger must become what",
        "they are without the kill. Command: `./dev kills 30`; it goes on where the record in `docs/trust/` ends.",
        "",
        "| Figure | Counted |",
        "|---|---:|",
        f"| Stories, of 30 | {len(stories)} |",
        f"| Runs in them, killed at every point | {sum(each.runs for each in stories)} |",
        f"| Kills | {points.total():,} |",
        *(f"| at: {where} | {count:,} |" for where, count in points.items()),
        f"| Ended otherwise than without the kill | {sum(len(each.wrong) for each in stories)} |",
        f"| Done again after one tick of a new process | {ticks['1']:,} |",
        f"| After two or three ticks | {ticks.total() - ticks['1']:,} |",
        "",
    )


def _month() -> Iterator[str]:
    yield from (
        "## A month in one process",
        "",
        "The runner of `milepost run` over the real clients, with the sandbox in the same process: work is closed,",
        "finance acts, half a percent of all requests meets one of the faults above. Command: `./dev month 100000`.",
        "",
    )
    if not KEPT.exists():
        yield from ("It is not on record yet.", "")
        return
    month = json.loads(KEPT.read_text())
    truth, thirds = month["truth"], month["thirds"]
    first, last = thirds[1], thirds[2]
    yield from (
        "| Figure | Counted |",
        "|---|---:|",
        f"| Ticks, and failed ones | {month['ticks']:,}, {month['failed_ticks']} |",
        f"| Requests; faults among them, of so many kinds |"
        f" {truth['requests']:,}; {truth['faults']:,}, {truth['kinds']} |",
        f"| Epics closed; deeds of finance and of prices |"
        f" {truth['epics']:,}; {sum(truth['deeds'].values()) - truth['epics']:,} |",
        f"| Writes planned; parked at the end | {month['intents']:,}; {month['parked']} |",
        f"| Memory in the second and in the last third | {first['memory']} MB, {last['memory']} MB |",
        f"| Open files | {first['files']:.0f}, {last['files']:.0f} |",
        f"| CPU for each tick, the sandbox included | {first['ms_per_tick']} ms, {last['ms_per_tick']} ms |",
        f"| Unfinished, billed twice, never billed, not to be written | {len(month['problems'])} |",
        "",
    )
