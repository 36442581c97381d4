"""The JSON Schema of a contract file, so that editors complete keys and underline mistakes."""

from __future__ import annotations

from typing import Any

from mappings.shape import ContractFile


def json_schema() -> dict[str, Any]:
    """The schema, by the keys as they are written. It knows keys and words; amounts and names are checked by us."""
    schema = ContractFile.model_json_schema(by_alias=True)
    for table in (schema, *schema["$defs"].values()):
        properties = table.get("properties", {})
        for key in [key for key, shape in properties.items() if "type" not in shape and _is_open(shape)]:
            del properties[key]  # a key of later versions takes anything here, and is always refused
    return schema


def _is_open(shape: dict[str, Any]) -> bool:
    return not {"anyOf", "oneOf", "$ref", "const", "enum"} & set(shape)
