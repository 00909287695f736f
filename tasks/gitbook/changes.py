"""Change requests: the one way in which the API changes a page."""

from typing import Annotated, Any

from pydantic import Field

from tasks.gitbook.models import (
    LONGEST_SUBJECT,
    MOST_CHANGES,
    PAGE,
    Changed,
    ChangeRequest,
    ChangeRequestId,
    Joined,
    Limit,
    PageChange,
    SpaceId,
    Status,
)
from tasks.gitbook.pages import content
from tasks.gitbook.system import connector
from tieline import Api, Input, segment

READ, WRITE, MERGE = ("space:read",), ("space:write",), ("change-request:merge",)
Subject = Annotated[str, Field(min_length=1, max_length=LONGEST_SUBJECT)]


@connector.action(scopes=READ)
async def list_change_requests(
    api: Api, *, space_id: SpaceId, status: Status | None = None, limit: Limit = 100
) -> list[ChangeRequest]:
    """List the change requests of a space, last changed first.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/change-requests
    """
    params = {"status": status, "limit": min(limit, PAGE)}
    return await api.list(_requests(space_id), into=ChangeRequest, limit=limit, at="items", params=params)


@connector.action(scopes=READ)
async def get_change_request(api: Api, *, space_id: SpaceId, change_request_id: ChangeRequestId) -> ChangeRequest:
    """Fetch a change request.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/change-requests
    """
    return await api.get(_request(space_id, change_request_id), into=ChangeRequest)


@connector.action(scopes=WRITE)
async def create_change_request(api: Api, *, space_id: SpaceId, subject: Subject) -> ChangeRequest:
    """Begin a change request: a draft of the space as it is now, which nobody sees before it is merged.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/change-requests
    """
    return await api.post(_requests(space_id), {"subject": subject}, into=ChangeRequest, repeatable=False)


@connector.action(scopes=WRITE)
async def update_change_request(
    api: Api,
    *,
    space_id: SpaceId,
    change_request_id: ChangeRequestId,
    subject: Subject | None = None,
    status: Annotated[Status | None, Field(description="open asks for reviews, archived drops it.")] = None,
) -> ChangeRequest:
    """Change what a change request is called, or where it stands; to merge it see `merge_change_request`.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/change-requests
    """
    body = {"subject": subject, "status": status}
    headers = {"prefer": "return=representation"}
    return await api.patch(
        _request(space_id, change_request_id), body, into=ChangeRequest, headers=headers, repeatable=True
    )


@connector.action(scopes=WRITE)
async def update_content(
    api: Api,
    *,
    space_id: SpaceId,
    change_request_id: ChangeRequestId,
    changes: Annotated[list[PageChange], Field(min_length=1, max_length=MOST_CHANGES)],
) -> Changed:
    """Make, change, move and delete pages in a change request: all of them, or none.

    Args:
        api: The connection.
        space_id: The space.
        change_request_id: The change request; `create_change_request` makes one.
        changes: In their order, at most 50.

    Returns:
        The change request, and the ids of the pages.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/change-requests/change-request-content
    """
    path, body = content(space_id, change_request_id), {"changes": [_told(change) for change in changes]}
    # With compat the answer would leave out the ids of new pages.
    return await api.post(path, body, into=Changed, params={"compat": "false"}, repeatable=False)


@connector.action(kind="write", scopes=WRITE)
async def sync_change_request(api: Api, *, space_id: SpaceId, change_request_id: ChangeRequestId) -> Joined:
    """Bring what has changed in the space since into a change request.

    Returns:
        Whether there are conflicts, which people solve in GitBook.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/change-requests
    """
    return await api.post(f"{_request(space_id, change_request_id)}/update", into=Joined, repeatable=True)


@connector.action(kind="write", scopes=MERGE)
async def merge_change_request(api: Api, *, space_id: SpaceId, change_request_id: ChangeRequestId) -> Joined:
    """Merge a change request: from then on readers see it. GitBook merges conflicts, too: sync it before.

    Returns:
        Whether there were conflicts; it is merged then, and somebody has to look at the space.

    See https://gitbook.com/docs/developers/gitbook-api/api-reference/change-requests
    """
    return await api.post(f"{_request(space_id, change_request_id)}/merge", into=Joined, repeatable=False)


def _told(change: Input) -> dict[str, Any]:
    """A change as GitBook takes it: a text is a document."""
    told: dict[str, Any] = change.model_dump(exclude_none=True)
    text = told.pop("markdown", None)
    return told if text is None else {**told, "document": {"markdown": text}}


def _requests(space_id: str) -> str:
    return f"/spaces/{segment(space_id)}/change-requests"


def _request(space_id: str, change_request_id: str) -> str:
    return f"{_requests(space_id)}/{segment(change_request_id)}"
