"""`milepost selftest`: the promise of one invoice for each piece of work, put to the proof on this machine."""

from __future__ import annotations

import os
import time
from concurrent.futures import ThreadPoolExecutor

from cli.pages.selftest import show_selftest
from cli.proving.scenarios import SCENARIOS, play
from cli.screen import DONE, PERSON, complain, leave, print_json
from sync import log


def run(*, as_json: bool) -> None:
    """Play all scenarios, each on an office of its own that is removed afterwards."""
    log.configure("error")
    if not as_json:
        complain(["Applies are killed, overtaken and lied to on a sandbox. This takes about a minute…"])
    began = time.monotonic()
    with ThreadPoolExecutor(min(len(SCENARIOS), os.cpu_count() or 1)) as pool:
        verdicts = list(pool.map(play, SCENARIOS))
    seconds = round(time.monotonic() - began, 1)
    held = not any(verdict.violations for verdict in verdicts)
    if as_json:
        print_json(
            {"held": held, "scenarios": [verdict.as_json() for verdict in verdicts], "seconds": seconds}
        )
    else:
        show_selftest(verdicts, seconds)
    leave(DONE if held else PERSON)
