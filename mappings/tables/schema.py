"""The JSON Schema of contract files and shared files, so that editors complete keys and underline mistakes."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel
from pydantic.json_schema import GenerateJsonSchema, JsonSchemaValue
from pydantic_core import core_schema

from mappings.tables.shape import ContractFile, ContractTable
from mappings.tables.shared import DefaultsTable

_DAY = r"^\d{4}-\d{2}-\d{2}$"


def json_schema(shape: type[BaseModel] = ContractFile) -> dict[str, Any]:
    """The schema of a file's `shape`, by the keys as they are written.

    It knows keys, words and how amounts and days are written; what they mean together is checked by us."""
    made = shape.model_json_schema(by_alias=True, schema_generator=_ForToml)
    contract = made["$defs"].get(ContractTable.__name__)
    if contract is not None:
        taken = [key for key in contract["required"] if key in DefaultsTable.model_fields]
        contract["required"] = [key for key in contract["required"] if key not in taken]
        contract["if"] = {"required": ["use"]}
        contract["else"] = {"required": taken}
    return {"$schema": GenerateJsonSchema.schema_dialect, **made}


class _ForToml(GenerateJsonSchema):
    """TOML has no null, and editors hand its days on as texts."""

    def nullable_schema(self, schema: core_schema.NullableSchema) -> JsonSchemaValue:
        return self.generate_inner(schema["schema"])

    def default_schema(self, schema: core_schema.WithDefaultSchema) -> JsonSchemaValue:
        made = super().default_schema(schema)
        return {key: value for key, value in made.items() if key != "default" or value is not None}

    def date_schema(self, schema: core_schema.DateSchema) -> JsonSchemaValue:
        return {**super().date_schema(schema), "pattern": _DAY}
