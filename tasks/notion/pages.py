"""Pages, and the search for them."""

from typing import Annotated, Any, Literal

from pydantic import Field

from tasks.notion import properties as values
from tasks.notion.blocks import append, below, parts, put
from tasks.notion.models import Blocks, Found, Limit, Page, PageId
from tasks.notion.system import JSON, PAGE, connector, exact
from tieline import Api, segment
from tieline.markup.notion import from_markdown, to_markdown

Properties = Annotated[
    dict[str, Any], Field(description="Values as Notion takes them, by the property's name; see `notion.properties`.")
]


@connector.action(scopes=("Read content",))
async def get_page(api: Api, *, page_id: PageId) -> Page:
    """Fetch a page's properties; `read_page` has what stands on it.

    See https://developers.notion.com/reference/retrieve-a-page
    """
    return await api.get(f"/pages/{segment(page_id)}", into=Page)


@connector.action(scopes=("Read content",))
async def read_page(api: Api, *, page_id: PageId) -> str:
    """Read all that stands on a page, as Markdown.

    See https://developers.notion.com/reference/get-block-children
    """
    return to_markdown([block.model_dump(mode="json") for block in await below(api, page_id)])


@connector.action(scopes=("Insert content",))
async def create_page(
    api: Api, *, parent_page_id: PageId, title: str, markdown: str = "", blocks: Blocks | None = None
) -> Page:
    """Create a page below another; in a database it is `create_database_entry`.

    Args:
        api: The connection.
        parent_page_id: The page it goes below.
        title: Its title.
        markdown: What stands on it.
        blocks: More that stands on it, as Notion's blocks.

    See https://developers.notion.com/reference/post-page
    """
    parent = {"type": "page_id", "page_id": parent_page_id}
    return await made(api, parent, {"title": values.title(title)}, [*from_markdown(markdown), *(blocks or [])])


@connector.action(scopes=("Update content",))
async def update_page(
    api: Api,
    *,
    page_id: PageId,
    properties: Properties | None = None,
    icon: Annotated[str | None, Field(description="An emoji.")] = None,
    in_trash: bool | None = None,
) -> Page:
    """Change a page's properties; those that are left out stay as they are.

    Args:
        api: The connection.
        page_id: The page.
        properties: Values as Notion takes them, by name, such as those that `tasks.notion.properties` makes.
        icon: An emoji.
        in_trash: True throws it away, False takes it back.

    See https://developers.notion.com/reference/patch-page
    """
    changes: dict[str, Any] = {"properties": properties, "in_trash": in_trash}
    changes["icon"] = {"emoji": icon} if icon else None
    given = {name: value for name, value in changes.items() if value is not None}
    # The same values again change nothing.
    return await api.patch(f"/pages/{segment(page_id)}", into=Page, repeatable=True, content=exact(given), headers=JSON)


@connector.action(scopes=("Read content",))
async def search(
    api: Api, *, query: str = "", kind: Literal["page", "data_source"] | None = None, limit: Limit = 100
) -> list[Found]:
    """Search what is shared with the integration by title, most recently edited first.

    Args:
        api: The connection.
        query: Words of the title; without it everything is found.
        kind: Only pages, or only data sources.
        limit: Most results.

    See https://developers.notion.com/reference/post-search
    """
    body = {
        "query": query or None,
        "filter": {"property": "object", "value": kind} if kind else None,
        "sort": {"timestamp": "last_edited_time", "direction": "descending"},
        "page_size": min(limit, PAGE),
    }
    return await api.query("/search", body, into=Found, limit=limit, at="results", cursor="next_cursor")


async def made(api: Api, parent: dict[str, Any], properties: dict[str, Any], blocks: Blocks) -> Page:
    """A new page; what one request cannot carry is sent after it."""
    first, *more = parts(blocks) or [([], [])]
    sent, later = first
    body: dict[str, Any] = {"parent": parent, "properties": properties}
    if sent:
        body["children"] = sent
    page = await api.post("/pages", into=Page, content=exact(body), headers=JSON)
    if any(later):
        # The answer does not say which ids the blocks have got.
        shown = await below(api, page.id, nested=False, limit=len(later))
        await put(api, [block.id for block in shown], later)
    for part in more:
        await append(api, page.id, part)
    return page
