"""Comments on records."""

from typing import Annotated

from pydantic import Field

from tasks.airtable.models import BaseId, Comment, Limit, RecordId, TableName
from tasks.airtable.system import PAGE, connector, path_of
from tieline import Api


@connector.action(scopes=("data.recordComments:read",))
async def list_comments(
    api: Api, *, base_id: BaseId, table: TableName, record_id: RecordId, limit: Limit = 100
) -> list[Comment]:
    """List the comments on a record, newest first. See https://airtable.com/developers/web/api/list-comments."""
    path, params = f"{path_of(base_id, table, record_id)}/comments", {"pageSize": min(limit, PAGE)}
    return await api.list(path, into=Comment, limit=limit, at="comments", params=params)


@connector.action(scopes=("data.recordComments:write",))
async def add_comment(
    api: Api,
    *,
    base_id: BaseId,
    table: TableName,
    record_id: RecordId,
    text: Annotated[str, Field(min_length=1, description="Plain text; @[usr...] mentions somebody.")],
    parent_comment_id: str | None = None,
) -> Comment:
    """Comment on a record, or answer a comment. See https://airtable.com/developers/web/api/create-comment."""
    body = {"text": text, "parentCommentId": parent_comment_id}
    return await api.post(f"{path_of(base_id, table, record_id)}/comments", body, into=Comment)
