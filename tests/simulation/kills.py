"""SIGKILL at every point of every run of 30 stories: `./dev kills [STORIES]`. Exit 1 when a story ended otherwise.

At each point of each run a real process is forked from the town as it is then, over a copy of the store as a file,
and ends itself there. New ones go on; the documents and the ledger must become what they are without the kill.
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass, field, replace
from datetime import timedelta
from multiprocessing import Pipe
from pathlib import Path
from typing import Any

from books_witness import KINDS, is_void

from simulation.compose import RUNS, compose
from simulation.environment import environment
from simulation.far import Ended, forked
from simulation.play import Playing, play
from simulation.stage import POINTS
from simulation.story import Deed, Story
from simulation.template import empty_store
from simulation.town import Process, Town
from sync.apply import Patience, apply

KEPT = Path(__file__).parents[2] / "docs" / "trust" / "kills.jsonl"
_STORIES = 30
_LONGEST = 5  # deeds
_LATER = 400.0  # seconds until somebody starts a process again: what was under way has settled
_TICKS = 3


@dataclass(slots=True)
class Killed:
    """What was killed in the story of a `seed`: `points` by kind. `ticks` counts kills by how many ticks of new
    processes it took until nothing was left to do; `wrong` says where the story ended otherwise."""

    seed: int
    runs: int = 0
    points: Counter[str] = field(default_factory=Counter)
    ticks: Counter[str] = field(default_factory=Counter)
    took: float = 0.0
    wrong: list[str] = field(default_factory=list)


def stories(count: int) -> Iterator[Story]:
    """The first so many stories by chance that are short and in which nothing else goes wrong, with one client.
    Request ids are never honoured: what keeps a document from coming twice is ours alone."""
    seed = 0
    while count:
        seed += 1
        whole = compose(seed)
        if len(whole.deeds) <= _LONGEST and not {"backup", "restore"} & {deed.what for deed in whole.deeds}:
            count -= 1
            deeds = (Deed("tick" if deed.what == "both" else deed.what, deed.dice) for deed in whole.deeds)
            knobs = {**whole.knobs, "requestid_window": 0, "next_door": False}
            yield replace(whole, knobs=knobs, deeds=tuple(deeds))


def kill_everywhere(
    story: Story, empty: Path, among: Callable[[str, int], bool] = lambda _where, _number: True
) -> Killed:
    """Play a story, and at each of its runs first kill one that is forked, at every point of it (`among` some)."""
    killed, began = Killed(story.seed), time.monotonic()
    with environment(story) as surroundings:
        playing = Playing(story, empty)
        surroundings.town = playing.town
        try:
            for deed in story.deeds:
                if deed.what in RUNS:
                    _kill_in(playing.town, deed, killed, among)
                playing.do(deed)
        finally:
            playing.town.close()
    killed.took = time.monotonic() - began
    return killed


def _kill_in(town: Town, deed: Deed, killed: Killed, among: Callable[[str, int], bool]) -> None:
    town.leave_store()
    undisturbed = _branch(town, deed, None)
    killed.runs += 1
    passed = undisturbed["points"]
    points = [(where, number) for where in POINTS for number in range(1, passed.get(where, 0) + 1)]
    for where, number in points:
        if among(where, number):
            found = _branch(town, deed, (where, number))
            killed.points[where] += 1
            killed.ticks[str(found["ticks"])] += 1
            at = f"story {town.story.seed}, {deed.what} ({deed.dice}), killed at {where} {number}"
            killed.wrong += [f"{at}: {each}" for each in _differences(undisturbed, found)]
    town.enter_store(town.file)
    town.restart(*town.processes)


def _differences(undisturbed: dict[str, Any], found: dict[str, Any]) -> Iterator[str]:
    yield from found["errors"]
    for part in ("documents", "ledger", "left", "broken"):
        if found.get(part) != undisturbed[part]:
            yield f"{part} {found.get(part)} instead of {undisturbed[part]}"


def _branch(town: Town, deed: Deed, kill_at: tuple[str, int] | None) -> dict[str, Any]:
    """What comes of a run that is killed there, in a process that has the town to itself."""
    here, there = Pipe()
    child = os.fork()
    if not child:
        found: dict[str, Any] = {"errors": ["the branch broke off"], "ticks": 0, "points": {}}
        try:
            here.close()
            found = _lived(town, deed, kill_at)
        finally:
            there.send(found)
            os._exit(0)
    there.close()
    branch: dict[str, Any] = here.recv()
    here.close()
    os.waitpid(child, 0)
    return branch


def _lived(town: Town, deed: Deed, kill_at: tuple[str, int] | None) -> dict[str, Any]:
    file = shutil.copy(town.file, f"{town.folder}/branch-{os.getpid()}.db")
    town.enter_store(file)
    town.stage.elapse(20.0)
    first = forked(town, lambda process: _run(process, deed, town), kill_at)
    errors = _errors(first, expects_kill=kill_at is not None)
    town.stage.elapse(_LATER)
    ticks, left = 0, {"": 1}
    while left and ticks < _TICKS:
        ticks += 1
        again = forked(town, _tick)
        errors += _errors(again, expects_kill=False)
        town.stage.elapse(_LATER)
        left, ledger = again.brought[2] if again.brought else ({}, [])
    town._peek.close()
    for leftover in Path(town.folder).glob(f"branch-{os.getpid()}.db*"):
        leftover.unlink()
    return {
        "points": first.brought[1] if first.brought else {},
        "errors": errors,
        "ticks": ticks,
        "documents": _documents(town),
        "ledger": ledger,
        "left": left,
        "broken": town.broken,
    }


def _errors(ended: Ended, *, expects_kill: bool) -> list[str]:
    if ended.killed:
        return [] if expects_kill else ["it was killed"]
    if expects_kill:
        return ["it was not killed"]
    return [ended.brought[0]] if ended.brought[0] else []


def _run(process: Process, deed: Deed, town: Town) -> None:
    if deed.what == "apply":
        apply(process.engine, Patience(timedelta(seconds=200), town.stage.nap))
    else:
        process.runner.tick()


def _tick(process: Process) -> tuple[dict[str, int], list[tuple[str, ...]]]:
    """A new process's first tick; what it left to do, and the ledger then."""
    process.runner.tick()
    store = process.store
    claims = [
        (each.document_key, each.charge_key, str(each.amount), str(each.ended))
        for each in store.accounts.claims()
    ]
    return dict(store.outbox.unfinished()), sorted(claims)


def _documents(town: Town) -> list[str]:
    """Every document as people see it, but for what the moment of its making decides."""
    shown = []
    for kind in KINDS:
        for row in town.main.books.rows(kind):
            body = row.body
            lines = [(line.get("Description"), str(line.get("Amount"))) for line in body["Line"]]
            face = (
                kind,
                body.get("PrivateNote"),
                str(body.get("TotalAmt")),
                body.get("TxnStatus"),
                is_void(body),
            )
            shown.append(json.dumps([*face, sorted(lines, key=str)]))
    return sorted(shown)


def keep(killed: Killed, record: Path) -> None:
    """Add a story to a record, a line each."""
    counts = {"points": killed.points, "ticks": killed.ticks}
    line = json.dumps(asdict(replace(killed, points=Counter(), ticks=Counter())) | counts)
    with record.open("a") as file:
        file.write(line + "\n")


def kept(record: Path = KEPT) -> list[Killed]:
    """Every story of a record."""
    lines = record.read_text().splitlines() if record.exists() else ()
    return [
        Killed(**{**each, "points": Counter(each["points"]), "ticks": Counter(each["ticks"])})
        for each in map(json.loads, lines)
    ]


def main(count: int) -> int:
    """Kill in those of the first stories that are not on record yet; each is added as it ends."""
    known, wrong = {each.seed for each in kept()}, 0
    with empty_store() as empty:
        wanted = [story for story in stories(count) if story.seed not in known]
        if wanted:
            play(wanted[0], empty)  # statements are compiled once for all forks
        for story in wanted:
            killed = kill_everywhere(story, empty)
            keep(killed, KEPT)
            wrong += len(killed.wrong)
            told = f"seed {story.seed}: {killed.points.total():,} kills in {killed.took:.0f} s"
            sys.stdout.write("\n".join([f"{told}, {len(killed.wrong)} ended otherwise", *killed.wrong, ""]))
            sys.stdout.flush()
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else _STORIES))
