"""Bases, their schemas, new tables and fields.

Pages: https://airtable.com/developers/web/api/list-bases, https://airtable.com/developers/web/api/get-base-schema,
https://airtable.com/developers/web/api/create-table, https://airtable.com/developers/web/api/create-field
"""

from typing import Any

from tieline.sandbox.airtable.memory import Base, Bases, Table
from tieline.sandbox.airtable.values import options_of
from tieline.sandbox.airtable.wire import Call, invalid
from tieline.sandbox.happening import Record

ME = {"id": "usrSandbox0000001", "email": "robot@lumora.example"}
#: No other type can be what records are called.
_PRIMARY = frozenset({"singleLineText", "multilineText", "email", "url", "phoneNumber", "number", "currency", "date"})


def who_am_i(_call: Call) -> Record:
    """GET /meta/whoami."""
    return {**ME, "scopes": []}


def list_bases(call: Call) -> Record:
    """GET /meta/bases."""
    found = call.memory.bases.values()
    return {"bases": [{"id": base.id, "name": base.name, "permissionLevel": "create"} for base in found]}


def show_schema(call: Call) -> Record:
    """GET /meta/bases/{base}/tables."""
    return {"tables": [table.schema for table in call.base.tables.values()]}


def create_table(call: Call) -> Record:
    """POST /meta/bases/{base}/tables."""
    name, fields = call.body.get("name"), call.body.get("fields")
    if not isinstance(name, str) or not name or not isinstance(fields, list) or not fields:
        raise invalid()
    if call.base.table(name) is not None:
        raise invalid("DUPLICATE_TABLE_NAME", f"Table with name {name} already exists")
    if not isinstance(fields[0], dict) or fields[0].get("type") not in _PRIMARY:
        raise invalid("INVALID_PRIMARY_FIELD_TYPE", "The first field cannot be a primary field")
    made = new_table(call.memory, call.base, name, str(call.body.get("description") or ""))
    try:
        for field in fields:
            add_field(call.memory, made, field)
    except Exception:
        del call.base.tables[made.id]
        raise
    return made.schema


def new_table(memory: Bases, base: Base, name: str, description: str = "") -> Table:
    """A table without fields yet; the first one that is added is the primary one."""
    schema: Record = {"id": memory.new_id("tbl"), "name": name, "primaryFieldId": "", "fields": []}
    if description:
        schema["description"] = description
    schema["views"] = [{"id": memory.new_id("viw"), "name": "Grid view", "type": "grid"}]
    base.tables[schema["id"]] = made = Table(schema)
    return made


def create_field(call: Call) -> Record:
    """POST /meta/bases/{base}/tables/{table}/fields; the table by its id."""
    made = add_field(call.memory, call.table, call.body)
    call.memory.note(call.base, call.table, "tableFields", createdFieldsById={made["id"]: made})
    return made


def add_field(memory: Bases, table: Table, field: Any) -> Record:
    """A new field. Errors: 422."""
    if not isinstance(field, dict) or not isinstance(field.get("name"), str) or not field["name"]:
        raise invalid()
    if field["name"].lower() in [one["name"].lower() for one in table.schema["fields"]]:
        raise invalid("DUPLICATE_OR_EMPTY_FIELD_NAME", f"Field name {field['name']} is there already")
    made = put_field(memory, table, str(field["name"]), str(field["type"]), options_of(memory, field))
    if field.get("description"):
        made["description"] = str(field["description"])
    return made


def put_field(memory: Bases, table: Table, name: str, kind: str, options: Record | None) -> Record:
    """A field as it is, also of a kind that the API does not make."""
    made: Record = {"id": memory.new_id("fld"), "name": name, "type": kind}
    if options:
        made["options"] = options
    table.schema["fields"].append(made)
    table.schema["primaryFieldId"] = table.schema["primaryFieldId"] or made["id"]
    return made
