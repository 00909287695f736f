"""Comments below pages, and on files."""

from tasks.confluence.models import PAGE, Comment, ContentId, Limit, Markdown, Storage, is_file, place_of, says, written
from tasks.confluence.system import connector
from tieline import Api

_LATEST = 25


@connector.action(scopes=("read:comment:confluence",))
async def list_comments(api: Api, *, content_id: ContentId, limit: Limit = 100) -> list[Comment]:
    """List the comments on a page or a file with their texts, oldest first; without the answers to them.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-comment/#api-pages-id-footer-comments-get
    """
    return await _comments(api, content_id, limit, "created-date")


@connector.action(scopes=("write:comment:confluence", "read:comment:confluence"))
async def add_comment(api: Api, *, content_id: ContentId, storage: Storage = "", markdown: Markdown = "") -> Comment:
    """Comment on a page or a file.

    Args:
        api: The connection.
        content_id: The page, or the file.
        storage: The text in Confluence's storage format; this or markdown.
        markdown: The text in Markdown; this or storage.

    Raises:
        ConfigError: There is no text, or two.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-comment/#api-footer-comments-post
    """
    body = written(storage, markdown)

    async def there() -> Comment | None:
        # Where an answer was lost, the same words once are better than twice.
        latest = await _comments(api, content_id, _LATEST, "-created-date")
        return next((one for one in latest if says(one, body)), None)

    on = {"attachmentId" if is_file(content_id) else "pageId": content_id}
    return await api.post("/api/v2/footer-comments", {**on, "body": body}, into=Comment, check=there)


async def _comments(api: Api, content_id: str, limit: int, sort: str) -> list[Comment]:
    params = {"body-format": "storage", "sort": sort, "limit": min(limit, PAGE)}
    return await api.list(
        f"{place_of(content_id)}/footer-comments", into=Comment, limit=limit, at="results", params=params
    )
