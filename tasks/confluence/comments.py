"""Comments below pages."""

from tasks.confluence.models import PAGE, Comment, Limit, Markdown, PageId, Storage, says, written
from tasks.confluence.system import connector
from tieline import Api, segment

_LATEST = 25


@connector.action(scopes=("read:comment:confluence",))
async def list_comments(api: Api, *, page_id: PageId, limit: Limit = 100) -> list[Comment]:
    """List the comments below a page with their texts, oldest first; without the answers to them.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-comment/#api-pages-id-footer-comments-get
    """
    return await _comments(api, page_id, limit, "created-date")


@connector.action(scopes=("write:comment:confluence", "read:comment:confluence"))
async def add_comment(api: Api, *, page_id: PageId, storage: Storage = "", markdown: Markdown = "") -> Comment:
    """Comment below a page.

    Args:
        api: The connection.
        page_id: The page.
        storage: The text in Confluence's storage format; this or markdown.
        markdown: The text in Markdown; this or storage.

    Raises:
        ConfigError: There is no text, or two.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-comment/#api-footer-comments-post
    """
    body = written(storage, markdown)

    async def there() -> Comment | None:
        # Where an answer was lost, the same words once are better than twice.
        latest = await _comments(api, page_id, _LATEST, "-created-date")
        return next((one for one in latest if says(one, body)), None)

    return await api.post("/api/v2/footer-comments", {"pageId": page_id, "body": body}, into=Comment, check=there)


async def _comments(api: Api, page_id: str, limit: int, sort: str) -> list[Comment]:
    params = {"body-format": "storage", "sort": sort, "limit": min(limit, PAGE)}
    path = f"/api/v2/pages/{segment(page_id)}/footer-comments"
    return await api.list(path, into=Comment, limit=limit, at="results", params=params)
