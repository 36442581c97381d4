"""Requests and answers held against OpenAPI files: finds the operation, validates bodies, counts coverage."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator
from jsonschema.exceptions import ValidationError

from sandbox.http import Response

Operation = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Slip:
    """A place where the file is wrong: what the message says there, and why it is the file that errs."""

    operation: str  #: pattern of "METHOD /path"
    message: str  #: pattern of "where: what"
    reason: str


@dataclass(slots=True)
class Specification:
    """One or more OpenAPI files as one; `seen` holds the operations and statuses that were validated."""

    paths: list[tuple[re.Pattern[str], str, dict[str, Any]]]
    components: dict[str, Any]
    slips: tuple[Slip, ...]
    seen: set[tuple[str, str, int]] = field(default_factory=set)
    excused: set[str] = field(default_factory=set)

    @classmethod
    def load(cls, files: list[Path], slips: tuple[Slip, ...]) -> Specification:
        """The specification in `files`."""
        paths, components = [], {}
        for file in files:
            whole = _plain(json.loads(file.read_text(encoding="utf-8")))
            components |= whole.get("components", {}).get("schemas", {})
            for template, item in whole["paths"].items():
                pattern = re.sub(r"\{[^}]+\}", "[^/]+", template)
                paths.append((re.compile(pattern), template, item))
        paths.sort(key=lambda entry: entry[1].count("{"))
        return cls(paths, components, slips)

    def operations(self) -> set[Operation]:
        """Every method and path template."""
        methods = ("get", "post", "put", "delete")
        return {(m, template) for _, template, item in self.paths for m in methods if m in item}

    def check(self, method: str, path: str, body: object, response: Response) -> list[str]:
        """What is wrong with an exchange; nothing when the files do not know its path."""
        found = self._operation(method, path)
        if found is None:
            return []
        template, operation = found
        name = f"{method} {template}"
        accepted = response.status < 400
        problems = [f"request: {text}" for text in self._request(operation, body) if accepted]
        answers = operation["responses"]
        status = str(response.status)
        if status not in answers:
            problems.append(f"status: {status} is not listed")
        else:
            self.seen.add((method.lower(), template, response.status))
            problems += [f"answer: {text}" for text in self._answer(answers[status], response)]
        return [f"{name} {text}" for text in problems if not self._excused(name, text)]

    def _operation(self, method: str, path: str) -> tuple[str, dict[str, Any]] | None:
        for pattern, template, item in self.paths:
            if pattern.fullmatch(path) and method.lower() in item:
                return template, item[method.lower()]
        return None

    def _request(self, operation: dict[str, Any], body: object) -> Iterator[str]:
        content = operation.get("requestBody", {}).get("content", {}).get("application/json")
        if content and body is not None and "schema" in content:
            yield from self._problems(content["schema"], body)

    def _answer(self, answer: dict[str, Any], response: Response) -> Iterator[str]:
        schema = answer.get("content", {}).get("application/json", {}).get("schema")
        if schema is not None and response.body:
            yield from self._problems(schema, json.loads(response.body))

    def _problems(self, schema: dict[str, Any], value: object) -> Iterator[str]:
        whole = {**schema, "components": {"schemas": self.components}}
        for error in Draft202012Validator(whole).iter_errors(value):
            yield from (f"{_where(leaf)}: {leaf.message[:160]}" for leaf in _leaves(error))

    def _excused(self, name: str, text: str) -> bool:
        for slip in self.slips:
            if re.search(slip.operation, name) and re.search(slip.message, text):
                self.excused.add(slip.reason)
                return True
        return False


def _leaves(error: ValidationError) -> Iterator[ValidationError]:
    if error.context and error.validator == "allOf":
        for inner in error.context:
            yield from _leaves(inner)
    else:
        yield error


def _where(error: ValidationError) -> str:
    return "/".join("*" if isinstance(part, int) else str(part) for part in error.absolute_path) or "."


def _plain(value: Any) -> Any:
    """OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, formats of numbers stay words."""
    if isinstance(value, list):
        return [_plain(entry) for entry in value]
    if not isinstance(value, dict):
        return value
    plain = {key: _plain(entry) for key, entry in value.items() if key != "example"}
    if plain.pop("nullable", False) is True:
        return {"anyOf": [plain, {"type": "null"}]}
    return plain
