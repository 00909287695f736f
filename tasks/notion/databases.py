"""Databases: their data sources, and the entries of those, which are pages."""

from typing import Annotated, Any

from pydantic import Field

from tasks.notion import properties as plain
from tasks.notion.models import Blocks, Database, DatabaseId, DataSource, DataSourceId, Limit, Page, PageId
from tasks.notion.pages import made
from tasks.notion.system import JSON, PAGE, connector, exact
from tieline import Api, segment
from tieline.markup.notion import from_markdown

Values = Annotated[
    dict[str, Any],
    Field(description='By the property\'s name: "High", 3, true, ["a", "b"], null, or a value as Notion takes it.'),
]
Sorts = Annotated[
    list[dict[str, str]],
    Field(description='Such as {"property": "Name", "direction": "ascending"}, the most important first.'),
]


@connector.action(scopes=("Read content",))
async def get_database(api: Api, *, database_id: DatabaseId) -> Database:
    """Fetch a database: its title, and its data sources by id and name.

    See https://developers.notion.com/reference/retrieve-a-database
    """
    return await api.get(f"/databases/{segment(database_id)}", into=Database)


@connector.action(scopes=("Read content",))
async def get_data_source(api: Api, *, data_source_id: DataSourceId) -> DataSource:
    """Fetch a data source, with the types of its properties.

    See https://developers.notion.com/reference/retrieve-a-data-source
    """
    return await api.get(f"/data_sources/{segment(data_source_id)}", into=DataSource)


@connector.action(scopes=("Update content",))
async def add_properties(
    api: Api,
    *,
    data_source_id: DataSourceId,
    properties: Annotated[
        dict[str, str], Field(description='Types by name, such as {"Summary": "rich_text", "Tags": "multi_select"}.')
    ],
) -> DataSource:
    """Add properties to a data source; one of that name gets the type.

    See https://developers.notion.com/reference/update-a-data-source
    """
    body: dict[str, Any] = {"properties": {name: {kind: {}} for name, kind in properties.items()}}
    return await api.patch(f"/data_sources/{segment(data_source_id)}", body, into=DataSource, repeatable=True)


@connector.action(scopes=("Read content",))
async def query_database(
    api: Api,
    *,
    data_source_id: DataSourceId,
    filter: dict[str, Any] | None = None,  # noqa: A002 - Notion's word
    sorts: Sorts | None = None,
    limit: Limit = 100,
) -> list[Page]:
    """List the entries of a data source that fit a filter.

    Args:
        api: The connection.
        data_source_id: The data source.
        filter: Such as `{"property": "Summary", "rich_text": {"is_empty": true}}`; without it all entries.
        sorts: Their order.
        limit: Most entries.

    See https://developers.notion.com/reference/query-a-data-source
    """
    body = {"filter": filter, "sorts": sorts, "page_size": min(limit, PAGE)}
    path = f"/data_sources/{segment(data_source_id)}/query"
    return await api.query(path, body, into=Page, limit=limit, at="results", cursor="next_cursor")


@connector.action(scopes=("Insert content", "Read content"))
async def create_database_entry(
    api: Api, *, data_source_id: DataSourceId, properties: Values, markdown: str = "", blocks: Blocks | None = None
) -> Page:
    """Add an entry to a data source.

    Plain values become what their property's type wants, for which the data source is read first.

    Args:
        api: The connection.
        data_source_id: The data source.
        properties: Values by name.
        markdown: What stands on the entry's page.
        blocks: More that stands on it, as Notion's blocks.

    Raises:
        UnknownName: The data source has no such property.
        ConfigError: Notion computes one of them.

    See https://developers.notion.com/reference/post-page
    """
    parent = {"type": "data_source_id", "data_source_id": data_source_id}
    values = await _typed(api, data_source_id, properties)
    return await made(api, parent, values, [*from_markdown(markdown), *(blocks or [])])


@connector.action(scopes=("Update content", "Read content"))
async def update_database_entry(api: Api, *, data_source_id: DataSourceId, page_id: PageId, properties: Values) -> Page:
    """Change properties of an entry; those that are left out stay as they are.

    Plain values become what their property's type wants, for which the data source is read first.

    Args:
        api: The connection.
        data_source_id: The data source that the entry is in.
        page_id: The entry.
        properties: Values by name; null empties one.

    Raises:
        UnknownName: The data source has no such property.
        ConfigError: Notion computes one of them.

    See https://developers.notion.com/reference/patch-page
    """
    values = await _typed(api, data_source_id, properties)
    return await api.patch(
        f"/pages/{segment(page_id)}", into=Page, repeatable=True, content=exact({"properties": values}), headers=JSON
    )


async def _typed(api: Api, data_source_id: str, values: dict[str, Any]) -> dict[str, Any]:
    if plain.settled(values):
        return values
    source = await api.get(f"/data_sources/{segment(data_source_id)}", into=DataSource)
    return plain.typed(source.properties, values)
