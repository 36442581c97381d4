"""Why a decision was not taken."""

from __future__ import annotations

from collections.abc import Sequence


class Moved(Exception):
    """What was decided on is not what stands now. `moved` says what it was and what it is, in sentences."""

    def __init__(self, moved: Sequence[str]) -> None:
        self.moved = tuple(moved)
        super().__init__("; ".join(moved))


class Undecidable(Exception):
    """Nothing is called so, or it does not offer that; says what there is instead."""
