"""Who holds a lease: this process, named so that another on the same machine can tell when it is gone."""

from __future__ import annotations

import os
import socket
from pathlib import Path

_PROC = Path("/proc")


def this_process(part: str) -> str:
    """`host/boot/namespace/pid/start#part`: unlike a bare pid, never true of a later process or of another
    container. `part` tells apart what runs inside one process."""
    return "/".join((*_machine(), str(os.getpid()), _started(os.getpid()))) + f"#{part}"


def surely_dead(holder: str) -> bool:
    """True only when the holder was a process of this machine and namespace that no longer runs.

    From elsewhere nothing is known, so its lease has to run out.
    """
    *machine, pid, started = holder.partition("#")[0].split("/")
    if tuple(machine) != _machine() or "?" in machine or not pid.isdigit() or started == "?":
        return False
    return _started(int(pid)) != started


def _machine() -> tuple[str, str, str]:
    return (socket.gethostname(), _read("sys/kernel/random/boot_id"), _namespace())


def _namespace() -> str:
    try:
        return str((_PROC / "self/ns/pid").readlink()).replace("/", "")
    except OSError:
        return "?"


def _read(path: str) -> str:
    try:
        return (_PROC / path).read_text().strip()
    except OSError:
        return "?"


def _started(pid: int) -> str:
    """The process's start time in clock ticks after boot (field 22 of /proc/PID/stat), "gone" or "?"."""
    if not (_PROC / "self").exists():
        return "?"
    try:
        fields = (_PROC / str(pid) / "stat").read_text().rpartition(")")[2].split()
    except OSError:
        return "gone"
    return "gone" if fields[0] in {"Z", "X"} else fields[19]
