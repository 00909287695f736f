"""The columns of a library, and their values for a file: where a summary and tags go."""

from typing import Annotated, Any, Literal

from pydantic import Field
from pydantic_core import to_json

from tasks.sharepoint.models import Column, ListItem
from tasks.sharepoint.system import PAGE, DriveId, ItemId, Limit, connector, item
from tieline import Api, segment

ColumnName = Annotated[
    str,
    Field(
        pattern=r"^[A-Za-z_][A-Za-z0-9_]{0,31}$",
        description="The name in the API: letters, digits and `_`. People see the display name.",
    ),
]
Kind = Literal["text", "note", "choice", "number", "boolean", "dateTime"]

#: What a line of text holds; a note holds about 64,000 characters.
LINE_CHARACTERS = 255


@connector.action(scopes=("Sites.Read.All",))
async def get_fields(api: Api, *, drive_id: DriveId, item_id: ItemId) -> ListItem:
    """Fetch the values of the library's columns for one file.

    See https://learn.microsoft.com/graph/api/listitem-get
    """
    return await api.get(f"{item(drive_id, item_id)}/listItem", into=ListItem, params={"$expand": "fields"})


@connector.action(scopes=("Sites.ReadWrite.All",))
async def update_fields(
    api: Api,
    *,
    drive_id: DriveId,
    item_id: ItemId,
    fields: Annotated[dict[str, Any], Field(min_length=1)],
    e_tag: str = "",
) -> dict[str, Any]:
    """Set values of the library's columns for one file; columns that are left out stay as they are.

    Args:
        api: The connection.
        drive_id: The drive.
        item_id: The file.
        fields: Values by the API names of the columns (see `list_columns`); a list for a choice of several, None to
            empty one.
        e_tag: The `e_tag` of `get_fields` that you know; without it the last writer wins.

    Returns:
        All values as they are now.

    Raises:
        Conflict: The file has changed since `e_tag`, or, after an outage, an earlier try has changed it.
        Locked: Somebody has it open.

    See https://learn.microsoft.com/graph/api/listitem-update
    """
    return await api.patch(
        f"{item(drive_id, item_id)}/listItem/fields",
        # As bytes, because a value of None empties a column; of our own JSON it would be left out.
        content=to_json(_typed(fields)),
        headers={"content-type": "application/json", **({"if-match": e_tag} if e_tag else {})},
        into=dict[str, Any],
        repeatable=True,
    )


@connector.action(scopes=("Sites.Read.All",))
async def list_columns(api: Api, *, drive_id: DriveId, limit: Limit = 200) -> list[Column]:
    """List the columns of a library. See https://learn.microsoft.com/graph/api/list-list-columns."""
    return await api.list(
        f"{_list(drive_id)}/columns", into=Column, limit=limit, at="value", params={"$top": min(limit, PAGE)}
    )


@connector.action(scopes=("Sites.Manage.All",))
async def create_column(
    api: Api,
    *,
    drive_id: DriveId,
    name: ColumnName,
    kind: Kind = "text",
    display_name: str = "",
    description: str = "",
    choices: list[str] | None = None,
) -> Column:
    """Add a column to a library.

    Args:
        api: The connection.
        drive_id: The library.
        name: Its API name.
        kind: `text` is one line of at most 255 characters, `note` several lines, `choice` any number of the choices.
        display_name: What people see; by default the name.
        description: What it is for.
        choices: What a `choice` offers; other words may be filled in, too.

    Raises:
        Conflict: There is one of that name.

    See https://learn.microsoft.com/graph/api/list-post-columns
    """
    column = {
        "name": name,
        "displayName": display_name or name,
        "description": description or None,
        **_facet(kind, choices or []),
    }

    return await api.post(f"{_list(drive_id)}/columns", column, into=Column, repeatable=False)


def _typed(fields: dict[str, Any]) -> dict[str, Any]:
    """The values, with the type that Graph wants to be told of lists."""
    lists = [name for name, value in fields.items() if isinstance(value, list)]
    return {f"{name}@odata.type": "Collection(Edm.String)" for name in lists} | fields


def _facet(kind: Kind, choices: list[str]) -> dict[str, Any]:
    """A column's type, in Graph's words."""
    facets: dict[Kind, dict[str, Any]] = {
        "text": {"text": {"allowMultipleLines": False, "maxLength": LINE_CHARACTERS}},
        "note": {"text": {"allowMultipleLines": True, "textType": "plain"}},
        "choice": {"choice": {"allowTextEntry": True, "choices": choices, "displayAs": "checkBoxes"}},
    }
    return facets.get(kind, {kind: {}})


def _list(drive_id: str) -> str:
    return f"/drives/{segment(drive_id)}/list"
