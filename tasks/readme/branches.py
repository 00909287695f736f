"""Versions and branches, their categories, the pages of those; and what a search finds."""

from typing import Annotated, Literal
from urllib.parse import unquote

from pydantic import Field

from tasks.readme.models import PAGE, Branch, BranchInfo, Category, Found, Limit, Listed, Section
from tasks.readme.system import connector
from tieline import Api, segment


@connector.action
async def list_branches(api: Api, *, prefix: str | None = None, limit: Limit = 100) -> list[BranchInfo]:
    """List the versions of the project, newest first; with a prefix the branches of one.

    Args:
        api: The connection.
        prefix: A version such as 2.0, whose branches are wanted.
        limit: Most of them.

    See https://docs.readme.com/main/reference/getbranches
    """
    params = {"prefix": prefix, "per_page": min(limit, PAGE)}
    return await api.list("/branches", into=BranchInfo, limit=limit, at="data", params=params)


@connector.action
async def get_branch(api: Api, *, branch: Branch) -> BranchInfo:
    """Fetch a version or a branch; stable is the one that readers see first.

    See https://docs.readme.com/main/reference/getbranch
    """
    return await api.get(f"/branches/{segment(branch)}", into=BranchInfo, at="data")


@connector.action
async def create_branch(api: Api, *, name: Branch, base: Branch | None = None) -> BranchInfo:
    """Make a version from another one, or a branch of a version.

    Args:
        api: The connection.
        name: Of a version, such as 2.1; or of a branch, such as 2.0_client.
        base: The version that a new version begins as; without it a branch is made.

    See https://docs.readme.com/main/reference/createbranch
    """
    return await api.post("/branches", {"name": name, "base": base}, into=BranchInfo, at="data", repeatable=False)


@connector.action
async def list_categories(
    api: Api, *, branch: Branch, section: Section = "guides", limit: Limit = 100
) -> list[Category]:
    """List the categories of a section, in the order of the sidebar.

    See https://docs.readme.com/main/reference/getcategories
    """
    path = f"/branches/{segment(branch)}/categories/{section}"
    return (await api.get(path, into=list[Category], at="data"))[:limit]


@connector.action
async def create_category(api: Api, *, branch: Branch, title: str, section: Section = "guides") -> Category:
    """Make a category.

    See https://docs.readme.com/main/reference/createcategory
    """

    async def made() -> Category | None:
        there = await api.get(f"/branches/{segment(branch)}/categories/{section}", into=list[Category], at="data")
        return next((one for one in there if one.title == title), None)

    # Here, and only here, the section is called "guide".
    body = {"title": title, "section": section.removesuffix("s")}
    return await api.post(f"/branches/{segment(branch)}/categories", body, into=Category, at="data", check=made)


@connector.action
async def list_pages(
    api: Api, *, branch: Branch, category: str, section: Section = "guides", limit: Limit = 1000
) -> list[Listed]:
    """List the pages of a category, by its title; without their texts.

    See https://docs.readme.com/main/reference/getcategorypages
    """
    path = f"/branches/{segment(branch)}/categories/{section}/{segment(category)}"
    return (await pages_of(api, path))[:limit]


@connector.action
async def search(
    api: Api,
    *,
    query: Annotated[str, Field(min_length=1)],
    section: Literal["guides", "reference", "recipes", "custom_pages", "discuss", "changelog"] | None = None,
    version: str | None = None,
    limit: Limit = 20,
) -> list[Found]:
    """Search in the project; the best first.

    Args:
        api: The connection.
        query: Plain words.
        section: Only in this one.
        version: Only in this version, such as 1.0.
        limit: Most pages.

    See https://docs.readme.com/main/reference/search
    """
    params = {"query": query, "section": section, "version": version}
    return (await api.get("/search", into=list[Found], at="data", params=params))[:limit]


async def pages_of(api: Api, category: str) -> list[Listed]:
    """The pages of a category, by its path."""
    return await api.get(f"{category}/pages", into=list[Listed], at="data")


def path_of(uri: str) -> str:
    """A category's uri as a path of the API, whether or not it is quoted already."""
    *front, title = uri.strip("/").split("/")
    return "/" + "/".join([*map(segment, front), segment(unquote(title))])
