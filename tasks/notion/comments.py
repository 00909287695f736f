"""Comments on pages and blocks."""

from tasks.notion.models import BlockId, Comment, Limit, PageId
from tasks.notion.system import PAGE, connector
from tieline import Api, ConfigError
from tieline.markup.notion import rich_text


@connector.action(scopes=("Insert comments",))
async def add_comment(
    api: Api, *, text: str, page_id: PageId | None = None, discussion_id: str | None = None
) -> Comment:
    """Comment on a page, or answer in a discussion.

    Args:
        api: The connection.
        text: Plain text.
        page_id: The page.
        discussion_id: The discussion, as a comment has it; instead of the page.

    Raises:
        ConfigError: Neither or both are given.

    See https://developers.notion.com/reference/create-a-comment
    """
    if bool(page_id) == bool(discussion_id):
        raise ConfigError("A comment goes to a page or into a discussion.", hint="Give page_id, or discussion_id.")
    body = {"parent": {"page_id": page_id} if page_id else None, "discussion_id": discussion_id}
    return await api.post("/comments", {**body, "rich_text": rich_text(text)}, into=Comment)


@connector.action(scopes=("Read comments",))
async def list_comments(api: Api, *, block_id: BlockId, limit: Limit = 100) -> list[Comment]:
    """List the open comments of a page or a block, oldest first.

    See https://developers.notion.com/reference/list-comments
    """
    params = {"block_id": block_id, "page_size": min(limit, PAGE)}
    return await api.list("/comments", into=Comment, limit=limit, at="results", params=params)
