"""Records: read by filter, and written ten at a time."""

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from pydantic import Field

from tasks.airtable.models import BaseId, Cells, Limit, Record, RecordId, RecordUpdate, Sort, TableName, Upserted
from tasks.airtable.system import JSON, PAGE, batches, connector, exact, path_of
from tieline import Api, ConfigError, Model

READ, WRITE = ("data.records:read",), ("data.records:write",)
Typecast = Annotated[
    bool,
    Field(description="Let Airtable make of texts what the field wants; it also makes choices that are not there yet."),
]
MergeOn = Annotated[
    list[str],
    Field(
        min_length=1,
        max_length=3,
        description="Fields that tell records apart, by name or id: texts, numbers, selects or dates, none computed.",
    ),
]


class Deleted(Model):
    """That a record is gone."""

    id: str
    deleted: bool = True


@connector.action(kind="read", scopes=READ)
async def list_records(
    api: Api,
    *,
    base_id: BaseId,
    table: TableName,
    formula: str = "",
    fields: list[str] | None = None,
    sort: list[Sort] | None = None,
    view: str = "",
    limit: Limit = 100,
) -> list[Record]:
    """List records of a table, page by page.

    Args:
        api: The connection.
        base_id: The base.
        table: The table.
        formula: Only records for which it is true, such as `{Status} = "Open"`; see `formulas.text` for values.
        fields: Only these fields, by name or id; by default all.
        sort: Their order, the most important first; by default the view's, or none.
        view: Only records that this view shows, by name or id.
        limit: Most records.

    Raises:
        Rejected: The formula is none, or a field is not there. With LIST_RECORDS_ITERATOR_NOT_AVAILABLE Airtable has
            forgotten between two pages what it was listing: ask again from the start.

    See https://airtable.com/developers/web/api/list-records
    """
    body = {
        "pageSize": min(limit, PAGE),
        "filterByFormula": formula or None,
        "fields": fields,
        "sort": [one.model_dump() for one in sort] if sort else None,
        "view": view or None,
    }
    # By POST, because the address of a GET has room for 16,000 characters alone.
    path = f"{path_of(base_id, table)}/listRecords"
    return await api.query(path, body, into=Record, limit=limit, at="records", cursor="offset", parameter="offset")


@connector.action(scopes=READ)
async def get_record(api: Api, *, base_id: BaseId, table: TableName, record_id: RecordId) -> Record:
    """Fetch one record. See https://airtable.com/developers/web/api/get-record."""
    return await api.get(path_of(base_id, table, record_id), into=Record)


@connector.action(scopes=WRITE)
async def create_records(
    api: Api,
    *,
    base_id: BaseId,
    table: TableName,
    records: Annotated[list[Cells], Field(min_length=1)],
    typecast: Typecast = False,
) -> list[Record]:
    """Add records to a table, ten with each call, in their order.

    When a call fails, the records of those before it are there: where that matters, use `upsert_records`, which can
    be repeated.

    Args:
        api: The connection.
        base_id: The base.
        table: The table.
        records: The cells of each, by field.
        typecast: Whether Airtable converts texts.

    See https://airtable.com/developers/web/api/create-records
    """
    made: list[Record] = []
    for batch in batches(records):
        body = {"records": [{"fields": cells} for cells in batch], "typecast": typecast or None}
        made += await api.post(
            path_of(base_id, table), into=list[Record], at="records", content=exact(body), headers=JSON
        )
    return made


@connector.action(scopes=WRITE)
async def update_records(
    api: Api,
    *,
    base_id: BaseId,
    table: TableName,
    records: Annotated[list[RecordUpdate], Field(min_length=1)],
    typecast: Typecast = False,
) -> list[Record]:
    """Change records by their ids, ten with each call, in their order; fields that are left out stay as they are.

    A call with a record that is not there is refused as a whole.

    See https://airtable.com/developers/web/api/update-multiple-records
    """
    changed: list[Record] = []
    for batch in batches(records):
        body = {"records": [one.model_dump() for one in batch], "typecast": typecast or None}
        changed += await api.patch(
            path_of(base_id, table),
            into=list[Record],
            at="records",
            content=exact(body),
            headers=JSON,
            repeatable=True,
        )
    return changed


@connector.action(scopes=WRITE)
async def upsert_records(
    api: Api,
    *,
    base_id: BaseId,
    table: TableName,
    records: Annotated[list[Cells], Field(min_length=1)],
    merge_on: MergeOn,
    typecast: Typecast = False,
) -> Upserted:
    """Change the records that have the same values in some fields, and add those that are not there; ten each call.

    Args:
        api: The connection.
        base_id: The base.
        table: The table.
        records: The cells of each, by field, with those to merge on.
        merge_on: The fields whose values tell records apart, named as in `records`.
        typecast: Whether Airtable converts texts.

    Raises:
        ConfigError: A record lacks one of these values, or two have the same; nothing was sent.
        Rejected: The table has several such records, or one of these fields cannot be merged on.

    See https://airtable.com/developers/web/api/update-multiple-records#upserts
    """
    _told_apart(records, merge_on)
    done = Upserted()
    for batch in batches(records):
        body = {
            "performUpsert": {"fieldsToMergeOn": merge_on},
            "records": [{"fields": cells} for cells in batch],
            "typecast": typecast or None,
        }
        more = await api.patch(
            path_of(base_id, table), into=Upserted, content=exact(body), headers=JSON, repeatable=True
        )
        done = Upserted(
            records=done.records + more.records,
            created_records=done.created_records + more.created_records,
            updated_records=done.updated_records + more.updated_records,
        )
    return done


@connector.action(scopes=WRITE)
async def delete_records(
    api: Api,
    *,
    base_id: BaseId,
    table: TableName,
    record_ids: Annotated[list[RecordId], Field(min_length=1)],
) -> list[str]:
    """Delete records, ten with each call, and give back the ids of those that are gone.

    A call with a record that is not there is refused as a whole.

    See https://airtable.com/developers/web/api/delete-multiple-records
    """
    gone: list[str] = []
    for batch in batches(record_ids):
        params = {"records[]": list(batch)}
        found = await api.delete(path_of(base_id, table), into=list[Deleted], at="records", params=params)
        gone += [one.id for one in found if one.deleted]
    return gone


def _told_apart(records: Sequence[Mapping[str, Any]], merge_on: Sequence[str]) -> None:
    """Airtable would match a blank value with any blank one, and does not say what becomes of two that are alike."""
    keys = [tuple(repr(cells.get(name)) for name in merge_on if cells.get(name) not in (None, "")) for cells in records]
    blank = next((number for number, key in enumerate(keys, start=1) if len(key) < len(merge_on)), 0)
    if blank:
        raise ConfigError(
            f"Record {blank} of {len(keys)} has no value in {' and '.join(map(repr, merge_on))}.",
            hint="Each record needs one there, or it could not be found again. Nothing was sent.",
        )
    if len(set(keys)) < len(keys):
        raise ConfigError(
            f"Several records have the same values in {' and '.join(map(repr, merge_on))}.",
            hint="Keep one of each, or merge on more fields. Nothing was sent.",
        )
