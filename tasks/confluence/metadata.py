"""What is kept with a page, or a file on one, beside its content: labels, and properties that people do not see."""

import re
from typing import Annotated, Any

from pydantic import Field

from tasks.confluence.models import PAGE, ContentId, Label, Limit, Property, place_of
from tasks.confluence.system import connector
from tieline import Api, segment
from tieline.transport.caller import drop_none

#: https://support.atlassian.com/confluence-cloud/docs/use-labels-to-organize-your-content/
_UNFIT = re.compile(r"[\s()!#&*,.:;<>?@\[\]^]+")


def as_label(text: str) -> str:
    """Any words as a label: small letters, and `-` for blanks and for signs that labels cannot have."""
    return _UNFIT.sub("-", text.lower()).strip("-")[:255]


@connector.action(scopes=("write:confluence-content",))
async def add_labels(
    api: Api,
    *,
    content_id: ContentId,
    labels: Annotated[list[str], Field(min_length=1, description="Without blanks; see `as_label`.")],
) -> list[Label]:
    """Add labels to a page or a file; those that it has stay. Returns all of them.

    See https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content-labels/#api-wiki-rest-api-content-id-label-post
    """
    body = [{"prefix": "global", "name": label} for label in labels]
    path = f"/rest/api/content/{segment(content_id)}/label"
    return await api.post(path, body, into=list[Label], at="results", repeatable=True)


@connector.action(scopes=("read:page:confluence",))
async def list_labels(api: Api, *, content_id: ContentId, limit: Limit = 250) -> list[Label]:
    """List the labels of a page or a file.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-label/#api-pages-id-labels-get
    """
    path = f"{place_of(content_id, number=True)}/labels"
    return await api.list(path, into=Label, limit=limit, at="results", params={"limit": min(limit, PAGE)})


@connector.action(scopes=("write:confluence-content",))
async def remove_label(api: Api, *, content_id: ContentId, label: Annotated[str, Field(min_length=1)]) -> None:
    """Take a label off a page or a file; no error where it has none of that name.

    See https://developer.atlassian.com/cloud/confluence/rest/v1/api-group-content-labels/#api-wiki-rest-api-content-id-label-delete
    """
    path = f"/rest/api/content/{segment(content_id)}/label"
    await api.delete(path, into=type(None), params={"name": label})


@connector.action(scopes=("read:page:confluence",))
async def find_property(api: Api, *, content_id: ContentId, key: str) -> Property | None:
    """Look up a value that is kept with a page or a file.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-content-properties/#api-pages-page-id-properties-get
    """
    return await _property(api, content_id, key)


@connector.action(scopes=("read:page:confluence", "write:page:confluence"))
async def upsert_property(
    api: Api,
    *,
    content_id: ContentId,
    key: Annotated[str, Field(min_length=1, max_length=255)],
    value: dict[str, Any] | list[Any] | str | float | bool,
) -> Property:
    """Keep a value with a page or a file, in place of the one of that name.

    Args:
        api: The connection.
        content_id: The page, or the file.
        key: Its name; one that no other app uses.
        value: Any JSON, of at most 32 KB; what is null in it is left out.

    Raises:
        Conflict: Somebody else changed it in the same moment.

    See https://developer.atlassian.com/cloud/confluence/rest/v2/api-group-content-properties/#api-pages-page-id-properties-post
    """
    kept = drop_none(value)
    old = await _property(api, content_id, key)
    if old is not None and old.value == kept:
        return old
    return await _keep(api, content_id, key, kept, old)


async def _keep(api: Api, content_id: str, key: str, value: Any, old: Property | None) -> Property:
    async def there() -> Property | None:
        now = await _property(api, content_id, key)
        return now if now is not None and now.value == value else None

    path = f"{place_of(content_id)}/properties"
    body = {"key": key, "value": value}
    if old is None:
        return await api.post(path, body, into=Property, check=there)
    following = {"number": old.version.number + 1}
    # Once saved, the same request is a conflict with ourselves: so it is not simply sent again.
    return await api.put(
        f"{path}/{segment(old.id)}", {**body, "version": following}, into=Property, repeatable=False, check=there
    )


async def _property(api: Api, content_id: str, key: str) -> Property | None:
    path = f"{place_of(content_id)}/properties"
    found = await api.get(path, into=list[Property], at="results", params={"key": key, "limit": 1})
    return found[0] if found else None
