"""The JSON Schema of contract files and shared files, so that editors complete keys and underline mistakes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from mappings.tables.shape import ContractFile


def json_schema(shape: type[BaseModel] = ContractFile) -> dict[str, Any]:
    """The schema of a file's `shape`, by the keys as they are written.

    It knows keys and words; amounts and names are checked by us."""
    return shape.model_json_schema(by_alias=True)
