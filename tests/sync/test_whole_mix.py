"""Every term of a contract at once, under random hands of team and finance: what holds of its money after every run.

Through the store, the outbox and the engine as they are, and, many times as fast, through rules and planning alone over
a ledger in memory. A long run: MILEPOST_EXAMPLES=20000, a quarter of them through the store.
"""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

from hypothesis import HealthCheck, given, settings
from mix_contracts import Deed, Mix, deeds, mixes
from mix_history import Seen, play, story_of
from mix_memory import MemoryHouse
from story_scene import Scene

from sync.store import Store

LONG = "MILEPOST_EXAMPLES" in os.environ  # a quick run tries the same histories each time
EXAMPLES = int(os.environ.get("MILEPOST_EXAMPLES", "40"))  # a whole history each


class StoredHouse(Scene):
    """The real engine over a store."""

    @property
    def seen(self) -> Seen:
        """What the last run saw at its end."""
        assert self.applied is not None
        (assessment,) = self.applied.after.assessments
        account = self.engine.store.accounts.account("acme", self.now)
        return Seen(assessment.contract, assessment.verdicts, account)


@settings(
    max_examples=max(EXAMPLES // 4, 1),
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(mix=mixes(), history=deeds)
def test_whatever_happens_the_money_holds_and_comes_to_rest(
    quick_stores: Callable[[], Store], tmp_path: Path, mix: Mix, history: list[Deed]
) -> None:
    play(StoredHouse(quick_stores(), tmp_path, story_of(mix)), mix, history)


@settings(max_examples=EXAMPLES, derandomize=not LONG, suppress_health_check=[HealthCheck.too_slow])
@given(mix=mixes(), history=deeds)
def test_rules_and_planning_alone_hold_the_money_whatever_happens(mix: Mix, history: list[Deed]) -> None:
    play(MemoryHouse(story_of(mix)), mix, history)
