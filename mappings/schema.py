"""The JSON Schema of contract files and shared files, so that editors complete keys and underline mistakes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel

from mappings.shape import ContractFile


def json_schema(shape: type[BaseModel] = ContractFile) -> dict[str, Any]:
    """The schema of a file's `shape`, by the keys as they are written.

    It knows keys and words; amounts and names are checked by us."""
    schema = shape.model_json_schema(by_alias=True)
    for table in (schema, *schema["$defs"].values()):
        properties = table.get("properties", {})
        for key in [key for key, shape in properties.items() if "type" not in shape and _is_open(shape)]:
            del properties[key]  # a key of later versions takes anything here, and is always refused
    return schema


def _is_open(shape: dict[str, Any]) -> bool:
    return not {"anyOf", "oneOf", "$ref", "const", "enum"} & set(shape)
