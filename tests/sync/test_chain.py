"""The audit's chain: any change, loss, swap or end that is not its own is found, and the first bad entry named."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from random import Random

import pytest

from sync.chain import EMPTY, START, Break, Entry, Head, Said, head_of, linked, walk

NOW = datetime(2026, 2, 3, 15, tzinfo=UTC)


def a_chain(length: int) -> list[Entry]:
    entries, head = list[Entry](), EMPTY
    for number in range(length):
        private = f"title {number}" if number % 2 else None
        at = NOW + timedelta(seconds=number)
        said = Said(at, "ada", "claim.recorded", "shop", f"doc {number}", {"amount": number}, private)
        entries.append(linked(said, head, f"salt {number}"))
        head = head_of(entries[-1])
    return entries


def first_break(entries: list[Entry], *published: Head) -> Break | None:
    return next((each for each in walk(entries, published) if isinstance(each, Break)), None)


def retold(entry: Entry, **changes: object) -> Entry:
    return replace(entry, said=replace(entry.said, **changes))  # type: ignore[arg-type]  # any field of it


FORGERIES: tuple[Callable[[list[Entry], int], list[Entry]], ...] = (
    lambda chain, at: [*chain[:at], *chain[at + 1 :]],
    lambda chain, at: [*chain[: at + 1], chain[at], *chain[at + 1 :]],
    lambda chain, at: [*chain[:at], chain[at + 1], chain[at], *chain[at + 2 :]],
    lambda chain, at: [*chain[:at], retold(chain[at], doc={"amount": -1}), *chain[at + 1 :]],
    lambda chain, at: [*chain[:at], retold(chain[at], actor="bob"), *chain[at + 1 :]],
    lambda chain, at: [*chain[:at], retold(chain[at], at=NOW - timedelta(days=1)), *chain[at + 1 :]],
    lambda chain, at: [*chain[:at], retold(chain[at], contract="other"), *chain[at + 1 :]],
    lambda chain, at: [*chain[:at], retold(chain[at], subject="other"), *chain[at + 1 :]],
    lambda chain, at: [*chain[:at], retold(chain[at], action="claim.ended"), *chain[at + 1 :]],
    lambda chain, at: [*chain[:at], replace(chain[at], hash=START), *chain[at + 1 :]],
    lambda chain, at: [*chain[:at], replace(chain[at], sealed=START), *chain[at + 1 :]],
    lambda chain, at: [*chain[:at], linked(retold(chain[at], doc={}).said, EMPTY, ""), *chain[at + 1 :]],
)


def test_a_chain_that_nobody_touched_holds() -> None:
    chain = a_chain(30)
    assert list(walk(chain, [head_of(chain[9]), head_of(chain[29])])) == chain


def test_a_thousand_forgeries_are_each_found_where_they_begin() -> None:
    dice, chain = Random(5), a_chain(30)  # noqa: S311  chance, not secrecy
    for _ in range(1000):
        forge, at = dice.choice(FORGERIES), dice.randrange(1, 28)
        found = first_break(forge(chain, at))
        assert found is not None
        assert at + 1 <= found.seq <= at + 2, (found, at)


def test_a_forger_who_links_all_later_entries_anew_is_found_by_what_was_published() -> None:
    chain = a_chain(10)
    forged, head = chain[:4], head_of(chain[3])
    for entry in chain[4:]:
        said = replace(entry.said, doc={"amount": 1}) if entry.seq == 5 else entry.said
        forged.append(linked(said, head, entry.salt or ""))
        head = head_of(forged[-1])
    assert first_break(forged) is None
    found = first_break(forged, head_of(chain[7]))
    assert found is not None
    assert found.seq == 8
    assert "was published" in found.reason


def test_a_chain_cut_short_is_found_by_what_was_published() -> None:
    chain = a_chain(10)
    found = first_break(chain[:6], head_of(chain[9]))
    assert found == Break(7, "entries up to 10 were published, and the chain ends at 6")


def test_a_private_text_may_be_erased_but_not_changed() -> None:
    chain = a_chain(4)
    erased = replace(retold(chain[1], private=None), salt=None)
    assert first_break([chain[0], erased, *chain[2:]]) is None
    changed = first_break([chain[0], retold(chain[1], private="another title"), *chain[2:]])
    assert changed == Break(2, "its private text was changed")


@pytest.mark.parametrize("value", [float("nan"), object()])
def test_what_has_no_one_spelling_is_refused(value: object) -> None:
    with pytest.raises((ValueError, TypeError)):
        linked(Said(NOW, "", "x.done", "", "", {"value": value}), EMPTY, "")
