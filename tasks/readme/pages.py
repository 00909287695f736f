"""Pages of the guides and of the reference."""

from typing import Any

from tasks.readme.branches import pages_of, path_of
from tasks.readme.models import Branch, CategoryUri, Page, PageUri, Section, Slug, Text, View
from tasks.readme.system import connector
from tieline import Api, segment
from tieline.transport.rules import Check


@connector.action
async def get_guide(api: Api, *, branch: Branch, slug: Slug) -> Page:
    """Fetch a page of the guides, with its text.

    See https://docs.readme.com/main/reference/getguide
    """
    return await api.get(_page(branch, "guides", slug), into=Page, at="data")


@connector.action
async def create_guide(
    api: Api,
    *,
    branch: Branch,
    category: CategoryUri,
    title: str,
    body: Text = "",
    slug: Slug,
    excerpt: str | None = None,
    parent: PageUri | None = None,
    view: View = "anyone_with_link",
) -> Page:
    """Make a page of the guides.

    Args:
        api: The connection.
        branch: A version or a branch.
        category: The uri of the category that it goes into.
        title: Its title.
        body: Its text.
        slug: Its part of the address; another page may not have it.
        excerpt: What stands below the title.
        parent: The uri of the page that it goes below.
        view: public puts it into the navigation.

    See https://docs.readme.com/main/reference/createguide
    """
    told = _told(title, body, excerpt, parent, view, category, slug)
    made = _made(api, branch, "guides", category, slug)
    return await api.post(f"/branches/{segment(branch)}/guides", told, into=Page, at="data", check=made)


@connector.action
async def update_guide(
    api: Api,
    *,
    branch: Branch,
    slug: Slug,
    title: str | None = None,
    body: Text | None = None,
    excerpt: str | None = None,
    parent: PageUri | None = None,
    view: View | None = None,
    category: CategoryUri | None = None,
) -> Page:
    """Change a page of the guides; what is left out stays as it is.

    See https://docs.readme.com/main/reference/updateguide
    """
    told = _told(title, body, excerpt, parent, view, category)
    return await api.patch(_page(branch, "guides", slug), told, into=Page, at="data", repeatable=True)


@connector.action
async def delete_guide(api: Api, *, branch: Branch, slug: Slug) -> None:
    """Delete a page of the guides.

    See https://docs.readme.com/main/reference/deleteguide
    """
    await api.delete(_page(branch, "guides", slug), into=type(None))


@connector.action
async def get_reference_page(api: Api, *, branch: Branch, slug: Slug) -> Page:
    """Fetch a page of the reference, with its text; what its API definition says is in `api`.

    See https://docs.readme.com/main/reference/getreference
    """
    return await api.get(_page(branch, "reference", slug), into=Page, at="data")


@connector.action
async def create_reference_page(
    api: Api,
    *,
    branch: Branch,
    category: CategoryUri,
    title: str,
    body: Text = "",
    slug: Slug,
    excerpt: str | None = None,
    parent: PageUri | None = None,
    view: View = "anyone_with_link",
) -> Page:
    """Make a page of the reference that belongs to no endpoint; the arguments are those of `create_guide`.

    See https://docs.readme.com/main/reference/createreference
    """
    told = _told(title, body, excerpt, parent, view, category, slug)
    made = _made(api, branch, "reference", category, slug)
    return await api.post(f"/branches/{segment(branch)}/reference", told, into=Page, at="data", check=made)


@connector.action
async def update_reference_page(
    api: Api,
    *,
    branch: Branch,
    slug: Slug,
    title: str | None = None,
    body: Text | None = None,
    excerpt: str | None = None,
    parent: PageUri | None = None,
    view: View | None = None,
    category: CategoryUri | None = None,
) -> Page:
    """Change a page of the reference; what is left out stays as it is, and so does its API definition.

    See https://docs.readme.com/main/reference/updatereference
    """
    told = _told(title, body, excerpt, parent, view, category)
    return await api.patch(_page(branch, "reference", slug), told, into=Page, at="data", repeatable=True)


@connector.action
async def delete_reference_page(api: Api, *, branch: Branch, slug: Slug) -> None:
    """Delete a page of the reference.

    See https://docs.readme.com/main/reference/deletereference
    """
    await api.delete(_page(branch, "reference", slug), into=type(None))


def _told(  # noqa: PLR0917 - a page has as many fields
    title: str | None,
    body: str | None,
    excerpt: str | None,
    parent: str | None,
    view: str | None,
    category: str | None,
    slug: str | None = None,
) -> dict[str, Any]:
    """A page as ReadMe takes it, without what is not said."""
    content = {name: text for name, text in (("body", body), ("excerpt", excerpt)) if text is not None}
    return {
        "title": title,
        "slug": slug,
        "content": content or None,
        "category": {"uri": category} if category else None,
        "parent": {"uri": parent} if parent else None,
        "privacy": {"view": view} if view else None,
    }


def _made(api: Api, branch: str, section: Section, category: str, slug: str) -> Check:
    """Whether the page is there after all: found in its category, for a page that is not there is an error."""

    async def made() -> Page | None:
        there = any(one.slug == slug for one in await pages_of(api, path_of(category)))
        return await api.get(_page(branch, section, slug), into=Page, at="data") if there else None

    return made


def _page(branch: str, section: Section, slug: str) -> str:
    return f"/branches/{segment(branch)}/{section}/{segment(slug)}"
