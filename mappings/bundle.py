"""The source of a rule version: a contract's text with the shared files it uses, as one text that reads back."""

from __future__ import annotations

import json
from collections.abc import Mapping


def pack(contract: str, shared: Mapping[str, str]) -> str:
    """One text of a contract file and the shared files it uses, by their names in the rules folder.

    A contract that uses none is its own source. The others begin with a brace, as no TOML text does.
    """
    if not shared:
        return contract
    whole = {"contract": contract, "shared": dict(sorted(shared.items()))}
    return json.dumps(whole, ensure_ascii=False, indent=1)


def unpack(source: str) -> tuple[str, dict[str, str]]:
    """The contract file's text and the shared files that `pack` put into `source`."""
    if not source.startswith("{"):
        return source, {}
    try:
        whole = json.loads(source)
        return str(whole["contract"]), {str(name): str(text) for name, text in whole["shared"].items()}
    except (ValueError, KeyError, AttributeError):
        return source, {}  # somebody's broken contract file: the grammar says what is wrong with it
