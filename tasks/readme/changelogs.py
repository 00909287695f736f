"""The changelog, which all versions have in common."""

from tasks.readme.models import PAGE, Changelog, ChangelogType, Limit, Slug, Text, View
from tasks.readme.system import connector
from tieline import Api, segment


@connector.action
async def list_changelogs(api: Api, *, limit: Limit = 100) -> list[Changelog]:
    """List the entries of the changelog, hidden ones included.

    See https://docs.readme.com/main/reference/getchangelogs
    """
    params = {"per_page": min(limit, PAGE)}
    return await api.list("/changelogs", into=Changelog, limit=limit, at="data", params=params)


@connector.action
async def get_changelog(api: Api, *, slug: Slug) -> Changelog:
    """Fetch an entry of the changelog.

    See https://docs.readme.com/main/reference/getchangelog
    """
    return await api.get(f"/changelogs/{segment(slug)}", into=Changelog, at="data")


@connector.action
async def create_changelog(
    api: Api,
    *,
    title: str,
    body: Text,
    type: ChangelogType = "none",  # noqa: A002 - ReadMe's word
    view: View = "anyone_with_link",
) -> Changelog:
    """Add an entry to the changelog.

    See https://docs.readme.com/main/reference/createchangelog
    """
    told = {"title": title, "content": {"body": body}, "type": type, "privacy": {"view": view}}
    return await api.post("/changelogs", told, into=Changelog, at="data", repeatable=False)


@connector.action
async def update_changelog(
    api: Api,
    *,
    slug: Slug,
    title: str | None = None,
    body: Text | None = None,
    type: ChangelogType | None = None,  # noqa: A002 - ReadMe's word
    view: View | None = None,
) -> Changelog:
    """Change an entry of the changelog; what is left out stays as it is.

    See https://docs.readme.com/main/reference/updatechangelog
    """
    told = {
        "title": title,
        "content": None if body is None else {"body": body},
        "type": type,
        "privacy": {"view": view} if view else None,
    }
    return await api.patch(f"/changelogs/{segment(slug)}", told, into=Changelog, at="data", repeatable=True)


@connector.action
async def delete_changelog(api: Api, *, slug: Slug) -> None:
    """Delete an entry of the changelog.

    See https://docs.readme.com/main/reference/deletechangelog
    """
    await api.delete(f"/changelogs/{segment(slug)}", into=type(None))
