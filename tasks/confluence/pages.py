"""Spaces and their pages: found, read, made and changed."""

from typing import Literal

from tasks.confluence.models import (
    PAGE,
    Hit,
    Limit,
    Markdown,
    Page,
    PageId,
    Space,
    SpaceId,
    Storage,
    says,
    written,
)
from tasks.confluence.system import connector
from tieline import Api, segment

_V2 = "/api/v2"


@connector.action(scopes=("read:space:confluence",))
async def list_spaces(api: Api, *, limit: Limit = 100) -> list[Space]:
    """List the spaces that the account may see.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-space/#api-spaces-get
    """
    return await api.list(f"{_V2}/spaces", into=Space, limit=limit, at="results", params={"limit": min(limit, PAGE)})


@connector.action(scopes=("read:space:confluence",))
async def find_space(api: Api, *, key: str) -> Space | None:
    """Look a space up by its key, such as DOCS, as it stands in the addresses of its pages.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-space/#api-spaces-get
    """
    found = await api.get(f"{_V2}/spaces", into=list[Space], at="results", params={"keys": key, "limit": 1})
    return found[0] if found else None


@connector.action(scopes=("read:page:confluence",))
async def get_page(api: Api, *, page_id: PageId) -> Page:
    """Fetch one page with its text and its version.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/#api-pages-id-get
    """
    return await _page(api, page_id)


@connector.action(scopes=("read:page:confluence",))
async def list_pages(
    api: Api,
    *,
    space_id: SpaceId,
    title: str | None = None,
    sort: Literal[
        "id", "-id", "title", "-title", "created-date", "-created-date", "modified-date", "-modified-date"
    ] = ("-modified-date"),
    text: bool = False,
    limit: Limit = 100,
) -> list[Page]:
    """List a space's pages, those changed last first.

    Args:
        api: The connection.
        space_id: The space.
        title: Only the page with exactly this title.
        sort: The order; a minus turns it round.
        text: Also their texts.
        limit: Most pages.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/#api-spaces-id-pages-get
    """
    return await _pages(api, space_id, limit, title=title, sort=sort, text=text)


@connector.action(scopes=("search:confluence",))
async def search(api: Api, *, cql: str, limit: Limit = 25) -> list[Hit]:
    """Search the site in Confluence's query language.

    Args:
        api: The connection.
        cql: Such as `type = page AND space = DOCS AND text ~ "refund" AND lastmodified > now("-1d")`.
        limit: Most results.

    See https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-search/#api-wiki-rest-api-search-get
    """
    params = {"cql": cql, "limit": min(limit, 50), "excerpt": "none"}
    return await api.list("/rest/api/search", into=Hit, limit=limit, at="results", params=params)


@connector.action(scopes=("write:page:confluence", "read:page:confluence"))
async def create_page(
    api: Api,
    *,
    space_id: SpaceId,
    title: str,
    storage: Storage = "",
    markdown: Markdown = "",
    parent_id: PageId | None = None,
) -> Page:
    """Publish a new page.

    Args:
        api: The connection.
        space_id: The space.
        title: One that no other page of the space has.
        storage: The text in Confluence's storage format; this or markdown.
        markdown: The text in Markdown; this or storage.
        parent_id: The page that it goes below; by default the one that the space opens with.

    Raises:
        Conflict: The space has a page of that title.
        ConfigError: There is no text, or two.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/#api-pages-post
    """
    body = written(storage, markdown)
    page = {"spaceId": space_id, "status": "current", "title": title, "parentId": parent_id, "body": body}

    async def made() -> Page | None:
        same = await _pages(api, space_id, 1, title=title, text=True)
        return next((one for one in same if says(one, body)), None)

    return await api.post(f"{_V2}/pages", page, into=Page, check=made)


@connector.action(scopes=("write:page:confluence", "read:page:confluence"))
async def update_page(
    api: Api,
    *,
    page_id: PageId,
    version: int,
    title: str,
    storage: Storage = "",
    markdown: Markdown = "",
    message: str | None = None,
) -> Page:
    """Replace a page's title and text, as one new version.

    Nobody's work is overwritten: if the page has moved on from the version that was read, nothing is changed.

    Args:
        api: The connection.
        page_id: The page.
        version: The number of the version that was read and changed; the new one is the next.
        title: Its title, also if it stays the same.
        storage: The text in Confluence's storage format; this or markdown. It keeps what Markdown cannot say.
        markdown: The text in Markdown; this or storage.
        message: What was changed, for the page's history.

    Raises:
        Conflict: Somebody saved it meanwhile; `fields["version"]` is the current version, where Confluence tells it.
        ConfigError: There is no text, or two.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-page/#api-pages-id-put
    """
    body = written(storage, markdown)
    following = {"number": version + 1, "message": message}
    page = {"id": page_id, "status": "current", "title": title, "body": body, "version": following}

    async def saved() -> Page | None:
        now = await _page(api, page_id)
        return now if now.number == version + 1 and now.title == title and says(now, body) else None

    # Once saved, the same request is a conflict with ourselves: so it is not simply sent again.
    return await api.put(f"{_V2}/pages/{segment(page_id)}", page, into=Page, repeatable=False, check=saved)


async def _page(api: Api, page_id: str) -> Page:
    return await api.get(f"{_V2}/pages/{segment(page_id)}", into=Page, params={"body-format": "storage"})


async def _pages(
    api: Api, space_id: str, limit: int, *, title: str | None, text: bool, sort: str | None = None
) -> list[Page]:
    shown = {"title": title, "sort": sort, "body-format": "storage" if text else None}
    path, params = f"{_V2}/spaces/{segment(space_id)}/pages", {**shown, "limit": min(limit, PAGE)}
    return await api.list(path, into=Page, limit=limit, at="results", params=params)
