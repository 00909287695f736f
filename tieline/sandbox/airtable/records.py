"""Records, and the comments on them.

Pages: https://airtable.com/developers/web/api/list-records, https://airtable.com/developers/web/api/create-records,
https://airtable.com/developers/web/api/update-multiple-records, https://airtable.com/developers/web/api/delete-multiple-records,
https://airtable.com/developers/web/api/create-comment
"""

from collections.abc import Iterable
from typing import Any

from tieline.sandbox.airtable import formulas
from tieline.sandbox.airtable.bases import ME
from tieline.sandbox.airtable.memory import Row, Table, moment
from tieline.sandbox.airtable.values import taken
from tieline.sandbox.airtable.wire import AirtableError, Call, invalid
from tieline.sandbox.happening import Record
from tieline.sandbox.vendor import is_integer

PAGE, MOST, MERGED = 100, 10, 3
_MERGES = frozenset(
    {"number", "singleLineText", "multilineText", "singleSelect", "multipleSelects", "date", "dateTime"}
)


def shown(table: Table, row: Row, only: Iterable[str] | None = None) -> Record:
    """A record by the names of its fields; blank cells are left out."""
    chosen = None if only is None else set(only)
    columns = [column for column in table.schema["fields"] if chosen is None or column["id"] in chosen]
    found = {column["name"]: _cell(column, row) for column in columns}
    cells = {name: value for name, value in found.items() if value is not None}
    return {"id": row.id, "createdTime": moment(row.created), "fields": cells}


def _cell(column: Record, row: Row) -> Any:
    if column["type"] == "autoNumber":
        return row.number
    if column["type"] in {"createdTime", "lastModifiedTime"}:
        return moment(row.created if column["type"] == "createdTime" else row.modified)
    return row.cells.get(column["id"])


# ---------------------------------------------------------------- reading


def list_records(call: Call) -> Record:
    """POST /{base}/{table}/listRecords; a list goes on with what there was when it began."""
    table, given = call.table, call.body
    size = given.get("pageSize", PAGE)
    if not is_integer(size) or not 1 <= size <= PAGE:
        raise invalid()
    only = _named(table, given["fields"]) if "fields" in given else None
    key, _, begin = str(given.get("offset") or "").partition("/")
    if not key:
        key, ids = call.memory.new_id("itr"), [row.id for row in _found(table, given)]
    elif key not in call.memory.lists:
        raise invalid("LIST_RECORDS_ITERATOR_NOT_AVAILABLE", "The iterator is not available any more")
    else:
        ids = call.memory.lists[key]
    start = ids.index(begin) if begin in ids else 0
    here, rest = ids[start : start + size], ids[start + size :]
    call.memory.lists[key] = ids
    if not rest:
        del call.memory.lists[key]
    answer: Record = {"records": [shown(table, table.rows[one], only) for one in here if one in table.rows]}
    return {**answer, "offset": f"{key}/{rest[0]}"} if rest else answer


def _named(table: Table, names: Any) -> list[str]:
    """The ids of fields. Errors: 422."""
    if not isinstance(names, list):
        raise invalid()
    return [str(_column(table, name)["id"]) for name in names]


def _column(table: Table, name: Any) -> Record:
    found = table.column(name)
    if found is None:
        raise invalid("UNKNOWN_FIELD_NAME", f'Unknown field name: "{str(name)[:60]}"')
    return found


def _found(table: Table, given: Record) -> list[Row]:
    rows = list(table.rows.values())
    if given.get("view") and not any(given["view"] in (one["id"], one["name"]) for one in table.schema["views"]):
        raise invalid("VIEW_NAME_NOT_FOUND", f"View {str(given['view'])[:60]} not found")
    if given.get("filterByFormula"):
        formula = formulas.read(str(given["filterByFormula"]), table)
        rows = [row for row in rows if formulas.fits(formula, row)]
    sorts = given.get("sort") or []
    if not isinstance(sorts, list) or not all(isinstance(sort, dict) for sort in sorts):
        raise invalid()
    for sort in reversed(sorts):
        column, way = _column(table, sort.get("field")), sort.get("direction", "asc")
        if way not in {"asc", "desc"}:
            raise invalid()
        rows.sort(key=lambda row, column=column: _order(_cell(column, row)), reverse=way == "desc")  # type: ignore[misc]
    return rows


def _order(value: Any) -> tuple[bool, float, str]:
    """Blank ones first, numbers by size."""
    number = value if isinstance(value, int | float) else 0
    return value is not None, float(number), str(value)


def get_record(call: Call) -> Record:
    """GET /{base}/{table}/{record}."""
    return shown(call.table, call.row)


# ---------------------------------------------------------------- writing


def create_records(call: Call) -> Record:
    """POST /{base}/{table}."""
    one_alone = "fields" in call.body
    given = [call.body] if one_alone else _ten(call.body.get("records"))
    cells = [_cells(call, one) for one in given]
    made = [call.memory.add(call.table, one) for one in cells]
    _note(call, created=made)
    records = [shown(call.table, row) for row in made]
    return records[0] if one_alone else {"records": records}


def update_records(call: Call) -> Record:
    """PATCH /{base}/{table}; with `performUpsert`, records without an id are found by other fields, or made."""
    given, upsert = _ten(call.body.get("records")), call.body.get("performUpsert")
    merged = _merged(call.table, upsert) if upsert is not None else []
    # Everything is looked at before anything is written: a call is done as a whole or not at all.
    plan = [(_row(call, one, merged), _cells(call, one)) for one in given]
    made, changed, rows = [], [], []
    for row, cells in plan:
        if row is None:
            rows.append(call.memory.add(call.table, cells))
            made.append(rows[-1])
        else:
            call.memory.change(row, cells)
            rows.append(row)
            changed.append(row)
    _note(call, created=made, changed=changed)
    answer: Record = {"records": [shown(call.table, row) for row in rows]}
    if upsert is not None:
        answer |= {"createdRecords": [row.id for row in made], "updatedRecords": [row.id for row in changed]}
    return answer


def delete_records(call: Call) -> Record:
    """DELETE /{base}/{table}?records[]=."""
    ids = call.query.get("records[]", [])
    if not 1 <= len(ids) <= MOST:
        raise invalid()
    if any(one not in call.table.rows for one in ids):
        raise AirtableError(404, "MODEL_ID_NOT_FOUND", "Record not found")
    for one in ids:
        call.table.rows.pop(one, None)
    call.memory.note(call.base, call.table, "tableData", destroyedRecordIds=ids)
    return {"records": [{"id": one, "deleted": True} for one in ids]}


def _ten(records: Any) -> list[Record]:
    if not isinstance(records, list) or not 1 <= len(records) <= MOST:
        raise invalid()
    if not all(isinstance(one, dict) and isinstance(one.get("fields"), dict) for one in records):
        raise invalid("INVALID_REQUEST_MISSING_FIELDS", 'Could not find field "fields" in the request body')
    return records


def _cells(call: Call, one: Record) -> dict[str, Any]:
    fields = one.get("fields")
    if not isinstance(fields, dict):
        raise invalid()
    typecast = call.body.get("typecast") is True
    columns = {name: _column(call.table, name) for name in fields}
    return {
        column["id"]: taken(call.memory, column, fields[name], typecast=typecast) for name, column in columns.items()
    }


def _merged(table: Table, upsert: Any) -> list[Record]:
    names = upsert.get("fieldsToMergeOn") if isinstance(upsert, dict) else None
    if not isinstance(names, list) or not 1 <= len(names) <= MERGED:
        raise invalid()
    columns = [_column(table, name) for name in names]
    if any(column["type"] not in _MERGES for column in columns):
        raise invalid(
            "INVALID_REQUEST_UNKNOWN", "Invalid request: fieldsToMergeOn has a field of a type that cannot be"
        )
    return columns


def _row(call: Call, one: Record, merged: list[Record]) -> Row | None:
    """The record that is meant; None for a new one. Errors: 422."""
    number = one.get("id")
    if number is not None:
        if number not in call.table.rows:
            raise invalid("ROW_DOES_NOT_EXIST", f"Record ID {str(number)[:40]} does not exist in this table")
        return call.table.rows[str(number)]
    if not merged:
        raise invalid()
    cells = _cells(call, one)
    found = [
        row
        for row in call.table.rows.values()
        if all(row.cells.get(column["id"]) == cells.get(column["id"]) for column in merged)
    ]
    if len(found) > 1:
        raise invalid("INVALID_RECORDS", f"Cannot upsert: {len(found)} records match")
    return found[0] if found else None


def _note(call: Call, created: Iterable[Row] = (), changed: Iterable[Row] = ()) -> None:
    told: Record = {}
    if made := {
        row.id: {"createdTime": moment(row.created), "cellValuesByFieldId": dict(row.cells)} for row in created
    }:
        told["createdRecordsById"] = made
    if other := {row.id: {"current": {"cellValuesByFieldId": dict(row.cells)}} for row in changed}:
        told["changedRecordsById"] = other
    call.memory.note(call.base, call.table, "tableData", **told)


# ---------------------------------------------------------------- comments


def list_comments(call: Call) -> Record:
    """GET /{base}/{table}/{record}/comments, newest first."""
    size = call.one("pageSize", str(PAGE))
    if not size.isdecimal() or not 1 <= int(size) <= PAGE:
        raise invalid()
    found, start = call.row.comments[::-1], call.one("offset")
    begin = next((place for place, one in enumerate(found) if one["id"] == start), 0)
    rest = found[begin + int(size) :]
    return {"comments": found[begin : begin + int(size)], "offset": rest[0]["id"] if rest else None}


def add_comment(call: Call) -> Record:
    """POST /{base}/{table}/{record}/comments."""
    text, parent = call.body.get("text"), call.body.get("parentCommentId")
    if not isinstance(text, str) or not text:
        raise invalid()
    if parent is not None and parent not in [one["id"] for one in call.row.comments]:
        raise invalid("COMMENT_NOT_FOUND", "The parent comment does not exist")
    made: Record = {"id": call.memory.new_id("com"), "text": text, "author": {**ME, "name": "Robot"}}
    made |= {"createdTime": call.memory.now(), "lastUpdatedTime": None}
    made |= {"parentCommentId": parent} if parent else {}
    call.row.comments.append(made)
    return made
