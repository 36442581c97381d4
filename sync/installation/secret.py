"""A secret that is held but never shown, and the two ways to refer to one: env:NAME and file:PATH."""

from __future__ import annotations

import os
import re
import stat
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, core_schema
from pydantic_core.core_schema import ValidationInfo

from mappings.words.mistakes import Mistake

_VARIABLE = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_LARGEST = 64 * 1024  # bytes; more is a wrong file, not a token


class Secret:
    """A value that is seen by `reveal` alone; repr, str, format and serialisation show where it came from."""

    __slots__ = ("_value", "origin")

    def __init__(self, value: str | Callable[[], str], origin: str = "…") -> None:
        self._value = value
        self.origin = origin

    def reveal(self) -> str:
        """The value itself; what was not read yet is read now. LookupError where it cannot be."""
        if not isinstance(self._value, str):
            try:
                self._value = self._value()
            except Mistake as error:
                raise LookupError(f"{self.origin} cannot be read: {error}") from None
        return self._value

    @property
    def is_read(self) -> bool:
        """Whether its value is in this process."""
        return isinstance(self._value, str)

    def __repr__(self) -> str:
        return f"<secret {self.origin}>"

    def __reduce__(self) -> NoReturn:
        raise TypeError("a secret is not copied or written anywhere")

    @classmethod
    def __get_pydantic_core_schema__(cls, _source: Any, _handler: GetCoreSchemaHandler) -> CoreSchema:
        """In a file a secret is a reference; validating it reads what it refers to."""
        return core_schema.with_info_plain_validator_function(
            _referred, serialization=core_schema.to_string_ser_schema()
        )


def _referred(value: object, info: ValidationInfo) -> Secret:
    """The secret behind a reference. Context: `folder`, `environ`, `secrets` (False: read when it is revealed)."""
    context: dict[str, Any] = info.context or {}
    folder, environ = context.get("folder", Path()), context.get("environ", os.environ)
    return secret_at(value, folder, environ, read=context.get("secrets", True))


def secret_at(value: object, folder: Path, environ: Mapping[str, str], *, read: bool = True) -> Secret:
    """The secret that the reference `value` means; a file's path counts from `folder`. Mistake when it is none, or
    what it means is not there. Without `read` that is looked at when it is revealed."""
    kind, _, name = value.partition(":") if isinstance(value, str) else ("", "", "")
    if kind not in {"env", "file"} or not name:
        raise Mistake(
            "a secret never stands here itself, only where it is found", 'write "env:NAME" or "file:PATH"'
        )
    if kind == "env" and not _VARIABLE.fullmatch(name):
        raise Mistake("env: takes the name of an environment variable", "letters, digits and _")
    find = (
        partial(_from_environment, name, environ)
        if kind == "env"
        else partial(_from_file, folder / Path(name).expanduser())
    )
    return Secret(find() if read else find, f"{kind}:{name}")


def _from_environment(name: str, environ: Mapping[str, str]) -> str:
    if name not in environ:
        raise Mistake(f"the environment variable {name} is not set", f"export {name}=… before starting")
    if not environ[name].strip():
        raise Mistake(f"the environment variable {name} is empty")
    return environ[name].strip()


def _from_file(path: Path) -> str:
    try:
        mode = path.stat().st_mode
        if not stat.S_ISREG(mode):
            raise Mistake(f"{path} is not a file")
        if mode & 0o077:
            raise Mistake(f"{path} can be read by other users", f"chmod 600 {path}")
        if path.stat().st_size > _LARGEST:
            raise Mistake(f"{path} is too large to be a secret")
        value = path.read_text("utf-8").strip()
    except OSError as error:
        raise Mistake(f"{path} cannot be read: {error.strerror}") from None
    except UnicodeDecodeError:
        raise Mistake(f"{path} is not text in UTF-8") from None
    if not value:
        raise Mistake(f"{path} is empty")
    return value
