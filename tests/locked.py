"""Holds what is installed against requirements.lock: `./dev lint` runs it.

It finds packages that are not pinned, pinned without a hash, installed in another version, installed although nobody
asked for them, or unfit for each other. It knows of no vulnerability: for that `./dev lint` asks pip-audit, where there
is one.
"""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Iterator, Mapping
from importlib.metadata import distributions
from pathlib import Path

LOCK = Path(__file__).parents[1] / "requirements.lock"
#: What no lock file names: ourselves, and what installs.
_BESIDE = frozenset({"milepost", "pip", "setuptools", "wheel", "uv"})


def pinned(text: str) -> dict[str, str]:
    """The version of each package in a lock file. Raises ValueError for an entry without version or hash."""
    found = {}
    for line in text.replace("\\\n", " ").splitlines():
        entry = line.partition("#")[0].strip()
        if not entry:
            continue
        known = re.match(r"([\w.-]+)(?:\[[\w,.-]+\])?==([^\s;]+)", entry)
        if known is None or "--hash=sha256:" not in entry:
            raise ValueError(f"not pinned by version and hash: {entry[:60]}")
        found[_plain(known[1])] = known[2]
    return found


def differences(wanted: Mapping[str, str], there: Mapping[str, str]) -> Iterator[str]:
    """What is installed and should not be, or in that version. A package for another platform may be missing."""
    for name, version in sorted(there.items()):
        if name in _BESIDE:
            continue
        if name not in wanted:
            yield f"{name} {version} is installed, and requirements.lock does not name it"
        elif wanted[name] != version:
            yield f"{name} is installed as {version}, and requirements.lock names {wanted[name]}"


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def main() -> int:
    """Say what differs; 1 when something does."""
    there = {_plain(each.metadata["Name"]): each.version for each in distributions()}
    found = [*differences(pinned(LOCK.read_text("utf-8")), there)]
    unfit = subprocess.run(
        [sys.executable, "-m", "pip", "check"], capture_output=True, text=True, check=False
    )
    found += unfit.stdout.splitlines() if unfit.returncode else []
    sys.stderr.write("".join(f"{each}\n" for each in found))
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
