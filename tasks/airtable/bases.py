"""Bases, their tables, and the fields of those."""

from typing import Annotated, Any

from pydantic import Field

from tasks.airtable.models import Base, BaseId, Column, Limit, NewField, Schema, Table
from tasks.airtable.system import connector
from tieline import Api, segment

READ, WRITE = ("schema.bases:read",), ("schema.bases:write",)


@connector.action(scopes=READ)
async def list_bases(api: Api, *, limit: Limit = 100) -> list[Base]:
    """List the bases that the login reaches. See https://airtable.com/developers/web/api/list-bases."""
    return await api.list("/meta/bases", into=Base, limit=limit, at="bases")


@connector.action(scopes=READ)
async def get_schema(api: Api, *, base_id: BaseId) -> Schema:
    """Fetch the tables of a base, with their fields and the types of these.

    See https://airtable.com/developers/web/api/get-base-schema
    """
    return await api.get(_tables(base_id), into=Schema)


@connector.action(scopes=WRITE)
async def create_table(
    api: Api,
    *,
    base_id: BaseId,
    name: Annotated[str, Field(min_length=1)],
    fields: Annotated[list[NewField], Field(min_length=1)],
    description: str | None = None,
) -> Table:
    """Add a table to a base.

    Args:
        api: The connection.
        base_id: The base.
        name: What it is called; no other table of the base may be.
        fields: Its fields. The first is the primary one, for which not every type will do.
        description: What it is for.

    See https://airtable.com/developers/web/api/create-table
    """
    body = {"name": name, "description": description, "fields": [_plain(field) for field in fields]}
    return await api.post(_tables(base_id), body, into=Table)


@connector.action(scopes=WRITE)
async def create_field(
    api: Api,
    *,
    base_id: BaseId,
    table_id: Annotated[str, Field(description="The table's id: tbl... Its name will not do here.")],
    field: NewField,
) -> Column:
    """Add a field to a table. See https://airtable.com/developers/web/api/create-field."""
    return await api.post(f"{_tables(base_id)}/{segment(table_id)}/fields", _plain(field), into=Column)


def _tables(base_id: str) -> str:
    return f"/meta/bases/{segment(base_id)}/tables"


def _plain(field: NewField) -> dict[str, Any]:
    return field.model_dump(exclude_none=True)
