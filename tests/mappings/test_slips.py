"""What a person writes in TOML by mistake is said in their words, where it began."""

from __future__ import annotations

import pytest

from mappings.grammar.tomlfile import read

SLIPS = {
    'a = "x"\nclient = Acme Corp\n': '2:10: text without quotes: client = Acme Corp (write it in quotes: "Acme Corp")',
    "open = True\n": "1:8: True is no value: open = True (write true)",
    'work = { epic = "A-1", }\n': '1:24: a comma before }: work = { epic = "A-1", } (leave the last comma out)',
    "starts = 01/15/2026\n": (
        "1:11: 01/15/2026 is no date: starts = 01/15/2026 (year, month, day: 2026-01-15, a day that there is)"
    ),
    "starts = 15.01.2026\n": (
        "1:15: 15.01.2026 is no date: starts = 15.01.2026 (year, month, day: 2026-01-15, a day that there is)"
    ),
    "starts = 2026-02-30\n": (
        "1:10: 2026-02-30 is no date: starts = 2026-02-30 (year, month, day: 2026-01-15, a day that there is)"
    ),
    "client = “Acme Corp”\n": (
        '1:10: quotes of a word processor: client = “Acme Corp” (use the straight ones of a keyboard: "…")'
    ),
    'client: "Acme"\n': '1:7: a colon where = belongs: client: "Acme" (write client = …)',
    "// my contract\n": (
        "1:1: a comment begins with #: // my contract (write # before what nobody but people should read)"
    ),
    'work = {\n  epic = "A-1"\n}\n': (
        "1:9: what stands in { } goes on over several lines: work = { (write it on one line, with its })"
    ),
    "[milestone]\na = 1\n[milestone]\na = 2\n": (
        "3:11: [milestone] stands twice: [milestone] (write [[milestone]], in two brackets, each time)"
    ),
    "[contract]\na = 1\n[contract]\nb = 2\n": (
        "3:10: contract stands twice: [contract] (keep one, with all that belongs to it)"
    ),
    "a = 1\nid = 'x\"\nb = 2\n": (
        "2:6: these quotes are not closed: id = 'x\" (end the text with the quotes that it begins with)"
    ),
    'price = "1"\nprice = "2"\n': '2:12: price stands twice: price = "2" (keep one, with all that belongs to it)',
    'a = ["x", { b = 1 ]\n': '1:19: a } is missing: a = ["x", { b = 1 ] (close what { begins on the same line)',
    'a = 1\ntext = """\nmore\n': (
        '2:8: these quotes are not closed: text = """ (end the text with the quotes that it begins with)'
    ),
    '# it\'s a note\nid = "x\nb = "y"\n': (
        '2:6: these quotes are not closed: id = "x (end the text with the quotes that it begins with)'
    ),
}


@pytest.mark.parametrize("text", SLIPS)
def test_a_slip_is_said_in_words_where_it_began(text: str) -> None:
    _, problems = read(text, "a.toml")
    assert str(problems[0]) == f"a.toml:{SLIPS[text]}"


def test_no_value_of_a_file_that_may_hold_a_secret_is_repeated() -> None:
    _, problems = read("token = hunter2x\n", "config.toml", discreet=True)
    assert "hunter" not in str(problems[0])
    assert problems[0].hint == "write it in quotes"
