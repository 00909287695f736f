"""Pages of a project's wiki. https://docs.gitlab.com/api/wikis/."""

from typing import Annotated

from pydantic import Field

from tasks.gitlab.models import READ, WRITE, Project, Text, WikiPage, at
from tasks.gitlab.system import connector
from tieline import Api, segment

Slug = Annotated[str, Field(description="The page's name in addresses, with its folders, such as guide/start.")]


@connector.action(scopes=READ)
async def list_wiki_pages(api: Api, *, project: Project) -> list[WikiPage]:
    """List all pages of a wiki, without what they say.

    See https://docs.gitlab.com/api/wikis/#list-wiki-pages
    """
    return await api.get(f"{at(project)}/wikis", into=list[WikiPage])


@connector.action(scopes=READ)
async def get_wiki_page(api: Api, *, project: Project, slug: Slug) -> WikiPage:
    """Fetch a page.

    See https://docs.gitlab.com/api/wikis/#get-a-wiki-page
    """
    return await api.get(f"{at(project)}/wikis/{segment(slug)}", into=WikiPage)


@connector.action(scopes=WRITE)
async def create_wiki_page(api: Api, *, project: Project, title: str, content: Text) -> WikiPage:
    """Make a page, in Markdown.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        title: Its name; slashes make folders. The slug is made of it.
        content: What it says.

    Raises:
        Rejected: There is one of that name.

    See https://docs.gitlab.com/api/wikis/#create-a-new-wiki-page
    """
    asked = {"title": title, "content": content, "format": "markdown"}
    return await api.post(f"{at(project)}/wikis", asked, into=WikiPage, repeatable=False)


@connector.action(scopes=WRITE)
async def update_wiki_page(
    api: Api, *, project: Project, slug: Slug, content: Text | None = None, title: str | None = None
) -> WikiPage:
    """Change a page; what is left out stays as it is.

    Args:
        api: The connection.
        project: The path with its groups, such as acme/app.
        slug: The page's name in addresses, with its folders.
        content: What it shall say.
        title: Another name; the slug changes with it.

    See https://docs.gitlab.com/api/wikis/#edit-an-existing-wiki-page
    """
    path = f"{at(project)}/wikis/{segment(slug)}"
    return await api.put(path, {"content": content, "title": title}, into=WikiPage)


@connector.action(scopes=WRITE)
async def delete_wiki_page(api: Api, *, project: Project, slug: Slug) -> None:
    """Delete a page.

    See https://docs.gitlab.com/api/wikis/#delete-a-wiki-page
    """
    await api.delete(f"{at(project)}/wikis/{segment(slug)}", into=type(None))
