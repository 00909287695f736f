"""Articles of the Help Center, and the collections that they are in.

https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles
"""

from typing import Literal

from tasks.intercom.models import AdminId, Article, ArticleId, Collection, CollectionId, Deleted, Limit, State
from tasks.intercom.system import acting, connector
from tieline import Api
from tieline.transport.paging import page_number

READ, WRITE = ("Read and list articles",), ("Read and write articles",)
#: Most articles of a page that we ask for.
PAGE = 50
_pages = page_number(total="pages.total_pages")


@connector.action(scopes=READ)
async def get_article(api: Api, *, article_id: ArticleId) -> Article:
    """Fetch an article.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles/retrievearticle
    """
    return await api.get(f"/articles/{article_id}", into=Article)


@connector.action(scopes=READ)
async def list_articles(api: Api, *, limit: Limit = 50) -> list[Article]:
    """List articles, drafts included, those changed last first.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles/listarticles
    """
    params = {"per_page": min(limit, PAGE)}
    return await api.list("/articles", into=Article, limit=limit, at="data", params=params, paginate=_pages)


@connector.action(scopes=READ)
async def search_articles(
    api: Api, *, phrase: str, state: Literal["published", "draft", "all"] = "published", limit: Limit = 10
) -> list[Article]:
    """Search articles by a phrase.

    Args:
        api: The connection.
        phrase: What shall stand in them.
        state: Which ones.
        limit: Most articles.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles/searcharticles
    """
    params = {"phrase": phrase, "state": state}
    path = "/articles/search"
    return await api.list(path, into=Article, limit=limit, at="data.articles", params=params, paginate=_pages)


@connector.action(scopes=WRITE)
async def create_article(
    api: Api,
    *,
    title: str,
    body: str,
    description: str | None = None,
    author_id: AdminId | None = None,
    state: State = "draft",
    collection_id: CollectionId | None = None,
) -> Article:
    """Write an article.

    Args:
        api: The connection.
        title: One line.
        body: HTML.
        description: A line about it.
        author_id: Whose article it is.
        state: Whether readers see it.
        collection_id: Where it belongs; by default nowhere, so that readers do not come across it.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles/createarticle
    """
    article = {"title": title, "body": body, "description": description, "state": state}
    author = int(await acting(api, author_id))
    place = {"parent_id": collection_id, "parent_type": "collection"} if collection_id else {}
    return await api.post("/articles", {**article, "author_id": author, **place}, into=Article, repeatable=False)


@connector.action(scopes=WRITE)
async def update_article(
    api: Api,
    *,
    article_id: ArticleId,
    title: str | None = None,
    body: str | None = None,
    description: str | None = None,
    author_id: AdminId | None = None,
    state: State | None = None,
    collection_id: CollectionId | None = None,
) -> Article:
    """Change an article, at once for readers; what is left out stays as it is.

    Args:
        api: The connection.
        article_id: The article.
        title: One line.
        body: HTML.
        description: A line about it.
        author_id: Whose article it is from now on; by default that stays.
        state: Whether readers see it.
        collection_id: Move it there.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles/updatearticle
    """
    changes = {"title": title, "body": body, "description": description, "author_id": author_id, "state": state}
    place = {"parent_id": str(collection_id), "parent_type": "collection"} if collection_id else {}
    return await api.put(f"/articles/{article_id}", {**changes, **place}, into=Article)


@connector.action(scopes=WRITE)
async def delete_article(api: Api, *, article_id: ArticleId) -> None:
    """Delete an article; it does not come back.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/articles/deletearticle
    """
    await api.delete(f"/articles/{article_id}", into=Deleted)


@connector.action(scopes=READ)
async def list_collections(api: Api, *, limit: Limit = 50) -> list[Collection]:
    """List collections, those changed last first.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/help-center/listallcollections
    """
    path, params = "/help_center/collections", {"per_page": min(limit, PAGE)}
    return await api.list(path, into=Collection, limit=limit, at="data", params=params, paginate=_pages)


@connector.action(scopes=READ)
async def get_collection(api: Api, *, collection_id: CollectionId) -> Collection:
    """Fetch a collection.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/help-center/retrievecollection
    """
    return await api.get(f"/help_center/collections/{collection_id}", into=Collection)


@connector.action(scopes=WRITE)
async def create_collection(
    api: Api, *, name: str, description: str | None = None, parent_id: CollectionId | None = None
) -> Collection:
    """Make a collection.

    Args:
        api: The connection.
        name: One line.
        description: A line about it.
        parent_id: The collection that it is inside of.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/help-center/createcollection
    """
    inside = str(parent_id) if parent_id is not None else None
    collection = {"name": name, "description": description, "parent_id": inside}
    return await api.post("/help_center/collections", collection, into=Collection, repeatable=False)


@connector.action(scopes=WRITE)
async def update_collection(
    api: Api, *, collection_id: CollectionId, name: str | None = None, description: str | None = None
) -> Collection:
    """Change a collection; what is left out stays as it is.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/help-center/updatecollection
    """
    changes = {"name": name, "description": description}
    return await api.put(f"/help_center/collections/{collection_id}", changes, into=Collection)


@connector.action(scopes=WRITE)
async def delete_collection(api: Api, *, collection_id: CollectionId) -> None:
    """Delete a collection; it does not come back.

    See https://developers.intercom.com/docs/references/rest-api/api.intercom.io/help-center/deletecollection
    """
    await api.delete(f"/help_center/collections/{collection_id}", into=Deleted)
