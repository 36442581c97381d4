"""How long the world takes to build and how much memory it needs: python -m benchmarks.world [FACTOR …]"""

from __future__ import annotations

import resource
import sys
import time
from datetime import UTC, datetime

from sandbox.world.generate import build

UNTIL = datetime(2026, 11, 20, 15, 0, tzinfo=UTC)
HUNDRED_THOUSAND_ISSUES = 170.0


def main(factors: list[float]) -> None:
    """Build one world per factor in turn and print a line for each; memory is the peak so far."""
    titles = ("factor", "issues", "epics", "sprints", "histories", "seconds", "peak MB")
    print("".join(f"{title:>11}" for title in titles))
    for factor in factors:
        began = time.perf_counter()
        state = build(7, UNTIL, factor).jira
        seconds = time.perf_counter() - began
        histories = sum(len(issue.histories) for issue in state.issues.values())
        epics = sum(state.types[issue.type_id].level == 1 for issue in state.issues.values())
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        counts = (len(state.issues), epics, len(state.sprints), histories)
        print(f"{factor:11g}" + "".join(f"{count:11,}" for count in counts) + f"{seconds:11.2f}{peak:11.0f}")


if __name__ == "__main__":
    main([float(text) for text in sys.argv[1:]] or [1.0, 20.0, HUNDRED_THOUSAND_ISSUES])
