"""A story played from its first deed to rest, and what came of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from simulation import knobs, rest
from simulation.environment import environment
from simulation.people import People
from simulation.process import Process
from simulation.rest import Violation
from simulation.story import Deed, Mishap, Story
from simulation.town import Town, chance
from sync.apply import Patience, apply

_SLEEPS = (5.0, 60.0, 400.0, timedelta(hours=25).total_seconds())
_SHIFTS = (-120.0, -30.0, 20.0)
_BETWEEN = 20.0
_SECOND_WIND = 400.0


@dataclass(slots=True)
class Outcome:
    """What came of a story: the digest of all that happened, the counts, how long it took in the town (seconds),
    and every broken law."""

    trace: str = ""
    passed: Counter[str] = field(default_factory=Counter)
    simulated: float = 0.0
    broken: list[str] = field(default_factory=list)


def play(story: Story, empty: Path) -> Outcome:
    """Play it. The same story gives the same outcome, on any machine."""
    with environment(story) as surroundings:
        stage = Playing(story, empty)
        surroundings.town = stage.town
        try:
            stage.run()
            with stage.town.stage.resting():
                stage.outcome.broken += surroundings.leaked()
        finally:
            stage.town.close()
    return stage.outcome


class Playing:
    """A story under way: `do` plays one deed, `run` all of it, to rest."""

    def __init__(self, story: Story, empty: Path) -> None:
        self.story, self.outcome = story, Outcome()
        self.town = Town(story, knobs.rules(story.terms, story.knobs), empty, self._meet)
        self.people = People(self.town)

    def run(self) -> None:
        """Every deed, then rest; it ends with the first broken law."""
        town, outcome = self.town, self.outcome
        begun = town.stage.clock.now()
        try:
            for deed in self.story.deeds:
                town.stage.note("deed", deed.what, deed.dice)
                self.do(deed)
                self.judge()
            rest.come_to_rest(town, self.people, self._act)
            self.judge()
        except Violation as error:
            outcome.broken = str(error).splitlines()
        outcome.trace = town.stage.trace
        outcome.passed = town.stage.passed
        outcome.passed.update({f"we {deed}": count for deed, count in town.door.witness.writes.items()})
        outcome.simulated = (town.stage.clock.now() - begun).total_seconds()

    def judge(self) -> None:
        """Whether all laws stand so far."""
        too_much = self.people.billed_too_much()
        if self.town.next_door:
            too_much += self.town.next_door.billed_too_much()
        over = [f"I1, I3, I7: billed too much: {each}" for each in too_much]
        if broken := [*self.town.broken, *over]:
            raise Violation("\n".join(broken))

    def do(self, deed: Deed) -> None:
        """One deed, with its mishaps."""
        dice = chance(deed.dice)
        match deed.what:
            case "tick":
                self._act(deed, {dice.choice("ab"): lambda process: process.runner.tick()})
            case "both":
                self._act(
                    deed,
                    {"a": lambda process: process.runner.tick(), "b": self._ticks(dice.choice((1, 1, 2)))},
                )
            case "apply":
                patience = Patience(timedelta(seconds=dice.choice((0, 200))), self.town.stage.nap)
                self._act(deed, {"a": lambda process: apply(process.engine, patience)})
            case "backup":
                self.town.keep_a_backup()
            case "restart":
                self.town.restart("a", "b")
            case "restore":
                self.town.restore()
            case "decide":
                self._act(deed, {"a": lambda process: self.people.decide(process.engine, dice)})
            case other:
                self.people.do(other, dice)

    def _ticks(self, count: int) -> Callable[[Process], object]:
        def several(process: Process) -> None:
            for number in range(count):
                if number:
                    self.town.stage.elapse(_SECOND_WIND)
                process.runner.tick()

        return several

    def _act(self, deed: Deed, tasks: dict[str, Callable[[Process], object]]) -> None:
        """Processes do their part; those that were ended in it are started again."""
        town = self.town
        town.stage.elapse(_BETWEEN)
        town.stage.passed["runs"] += len(tasks)
        parts = {
            town.processes[name].performer: (lambda name=name, task=task: task(town.processes[name]))
            for name, task in tasks.items()
        }
        errors = town.stage.act(parts, deed.mishaps)
        town.weather = ""
        if errors:
            raise errors[0]
        town.restart(*(name for name, process in town.processes.items() if process.performer.dead))

    def _meet(self, mishap: Mishap) -> None:
        """Something happens in the middle of a run that is not the process's own."""
        town, dice = self.town, chance(mishap.dice)
        if mishap.what.startswith("fault "):
            town.weather = mishap.what.removeprefix("fault ")
        elif mishap.what == "sleep":
            town.stage.sleep(dice.choice(_SLEEPS))
        elif mishap.what == "set back":
            town.stage.shift(dice.choice(_SHIFTS))
        else:
            with town.stage.resting():
                self.people.do(mishap.what, dice)
