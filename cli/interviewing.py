"""Questions of `milepost init`: answered by options, on a terminal by a person, else by what is suggested."""

from __future__ import annotations

import sys
from collections.abc import Mapping

import typer

from cli.screen import USAGE, complain, leave, print_json
from mappings.starter.interview import Question
from mappings.starter.quoting import listed
from mappings.words.mistakes import Mistake
from mappings.words.text import inert


class Interviewer:
    """Answers questions; `given` are answers by option. What cannot be answered is answered with "" and said,
    all at once, by `leave_if_stuck`."""

    def __init__(self, given: Mapping[str, str], *, as_json: bool) -> None:
        self._given, self._as_json = given, as_json
        self._asks = not as_json and sys.stdin.isatty()
        self._stuck: list[str] = []

    def __call__(self, question: Question) -> str:
        """The answer as the file says it."""
        given = self._given.get(question.option)
        if given is not None:
            return self._accepted(question, given)
        if self._asks and not question.minor:
            return self._asked(question)
        if question.suggestion:
            return question.accept(question.suggestion)
        if not question.minor:
            there = f"; there are {listed(question.choices)}" if question.choices else ""
            self._stuck.append(f"--{question.option} is needed: {inert(question.text, 300)}{there}")
        return ""

    def leave_if_stuck(self) -> None:
        """End the command when a question could not be answered."""
        if not self._stuck:
            return
        if self._as_json:
            print_json({"ok": False, "problems": [], "needed": self._stuck})
        else:
            complain([*self._stuck, "Nothing was written."])
        leave(USAGE)

    def _accepted(self, question: Question, given: str) -> str:
        try:
            return question.accept(given)
        except Mistake as mistake:
            hint = f" ({mistake.hint})" if mistake.hint else ""
            self._stuck.append(inert(f"--{question.option}: {mistake}{hint}", 500))
            return ""

    def _asked(self, question: Question) -> str:
        if question.choices:
            complain([f"  {listed(question.choices, 12)}"])
        while True:
            text = inert(question.text, 300)
            answer = typer.prompt(text[:1].upper() + text[1:], default=question.suggestion or None, err=True)
            try:
                return question.accept(str(answer))
            except Mistake as mistake:
                hint = f" ({mistake.hint})" if mistake.hint else ""
                complain([inert(f"  {mistake}{hint}", 500)])
