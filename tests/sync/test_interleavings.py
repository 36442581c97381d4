"""Random interleavings of finance, team, rules, weather, crashes and runs, through the real connectors.

The sandbox's own rows are the witness: what finance typed stands, what is out of our hands is never written, what
finance ended is not made again, and the sums hold. For longer runs, from a seed of one's choice:
MILEPOST_INTERLEAVINGS=10000 MILEPOST_SEED=1 ./dev test tests/sync/test_interleavings.py -s --timeout 0
"""

from __future__ import annotations

import json
import os
import shutil
import sys
import time
from collections import Counter
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from adding_up import everything_adds_up
from interleaving import Interleaving

from sync.store import Store

INTERLEAVINGS = int(os.environ.get("MILEPOST_INTERLEAVINGS", "40"))
FIRST = int(os.environ.get("MILEPOST_SEED", "1"))
STEPS = 24


@pytest.mark.timeout(900 if INTERLEAVINGS <= 60 else 0)
def test_no_interleaving_costs_finance_an_edit_or_the_client_a_cent(migrated: Path) -> None:
    passed, began, broken = Counter[str](), time.monotonic(), list[str]()
    with TemporaryDirectory(dir=migrated.parent) as folder:
        house = Path(shutil.copy(migrated, folder))
        with closing(Store(f"sqlite:///{house}")) as store:
            for seed in range(FIRST, FIRST + INTERLEAVINGS):
                try:
                    play(seed, store, passed)
                except AssertionError as error:
                    broken.append(str(error))
                store.close()  # one store for all, emptied: what SQLAlchemy has compiled stays
                for left in Path(folder).iterdir():
                    left.unlink()  # what a killed process holds open may not write into the next file
                shutil.copy(migrated, house)
    passed["interleavings"], passed["seconds"] = INTERLEAVINGS, round(time.monotonic() - began)
    passed["first seed"], passed["violations"] = FIRST, len(broken)
    sys.stdout.write("\n" + json.dumps(passed, sort_keys=True) + "\n")
    assert not broken, "\n\n".join(broken)
    assert passed["we made"] > INTERLEAVINGS, passed


def play(seed: int, store: Store, passed: Counter[str]) -> None:
    """One interleaving to its rest. A failure names the seed and tells every deed."""
    story = Interleaving(seed, store)
    try:
        for _ in range(STEPS):
            story.step()
        come_to_rest(story)
    except Exception as error:
        told = "\n".join(f"  {deed}" for deed in story.deeds)
        raise AssertionError(f"seed {seed}, {story.terms}: {error!r} after\n{told}") from error
    finally:
        story.close()
    passed.update(story.passed)
    passed.update({f"we {deed}": count for deed, count in story.witness.writes.items()})


def come_to_rest(story: Interleaving) -> None:
    """Once the weather clears a few runs are enough: then nothing is left to do, and everything adds up."""
    story.calm()
    assert any(story.rests() for _ in range(4))
    story.check()
    account = story.house.store.accounts.account("shop", story.house.now())
    everything_adds_up(story, story.house.engine.plan(story.house.engine.last_read()), account)
