"""Pages of a space: listed, found, and read as Markdown."""

from collections.abc import Iterator, Sequence

from tasks.gitbook.models import InChangeRequest, Limit, Page, PageId, SpaceId
from tasks.gitbook.system import connector
from tieline import Api, segment

READ = ("space:read",)
#: What GitBook says, in numbers, where there is no such page.
NOTHING = "404"


@connector.action(scopes=READ)
async def list_pages(
    api: Api, *, space_id: SpaceId, change_request_id: InChangeRequest = None, limit: Limit = 1000
) -> list[Page]:
    """List all pages of a space, groups and links included, each before those below it; without their texts.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/spaces/space-content
    """
    path = f"{content(space_id, change_request_id)}/pages"
    found = await api.get(path, into=list[Page], at="pages", params={"metadata": "false"})
    return list(_flat(found))[:limit]


@connector.action(scopes=READ)
async def get_page(api: Api, *, space_id: SpaceId, page_id: PageId, change_request_id: InChangeRequest = None) -> Page:
    """Fetch a page, with its text in Markdown.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/spaces/space-content
    """
    path = f"{content(space_id, change_request_id)}/page/{segment(page_id)}"
    return await api.get(path, into=Page, params={"format": "markdown"})


@connector.action(scopes=READ)
async def find_page(
    api: Api, *, space_id: SpaceId, path: str, change_request_id: InChangeRequest = None
) -> Page | None:
    """Find the page of a path, with its text in Markdown; None where there is none.

    Args:
        api: The connection.
        space_id: The space.
        path: Where it is in the space, in slashes, such as guides/start.
        change_request_id: As it is in this change request, instead of what readers see.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/spaces/space-content
    """
    # The path is one segment of the address.
    where = f"{content(space_id, change_request_id)}/path/{segment(path)}"
    return await api.find(where, into=Page, missing=NOTHING, params={"format": "markdown"})


@connector.action(scopes=READ)
async def read_page(api: Api, *, space_id: SpaceId, page_id: PageId) -> str:
    """Read a page as Markdown.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/spaces/space-content
    """
    path = f"{content(space_id)}/page/{segment(page_id)}"
    return (await api.get(path, into=Page, params={"format": "markdown"})).markdown


def content(space_id: str, change_request_id: str | None = None) -> str:
    """Where the content of a space begins, or that of a change request."""
    drafted = f"/change-requests/{segment(change_request_id)}" if change_request_id else ""
    return f"/spaces/{segment(space_id)}{drafted}/content"


def _flat(pages: Sequence[Page]) -> Iterator[Page]:
    for page in pages:
        yield page.model_copy(update={"pages": ()})
        yield from _flat(page.pages)
