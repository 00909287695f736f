"""Forms that an answer can be asked in: a pydantic model from Python, a JSON Schema from REST and the command line."""

from __future__ import annotations

from typing import Annotated, Any

from pydantic import BaseModel, PlainValidator, WithJsonSchema

from tieline.language.model import Form


def _form(value: Any) -> Form:
    if isinstance(value, type) and issubclass(value, BaseModel):
        return value
    if isinstance(value, dict) and value.get("type") == "object" and value.get("properties"):
        return value
    raise ValueError("must be a pydantic model, or a JSON Schema of type object with properties")


FormInput = Annotated[
    Form,
    PlainValidator(_form),
    WithJsonSchema({"type": "object", "description": "JSON Schema (type object) of the answer."}),
]
