"""Checks an exported audit with Python alone, without Milepost: `python check.py [FOLDER]`.

Each line of entries.jsonl is an entry. Its hash is the SHA-256 of the canonical JSON (keys sorted, no spaces, ASCII) of
its seq, at, actor, action, contract, subject, doc, sealed and previous; `previous` is the hash of the entry before.
`sealed` is the SHA-256 of "<salt>:<private>", "" where there was never any private text. manifest.json says where the
export begins and ends; compare its head with one that was published. Exit code 0: whole; 1: names the first bad entry.
"""

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

COVERED = ("seq", "at", "actor", "action", "contract", "subject", "doc", "sealed", "previous")


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def fault(entry: dict[str, Any], seq: int, previous: str) -> str:
    """Why an entry cannot stand at `seq` after the one with the hash `previous`; "" when it can."""
    if entry["seq"] != seq:
        return f"entry {seq} is missing"
    if entry["previous"] != previous:
        return "its link to the entry before does not hold"
    covered = {name: entry[name] for name in COVERED}
    if sha256(json.dumps(covered, sort_keys=True, separators=(",", ":"))) != entry["hash"]:
        return "its content was changed"
    if entry["salt"] is not None and sha256(f"{entry['salt']}:{entry['private']}") != entry["sealed"]:
        return "its private text was changed"
    return ""


def say(text: str) -> None:
    sys.stdout.write(text + "\n")


def main(folder: Path) -> int:
    manifest = json.loads((folder / "manifest.json").read_text())
    seq, previous = manifest["before"]["seq"], manifest["before"]["hash"]
    with (folder / "entries.jsonl").open(encoding="ascii") as lines:
        for line in lines:
            reason = fault(json.loads(line), seq + 1, previous)
            if reason:
                say(f"entry {seq + 1}: {reason}")
                return 1
            seq, previous = seq + 1, json.loads(line)["hash"]
    if manifest["entries"] and manifest["head"] != {"seq": seq, "hash": previous}:
        say(f"entry {seq + 1}: the manifest ends at entry {manifest['head']['seq']}, the file at {seq}")
        return 1
    say(f"{manifest['entries']} entries hold, up to {seq}, head {previous}")
    return 0


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1] if len(sys.argv) > 1 else ".")))
