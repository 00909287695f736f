"""Tables as the database describes them. Every name is looked up here, and quoted by SQLAlchemy."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

import sqlalchemy as sa
from sqlalchemy import Connection, MetaData, event, inspect
from sqlalchemy.exc import NoSuchTableError

from tieline.errors import NotFound, Rejected, UnknownName
from tieline.sql.kinds import decimals, kind, zoned
from tieline.sql.model import Column, ForeignKey, Key, Table, TableName
from tieline.sql.values import exact


def find(connection: Connection, name: str, schema: str) -> sa.Table:
    """A table or view with its columns and keys.

    Raises:
        NotFound: There is none, or not for us.
    """
    made = MetaData()

    @event.listens_for(made, "column_reflect")
    def _exact(_inspector: Any, _table: Any, column: Any) -> None:
        column["type"] = exact(column["type"], connection.dialect.name)

    try:
        return sa.Table(name, made, schema=schema or None, autoload_with=connection, resolve_fks=False)
    except NoSuchTableError:
        raise NotFound(f"There is no table {name!r}.", hint="See list_tables.") from None


def column(table: sa.Table, name: str) -> sa.Column[Any]:
    """A column of it.

    Raises:
        UnknownName: It has none of that name.
    """
    if name not in table.columns:
        raise UnknownName(f"column of {table.name}", name, table.columns.keys())
    return table.columns[name]


def keys(connection: Connection, table: sa.Table) -> list[Key]:
    """Its primary key, and the unique ones that hold for every row."""
    look = inspect(connection)
    primary = [one.name for one in table.primary_key.columns]
    unique = [one["column_names"] for one in look.get_unique_constraints(table.name, schema=table.schema)]
    for index in look.get_indexes(table.name, schema=table.schema):
        partial = any(name.endswith("_where") for name in index.get("dialect_options", {}))
        if index["unique"] and not partial and None not in index["column_names"]:
            unique.append([str(name) for name in index["column_names"]])
    found = [Key(columns=primary, primary=True)] if primary else []
    distinct = {tuple(sorted(one)): one for one in unique if one and sorted(one) != sorted(primary)}
    return found + [Key(columns=one, primary=False) for one in distinct.values()]


def key(connection: Connection, table: sa.Table, columns: Sequence[str]) -> list[sa.Column[Any]]:
    """The columns that name one row at most.

    Raises:
        Rejected: The database does not keep them unique.
    """
    found = [column(table, name) for name in columns]
    known = keys(connection, table)
    if not any(set(one.columns) == set(columns) for one in known):
        there = "; ".join(", ".join(one.columns) for one in known) or "none"
        raise Rejected(
            f"{', '.join(columns)} is no key of {table.name}: two rows could have the same.",
            hint=f"Its keys are: {there}. A primary key or a unique constraint makes one.",
        )
    return found


def listed(connection: Connection, schemas: Iterable[str]) -> list[TableName]:
    """Tables and views, by name."""
    look, found = inspect(connection), []
    for schema in schemas or [look.default_schema_name or ""]:
        at = schema or None
        kinds = (("table", look.get_table_names(schema=at)), ("view", look.get_view_names(schema=at)))
        found += [TableName(name=name, schema_name=schema, kind=kind) for kind, names in kinds for name in names]
    return sorted(found, key=lambda one: (one.schema_name, one.name))


def described(connection: Connection, name: str, schema: str) -> Table:
    """What is known about a table."""
    table = find(connection, name, schema)
    look = inspect(connection)
    columns = [
        Column(
            name=one["name"],
            type=str(one["type"].compile(connection.dialect)),
            kind=kind(table.c[one["name"]].type),
            zoned=zoned(table.c[one["name"]].type),
            length=getattr(one["type"], "length", None) if connection.dialect.name != "sqlite" else None,
            digits=decimals(table.c[one["name"]].type),
            nullable=one["nullable"],
            default=one["default"],
            generated="computed" in one or ("identity" in one and one["identity"]["always"]),
            comment=one.get("comment") or "",
        )
        for one in look.get_columns(name, schema=schema or None)
    ]
    foreign = [
        ForeignKey(columns=one["constrained_columns"], table=one["referred_table"], of=one["referred_columns"])
        for one in look.get_foreign_keys(name, schema=schema or None)
    ]
    return Table(
        name=name, schema_name=schema, columns=columns, unique_keys=keys(connection, table), foreign_keys=foreign
    )
